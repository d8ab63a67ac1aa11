/** *My usual* in one's own words, as a pure function: what is written, and what of it can be sent. */
import type { Answer } from "../api";
import type { CardItem, CardMenu, CardMine, CardUsual, CardView, CardWishes } from "../wire";

export const USUALS_MAX = 2;
export const NEVER_MAX = 20;

export interface Row {
  readonly item: string; // as it is shown, or as somebody writes it
  readonly days: CardMine["days"];
  readonly part: CardMine["part"];
  readonly label: string;
}

export interface Wishing {
  readonly rows: readonly Row[];
  readonly never: string; // with commas between
  readonly menu: CardMenu | null;
  readonly busy: boolean;
  readonly fault: "item" | "time" | "unreachable" | null;
}

export type WishEvent =
  | { readonly kind: "open" }
  | { readonly kind: "menu"; readonly answer: Answer<CardMenu> }
  | { readonly kind: "edit"; readonly row: number; readonly change: Partial<Row> }
  | { readonly kind: "add" }
  | { readonly kind: "drop"; readonly row: number }
  | { readonly kind: "never"; readonly never: string }
  | { readonly kind: "save" }
  | { readonly kind: "saved"; readonly answer: Answer<CardView> }
  | { readonly kind: "close" };

export type WishEffect = { readonly kind: "menu" } | { readonly kind: "wish"; readonly body: CardWishes };

/** Null: nothing is being written. */
type Step = readonly [Wishing | null, ...WishEffect[]];

const EMPTY: Row = { item: "", days: "any", part: "any", label: "" };

export function wish(state: Wishing | null, event: WishEvent, view: CardView): Step {
  if (event.kind === "open") return [opened(view), { kind: "menu" }];
  if (state === null) return [null];
  switch (event.kind) {
    case "menu":
      return [event.answer.kind === "ok" ? { ...state, menu: event.answer.value } : state];
    case "edit":
      return [{ ...state, fault: null, rows: state.rows.map((row, i) => (i === event.row ? { ...row, ...event.change } : row)) }];
    case "add":
      return [state.rows.length < USUALS_MAX ? { ...state, rows: [...state.rows, { ...EMPTY, days: "weekend" }] } : state];
    case "drop":
      return [{ ...state, fault: null, rows: state.rows.filter((_, i) => i !== event.row) }];
    case "never":
      return [{ ...state, never: event.never }];
    case "save":
      return save(state, view);
    case "saved":
      return saved(state, event.answer);
    case "close":
      return [null];
    default:
      return event satisfies never;
  }
}

function opened({ mine, never, usual }: CardView): Wishing {
  const rows = mine.map(({ shown, days, part, label }) => ({ item: shown, days, part, label }));
  return {
    rows: rows.length > 0 ? rows : [{ ...EMPTY, item: usual ?? "" }],
    never: never.join(", "),
    menu: null,
    busy: false,
    fault: null,
  };
}

function save(state: Wishing, view: CardView): Step {
  if (state.busy) return [state];
  const rows = state.rows.filter(({ item, label }) => item.trim() !== "" || label.trim() !== "");
  if (rows.some(({ item }) => item.trim() === "")) return [{ ...state, fault: "item" }];
  const times = new Set(rows.map(({ days, part }) => `${days} ${part}`));
  if (times.size < rows.length) return [{ ...state, fault: "time" }];
  const never = state.never.split(/[,،၊\n]/).map((it) => it.trim());
  const body = { usuals: rows.map((row) => usual(row, view, state.menu)), never: never.filter((it) => it !== "").slice(0, NEVER_MAX) };
  return [
    { ...state, busy: true, fault: null },
    { kind: "wish", body },
  ];
}

/** What they have had before, with its size and all; what they write, as they write it. */
function usual({ item, days, part, label }: Row, { mine }: CardView, menu: CardMenu | null): CardUsual {
  const known: readonly CardItem[] = [...mine, ...(menu?.own ?? [])];
  const found = known.find(({ shown }) => plain(shown) === plain(item));
  const { name, variation, modifiers } = found ?? { name: item.trim(), variation: "", modifiers: [] };
  return { name, variation, modifiers, days, part, label: label.trim() };
}

function plain(text: string): string {
  return text.replace(/\s+/g, " ").trim().toLowerCase();
}

function saved(state: Wishing, answer: Answer<CardView>): Step {
  if (answer.kind === "ok") return [null];
  return [{ ...state, busy: false, fault: answer.kind === "refused" ? "item" : "unreachable" }];
}
