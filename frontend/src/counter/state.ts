/** The counter as a pure function: what it knows and what happens give what it knows next and what it asks for. */
import type { Done } from "../wire";
import { checked, fly, found, scanned } from "./checkins";
import { expire, front, raise, rotate } from "./cues";
import { blank, enrolled, save } from "./enrolment";
import { linked, message, send } from "./messages";
import {
  type Event,
  FORM_MS,
  GUARD_MS,
  type Look,
  NOTICE_MS,
  type Panel,
  PENDING_MS_MAX,
  service,
  type State,
  type Step,
  UNDO_MS,
  WHY_MS,
  WRONG_MS,
} from "./model";
import { glass } from "./shown";

export function update(before: State, event: Event, at: number): Step {
  const [state, ...effects] = happen({ ...before, now: at }, event);
  const [next, ...more] = fly(settled(timely(state)));
  return [next, ...effects, ...more];
}

function happen(state: State, event: Event): Step {
  switch (event.kind) {
    case "message":
      return message(state, event.message);
    case "link":
      return linked(state, event.link);
    case "answer":
      return answer(state, event.index);
    case "dismiss":
      return dismiss(state);
    case "undo":
      return undo(state);
    case "scanned":
      return scanned({ ...state, panel: state.panel?.kind === "enrol" ? state.panel : null }, event.text);
    case "checked":
      return [checked(state, event.id, event.answer)];
    case "enrolled":
      return enrolled(state, event.answer);
    case "submit":
      return state.panel?.kind === "enrol" ? save(state) : found(state);
    case "retry":
      return [state, { kind: "nudge" }];
    default:
      return [look(state, event)];
  }
}

function look(state: State, event: Look): State {
  switch (event.kind) {
    case "tick":
      return state;
    case "mute":
      return { ...state, muted: !state.muted };
    case "why":
      return { ...state, whyUntil: state.whyUntil === null ? state.now + WHY_MS : null };
    case "next":
      return state.panel === null ? { ...state, cues: rotate(state.cues) } : state;
    case "front":
      return { ...state, cues: front(state.cues, event.cue), over: state.panel === null ? null : event.cue };
    case "find":
      return panel(state, { kind: "find", text: "", busy: null, until: state.now + FORM_MS });
    case "new":
      return panel(state, blank(state.now, (state.panel?.kind === "stranger" && state.panel.phone) || ""));
    case "keys":
      return panel(state, state.panel?.kind === "keys" ? null : { kind: "keys", until: state.now + NOTICE_MS });
    case "edit":
    case "consent":
      return edit(state, event);
    default:
      return event satisfies never;
  }
}

function panel(state: State, panel: Panel | null): State {
  return { ...state, panel, over: null };
}

function edit(state: State, event: Extract<Event, { kind: "edit" | "consent" }>): State {
  const { panel } = state;
  const until = state.now + FORM_MS;
  if (panel?.kind === "find" && event.kind === "edit")
    return { ...state, panel: { ...panel, text: event.value, until } };
  if (panel?.kind !== "enrol") return state;
  const change = event.kind === "consent" ? { yes: event.yes } : { [event.field]: event.value };
  return { ...state, panel: { ...panel, ...change, fault: null, until } };
}

/** The barista's answer to the cue on the glass; too soon after it appeared, it was meant for something else. */
function answer(state: State, index: number): Step {
  const shown = glass(state);
  if (shown.kind !== "cue" || state.now - state.shown.since < GUARD_MS) return [state];
  const reply = shown.replies[index];
  if (reply === undefined) return [state];
  const { outcome, choice } = reply;
  return answered(state, shown.open.cue.id, choice === undefined ? { outcome } : { outcome, choice });
}

function answered(state: State, cue: string, said: Pick<Done, "outcome" | "choice">): Step {
  const open = state.cues.find((it) => it.cue.id === cue);
  if (open === undefined) return [state];
  const { outcome } = said;
  const next: State = {
    ...state,
    cues: state.cues.filter((it) => it !== open),
    undo: { open, outcome, until: state.now + UNDO_MS },
    panel: outcome === "wrong-person" ? { kind: "wrong", until: state.now + WRONG_MS } : state.panel,
  };
  return send(next, { type: "done", cue, ...said });
}

/** Esc: the topmost thing goes. */
function dismiss(state: State): Step {
  const shown = glass(state);
  if (shown.kind === "panel") return [panel(state, null)];
  if (shown.kind !== "cue") return [state];
  if (state.whyUntil !== null) return [{ ...state, whyUntil: null }];
  return answered(state, shown.open.cue.id, { outcome: "dismissed" });
}

/** Back on the glass at once; the service opens it again and says so. */
function undo(state: State): Step {
  if (state.undo === null) return [state];
  const { open } = state.undo;
  const back = front(raise(state.cues, open.cue), open.cue.id);
  const wrong = state.panel?.kind === "wrong";
  const next: State = { ...state, undo: null, cues: back, panel: wrong ? null : state.panel };
  return send(next, { type: "undo", cue: open.cue.id });
}

/** What is over by its time. */
function timely(state: State): State {
  const { now, panel, undo, whyUntil } = state;
  const busy = (panel?.kind === "find" && panel.busy !== null) || (panel?.kind === "enrol" && panel.busy);
  return {
    ...state,
    cues: expire(state.cues, service(state)),
    panel: panel !== null && !busy && now >= panel.until ? null : panel,
    undo: undo !== null && now >= undo.until ? null : undo,
    whyUntil: whyUntil !== null && now >= whyUntil ? null : whyUntil,
    pending: state.pending.filter((it) => now - it.at < PENDING_MS_MAX),
  };
}

/** Marks since when the cue on the glass is there, and closes what belonged to the one before. */
function settled(state: State): State {
  const over = state.panel !== null && state.cues.some((it) => it.cue.id === state.over) ? state.over : null;
  const shown = glass({ ...state, over });
  const cue = shown.kind === "cue" ? shown.open.cue.id : null;
  if (cue === state.shown.cue) return { ...state, over };
  return { ...state, over, shown: { cue, since: state.now }, whyUntil: null };
}
