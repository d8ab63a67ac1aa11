/** The customer's own card as a pure function: what is shown, and what is asked of the service. */
import type { Answer } from "../api";
import type { CardChange, CardView, Greeting } from "../wire";
import { type ClaimEffect, type ClaimEvent, type Claiming, claim } from "./claiming";
import { type Knowing, type KnowingEffect, type KnowingEvent, NOTHING_KNOWN, learn } from "./knowing";
import { stepAt } from "./rotating";
import { type WishEffect, type WishEvent, type Wishing, wish } from "./wishing";
import { isTelling, NOTHING_TOLD, tell, type Telling, type TellingEffect, type TellingEvent } from "./telling";

export const UNDO_MS = 30_000;

/** What this phone remembers, so that the card can be shown whatever else fails. */
export interface Copy {
  readonly view: CardView;
  readonly at: number; // ms since the epoch
}

export type Page = "card" | "knows" | "tell";

export interface Shown {
  readonly kind: "shown";
  readonly page: Page;
  readonly copy: Copy;
  readonly fresh: boolean; // false: from this phone
  readonly step: number; // the half minute whose code is shown, by the service's clock
  readonly greeting: Greeting; // as chosen, saved or not
  readonly other: boolean; // "not my usual today", saved or not
  readonly saving: boolean;
  readonly undo: { readonly greeting: Greeting; readonly until: number } | null;
  readonly failed: boolean;
  readonly knowing: Knowing;
  readonly wishing: Wishing | null; // my usual, while it is being written
  readonly claiming: Claiming | null; // a visit from a receipt, the same
  readonly telling: Telling;
}

export type CardState =
  | { readonly kind: "opening" }
  | { readonly kind: "nobody" } // no token, or one that nobody has
  | { readonly kind: "erased" } // just now, by their own hand
  | { readonly kind: "unreachable" } // and no copy
  | Shown;

export type CardEvent =
  | { readonly kind: "remembered"; readonly copy: Copy }
  | { readonly kind: "fetched"; readonly answer: Answer<CardView> }
  | { readonly kind: "news"; readonly answer: Answer<CardView> } // something moved, here or elsewhere
  | { readonly kind: "chose"; readonly greeting: Greeting }
  | { readonly kind: "today"; readonly other: boolean }
  | { readonly kind: "undo" }
  | { readonly kind: "saved"; readonly answer: Answer<CardView> }
  | { readonly kind: "turned"; readonly page: Page }
  | { readonly kind: "tick" }
  | { readonly kind: "wish"; readonly event: WishEvent }
  | { readonly kind: "coming"; readonly minutes: number | null } // null: not after all
  | { readonly kind: "claim"; readonly event: ClaimEvent }
  | KnowingEvent
  | TellingEvent;

export type CardEffect =
  | { readonly kind: "save"; readonly change: CardChange }
  | { readonly kind: "coming"; readonly minutes: number | null }
  | KnowingEffect
  | WishEffect
  | ClaimEffect
  | TellingEffect;
type Step = readonly [CardState, ...CardEffect[]];

export function update(state: CardState, event: CardEvent, at: number): Step {
  switch (event.kind) {
    case "remembered":
      return [state.kind === "opening" ? shown(event.copy, false, at) : state];
    case "fetched":
      return [fetched(state, event.answer, at)];
    case "news":
      return heard(state, fetched(state, event.answer, at));
    case "tick":
      return [state.kind === "shown" ? renewed(forgotten(state, at), at) : state];
    default:
      return state.kind === "shown" ? live(state, event, at) : [state];
  }
}

type Lived = Exclude<CardEvent, { readonly kind: "remembered" | "fetched" | "news" | "tick" }>;

function live(state: Shown, event: Lived, at: number): Step {
  switch (event.kind) {
    case "chose":
      return chose(state, event.greeting, at);
    case "today":
      return today(state, event.other);
    case "undo":
      return state.undo !== null ? save(state, state.undo.greeting) : [state];
    case "saved":
      return [saved(state, event.answer, at)];
    case "turned":
      if (event.page === state.page) return [state];
      return [{ ...state, page: event.page }, ...opened(event.page)];
    case "coming":
      return state.saving ? [state] : [{ ...state, saving: true, failed: false }, event];
    case "wish":
      return wished(state, event.event, at);
    case "claim":
      return claimed(state, event.event, at);
    default: {
      if (isTelling(event)) {
        const [telling, ...effects] = tell(state.telling, event);
        return [{ ...state, telling }, ...effects];
      }
      const [knowing, ...effects] = learn(state.knowing, event);
      if (knowing === "erased") return [{ kind: "erased" }];
      return [{ ...state, knowing }, ...effects];
    }
  }
}

/** What a page asks for when it is turned to. */
function opened(page: Page): readonly CardEffect[] {
  if (page === "tell") return [{ kind: "thread" }];
  return page === "knows" ? [{ kind: "knows" }] : [];
}

/** What the page that is open shows beside the card has moved with it. */
function heard(before: CardState, state: CardState): Step {
  if (before.kind !== "shown" || state.kind !== "shown") return [state];
  if (state.page === "tell" && state.copy.view.unread === 0) return [state];
  return [state, ...opened(state.page)];
}

function wished(state: Shown, event: WishEvent, at: number): Step {
  const [wishing, ...effects] = wish(state.wishing, event, state.copy.view);
  const next = { ...state, wishing };
  if (event.kind !== "saved" || event.answer.kind !== "ok") return [next, ...effects];
  return [{ ...next, copy: { view: event.answer.value, at }, fresh: true }, ...effects];
}

function claimed(state: Shown, event: ClaimEvent, at: number): Step {
  const [claiming, ...effects] = claim(state.claiming, event, state.copy.view.receipts);
  const next = { ...state, claiming };
  if (event.kind !== "saved" || event.answer.kind !== "ok") return [next, ...effects];
  return [{ ...next, copy: { view: event.answer.value, at }, fresh: true }, ...effects];
}

/** A phone's clock may be wrong: it only counts on from what the service said. */
function stepOf({ view, at: then }: Copy, at: number): number {
  return stepAt(Date.parse(view.now) + at - then);
}

function renewed(state: Shown, at: number): Shown {
  const step = stepOf(state.copy, at);
  return step === state.step ? state : { ...state, step };
}

function shown(copy: Copy, fresh: boolean, at: number): Shown {
  const chosen = { greeting: copy.view.greeting, other: copy.view.other_today };
  const calm = { saving: false, undo: null, failed: false, knowing: NOTHING_KNOWN, wishing: null, claiming: null } as const;
  const quiet = { ...calm, telling: NOTHING_TOLD };
  return { kind: "shown", page: "card", copy, fresh, step: stepOf(copy, at), ...chosen, ...quiet };
}

/** A refusal of the token takes the card away; anything else leaves what this phone remembers. */
function fetched(state: CardState, answer: Answer<CardView>, at: number): CardState {
  if (state.kind === "erased") return state;
  switch (answer.kind) {
    case "ok": {
      const next = shown({ view: answer.value, at }, true, at);
      if (state.kind !== "shown") return next;
      const { greeting, other } = state.saving ? state : next;
      return { ...state, copy: next.copy, fresh: true, step: next.step, greeting, other };
    }
    case "unreachable":
      return unreached(state);
    case "refused":
      return answer.status === 429 ? unreached(state) : { kind: "nobody" };
    default:
      return answer satisfies never;
  }
}

/** What stays is what this phone remembers, and it says so. */
function unreached(state: CardState): CardState {
  if (state.kind === "opening") return { kind: "unreachable" };
  return state.kind === "shown" ? { ...state, fresh: false } : state;
}

function chose(state: Shown, greeting: Greeting, at: number): Step {
  if (state.saving || greeting === state.greeting) return [state];
  return save({ ...state, undo: { greeting: state.greeting, until: at + UNDO_MS } }, greeting);
}

function save(state: Shown, greeting: Greeting): Step {
  const undo = state.undo?.greeting === greeting ? null : state.undo;
  return [
    { ...state, greeting, undo, saving: true, failed: false },
    { kind: "save", change: { greeting } },
  ];
}

function today(state: Shown, other: boolean): Step {
  if (state.saving) return [state];
  return [
    { ...state, other, saving: true, failed: false },
    { kind: "save", change: { other_today: other } },
  ];
}

/** What was not saved is not shown as chosen. */
function saved(state: Shown, answer: Answer<CardView>, at: number): CardState {
  const { view } = answer.kind === "ok" ? { view: answer.value } : state.copy;
  const chosen = { greeting: view.greeting, other: view.other_today, saving: false };
  if (answer.kind === "ok") return { ...state, ...chosen, copy: { view, at }, fresh: true };
  return { ...state, ...chosen, undo: null, failed: true };
}

function forgotten(state: Shown, at: number): Shown {
  return state.undo !== null && at >= state.undo.until ? { ...state, undo: null } : state;
}
