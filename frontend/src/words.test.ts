import { afterEach, describe, expect, test } from "vitest";

import catalogue from "../../loyalty/words/en.json";
import { english } from "./english";
import { counted, direction, known, learn, number, rich, words } from "./words";

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
  expect(rich("screen.card.more", { more: "3 more", reward: "Tea" }).join("")).toBe("3 more to your Tea");
});

describe("in another language", () => {
  const forms = ["zero", "one", "two", "few", "many", "other"].map((form) => [`screen.lots.points.${form}`, `${form} {n}`]);

  afterEach(english);

  test("a number has the form that the language gives it", () => {
    learn("ar", Object.fromEntries(forms));
    const said = [0, 1, 2, 3, 11, 100].map((n) => counted("screen.lots.points", n));
    expect(said).toEqual(["zero 0", "one 1", "two 2", "few 3", "many 11", "other 100"]);
  });

  test("a language without plurals has one form, and one that lacks a form takes the others", () => {
    learn("my", { "screen.lots.points.other": "{n} မှတ်" });
    expect(counted("screen.lots.points", 1)).toBe("1 မှတ်");
    learn("sw", { "screen.lots.points.other": "pointi {n}" });
    expect(counted("screen.lots.points", 1)).toBe("pointi 1");
  });

  test.each(["en", "sw", "my", "ar"])("%s: figures are Latin, in groups, and minus is minus", (language) => {
    learn(language, {});
    expect(number(28800)).toBe("28,800");
    expect(number(-7).replace("\u200e", "")).toBe("\u22127");
  });

  test("the first of those asked for that there is, is spoken", () => {
    const among = { en: silent, sw: silent };
    expect(known(among, null, "de-DE", "sw-KE", "en")).toBe("sw");
    expect(known(among, undefined, "", "toString")).toBe(null);
  });
});

const silent = { name: "", load: async () => ({ default: {} }) };

test("a language tells its direction", () => {
  expect(["ar", "ar-EG", "he", "en", "sw", "my"].map(direction)).toEqual(["rtl", "rtl", "rtl", "ltr", "ltr", "ltr"]);
});
