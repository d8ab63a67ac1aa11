import { expect, test } from "vitest";

import { type Knowing, type KnowingEvent, learn, NOTHING_KNOWN } from "./knowing";

const away = { kind: "unreachable" } as const;
const done = { kind: "ok", value: undefined } as const;
const wrong = { kind: "refused", status: 422, fault: { code: "", message: "", at: "" } } as const;

function after(...events: readonly KnowingEvent[]): { state: Knowing | "erased"; asked: unknown[] } {
  let state: Knowing | "erased" = NOTHING_KNOWN;
  const asked: unknown[] = [];
  for (const event of events) {
    if (state === "erased") break;
    const [next, ...effects] = learn(state, event);
    state = next;
    asked.push(...effects);
  }
  return { state, asked };
}

test("one thing is changed at a time, and what changed is read again", () => {
  const { state, asked } = after({ kind: "remove", mark: 7 }, { kind: "renew" }, { kind: "done", answer: done });
  expect(asked).toEqual([{ kind: "remove", mark: 7 }, { kind: "knows" }, { kind: "reload" }]);
  expect(state).toMatchObject({ busy: false, refused: false });
});

test("the usual is forgotten once, and the card is read again", () => {
  const { asked } = after({ kind: "forget" }, { kind: "forget" }, { kind: "done", answer: done });
  expect(asked).toEqual([{ kind: "forget" }, { kind: "knows" }, { kind: "reload" }]);
});

test("what could not be done is said", () => {
  expect(after({ kind: "renew" }, { kind: "done", answer: away }).state).toMatchObject({ busy: false, refused: true });
  expect(after({ kind: "take-copy", form: "html" }, { kind: "copied", ok: false }).state).toMatchObject({ refused: true });
});

test("what was read stays where the newest cannot be had", () => {
  const known = { currency: "KES" } as never;
  const { state } = after({ kind: "knows", answer: { kind: "ok", value: known } }, { kind: "knows", answer: away });
  expect(state).toMatchObject({ known, failed: true });
});

test("nobody is erased without four letters, nor by the wrong ones", () => {
  expect(after({ kind: "erase-now" }).asked).toEqual([]);
  const short = after({ kind: "erase" }, { kind: "letters", letters: "29Q" }, { kind: "erase-now" });
  expect(short.asked).toEqual([]);
  expect(short.state).toMatchObject({ erasing: { problem: "wrong" } });
  const typed = [{ kind: "erase" }, { kind: "letters", letters: "29QX" }, { kind: "erase-now" }] as const;
  expect(after(...typed).asked).toEqual([{ kind: "erase", letters: "29QX" }]);
  expect(after(...typed, { kind: "gone", answer: wrong }).state).toMatchObject({ erasing: { problem: "wrong" } });
  expect(after(...typed, { kind: "gone", answer: away }).state).toMatchObject({ erasing: { problem: "unreachable" } });
  const young = { kind: "refused", status: 409, fault: { code: "too-new", message: "", at: "" } } as const;
  expect(after(...typed, { kind: "gone", answer: young }).state).toMatchObject({ erasing: { problem: "new" } });
  expect(after(...typed, { kind: "gone", answer: done }).state).toBe("erased");
  expect(after({ kind: "erase" }, { kind: "keep" }).state).toMatchObject({ erasing: null });
});
