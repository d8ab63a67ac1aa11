/** What the barista gives: a permission that the cue shows, with one touch; or something on the house, with a reason. */
import type { Answer } from "../api";
import type { Choices, GiftMade, Giving, NewSurprise } from "../wire";
import { notice } from "./checkins";
import type { GivePanel } from "./gifts";
import { type Effect, FORM_MS, GUARD_MS, type State, type Step, UNDO_MS } from "./model";
import { glass } from "./shown";
import { refused, told } from "./staff";

type Reason = NewSurprise["reason"];
export const REASONS: readonly Exclude<Reason, "due" | "other">[] = ["thanks", "sorry", "hard-day", "celebrate"];

/** The act on the glass: given at once, and once, however often it is touched. */
export function give(state: State): Step {
  const shown = glass(state);
  if (shown.kind !== "cue" || state.giving !== null || state.now - state.shown.since < GUARD_MS) return [state];
  const { give, open } = shown;
  if (give === null || give.given !== null) return [state];
  return asked(state, open.cue.id, open.cue.till, give.perk, "due", "");
}

/** Something for whoever is on the glass, asked for by hand. */
export function opened(state: State): Step {
  const shown = glass(state);
  if (shown.kind !== "cue" || !state.link.up) return [state];
  const { open } = shown;
  const panel: GivePanel = { kind: "give", open, choices: null, text: "", until: state.now + FORM_MS };
  return [{ ...state, panel, over: null }, { kind: "choices", cue: open.cue.id, shop: state.place.shop }];
}

export function choices(state: State, cue: string, answer: Answer<Choices>): State {
  const { panel } = state;
  if (panel?.kind !== "give" || panel.open.cue.id !== cue) return state;
  if (answer.kind === "ok") return { ...state, panel: { ...panel, choices: answer.value } };
  if (answer.kind === "refused" && answer.status === 401) return { ...state, refusal: "unknown-key" };
  return notice(state, answer.kind === "unreachable" ? "not-booked" : "not-given");
}

/** Chosen in the panel: a perk, or a reason for a surprise. */
export function chosen(state: State, perk: string | null, reason: Reason): Step {
  const { panel } = state;
  if (panel?.kind !== "give" || state.giving !== null) return [state];
  const said = reason === "other" ? panel.text.trim() : "";
  if (reason === "other" && said === "") return [state];
  return asked(state, panel.open.cue.id, panel.open.cue.till, perk, reason, said);
}

/** The same key until it is answered or taken back: sent twice, it counts once. */
function asked(state: State, cue: string, till: string | null, perk: string | null, reason: Reason, said: string): Step {
  const of = perk === null ? `surprise/${reason}` : `perk/${perk}`;
  const common = { cue, key: `${cue}/${of}/${state.gifts}`, till: till ?? state.place.till, shop: state.place.shop };
  const effect: Effect =
    perk === null
      ? { kind: "give", path: "/v1/surprises", body: { ...common, reason, said } }
      : { kind: "give", path: "/v1/perks", body: { ...common, perk } };
  return [{ ...state, giving: cue }, effect];
}

export function gave(state: State, answer: Answer<GiftMade>): State {
  const cue = state.giving;
  if (cue === null) return state;
  const done: State = { ...state, giving: null };
  switch (answer.kind) {
    case "ok":
      return booked(done, cue, answer.value);
    case "unreachable":
      return notice(done, "not-booked");
    case "refused":
      if (refused(answer)) return told(done);
      if (answer.status === 401) return { ...done, refusal: "unknown-key" };
      return notice(done, answer.fault.code === "limit" ? "given-out" : "not-given");
    default:
      return answer satisfies never;
  }
}

function booked(state: State, cue: string, gift: GiftMade): State {
  const last = { gift: gift.id, cue, name: gift.perk === null ? null : gift.name, until: state.now + UNDO_MS };
  const panel = state.panel?.kind === "give" ? null : state.panel;
  return marked({ ...state, panel, gave: last, gifts: state.gifts + 1 }, cue, gift.perk, gift.id);
}

/** The newest thing that can be taken back was a gift: it is not booked any more. */
export function takenBack(state: State): Step {
  const { gave } = state;
  if (gave === null) return [state];
  const open = state.cues.find((it) => it.cue.id === gave.cue);
  const perk = open?.cue.act.find((act) => act.give?.given === gave.gift)?.give?.perk ?? null;
  const next: State = { ...state, gave: null, gifts: state.gifts + 1 };
  return [marked(next, gave.cue, perk, null), { kind: "take-back", gift: gave.gift }];
}

/** Whether undo means what was given, and not the answer: whichever was later. */
export function gaveLast({ gave, undo }: State): boolean {
  return gave !== null && (undo === null || gave.until >= undo.until);
}

/** The act says that it was given at once; the service says the same a moment later. */
function marked(state: State, cue: string, perk: string | null, given: string | null): State {
  const mark = (give: Giving): Giving => (give.perk === perk ? { ...give, given } : give);
  const cues = state.cues.map((it) =>
    it.cue.id !== cue
      ? it
      : { ...it, cue: { ...it.cue, act: it.cue.act.map((act) => (act.give === undefined ? act : { ...act, give: mark(act.give) })) } },
  );
  return { ...state, cues };
}
