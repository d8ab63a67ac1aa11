/* Keeps the card's page on the phone, so that it opens without a network. The newest comes first wherever there is one;
   what the service says of the customer is never kept here. */
const KEPT = "regulars-card-1";
const PATIENCE_MS = 3_000;

self.addEventListener("install", (event) => event.waitUntil(self.skipWaiting()));

/* What the page loaded before this worker was there. */
self.addEventListener("activate", (event) => event.waitUntil(Promise.all([self.clients.claim(), keepPage()])));

self.addEventListener("fetch", (event) => {
  const { pathname, origin } = new URL(event.request.url);
  const ours = origin === self.location.origin && (pathname === "/card.html" || pathname.startsWith("/assets/"));
  if (event.request.method === "GET" && ours) event.respondWith(newest(event.request, pathname));
});

async function keepPage() {
  const cache = await caches.open(KEPT);
  const page = await fetch("/card.html", { cache: "no-cache" });
  if (!page.ok) return;
  const text = await page.clone().text();
  await cache.put("/card.html", page);
  const parts = new Set([...text.matchAll(/(?:src|href)="(\/assets\/[^"]+)"/g)].map(([, path]) => path));
  await Promise.all([...parts].map((path) => cache.add(path)));
}

async function newest(request, pathname) {
  const cache = await caches.open(KEPT);
  try {
    const answer = await fetch(request, { signal: AbortSignal.timeout(PATIENCE_MS) });
    if (answer.ok) await cache.put(pathname, answer.clone());
    return answer;
  } catch (error) {
    const kept = await cache.match(pathname);
    if (kept === undefined) throw error;
    return kept;
  }
}
