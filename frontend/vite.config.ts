import { defineConfig } from "vitest/config";

import { catalogue } from "./catalogue.ts";
import { heads } from "./heads.ts";
import { parts } from "./parts.ts";

/** One file of what pages share: a browser fetches six at a time, and on a slow network each waits. But what a card's
 * first question needs comes by itself. */
const SHARED = [
  { name: "ask", test: /src\/(api|words)\.ts$|preload-helper/, minShareCount: 2, priority: 2 },
  { name: "base", test: /\.(ts|tsx|js|mjs)$/, minShareCount: 2, priority: 1 },
];

/** The pages, into the Python package, for the oldest browsers that tills still have. */
export default defineConfig({
  base: "/",
  plugins: [catalogue(), heads(), parts()],
  build: {
    outDir: "../loyalty/screens",
    emptyOutDir: true,
    target: ["chrome109", "safari16", "firefox110"],
    cssTarget: ["chrome109", "safari16", "firefox110"],
    modulePreload: { polyfill: false },
    assetsInlineLimit: 0,
    rolldownOptions: {
      input: ["counter.html", "card.html", "owner.html", "join.html", "poster.html"],
      output: { codeSplitting: { groups: SHARED } },
    },
  },
  test: { include: ["src/**/*.test.ts"], environment: "node", css: true, setupFiles: ["src/english.ts"] },
});
