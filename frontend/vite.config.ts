import { defineConfig } from "vitest/config";

import { catalogue } from "./catalogue.ts";
import { heads } from "./heads.ts";

/** The pages, into the Python package, for the oldest browsers that tills still have. */
export default defineConfig({
  base: "/",
  plugins: [catalogue(), heads()],
  build: {
    outDir: "../loyalty/screens",
    emptyOutDir: true,
    target: ["chrome109", "safari16", "firefox110"],
    cssTarget: ["chrome109", "safari16", "firefox110"],
    modulePreload: { polyfill: false },
    assetsInlineLimit: 0,
    rolldownOptions: { input: ["counter.html", "card.html", "owner.html", "join.html", "poster.html"] },
  },
  test: { include: ["src/**/*.test.ts"], environment: "node", css: true, setupFiles: ["src/english.ts"] },
});
