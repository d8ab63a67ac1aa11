/** The page in one language: its words are loaded, its root says which it is and which way it runs. */
import { direction, known, language, type Languages, learn } from "../words";

let wanted = "";

/**
 * Speaks the first of these that there is, else what the browser is set to, else English. Who asked last is heard: a
 * language that loads slowly does not come back over one that was chosen since. Without a network the page stays in the
 * language it has, until it is asked again.
 */
export async function speak(among: Languages, ...asked: readonly (string | null | undefined)[]): Promise<void> {
  const next = known(among, ...asked, ...navigator.languages) ?? "en";
  wanted = next;
  if (next === language()) return;
  const loaded = await among[next]?.load().catch(() => null);
  if (loaded == null || wanted !== next) return;
  learn(next, loaded.default);
  document.documentElement.lang = next;
  document.documentElement.dir = direction(next);
}
