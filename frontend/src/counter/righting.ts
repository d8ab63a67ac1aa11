/** Somebody is put right at the counter: a lost card, a number that is not theirs, two who are one. */
import type { Answer } from "../api";
import type { Enrolled, Merge, MergePreview, NewMerge, PersonMarks } from "../wire";
import { notice } from "./checkins";
import { type FindPanel, FORM_MS, NOTICE_MS, type Panel, type State, type Step, UNDO_MS } from "./model";
import { refused, told } from "./staff";

/** What becomes of whoever is found: they are here; or they are put right, alone or with somebody found before. */
export type Purpose = { readonly act: "here" | "right" } | { readonly act: "merge" | "share"; readonly person: string };

export interface PersonPanel {
  readonly kind: "person";
  readonly told: PersonMarks;
  readonly armed: number | null; // the identifier that a second touch unlinks
  readonly busy: boolean;
  readonly until: number;
}

export interface PairPanel {
  readonly kind: "pair";
  readonly wanted: NewMerge;
  readonly told: MergePreview;
  readonly busy: boolean;
  readonly until: number;
}

export interface JoinedPanel {
  readonly kind: "joined";
  readonly merge: string;
  readonly busy: boolean;
  readonly until: number;
}

export type RightPanel = PersonPanel | PairPanel | JoinedPanel;

export type RightEvent =
  | { readonly kind: "right" } // in the search: whoever is chosen is put right
  | { readonly kind: "new-card" }
  | { readonly kind: "same-as" }
  | { readonly kind: "also" }
  | { readonly kind: "unlink"; readonly link: number }
  | { readonly kind: "unshare" }
  | { readonly kind: "merge" }
  | { readonly kind: "part" }
  | { readonly kind: "told"; readonly answer: Answer<PersonMarks> }
  | { readonly kind: "carded"; readonly answer: Answer<Enrolled> }
  | { readonly kind: "paired"; readonly answer: Answer<MergePreview> }
  | { readonly kind: "joined"; readonly answer: Answer<Merge> }
  | { readonly kind: "parted"; readonly answer: Answer<Merge> };

export interface RightEffect {
  readonly kind: "ask";
  readonly method: "GET" | "POST" | "DELETE";
  readonly path: string;
  readonly body?: unknown;
  readonly then: "told" | "carded" | "paired" | "joined" | "parted";
}

const KINDS: ReadonlySet<string> = new Set<RightEvent["kind"]>(["right", "new-card", "same-as", "also", "unlink", "unshare", "merge", "part", "told", "carded", "paired", "joined", "parted"]);

export function isRight(event: { readonly kind: string }): event is RightEvent {
  return KINDS.has(event.kind);
}

export function right(state: State, event: RightEvent): Step {
  const { panel } = state;
  switch (event.kind) {
    case "right":
      return panel?.kind === "find" ? [toggled(state, panel)] : [state];
    case "told":
    case "carded":
    case "paired":
    case "joined":
    case "parted":
      return [answered(state, event)];
    case "merge":
      return panel?.kind === "pair" ? asked(state, panel, "POST", "/v1/merges", "joined", panel.wanted) : [state];
    case "part":
      return panel?.kind === "joined" ? asked(state, panel, "POST", `/v1/merges/${panel.merge}/undo`, "parted") : [state];
    default:
      return panel?.kind === "person" ? withPerson(state, panel, event) : [state];
  }
}

function toggled(state: State, panel: FindPanel): State {
  const act = panel.purpose.act === "right" ? "here" : "right";
  return { ...state, panel: { ...panel, purpose: { act }, until: state.now + FORM_MS } };
}

type Alone = Extract<RightEvent, { readonly kind: "new-card" | "same-as" | "also" | "unlink" | "unshare" }>;

function withPerson(state: State, panel: PersonPanel, event: Alone): Step {
  const { id, sharers } = panel.told;
  const path = `/v1/customers/${id}`;
  switch (event.kind) {
    case "new-card":
      return asked(state, panel, "POST", `${path}/card`, "carded");
    case "same-as":
      return [{ ...state, panel: blank(state.now, { act: "merge", person: id }) }];
    case "also":
      return [{ ...state, panel: blank(state.now, { act: "share", person: id }) }];
    case "unlink":
      if (panel.armed !== event.link) {
        return [{ ...state, panel: { ...panel, armed: event.link, until: state.now + FORM_MS } }];
      }
      return asked(state, panel, "DELETE", `${path}/marks/${event.link}`, "told");
    case "unshare": {
      const [other] = sharers;
      return other === undefined ? [state] : asked(state, panel, "DELETE", `${path}/sharers/${other.id}`, "told");
    }
    default:
      return event satisfies never;
  }
}

export function blank(now: number, purpose: Purpose): FindPanel {
  return { kind: "find", text: "", found: null, go: false, choose: false, busy: null, purpose, until: now + FORM_MS };
}

/** Somebody was chosen from those who were found, and it is not that they are here. */
export function meant(state: State, panel: FindPanel, person: string): Step {
  const { purpose } = panel;
  const waiting: State = { ...state, panel: { ...panel, busy: person } };
  switch (purpose.act) {
    case "merge": {
      const body = { kept: purpose.person, gone: person };
      return [waiting, { kind: "ask", method: "POST", path: "/v1/merges/preview", body, then: "paired" }];
    }
    case "share": {
      const path = `/v1/customers/${purpose.person}/sharers`;
      return [waiting, { kind: "ask", method: "POST", path, body: { customer: person }, then: "told" }];
    }
    default:
      return [waiting, { kind: "ask", method: "GET", path: `/v1/customers/${person}/marks`, then: "told" }];
  }
}

function asked(
  state: State,
  panel: RightPanel,
  method: RightEffect["method"],
  path: string,
  then: RightEffect["then"],
  body?: unknown,
): Step {
  if (panel.busy) return [state];
  return [{ ...state, panel: { ...panel, busy: true } }, { kind: "ask", method, path, then, ...(body !== undefined && { body }) }];
}

type Answered = Extract<RightEvent, { readonly answer: unknown }>;

/** Whoever closed the panel meanwhile does not want to see what came of it. */
function answered(state: State, event: Answered): State {
  const { panel, now } = state;
  if (panel === null || !waits(panel)) return state;
  if (event.answer.kind === "unreachable") return notice(state, "not-now");
  if (refused(event.answer)) return told(state);
  if (event.answer.kind === "refused") return notDone(state, event.answer.status, event.answer.fault.code);
  return { ...state, panel: shown(event, panel, now) };
}

function waits(panel: Panel): boolean {
  switch (panel.kind) {
    case "find":
      return panel.busy !== null && panel.purpose.act !== "here";
    case "person":
    case "pair":
    case "joined":
      return panel.busy;
    default:
      return false;
  }
}

function notDone(state: State, status: number, code: string): State {
  if (status === 401) return { ...state, refusal: "unknown-key" };
  if (code === "used-since" || code === "too-late") return notice(state, code);
  return notice(state, status === 404 || status === 410 ? "gone" : "not-possible");
}

function shown(event: Answered, before: Panel, now: number): Panel | null {
  switch (event.kind) {
    case "told":
      if (event.answer.kind !== "ok") return null;
      return { kind: "person", told: event.answer.value, armed: null, busy: false, until: now + FORM_MS };
    case "carded": {
      if (event.answer.kind !== "ok") return null;
      const name = before.kind === "person" ? (before.told.name ?? "") : "";
      return { kind: "made", name, made: event.answer.value, until: now + FORM_MS };
    }
    case "paired": {
      if (event.answer.kind !== "ok") return null;
      const { value: told } = event.answer;
      const pair = { kept: told.kept.id, gone: told.gone.id };
      return { kind: "pair", wanted: { ...pair, key: `${pair.kept}/${pair.gone}/${now}` }, told, busy: false, until: now + FORM_MS };
    }
    case "joined":
      if (event.answer.kind !== "ok") return null;
      return { kind: "joined", merge: event.answer.value.id, busy: false, until: now + UNDO_MS };
    case "parted":
      return { kind: "notice", notice: "parted", until: now + NOTICE_MS };
    default:
      return event satisfies never;
  }
}
