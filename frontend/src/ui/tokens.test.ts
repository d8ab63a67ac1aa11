import { describe, expect, test } from "vitest";

import css from "./tokens.css?raw";

type Tokens = Readonly<Record<string, string>>;
type Theme = "light" | "dark";

const TONES = ["greet", "celebrate", "repair", "ask", "inform"] as const;
const SENTENCE = 13.8; // to be read from two metres
const AAA = 7; // other text on the counter, fading included
const AA = 4.5;
const PART = 3; // borders of controls, motifs
const THEMES: readonly Theme[] = ["light", "dark"];

/** The colours that a selector sets. */
function block(selector: string): Tokens {
  const start = css.indexOf(`\n${selector} {`);
  if (start < 0) throw new Error(`no ${selector}`);
  const body = css.slice(start, css.indexOf("}", start));
  return Object.fromEntries([...body.matchAll(/--(\w+): (#[0-9a-f]{6})/g)].map(([, name, value]) => [name, value]));
}

const page: Record<Theme, Tokens> = { light: block(":root"), dark: block(':root[data-theme="dark"]') };

function tone(name: string, theme: Theme): Tokens {
  return block(theme === "light" ? `.${name}` : `[data-theme="dark"] .${name}`);
}

function luminance(colour: string | undefined): number {
  const channels = colour?.match(/[0-9a-f]{2}/g)?.map((it) => parseInt(it, 16) / 255);
  if (channels?.length !== 3) throw new Error(`not a colour: ${colour}`);
  const [r, g, b] = channels.map((it) => (it <= 0.04045 ? it / 12.92 : ((it + 0.055) / 1.055) ** 2.4));
  return 0.2126 * (r ?? 0) + 0.7152 * (g ?? 0) + 0.0722 * (b ?? 0);
}

/** WCAG 2.x. */
function ratio(one: string | undefined, other: string | undefined): number {
  const [dark, light] = [luminance(one), luminance(other)].sort((a, b) => a - b);
  return ((light ?? 0) + 0.05) / ((dark ?? 0) + 0.05);
}

describe.each(THEMES)("%s", (theme) => {
  const { [theme]: tokens } = page;

  test.each([
    ["ink", SENTENCE],
    ["ink2", AAA],
    ["ink3", AA],
    ["edge", PART],
    ["brand", AA],
    ["focus", AA],
    ["good", AA],
    ["warn", AA],
    ["bad", AA],
  ])("%s on ground, surface and sunken is at least %f", (name, least) => {
    for (const on of ["ground", "surface", "sunken"])
      expect(ratio(tokens[name], tokens[on])).toBeGreaterThanOrEqual(least);
  });

  test("letters on a filled button", () => {
    expect(ratio(tokens["onbrand"], tokens["brand"])).toBeGreaterThanOrEqual(AAA);
  });

  test.each(TONES)("%s: the sentence, its fading, the rule, the motif", (name) => {
    const { g, f, m, t } = tone(name, theme);
    expect(ratio(tokens["ink"], g)).toBeGreaterThanOrEqual(SENTENCE);
    expect(ratio(tokens["ink2"], g)).toBeGreaterThanOrEqual(AAA);
    expect(ratio(tokens["edge"], g)).toBeGreaterThanOrEqual(PART);
    expect(ratio(t, g)).toBeGreaterThanOrEqual(AA);
    expect(ratio(m, f)).toBeGreaterThanOrEqual(PART);
  });
});
