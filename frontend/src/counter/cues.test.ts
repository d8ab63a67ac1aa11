import { expect, test } from "vitest";

import { cue, iso, NOON } from "../make";
import { close, expire, front, opened, raise, replace, rotate, spent } from "./cues";

const amina = cue({ id: "amina" });
const juma = cue({ id: "juma" });
const thiri = cue({ id: "thiri" });
const queue = [amina, juma, thiri].map(opened);
const ids = (cues: readonly { cue: { id: string } }[]): string[] => cues.map((it) => it.cue.id);

test("new ones wait at the end; a renewed one keeps its place", () => {
  expect(ids(raise(queue, cue({ id: "ben" })))).toEqual(["amina", "juma", "thiri", "ben"]);
  const renewed = raise(queue, cue({ id: "juma", expires_at: iso(300) }));
  expect(ids(renewed)).toEqual(["amina", "juma", "thiri"]);
  expect(renewed[1]?.expires).toBe(NOON + 300_000);
});

test("a snapshot keeps the order in which they stand here", () => {
  expect(ids(replace(front(queue, "thiri"), [amina, juma, thiri, cue({ id: "ben" })]))).toEqual([
    "thiri",
    "amina",
    "juma",
    "ben",
  ]);
  expect(ids(replace(queue, [juma]))).toEqual(["juma"]);
});

test("a swap changes the order and nobody's age", () => {
  const now = NOON + 30_000;
  const swapped = front(queue, "juma");
  expect(ids(swapped)).toEqual(["juma", "amina", "thiri"]);
  expect(ids(rotate(queue))).toEqual(["juma", "thiri", "amina"]);
  expect(swapped.map((it) => spent(it, now))).toEqual([0.25, 0.25, 0.25]);
});

test("age runs from nothing to all, and never beyond", () => {
  const [one] = queue;
  if (one === undefined) throw new Error("no cue");
  expect([-10, 0, 60, 120, 500].map((s) => spent(one, NOON + s * 1_000))).toEqual([0, 0, 0.5, 1, 1]);
  expect(spent(opened(cue({ expires_at: iso(0) })), NOON)).toBe(1);
});

test("who is over by age is gone, at the very second", () => {
  expect(expire(queue, NOON + 119_999)).toBe(queue);
  expect(expire(queue, NOON + 120_000)).toEqual([]);
});

test("closing what is not there changes nothing", () => {
  expect(close(queue, "nobody")).toEqual(queue);
});
