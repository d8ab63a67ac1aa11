import { expect, test } from "vitest";

import { drawn } from "./drawn";

test("a code that renews itself is a small square: its modules are large at two centimetres", () => {
  expect(drawn("7K4M29QX111111108007081804").size).toBe(25 + 8);
});

test("the quiet zone is part of the drawing", () => {
  const { path, size } = drawn("7K4M29QX");
  const places = [...path.matchAll(/M(\d+) (\d+)h(\d+)/g)].map(([, x, y, run]) => [Number(x), Number(y), Number(run)]);
  expect(places.length).toBeGreaterThan(50);
  expect(places.every(([x = 0, y = 0, run = 0]) => x >= 4 && y >= 4 && x + run <= size - 4)).toBe(true);
});
