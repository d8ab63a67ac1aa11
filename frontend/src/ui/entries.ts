/** Why points moved, in words: on a customer's own card and on the owner's page. */
import { type WordKey, words } from "../words";

const ENTRIES: Readonly<Record<string, WordKey>> = {
  visit: "screen.card.entry.visit",
  spend: "screen.card.entry.spend",
  item: "screen.card.entry.item",
  reverse: "screen.card.entry.reverse",
  redeem: "screen.card.entry.redeem",
  release: "screen.card.entry.release",
  "give-back": "screen.card.entry.release",
  hours: "screen.card.entry.hours",
  tier: "screen.card.entry.tier",
  welcome: "screen.card.entry.welcome",
  referral: "screen.card.entry.referral",
  expire: "screen.card.entry.expire",
  adjust: "screen.card.entry.adjust",
  reallocate: "screen.card.entry.reallocate",
  transfer: "screen.card.entry.transfer",
};

export function entryText(reason: string): string {
  return words(ENTRIES[reason] ?? "screen.card.entry.other");
}
