/** What the counter's screen knows, what may happen to it, and what it asks of the world. */
import type { Answer } from "../api";
import type { Link, Refusal } from "../live";
import type {
  AtScreen,
  CheckinAnswer,
  Choices,
  CounterMessage,
  Done,
  Enrolled,
  Enrolment,
  FoundPeople,
  GiftMade,
  Join,
  LookUp,
  MemberRef,
  NewJoin,
  NewPerk,
  NewRedemption,
  NewSurprise,
  Outcome,
  Presence,
  Redemption,
  Shift,
  SignOn,
  Silent,
  StaffHere,
  Undo,
} from "../wire";
import type { Open } from "./cues";
import type { Gave } from "./gifts";
import type { Kept } from "./kept";
import type { CameraFault } from "./faults";
import type { Panel } from "./panels";
import type { RightEffect, RightEvent } from "./righting";

export type * from "./faults";
export type { EnrolPanel, FindPanel, RedeemPanel, PinPanel, Panel } from "./panels";

export const WHY_MS = 6_000;
export const UNDO_MS = 30_000;
export const NOTICE_MS = 20_000;
export const WRONG_MS = 30_000;
export const FORM_MS = 60_000;
export const GUARD_MS = 400; // an Enter meant for the till, or a second press of a wet finger, confirms nothing
export const OFFLINE_MS = 5_000; // shorter breaks are only a word at the top
export const CHIME_GAP_MS = 4_000;
export const KEPT_RETRY_MS = 5_000;
export const SLOW_DOWN_MS = 60_000;
export const PENDING_MS_MAX = 60_000;
export const PENDING_MAX = 20;
export const LOOK_WAIT_MS = 200; // letters that follow each other faster are one question
export const LOOK_CHARS_MIN = 2; // fewer are asked for only with Enter

export interface Place {
  readonly shop: string;
  readonly till: string | null;
}

export interface Shop {
  readonly name: string;
  readonly language: string;
  readonly timezone: string;
  readonly greeted: number;
  readonly people: number;
  readonly silent: Silent | null;
}


export interface Pending {
  readonly message: Done | Undo;
  readonly at: number;
}

export interface Flight {
  readonly id: string;
  readonly live: boolean; // the customer stands here; a late one is only reported
  readonly called: boolean; // somebody was looked for and chosen: their cue is wanted now
  readonly phone: string | null;
}

/** An answer that can be taken back. */
export interface Last {
  readonly open: Open;
  readonly outcome: Outcome;
  readonly until: number;
  readonly moved: boolean; // somebody else was chosen
  readonly redemption: string | null;
}

export interface State {
  readonly place: Place;
  readonly shop: Shop | null; // null until the service has spoken
  readonly now: number; // this screen's own time, ms; every other time but a cue's is by it
  readonly offset: number; // the service's clock less ours
  readonly link: { readonly up: boolean; readonly since: number };
  readonly refusal: Refusal | null;
  readonly cues: readonly Open[];
  readonly shown: { readonly cue: string | null; readonly since: number };
  readonly whyUntil: number | null;
  readonly pending: readonly Pending[]; // sent, and not yet confirmed
  readonly undo: Last | null;
  readonly giving: string | null; // the cue whose gift is on its way
  readonly gave: Gave | null;
  readonly gifts: number; // booked and taken back: the next has another key
  readonly wrong: { readonly cue: string; readonly sale: boolean } | null; // whose sale is it? asked until it is said
  readonly undone: number; // redemptions taken back: what is used again has another key
  readonly panel: Panel | null;
  readonly called: string | null; // whoever was looked for: their cue comes to the front when it is here
  readonly over: string | null; // a cue that was tapped while a form is open: the form comes back after it
  readonly kept: readonly Kept[];
  readonly flights: readonly Flight[];
  readonly flyAt: number; // kept check-ins are not sent before this
  readonly count: number;
  readonly chimedAt: number;
  readonly muted: boolean;
  readonly staff: { readonly here: readonly MemberRef[]; readonly shift: Shift | null }; // who may work here, and who does
}

type Press<K extends string> = K extends string ? { readonly kind: K } : never;

/** What changes only this screen. */
export type Look =
  | Press<"tick" | "why" | "next" | "mute" | "keys" | "find" | "camera" | "redeem">
  | { readonly kind: "no-camera"; readonly fault: CameraFault }
  | { readonly kind: "front"; readonly cue: string }
  | { readonly kind: "consent"; readonly yes: boolean };

export type Event =
  | Look
  | RightEvent
  | Press<"dismiss" | "undo" | "submit" | "retry" | "new" | "poster" | "use" | "not-them" | "staff" | "sign-off" | "give" | "on-house">
  | { readonly kind: "who"; readonly member: string }
  | { readonly kind: "staffed"; readonly answer: Answer<StaffHere> }
  | { readonly kind: "signed-on"; readonly answer: Answer<Shift> }
  | { readonly kind: "edit"; readonly field: "text" | "name" | "phone" | "pin"; readonly value: string }
  | { readonly kind: "looked"; readonly text: string; readonly answer: Answer<FoundPeople> }
  | { readonly kind: "pick"; readonly person: string }
  | { readonly kind: "give-perk"; readonly perk: string }
  | { readonly kind: "give-reason"; readonly reason: NewSurprise["reason"] }
  | { readonly kind: "choices"; readonly cue: string; readonly answer: Answer<Choices> }
  | { readonly kind: "gave"; readonly answer: Answer<GiftMade> }
  | { readonly kind: "joinable"; readonly answer: Answer<Join> }
  | { readonly kind: "used"; readonly answer: Answer<Redemption> }
  | { readonly kind: "message"; readonly message: CounterMessage }
  | { readonly kind: "link"; readonly link: Link }
  | { readonly kind: "answer"; readonly index: number }
  | { readonly kind: "scanned"; readonly text: string }
  | { readonly kind: "checked"; readonly id: string; readonly answer: Answer<CheckinAnswer> }
  | { readonly kind: "enrolled"; readonly answer: Answer<Enrolled> };

export type Effect =
  | { readonly kind: "send"; readonly message: Done | Undo | AtScreen }
  | { readonly kind: "staff" }
  | { readonly kind: "sign-on"; readonly body: SignOn }
  | { readonly kind: "sign-off"; readonly token: string }
  | { readonly kind: "nudge" }
  | { readonly kind: "checkin"; readonly id: string; readonly body: Presence }
  | { readonly kind: "enrol"; readonly body: Enrolment }
  | { readonly kind: "look"; readonly body: LookUp; readonly wait: number }
  | { readonly kind: "join"; readonly body: NewJoin }
  | { readonly kind: "use"; readonly body: NewRedemption }
  | { readonly kind: "release"; readonly redemption: string }
  | { readonly kind: "choices"; readonly cue: string; readonly shop: string }
  | { readonly kind: "give"; readonly path: "/v1/perks"; readonly body: NewPerk }
  | { readonly kind: "give"; readonly path: "/v1/surprises"; readonly body: NewSurprise }
  | { readonly kind: "take-back"; readonly gift: string }
  | { readonly kind: "poster" }
  | RightEffect
  | { readonly kind: "chime" };

export type Step = readonly [State, ...Effect[]];

export interface Remembered {
  readonly kept: readonly Kept[];
  readonly muted: boolean;
  readonly shift: Shift | null;
}

/** `wall` is this machine's clock, which must do until the service has said its own. */
export function initial(place: Place, { kept, muted, shift }: Remembered, at: number, wall: number): State {
  return {
    place,
    shop: null,
    now: at,
    offset: wall - at,
    link: { up: false, since: at },
    refusal: null,
    cues: [],
    shown: { cue: null, since: at },
    whyUntil: null,
    pending: [],
    undo: null,
    giving: null,
    gave: null,
    gifts: 0,
    wrong: null,
    undone: 0,
    panel: null,
    called: null,
    over: null,
    kept,
    flights: [],
    flyAt: at,
    count: 0,
    chimedAt: Number.NEGATIVE_INFINITY,
    muted,
    staff: { here: [], shift },
  };
}

/** The service's clock. */
export function service(state: State): number {
  return state.now + state.offset;
}
