import { expect, test } from "vitest";

import type { Integrity } from "../wire";
import { type Open, type OwnerEvent, type OwnerState, update } from "./state";

const shop = { id: "s", name: "Baraza", currency: "KES", timezone: "Africa/Nairobi" };
const ok = <T>(value: T) => ({ kind: "ok", value }) as const;
const refused = (status: number, code = "", at = "") =>
  ({ kind: "refused", status, fault: { code, message: "", at } }) as const;
const opened: OwnerEvent = { kind: "shops", key: null, answer: ok({ shops: [shop] }) };
const WORTH = { rows: [] as Integrity["rows"] } as Integrity;

function live(...events: readonly OwnerEvent[]): { state: Open; asked: unknown[] } {
  let state: OwnerState = { kind: "opening" };
  let asked: unknown[] = [];
  for (const event of [opened, ...events]) {
    const [next, ...effects] = update(state, event, 0);
    state = next;
    asked = effects;
  }
  if (state.kind !== "open") throw new Error(state.kind);
  return { state, asked };
}

const ann = { name: "Ann", pin: "4821", shop: null, customer: null };

test("somebody is added, and the list is read again", () => {
  const { state, asked } = live({ kind: "employ", body: ann });
  expect(asked).toMatchObject([{ kind: "do", change: { method: "POST", path: "/v1/staff", body: ann }, then: "crewed" }]);
  expect(state.busy).toBe(true);
  const done = live({ kind: "employ", body: ann }, { kind: "crewed", answer: ok({}) });
  expect(done.state).toMatchObject({ busy: false, crew: { told: "done" } });
  expect(done.asked).toMatchObject([{ kind: "get", path: "/v1/staff" }]);
});

test("what was refused is said beside it, and what is open stays open", () => {
  const cases = [
    [refused(409, "pin-taken", "pin"), "pin-taken"],
    [refused(409, "name-taken", "name"), "name-taken"],
    [refused(409, "card-taken", "customer"), "card-taken"],
    [refused(409, "too-many", "name"), "too-many"],
    [refused(422, "bad-field", "pin"), "bad-pin"],
    [refused(422, "bad-field", "name"), "bad-name"],
    [refused(410, "gone", "staff"), "failed"],
    [{ kind: "unreachable" }, "failed"],
  ] as const;
  for (const [answer, told] of cases) {
    const { state } = live(
      { kind: "edit-member", member: "m" },
      { kind: "new-pin", member: "m", pin: "1" },
      { kind: "crewed", answer },
    );
    expect(state.crew).toMatchObject({ told, editing: "m" });
    expect(state.busy).toBe(false);
  }
});

test("a card is looked for by what is typed, and another panel's choice is over", () => {
  const { state, asked } = live({ kind: "edit-member", member: "m" }, { kind: "sought-card", text: "ami" });
  expect(asked).toMatchObject([{ kind: "get", what: "pick", path: "/v1/customers?query=ami" }]);
  expect(state.picking).toBeNull();
});

test("somebody who has left is ended, by one touch and the same id", () => {
  const { asked } = live({ kind: "end-member", member: "m" });
  expect(asked).toMatchObject([{ change: { method: "DELETE", path: "/v1/staff/m" } }]);
  expect((asked[0] as { change: object }).change).not.toHaveProperty("body");
});

test("limits are put as a whole", () => {
  const body = { till_hour: 5, shift: null, customer_day: 2 };
  const { asked } = live({ kind: "limit", body });
  expect(asked).toMatchObject([{ change: { method: "PUT", path: "/v1/limits", body }, then: "limited" }]);
  const done = live({ kind: "limit", body }, { kind: "limited", answer: ok(body) });
  expect(done.asked).toMatchObject([{ what: "limits" }]);
});

test("nothing is asked twice while something is under way", () => {
  expect(live({ kind: "employ", body: ann }, { kind: "employ", body: ann }).asked).toEqual([]);
});

test("what is worth a look is asked once, and again for another shop", () => {
  const got: OwnerEvent = { kind: "got", what: "worth", turn: 0, more: false, answer: ok(WORTH) };
  const whats = (asked: unknown[]): unknown[] => asked.map((it) => (it as { what: unknown }).what);
  expect(whats(live({ kind: "again" }).asked)).toContain("worth");
  expect(whats(live(got, { kind: "again" }).asked)).not.toContain("worth");
  const { state, asked } = live(got, { kind: "chose-shop", shop: "t" });
  expect(whats(asked)).toContain("worth");
  expect(state.pieces.worth.value).toBeNull();
});
