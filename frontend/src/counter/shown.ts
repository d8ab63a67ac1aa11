/** What is on the glass: one thing at a time, and everybody else as name and tone beside it. */
import type { Refusal } from "../live";
import type { Cue, Giving, Outcome, Redeem } from "../wire";
import { words } from "../words";
import { FADING, type Open, spent } from "./cues";
import { OFFLINE_MS, type Panel, service, type State } from "./model";

export interface Reply {
  readonly label: string;
  readonly key: "1" | "2" | "3"; // what a key means stays, whatever else is offered
  readonly outcome: Outcome;
  readonly choice?: number; // which of the cue's two
  readonly main?: boolean;
  readonly redeems?: boolean; // asks first: what goes and what comes off
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
      readonly redeem: Redeem | null;
      readonly give: Giving | null;
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
  if (shown.kind === "cue") return state.cues.filter((it) => it !== shown.open);
  const held = shown.kind === "panel" && "open" in shown.panel ? shown.panel.open.cue.id : null;
  return state.cues.filter((it) => it.cue.id !== held);
}

function cue(state: State, open: Open): Glass {
  const part = spent(open, service(state));
  return {
    kind: "cue",
    open,
    spent: part,
    fading: part >= FADING,
    why: state.whyUntil !== null && reasons(open.cue) > 0,
    redeem: redeemable(open.cue),
    give: open.cue.act.find((act) => act.give !== undefined)?.give ?? null,
    replies: replies(open.cue),
  };
}

export function redeemable(cue: Cue): Redeem | null {
  return cue.act.find((act) => act.redeem !== undefined)?.redeem ?? null;
}

/** How many there are to read. Who is greeted for nothing special is told so; of a quiet card nothing is told. */
export function reasons(cue: Cue): number {
  const told = cue.why.length + cue.nearly.length;
  return cue.tone === "inform" ? told : Math.max(told, 1);
}

/** The answers a cue may have: what it did not offer cannot have been taken. */
export function replies(cue: Cue): readonly Reply[] {
  const { tone, choices, offer } = cue;
  const wrong: Reply = { label: words("screen.counter.wrong"), key: "3", outcome: "wrong-person" };
  const [first, second] = choices;
  if (tone === "inform") return [{ label: words("screen.counter.ok"), key: "1", outcome: "dismissed" }];
  if (first !== undefined && second !== undefined) return either(first, second);
  if (!offer && redeemable(cue) !== null) return [...using(), wrong];
  if (!offer) return [{ label: words("screen.counter.done"), key: "1", outcome: "other", main: true }, wrong];
  return [
    { label: words("screen.counter.usual"), key: "1", outcome: "usual", main: true },
    { label: words("screen.counter.other"), key: "2", outcome: "other" },
    wrong,
  ];
}

/** Where the sentence is about a reward; below an offer of the usual it is the one thing to do, and used from there. */
function using(): readonly Reply[] {
  return [
    { label: words("screen.counter.use.now"), key: "1", outcome: "redeemed", main: true, redeems: true },
    { label: words("screen.counter.another-day"), key: "2", outcome: "other" },
  ];
}

/** Of two likely drinks, or two people, neither is put forward. */
function either(first: string, second: string): readonly Reply[] {
  return [
    { label: first, key: "1", outcome: "usual", choice: 0 },
    { label: second, key: "2", outcome: "usual", choice: 1 },
    { label: words("screen.counter.neither"), key: "3", outcome: "other" },
  ];
}
