/** Who works at this screen: a name and a PIN take it, a touch gives it back, and a shift ends by itself. */
import type { Answer } from "../api";
import { PIN_DIGITS_MAX, type MemberRef, type Shift, type StaffHere } from "../wire";
import { FORM_MS, NOTICE_MS, service, type PinFault, type PinPanel, type State, type Step } from "./model";

export const PIN_DIGITS_MIN = 4;
export const SIGNED_OFF = "staff-signed-off"; // the service's word for a shift that is over
const DIGIT = /\p{Nd}/u;

/** Whether the shop has staff at all; one that has none sees nothing of it. */
export function staffed({ staff }: State): boolean {
  return staff.here.length > 0 || staff.shift !== null;
}

export function opened(state: State): Step {
  if (!staffed(state)) return [state];
  return [{ ...state, panel: { kind: "staff", until: state.now + FORM_MS }, over: null }, { kind: "staff" }];
}

/** Who is gone holds no screen; who was renamed is called by the new name. */
export function known(state: State, answer: Answer<StaffHere>): State {
  if (answer.kind !== "ok") return state;
  const { shift } = state.staff;
  const here = answer.value.staff;
  const still = here.find(({ id }) => id === shift?.staff.id);
  return { ...state, staff: { here, shift: shift === null || still === undefined ? null : { ...shift, staff: still } } };
}

export function picked(state: State, member: string): State {
  const who = state.staff.here.find(({ id }) => id === member);
  return who === undefined ? state : { ...state, panel: asked(who, state.now), over: null };
}

function asked(who: MemberRef, now: number): PinPanel {
  return { kind: "pin", who, pin: "", fault: null, busy: false, until: now + FORM_MS };
}

/** Only digits, in whatever script they were typed. */
export function typed(state: State, panel: PinPanel, value: string): State {
  if (panel.busy) return state;
  const pin = [...value].filter((it) => DIGIT.test(it)).map(digit).join("").slice(0, PIN_DIGITS_MAX);
  return { ...state, panel: { ...panel, pin, fault: null, until: state.now + FORM_MS } };
}

/** Ten digits stand side by side in every script, the zero first. */
function digit(it: string): string {
  const code = it.codePointAt(0) ?? 0;
  let value = 0;
  while (value < 9 && DIGIT.test(String.fromCodePoint(code - value - 1))) value += 1;
  return String(value);
}

export function taken(state: State): Step {
  const { panel, place } = state;
  if (panel?.kind !== "pin" || panel.busy) return [state];
  if (panel.pin.length < PIN_DIGITS_MIN) return [faulty(state, panel, "short")];
  const { who, pin } = panel;
  const next: State = { ...state, panel: { ...panel, busy: true, fault: null } };
  return [next, { kind: "sign-on", body: { staff: who.id, pin, till: place.till } }];
}

export function signedOn(state: State, answer: Answer<Shift>): Step {
  const { panel } = state;
  if (answer.kind === "ok") {
    const shift = answer.value;
    const next: State = { ...state, staff: { ...state.staff, shift }, panel: panel?.kind === "pin" ? null : panel };
    return [next, { kind: "send", message: { type: "staff", token: shift.token } }];
  }
  if (panel?.kind !== "pin") return [state];
  if (answer.kind === "unreachable") return [faulty(state, panel, "unreachable")];
  return [faulty(state, panel, faultOf(answer.status, answer.fault.code)), ...refreshed(answer.status)];
}

function faultOf(status: number, code: string): PinFault {
  if (status === 429) return "slow";
  if (code === "wrong-pin") return "wrong";
  return status === 404 || status === 410 ? "gone" : "unreachable";
}

function refreshed(status: number): readonly { readonly kind: "staff" }[] {
  return status === 404 || status === 410 ? [{ kind: "staff" }] : [];
}

/** What was typed is gone: nobody sees it, and the next try begins anew. */
function faulty(state: State, panel: PinPanel, fault: PinFault): State {
  const pin = fault === "short" || fault === "unreachable" ? panel.pin : "";
  return { ...state, panel: { ...panel, pin, fault, busy: false, until: state.now + FORM_MS } };
}

export function signedOff(state: State): Step {
  const { shift } = state.staff;
  if (shift === null) return [state];
  const panel = state.panel?.kind === "staff" ? null : state.panel;
  const next: State = { ...state, staff: { ...state.staff, shift: null }, panel };
  return [next, { kind: "send", message: { type: "staff", token: null } }, { kind: "sign-off", token: shift.token }];
}

/** The service knows of no shift any more. */
export function lost(state: State): State {
  return { ...state, staff: { ...state.staff, shift: null } };
}

/** And what was asked for was not done. */
export function refused(answer: Answer<unknown>): boolean {
  return answer.kind === "refused" && answer.fault.code === SIGNED_OFF;
}

export function told(state: State): State {
  return { ...lost(state), panel: { kind: "notice", notice: "signed-off", until: state.now + NOTICE_MS }, over: null };
}

/** A shift ends by the service's clock, once that is known: the tablet's own may be wrong. */
export function timely(state: State): State {
  const { shift } = state.staff;
  return state.shop !== null && shift !== null && service(state) >= Date.parse(shift.until) ? lost(state) : state;
}

/** What is kept on this machine, so that a page that is loaded again is still theirs. */
export function read(text: string | null): Shift | null {
  if (text === null) return null;
  try {
    const { token, staff, until } = JSON.parse(text) as Partial<Shift>;
    const whole = typeof token === "string" && typeof until === "string" && typeof staff?.id === "string";
    return whole && typeof staff.name === "string" ? { token, staff: { id: staff.id, name: staff.name }, until } : null;
  } catch {
    return null;
  }
}
