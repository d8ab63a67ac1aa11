/** The counter as a pure function: what it knows and what happens give what it knows next and what it asks for. */
import type { Done } from "../wire";
import { checked, fly, scanned } from "./checkins";
import { expire, front, raise, rotate } from "./cues";
import { enrolled, joinable, opened as card, save } from "./enrolment";
import { choices, chosen, gave, gaveLast, give, opened, takenBack } from "./giving";
import { found, looked, pick, search, written } from "./finding";
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
import { ask, use, used } from "./redeeming";
import { isRight, right } from "./righting";
import { glass } from "./shown";
import * as staff from "./staff";

export function update(before: State, event: Event, at: number): Step {
  const [state, ...effects] = happen({ ...before, now: at }, event);
  const [next, ...more] = fly(settled(timely(state)));
  return [next, ...effects, ...more];
}

function happen(state: State, event: Event): Step {
  if (isRight(event)) return right(state, event);
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
      return scanned(listening(state), event.text, state.panel?.kind === "camera");
    case "checked":
      return [checked(state, event.id, event.answer)];
    case "enrolled":
      return enrolled(state, event.answer);
    case "submit":
      return submitted(state);
    case "staff":
      return staff.opened(state);
    case "staffed":
      return [staff.known(state, event.answer)];
    case "who":
      return [staff.picked(state, event.member)];
    case "signed-on":
      return staff.signedOn(state, event.answer);
    case "sign-off":
      return staff.signedOff(state);
    case "retry":
      return [state, { kind: "nudge" }];
    case "new":
      return card(state);
    case "poster":
      return [state, { kind: "poster" }];
    case "edit":
      return edit(state, event);
    case "looked":
      return looked(state, event.text, event.answer);
    case "pick":
      return pick(state, event.person);
    case "joinable":
      return [joinable(state, event.answer)];
    case "use":
      return use(state);
    case "not-them":
      return state.panel?.kind === "redeem"
        ? answered({ ...state, panel: null }, state.panel.open.cue.id, { outcome: "wrong-person" })
        : [state];
    case "used":
      return used(state, event.answer);
    case "give":
      return give(state);
    case "on-house":
      return opened(state);
    case "choices":
      return [choices(state, event.cue, event.answer)];
    case "give-perk":
      return chosen(state, event.perk, "due");
    case "give-reason":
      return chosen(state, null, event.reason);
    case "gave":
      return [gave(state, event.answer)];
    default:
      return [look(state, event)];
  }
}

function submitted(state: State): Step {
  switch (state.panel?.kind) {
    case "enrol":
      return save(state);
    case "pin":
      return staff.taken(state);
    case "give":
      return chosen(state, null, "other");
    default:
      return found(state);
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
      return panel(state, search(state.now));
    case "camera":
      return panel(state, { kind: "camera", fault: null, until: state.now + FORM_MS });
    case "no-camera":
      return state.panel?.kind === "camera" ? { ...state, panel: { ...state.panel, fault: event.fault } } : state;
    case "redeem":
      return ask(state);
    case "keys":
      return panel(state, state.panel?.kind === "keys" ? null : { kind: "keys", until: state.now + NOTICE_MS });
    case "consent":
      return consented(state, event.yes);
    default:
      return event satisfies never;
  }
}

/** A scan takes the place of what only told something; a form, and the question whose it is, stay. */
function listening(state: State): State {
  const kept = ["enrol", "wrong", "redeem", "pin", "give"].includes(state.panel?.kind ?? "") || state.wrong !== null;
  return kept ? state : { ...state, panel: null };
}

function panel(state: State, panel: Panel | null): State {
  return { ...state, panel, over: null };
}

function edit(state: State, { field, value }: Extract<Event, { kind: "edit" }>): Step {
  const { panel } = state;
  if (panel?.kind === "find") return written(state, panel, value);
  if (panel?.kind === "pin") return [staff.typed(state, panel, value)];
  if (panel?.kind === "give") return [{ ...state, panel: { ...panel, text: value, until: state.now + FORM_MS } }];
  if (panel?.kind !== "enrol") return [state];
  return [{ ...state, panel: { ...panel, [field]: value, fault: null, until: state.now + FORM_MS } }];
}

function consented(state: State, yes: boolean): State {
  const { panel } = state;
  if (panel?.kind !== "enrol") return state;
  return { ...state, panel: { ...panel, yes, fault: null, until: state.now + FORM_MS } };
}

/** The barista's answer to the cue on the glass; too soon after it appeared, it was meant for something else. */
function answer(state: State, index: number): Step {
  const shown = glass(state);
  if (shown.kind !== "cue" || state.now - state.shown.since < GUARD_MS) return [state];
  const reply = shown.replies[index];
  if (reply === undefined) return [state];
  if (reply.redeems) return [ask(state)];
  const { outcome, choice } = reply;
  return answered(state, shown.open.cue.id, choice === undefined ? { outcome } : { outcome, choice });
}

function answered(state: State, cue: string, said: Pick<Done, "outcome" | "choice">): Step {
  const open = state.cues.find((it) => it.cue.id === cue);
  if (open === undefined) return [state];
  const { outcome } = said;
  const wrong = outcome === "wrong-person";
  const next: State = {
    ...state,
    cues: state.cues.filter((it) => it !== open),
    undo: { open, outcome, until: state.now + UNDO_MS, moved: false, redemption: null },
    wrong: wrong ? { cue, sale: open.cue.sale } : null,
    gave: wrong && state.gave?.cue === cue ? null : state.gave, // the service takes it back
    panel: wrong ? { kind: "wrong", until: state.now + WRONG_MS } : state.panel,
  };
  return send(next, { type: "done", cue, ...said });
}

/** Esc: the topmost thing goes. */
function dismiss(state: State): Step {
  const shown = glass(state);
  if (state.panel?.kind === "redeem" && state.panel.busy) return [state];
  if (shown.kind === "panel") return [panel(state, null)];
  if (shown.kind !== "cue") return [state];
  if (state.whyUntil !== null) return [{ ...state, whyUntil: null }];
  return answered(state, shown.open.cue.id, { outcome: "dismissed" });
}

/** Back on the glass at once; the service opens it again and says so. */
function undo(state: State): Step {
  if (gaveLast(state)) return takenBack(state);
  if (state.undo === null) return [state];
  const { open, redemption } = state.undo;
  const back = front(raise(state.cues, open.cue), open.cue.id);
  const asked = state.wrong !== null;
  const undone = state.undone + (redemption === null ? 0 : 1);
  const next: State = { ...state, undo: null, undone, cues: back, wrong: null, panel: asked ? null : state.panel };
  const [sent, ...effects] = send(next, { type: "undo", cue: open.cue.id });
  return redemption === null ? [sent, ...effects] : [sent, { kind: "release", redemption }, ...effects];
}

/** What is over by its time. */
function timely(state: State): State {
  const { now, panel, undo, whyUntil } = state;
  const waits = panel?.kind === "give" && state.giving !== null;
  const written = (panel?.kind === "enrol" || panel?.kind === "pin") && panel.busy;
  const busy = waits || written || (panel?.kind === "find" && panel.busy !== null);
  return {
    ...staff.timely(state),
    cues: expire(state.cues, service(state)),
    panel: panel !== null && !busy && now >= panel.until ? null : panel,
    undo: undo !== null && now >= undo.until ? null : undo,
    gave: state.gave !== null && now >= state.gave.until ? null : state.gave,
    whyUntil: whyUntil !== null && now >= whyUntil ? null : whyUntil,
    pending: state.pending.filter((it) => now - it.at < PENDING_MS_MAX),
  };
}

/** Marks since when the cue on the glass is there, and closes what belonged to the one before. */
function settled(state: State): State {
  const over = state.panel !== null && state.cues.some((it) => it.cue.id === state.over) ? state.over : null;
  const shown = glass({ ...state, over });
  const cue = shown.kind === "cue" ? shown.open.cue.id : null;
  const wrong = state.panel === null && state.flights.every((it) => !it.live) ? null : state.wrong;
  if (cue === state.shown.cue) return { ...state, over, wrong };
  return { ...state, over, wrong, shown: { cue, since: state.now }, whyUntil: null };
}
