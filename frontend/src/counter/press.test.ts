import { expect, test } from "vitest";

import { bounces } from "./press";

test.each([
  ["the same spot at once", { at: 200, x: 102, y: 99 }, true],
  ["the same spot, later", { at: 400, x: 100, y: 100 }, false],
  ["another button at once", { at: 100, x: 300, y: 100 }, false],
])("a second press that bounced is not one: %s", (_, press, bounced) => {
  expect(bounces({ at: 0, x: 100, y: 100 }, press)).toBe(bounced);
  expect(bounces(null, press)).toBe(false);
});
