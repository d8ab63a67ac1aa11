import { expect, test } from "vitest";

import { standing } from "../make";
import { dayText, keeps } from "./tier";

const NOW = Date.parse("2027-03-01T09:00:00Z");
const plain = (text: string | null) => text?.replace(/[\u2068\u2069]/g, "").replace(/\u00a0/g, " ") ?? null;

test("what keeps a tier is said with its number and its day", () => {
  const need = (amount: number, unit: "visits" | "spend") => ({ amount, unit, by: "2027-03-14" });
  expect(plain(keeps(standing({ need: need(2, "visits") }), "KES", NOW))).toBe("2 more visits by 14 March keep Gold.");
  expect(plain(keeps(standing({ need: need(1, "visits") }), "KES", NOW))).toBe("1 more visit by 14 March keeps Gold.");
  expect(plain(keeps(standing({ need: need(120_050, "spend") }), "KES", NOW))).toBe("KES 1,200.50 more by 14 March keeps Gold.");
});

test("where nothing can be promised nothing is said", () => {
  expect(keeps(standing({ need: null }), "KES", NOW)).toBe(null);
});

test("a day is the day wherever the phone is, and far off it has its year", () => {
  expect(dayText("2027-02-28", NOW)).toBe("28 February");
  expect(dayText("2028-02-29", NOW)).toBe("29 Feb 2028");
});
