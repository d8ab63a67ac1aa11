import { describe, expect, test } from "vitest";

import { cue, raised, Screen } from "../make";
import type { Choices, GiftMade, Giving } from "../wire";
import { pressed } from "./controls";
import { glass } from "./shown";

const give: Giving = { customer: "amina", perk: "larger", given: null };
const one = cue({ id: "a", act: [{ kind: "upgrade", text: "One size up, same price", give }] });
const house = cue({ id: "a", act: [{ kind: "surprise", text: "On the house", give: { ...give, perk: null } }] });
const made: GiftMade = {
  id: "g1",
  kind: "perk",
  perk: "larger",
  name: "A size up",
  at: "2026-10-06T12:00:02Z",
  undo_until: "2026-10-06T12:00:32Z",
  undone: false,
};
const choices: Choices = { perks: [{ perk: "larger", name: "A size up" }], surprises: true, left: 2 };

function here(shown = one): Screen {
  const screen = new Screen().up().at(0, { kind: "message", message: raised(shown) });
  screen.news();
  return screen;
}

function given(screen: Screen): string | null {
  return screen.state.cues[0]?.cue.act[0]?.give?.given ?? null;
}

describe("a permission on the cue", () => {
  test("is given with one touch, and once however often it is touched", () => {
    const screen = here().at(2, { kind: "give" }, { kind: "give" });
    expect(screen.news()).toEqual([
      { kind: "give", path: "/v1/perks", body: { cue: "a", key: "a/perk/larger/0", till: "2", shop: "s", perk: "larger" } },
    ]);
  });

  test("says so, and can be taken back; given again it is another gift", () => {
    const screen = here().at(2, { kind: "give" }).at(3, { kind: "gave", answer: { kind: "ok", value: made } });
    expect(given(screen)).toBe("g1");
    expect(screen.state.gave).toMatchObject({ gift: "g1", name: "A size up" });
    expect(pressed(screen.state, "r")).toBeNull();
    screen.news();
    expect(screen.at(10, { kind: "undo" }).news()).toEqual([{ kind: "take-back", gift: "g1" }]);
    expect(given(screen)).toBeNull();
    expect(screen.at(11, { kind: "give" }).news()).toMatchObject([{ body: { key: "a/perk/larger/2" } }]);
  });

  test("cannot be taken back after half a minute", () => {
    const screen = here().at(2, { kind: "give" }).at(3, { kind: "gave", answer: { kind: "ok", value: made } });
    expect(screen.at(34, { kind: "tick" }).state.gave).toBeNull();
  });

  test("undo means what was done last", () => {
    const screen = here().at(2, { kind: "give" }).at(3, { kind: "gave", answer: { kind: "ok", value: made } });
    screen.at(4, { kind: "answer", index: 0 }).news();
    expect(screen.at(5, { kind: "undo" }).news()).toEqual([{ kind: "send", message: { type: "undo", cue: "a" } }]);
    expect(screen.at(6, { kind: "undo" }).news()).toEqual([{ kind: "take-back", gift: "g1" }]);
  });

  test("given to the wrong person it is the service that takes it back", () => {
    const screen = here().at(2, { kind: "give" }).at(3, { kind: "gave", answer: { kind: "ok", value: made } });
    expect(screen.at(4, { kind: "answer", index: 2 }).state.gave).toBeNull();
  });

  test("R gives what is to be given, and a bounce gives nothing", () => {
    expect(pressed(here().state, "r")).toEqual({ kind: "give" });
    expect(here().at(0.2, { kind: "give" }).news()).toEqual([]);
  });

  test("a surprise that the house suggests is due", () => {
    expect(here(house).at(2, { kind: "give" }).news()).toMatchObject([
      { path: "/v1/surprises", body: { cue: "a", reason: "due", said: "", key: "a/surprise/due/0" } },
    ]);
  });

  test.each([
    ["limit", 409, "given-out"],
    ["not-granted", 409, "not-given"],
    ["unknown-cue", 404, "not-given"],
    ["staff-signed-off", 401, "signed-off"],
  ])("refused for %s it books nothing and says so", (code, status, notice) => {
    const fault = { code, message: "", at: "" };
    const screen = here().at(2, { kind: "give" }).at(3, { kind: "gave", answer: { kind: "refused", status, fault } });
    expect(glass(screen.state)).toMatchObject({ panel: { notice } });
    expect(given(screen)).toBeNull();
  });

  test("without an answer it is sent again under the same key", () => {
    const screen = here().at(2, { kind: "give" });
    const [first] = screen.news();
    screen.at(9, { kind: "gave", answer: { kind: "unreachable" } }).at(10, { kind: "dismiss" });
    expect(screen.at(11, { kind: "give" }).news()).toEqual([first]);
  });
});

describe("something on the house, by hand", () => {
  const open = (): Screen => here(cue({ id: "a" })).at(2, { kind: "on-house" });
  const told = (): Screen => {
    const screen = open().at(3, { kind: "choices", cue: "a", answer: { kind: "ok", value: choices } });
    screen.news();
    return screen;
  };

  test("is two touches: what for, and why", () => {
    expect(pressed(here().state, "g")).toEqual({ kind: "on-house" });
    expect(open().news()).toEqual([{ kind: "choices", cue: "a", shop: "s" }]);
    expect(told().at(4, { kind: "give-reason", reason: "sorry" }).news()).toMatchObject([
      { path: "/v1/surprises", body: { cue: "a", reason: "sorry", said: "" } },
    ]);
  });

  test("a reason in one's own words is three", () => {
    const screen = told().at(4, { kind: "submit" });
    expect(screen.news()).toEqual([]);
    screen.at(5, { kind: "edit", field: "text", value: "  Moved house today " }).at(6, { kind: "submit" });
    expect(screen.news()).toMatchObject([{ body: { reason: "other", said: "Moved house today" } }]);
  });

  test("what their card allows is there as well", () => {
    expect(told().at(4, { kind: "give-perk", perk: "larger" }).news()).toMatchObject([{ path: "/v1/perks", body: { perk: "larger" } }]);
  });

  test("once it is booked the cue is back, with the bar of undo", () => {
    const screen = told().at(4, { kind: "give-reason", reason: "thanks" });
    const surprise: GiftMade = { ...made, kind: "surprise", perk: null, name: "" };
    screen.at(5, { kind: "gave", answer: { kind: "ok", value: surprise } });
    expect(glass(screen.state)).toMatchObject({ kind: "cue", open: { cue: { id: "a" } } });
    expect(screen.state.gave).toMatchObject({ gift: "g1", name: null });
  });

  test("an answer to another question is passed over, and the form goes by its time", () => {
    const screen = open().at(3, { kind: "choices", cue: "b", answer: { kind: "ok", value: choices } });
    expect(glass(screen.state)).toMatchObject({ panel: { kind: "give", choices: null } });
    expect(glass(screen.at(63, { kind: "tick" }).state)).toMatchObject({ kind: "cue" });
  });

  test("another who comes does not take the form away", () => {
    const screen = told().at(4, { kind: "message", message: raised(cue({ id: "ben" }), { seq: 12, prev: 11 }) });
    expect(glass(screen.state)).toMatchObject({ panel: { kind: "give" } });
  });
});
