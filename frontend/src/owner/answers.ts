/** Each panel's answer: a sentence computed from the same rows that stand under it. No difference, no adjective. */
import type { Counts, Surprises, Tills, Today, Trace } from "../wire";
import { type CountedKey, counted, locale, words } from "../words";

/** Up to here a number is written out in a sentence. */
const written = (n: number): string | undefined => words("screen.owner.numbers").split(" ")[n];

export function many(key: CountedKey, n: number, args: Readonly<Record<string, string | number>> = {}): string {
  return counted(key, n, { ...args, n: written(n) ?? n });
}

/** The page's first sentence. */
export function headline({ counts, expected_count, overdue_count }: Today): string {
  if (counts.people === 0) return words("screen.owner.headline.nobody");
  if (counts.regulars === 0) return words("screen.owner.headline.none-yet");
  return `${many("screen.owner.headline.expected", expected_count)} ${late(overdue_count)}`;
}

function late(overdue: number): string {
  return overdue === 0 ? words("screen.owner.headline.none-late") : many("screen.owner.headline.late", overdue);
}

/** `now` in minutes of the day: who is past their time is not announced. */
export function expectedAnswer({ expected, expected_count, arrived_count, counts }: Today, now: number): string {
  if (counts.regulars === 0) return words("screen.owner.expected.needs");
  if (expected_count === 0) return words("screen.owner.expected.nobody");
  const here =
    arrived_count === 0
      ? words("screen.owner.expected.none-here")
      : many("screen.owner.expected.here", arrived_count);
  const next = expected.find(({ arrived, shuts }) => arrived === null && shuts !== null && shuts >= now);
  return next === undefined ? here : `${here} ${words("screen.owner.expected.next", { name: isolated(next.name) })}`;
}

/** A name that cannot turn the sentence around it. */
function isolated(name: string): string {
  return `\u2068${name}\u2069`;
}

export function overdueAnswer({ overdue_count }: Today): string {
  return overdue_count === 0 ? words("screen.owner.overdue.none") : many("screen.owner.overdue.answer", overdue_count);
}

export function becomingAnswer({ counts, becoming }: Today): string {
  if (counts.becoming === 0) return words("screen.owner.becoming.none");
  const all = many("screen.owner.becoming.answer", counts.becoming);
  const fresh = becoming.filter((row) => row.fresh).length;
  return fresh === 0 ? all : `${all} ${many("screen.owner.becoming.fresh", fresh)}`;
}

export function regularsAnswer(counts: Counts): string {
  const parts = [
    counted("screen.owner.regulars.count", counts.regulars),
    ...(counts.becoming > 0 ? [counted("screen.owner.becoming.count", counts.becoming)] : []),
    ...(counts.resting > 0 ? [counted("screen.owner.resting.count", counts.resting)] : []),
  ];
  return words("screen.owner.list.whole", { list: listed(parts) });
}

/** What wants somebody comes first: `wrong` are the connections with trouble, by their vendors' names. */
export function tillsAnswer({ tills, aside_count }: Tills, wrong: readonly string[], hour: (at: string) => string): string {
  const silent = tills.find((till) => till.silent);
  const urgent = [
    ...(wrong.length > 0 ? [words("screen.owner.tills.wrong", { list: listed(wrong.map(isolated)) })] : []),
    ...(silent !== undefined ? [words("screen.owner.tills.silent", { till: tillName(silent), time: hour(silent.last_at) })] : []),
  ];
  const calm = tills.length === 0 ? words("screen.owner.tills.none") : many("screen.owner.tills.all", tills.length);
  const aside = aside_count > 0 ? [counted("screen.owner.tills.aside", aside_count)] : [];
  return [...(urgent.length > 0 ? urgent : [calm]), ...aside].join(" ");
}

function listed(parts: readonly string[]): string {
  return parts.reduce((first, second) => words("screen.list", { first, second }));
}

export function tillName({ till, source }: { readonly till: string | null; readonly source: string }): string {
  return till === null ? source : words("screen.owner.tills.till", { till });
}

/** What is left, and whether somebody is favoured; what cannot be told is said to be so. */
export function surprisesAnswer(told: Surprises): string {
  const { budget, left } = told;
  const number = budget !== null && budget.a_week > 0 ? counted("screen.owner.surprises.left", left, { of: budget.a_week }) : "";
  if (told.given_weeks === 0) return number === "" ? words("screen.owner.surprises.none") : number;
  return `${number} ${spreadAnswer(told)}`.trim();
}

function spreadAnswer({ to_people, by_staff, at_hours }: Surprises): string {
  if (to_people === "more-than-chance") return words("screen.owner.surprises.uneven-people");
  if (by_staff === "more-than-chance") return words("screen.owner.surprises.uneven-staff");
  if (at_hours === "more-than-chance") return words("screen.owner.surprises.uneven-hours");
  return words(to_people === "fair" ? "screen.owner.surprises.fair" : "screen.owner.surprises.cannot");
}

/** The stations tell it: whose it is and what it gave, or the first at which it stopped. */
export function whyAnswer(sale: Trace): string {
  const id = sale.id;
  if (sale.person !== null) {
    const earned = sale.stations.find(({ name }) => name === "earned");
    const points = Number(earned?.args["points"] ?? 0);
    const name = `\u2068${sale.person.name}\u2069`;
    return points > 0
      ? counted("screen.owner.why.gave", points, { id, name })
      : words("screen.owner.why.gave-nothing", { id, name });
  }
  const recognised = sale.stations.find(({ name }) => name === "recognised");
  return words("screen.owner.why.nobodys", { id, why: stationText(recognised?.code ?? "", recognised?.args ?? {}) });
}

const KNOWN_CODES = [
  "received", "received-till", "understood", "odd-sum", "odd-currency",
  "note-no-evidence", "note-stranger", "note-two-people", "note-taken-off", "note-by-hand", "note-by-receipt", "note-by-card",
  "note-by-reference", "note-by-pos_id", "note-by-phone", "note-by-email", "note-by-fingerprint", "note-by-here", "note-refund", "note-erased",
  "is-refund", "nobody", "not-open", "not-voided", "given-back", "not-agreed", "apart", "paused", "learned",
  "possible", "points", "same-visit", "no-points", "no-cue", "cue",
] as const;
type Code = (typeof KNOWN_CODES)[number];

export function stationText(code: string, args: Readonly<Record<string, string | number>>): string {
  const known = KNOWN_CODES.find((it) => it === code) satisfies Code | undefined;
  if (known === undefined) return code;
  const shown = "name" in args ? { ...args, name: `\u2068${args["name"]}\u2069` } : args;
  return words(`screen.owner.station.${known}`, shown);
}

/** The day somebody was last here, as one says it: today, Fri, 2 Oct. */
export function lastHere(at: string | null, now: number, timeZone: string): string {
  if (at === null) return words("screen.owner.never");
  const then = Date.parse(at);
  const day = (ms: number): string => new Intl.DateTimeFormat("en-CA", { timeZone }).format(ms);
  const days = (Date.parse(day(now)) - Date.parse(day(then))) / 86_400_000;
  if (days <= 0) return words("screen.today");
  const format = (options: Intl.DateTimeFormatOptions): string =>
    new Intl.DateTimeFormat(locale(), { timeZone, ...options }).format(then);
  if (days < 7) return format({ weekday: "short" });
  const year = day(now).slice(0, 4) === day(then).slice(0, 4) ? {} : ({ year: "numeric" } as const);
  return format({ day: "numeric", month: "short", ...year });
}

/** Minutes of a business day as the clock shows them. */
export function clockOf(minutes: number): string {
  const hours = Math.floor(minutes / 60) % 24;
  return `${String(hours).padStart(2, "0")}:${String(minutes % 60).padStart(2, "0")}`;
}
