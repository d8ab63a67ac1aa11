import { expect, test } from "vitest";

import { person, today } from "../make";
import type { PersonPage, Regulars, Trace } from "../wire";
import { type Open, type OwnerEvent, type OwnerState, update } from "./state";

const shop = { id: "s", name: "Baraza", currency: "KES", timezone: "Africa/Nairobi" };
const away = { kind: "unreachable" } as const;
const refused = (status: number) => ({ kind: "refused", status, fault: { code: "", message: "", at: "" } }) as const;
const ok = <T>(value: T) => ({ kind: "ok", value }) as const;
const list = (...names: string[]): Regulars => ({ people: names.map((name) => person({ name })), next: null });
const opened: OwnerEvent = { kind: "shops", key: null, answer: ok({ shops: [shop] }) };
const sale = { shop: "s", source: "till", id: "1041" } as Trace;

function live(...events: readonly OwnerEvent[]): { state: OwnerState; asked: { kind: string }[] } {
  let state: OwnerState = { kind: "opening" };
  const asked: { kind: string }[] = [];
  events.forEach((event, i) => {
    const [next, ...effects] = update(state, event, i);
    state = next;
    asked.push(...effects);
  });
  return { state, asked };
}

function open(...events: readonly OwnerEvent[]): { state: Open; asked: { kind: string }[] } {
  const { state, asked } = live(opened, ...events);
  if (state.kind !== "open") throw new Error(state.kind);
  return { state, asked: asked.slice(live(opened).asked.length) };
}

test("without a key the cookie is tried, and who has none signs in", () => {
  const { asked } = live({ kind: "started", key: null, token: null });
  expect(asked).toEqual([{ kind: "shops", key: null }]);
  const { state } = live({ kind: "shops", key: null, answer: refused(401) });
  expect(state).toEqual({ kind: "locked", why: "sign-in", busy: false });
});

test("a key from a link opens; one that is no longer good is forgotten", () => {
  expect(live({ kind: "started", key: "k", token: null }).asked).toEqual([{ kind: "shops", key: "k" }]);
  const { state, asked } = live({ kind: "shops", key: "k", answer: refused(401) });
  expect(state).toMatchObject({ kind: "locked", why: "refused" });
  expect(asked).toEqual([{ kind: "forget-key" }]);
});

test("the set-up link asks for a password that is long enough, and signs in", () => {
  const started = { kind: "set-up-checked", token: "t", answer: ok(undefined) } as const;
  expect(live(started, { kind: "set-up", login: "a", password: "short" }).state).toMatchObject({ problem: "short" });
  const { state, asked } = live(started, { kind: "set-up", login: "a", password: "long enough" });
  expect(state).toMatchObject({ busy: true });
  expect(asked).toEqual([{ kind: "set-up", token: "t", login: "a", password: "long enough" }]);
  const typed = [started, { kind: "set-up", login: "a", password: "long enough" }] as const;
  const ways = [[401, { kind: "locked", why: "used" }], [409, { kind: "set-up", problem: "taken" }]] as const;
  for (const [status, what] of ways)
    expect(live(...typed, { kind: "signed-in", answer: refused(status) }).state).toMatchObject(what);
});

test("a set-up link is asked about before its form stands there, and one that was used says so", () => {
  const { state, asked } = live({ kind: "started", key: null, token: "t" });
  expect([state.kind, asked]).toEqual(["opening", [{ kind: "check-set-up", token: "t" }]]);
  const checked = (answer: ReturnType<typeof refused> | typeof away) => live({ kind: "set-up-checked", token: "t", answer }).state;
  expect(checked(refused(401))).toEqual({ kind: "locked", why: "used", busy: false });
  expect(checked(away)).toEqual({ kind: "unreachable" });
});

test.each([[401, "wrong"], [429, "slow"]] as const)("a password that is refused with %i is %s", (status, why) => {
  const typed: OwnerEvent = { kind: "sign-in", login: "a", password: "b" };
  expect(live({ kind: "shops", key: null, answer: refused(401) }, typed, { kind: "signed-in", answer: refused(status) }).state).toMatchObject({ kind: "locked", why });
});

test("once open, everything that the first look shows is asked for", () => {
  const whats = live(opened).asked.map((effect) => (effect as { what?: string }).what);
  const more = ["settings", "connections", "staff", "limits", "surprises", "threads", "worth"];
  expect(whats).toEqual(["today", "list", "tills", "why", ...more]);
});

test("an answer to an older question is passed over", () => {
  const { state } = open(
    { kind: "sought", text: "a" },
    { kind: "sought", text: "ab" },
    { kind: "got", what: "list", turn: 2, more: false, answer: ok(list("Abdi")) },
    { kind: "got", what: "list", turn: 1, more: false, answer: ok(list("Amina")) },
  );
  expect(state.pieces.list.value?.people.map(({ name }) => name)).toEqual(["Abdi"]);
});

test("the last figures stay, with their time, when newer ones cannot be had", () => {
  const told: OwnerEvent = { kind: "got", what: "today", turn: 0, more: false, answer: ok(today()) };
  const { state } = open(told, { kind: "got", what: "today", turn: 0, more: false, answer: away });
  expect(state.pieces.today).toMatchObject({ value: today(), at: 1, failed: true });
});

test("a session that has ended asks to sign in again", () => {
  const { state } = live(opened, { kind: "got", what: "today", turn: 0, more: false, answer: refused(401) });
  expect(state).toMatchObject({ kind: "locked", why: "ended" });
});

test("more is added below", () => {
  const first: Regulars = { ...list("Amina"), next: "c" };
  const { state, asked } = open(
    { kind: "got", what: "list", turn: 0, more: false, answer: ok(first) },
    { kind: "more" },
    { kind: "got", what: "list", turn: 0, more: true, answer: ok(list("Ben")) },
  );
  expect(asked).toMatchObject([{ what: "list", more: true }]);
  expect(state.pieces.list.value?.people.map(({ name }) => name)).toEqual(["Amina", "Ben"]);
});

test("a sale is put on whoever was picked, once at a time", () => {
  const assign: OwnerEvent = { kind: "assign", sale, customer: "amina" };
  const { state, asked } = open({ kind: "pick", sale }, assign, assign);
  expect(asked.filter(({ kind }) => kind === "do")).toMatchObject([
    { change: { path: "/v1/sales/assign", body: { shop: "s", source: "till", id: "1041", customer: "amina" } } },
  ]);
  expect(state.busy).toBe(true);
});

test("nobody is erased unless that was asked and said again", () => {
  expect(open({ kind: "erase-now" }).asked).toEqual([]);
  expect(open({ kind: "erase", asked: true }, { kind: "erase", asked: false }, { kind: "erase-now" }).asked).toEqual([]);
  expect(open({ kind: "erase", asked: true }, { kind: "erase-now" }).asked).toMatchObject([{ change: { method: "DELETE" } }]);
});

test("signing out ends the session, or forgets the key", () => {
  expect(open({ kind: "sign-out" }).asked).toMatchObject([{ change: { path: "/v1/sign-out" } }]);
  const { state, asked } = live({ kind: "shops", key: "k", answer: ok({ shops: [shop] }) }, { kind: "sign-out" });
  expect(state).toMatchObject({ kind: "locked", why: "signed-out" });
  expect(asked.at(-1)).toEqual({ kind: "forget-key" });
});

test("a tier is given by hand and taken away, and the person is read again", () => {
  const page = { person: { id: "amina", name: "Amina" } } as PersonPage;
  const there: OwnerEvent[] = [
    { kind: "moved", place: "person=amina" },
    { kind: "got", what: "person", turn: 1, more: false, answer: ok(page) },
  ];
  const wanted = { tier: "gold", until: "2027-03-14", reason: "our first customer" };
  const given = open(...there, { kind: "set-tier", wanted });
  expect(given.asked.at(-1)).toMatchObject({ change: { method: "PUT", path: "/v1/customers/amina/tier", body: wanted }, then: "tier-set" });
  const { state, asked } = open(...there, { kind: "end-tier" }, { kind: "tier-set", answer: ok(undefined) });
  expect(asked.at(-3)).toMatchObject({ change: { method: "DELETE", path: "/v1/customers/amina/tier" } });
  expect(asked.slice(-2)).toMatchObject([{ what: "person" }, { what: "list" }]);
  expect(state).toMatchObject({ busy: false, notice: null });
  const failed = open(...there, { kind: "set-tier", wanted }, { kind: "tier-set", answer: refused(422) });
  expect(failed.state.notice).toBe("failed");
});

test("the list is narrowed to whose tier ends soon", () => {
  const { asked } = open({ kind: "staged", stage: "losing" });
  expect(asked.at(-1)).toMatchObject({ what: "list", path: "/v1/customers?stage=losing" });
});
