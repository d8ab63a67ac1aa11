/** A new card in ten seconds; nothing is stored before Save, and nothing is agreed before it was asked aloud. */
import type { Answer } from "../api";
import type { Enrolled, Join } from "../wire";
import { moved } from "./checkins";
import { type EnrolFault, type EnrolPanel, FORM_MS, type State, type Step } from "./model";
import { lost, refused } from "./staff";

export function blank(now: number, phone = ""): EnrolPanel {
  return { kind: "enrol", name: "", phone, yes: null, fault: null, busy: false, join: null, until: now + FORM_MS };
}

/** The form, and a code beside it that the customer may scan instead. */
export function opened(state: State): Step {
  const phone = state.panel?.kind === "stranger" ? state.panel.phone : null;
  const next: State = { ...state, panel: blank(state.now, phone ?? ""), over: null };
  const { shop, till } = state.place;
  if (!state.link.up) return [next];
  return [next, { kind: "join", body: { shop, till, instead: state.wrong?.cue ?? null, poster: false } }];
}

/** Without a code there is still the form. */
export function joinable(state: State, answer: Answer<Join>): State {
  const { panel } = state;
  if (panel?.kind !== "enrol" || answer.kind !== "ok") return state;
  return { ...state, panel: { ...panel, join: answer.value } };
}

export function save(state: State): Step {
  const { panel } = state;
  if (panel?.kind !== "enrol" || panel.busy) return [state];
  const { yes } = panel;
  const name = panel.name.trim();
  const phone = panel.phone.trim();
  if (name === "") return [faulty(state, panel, "name")];
  if (yes === null) return [faulty(state, panel, "answer")];
  const identifiers = phone === "" ? [] : [{ kind: "phone" as const, value: phone }];
  const consents = { recognise: yes, remember: yes, messages: false, offers: false };
  return [
    { ...state, panel: { ...panel, busy: true, fault: null } },
    { kind: "enrol", body: { name, identifiers, consents, till: state.place.till, instead: state.wrong?.cue ?? null } },
  ];
}

export function enrolled(state: State, answer: Answer<Enrolled>): Step {
  const { panel } = state;
  if (panel?.kind !== "enrol") return [state];
  switch (answer.kind) {
    case "ok": {
      const until = state.now + FORM_MS;
      const shop = state.shop && { ...state.shop, people: state.shop.people + 1 };
      return [{ ...moved(state), shop, panel: { kind: "made", name: panel.name.trim(), made: answer.value, until } }];
    }
    case "unreachable":
      return [faulty(state, panel, "unreachable")];
    case "refused":
      if (refused(answer)) return [lost(faulty(state, panel, "signed-off"))];
      if (answer.status === 401) return [{ ...state, refusal: "unknown-key" }];
      if (answer.status === 403) return [{ ...state, refusal: "other-shop" }];
      return [faulty(state, panel, answer.status === 409 ? "taken" : field(answer.fault.at))];
    default:
      return answer satisfies never;
  }
}

/** The path of the unfit field, as the form has it. */
function field(at: string): EnrolFault {
  if (at.startsWith("identifiers")) return "phone";
  return at === "name" ? "name" : "unreachable";
}

function faulty(state: State, panel: EnrolPanel, fault: EnrolFault): State {
  return { ...state, panel: { ...panel, fault, busy: false, until: state.now + FORM_MS } };
}
