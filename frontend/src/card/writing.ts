/** Who they are, as they write it themselves, as a pure function: one thing at a time, and what is refused stays open. */
import type { Answer } from "../api";
import type { CardChange, CardView } from "../wire";
import type { Knowing, KnowingEffect } from "./knowing";

export type Field = "name" | "spoken" | "birthday";

/** What is being written, and whether the service refused it. */
export interface Writing {
  readonly field: Field;
  readonly text: string; // of a birthday: MM-DD, either part still empty while it is chosen
  readonly refused: boolean;
}

export type AboutEvent =
  | { readonly kind: "write"; readonly field: Field; readonly text: string } // opens it
  | { readonly kind: "wrote"; readonly text: string }
  | { readonly kind: "leave" } // closes it
  | { readonly kind: "keep-it" }
  | { readonly kind: "set"; readonly change: CardChange } // what is saved at a touch
  | { readonly kind: "set-down"; readonly answer: Answer<CardView> }
  | { readonly kind: "unshare"; readonly other: string };

export type AboutEffect =
  | { readonly kind: "set"; readonly change: CardChange }
  | { readonly kind: "unshare"; readonly other: string };

type Step = readonly [Knowing, ...KnowingEffect[]];

const NO_DAY = "-";
const WHOLE_DAY = /^\d\d-\d\d$/;

export function writeOn(state: Knowing, event: AboutEvent): Step {
  switch (event.kind) {
    case "write":
      return [{ ...state, writing: { field: event.field, text: event.text, refused: false }, kept: false }];
    case "wrote":
      if (state.writing === null) return [state];
      return [{ ...state, writing: { ...state.writing, text: event.text, refused: false } }];
    case "leave":
      return [{ ...state, writing: null }];
    case "keep-it":
      return keep(state);
    case "set":
      return state.busy ? [state] : [busy(state), event];
    case "set-down":
      return setDown(state, event.answer);
    case "unshare":
      return state.busy ? [state] : [busy(state), event];
    default:
      return event satisfies never;
  }
}

function busy(state: Knowing): Knowing {
  return { ...state, busy: true, refused: false, kept: false };
}

function keep(state: Knowing): Step {
  const { writing } = state;
  if (writing === null || state.busy) return [state];
  const text = writing.text.trim();
  if (!fits(writing.field, text)) return [{ ...state, writing: { ...writing, refused: true } }];
  return [busy(state), { kind: "set", change: { [writing.field]: text === NO_DAY ? "" : text } }];
}

/** A name is needed; the others may be taken away. */
function fits(field: Field, text: string): boolean {
  if (field === "birthday") return text === "" || text === NO_DAY || WHOLE_DAY.test(text);
  return field === "spoken" || text !== "";
}

function setDown(state: Knowing, answer: Answer<CardView>): Step {
  if (answer.kind === "ok") {
    return [{ ...state, busy: false, writing: null, kept: true }, { kind: "knows" }, { kind: "reload" }];
  }
  const { writing } = state;
  const unfit = answer.kind === "refused" && answer.status === 422;
  if (writing !== null && unfit) return [{ ...state, busy: false, writing: { ...writing, refused: true } }];
  return [{ ...state, busy: false, refused: true }];
}

/** The two parts of a birthday as it is chosen. */
export function dayOf(text: string): { readonly month: string; readonly day: string } {
  const [month = "", day = ""] = text.split("-");
  return { month, day };
}
