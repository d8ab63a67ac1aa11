/** *Tell us* and the question about a visit, as a pure function: what is written, what waits to be sent, what became of it. */
import type { Answer } from "../api";
import type { Answered, CardQuestion, CardThread } from "../wire";

/** What is on its way: kept on this phone until the shop has it, and then gone. The same key is the same sentence. */
export type Outgoing =
  | { readonly kind: "answer"; readonly question: string; readonly thumb: Answered; readonly text: string | null }
  | { readonly kind: "sentence"; readonly key: string; readonly text: string };

/** The question that was answered just now: a sentence may follow, and then there are thanks. */
export interface About {
  readonly question: CardQuestion;
  readonly thumb: "up" | "down";
  readonly thanked: boolean;
}

export interface Telling {
  readonly thread: CardThread | null;
  readonly failed: boolean; // the newest could not be had
  readonly text: string; // being written
  readonly about: About | null;
  readonly passed: string | null; // the question that was skipped
  readonly waiting: readonly Outgoing[]; // the first is sent first
  readonly sending: boolean;
  readonly told: "sent" | "away" | "many" | "refused" | null; // what became of the last try
}

export type TellingEvent =
  | { readonly kind: "thread"; readonly answer: Answer<CardThread> }
  | { readonly kind: "kept"; readonly waiting: readonly Outgoing[] } // from this phone
  | { readonly kind: "writing"; readonly text: string }
  | { readonly kind: "tell"; readonly key: string }
  | { readonly kind: "thumb"; readonly question: CardQuestion; readonly thumb: "up" | "down" }
  | { readonly kind: "explain"; readonly text: string } // beside the thumb; empty: rather not
  | { readonly kind: "pass"; readonly question: CardQuestion }
  | { readonly kind: "try" } // there may be a network again
  | { readonly kind: "sent"; readonly answer: Answer<CardThread | undefined> };

export type TellingEffect = { readonly kind: "thread" } | { readonly kind: "send"; readonly what: Outgoing };

export const NOTHING_TOLD: Telling = {
  ...({ thread: null, failed: false, text: "", about: null, passed: null } as const),
  ...({ waiting: [], sending: false, told: null } as const),
};
const KINDS = ["thread", "kept", "writing", "tell", "thumb", "explain", "pass", "try", "sent"] as const;

type Step = readonly [Telling, ...TellingEffect[]];

export function isTelling<E extends { readonly kind: string }>(event: E | TellingEvent): event is TellingEvent {
  return (KINDS as readonly string[]).includes(event.kind);
}

export function tell(state: Telling, event: TellingEvent): Step {
  switch (event.kind) {
    case "thread":
      return [read(state, event.answer)];
    case "kept":
      return [{ ...state, waiting: [...event.waiting, ...state.waiting] }];
    case "writing":
      return [{ ...state, text: event.text, told: null }];
    case "tell":
      if (state.text.trim() === "") return [state];
      return post({ ...state, text: "" }, { kind: "sentence", key: event.key, text: state.text.trim() });
    case "thumb":
      return thumb(state, event.question, event.thumb);
    case "explain":
      return explain(state, event.text.trim());
    case "pass":
      return post({ ...state, passed: event.question.id }, skip(event.question));
    case "try":
      return next(state);
    case "sent":
      return sent(state, event.answer);
    default:
      return event satisfies never;
  }
}

/** That something was sent is said once, and not when the page is turned to later. */
function read(state: Telling, answer: Answer<CardThread>): Telling {
  const told = state.told === "sent" ? null : state.told;
  return answer.kind === "ok" ? { ...state, told, thread: answer.value, failed: false } : { ...state, told, failed: true };
}

function skip({ id }: CardQuestion): Outgoing {
  return { kind: "answer", question: id, thumb: "skip", text: null };
}

/** The other thumb takes the place of the first, until a sentence was sent with it. */
function thumb(state: Telling, question: CardQuestion, thumb: "up" | "down"): Step {
  const { about } = state;
  if (about?.question.id === question.id && (about.thanked || about.thumb === thumb)) return [state];
  const told: Telling = { ...state, about: { question, thumb, thanked: false } };
  return post(told, { kind: "answer", question: question.id, thumb, text: null });
}

function explain(state: Telling, text: string): Step {
  const { about } = state;
  if (about === null) return [state];
  const thanked: Telling = { ...state, about: { ...about, thanked: true } };
  if (text === "") return [thanked];
  return post(thanked, { kind: "answer", question: about.question.id, thumb: about.thumb, text });
}

function post(state: Telling, what: Outgoing): Step {
  return next({ ...state, waiting: [...state.waiting, what], told: null });
}

/** One at a time, in order. */
function next(state: Telling): Step {
  const [first] = state.waiting;
  if (first === undefined || state.sending) return [state];
  return [{ ...state, sending: true }, { kind: "send", what: first }];
}

function sent(state: Telling, answer: Answer<CardThread | undefined>): Step {
  const calm: Telling = { ...state, sending: false };
  const [first, ...waiting] = calm.waiting;
  if (first === undefined) return [calm];
  switch (answer.kind) {
    case "unreachable":
      return [{ ...calm, told: "away" }];
    case "ok":
      return next({ ...calm, waiting, thread: answer.value ?? calm.thread, told: waiting.length > 0 ? null : "sent" });
    case "refused":
      return next({ ...calm, waiting, ...given(calm, first, answer.fault.code) });
    default:
      return answer satisfies never;
  }
}

/** What was refused is written again in the field, unless something else is there by now. */
function given(state: Telling, what: Outgoing, code: string): Pick<Telling, "text" | "told"> {
  if (what.kind === "answer") return { text: state.text, told: what.text === null ? null : "refused" };
  return { text: state.text === "" ? what.text : state.text, told: code === "too-many" ? "many" : "refused" };
}
