/** From a scan or typed letters to a check-in; what cannot be sent now is kept and sent later with its time. */
import type { Answer } from "../api";
import type { CheckinAnswer } from "../wire";
import { front } from "./cues";
import { isCodeFault } from "./faults";
import { forget, keep, type Kept } from "./kept";
import {
  type Flight,
  KEPT_RETRY_MS,
  NOTICE_MS,
  type NoticeKind,
  service,
  SLOW_DOWN_MS,
  type State,
  type Step,
  UNDO_MS,
} from "./model";
import { cardIn } from "./scanner";

type Who = { readonly card: string } | { readonly phone: string } | { readonly customer: string };

export function scanned(state: State, text: string, called: boolean): Step {
  const card = cardIn(text);
  return card === null ? [notice(state, "unread")] : checkin(state, { card }, called);
}

/**
 * Written down before it is sent: a tablet that dies in between has it still. `called`: somebody looked for just this
 * person, who then is who the keys are about; one whose card a scanner read waits their turn.
 */
export function checkin(state: State, who: Who, called: boolean): Step {
  const { shop, till } = state.place;
  const body = { shop, till, ...who };
  const at = new Date(service(state)).toISOString();
  const one: Kept = { id: `${at}/${state.count}`, checkin: { ...body, at } };
  const next: State = { ...state, kept: keep(state.kept, one), count: state.count + 1 };
  if (!state.link.up) return [next];
  const chosen = called || state.wrong !== null;
  const flight: Flight = { id: one.id, live: true, called: chosen, phone: "phone" in who ? who.phone : null };
  return [
    { ...next, flights: [...state.flights, flight] },
    { kind: "checkin", id: one.id, body: state.wrong === null ? body : { ...body, instead: state.wrong.cue } },
  ];
}

/** The oldest kept check-in goes out, one at a time. */
export function fly(state: State): Step {
  const [oldest] = state.kept;
  if (oldest === undefined || !state.link.up || state.flights.length > 0 || state.now < state.flyAt) return [state];
  const flight: Flight = { id: oldest.id, live: false, called: false, phone: null };
  return [
    { ...state, flights: [flight] },
    { kind: "checkin", id: oldest.id, body: oldest.checkin },
  ];
}

export function checked(state: State, id: string, answer: Answer<CheckinAnswer>): State {
  const flight = state.flights.find((it) => it.id === id);
  if (flight === undefined) return state;
  const landed: State = { ...state, flights: state.flights.filter((it) => it.id !== id) };
  const done: State = { ...landed, kept: forget(state.kept, id) };
  switch (answer.kind) {
    case "ok":
      return first(released(flight.live ? moved(done) : done, id), flight, answer.value.cue.id);
    case "unreachable":
      return told({ ...landed, flyAt: state.now + KEPT_RETRY_MS }, flight, "kept");
    case "refused":
      return refused(landed, done, flight, answer);
    default:
      return answer satisfies never;
  }
}

/** Their cue may come before this answer or after it. */
function first(state: State, { called }: Flight, cue: string): State {
  if (!called) return state;
  const here = state.cues.some((it) => it.cue.id === cue);
  return here ? { ...state, cues: front(state.cues, cue) } : { ...state, called: cue };
}

type Refused = Extract<Answer<unknown>, { readonly kind: "refused" }>;

function refused(landed: State, done: State, flight: Flight, { status, fault }: Refused): State {
  if (isCodeFault(fault.code)) return told(done, flight, fault.code);
  switch (status) {
    case 401:
      return { ...landed, refusal: "unknown-key" };
    case 403:
      return { ...landed, refusal: "other-shop" };
    case 404:
    case 410:
      return flight.live ? stranger(done, flight.phone) : done;
    case 429:
      return told({ ...landed, flyAt: landed.now + SLOW_DOWN_MS }, flight, "slow");
    default:
      return told(done, flight, "unread");
  }
}

export function stranger(state: State, phone: string | null): State {
  if (state.panel?.kind === "enrol") return state;
  return { ...state, panel: { kind: "stranger", phone, until: state.now + NOTICE_MS }, over: null };
}

/** Who was looked for is here; of a scan, what stood there to be chosen from is over. */
function released(state: State, id: string): State {
  const { panel } = state;
  const over = (panel?.kind === "find" && panel.busy === id) || panel?.kind === "wrong" || panel?.kind === "camera";
  return over ? { ...state, panel: null } : state;
}

/** Somebody else was chosen: the time to undo begins anew. */
export function moved(state: State): State {
  const { undo, wrong } = state;
  if (wrong === null || undo?.open.cue.id !== wrong.cue) return { ...state, wrong: null };
  return { ...state, wrong: null, undo: { ...undo, moved: true, until: state.now + UNDO_MS } };
}

/** Only for the customer who stands here; never over a form in which somebody else is being written down. */
function told(state: State, flight: Flight, kind: NoticeKind): State {
  return flight.live && state.panel?.kind !== "enrol" ? notice(state, kind) : state;
}

export function notice(state: State, notice: NoticeKind): State {
  return { ...state, panel: { kind: "notice", notice, until: state.now + NOTICE_MS }, over: null };
}
