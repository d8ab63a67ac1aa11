/**
 * Cuts the catalogue for the screens: one small chunk for each screen and language, loaded when it is spoken, and a list
 * of what there is, each by the name it calls itself (browsers do not know the names of all).
 */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

import type { Plugin } from "vite";

const FOLDER = join(import.meta.dirname, "../loyalty/words");
const ENGLISH = "en";
const ASKED = /^virtual:words\/(\w+)(?:\/(\w+))?$/; // a screen's languages, or its texts in one of them

/** Whose texts a screen shows beside its own: the owner reads of a card in the words of the card. */
const HOLDS: Readonly<Record<string, readonly string[]>> = {
  card: ["card", "lots", "reward"],
  counter: ["counter", "reward"],
  owner: ["owner", "card", "lots"],
};

export function catalogue(): Plugin {
  return {
    name: "catalogue",
    resolveId: (id) => (ASKED.test(id) ? `\0${id}` : undefined),
    load(id) {
      const [, screen, language] = ASKED.exec(id.replace("\0", "")) ?? [];
      if (screen === undefined) return undefined;
      this.addWatchFile(FOLDER);
      return language === undefined ? loaders(screen) : `export default ${JSON.stringify(texts(screen, language))}`;
    },
  };
}

function loaders(screen: string): string {
  const languages = readdirSync(FOLDER).flatMap((name) => (name.endsWith(".json") ? [name.slice(0, -5)] : []));
  const rows = languages.sort().map((it) => {
    const name = JSON.stringify(read(it)["language.name"]);
    return `${it}: { name: ${name}, load: () => import("virtual:words/${screen}/${it}") },`;
  });
  return `export default {${rows.join("\n")}};`;
}

/**
 * Of one screen, and what all screens share (`screen.today`). What a language lacks is said in English rather than not
 * at all; the house's tests fail then.
 */
function texts(screen: string, language: string): Record<string, string> {
  const all = { ...read(ENGLISH), ...read(language) };
  const own = (HOLDS[screen] ?? [screen]).map((it) => `screen.${it}.`);
  const asked = ([key]: [string, string]) => own.some((it) => key.startsWith(it)) || /^screen\.\w+$/.test(key);
  return Object.fromEntries(
    Object.entries(all)
      .filter(asked)
      .map(([key, text]) => [key, whole(text)]),
  );
}

/** Burmese has no spaces between words, and browsers break it at any word: word joiners leave the places that we mark. */
function whole(text: string): string {
  return text.replace(/(?<=[\u1000-\u1038\u103a-\u109f])(?=[\u1000-\u102a\u103f-\u1049])/gu, "\u2060");
}

function read(language: string): Record<string, string> {
  const found = JSON.parse(readFileSync(join(FOLDER, `${language}.json`), "utf-8")) as Record<string, unknown>;
  if (language !== ENGLISH) return found as Record<string, string>;
  return Object.fromEntries(Object.entries(found).map(([key, entry]) => [key, (entry as { text: string }).text]));
}
