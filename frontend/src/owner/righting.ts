/** Somebody is put right, as pure steps: two who are one, a visit of somebody else's, a card that is lost or shared. */
import type { Answer } from "../api";
import type { Enrolled, Merge, MergePreview, Moved, NewMerge, PersonMarks, SaleRef } from "../wire";
import { ask, get, type Open, type OwnerEffect, type Step } from "./state";

/** What somebody is looked for, and then what is made of them. */
export type Righting =
  | { readonly kind: "pick"; readonly act: "merge" | "share"; readonly text: string }
  | { readonly kind: "move"; readonly sales: readonly SaleRef[]; readonly text: string }
  | { readonly kind: "preview"; readonly wanted: NewMerge; readonly told: MergePreview | null }
  | { readonly kind: "card"; readonly made: Enrolled };

/** What was done just now, and how it is taken back. */
export type Righted =
  | { readonly kind: "merged"; readonly merge: string }
  | { readonly kind: "moved"; readonly sales: readonly SaleRef[]; readonly from: string }
  | null;

export type RightEvent =
  | { readonly kind: "right"; readonly act: "merge" | "share" | null }
  | { readonly kind: "right-visit"; readonly sales: readonly SaleRef[] }
  | { readonly kind: "right-sought"; readonly text: string }
  | { readonly kind: "right-chosen"; readonly person: string }
  | { readonly kind: "right-merge" }
  | { readonly kind: "right-undo" }
  | { readonly kind: "right-card" }
  | { readonly kind: "right-unlink"; readonly link: number }
  | { readonly kind: "right-unshare"; readonly other: string }
  | { readonly kind: "previewed"; readonly answer: Answer<MergePreview> }
  | { readonly kind: "merged"; readonly answer: Answer<Merge> }
  | { readonly kind: "visit-moved"; readonly answer: Answer<Moved> }
  | { readonly kind: "card-made"; readonly answer: Answer<Enrolled> }
  | { readonly kind: "righted"; readonly answer: Answer<PersonMarks | Merge> };

export type RightAnswer = Extract<RightEvent, { readonly answer: unknown }>["kind"];

export function right(state: Open, event: RightEvent): Step {
  const person = state.pieces.person.value?.person.id ?? "";
  const here = `/v1/customers/${person}`;
  switch (event.kind) {
    case "right":
      if (event.act === null) return [{ ...state, righting: null }];
      return ask({ ...state, righting: { kind: "pick", act: event.act, text: "" }, righted: null, notice: null }, "pick");
    case "right-visit":
      return ask({ ...state, righting: { kind: "move", sales: event.sales, text: "" }, righted: null, notice: null }, "pick");
    case "right-sought":
      return sought(state, event.text);
    case "right-chosen":
      return chosen(state, person, event.person);
    case "right-merge":
      if (state.righting?.kind !== "preview") return [state];
      return change(state, "POST", "/v1/merges", "merged", state.righting.wanted);
    case "right-undo":
      return undo(state);
    case "right-card":
      return change(state, "POST", `${here}/card`, "card-made");
    case "right-unlink":
      return change(state, "DELETE", `${here}/marks/${event.link}`, "righted");
    case "right-unshare":
      return change(state, "DELETE", `${here}/sharers/${event.other}`, "righted");
    default:
      return answered({ ...state, busy: false }, event);
  }
}

function sought(state: Open, text: string): Step {
  const { righting } = state;
  if (righting?.kind !== "pick" && righting?.kind !== "move") return [state];
  return ask({ ...state, righting: { ...righting, text } }, "pick");
}

function chosen(state: Open, person: string, other: string): Step {
  const { righting } = state;
  if (righting?.kind === "move") {
    return change(state, "POST", "/v1/visits/move", "visit-moved", { sales: righting.sales, customer: other });
  }
  if (righting?.kind !== "pick") return [state];
  if (righting.act === "share") return change(state, "POST", `/v1/customers/${person}/sharers`, "righted", { customer: other });
  const pair = { kept: person, gone: other };
  const wanted: NewMerge = { ...pair, key: `${person}/${other}/${state.pieces.person.at ?? 0}` };
  return change({ ...state, righting: { kind: "preview", wanted, told: null } }, "POST", "/v1/merges/preview", "previewed", pair);
}

/** Back again is the same act. */
function undo(state: Open): Step {
  const { righted } = state;
  if (righted === null) return [state];
  if (righted.kind === "merged") return change(state, "POST", `/v1/merges/${righted.merge}/undo`, "righted");
  return change(state, "POST", "/v1/visits/move", "righted", { sales: righted.sales, customer: righted.from });
}

type Answered = Extract<RightEvent, { readonly answer: unknown }>;

function answered(state: Open, event: Answered): Step {
  const { answer } = event;
  if (answer.kind !== "ok") {
    return [{ ...state, righting: null, notice: answer.kind === "refused" ? "not-righted" : "failed" }];
  }
  switch (event.kind) {
    case "previewed":
      if (state.righting?.kind !== "preview" || event.answer.kind !== "ok") return [state];
      return [{ ...state, righting: { ...state.righting, told: event.answer.value } }];
    case "merged":
      if (event.answer.kind !== "ok") return [state];
      return again({ ...state, righting: null, righted: { kind: "merged", merge: event.answer.value.id } });
    case "visit-moved": {
      if (event.answer.kind !== "ok") return [state];
      const from = state.pieces.person.value?.person.id ?? "";
      return again({ ...state, righting: null, righted: { kind: "moved", sales: event.answer.value.sales, from } });
    }
    case "card-made":
      if (event.answer.kind !== "ok") return [state];
      return again({ ...state, righting: { kind: "card", made: event.answer.value } });
    case "righted":
      return again({ ...state, righting: null, righted: null });
    default:
      return event satisfies never;
  }
}

/** The page as it is now, and everybody's list. */
function again(state: Open): Step {
  const wanted: readonly OwnerEffect[] = (["person", "today", "list"] as const).map((what) => get(state, what, null));
  return [state, ...wanted];
}

function change(state: Open, method: "POST" | "DELETE", path: string, then: RightAnswer, body?: unknown): Step {
  if (state.busy) return [state];
  const sent = body === undefined ? { key: state.key, method, path } : { key: state.key, method, path, body };
  return [{ ...state, busy: true, notice: null }, { kind: "do", change: sent, then }];
}

/** Who is looked for: for a sale that is asked about, for a card of the staff, or beside the person who is shown. */
export function looked({ picking, righting, crew }: Open): string {
  return righting?.kind === "pick" || righting?.kind === "move" ? righting.text : (picking?.text ?? crew.text);
}
