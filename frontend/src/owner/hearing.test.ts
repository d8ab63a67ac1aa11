import { expect, test } from "vitest";

import type { Thread } from "../wire";
import { type HearingEvent, heard, QUIET } from "./hearing";
import type { Open } from "./state";
import { update } from "./state";

const shop = { id: "s", name: "Baraza", currency: "KES", timezone: "Africa/Nairobi" };
const thread = (customer: string): Thread => ({ customer, name: "Amina", timezone: "UTC", said: [], open: null });
const ok = (customer: string) => ({ kind: "guest-answered", answer: { kind: "ok", value: thread(customer) } }) as const;
const body = { text: "We are sorry.", key: "k", rights: "q" };

function opened(): Open {
  const answer = { kind: "ok", value: { shops: [shop] } } as const;
  return update({ kind: "opening" }, { kind: "shops", key: "o", answer }, 0)[0] as Open;
}

function after(...events: readonly HearingEvent[]): { state: Open; asked: unknown[] } {
  let state = opened();
  const asked: unknown[] = [];
  for (const event of events) {
    const [next, ...effects] = heard(state, event);
    state = next as Open;
    asked.push(...effects);
  }
  return { state, asked };
}

const hear = { kind: "hear", customer: "amina/1" } as const;

test("a thread is asked for when it is opened, and put away when it is closed", () => {
  const { state, asked } = after(hear);
  expect(state.hearing).toEqual({ customer: "amina/1", told: null });
  expect(asked).toMatchObject([{ kind: "get", what: "thread", path: "/v1/threads/amina%2F1" }]);
  const closed = after(hear, { kind: "hear", customer: null });
  expect(closed.state.hearing).toEqual(QUIET);
  expect(closed.asked.at(-1)).toMatchObject({ what: "threads" });
});

test("an answer is sent once, and what the shop is told is the thread", () => {
  const { state, asked } = after(hear, { kind: "answer-guest", body }, { kind: "answer-guest", body }, ok("amina/1"));
  expect(asked.filter((effect) => (effect as { kind: string }).kind === "do")).toEqual([
    { kind: "do", change: { key: "o", method: "POST", path: "/v1/threads/amina%2F1", body }, then: "guest-answered" },
  ]);
  expect(state).toMatchObject({ busy: false, hearing: { told: "sent" } });
  expect(state.pieces.thread.value?.customer).toBe("amina/1");
});

test("an answer of somebody else's thread is not shown in this one", () => {
  const other = { kind: "hear", customer: "ben" } as const;
  const { state } = after(hear, { kind: "answer-guest", body }, other, ok("amina/1"));
  expect(state.pieces.thread.value).toBeNull();
});

test("what was not sent is said", () => {
  const { state } = after(hear, { kind: "answer-guest", body }, { kind: "guest-answered", answer: { kind: "unreachable" } });
  expect(state).toMatchObject({ busy: false, hearing: { told: "failed" } });
  expect(after(hear, { kind: "answer-guest", body: { ...body, text: " " } }).asked).toHaveLength(1);
});

test("whether guests are asked is changed beside what else was chosen", () => {
  expect(after({ kind: "ask-guests", asks: false }).asked).toEqual([]);
  const known = opened();
  const settings = { ...known.pieces.settings, value: { hold_out: 5, asks: true } };
  const [, effect] = heard({ ...known, pieces: { ...known.pieces, settings } }, { kind: "ask-guests", asks: false });
  expect(effect).toMatchObject({ change: { path: "/v1/settings", body: { hold_out: 5, asks: false } } });
});
