/** The owner's page as a pure function: signing in, and the panels with what each was last told. */
import type { Answer } from "../api";
import type { Connections, HouseSettings, Integrity, KeyMade, Limits, PersonPage, Regulars, ShopRow, Shops, SignedIn, Staff, Stage, Surprises, Thread, Threads, Tills, Today, Trace, Traces } from "../wire";
import { path } from "./addresses";
import { CALM, type Crew } from "./crew";
import { act, type Deed, type DeedEvent } from "./deeds";
import { type Hearing, QUIET } from "./hearing";
import { right, type RightEvent, type Righted, type Righting } from "./righting";

export type { Stage };
/** What the list may be narrowed to: a stage, or whose tier ends soon. */
export type Filter = Stage | "losing";
export const FILTERS: readonly Filter[] = ["regular", "becoming", "resting", "known", "new", "losing"];

/** What panels are made of; `pick` is the list from which somebody is chosen for a sale. */
export interface Told {
  readonly today: Today;
  readonly list: Regulars;
  readonly tills: Tills;
  readonly why: Traces;
  readonly person: PersonPage;
  readonly pick: Regulars;
  readonly settings: HouseSettings;
  readonly connections: Connections;
  readonly staff: Staff;
  readonly limits: Limits;
  readonly worth: Integrity;
  readonly surprises: Surprises;
  readonly threads: Threads;
  readonly thread: Thread;
}
export type What = keyof Told;

/** The last figures stay, with their time, when newer ones cannot be had. */
export interface Piece<T> {
  readonly value: T | null;
  readonly at: number | null;
  readonly failed: boolean;
  readonly turn: number; // an answer to an older question is passed over
}
export type Pieces = { readonly [K in What]: Piece<Told[K]> };

export interface Query {
  readonly text: string;
  readonly stage: Filter | null;
}

export interface Open {
  readonly kind: "open";
  readonly key: string | null; // null: signed in, by a cookie that no script can read
  readonly shops: readonly ShopRow[];
  readonly shop: string;
  readonly place: string; // the fragment: a panel, or person=<id>
  readonly pieces: Pieces;
  readonly query: Query;
  readonly number: string; // the receipt that is asked about
  readonly picking: { readonly sale: Trace; readonly text: string } | null;
  readonly made: KeyMade | null; // shown this once
  readonly crew: Crew;
  readonly hearing: Hearing;
  readonly erasing: boolean;
  readonly righting: Righting | null; // of the person who is shown
  readonly righted: Righted;
  readonly notice: "failed" | "assigned" | "replayed" | "refused" | "erased" | "not-righted" | null;
  readonly busy: boolean;
}

export type Why = "sign-in" | "signed-out" | "ended" | "refused" | "used" | "wrong" | "slow";
export type OwnerState =
  | { readonly kind: "opening" }
  | { readonly kind: "locked"; readonly why: Why; readonly busy: boolean }
  | { readonly kind: "set-up"; readonly token: string; readonly problem: "taken" | "short" | null; readonly busy: boolean }
  | { readonly kind: "unreachable" }
  | Open;

export type OwnerEvent =
  | { readonly kind: "started"; readonly key: string | null; readonly token: string | null }
  | { readonly kind: "sign-in" | "set-up"; readonly login: string; readonly password: string }
  | { readonly kind: "set-up-checked"; readonly token: string; readonly answer: Answer<unknown> }
  | { readonly kind: "signed-in"; readonly answer: Answer<SignedIn> }
  | { readonly kind: "shops"; readonly key: string | null; readonly answer: Answer<Shops> }
  | { readonly kind: "got"; readonly what: What; readonly turn: number; readonly more: boolean; readonly answer: Answer<Told[What]> }
  | { readonly kind: "moved"; readonly place: string }
  | { readonly kind: "again" }
  | DeedEvent
  | RightEvent;

export type OwnerEffect =
  | { readonly kind: "sign-in"; readonly login: string; readonly password: string }
  | { readonly kind: "set-up"; readonly token: string; readonly login: string; readonly password: string }
  | { readonly kind: "check-set-up"; readonly token: string }
  | { readonly kind: "shops"; readonly key: string | null }
  | { readonly kind: "get"; readonly key: string | null; readonly what: What; readonly path: string; readonly turn: number; readonly more: boolean }
  | { readonly kind: "forget-key" }
  | Deed;

export type Step = readonly [OwnerState, ...OwnerEffect[]];
export const PASSWORD_MIN = 10;
const NOTHING = { value: null, at: null, failed: false, turn: 0 } as const;
const PIECES: Pieces = { today: NOTHING, list: NOTHING, tills: NOTHING, why: NOTHING, person: NOTHING, pick: NOTHING, settings: NOTHING, connections: NOTHING, staff: NOTHING, limits: NOTHING, worth: NOTHING, surprises: NOTHING, threads: NOTHING, thread: NOTHING };

export function update(state: OwnerState, event: OwnerEvent, at: number): Step {
  switch (event.kind) {
    case "started":
      if (event.token !== null) return [{ kind: "opening" }, { kind: "check-set-up", token: event.token }];
      return [{ kind: "opening" }, { kind: "shops", key: event.key }];
    case "set-up-checked":
      return [checked(event.token, event.answer)];
    case "sign-in":
      return [{ kind: "locked", why: "sign-in", busy: true }, { ...event, kind: "sign-in" }];
    case "set-up":
      return setUp(state, event.login, event.password);
    case "signed-in":
      return signedIn(state, event.answer);
    case "shops":
      return shops(state, event.key, event.answer);
    case "got":
      return state.kind === "open" ? got(state, event, at) : [state];
    case "moved":
      return state.kind === "open" ? moved(state, event.place) : [state];
    case "again":
      return state.kind === "open" ? [state, ...fresh(state)] : [state];
    default:
      return state.kind === "open" ? deed(state, event) : [state];
  }
}

function deed(state: Open, event: DeedEvent | RightEvent): Step {
  return isRight(event) ? right(state, event) : act(state, event);
}

function isRight(event: DeedEvent | RightEvent): event is RightEvent {
  return event.kind.startsWith("right") || ["previewed", "merged", "visit-moved", "card-made"].includes(event.kind);
}

/** A link that was used says so at once, above the form by which its owner signs in. */
function checked(token: string, answer: Answer<unknown>): OwnerState {
  if (answer.kind === "unreachable") return { kind: "unreachable" };
  if (answer.kind === "refused") return { kind: "locked", why: "used", busy: false };
  return { kind: "set-up", token, problem: null, busy: false };
}

function setUp(state: OwnerState, login: string, password: string): Step {
  if (state.kind !== "set-up" || state.busy) return [state];
  if (password.length < PASSWORD_MIN) return [{ ...state, problem: "short" }];
  return [{ ...state, problem: null, busy: true }, { kind: "set-up", token: state.token, login, password }];
}

function signedIn(state: OwnerState, answer: Answer<SignedIn>): Step {
  if (answer.kind === "ok") return [{ kind: "opening" }, { kind: "forget-key" }, { kind: "shops", key: null }];
  if (answer.kind === "unreachable") return [{ kind: "unreachable" }];
  if (answer.status === 409 && state.kind === "set-up") return [{ ...state, problem: "taken", busy: false }];
  const why = answer.status === 429 ? "slow" : state.kind === "set-up" ? "used" : "wrong";
  return [{ kind: "locked", why, busy: false }];
}

function shops(state: OwnerState, key: string | null, answer: Answer<Shops>): Step {
  if (state.kind === "open") return [state];
  switch (answer.kind) {
    case "ok": {
      const { shops } = answer.value;
      const calm = { picking: null, made: null, crew: CALM, hearing: QUIET, erasing: false, righting: null, righted: null, notice: null, busy: false };
      const asked = { query: { text: "", stage: null }, number: "", place: "" };
      const open: Open = { kind: "open", key, shops, shop: shops[0]?.id ?? "", pieces: PIECES, ...asked, ...calm };
      return [open, ...fresh(open)];
    }
    case "refused":
      return [{ kind: "locked", why: key === null ? "sign-in" : "refused", busy: false }, { kind: "forget-key" }];
    case "unreachable":
      return [{ kind: "unreachable" }];
    default:
      return answer satisfies never;
  }
}

function got(state: Open, event: Extract<OwnerEvent, { kind: "got" }>, at: number): Step {
  const { what, turn, more, answer } = event;
  const piece = state.pieces[what];
  if (turn !== piece.turn) return [state];
  if (answer.kind === "refused" && answer.status === 401) return [{ kind: "locked", why: "ended", busy: false }];
  if (answer.kind !== "ok") return [{ ...state, pieces: { ...state.pieces, [what]: { ...piece, failed: true } } }];
  const value = more ? joined(piece.value as Regulars | null, answer.value as Regulars) : answer.value;
  return [{ ...state, pieces: { ...state.pieces, [what]: { value, at, failed: false, turn } } }];
}

function joined(before: Regulars | null, after: Regulars): Regulars {
  return { people: [...(before?.people ?? []), ...after.people], next: after.next };
}

function moved(state: Open, place: string): Step {
  const next: Open = { ...state, place, erasing: false, righting: null, righted: null, notice: null };
  if (place.startsWith("person=")) {
    const cleared: Open = { ...next, pieces: { ...next.pieces, person: { ...NOTHING, turn: next.pieces.person.turn } } };
    return ask(cleared, "person");
  }
  if (place.startsWith("why=")) return ask({ ...next, number: decodeURIComponent(place.slice("why=".length)) }, "why");
  return [next];
}

/** Everything that the first look shows. */
export function fresh(state: Open): OwnerEffect[] {
  const often: readonly What[] = ["today", "list", "tills", "why", "settings", "connections", "staff", "limits", "surprises", "threads"];
  const wanted = state.pieces.worth.value === null ? [...often, "worth" as const] : often; // four weeks change slowly
  const here: readonly What[] = state.place.startsWith("person=") ? [...wanted, "person"] : wanted;
  return here.map((what) => get(state, what, null));
}

/** A new question: answers to older ones are passed over. */
export function ask(state: Open, what: What): Step {
  const piece = { ...state.pieces[what], turn: state.pieces[what].turn + 1 };
  const next: Open = { ...state, pieces: { ...state.pieces, [what]: piece } };
  return [next, get(next, what, null)];
}

export function get(state: Open, what: What, next: string | null): OwnerEffect {
  const { turn } = state.pieces[what];
  return { kind: "get", key: state.key, what, path: path(state, what, next), turn, more: next !== null };
}
