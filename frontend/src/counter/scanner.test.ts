import { describe, expect, test } from "vitest";

import {
  type Burst,
  cardIn,
  type Heard,
  heard,
  KEY_WAIT_MS,
  latin,
  QUIET,
  SCAN_CHARS_MAX,
  SCAN_GAP_MS,
  settled,
  typed,
} from "./scanner";

/** What came out of keys typed at a steady pace. */
function type(keys: readonly string[], pace: number): Heard[] {
  let burst: Burst = QUIET;
  return keys.map((key, i) => {
    const result = heard(burst, key, 1_000 + i * pace);
    burst = result.burst;
    return result;
  });
}

describe("a machine that is set to other letters", () => {
  test.each([
    ["ب", "KeyF", false, "f"],
    ["ِ", "KeyA", true, "A"],
    ["٧", "Digit7", false, "7"],
    ["ظ", "Slash", false, "/"],
    ["ြွ", "KeyS", false, "s"], // one key, two marks
    ["f", "KeyU", false, "f"], // Latin letters stand where their own layout has them
    ["Enter", "NumpadEnter", false, "Enter"],
    ["é", "IntlBackslash", false, "é"],
  ])("%s at %s is %s", (key, code, shiftKey, letter) => {
    expect(latin({ key, code, shiftKey })).toBe(letter);
  });
});

describe("bursts", () => {
  test("fast characters and Enter are a scan, and nothing on the way is a shortcut", () => {
    const results = type([..."7K4M29QX", "Enter"], 10);
    expect(results.at(-1)?.scan).toBe("7K4M29QX");
    expect(results.filter((it) => it.key !== undefined)).toEqual([]);
  });

  test("a scanner's shift keys are not heard", () => {
    expect(type(["Shift", "7", "Shift", "K", "4", "M", "Enter"], 10).at(-1)?.scan).toBe("7K4M");
  });

  test("one late character does not tear a scan", () => {
    const pace = [0, 50, 55, 60, 65, 70, 75, 80];
    let burst: Burst = QUIET;
    for (const [i, key] of [..."7K4M29QX"].entries()) burst = heard(burst, key, pace[i] ?? 0).burst;
    expect(heard(burst, "Enter", 85).scan).toBe("7K4M29QX");
  });

  test("fast fingers are no machine", () => {
    expect(type([..."7K4M", "Enter"], SCAN_GAP_MS).at(-1)).toEqual({ burst: QUIET, key: "Enter" });
  });

  test("the same keys at a person's pace are shortcuts", () => {
    const results = type([..."7K4M", "Enter"], KEY_WAIT_MS);
    expect(results.map((it) => it.key)).toEqual([undefined, "7", "K", "4", "Enter"]);
    expect(results.at(-1)?.scan).toBeUndefined();
  });

  test("a single key acts once nothing followed it", () => {
    const [first] = type(["w"], 0);
    expect(first?.key).toBeUndefined();
    const after = settled(first?.burst ?? QUIET);
    expect(after.key).toBe("w");
    expect(settled(after.burst).key).toBeUndefined();
    expect(heard(after.burst, "q", 9_000).key).toBeUndefined(); // nor with the next one
    expect(KEY_WAIT_MS).toBeGreaterThan(SCAN_GAP_MS);
  });

  test("a burst without Enter was nobody's key", () => {
    expect(settled({ keys: "7K4", since: 0, at: 20, acted: false }).key).toBeUndefined();
  });

  test("a page that is busy hears the keys of a scan late, and they belong together all the same", () => {
    const late = (from: number): Burst =>
      [..."7K4M29QX"].reduce((burst, key, i) => {
        const next = heard(burst, key, 1_000 + i * 5).burst;
        return i === from ? settled(next).burst : next;
      }, QUIET);
    expect([0, 1, 4, 7].map((from) => heard(late(from), "Enter", 1_040).scan)).toEqual(Array(4).fill("7K4M29QX"));
    expect(heard(late(0), "Enter", 1_035 + KEY_WAIT_MS).scan).toBeUndefined();
  });

  test("two keys of a clumsy hand and Enter are not a card", () => {
    expect(type(["1", "2", "Enter"], 10).at(-1)).toEqual({ burst: QUIET, key: "Enter" });
  });

  test("a scanner that never stops fills no memory", () => {
    const keys = Array.from({ length: SCAN_CHARS_MAX + 50 }, () => "7");
    expect(type(keys, 1).at(-1)?.burst.keys.length).toBe(SCAN_CHARS_MAX);
  });
});

describe("what a scan says", () => {
  test.each([
    ["7K4M29QX", "7K4M29QX"],
    ["7k4m 29qx", "7K4M29QX"],
    ["7K4M-29QX", "7K4M29QX"],
    ["https://shop.example/card.html#aB3_x-9Z", "aB3_x-9Z"],
    ["https://shop.example/c/7K4M29QX", "7K4M29QX"],
    ["https://shop.example/c?card=7K4M29QX", "7K4M29QX"],
    ["https://shop.example/c#", null],
    ["!!", null],
    ["", null],
    ["5901234123457", "5901234123457"],
  ])("%s", (scan, card) => {
    expect(cardIn(scan)).toBe(card);
  });

  test.each([
    ["0712 555 014", { phone: "0712555014" }],
    ["+254 (712) 555-014", { phone: "+254712555014" }],
    ["7K4M 29QX", { card: "7K4M29QX" }],
    ["amina", { card: "AMINA" }],
    ["?", null],
    ["", null],
  ])("typed: %s", (text, who) => {
    expect(typed(text)).toEqual(who);
  });
});
