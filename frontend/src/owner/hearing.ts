/** What guests say, on the owner's page, as pure steps: a thread is opened, answered, and what went wrong put right. */
import type { Answer } from "../api";
import type { ShopSentence, Thread } from "../wire";
import { ask, get, type Open, type Step } from "./state";

/** Whose thread is open; `told`: what became of the last answer. */
export interface Hearing {
  readonly customer: string | null;
  readonly told: "sent" | "failed" | null;
}
export const QUIET: Hearing = { customer: null, told: null };

export type HearingEvent =
  | { readonly kind: "hear"; readonly customer: string | null }
  | { readonly kind: "answer-guest"; readonly body: ShopSentence }
  | { readonly kind: "guest-answered"; readonly answer: Answer<Thread> }
  | { readonly kind: "ask-guests"; readonly asks: boolean };

export const HEARING: readonly HearingEvent["kind"][] = ["hear", "answer-guest", "guest-answered", "ask-guests"];

export function heard(state: Open, event: HearingEvent): Step {
  switch (event.kind) {
    case "hear":
      return hear(state, event.customer);
    case "answer-guest":
      return say(state, event.body);
    case "guest-answered":
      return answered(state, event.answer);
    case "ask-guests": {
      const { value } = state.pieces.settings;
      if (value === null || state.busy) return [state];
      const body = { ...value, asks: event.asks };
      const change = { key: state.key, method: "PUT", path: "/v1/settings", body } as const;
      return [{ ...state, busy: true, notice: null }, { kind: "do", change, then: "held-out" }];
    }
    default:
      return event satisfies never;
  }
}

/** What was open before is put away, so that nobody's words stand under another's name. */
function hear(state: Open, customer: string | null): Step {
  const pieces = { ...state.pieces, thread: { ...state.pieces.thread, value: null, failed: false } };
  const next: Open = { ...state, pieces, hearing: { customer, told: null } };
  return customer === null ? [next, get(next, "threads", null)] : ask(next, "thread");
}

function say(state: Open, body: ShopSentence): Step {
  const { customer } = state.hearing;
  if (state.busy || customer === null || body.text.trim() === "") return [state];
  const change = { key: state.key, method: "POST", path: `/v1/threads/${encodeURIComponent(customer)}`, body } as const;
  return [{ ...state, busy: true, hearing: { customer, told: null } }, { kind: "do", change, then: "guest-answered" }];
}

function answered(state: Open, answer: Answer<Thread>): Step {
  const calm: Open = { ...state, busy: false, hearing: { ...state.hearing, told: answer.kind === "ok" ? "sent" : "failed" } };
  if (answer.kind !== "ok") return [calm];
  if (answer.value.customer !== state.hearing.customer) return [calm, get(calm, "threads", null)];
  const thread = { ...calm.pieces.thread, value: answer.value, failed: false };
  return [{ ...calm, pieces: { ...calm.pieces, thread } }, get(calm, "threads", null)];
}
