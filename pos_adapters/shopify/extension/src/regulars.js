// What the till tells Regulars: who is in the cart, once for each cart, and which order it became. It waits for nothing:
// whatever goes wrong in here, the sale goes on.

export const TILE_MS = 300; // a cart changes several times while somebody taps
export const BACKGROUND_MS = 1500; // leaves it to the tile, which can show the answer
const TOLD_MS = 10_000;
const PATIENCE_MS = 5000;

/** Who is in the cart is told `after` a moment, unless `told` says that it was; `show` gets the sentence. */
export function watchCart(shopify, address, { after, show = () => {}, told }) {
  let current; // the customer of this cart who was told of, or is about to be
  let waiting;

  async function say(customer) {
    try {
      if (await told(customer)) return;
      const answer = await tell(shopify, address, { event: "cart.updated", cart: { customer: { id: customer } } });
      const text = [answer.say, ...(answer.act ?? [])].filter(Boolean).join(" · ");
      if (text && current === customer) show(text);
    } catch {
      if (current === customer) current = undefined; // the next change of the cart tries again
    }
  }

  function look(cart) {
    const customer = cart?.customer?.id;
    if (customer === current) return;
    clearTimeout(waiting);
    current = customer;
    if (customer) waiting = setTimeout(say, after, customer);
  }

  look(shopify.cart.current.value);
  return shopify.cart.current.subscribe(look);
}

/** A sale, return or exchange is done: Regulars asks Shopify for its order. */
export function watchSales(shopify, address) {
  shopify.addEventListener("transactioncomplete", ({ transactionType, orderId, executedAt }) => {
    const transaction = { transactionType, orderId, executedAt };
    tell(shopify, address, { event: "transactioncomplete", transaction }).catch(() => {}); // a webhook tells it too
  });
}

/** Between the tile and the background, which know nothing else of each other. */
export const note = (shopify, customer) => shopify.storage.set("told", { customer, at: Date.now() });

export async function noted(shopify, customer) {
  const told = await shopify.storage.get("told");
  return told?.customer === customer && Date.now() - told.at < TOLD_MS;
}

async function tell(shopify, address, what) {
  const token = await shopify.session.getSessionToken();
  if (!token) throw new Error("whoever is signed in may not use this app");
  const { shopDomain, locationId } = shopify.session.currentSession;
  const session = { shopDomain, locationId, deviceId: shopify.session.deviceId };
  const patience = new AbortController();
  const timer = setTimeout(() => patience.abort(), PATIENCE_MS);
  try {
    const answer = await fetch(address, {
      method: "POST",
      headers: { authorization: `Bearer ${token}`, "content-type": "application/json" },
      body: JSON.stringify({ ...what, deviceClientTime: new Date().toISOString(), session }),
      signal: patience.signal,
    });
    if (!answer.ok) throw new Error(`Regulars answered ${answer.status}`);
    return await answer.json();
  } finally {
    clearTimeout(timer);
  }
}
