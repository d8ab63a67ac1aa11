"""Chromium as a till's machine runs it, and a watch on what a counter screen was told and what it then showed."""

from __future__ import annotations

import shutil
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from playwright.sync_api import Browser, BrowserType, sync_playwright

WHOLE = ("chromium", "chromium-browser", "google-chrome")
SHELL = ("chromium-headless-shell", *WHOLE)  # the same engine, no windows: a quarter less CPU, no camera
ARGUMENTS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
# After each message, in the very task in which the page took it in: the message, the sentence, who waits, and when.
WATCH = """
(() => {
  const watched = (window.watched = []);
  const text = (element) => element.textContent;
  const record = (message) =>
    watched.push({
      message,
      say: document.querySelector("h1.say")?.textContent ?? null,
      waiting: [...document.querySelectorAll(".rail b")].map(text),
      at: Date.now(),
    });
  const Plain = window.WebSocket;
  window.WebSocket = class extends Plain {
    set onmessage(take) {
      super.onmessage = (event) => {
        take(event);
        record(JSON.parse(event.data));
      };
    }
  };
})();
"""


@contextmanager
def chromium(names: Sequence[str] = WHOLE) -> Iterator[Browser]:
    """The first of these that is installed, without a window; each context opened in it is a fresh profile."""
    with sync_playwright() as playwright:
        browser = launched(playwright.chromium, names=names)
        try:
            yield browser
        finally:
            browser.close()


def launched(kind: BrowserType, *more: str, names: Sequence[str] = WHOLE) -> Browser:
    """`more`: arguments beside the usual ones."""
    found = next(filter(None, map(shutil.which, names)), None)
    if found is None:
        raise FileNotFoundError(f"none of {', '.join(names)} is installed; on Debian: apt-get install chromium")
    return kind.launch(executable_path=found, args=[*ARGUMENTS, *more])
