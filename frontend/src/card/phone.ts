/** What a phone can do for a card, where it can: stay lit while the code is shown, and show it without a network. */

/** The screen does not go dark while the card is held to the till. Phones refuse in low power: then it does. */
export function stayAwake(wanted: () => boolean): void {
  const ask = (): void => {
    if (document.visibilityState === "visible" && wanted()) void navigator.wakeLock?.request("screen").catch(() => {});
  };
  document.addEventListener("visibilitychange", ask);
  document.addEventListener("pointerdown", ask, { once: true }); // some want a touch before
  setTimeout(ask, 1_000);
}

/** The page itself is kept on the phone; only over HTTPS, and on the machine itself. */
export function workOffline(): void {
  void navigator.serviceWorker?.register("/card-worker.js", { scope: "/card.html" }).catch(() => {});
}

const KEPT = "regulars-card-1"; // as the worker calls it

/** What was loaded before the worker was there: the words of a language are not named in the page itself. */
export function keepLoaded(): void {
  if (!("caches" in window)) return;
  const loaded = performance.getEntriesByType("resource").map(({ name }) => name);
  const parts = loaded.filter((name) => new URL(name).pathname.startsWith("/assets/"));
  void caches
    .open(KEPT)
    .then((cache) => cache.addAll(parts))
    .catch(() => {}); // without a network they stay as they are kept
}
