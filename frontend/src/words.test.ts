import { expect, test } from "vitest";

import catalogue from "../../loyalty/words/en.json";
import { counted, direction, rich, words } from "./words";

const SOURCES = import.meta.glob<string>(["./**/*.{ts,tsx}", "!./**/*.test.ts"], {
  query: "?raw",
  import: "default",
  eager: true,
});
const screens = Object.entries(catalogue).filter(([key]) => key.startsWith("screen."));

test("no text is longer than it may be", () => {
  const long = screens.filter(([, { text, max }]) => text.replace(/\{\w+\}/g, "").length > max);
  expect(long).toEqual([]);
});

test("no word is dead", () => {
  const named = Object.values(SOURCES).flatMap(
    (source) => source.match(/screen\.[\w.$-]+(?:\{[^}]*\}[\w.-]*)*/g) ?? [],
  );
  const asked = named.map(
    (key) => new RegExp(`^${key.replace(/\./g, "\\.").replace(/\$\{[^}]*\}/g, ".+")}(\\.(one|other))?$`),
  );
  expect(screens.map(([key]) => key).filter((key) => !asked.some((it) => it.test(key)))).toEqual([]);
});

test("holes are filled", () => {
  expect(words("screen.counter.till", { till: "2" })).toBe("Till 2");
  expect(counted("screen.counter.offline.kept", 1)).toContain("1 check-in kept");
  expect(counted("screen.counter.offline.kept", 2)).toContain("2 check-ins kept");
  expect(rich("screen.card.more", { more: "3 more", reward: "Tea" }).join("")).toBe("3 more to your next reward: Tea");
});

test("a language tells its direction", () => {
  expect(["ar", "ar-EG", "he", "en", "sw", "my"].map(direction)).toEqual(["rtl", "rtl", "rtl", "ltr", "ltr", "ltr"]);
});
