/** What the owner does on their page, as pure steps: look for, choose, put a sale on a person, read again, erase. */
import type { Answer } from "../api";
import type { KeyMade, NewKey, SetTier, Trace, Traces } from "../wire";
import { CREW, type CrewEvent, crewed } from "./crew";
import { heard, HEARING, type HearingEvent } from "./hearing";
import type { RightAnswer } from "./righting";
import { ask, type Filter, fresh, get, type Open, type Step } from "./state";

export type DeedEvent =
  | CrewEvent
  | HearingEvent
  | { readonly kind: "chose-shop"; readonly shop: string }
  | { readonly kind: "sought"; readonly text: string }
  | { readonly kind: "staged"; readonly stage: Filter | null }
  | { readonly kind: "more" }
  | { readonly kind: "asked-why"; readonly number: string }
  | { readonly kind: "pick"; readonly sale: Trace | null }
  | { readonly kind: "picked-for"; readonly text: string }
  | { readonly kind: "assign"; readonly sale: Trace; readonly customer: string | null }
  | { readonly kind: "assigned"; readonly answer: Answer<Traces> }
  | { readonly kind: "replay"; readonly id: number }
  | { readonly kind: "replayed"; readonly answer: Answer<unknown> }
  | { readonly kind: "new-key"; readonly role: NewKey["role"] }
  | { readonly kind: "key-made"; readonly answer: Answer<KeyMade> }
  | { readonly kind: "put-key-away" }
  | { readonly kind: "hold-out"; readonly share: number }
  | { readonly kind: "held-out"; readonly answer: Answer<unknown> }
  | { readonly kind: "budget"; readonly a_week: number; readonly cost: number; readonly beyond: boolean }
  | { readonly kind: "budgeted"; readonly answer: Answer<unknown> }
  | { readonly kind: "copy" }
  | { readonly kind: "copied"; readonly ok: boolean }
  | { readonly kind: "set-tier"; readonly wanted: SetTier }
  | { readonly kind: "end-tier" }
  | { readonly kind: "tier-set"; readonly answer: Answer<unknown> }
  | { readonly kind: "erase"; readonly asked: boolean }
  | { readonly kind: "erase-now" }
  | { readonly kind: "erased"; readonly answer: Answer<unknown> }
  | { readonly kind: "sign-out" }
  | { readonly kind: "signed-out" };

interface Change {
  readonly key: string | null;
  readonly method: "POST" | "PUT" | "DELETE";
  readonly path: string;
  readonly body?: unknown;
}

export type Deed =
  | { readonly kind: "do"; readonly change: Change; readonly then: "assigned" | "replayed" | "key-made" | "erased" | "signed-out" | "held-out" | "tier-set" | "crewed" | "limited" | "budgeted" | "guest-answered" | RightAnswer }
  | { readonly kind: "copy"; readonly key: string | null; readonly path: string }
  | { readonly kind: "go"; readonly place: string };

export function act(state: Open, event: DeedEvent): Step {
  const { key } = state;
  switch (event.kind) {
    case "chose-shop": {
      const worth = { ...state.pieces.worth, value: null, turn: state.pieces.worth.turn + 1 };
      const next: Open = { ...state, shop: event.shop, number: "", notice: null, pieces: { ...state.pieces, worth } };
      return [next, ...fresh(next)];
    }
    case "sought":
      return ask({ ...state, query: { ...state.query, text: event.text } }, "list");
    case "staged":
      return ask({ ...state, query: { ...state.query, stage: event.stage } }, "list");
    case "more": {
      const onward = state.pieces.list.value?.next ?? null;
      return onward === null ? [state] : [state, get(state, "list", onward)];
    }
    case "asked-why":
      return ask({ ...state, number: event.number.trim(), picking: null, notice: null }, "why");
    case "pick":
      if (event.sale === null) return [{ ...state, picking: null }];
      return ask({ ...state, picking: { sale: event.sale, text: "" }, notice: null }, "pick");
    case "picked-for":
      return state.picking === null ? [state] : ask({ ...state, picking: { ...state.picking, text: event.text } }, "pick");
    case "assign": {
      const { shop, source, id } = event.sale;
      const body = { shop, source, id, customer: event.customer };
      return busy(state, { key, method: "POST", path: "/v1/sales/assign", body }, "assigned");
    }
    case "assigned":
      return done({ ...state, picking: null }, event.answer, "assigned", ["why", "today", "list"]);
    case "replay":
      return busy(state, { key, method: "POST", path: `/v1/aside/${event.id}/replay` }, "replayed");
    case "replayed":
      return done(state, event.answer, "replayed", ["tills", "today", "list"]);
    case "new-key":
      return busy(state, { key, method: "POST", path: "/v1/keys", body: { role: event.role, shop: state.shop } }, "key-made");
    case "key-made":
      return [{ ...state, busy: false, ...(event.answer.kind === "ok" ? { made: event.answer.value } : { notice: "failed" }) }];
    case "hold-out":
      return busy(state, { key, method: "PUT", path: "/v1/settings", body: { hold_out: event.share, asks: null } }, "held-out");
    case "held-out":
      return [{ ...state, busy: false, notice: event.answer.kind === "ok" ? null : "failed" }, get(state, "settings", null)];
    case "budget": {
      const { a_week, cost, beyond } = event;
      return busy(state, { key, method: "PUT", path: "/v1/surprises/budget", body: { shop: state.shop, a_week, cost, beyond } }, "budgeted");
    }
    case "budgeted":
      return [{ ...state, busy: false, notice: event.answer.kind === "ok" ? null : "failed" }, get(state, "surprises", null)];
    case "put-key-away":
      return [{ ...state, made: null }];
    default:
      if (isHearing(event)) return heard(state, event);
      return isCrew(event) ? crewed(state, event) : withSomebody(state, event);
  }
}

function isCrew(event: DeedEvent): event is CrewEvent {
  return (CREW as readonly string[]).includes(event.kind);
}

function isHearing(event: DeedEvent): event is HearingEvent {
  return (HEARING as readonly string[]).includes(event.kind);
}

type Personal = Extract<DeedEvent, { readonly kind: "set-tier" | "end-tier" | "tier-set" | "copy" | "copied" | "erase" | "erase-now" | "erased" | "sign-out" | "signed-out" }>;

function withSomebody(state: Open, event: Personal): Step {
  const { key } = state;
  const path = `/v1/customers/${state.pieces.person.value?.person.id ?? ""}`;
  switch (event.kind) {
    case "copy":
      return [{ ...state, busy: true, notice: null }, { kind: "copy", key, path: `${path}/copy` }];
    case "copied":
      return [{ ...state, busy: false, notice: event.ok ? null : "failed" }];
    case "set-tier":
      return busy(state, { key, method: "PUT", path: `${path}/tier`, body: event.wanted }, "tier-set");
    case "end-tier":
      return busy(state, { key, method: "DELETE", path: `${path}/tier` }, "tier-set");
    case "tier-set": {
      const ok = event.answer.kind === "ok";
      return [{ ...state, busy: false, notice: ok ? null : "failed" }, get(state, "person", null), get(state, "list", null)];
    }
    case "erase":
      return [{ ...state, erasing: event.asked }];
    case "erase-now":
      return state.erasing ? busy(state, { key, method: "DELETE", path }, "erased") : [state];
    case "erased": {
      const ok = event.answer.kind === "ok";
      const next: Open = { ...state, busy: false, erasing: !ok, notice: ok ? "erased" : "failed" };
      return ok ? [next, { kind: "go", place: "regulars" }, ...fresh({ ...next, place: "regulars" })] : [next];
    }
    case "sign-out":
      if (key !== null) return [{ kind: "locked", why: "signed-out", busy: false }, { kind: "forget-key" }];
      return busy(state, { key, method: "POST", path: "/v1/sign-out" }, "signed-out");
    case "signed-out":
      return [{ kind: "locked", why: "signed-out", busy: false }, { kind: "forget-key" }];
    default:
      return event satisfies never;
  }
}

function busy(state: Open, change: Change, then: Extract<Deed, { kind: "do" }>["then"]): Step {
  return state.busy ? [state] : [{ ...state, busy: true, notice: null }, { kind: "do", change, then }];
}

function done(
  state: Open,
  answer: Answer<unknown>,
  notice: "assigned" | "replayed",
  again: readonly ("why" | "today" | "list" | "tills")[],
): Step {
  if (answer.kind === "ok") return [{ ...state, busy: false, notice }, ...again.map((what) => get(state, what, null))];
  return [{ ...state, busy: false, notice: answer.kind === "refused" ? "refused" : "failed" }];
}
