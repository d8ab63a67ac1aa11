/** Times and amounts as people read them: in the shop's zone and in the currency's own digits. */
import { locale, words } from "../words";

const DAY_MS = 86_400_000;

/** Today 08:12 · Sat 3 Oct · 3 Oct 2025 */
export function moment(at: string | number, now: number, timeZone: string): string {
  const then = typeof at === "number" ? at : Date.parse(at);
  if (dayOf(then, timeZone) === dayOf(now, timeZone)) return `${words("screen.today")} ${hour(then, timeZone)}`;
  return date(then, now, timeZone);
}

export function date(then: number, now: number, timeZone: string): string {
  const recent = Math.abs(now - then) < 300 * DAY_MS;
  const options: Intl.DateTimeFormatOptions = recent
    ? { weekday: "short", day: "numeric", month: "short" }
    : { day: "numeric", month: "short", year: "numeric" };
  return new Intl.DateTimeFormat(locale(), { timeZone, ...options }).format(then);
}

export function hour(at: number, timeZone: string): string {
  const options: Intl.DateTimeFormatOptions = { hour: "2-digit", minute: "2-digit", hourCycle: "h23" };
  return new Intl.DateTimeFormat(locale(), { timeZone, ...options }).format(at);
}

/** The calendar day there, as text that sorts. */
export function dayOf(at: number, timeZone: string): string {
  return new Intl.DateTimeFormat("en-CA", { timeZone }).format(at);
}

/** A column of amounts: KES 320, or USD 4.50 as soon as one of them has cents. */
export function amounts(minor: readonly number[], currency: string, digits: number): string[] {
  const unit = 10 ** digits;
  const fraction = minor.every((amount) => amount % unit === 0) ? 0 : digits;
  const format = new Intl.NumberFormat(locale(), {
    style: "currency",
    currency,
    currencyDisplay: "code",
    minimumFractionDigits: fraction,
    maximumFractionDigits: fraction,
  });
  return minor.map((amount) => format.format(amount / unit).replace("-", "\u2212"));
}
