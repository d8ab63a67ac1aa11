/**
 * What the card needs to open at once, and without a network.
 *
 * In every language, for `public/card-worker.js`: `card-parts.json`. And what its first few lines load, as links in the
 * page itself: a phone on a slow network asks for all of it in one go.
 */
import type { HtmlTagDescriptor, Plugin, Rollup } from "vite";

const PAGE = "card.html";
const APP = "src/card/app.tsx";
const LIST = "card-parts.json";

type Bundle = Rollup.OutputBundle;

export function parts(): Plugin {
  return {
    name: "parts",
    generateBundle: {
      order: "post", // what turned out empty is gone by then
      handler(_, bundle) {
        const found = reached(chunk(bundle, PAGE), bundle, { later: true });
        this.emitFile({ type: "asset", fileName: LIST, source: JSON.stringify(found.map((it) => `/${it}`)) });
      },
    },
    transformIndexHtml: {
      order: "post",
      handler(html, { path, bundle }) {
        if (bundle === undefined || !path.endsWith(PAGE)) return [];
        const wanted = reached(chunk(bundle, APP), bundle, { later: false });
        return wanted.filter((it) => !html.includes(it)).flatMap(link);
      },
    },
  };
}

function chunk(bundle: Bundle, source: string): string {
  const found = Object.values(bundle).find((it) => it.type === "chunk" && it.facadeModuleId?.endsWith(`/${source}`));
  if (found === undefined) throw new Error(`expected a chunk for ${source}`);
  return found.fileName;
}

/** Scripts, styles and pictures; `later`: those too that are loaded when they are needed. */
function reached(start: string, bundle: Bundle, { later }: { later: boolean }): string[] {
  const found = new Set<string>();
  const waiting = [start];
  for (let name = waiting.pop(); name !== undefined; name = waiting.pop()) {
    const part = bundle[name];
    if (found.has(name) || part === undefined) continue;
    found.add(name);
    if (part.type !== "chunk") continue;
    const beside = [...(part.viteMetadata?.importedCss ?? []), ...(part.viteMetadata?.importedAssets ?? [])];
    waiting.push(...part.imports, ...beside, ...(later ? part.dynamicImports : []));
  }
  return [...found].sort();
}

function link(name: string): HtmlTagDescriptor[] {
  const href = `/${name}`;
  if (name.endsWith(".js")) return [{ tag: "link", attrs: { rel: "modulepreload", crossorigin: true, href }, injectTo: "head" }];
  if (name.endsWith(".css")) return [{ tag: "link", attrs: { rel: "stylesheet", crossorigin: true, href }, injectTo: "head" }];
  return [];
}
