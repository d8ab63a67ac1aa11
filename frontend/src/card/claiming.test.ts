import { describe, expect, test } from "vitest";

import type { Answer } from "../api";
import { card } from "../make";
import type { CardView } from "../wire";
import { type ClaimEffect, type ClaimEvent, type ClaimField, type Claiming, claim } from "./claiming";

const { receipts } = card();
const refused = (status: number, code: string, at = ""): Answer<CardView> => ({
  kind: "refused",
  status,
  fault: { code, message: "", at },
});

function lived(...events: ClaimEvent[]): { state: Claiming | null; effects: ClaimEffect[] } {
  const effects: ClaimEffect[] = [];
  let state: Claiming | null = null;
  for (const event of events) {
    const [next, ...more] = claim(state, event, receipts);
    state = next;
    effects.push(...more);
  }
  return { state, effects };
}

const edit = (field: ClaimField, value: string): ClaimEvent => ({ kind: "edit", field, value });
const written: ClaimEvent[] = [{ kind: "open" }, edit("time", "08:12"), edit("total", "KES 450.00")];
const save: ClaimEvent = { kind: "save" };

describe("a receipt that is claimed", () => {
  test("begins with today, and is sent once", () => {
    const { state, effects } = lived(...written, save, save);
    expect(effects).toEqual([{ kind: "claim", body: { day: "2026-10-06", time: "08:12", total: 45_000, number: null } }]);
    expect(state).toMatchObject({ busy: true, fault: null });
  });

  test("is told by its number too, of another day", () => {
    const { effects } = lived(...written, edit("day", "2026-10-05"), edit("time", ""), edit("number", " ١٠٤١ "), save);
    expect(effects).toMatchObject([{ body: { day: "2026-10-05", time: null, number: "1041" } }]);
  });

  test("without a total, or without both time and number, it is not sent", () => {
    expect(lived(...written, edit("total", "much"), save)).toMatchObject({ state: { fault: "total" }, effects: [] });
    expect(lived(...written, edit("total", "0"), save)).toMatchObject({ state: { fault: "total" }, effects: [] });
    expect(lived(...written, edit("time", ""), save)).toMatchObject({ state: { fault: "time" }, effects: [] });
    expect(lived(...written, edit("time", ""), save, edit("number", "7")).state).toMatchObject({ fault: null });
  });

  test("is on the card then, and may be closed", () => {
    const answer: Answer<CardView> = { kind: "ok", value: card() };
    expect(lived(...written, save, { kind: "saved", answer }).state).toMatchObject({ done: true, busy: false });
    expect(lived(...written, save, { kind: "saved", answer }, { kind: "close" }).state).toBe(null);
  });

  test.each([
    [refused(404, "unknown-sale"), "none"],
    [refused(409, "several"), "several"],
    [refused(409, "too-late", "day"), "late"],
    [refused(429, "too-many"), "often"],
    [refused(422, "bad-field", "total"), "total"],
    [refused(422, "bad-field", "time"), "time"],
    [{ kind: "unreachable" } as const, "unreachable"],
  ])("is kept where it was not found, with the reason", (answer, fault) => {
    expect(lived(...written, save, { kind: "saved", answer }).state).toMatchObject({ fault, busy: false, total: "KES 450.00" });
  });
});

test("what comes after it was closed opens nothing; a copy of an older card has no receipts", () => {
  expect(lived(...written, save, { kind: "close" }, { kind: "saved", answer: refused(404, "unknown-sale") }).state).toBe(null);
  expect(claim(null, { kind: "open" }, undefined)).toEqual([null]);
});
