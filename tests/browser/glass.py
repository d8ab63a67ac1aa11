"""What a person sees on a screen in Chromium, and what a counter screen was told."""

from __future__ import annotations

import asyncio
import re
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, Self

from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Locator, Page, expect

from bench.chromium import WATCH
from tests.running import Message, Shop, wait_until

TABLET = (1280, 800)
PHONE = (390, 844)
PATIENCE_S = 45.0
GUARD_MS = 450  # an answer so soon after a cue appeared was meant for something else
PAUSE_MS = 80  # keys that follow each other faster are a scanner's
SCAN_KEY_S = 0.005  # between a scanner's keys
ANSWERS = ("1", "2", "3", "Enter")
UNSEEN = re.compile("[\u2068\u2069\u2060\u200b]")  # isolates, and where a phrase may be broken or not
NETWORK = re.compile(r"net::ERR_|Failed to load resource|WebSocket connection to")

expect.set_options(timeout=PATIENCE_S * 1_000)


class Profiles:
    """Pages in fresh profiles, and every script error on any of them."""

    def __init__(self, browser: Browser) -> None:
        self._browser = browser
        self._contexts: list[BrowserContext] = []
        self.errors: list[str] = []

    def page(self, url: str, size: tuple[int, int] = TABLET, **options: Any) -> Page:
        width, height = size
        context = self._browser.new_context(viewport={"width": width, "height": height}, **options)
        context.set_default_timeout(PATIENCE_S * 1_000)
        context.add_init_script(WATCH)
        self._contexts.append(context)
        page = context.new_page()
        page.on("pageerror", lambda error: self.errors.append(str(error)))
        page.on("console", self._hear)
        page.goto(url)
        return page

    def counter(self, shop: Shop, till: str | None = None, door: str | None = None, **options: Any) -> Glass:
        """A counter screen that is connected. `door`: another way to the service than its own address."""
        url = shop.counter_url(till)
        page = self.page(url if door is None else url.replace(shop.service.url, door), **options)
        return Glass(page).ready()

    def picture(self, folder: Path) -> None:
        for number, context in enumerate(self._contexts):
            for page in context.pages:
                page.screenshot(path=folder / f"page-{number}.png")

    def close(self) -> None:
        for context in self._contexts:
            context.close()

    def _hear(self, message: ConsoleMessage) -> None:
        """That a request failed is for the page to say; everything else is our own fault."""
        if message.type == "error" and not NETWORK.search(message.text):
            self.errors.append(message.text)


class Glass:
    """A counter screen: the sentence, who waits, the word at the top, and every message in the order it came."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.say: Locator = page.locator("h1.say")
        self.top: Locator = page.locator(".top .tone")
        self.net: Locator = page.locator(".top .net")

    def ready(self) -> Self:
        """The word that says so is for those who cannot see that nothing is wrong; it stands in every language."""
        expect(self.page.locator(".top > .unseen")).to_be_attached()
        return self

    @property
    def sentence(self) -> str:
        """As it is read: what cannot be seen is left out, and a no-break space is a space."""
        return plain(self.say.inner_text())

    @property
    def waiting(self) -> list[str]:
        return [plain(name) for name in self.page.locator(".rail b").all_inner_texts()]

    def shows(self, text: str, waiting: list[str] | None = None, within_s: float = PATIENCE_S) -> None:
        """Until the sentence holds that, and just these wait."""
        self.until(lambda: self.say.count() == 1 and text in self.sentence, f"the glass shows {text!r}", within_s)
        if waiting is not None:
            self.until(lambda: self.waiting == waiting, f"{waiting} wait")

    def idle(self) -> None:
        expect(self.top).to_have_text(re.compile("Ready"))
        expect(self.say).to_have_count(0)

    def until(self, holds: Callable[[], bool], wanted: str, within_s: float = PATIENCE_S) -> None:
        end = time.monotonic() + within_s
        while not holds():
            assert time.monotonic() < end, f"{wanted}: the page shows {self.page.locator('body').inner_text()!r}"
            self.page.wait_for_timeout(20)

    # -- keys ---------------------------------------------------------------------------------------------------------
    def press(self, key: str) -> None:
        """As a person does: one key at a time, and an answer only once the cue was there to be read."""
        self.page.wait_for_timeout(GUARD_MS if key in ANSWERS else PAUSE_MS)
        self.page.keyboard.press(key)

    def scan(self, text: str) -> None:
        """As a hand scanner does: all at once, and Enter. Playwright's keyboard waits after each key until the page has
        taken it in, so on a busy machine it types as slowly as a person; here all are sent before any answer, and each
        says when it was typed."""
        session = self.page.context.new_cdp_session(self.page)
        begun = time.time()
        keys = [
            _key(character) | {"type": kind, "timestamp": begun + place * SCAN_KEY_S}
            for place, character in enumerate(f"{text}\r")
            for kind in ("keyDown", "keyUp")
        ]
        typing = [session._impl_obj.send("Input.dispatchKeyEvent", key, None) for key in keys]
        session._sync(asyncio.gather(*typing))
        session.detach()

    def button(self, name: str, *, exact: bool = False) -> Locator:
        return self.page.get_by_role("button", name=name, exact=exact)

    @property
    def kept(self) -> int:
        """Check-ins that wait on this machine to be sent."""
        stored = "Object.keys(localStorage).filter((key) => key.startsWith('regulars.kept.'))"
        found: int = self.page.evaluate(f"{stored}.reduce((sum, key) => sum + JSON.parse(localStorage[key]).length, 0)")
        return found

    # -- messages -----------------------------------------------------------------------------------------------------
    @property
    def told(self) -> list[Message]:
        """Every message of the service, with what the page then showed: {message, say, waiting}."""
        found: list[Message] = self.page.evaluate("watched")
        return found

    @property
    def messages(self) -> list[Message]:
        return [told["message"] for told in self.told]


def _key(character: str) -> dict[str, Any]:
    """A key of a Latin keyboard, as the browser's own protocol wants it."""
    if character == "\r":
        return {"key": "Enter", "code": "Enter", "text": character, "windowsVirtualKeyCode": 13}
    if not character.isalnum():
        return {"key": character, "text": character}
    code = f"{'Digit' if character.isdigit() else 'Key'}{character.upper()}"
    return {"key": character, "code": code, "text": character, "windowsVirtualKeyCode": ord(character.upper())}


def plain(text: str) -> str:
    return UNSEEN.sub("", text).replace("\u00a0", " ")


# What Playwright waits for does not wait for a promise: it takes one for a yes.
KEPT = """async () => {
  const worker = await navigator.serviceWorker.getRegistration("/card.html");
  if (worker?.active?.state !== "activated") return false;
  const cache = await caches.open("regulars-card-2");
  const parts = await (await fetch("/card-parts.json")).json();
  const kept = await Promise.all(["/card.html", ...parts].map((part) => cache.match(part)));
  return kept.every((part) => part !== undefined);
}"""


def kept_on_the_phone(page: Page) -> None:
    """Waits until the card's page could be opened without a network, in every language."""
    wait_until(lambda: bool(page.evaluate(KEPT)))
