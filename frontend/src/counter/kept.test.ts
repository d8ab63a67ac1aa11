import { expect, test } from "vitest";

import { forget, keep, KEPT_MAX, type Kept, read, write } from "./kept";

const one = (id: string): Kept => ({
  id,
  checkin: { shop: "s", till: "2", card: "7K4M29QX", at: "2026-10-06T12:00:00Z" },
});

test("what is written is read again", () => {
  const kept = [one("a"), one("b")];
  expect(read(write(kept))).toEqual(kept);
  expect(forget(kept, "a")).toEqual([one("b")]);
});

test("it is bounded: the oldest makes room", () => {
  let kept: readonly Kept[] = [];
  for (let i = 0; i < KEPT_MAX + 3; i++) kept = keep(kept, one(String(i)));
  expect(kept.length).toBe(KEPT_MAX);
  expect(kept[0]?.id).toBe("3");
  expect(read(write([...kept, ...kept])).length).toBe(KEPT_MAX);
});

test.each([
  [null],
  ["torn {"],
  ['"text"'],
  ["[1, null]"],
  ['[{"id": "a"}]'],
  ['[{"id": "a", "checkin": {"shop": "s"}}]'],
])("what cannot be read is nothing: %s", (text) => {
  expect(read(text)).toEqual([]);
});
