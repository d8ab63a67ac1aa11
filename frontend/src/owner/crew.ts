/** Staff and limits on the owner's page, as pure steps: added, changed, given another PIN, ended; how much may be done. */
import type { Answer } from "../api";
import type { Limits, MemberChange, NewMember } from "../wire";
import { ask, get, type Open, type OwnerEffect, type Step } from "./state";

export type CrewProblem =
  | "name-taken"
  | "pin-taken"
  | "card-taken"
  | "too-many"
  | "bad-pin"
  | "bad-name"
  | "failed";

/** What is being changed: somebody's row is open, or nobody's. `told`: what became of the last change. */
export interface Crew {
  readonly editing: string | null;
  readonly text: string; // by which a card is looked for
  readonly told: CrewProblem | "done" | null;
}
export const CALM: Crew = { editing: null, text: "", told: null };

export type CrewEvent =
  | { readonly kind: "employ"; readonly body: NewMember }
  | { readonly kind: "edit-member"; readonly member: string | null }
  | { readonly kind: "sought-card"; readonly text: string }
  | { readonly kind: "change-member"; readonly member: string; readonly body: MemberChange }
  | { readonly kind: "new-pin"; readonly member: string; readonly pin: string }
  | { readonly kind: "end-member"; readonly member: string }
  | { readonly kind: "limit"; readonly body: Limits }
  | { readonly kind: "crewed"; readonly answer: Answer<unknown> }
  | { readonly kind: "limited"; readonly answer: Answer<unknown> };

export const CREW: readonly CrewEvent["kind"][] = [
  ...(["employ", "edit-member", "sought-card", "change-member"] as const),
  ...(["new-pin", "end-member", "limit", "crewed", "limited"] as const),
];

export function crewed(state: Open, event: CrewEvent): Step {
  switch (event.kind) {
    case "employ":
      return change(state, "POST", "/v1/staff", event.body, "crewed");
    case "edit-member":
      return [{ ...state, picking: null, crew: { ...CALM, editing: event.member } }];
    case "sought-card":
      return ask({ ...state, picking: null, crew: { ...state.crew, text: event.text } }, "pick");
    case "change-member":
      return change(state, "PUT", `/v1/staff/${event.member}`, event.body, "crewed");
    case "new-pin":
      return change(state, "PUT", `/v1/staff/${event.member}/pin`, { pin: event.pin }, "crewed");
    case "end-member":
      return change(state, "DELETE", `/v1/staff/${event.member}`, undefined, "crewed");
    case "limit":
      return change(state, "PUT", "/v1/limits", event.body, "limited");
    case "crewed":
      return done(state, event.answer, "staff");
    case "limited":
      return done(state, event.answer, "limits");
    default:
      return event satisfies never;
  }
}

type Then = "crewed" | "limited";

function change(state: Open, method: "POST" | "PUT" | "DELETE", path: string, body: unknown, then: Then): Step {
  if (state.busy) return [state];
  const { key } = state;
  const wanted: OwnerEffect = { kind: "do", change: { key, method, path, ...(body === undefined ? {} : { body }) }, then };
  return [{ ...state, busy: true, crew: { ...state.crew, told: null } }, wanted];
}

function done(state: Open, answer: Answer<unknown>, what: "staff" | "limits"): Step {
  if (answer.kind === "ok") return [{ ...state, busy: false, crew: { ...CALM, told: "done" } }, get(state, what, null)];
  return [{ ...state, busy: false, crew: { ...state.crew, told: problem(answer) } }];
}

function problem(answer: Exclude<Answer<unknown>, { kind: "ok" }>): CrewProblem {
  if (answer.kind === "unreachable") return "failed";
  const { code, at } = answer.fault;
  if (code === "name-taken" || code === "pin-taken" || code === "card-taken" || code === "too-many") return code;
  if (answer.status !== 422) return "failed";
  return at === "pin" ? "bad-pin" : at === "name" ? "bad-name" : "failed";
}
