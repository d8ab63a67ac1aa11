"""The camera: a card held before it is a scan like a hand scanner's; the reader is served by us, without a network."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
import qrcode
from playwright.sync_api import Browser, expect

from bench.chromium import chromium, launched
from tests.browser.glass import Glass, Profiles
from tests.browser.guests import known
from tests.running import Enrolled, Service, Shop

pytestmark = pytest.mark.browser

WIDTH, HEIGHT = 640, 480
SCALE = 6


def film(folder: Path, text: str) -> Path:
    """Two grey pictures of a QR code on white, as a camera would show them, in the plainest of formats."""
    code = qrcode.QRCode(border=4)
    code.add_data(text)
    code.make(fit=True)
    rows = code.get_matrix()
    left, top = (WIDTH - len(rows) * SCALE) // 2, (HEIGHT - len(rows) * SCALE) // 2
    luma = bytearray(b"\xeb" * (WIDTH * HEIGHT))
    for y, row in enumerate(rows):
        for x, dark in enumerate(row):
            for line in range(SCALE if dark else 0):
                start = (top + y * SCALE + line) * WIDTH + left + x * SCALE
                luma[start : start + SCALE] = b"\x10" * SCALE
    frame = b"FRAME\n" + bytes(luma) + b"\x80" * (WIDTH * HEIGHT // 2)
    path = folder / "card.y4m"
    path.write_bytes(b"YUV4MPEG2 W%d H%d F10:1 Ip A1:1 C420jpeg\n" % (WIDTH, HEIGHT) + frame * 2)
    return path


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """With all that a camera needs."""
    with chromium() as browser:
        yield browser


@contextmanager
def with_camera(browser: Browser, film: Path) -> Iterator[Profiles]:
    arguments = ("--use-fake-device-for-media-stream", f"--use-file-for-fake-video-capture={film}")
    seeing = launched(browser.browser_type, *arguments)
    profiles = Profiles(seeing)
    try:
        yield profiles
        assert profiles.errors == []
    finally:
        profiles.close()
        seeing.close()


@pytest.fixture
def amina(shop: Shop) -> Enrolled:
    [amina] = known(shop, "Amina")
    return amina


def test_a_card_before_the_camera_is_a_scan_and_nothing_comes_from_elsewhere(
    shop: Shop, amina: Enrolled, browser: Browser, tmp_path: Path
) -> None:
    asked: list[str] = []
    with with_camera(browser, film(tmp_path, amina.card)) as profiles:
        glass = profiles.counter(shop, "1", permissions=["camera"])
        glass.page.on("request", lambda request: asked.append(request.url))
        glass.press("s")
        glass.shows("Amina", waiting=[])
        assert glass.page.locator("video").count() == 0
    assert any(url.endswith(".wasm") for url in asked), "the reader is loaded when the camera is opened"
    assert [url for url in asked if not url.startswith(shop.service.url)] == []


def test_the_reader_is_not_loaded_before_the_camera_is_opened(shop: Shop, profiles: Profiles) -> None:
    asked: list[str] = []
    page = profiles.page("about:blank")
    page.on("request", lambda request: asked.append(request.url))
    page.goto(shop.counter_url("1"))
    Glass(page).ready()
    assert any("counter" in url for url in asked)
    assert not any("camera" in url or url.endswith(".wasm") for url in asked)


def test_a_picture_without_a_code_is_looked_at_until_somebody_skips(
    shop: Shop, amina: Enrolled, browser: Browser, tmp_path: Path
) -> None:
    blank = film(tmp_path, "x")
    blank.write_bytes(blank.read_bytes().replace(b"\x10", b"\xeb"))
    with with_camera(browser, blank) as profiles:
        glass = profiles.counter(shop, "1", permissions=["camera"])
        glass.press("s")
        expect(glass.page.locator("video")).to_be_visible()
        expect(glass.page.get_by_text("Hold the card’s code before the camera.")).to_be_visible()
        picture = "document.querySelector('video').srcObject"
        glass.until(lambda: bool(glass.page.evaluate(f"{picture}?.active ?? false")), "the camera is on")
        glass.page.evaluate(f"window.stream = {picture}")
        glass.press("Escape")
        glass.idle()
        assert glass.page.evaluate("window.stream.active") is False, "the camera is let go"


def test_a_camera_that_is_not_allowed_or_not_there_is_said_in_words(
    shop: Shop, amina: Enrolled, browser: Browser, profiles: Profiles, tmp_path: Path
) -> None:
    none = profiles.counter(shop, "1")
    none.press("s")
    none.shows("There is no camera here. Type the 8 letters.")
    none.press("t")
    expect(none.page.get_by_label("Name, phone number")).to_be_focused()
    with with_camera(browser, film(tmp_path, amina.card)) as refusing:
        glass = refusing.counter(shop, "1", permissions=[])
        glass.press("s")
        glass.shows("The camera is not allowed here. Allow it, or type the letters.")


def test_without_https_the_camera_says_what_it_needs(service: Service, shop: Shop, profiles: Profiles) -> None:
    """Beyond this machine a page without https has no camera; here the page is told so."""
    url = shop.counter_url("1")
    page = profiles.page("about:blank")
    page.add_init_script("Object.defineProperty(window, 'isSecureContext', { value: false })")
    page.goto(url)
    glass = Glass(page).ready()
    glass.press("s")
    glass.shows("The camera needs an address with https. Type the 8 letters.")
