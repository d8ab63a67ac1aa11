/**
 * Every word on the screens comes from the one catalogue, by key; a key that is not there does not compile.
 *
 * A screen speaks one language at a time, and has loaded only its own texts in it.
 */
import type { ComponentChildren } from "preact";

import type catalogue from "../../loyalty/words/en.json";

type Key = keyof typeof catalogue;
export type WordKey = Extract<Key, `screen.${string}`>;
/** Keys that come in plural forms: `key.one`, `key.other`, and whatever else a language has. */
export type CountedKey = WordKey extends infer K ? (K extends `${infer Stem}.other` ? Stem : never) : never;
type Args = Readonly<Record<string, string | number>>;
type Texts = Readonly<Record<string, string>>;
export type Languages = Readonly<Record<string, Language>>;

interface Language {
  readonly name: string; // as it calls itself
  readonly load: () => Promise<{ readonly default: Texts }>;
}

const HOLE = /\{(\w+)\}/;
const RIGHT_TO_LEFT = new Set(["ar", "dv", "fa", "he", "ps", "sd", "ug", "ur", "yi"]);

let spoken = ""; // nothing yet
let texts: Texts = {};
let plural = new Intl.PluralRules("en");
let figures = new Intl.NumberFormat(locale());

/** From here on everything is said in this language. */
export function learn(language: string, all: Texts): void {
  spoken = language;
  texts = all;
  plural = new Intl.PluralRules(language);
  figures = new Intl.NumberFormat(locale());
}

/** Which one; empty until the first has been loaded. */
export function language(): string {
  return spoken;
}

/** For numbers, days and hours: the language's own ways with Latin digits, as on tills and cards; a browser that does
 * not know them takes the English ones. */
export function locale(): string[] {
  return [...(spoken === "en" || spoken === "" ? [] : [`${spoken}-u-nu-latn`]), "en-GB"];
}

export function words(key: WordKey, args: Args = {}): string {
  return text(key).replace(new RegExp(HOLE, "g"), (_, name: string) => shown(args[name] ?? ""));
}

/** The same with a number: "1 check-in", "2 check-ins". */
export function counted(key: CountedKey, n: number, args: Args = {}): string {
  return words(`${key}.${plural.select(n)}` as WordKey, { n, ...args });
}

/** The same with elements in its holes. */
export function rich(key: WordKey, holes: Readonly<Record<string, ComponentChildren>>): ComponentChildren[] {
  return text(key)
    .split(HOLE)
    .map((part, i) => (i % 2 === 0 ? part : holes[part]));
}

export function number(n: number): string {
  return figures.format(n).replace("-", "\u2212");
}

/** A movement: "+1", "−10"; it reads so in lines that run from the right, too. */
export function signed(n: number): string {
  const mark = direction(spoken) === "rtl" ? "\u200e" : "";
  return `${mark}${n < 0 ? "\u2212" : "+"}${figures.format(Math.abs(n))}`;
}

export function direction(language: string): "ltr" | "rtl" {
  return RIGHT_TO_LEFT.has(primary(language)) ? "rtl" : "ltr";
}

/** The first of these that there is, by its primary subtag. */
export function known(among: Languages, ...wanted: readonly (string | null | undefined)[]): string | null {
  const found = wanted.map((it) => primary(it ?? "")).find((it) => Object.hasOwn(among, it));
  return found ?? null;
}

function primary(language: string): string {
  return language.toLowerCase().split(/[-_]/)[0] ?? "";
}

/** A plural form that a language does without is said as its others. */
function text(key: string): string {
  return texts[key] ?? texts[key.replace(/\.\w+$/, ".other")] ?? "";
}

function shown(value: string | number): string {
  return typeof value === "number" ? number(value) : value;
}
