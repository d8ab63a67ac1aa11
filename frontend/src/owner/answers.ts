/** Each panel's answer: a sentence computed from the same rows that stand under it. */
import type { PersonRow } from "../wire";
import { counted, words } from "../words";
import type { Opened, Rows } from "./state";

/** Up to here a number is written out in a sentence. */
const written = (n: number): string | undefined => words("screen.owner.numbers").split(" ")[n];

export function overdue(state: Opened): readonly PersonRow[] {
  return (state.regular?.people ?? []).filter((person) => person.overdue);
}

/** The page's first sentence; null until it can be said. */
export function headline(state: Opened): string | null {
  const { regular, becoming } = state;
  if (regular === null || becoming === null) return null;
  if (nobody(state)) return words("screen.owner.headline.nobody");
  const first = regular.people.length === 0 ? noneYet() : lateness(overdue(state).length);
  const coming = becoming.people.length;
  return coming === 0 ? first : `${first} ${many("screen.owner.headline.becoming", coming)}`;
}

function noneYet(): string {
  return words("screen.owner.regulars.only", { regulars: words("screen.owner.regulars.none") });
}

function lateness(late: number): string {
  return late === 0 ? words("screen.owner.headline.none-late") : many("screen.owner.headline.late", late);
}

/** A shop that has not begun: no person at all, not only none that fits what is looked for. */
export function nobody({ list, regular, becoming, query }: Opened): boolean {
  const all = [list, regular, becoming].every((rows) => rows !== null && rows.people.length === 0);
  return all && query.text === "" && query.stage === null;
}

export function regularsAnswer({ regular, becoming }: Opened): string | null {
  if (regular === null || becoming === null) return null;
  const regulars = regularCount(regular);
  if (becoming.people.length === 0) return words("screen.owner.regulars.only", { regulars });
  const coming = counted("screen.owner.becoming.count", becoming.people.length, { n: figure(becoming) });
  return words("screen.owner.regulars.answer", { regulars, becoming: coming });
}

function regularCount(regular: Rows): string {
  const n = regular.people.length;
  return n === 0
    ? words("screen.owner.regulars.none")
    : counted("screen.owner.regulars.count", n, { n: figure(regular) });
}

export function overdueAnswer(state: Opened): string | null {
  if (state.regular === null) return null;
  const late = overdue(state).length;
  return late === 0 ? words("screen.owner.overdue.none") : many("screen.owner.overdue.answer", late);
}

export function becomingAnswer({ becoming }: Opened): string | null {
  if (becoming === null) return null;
  const n = becoming.people.length;
  return n === 0 ? words("screen.owner.becoming.none") : many("screen.owner.becoming.answer", n);
}

/** One page is what we have counted: if there are more, that is said. */
function figure({ people, next }: Rows): string {
  return next === null ? String(people.length) : words("screen.owner.more-than", { n: people.length });
}

function many(key: Parameters<typeof counted>[0], n: number): string {
  return counted(key, n, { n: written(n) ?? n });
}

/** The day somebody was last here, as one says it: today, Fri, 2 Oct. */
export function lastHere(at: string | null, now: number, timeZone: string, language: string): string {
  if (at === null) return words("screen.owner.never");
  const then = Date.parse(at);
  const day = (ms: number): string => new Intl.DateTimeFormat("en-CA", { timeZone }).format(ms);
  const days = (Date.parse(day(now)) - Date.parse(day(then))) / 86_400_000;
  if (days <= 0) return words("screen.owner.today");
  const format = (options: Intl.DateTimeFormatOptions): string =>
    new Intl.DateTimeFormat(language, { timeZone, ...options }).format(then);
  if (days < 7) return format({ weekday: "short" });
  const year = day(now).slice(0, 4) === day(then).slice(0, 4) ? {} : ({ year: "numeric" } as const);
  return format({ day: "numeric", month: "short", ...year });
}
