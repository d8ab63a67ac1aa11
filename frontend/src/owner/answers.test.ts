import { expect, test } from "vitest";

import { iso, today } from "../make";
import type { Surprises, Tills, Trace } from "../wire";
import { becomingAnswer, clockOf, expectedAnswer, headline, lastHere, overdueAnswer, regularsAnswer, stationText, surprisesAnswer, tillsAnswer, whyAnswer } from "./answers";

const none = { regulars: 0, becoming: 0, resting: 0, people: 3, sales: true };
const row = { id: "b", name: "Baraka", usual: null, opens: 600, shuts: 660, arrived: null };

test("the first sentence is what the figures say, and no more", () => {
  expect(headline(today())).toBe("14 regulars are expected today. Three are late by their own rhythm.");
  expect(headline(today({ expected_count: 1, overdue_count: 0 }))).toBe("One regular is expected today. Nobody is late by their own rhythm.");
  expect(headline(today({ counts: none }))).toBe("No regulars yet. The third visit begins one.");
  expect(headline(today({ counts: { ...none, people: 0 } }))).toBe("Nobody has a card yet.");
});

test("who is here, and who usually comes next", () => {
  expect(expectedAnswer(today({ expected: [row] }), 630)).toBe("Six are here already. \u2068Baraka\u2069 usually comes next.");
  expect(expectedAnswer(today({ expected: [row] }), 661)).toBe("Six are here already.");
  expect(expectedAnswer(today({ expected_count: 0 }), 630)).toBe("Nobody, by the last eight such weekdays.");
});

test("panels answer with a sentence of their own rows", () => {
  expect(overdueAnswer(today())).toBe("Three, each by their own rhythm.");
  expect(becomingAnswer(today())).toBe("Nine are on the way.");
  expect(regularsAnswer(today().counts)).toBe("86 regulars, 9 becoming, 21 resting.");
  expect(regularsAnswer({ ...none, regulars: 1 })).toBe("1 regular.");
});

test("a silent till is named, with its last word", () => {
  const till = { till: "1", source: "square", last_at: iso(0), today: 4, first_hour: 6, hours: [4], silent: true };
  const told: Tills = { at: iso(0), timezone: "UTC", tills: [till], screens: [], aside: [], aside_count: 2 };
  expect(tillsAnswer(told, [], () => "09:15")).toBe(
    "Till 1 has not spoken since 09:15. What it sells is kept there and sent later. 2 deliveries could not be read.",
  );
  expect(tillsAnswer({ ...told, tills: [{ ...till, silent: false }], aside_count: 0 }, [], () => "")).toBe("One till, and it speaks as usual.");
  expect(tillsAnswer({ ...told, tills: [{ ...till, silent: false }], aside_count: 0 }, ["Square", "Clover"], () => "")).toBe(
    "Something is wrong with \u2068Square\u2069, \u2068Clover\u2069.",
  );
});

test("why a sale did nothing is the first station at which it stopped", () => {
  const stop = { name: "recognised", verdict: "failed", code: "note-no-evidence", args: { name: "" } } as const;
  const sale = { id: "1041", person: null, stations: [stop] } as unknown as Trace;
  expect(whyAnswer(sale)).toBe("Sale 1041 is nobody’s. Nobody showed a card.");
  expect(stationText("not-a-code", {})).toBe("not-a-code");
});

test("when somebody was last here is said as people say it", () => {
  const now = Date.parse("2026-10-06T12:00:00Z");
  const ago = (days: number): string => new Date(now - days * 86_400_000).toISOString();
  expect([0, 2, 9, 400].map((days) => lastHere(ago(days), now, "Africa/Nairobi"))).toEqual(["today", "Sun", "27 Sept", "1 Sept 2025"]);
  expect(lastHere(null, now, "UTC")).toBe("not yet");
  expect(clockOf(25 * 60 + 5)).toBe("01:05");
});

test("what is left to give, and whether somebody is favoured; below a few nobody can tell", () => {
  const budget = { a_week: 6, cost: 300, beyond: false, since: "2026-10-05" };
  const unknown = { to_people: "cannot-tell", by_staff: "cannot-tell", at_hours: "cannot-tell" } as const;
  const sums = { currency: "KES", digits: 2, timezone: "UTC", week_from: "2026-10-05", given: 2, cost_week: 600, cost_weeks: 600 };
  const rest = { given_weeks: 2, perks_weeks: 0, perks_cost: 0, people: 2, top: 1, fair: 1, staff: [], parts: [] };
  const told: Surprises = { budget, left: 4, ...unknown, ...sums, ...rest };
  expect(surprisesAnswer(told)).toBe("4 of this week’s 6 surprises are left. Whether they are spread fairly: cannot tell yet.");
  expect(surprisesAnswer({ ...told, given_weeks: 0 })).toBe("4 of this week’s 6 surprises are left.");
  expect(surprisesAnswer({ ...told, given_weeks: 0, budget: null })).toBe("No surprises yet. How many a week?");
  const fair = { ...told, left: 1, to_people: "fair", at_hours: "fair" } as const;
  expect(surprisesAnswer(fair)).toBe("1 of this week’s 6 surprises is left. They are spread as chance would.");
  expect(surprisesAnswer({ ...fair, by_staff: "more-than-chance" })).toContain("evenly from everybody who works here");
  expect(surprisesAnswer({ ...fair, at_hours: "more-than-chance" })).toContain("Some hours");
  expect(surprisesAnswer({ ...fair, to_people: "more-than-chance" })).toContain("One person");
});
