/** Every word on the screens comes from the one catalogue, by key; a key that is not there does not compile. */
import type { ComponentChildren } from "preact";

import catalogue from "../../loyalty/words/en.json";

type Key = keyof typeof catalogue;
export type WordKey = Extract<Key, `screen.${string}`>;
/** Keys that come in plural forms: `key.one`, `key.other`. */
export type CountedKey = WordKey extends infer K ? (K extends `${infer Stem}.other` ? Stem : never) : never;
type Args = Readonly<Record<string, string | number>>;

const HOLE = /\{(\w+)\}/;
const WRITTEN_IN = "en";
const plural = new Intl.PluralRules(WRITTEN_IN);
const RIGHT_TO_LEFT = new Set(["ar", "dv", "fa", "he", "ps", "sd", "ug", "ur", "yi"]);

export function words(key: WordKey, args: Args = {}): string {
  return catalogue[key].text.replace(new RegExp(HOLE, "g"), (_, name: string) => String(args[name] ?? ""));
}

/** The same with a number: "1 check-in", "2 check-ins". */
export function counted(key: CountedKey, n: number, args: Args = {}): string {
  const form = `${key}.${plural.select(n)}`;
  return words((form in catalogue ? form : `${key}.other`) as WordKey, { n, ...args });
}

/** The same with elements in its holes. */
export function rich(key: WordKey, holes: Readonly<Record<string, ComponentChildren>>): ComponentChildren[] {
  return catalogue[key].text.split(HOLE).map((part, i) => (i % 2 === 0 ? part : holes[part]));
}

export function direction(language: string): "ltr" | "rtl" {
  return RIGHT_TO_LEFT.has(language.split("-")[0] ?? "") ? "rtl" : "ltr";
}
