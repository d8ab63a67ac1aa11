import { describe, expect, test } from "vitest";

import { NOON, person } from "../make";
import type { PersonRow } from "../wire";
import { becomingAnswer, headline, lastHere, nobody, overdueAnswer, regularsAnswer } from "./answers";
import { type Asked, type Opened, type OwnerEvent, type OwnerState, update } from "./state";

const shop = { id: "s", name: "Baraza", currency: "KES", timezone: "Africa/Nairobi" };
const away = { kind: "unreachable" } as const;
const refused = (status: number) => ({ kind: "refused", status, fault: { code: "", message: "", at: "" } }) as const;
const shops: OwnerEvent = { kind: "shops", key: "k", answer: { kind: "ok", value: { shops: [shop] } } };

function rows(
  asked: Asked,
  people: readonly PersonRow[],
  over: { turn?: number; next?: string; more?: boolean } = {},
): OwnerEvent {
  const { turn = 0, next = null, more = false } = over;
  return { kind: "people", asked, turn, more, answer: { kind: "ok", value: { people, next } } };
}

function live(...events: readonly OwnerEvent[]): { state: OwnerState; asked: unknown[] } {
  let state: OwnerState = { kind: "opening" };
  let asked: unknown[] = [];
  for (const event of events) {
    const [next, ...effects] = update(state, event, NOON);
    state = next;
    asked = effects;
  }
  return { state, asked };
}

function open(...events: readonly OwnerEvent[]): Opened {
  const { state } = live(shops, ...events);
  if (state.kind !== "open") throw new Error(`not open but ${state.kind}`);
  return state;
}

describe("the key", () => {
  test("comes once with a set-up link, is kept, and opens the page", () => {
    expect(live({ kind: "started", key: null, token: "t" }).asked).toEqual([{ kind: "set-up", token: "t" }]);
    expect(live({ kind: "set-up", answer: { kind: "ok", value: { owner_key: "k" } } }).asked).toEqual([
      { kind: "keep", key: "k" },
      { kind: "shops", key: "k" },
    ]);
    expect(live({ kind: "started", key: "k", token: null }).asked).toEqual([{ kind: "shops", key: "k" }]);
  });

  test("is missing, used, or no longer good: each is said", () => {
    expect(live({ kind: "started", key: null, token: null }).state).toEqual({ kind: "locked", why: "no-key" });
    expect(live({ kind: "set-up", answer: refused(401) }).state).toEqual({ kind: "locked", why: "used" });
    expect(live({ kind: "shops", key: "k", answer: refused(401) }).state).toEqual({ kind: "locked", why: "refused" });
    expect(live({ kind: "shops", key: "k", answer: away }).state).toEqual({ kind: "unreachable" });
  });
});

describe("the list", () => {
  test("is asked anew for every letter, and answers to older letters are passed over", () => {
    const { state, asked } = live(shops, { kind: "sought", text: "am" });
    expect(asked).toMatchObject([{ asked: "list", query: { text: "am", stage: null }, turn: 1, next: null }]);
    const [late] = update(state, rows("list", [person({ name: "Ben" })]), NOON);
    expect(late).toMatchObject({ list: null });
    const [fresh] = update(state, rows("list", [person()], { turn: 1 }), NOON);
    expect(fresh).toMatchObject({ list: { people: [{ name: "Amina" }] } });
  });

  test("goes on where it ended", () => {
    const first = rows("list", [person({ id: "a" })], { next: "a" });
    expect(live(shops, first, { kind: "more" }).asked).toMatchObject([{ next: "a" }]);
    expect(open(first, rows("list", [person({ id: "b" })], { more: true })).list?.people.map((it) => it.id)).toEqual([
      "a",
      "b",
    ]);
    expect(live(shops, rows("list", []), { kind: "more" }).asked).toEqual([]);
  });

  test("keeps the last figures, with their time, when newer ones fail", () => {
    const failed: OwnerEvent = { kind: "people", asked: "list", turn: 0, more: false, answer: away };
    expect(open(rows("list", [person()]), failed)).toMatchObject({ failed: true, at: NOON, list: { people: [{}] } });
  });
});

describe("answers", () => {
  const late = person({ id: "l", overdue: true });
  const coming = person({ id: "c", stage: "becoming" });

  test("wait for their rows", () => {
    const state = open();
    expect([headline(state), regularsAnswer(state), overdueAnswer(state), becomingAnswer(state)]).toEqual([
      null,
      null,
      null,
      null,
    ]);
  });

  test("are computed from them", () => {
    const state = open(rows("list", [late]), rows("regular", [late, person()]), rows("becoming", [coming]));
    expect(headline(state)).toBe("One regular is late by their own rhythm. One person is becoming a regular.");
    expect(regularsAnswer(state)).toBe("2 regulars, 1 becoming.");
    expect(overdueAnswer(state)).toBe("One, by their own rhythm.");
    expect(becomingAnswer(state)).toBe("One is on the way.");
  });

  test("claim nothing that is not there", () => {
    const state = open(rows("list", [person()]), rows("regular", [person()]), rows("becoming", []));
    expect(headline(state)).toBe("All regulars keep to their rhythm.");
    expect(regularsAnswer(state)).toBe("1 regular.");
    expect(overdueAnswer(state)).toBe("Nobody, by their own rhythm.");
    expect(becomingAnswer(state)).toBe("Nobody just now.");
  });

  test("a shop without regulars is told so, and not that they keep to their rhythm", () => {
    const state = open(rows("list", [coming]), rows("regular", []), rows("becoming", [coming]));
    expect(headline(state)).toBe("No regulars yet. One person is becoming a regular.");
    expect(regularsAnswer(state)).toBe("No regulars yet, 1 becoming.");
  });

  test("say when there are more than were counted", () => {
    const state = open(rows("regular", [person(), person({ id: "b" })], { next: "b" }), rows("becoming", []));
    expect(regularsAnswer(state)).toBe("More than 2 regulars.");
  });

  test("a new shop is told from a search without a hit", () => {
    const none = [rows("list", []), rows("regular", []), rows("becoming", [])];
    expect(nobody(open(...none))).toBe(true);
    expect(nobody(open(...none, { kind: "sought", text: "x" }))).toBe(false);
    expect(headline(open(...none))).toBe("Nobody has a card yet.");
  });
});

test.each([
  ["2026-10-06T05:00:00Z", "today"],
  ["2026-10-05T22:30:00Z", "today"], // half past one at night in Nairobi
  ["2026-10-05T20:00:00Z", "Mon"],
  ["2026-09-27T09:00:00Z", "27 Sept"],
  ["2025-12-30T09:00:00Z", "30 Dec 2025"],
  [null, "not yet"],
])("last here %s: %s", (at, text) => {
  expect(lastHere(at, NOON, "Africa/Nairobi", "en-GB")).toBe(text);
});
