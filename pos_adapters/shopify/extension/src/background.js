import { ADDRESS } from "./address.js";
import { BACKGROUND_MS, noted, watchCart, watchSales } from "./regulars.js";

export default function background() {
  watchSales(shopify, ADDRESS);
  watchCart(shopify, ADDRESS, { after: BACKGROUND_MS, told: (customer) => noted(shopify, customer) });
}
