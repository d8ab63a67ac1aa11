/** The service's messages and the link, folded into what this screen knows. */
import type { Link } from "../live";
import type { Closed, CounterMessage, Cue, Fault, Snapshot } from "../wire";
import { moved } from "./checkins";
import { close, front, raise, replace } from "./cues";
import { CHIME_GAP_MS, type Effect, NOTICE_MS, type Panel, PENDING_MAX, service, type State, type Step } from "./model";
import { lost, SIGNED_OFF } from "./staff";

export function message(state: State, message: CounterMessage): Step {
  switch (message.type) {
    case "snapshot":
      return snapshot(state, message);
    case "cue":
      return raised(clocked(state, message.now), message.cue);
    case "closed":
      return [over(state, message)];
    case "fault":
      return [message.error.code === SIGNED_OFF ? lost(state) : fault(state, message.error)];
    default:
      return message satisfies never;
  }
}

export function linked(state: State, link: Link): Step {
  const up = link.phase === "up";
  const next: State = { ...state, link: { up, since: link.since }, refusal: link.refusal };
  const fresh = up && !state.link.up;
  const again = fresh ? state.pending : [];
  const { shift } = state.staff;
  const whose: Effect[] = fresh && shift !== null ? [{ kind: "send", message: { type: "staff", token: shift.token } }] : [];
  return [
    up ? { ...next, flyAt: state.now } : next,
    ...whose, // before what they answered meanwhile
    ...again.map(({ message }): Effect => ({ kind: "send", message })),
  ];
}

/** Answers are kept until the service confirms them, so that a broken link loses none. */
export function send(state: State, message: State["pending"][number]["message"]): Step {
  const pending = [...state.pending, { message, at: state.now }].slice(-PENDING_MAX);
  return [
    { ...state, pending },
    { kind: "send", message },
  ];
}

function snapshot(state: State, { cues, now, shop, language, timezone, greeted, people, silent }: Snapshot): Step {
  const open = cues.filter((cue) => !answered(state, cue.id));
  const next: State = {
    ...clocked(state, now),
    shop: { name: shop, language, timezone, greeted, people, silent },
    cues: replace(state.cues, open),
  };
  return chime(
    next,
    open.filter((cue) => !state.cues.some((it) => it.cue.id === cue.id)),
  );
}

function raised(state: State, cue: Cue): Step {
  if (answered(state, cue.id)) return [state]; // it crossed our answer on the way
  const known = state.cues.some((it) => it.cue.id === cue.id);
  const shop = state.shop && { ...state.shop, people: Math.max(1, state.shop.people) };
  const pending = state.pending.filter(({ message }) => message.cue !== cue.id || message.type !== "undo");
  if (state.panel?.kind === "enrol" && cue.join !== null && cue.join === state.panel.join?.id) {
    const theirs = moved({ ...state, shop, pending, panel: null });
    return chime({ ...theirs, cues: front(raise(state.cues, cue), cue.id) }, known ? [] : [cue]);
  }
  const panel = known ? state.panel : makesRoom(state.panel);
  const called = cue.id === state.called;
  const cues = called ? front(raise(state.cues, cue), cue.id) : raise(state.cues, cue);
  return chime({ ...state, shop, pending, panel, cues, called: called ? null : state.called }, known ? [] : [cue]);
}

function over(state: State, { cue, outcome }: Closed): State {
  const greeted = outcome === "usual" || outcome === "other" ? 1 : 0;
  return {
    ...state,
    shop: state.shop && { ...state.shop, greeted: state.shop.greeted + greeted },
    cues: close(state.cues, cue),
    pending: state.pending.filter(({ message }) => message.cue !== cue || message.type !== "done"),
  };
}

/**
 * One of our messages changed nothing. They are worked off in their order, so it is the oldest; only an undo can be too
 * late. An undo that failed leaves its cue closed, as it was.
 */
function fault(state: State, { code }: Fault): State {
  const about = state.pending.find(({ message }) => code !== "too-late" || message.type === "undo")?.message.cue;
  if (about === undefined) return state;
  const pending = state.pending.filter(({ message }) => message.cue !== about);
  const undone = state.pending.some(({ message }) => message.cue === about && message.type === "undo");
  if (!undone) return { ...state, pending };
  const panel: Panel = { kind: "notice", notice: "too-late", until: state.now + NOTICE_MS };
  return { ...state, pending, panel, over: null, cues: close(state.cues, about) };
}

function answered(state: State, cue: string): boolean {
  return state.pending.findLast(({ message }) => message.cue === cue)?.message.type === "done";
}

function clocked(state: State, now: string): State {
  return { ...state, offset: Date.parse(now) - state.now };
}

/** What only tells something makes room for somebody who is here; what is being typed or read does not. */
function makesRoom(panel: Panel | null): Panel | null {
  switch (panel?.kind) {
    case "stranger":
    case "notice":
    case "keys":
      return null;
    case "find":
    case "enrol":
    case "made":
    case "wrong":
    case "camera":
    case "redeem":
    case "person":
    case "pair":
    case "joined":
    case "staff":
    case "pin":
    case "give":
    case undefined:
      return panel;
    default:
      return panel satisfies never;
  }
}

/** Once for who is new, never for a quiet card, never twice in a short time. */
function chime(state: State, fresh: readonly Cue[]): Step {
  const heard =
    !state.muted && fresh.some((cue) => cue.tone !== "inform" && Date.parse(cue.expires_at) > service(state));
  if (!heard || state.now - state.chimedAt < CHIME_GAP_MS) return [state];
  return [{ ...state, chimedAt: state.now }, { kind: "chime" }];
}
