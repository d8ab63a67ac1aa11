import { expect, test } from "vitest";

import { english } from "../english";
import { asks } from "./asks";

english();

const nothing = { percent: null, minimum: 0, of: null, currency: "" };

test("a reward says what it asks of the sale, and nothing where it asks nothing", () => {
  expect(asks(nothing)).toEqual([]);
  expect(asks({ ...nothing, percent: 15 })).toEqual(["15\u00a0% off."]);
  expect(asks({ ...nothing, minimum: 50_000, currency: "KES" })).toEqual(["From KES\u00a0500 on."]);
  expect(asks({ ...nothing, of: "Flat white" })).toEqual(["For \u2068Flat white\u2069."]);
});

test("a card that a phone kept from before there were conditions says none", () => {
  const kept: object = { name: "Free coffee", points: 10 };
  expect(asks(kept)).toEqual([]);
});
