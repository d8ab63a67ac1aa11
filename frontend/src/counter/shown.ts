/** What is on the glass: one thing at a time, and everybody else as name and tone beside it. */
import type { Refusal } from "../live";
import type { Cue, Outcome } from "../wire";
import { words } from "../words";
import { FADING, type Open, spent } from "./cues";
import { OFFLINE_MS, type Panel, service, type State } from "./model";

export interface Reply {
  readonly label: string;
  readonly outcome: Outcome;
  readonly main: boolean;
}

export type Glass =
  | { readonly kind: "refused"; readonly refusal: Refusal }
  | { readonly kind: "panel"; readonly panel: Panel }
  | {
      readonly kind: "cue";
      readonly open: Open;
      readonly spent: number;
      readonly fading: boolean;
      readonly why: boolean;
      readonly replies: readonly Reply[];
    }
  | { readonly kind: "offline"; readonly kept: number }
  | { readonly kind: "waiting" } // the service has not spoken yet
  | { readonly kind: "first-day" }
  | { readonly kind: "idle"; readonly greeted: number };

export function glass(state: State): Glass {
  if (state.refusal !== null) return { kind: "refused", refusal: state.refusal };
  if (state.panel !== null && state.over === null) return { kind: "panel", panel: state.panel };
  const [first] = state.cues;
  if (first !== undefined) return cue(state, first);
  if (!state.link.up && state.now - state.link.since >= OFFLINE_MS) return { kind: "offline", kept: state.kept.length };
  if (state.shop === null) return { kind: "waiting" };
  return state.shop.people === 0 ? { kind: "first-day" } : { kind: "idle", greeted: state.shop.greeted };
}

/** Those who wait, in the order in which they came. */
export function waiting(state: State): readonly Open[] {
  const shown = glass(state);
  return shown.kind === "cue" ? state.cues.filter((it) => it !== shown.open) : state.cues;
}

function cue(state: State, open: Open): Glass {
  const part = spent(open, service(state));
  return {
    kind: "cue",
    open,
    spent: part,
    fading: part >= FADING,
    why: state.whyUntil !== null && reasons(open.cue) > 0,
    replies: replies(open.cue),
  };
}

export function reasons(cue: Cue): number {
  return cue.why.length + cue.nearly.length;
}

/** The answers a cue may have. Of two likely drinks neither is put forward. */
export function replies({ tone, choices }: Cue): readonly Reply[] {
  switch (tone) {
    case "inform":
      return [{ label: words("screen.counter.ok"), outcome: "dismissed", main: false }];
    case "ask":
      if (choices.length === 0) return usually();
      return [
        ...choices.map((label): Reply => ({ label, outcome: "usual", main: false })),
        { label: words("screen.counter.neither"), outcome: "other", main: false },
      ];
    case "greet":
    case "celebrate":
    case "repair":
      return usually();
    default:
      return tone satisfies never;
  }
}

function usually(): readonly Reply[] {
  return [
    { label: words("screen.counter.usual"), outcome: "usual", main: true },
    { label: words("screen.counter.other"), outcome: "other", main: false },
    { label: words("screen.counter.wrong"), outcome: "wrong-person", main: false },
  ];
}
