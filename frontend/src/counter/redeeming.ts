/** A reward that is due: what changes is named before it changes, and it can be taken back. */
import type { Answer } from "../api";
import type { Redemption } from "../wire";
import { notice } from "./checkins";
import type { NoticeKind } from "./faults";
import { send } from "./messages";
import { GUARD_MS, type Last, type State, type Step, UNDO_MS } from "./model";
import { glass } from "./shown";
import { refused, told } from "./staff";

export function ask(state: State): State {
  const shown = glass(state);
  if (shown.kind !== "cue" || shown.redeem === null) return state;
  const { open, redeem } = shown;
  const until = Number.POSITIVE_INFINITY;
  return { ...state, panel: { kind: "redeem", open, redeem, busy: false, fault: false, since: state.now, until }, over: null };
}

/** The same key until it is answered: sent twice, it counts once. */
export function use(state: State): Step {
  const { panel, place } = state;
  if (panel?.kind !== "redeem" || panel.busy || state.now - panel.since < GUARD_MS) return [state];
  const { customer, reward, word } = panel.redeem;
  const { id: cue, till } = panel.open.cue;
  const key = `${cue}/${reward}/${state.undone}`;
  return [
    { ...state, panel: { ...panel, busy: true, fault: false } },
    { kind: "use", body: { customer, reward, key, till: till ?? place.till, shop: place.shop, cue, word } },
  ];
}

export function used(state: State, answer: Answer<Redemption>): Step {
  const { panel } = state;
  if (panel?.kind !== "redeem") return [state];
  switch (answer.kind) {
    case "ok":
      return redeemed(state, panel.open, answer.value.id);
    case "unreachable":
      return [{ ...state, panel: { ...panel, busy: false, fault: true } }];
    case "refused":
      if (refused(answer)) return [told(state)];
      if (answer.status === 401) return [{ ...state, refusal: "unknown-key" }];
      return [notice(state, why(answer.status, answer.fault.code))];
    default:
      return answer satisfies never;
  }
}

function why(status: number, code: string): NoticeKind {
  if (code === "limit" || code === "sign-on") return code;
  return status === 409 ? "no-points" : "gone";
}

function redeemed(state: State, open: Last["open"], redemption: string): Step {
  const undo: Last = { open, outcome: "redeemed", until: state.now + UNDO_MS, moved: false, redemption };
  const cues = state.cues.filter((it) => it.cue.id !== open.cue.id);
  return send({ ...state, cues, undo, panel: null }, { type: "done", cue: open.cue.id, outcome: "redeemed" });
}
