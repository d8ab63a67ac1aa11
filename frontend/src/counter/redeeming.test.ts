import { describe, expect, test } from "vitest";

import { cue, raised, Screen } from "../make";
import type { Redeem } from "../wire";
import { controls, pressed } from "./controls";
import { glass } from "./shown";

const redeem: Redeem = {
  customer: "wanjiru",
  reward: "free-coffee",
  name: "Free coffee",
  points: 10,
  stays: 2,
  off: 30_000,
  percent: null,
  minimum: 0,
  of: null,
  currency: "KES",
  word: false,
  ask: "Use \u2068Wanjiru\u2069’s free coffee on this sale?",
  text: "10 stamps go, 2 stay.",
};
const due = cue({ id: "w", tone: "celebrate", offer: false, act: [{ kind: "reward", text: "One free coffee", redeem }] });
const reserved = { id: "r1", state: "reserved", points: 10, expires_at: "2026-10-06T12:10:00Z" } as const;

function asked(): Screen {
  const screen = new Screen().up().at(0, { kind: "message", message: raised(due) }).at(1, { kind: "redeem" });
  screen.news();
  return screen;
}

describe("a reward that is refused says why", () => {
  test.each([
    ["limit", 409, "limit"],
    ["sign-on", 409, "sign-on"],
    ["no-points", 409, "no-points"],
    ["unknown-customer", 404, "gone"],
  ] as const)("%s", (code, status, notice) => {
    const screen = asked().at(2, { kind: "use" });
    screen.at(3, { kind: "used", answer: { kind: "refused", status, fault: { code, message: "", at: "" } } });
    expect(glass(screen.state)).toMatchObject({ panel: { kind: "notice", notice } });
  });
});

describe("what changes is named before it changes", () => {
  test("in two touches: use it now, use it", () => {
    const screen = new Screen().up().at(0, { kind: "message", message: raised(due) });
    screen.news();
    expect(screen.at(1, { kind: "answer", index: 0 }).news()).toEqual([]);
    expect(glass(screen.state)).toMatchObject({ panel: { kind: "redeem", redeem } });
    expect(screen.at(2, { kind: "use" }).news()).toEqual([
      {
        kind: "use",
        body: { customer: "wanjiru", reward: "free-coffee", key: "w/free-coffee/0", till: "2", shop: "s", cue: "w", word: false },
      },
    ]);
  });

  test("below an offer of the usual, one and two stay what they are", () => {
    const offered = cue({ ...due, offer: true });
    const screen = new Screen().up().at(0, { kind: "message", message: raised(offered) });
    expect(glass(screen.state)).toMatchObject({ replies: [{ outcome: "usual" }, { outcome: "other" }, {}] });
    expect(glass(screen.at(1, { kind: "redeem" }).state)).toMatchObject({ panel: { kind: "redeem" } });
  });

  test("a second press that bounced uses nothing, and R asks only where something is due", () => {
    expect(asked().at(1.2, { kind: "use" }).news()).toEqual([]);
    const screen = new Screen().up().at(0, { kind: "message", message: raised(due) });
    expect(pressed(screen.state, "r")).toEqual({ kind: "redeem" });
    expect(pressed(new Screen().up().at(0, { kind: "message", message: raised(cue()) }).state, "r")).toBeNull();
  });

  test("it never goes by age, and nothing takes its place", () => {
    const screen = asked().at(600, { kind: "tick" });
    expect(glass(screen.state)).toMatchObject({ panel: { kind: "redeem" } });
    screen.at(601, { kind: "message", message: raised(cue({ id: "ben" }), { seq: 12, prev: 11 }) });
    expect(glass(screen.state)).toMatchObject({ panel: { kind: "redeem" } });
  });

  test("a card that may be anybody's is told apart by a word", () => {
    const act = [{ kind: "reward", text: "One free coffee", redeem: { ...redeem, word: true } }];
    const one = raised(cue({ ...due, act }));
    const screen = new Screen().up().at(0, { kind: "message", message: one }).at(1, { kind: "redeem" });
    screen.news();
    expect(controls(screen.state)[0]).toMatchObject({ label: "Name is right", event: { kind: "use" } });
    expect(screen.at(2, { kind: "use" }).news()).toMatchObject([{ body: { cue: "w", word: true } }]);
  });

  test("keeping it leads back to the cue", () => {
    expect(glass(asked().at(2, { kind: "dismiss" }).state)).toMatchObject({ kind: "cue", open: { cue: { id: "w" } } });
  });
});

describe("used", () => {
  const used = (): Screen => asked().at(2, { kind: "use" }).at(3, { kind: "used", answer: { kind: "ok", value: reserved } });

  test("it closes the cue as redeemed", () => {
    expect(used().news()).toContainEqual({
      kind: "send",
      message: { type: "done", cue: "w", outcome: "redeemed" },
    });
  });

  test("undo gives it back, and using it again is another use", () => {
    const screen = used();
    screen.news();
    const given = screen.at(10, { kind: "undo" }).news();
    expect(given[0]).toEqual({ kind: "release", redemption: "r1" });
    expect(given).toContainEqual({ kind: "send", message: { type: "undo", cue: "w" } });
    screen.at(11, { kind: "redeem" }).at(12, { kind: "use" });
    expect(screen.news()).toMatchObject([{ body: { key: "w/free-coffee/1" } }]);
  });

  test("without an answer it may be sent again under the same key", () => {
    const screen = asked().at(2, { kind: "use" });
    const [first] = screen.news();
    screen.at(10, { kind: "used", answer: { kind: "unreachable" } });
    expect(glass(screen.state)).toMatchObject({ panel: { fault: true, busy: false } });
    expect(screen.at(11, { kind: "use" }).news()).toEqual([first]);
  });

  test("what is no longer enough takes nothing, and says so", () => {
    const fault = { code: "not-enough-points", message: "", at: "" };
    const screen = asked().at(2, { kind: "use" });
    screen.at(3, { kind: "used", answer: { kind: "refused", status: 409, fault } });
    expect(glass(screen.state)).toMatchObject({ panel: { notice: "no-points" } });
  });
});
