/* Keeps the card's page on the phone, so that it opens at once, and without a network. Each time it is opened the newest
   is fetched for the next time: all of its parts first, then the page that names them. What the service says of the
   customer is never kept here. What is kept may be lost or broken at any time: then the network alone serves. */
const KEPT = "regulars-card-2";
const PAGE = "/card.html";
const LIST = "/card-parts.json";

self.addEventListener("install", (event) => event.waitUntil(self.skipWaiting()));

/* A worker that could not tidy is still a worker. */
self.addEventListener("activate", (event) => event.waitUntil(Promise.allSettled([self.clients.claim(), tidy(), keep()])));

self.addEventListener("fetch", (event) => {
  const { pathname, origin } = new URL(event.request.url);
  if (event.request.method !== "GET" || origin !== self.location.origin) return;
  if (pathname === PAGE) {
    event.respondWith(kept(event.request, PAGE));
    event.waitUntil(keep({ opened: true }));
  } else if (pathname.startsWith("/assets/")) event.respondWith(kept(event.request, pathname));
});

/* Whatever has a hash in its name never changes. */
async function kept(request, name) {
  return (await found(name)) ?? fetch(request);
}

async function found(name) {
  try {
    return await (await caches.open(KEPT)).match(name);
  } catch {
    return undefined;
  }
}

/* `opened`: the page that is kept is shown from now on, so that parts which it does not name are of no use. Else one that
   was kept before may be open, and may still ask for its own. */
async function keep({ opened = false } = {}) {
  try {
    const cache = await caches.open(KEPT);
    const shown = opened ? await (await cache.match(PAGE))?.text() : undefined;
    const [page, list] = await Promise.all([PAGE, LIST].map((path) => fetch(path, { cache: "no-cache" })));
    if (!page.ok || page.redirected || !list.ok) return; // a browser refuses to show what came from another address
    const parts = await list.json();
    const text = await page.clone().text();
    const named = [...text.matchAll(/"(\/assets\/[^"]+)"/g)].map(([, part]) => part);
    if (named.length === 0) return; // not ours: what a network says to whoever has to sign in first
    if (!named.every((part) => parts.includes(part))) return; // of two releases: next time they are of one
    await Promise.all(parts.map((part) => add(cache, part)));
    await cache.put(PAGE, page);
    if (shown !== text) return;
    const old = (await cache.keys()).map(({ url }) => new URL(url).pathname);
    await Promise.all(old.filter((path) => path !== PAGE && !parts.includes(path)).map((path) => cache.delete(path)));
  } catch {
    /* Without a network everything stays as it is. */
  }
}

/* A page in place of a part would stay for good. */
async function add(cache, part) {
  if (await cache.match(part)) return;
  const found = await fetch(part);
  if (!found.ok || found.headers.get("content-type")?.startsWith("text/html")) throw new Error(`expected ${part}`);
  await cache.put(part, found);
}

/* What older versions of this worker kept. */
async function tidy() {
  const names = (await caches.keys()).filter((name) => name.startsWith("regulars-card-") && name !== KEPT);
  await Promise.all(names.map((name) => caches.delete(name)));
}
