import { describe, expect, test } from "vitest";

import type { Answer } from "../api";
import type { Enrolled, JoinView } from "../wire";
import { type JoinEffect, type JoinEvent, type JoinState, update } from "./state";

const view: Answer<JoinView> = { kind: "ok", value: { shop: "Baraza", language: "en", friends: true } };
const refused = (status: number, code: string, at = ""): Answer<never> => ({
  kind: "refused",
  status,
  fault: { code, message: "", at },
});

function lived(...events: JoinEvent[]): { state: JoinState; effects: JoinEffect[] } {
  const effects: JoinEffect[] = [];
  let state: JoinState = { kind: "opening" };
  for (const event of events) {
    const [next, ...more] = update(state, event);
    state = next;
    effects.push(...more);
  }
  return { state, effects };
}

const written: JoinEvent[] = [
  { kind: "opened", answer: view },
  { kind: "edit", field: "name", value: " Otieno " },
  { kind: "greeting", greeting: "name" },
  { kind: "save" },
];

describe("what a customer writes on their own phone", () => {
  test("nothing is chosen for them, and nothing is sent before they chose", () => {
    const { state, effects } = lived(...written.slice(0, 2), { kind: "save" });
    expect(state).toMatchObject({ greeting: null, fault: "greeting" });
    expect(effects).toEqual([]);
    expect(lived(written[0] as JoinEvent, { kind: "save" }).state).toMatchObject({ fault: "name" });
  });

  test("is sent once, and leads to their card", () => {
    const url = "https://x.example/card.html#t";
    const answer: Answer<Enrolled> = { kind: "ok", value: { id: "o", card: "", card_url: url, qr: "", qr_size: 1 } };
    const { effects } = lived(...written, { kind: "save" }, { kind: "saved", answer });
    expect(effects).toEqual([
      {
        kind: "join",
        body: {
          ...{ name: "Otieno", greeting: "name", phone: null, brought_by: null, spoken: null, birthday: null },
          consents: { recognise: true, remember: false, messages: false, offers: false },
        },
      },
      { kind: "card", url },
    ]);
  });

  test("whoever brought them along is named by their card", () => {
    const brought: JoinEvent = { kind: "edit", field: "brought", value: " 7K4M 29QX " };
    const { effects } = lived(...written.slice(0, 3), brought, { kind: "save" });
    expect(effects).toMatchObject([{ body: { brought_by: "7K4M 29QX" } }]);
  });

  test("a birthday is a day and a month, or nothing", () => {
    const day: JoinEvent = { kind: "edit", field: "day", value: "7" };
    const month: JoinEvent = { kind: "edit", field: "month", value: "5" };
    const said: JoinEvent = { kind: "edit", field: "spoken", value: " oh-TYEH-no " };
    expect(lived(...written.slice(0, 3), day, { kind: "save" }).state).toMatchObject({ fault: "birthday" });
    const { effects } = lived(...written.slice(0, 3), day, month, said, { kind: "save" });
    expect(effects).toMatchObject([{ body: { birthday: "05-07", spoken: "oh-TYEH-no" } }]);
  });

  test("what a greeting needs is agreed to with it, and may be said otherwise; the rest is asked for by itself", () => {
    const asks = (...events: JoinEvent[]) => lived(...written.slice(0, 2), ...events, { kind: "save" }).effects;
    const greeting: JoinEvent = { kind: "greeting", greeting: "full" };
    const offers: JoinEvent = { kind: "agree", to: "offers", yes: true };
    const none = { recognise: true, remember: true, messages: false, offers: false };
    expect(asks(greeting)).toMatchObject([{ body: { consents: none } }]);
    expect(asks(greeting, offers)).toMatchObject([{ body: { consents: { ...none, offers: true } } }]);
    const forget: JoinEvent = { kind: "agree", to: "remember", yes: false };
    expect(asks(greeting, forget)).toMatchObject([{ body: { consents: { ...none, remember: false } } }]);
  });

  test.each([
    [refused(422, "bad-field", "birthday"), { fault: "birthday" }],
    [refused(401, "used"), { kind: "used" }],
    [refused(409, "used"), { kind: "used" }],
    [refused(409, "already-known"), { fault: "taken", busy: false }],
    [refused(429, "slow-down"), { fault: "slow" }],
    [refused(422, "bad-field", "identifiers[0].value"), { fault: "phone" }],
    [refused(422, "bad-field", "name"), { fault: "name" }],
    [refused(422, "unknown-card", "brought_by"), { fault: "brought" }],
    [{ kind: "unreachable" } as const, { fault: "unreachable", name: " Otieno " }],
  ])("is kept where it could not be saved, with the reason", (answer, expected) => {
    expect(lived(...written, { kind: "saved", answer }).state).toMatchObject(expected);
  });
});

test("a code that is no longer good says so; without a connection it may be tried again", () => {
  expect(lived({ kind: "opened", answer: refused(401, "used") }).state).toEqual({ kind: "used" });
  const { state, effects } = lived({ kind: "opened", answer: { kind: "unreachable" } }, { kind: "again" });
  expect([state.kind, effects]).toEqual(["opening", [{ kind: "open" }]]);
});
