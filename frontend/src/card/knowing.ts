/** *What we know*, as a pure function: what was read, what is being taken away, and being erased. */
import type { Answer } from "../api";
import type { CardKnows } from "../wire";
import { type AboutEffect, type AboutEvent, type Writing, writeOn } from "./writing";

export const LETTERS = 4;

export interface Knowing {
  readonly known: CardKnows | null;
  readonly failed: boolean; // the newest could not be had
  readonly busy: boolean; // something is being changed
  readonly refused: boolean; // that could not be done
  readonly kept: boolean; // what was written is saved
  readonly writing: Writing | null;
  readonly erasing: Erasing | null;
}

export interface Erasing {
  readonly letters: string;
  readonly problem: "wrong" | "new" | "unreachable" | null;
}

export type KnowingEvent =
  | { readonly kind: "knows"; readonly answer: Answer<CardKnows> }
  | { readonly kind: "remove"; readonly mark: number }
  | { readonly kind: "renew" }
  | { readonly kind: "forget" } // my usual
  | { readonly kind: "done"; readonly answer: Answer<unknown> }
  | { readonly kind: "take-copy"; readonly form: Form }
  | { readonly kind: "copied"; readonly ok: boolean }
  | { readonly kind: "erase" } // opens the question
  | { readonly kind: "keep" } // closes it
  | { readonly kind: "letters"; readonly letters: string }
  | { readonly kind: "erase-now" }
  | { readonly kind: "gone"; readonly answer: Answer<unknown> }
  | AboutEvent;

/** A page to read, or data for programs. */
export type Form = "html" | "json";

export type KnowingEffect =
  | { readonly kind: "knows" }
  | { readonly kind: "remove"; readonly mark: number }
  | { readonly kind: "renew" }
  | { readonly kind: "forget" }
  | { readonly kind: "copy"; readonly form: Form }
  | { readonly kind: "reload" } // the card itself
  | { readonly kind: "erase"; readonly letters: string }
  | AboutEffect;

const CALM = { failed: false, busy: false, refused: false, kept: false } as const;
export const NOTHING_KNOWN: Knowing = { known: null, ...CALM, writing: null, erasing: null };

type Step = readonly [Knowing | "erased", ...KnowingEffect[]];

export function learn(state: Knowing, event: KnowingEvent): Step {
  switch (event.kind) {
    case "knows":
      return [read(state, event.answer)];
    case "remove":
    case "renew":
    case "forget":
      return state.busy ? [state] : [{ ...state, busy: true, refused: false }, event];
    case "done":
      if (event.answer.kind !== "ok") return [{ ...state, busy: false, refused: true }];
      return [{ ...state, busy: false }, { kind: "knows" }, { kind: "reload" }];
    case "take-copy":
      return state.busy ? [state] : [{ ...state, busy: true, refused: false }, { kind: "copy", form: event.form }];
    case "copied":
      return [{ ...state, busy: false, refused: !event.ok }];
    case "erase":
      return [{ ...state, erasing: { letters: "", problem: null } }];
    case "keep":
      return [{ ...state, erasing: null }];
    case "letters":
      return [state.erasing === null ? state : { ...state, erasing: { letters: event.letters, problem: null } }];
    case "erase-now":
      return eraseNow(state);
    case "gone":
      return gone(state, event.answer);
    default:
      return writeOn(state, event);
  }
}

function read(state: Knowing, answer: Answer<CardKnows>): Knowing {
  return answer.kind === "ok" ? { ...state, known: answer.value, failed: false } : { ...state, failed: true };
}

function eraseNow(state: Knowing): Step {
  const { erasing, busy } = state;
  if (erasing === null || busy) return [state];
  const letters = erasing.letters.replace(/\s/g, "");
  if (letters.length !== LETTERS) return [{ ...state, erasing: { ...erasing, problem: "wrong" } }];
  return [
    { ...state, busy: true },
    { kind: "erase", letters },
  ];
}

function gone(state: Knowing, answer: Answer<unknown>): Step {
  if (answer.kind === "ok") return ["erased"];
  const problem = answer.kind === "refused" ? why(answer.status, answer.fault.code) : "unreachable";
  const erasing = state.erasing === null ? null : { ...state.erasing, problem } as const;
  return [{ ...state, busy: false, erasing }];
}

function why(status: number, code: string): Erasing["problem"] {
  if (code === "too-new") return "new";
  return status === 422 ? "wrong" : "unreachable";
}
