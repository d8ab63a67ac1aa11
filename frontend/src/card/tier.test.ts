import { expect, test } from "vitest";

import { standing } from "../make";
import { tierText } from "./tier";

const NOW = Date.parse("2026-10-06T12:00:00Z");
const said = (over: Parameters<typeof standing>[0]) =>
  tierText({ standing: standing(over), currency: "KES" }, NOW).replace(/[\u2068\u2069]/g, "");

test("while there is time the card says what keeps the tier", () => {
  expect(said({})).toBe("2 more visits by 20 October keep Gold.");
});

test("before that, or where nothing can be promised, it says until when it is theirs", () => {
  expect(said({ losing: false })).toBe("Gold is yours until 20 October.");
  expect(said({ need: null })).toBe("Gold is yours until 20 October.");
  expect(said({ last: null, losing: false, need: null })).toBe("Gold is yours.");
});
