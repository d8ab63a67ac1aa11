import { expect, test } from "vitest";

import { clock } from "./clock";

/** Two clocks that a test sets. */
function clocks() {
  const at = { wall: 1_000_000, steady: 0 };
  return { at, now: clock({ wall: () => at.wall, steady: () => at.steady }) };
}

test("it runs with the steady clock", () => {
  const { at, now } = clocks();
  at.wall += 500;
  at.steady += 500;
  expect(now()).toBe(500);
});

test("sleep counts as time, though the steady clock stood still", () => {
  const { at, now } = clocks();
  at.wall += 60_000;
  at.steady += 100;
  expect(now()).toBe(60_000);
  at.wall += 1_000;
  at.steady += 1_000;
  expect(now()).toBe(61_000);
});

test("a wall clock that is set back turns nothing back", () => {
  const { at, now } = clocks();
  at.wall -= 3_600_000;
  at.steady += 1_000;
  expect(now()).toBe(1_000);
  at.wall += 1_000;
  at.steady += 1_000;
  expect(now()).toBe(2_000);
});
