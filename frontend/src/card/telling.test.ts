import { expect, test } from "vitest";

import type { CardQuestion, CardThread } from "../wire";
import { isTelling, NOTHING_TOLD, type Outgoing, tell, type Telling, type TellingEvent } from "./telling";

const question: CardQuestion = { id: "q", at: "2026-10-05T05:12:00Z", timezone: "Africa/Nairobi", items: ["latte"] };
const thread: CardThread = { said: [], timezone: "Africa/Nairobi", left: 9 };
const ok = { kind: "sent", answer: { kind: "ok", value: thread } } as const;
const done = { kind: "sent", answer: { kind: "ok", value: undefined } } as const;
const away = { kind: "sent", answer: { kind: "unreachable" } } as const;
const refused = (code: string) =>
  ({ kind: "sent", answer: { kind: "refused", status: 409, fault: { code, message: "", at: "" } } }) as const;
const down = { kind: "thumb", question, thumb: "down" } as const;
const sentence = (key: string, text: string): Outgoing => ({ kind: "sentence", key, text });

function after(...events: readonly TellingEvent[]): { state: Telling; asked: unknown[] } {
  let state = NOTHING_TOLD;
  const asked: unknown[] = [];
  for (const event of events) {
    const [next, ...effects] = tell(state, event);
    state = next;
    asked.push(...effects);
  }
  return { state, asked };
}

const hello = [{ kind: "writing", text: " Hello " }, { kind: "tell", key: "1" }] as const;

test("a sentence is sent, and what the shop answers is the thread", () => {
  const { state, asked } = after(...hello, ok);
  expect(asked).toEqual([{ kind: "send", what: sentence("1", "Hello") }]);
  expect(state).toMatchObject({ text: "", waiting: [], sending: false, told: "sent", thread });
});

test("nothing but spaces is nothing", () => {
  expect(after({ kind: "writing", text: "  " }, { kind: "tell", key: "1" }).asked).toEqual([]);
});

test("without a network it waits, and is sent once there is one, under the same key", () => {
  const { state, asked } = after(...hello, away);
  expect(state).toMatchObject({ told: "away", sending: false, waiting: [sentence("1", "Hello")] });
  expect(after(...hello, away, { kind: "try" }, ok).asked).toEqual([asked[0], asked[0]]);
  expect(after(...hello, away, { kind: "try" }, ok).state).toMatchObject({ waiting: [], told: "sent" });
  expect(after(...hello, away, { kind: "try" }, { kind: "try" }).asked).toHaveLength(2);
});

test("what a phone kept is sent first, in order", () => {
  const kept = { kind: "kept", waiting: [sentence("0", "Before")] } as const;
  const { asked } = after(kept, ...hello, ok, ok);
  expect(asked).toEqual(["Before", "Hello"].map((text, i) => ({ kind: "send", what: sentence(String(i), text) })));
});

test("what was too many goes back into the field, and says so", () => {
  expect(after(...hello, refused("too-many")).state).toMatchObject({ text: "Hello", told: "many", waiting: [] });
  const typed = after(...hello, { kind: "writing", text: "Other" }, refused("bad-field")).state;
  expect(typed).toMatchObject({ text: "Other", told: "refused" });
});

test("a thumb counts by itself, and a sentence may follow", () => {
  const { state, asked } = after(down, done, { kind: "explain", text: "Cold." }, done);
  expect(asked).toEqual([
    { kind: "send", what: { kind: "answer", question: "q", thumb: "down", text: null } },
    { kind: "send", what: { kind: "answer", question: "q", thumb: "down", text: "Cold." } },
  ]);
  expect(state.about).toEqual({ question, thumb: "down", thanked: true });
});

test("a thumb may slip", () => {
  const up = { ...down, thumb: "up" } as const;
  expect(after(down, done, up, done).state.about).toMatchObject({ thumb: "up", thanked: false });
  expect(after(down, done, down).asked).toHaveLength(1);
  expect(after(down, done, { kind: "explain", text: "" }, up).asked).toHaveLength(1);
});

test("skipped is told, and not asked again on this phone", () => {
  const { state, asked } = after({ kind: "pass", question });
  expect(asked).toEqual([{ kind: "send", what: { kind: "answer", question: "q", thumb: "skip", text: null } }]);
  expect(state).toMatchObject({ passed: "q", about: null });
});

test("an answer to a question that is no more is let go without a word", () => {
  expect(after(down, refused("unknown-question")).state).toMatchObject({ waiting: [], told: null });
});

test("a thread that cannot be had stays as it was", () => {
  const had = { kind: "thread", answer: { kind: "ok", value: thread } } as const;
  expect(after(had, { kind: "thread", answer: { kind: "unreachable" } }).state).toMatchObject({ thread, failed: true });
  expect(after(done).state).toEqual(NOTHING_TOLD);
  expect(isTelling({ kind: "tick" })).toBe(false);
});
