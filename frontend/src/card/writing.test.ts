import { expect, test } from "vitest";

import { card } from "../make";
import { type Knowing, type KnowingEvent, learn, NOTHING_KNOWN } from "./knowing";
import { dayOf } from "./writing";

const ok = { kind: "ok", value: card() } as const;
const unfit = { kind: "refused", status: 422, fault: { code: "", message: "", at: "" } } as const;

function after(...events: readonly KnowingEvent[]): { state: Knowing; asked: unknown[] } {
  let state = NOTHING_KNOWN;
  const asked: unknown[] = [];
  for (const event of events) {
    const [next, ...effects] = learn(state, event);
    if (next !== "erased") state = next;
    asked.push(...effects);
  }
  return { state, asked };
}

const name = { kind: "write", field: "name", text: "Amina" } as const;

test("what is written is saved once, and read again", () => {
  const { state, asked } = after(name, { kind: "wrote", text: " Amani " }, { kind: "keep-it" }, { kind: "keep-it" });
  expect(asked).toEqual([{ kind: "set", change: { name: "Amani" } }]);
  expect(state.busy).toBe(true);
  const done = after(name, { kind: "keep-it" }, { kind: "set-down", answer: ok });
  expect(done.state).toMatchObject({ busy: false, writing: null, kept: true });
  expect(done.asked.slice(1)).toEqual([{ kind: "knows" }, { kind: "reload" }]);
});

test("what is refused stays open, and says so", () => {
  const { state } = after(name, { kind: "keep-it" }, { kind: "set-down", answer: unfit });
  expect(state).toMatchObject({ busy: false, writing: { text: "Amina", refused: true } });
  expect(after(name, { kind: "wrote", text: " " }, { kind: "keep-it" }).asked).toEqual([]);
  const away = after(name, { kind: "keep-it" }, { kind: "set-down", answer: { kind: "unreachable" } });
  expect(away.state).toMatchObject({ refused: true, writing: { refused: false } });
});

test("a birthday is a whole day or none", () => {
  const birthday = (text: string) => after({ kind: "write", field: "birthday", text }, { kind: "keep-it" }).asked;
  expect(birthday("05-17")).toEqual([{ kind: "set", change: { birthday: "05-17" } }]);
  expect(birthday("-")).toEqual([{ kind: "set", change: { birthday: "" } }]);
  expect(birthday("")).toEqual([{ kind: "set", change: { birthday: "" } }]);
  for (const half of ["05-", "-17"]) expect(birthday(half)).toEqual([]);
  expect(dayOf("05-17")).toEqual({ month: "05", day: "17" });
});

test("left alone, nothing is changed", () => {
  const { state, asked } = after(name, { kind: "wrote", text: "X" }, { kind: "leave" });
  expect(state.writing).toBeNull();
  expect(asked).toEqual([]);
});

test("a pause is one touch, and nothing else is changed meanwhile", () => {
  const pause = { kind: "set", change: { paused: true } } as const;
  expect(after(pause, pause, { kind: "unshare", other: "sam" }).asked).toEqual([pause]);
  expect(after({ kind: "unshare", other: "sam" }).asked).toEqual([{ kind: "unshare", other: "sam" }]);
});
