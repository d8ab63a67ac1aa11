/** What stands in the head of every page stands once, in src/ui/head.html. */
import { readFileSync } from "node:fs";

import type { Plugin } from "vite";

const PLACE = "<!-- head.html -->";

export function heads(): Plugin {
  return {
    name: "heads",
    transformIndexHtml: {
      order: "pre",
      handler(html, { path }) {
        if (!html.includes(PLACE)) throw new Error(`${path}: expected ${PLACE} in its head`);
        return html.replace(PLACE, readFileSync(new URL("src/ui/head.html", import.meta.url), "utf-8").trim());
      },
    },
  };
}
