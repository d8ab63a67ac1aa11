/** A customer's tier in words: what keeps it and by when, as exactly as the service says it. */
import { money } from "../money";
import type { Day, TierStanding } from "../wire";
import { counted, locale, words } from "../words";

const NEAR_MS = 300 * 86_400_000;

/** A business day, which has no zone: 14 March, or 14 Mar 2028 where that is far off. */
export function dayText(day: Day, now: number): string {
  const at = Date.parse(`${day}T00:00:00Z`);
  const near = Math.abs(at - now) < NEAR_MS;
  const far = { day: "numeric", month: "short", year: "numeric" } as const;
  const options: Intl.DateTimeFormatOptions = near ? { day: "numeric", month: "long" } : far;
  return new Intl.DateTimeFormat(locale(), { timeZone: "UTC", ...options }).format(at);
}

/** "2 more visits by 14 March keep Gold." Nothing where no sum could be promised. */
export function keeps({ tier, need }: TierStanding, currency: string, now: number): string | null {
  if (need === null) return null;
  const said = { tier: named(tier.name), by: dayText(need.by, now) };
  if (need.unit === "visits") return counted("screen.card.tier.visits", need.amount, said);
  return words("screen.card.tier.spend", { ...said, amount: money(need.amount, currency) });
}

/** A name that cannot turn the sentence around. */
export function named(name: string): string {
  return `\u2068${name}\u2069`;
}
