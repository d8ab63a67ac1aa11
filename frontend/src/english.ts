/** For the tests: every text of every screen, in English. Nothing here is shipped. */
import catalogue from "../../loyalty/words/en.json";
import { learn } from "./words";

export function english(): void {
  learn("en", Object.fromEntries(Object.entries(catalogue).map(([key, { text }]) => [key, text])));
}

english();
