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
