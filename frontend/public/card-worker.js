/* Keeps the card's page on the phone, so that it opens at once, and without a network. Each time it is opened the newest
   is fetched for the next time: all of its parts first, then the page that names them. What the service says of the
   customer is never kept here. */
const KEPT = "regulars-card-2";
const PAGE = "/card.html";
const LIST = "/card-parts.json";

self.addEventListener("install", (event) => event.waitUntil(self.skipWaiting()));

self.addEventListener("activate", (event) => event.waitUntil(Promise.all([self.clients.claim(), tidy(), keep()])));

self.addEventListener("fetch", (event) => {
  const { pathname, origin } = new URL(event.request.url);
  if (event.request.method !== "GET" || origin !== self.location.origin) return;
  if (pathname === PAGE) {
    event.respondWith(kept(event.request, PAGE));
    event.waitUntil(keep());
  } else if (pathname.startsWith("/assets/")) event.respondWith(kept(event.request, pathname));
});

/* Whatever has a hash in its name never changes. */
async function kept(request, name) {
  const cache = await caches.open(KEPT);
  return (await cache.match(name)) ?? fetch(request);
}

async function keep() {
  try {
    const cache = await caches.open(KEPT);
    const [page, list] = await Promise.all([PAGE, LIST].map((path) => fetch(path, { cache: "no-cache" })));
    if (!page.ok || !list.ok) return;
    const parts = await list.json();
    const text = await page.clone().text();
    const named = [...text.matchAll(/"(\/assets\/[^"]+)"/g)].map(([, part]) => part);
    if (!named.every((part) => parts.includes(part))) return; // of two releases: next time they are of one
    await Promise.all(parts.map(async (part) => (await cache.match(part)) ?? cache.add(part)));
    const before = await (await cache.match(PAGE))?.text();
    await cache.put(PAGE, page);
    if (before !== text) return; // the page that is open now may still ask for its own parts
    const old = (await cache.keys()).map(({ url }) => new URL(url).pathname);
    await Promise.all(old.filter((path) => path !== PAGE && !parts.includes(path)).map((path) => cache.delete(path)));
  } catch {
    /* Without a network everything stays as it is. */
  }
}

/* What older versions of this worker kept. */
async function tidy() {
  const names = (await caches.keys()).filter((name) => name.startsWith("regulars-card-") && name !== KEPT);
  await Promise.all(names.map((name) => caches.delete(name)));
}
