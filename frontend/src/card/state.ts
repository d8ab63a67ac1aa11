/** The customer's own card as a pure function: what is shown, and what is asked of the service. */
import type { Answer } from "../api";
import type { CardView, Greeting } from "../wire";

export const UNDO_MS = 30_000;

/** What this phone remembers, so that the card can be shown whatever else fails. */
export interface Copy {
  readonly view: CardView;
  readonly at: number; // ms since the epoch
}

export interface Shown {
  readonly kind: "shown";
  readonly copy: Copy;
  readonly fresh: boolean; // false: from this phone
  readonly greeting: Greeting; // as chosen, saved or not
  readonly saving: boolean;
  readonly undo: { readonly greeting: Greeting; readonly until: number } | null;
  readonly failed: boolean;
}

export type CardState =
  | { readonly kind: "opening" }
  | { readonly kind: "nobody" } // no token, or one that nobody has
  | { readonly kind: "unreachable" } // and no copy
  | Shown;

export type CardEvent =
  | { readonly kind: "remembered"; readonly copy: Copy }
  | { readonly kind: "fetched"; readonly answer: Answer<CardView> }
  | { readonly kind: "chose"; readonly greeting: Greeting }
  | { readonly kind: "undo" }
  | { readonly kind: "saved"; readonly answer: Answer<CardView> }
  | { readonly kind: "tick" };

export type CardEffect = { readonly kind: "save"; readonly greeting: Greeting };
type Step = readonly [CardState, ...CardEffect[]];

export function update(state: CardState, event: CardEvent, at: number): Step {
  switch (event.kind) {
    case "remembered":
      return [state.kind === "opening" ? shown(event.copy, false) : state];
    case "fetched":
      return [fetched(state, event.answer, at)];
    case "chose":
      return chose(state, event.greeting, at);
    case "undo":
      return state.kind === "shown" && state.undo !== null ? save(state, state.undo.greeting) : [state];
    case "saved":
      return [saved(state, event.answer, at)];
    case "tick":
      return [
        state.kind === "shown" && state.undo !== null && at >= state.undo.until ? { ...state, undo: null } : state,
      ];
    default:
      return event satisfies never;
  }
}

function shown(copy: Copy, fresh: boolean): Shown {
  return { kind: "shown", copy, fresh, greeting: copy.view.greeting, saving: false, undo: null, failed: false };
}

/** A refusal of the token takes the card away; anything else leaves what this phone remembers. */
function fetched(state: CardState, answer: Answer<CardView>, at: number): CardState {
  switch (answer.kind) {
    case "ok": {
      const next = shown({ view: answer.value, at }, true);
      if (state.kind !== "shown") return next;
      return { ...state, copy: next.copy, fresh: true, greeting: state.saving ? state.greeting : next.greeting };
    }
    case "unreachable":
      return state.kind === "opening" ? { kind: "unreachable" } : state;
    case "refused":
      if (answer.status === 429) return state.kind === "opening" ? { kind: "unreachable" } : state;
      return { kind: "nobody" };
    default:
      return answer satisfies never;
  }
}

function chose(state: CardState, greeting: Greeting, at: number): Step {
  if (state.kind !== "shown" || state.saving || greeting === state.greeting) return [state];
  return save({ ...state, undo: { greeting: state.greeting, until: at + UNDO_MS } }, greeting);
}

function save(state: Shown, greeting: Greeting): Step {
  const undo = state.undo?.greeting === greeting ? null : state.undo;
  return [
    { ...state, greeting, undo, saving: true, failed: false },
    { kind: "save", greeting },
  ];
}

/** What was not saved is not shown as chosen. */
function saved(state: CardState, answer: Answer<CardView>, at: number): CardState {
  if (state.kind !== "shown") return state;
  if (answer.kind === "ok") {
    const { greeting } = answer.value;
    return { ...state, copy: { view: answer.value, at }, fresh: true, greeting, saving: false };
  }
  return { ...state, greeting: state.copy.view.greeting, saving: false, undo: null, failed: true };
}
