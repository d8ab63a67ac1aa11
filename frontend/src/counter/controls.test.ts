import { describe, expect, test } from "vitest";

import { english } from "../english";
import { cue, Screen } from "../make";
import { learn } from "../words";
import { controls, pressed } from "./controls";

const amina = cue({ id: "amina" });
const ask = cue({ tone: "ask", choices: ["Latte", "Masala tea"] });
const quiet = cue({ tone: "inform", name: null, offer: false });
const plain = cue({ say: "Greet \u2068Tumaini\u2069", offer: false });

const keys = (screen: Screen): string[] => controls(screen.state).map((it) => it.key);

test("letters follow the language, and either letter does where a keyboard has two", () => {
  learn("ar", { "screen.counter.key.find": "ب F", "screen.counter.key.new": "ج N" });
  const { state } = new Screen().up();
  expect(keys(new Screen().up()).slice(0, 2)).toEqual(["ب", "ج"]);
  expect([pressed(state, "ب"), pressed(state, "f"), pressed(state, "n")].map((it) => it?.kind)).toEqual(["find", "find", "new"]);
  english();
});

describe("keys with a cue", () => {
  const screen = new Screen().up(0, { cues: [amina] });

  test.each([
    ["1", { kind: "answer", index: 0 }],
    ["Enter", { kind: "answer", index: 0 }],
    ["2", { kind: "answer", index: 1 }],
    ["3", { kind: "answer", index: 2 }],
    ["Escape", { kind: "dismiss" }],
    ["w", { kind: "why" }],
    ["W", { kind: "why" }],
    ["u", { kind: "undo" }],
    ["f", { kind: "find" }],
    ["/", { kind: "find" }],
    ["n", { kind: "new" }],
    ["m", { kind: "mute" }],
    ["?", { kind: "keys" }],
    ["4", null],
    ["x", null],
  ])("%s", (key, event) => {
    expect(pressed(screen.state, key)).toEqual(event);
  });

  test("Tab is ours only where somebody waits", () => {
    expect(pressed(screen.state, "Tab")).toBeNull();
    expect(pressed(new Screen().up(0, { cues: [amina, ask] }).state, "Tab")).toEqual({ kind: "next" });
  });
});

test("Enter chooses for nobody: of two likely answers it takes none", () => {
  expect(pressed(new Screen().up(0, { cues: [ask] }).state, "Enter")).toBeNull();
  expect(pressed(new Screen().up(0, { cues: [quiet] }).state, "Enter")).toEqual({ kind: "answer", index: 0 });
});

test("an ask has no filled button", () => {
  const all = controls(new Screen().up(0, { cues: [ask] }).state);
  expect(all.map((it) => it.label)).toEqual(["Latte", "Masala tea", "Neither"]);
  expect(all.some((it) => it.main)).toBe(false);
});

test.each(["greet", "celebrate", "repair"] as const)("what was not offered cannot be had: a plain %s", (tone) => {
  const { state } = new Screen().up(0, { cues: [{ ...plain, tone }] });
  expect(controls(state).map(({ key, label, main }) => [key, label, main])).toEqual([
    ["1", "Done", true],
    ["3", "Wrong person", false],
  ]);
  expect(pressed(state, "Enter")).toEqual({ kind: "answer", index: 0 });
  expect(pressed(state, "2")).toBeNull();
  expect(pressed(state, "3")).toEqual({ kind: "answer", index: 1 });
});

test("idle offers undo only while it can be done", () => {
  const screen = new Screen().up(0, { cues: [amina] }).at(1, { kind: "answer", index: 0 });
  expect(keys(screen)).toEqual(["F", "N", "U"]);
  expect(keys(screen.at(31, { kind: "tick" }))).toEqual(["F", "N"]);
});

test("every button's key presses that button", () => {
  const screens = [
    new Screen().up(),
    new Screen().up(0, { people: 0 }),
    new Screen().up(0, { cues: [ask] }),
    new Screen().up(0, { cues: [plain] }),
    new Screen().up().at(1, { kind: "keys" }),
    new Screen().up().at(1, { kind: "find" }),
    new Screen().up().at(1, { kind: "new" }),
    new Screen().up().at(1, { kind: "scanned", text: "!" }),
    new Screen().up(0, { cues: [amina] }).at(1, { kind: "answer", index: 2 }),
    new Screen().up().down(1).at(9, { kind: "tick" }),
  ];
  for (const { state } of screens) {
    expect(controls(state).length).toBeGreaterThan(0);
    for (const { key, event } of controls(state)) {
      const typed = key === "↵" ? "Enter" : key === "Esc" ? "Escape" : key;
      expect(pressed(state, typed)).toEqual(event);
    }
  }
});

test("a refused screen does nothing", () => {
  const { state } = new Screen();
  expect(pressed({ ...state, refusal: "unknown-key" }, "n")).toBeNull();
  expect(controls({ ...state, refusal: "unknown-key" })).toEqual([]);
});
