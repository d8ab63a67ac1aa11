"""The card in a customer's hand: joined, shown, read at the counter, moving by itself; small, and kept on the phone."""

from __future__ import annotations

import io
import time
from typing import Any

import pytest
import zxingcpp
from PIL import Image
from playwright.sync_api import CDPSession, Page, expect

from loyalty.core import rotating
from tests import make
from tests.browser.glass import PHONE, Glass, Profiles, kept_on_the_phone
from tests.browser.test_card import is_code_of, open_card, read_off
from tests.browser.test_join import LATTE, fill, scanned
from tests.running import Enrolled, Shop

pytestmark = pytest.mark.browser

VIEW_BYTES_MAX = 50_000


def test_from_a_stranger_to_stamps_that_move_on_the_open_card(shop: Shop, profiles: Profiles) -> None:
    glass = profiles.counter(shop, "1")
    glass.press("n")
    phone = profiles.page(scanned(glass), size=PHONE)
    fill(phone, "Otieno", "By name, and my usual")
    phone.get_by_role("button", name="Make my card").click()
    glass.shows("Otieno", waiting=[])
    expect(phone.get_by_role("heading", level=1)).to_have_text("Otieno")
    glass.press("Escape")
    glass.idle()
    glass.scan(read_off(phone))
    glass.shows("Welcome Otieno", waiting=[])
    expect(phone.locator(".points")).to_contain_text("10 more")
    shop.post(shop.sale(LATTE, who=None, till="1", at=shop.service.now))
    earned = time.monotonic()
    expect(phone.locator(".points")).to_contain_text("9 more")
    assert time.monotonic() - earned < 5  # a look takes half a second; nobody has touched the phone


@pytest.mark.parametrize("scale", [2, 3])
def test_at_two_centimetres_another_decoder_reads_it(shop: Shop, profiles: Profiles, scale: int) -> None:
    amina = shop.enrol()
    page = open_card(profiles, shop, amina, device_scale_factor=scale)
    code = page.locator("svg.qr")
    code.evaluate("it => Object.assign(it.style, { width: '2cm', height: '2cm' })")
    with Image.open(io.BytesIO(code.screenshot())) as picture:
        [found] = zxingcpp.read_barcodes(picture)
    assert is_code_of(found.text, amina)


# -- refused at the counter, in words ---------------------------------------------------------------------------------
def says(glass: Glass, code: str, text: str) -> None:
    glass.scan(code)
    glass.shows(text, waiting=[])
    glass.press("1")
    glass.idle()


def test_what_the_counter_says_of_a_code_it_does_not_take(shop: Shop, profiles: Profiles) -> None:
    amina, other = shop.enrol(), shop.service.init("Elsewhere")
    stranger = other.enrol(make.BEN)
    page = open_card(profiles, shop, amina)
    picture = read_off(page)
    foreign = read_off(open_card(profiles, other, stranger))
    glass = profiles.counter(shop, "1")
    second = profiles.counter(shop, "2")
    says(glass, foreign, "This is the card of another shop.")
    says(glass, f"{picture[:-1]}{(int(picture[-1]) + 1) % 10}", "This card did not make this code.")
    glass.scan(picture)
    glass.shows("Welcome Amina", waiting=[])
    says(second, picture, "This code was shown before.")
    shop.service.pass_time(minutes=4)
    says(second, picture, "This code is too old.")


def clocked(profiles: Profiles, shop: Shop, known: Enrolled, ahead_s: float = 0) -> Page:
    """A card on a phone whose clock the test holds."""
    page = profiles.page("about:blank", size=PHONE)
    page.clock.install(time=shop.service.now.timestamp() + ahead_s)
    page.goto(f"{shop.service.url}/card.html#{known.card_key}")
    expect(page.get_by_role("heading", level=1)).to_have_text(known.who.name)
    return page


def test_a_phone_whose_clock_is_ninety_seconds_wrong(shop: Shop, profiles: Profiles) -> None:
    """It goes by the service's clock; and where it never heard that, the window is wide enough."""
    amina = shop.enrol()
    page = clocked(profiles, shop, amina, ahead_s=90)
    glass = profiles.counter(shop, "1")
    glass.scan(read_off(page))
    glass.shows("Welcome Amina", waiting=[])


def test_the_code_renews_itself_without_a_network(shop: Shop, profiles: Profiles) -> None:
    amina = shop.enrol()
    page = clocked(profiles, shop, amina)
    first = read_off(page)
    page.context.set_offline(True)
    page.clock.fast_forward(31_000)
    second = read_off(page)
    assert first != second
    shop.service.pass_time(seconds=31)
    glass = profiles.counter(shop, "1")
    glass.scan(second)
    glass.shows("Welcome Amina", waiting=[])


def test_a_reward_on_letters_asks_for_the_name_first(shop: Shop, profiles: Profiles) -> None:
    amina = shop.enrol()
    shop.post([shop.sale(who=amina.who, at=make.at("12:05", day)) for day in range(20, 30)])
    glass = profiles.counter(shop, "1")
    glass.scan(amina.card)
    glass.shows("Amina")
    glass.press("r")
    expect(glass.page.get_by_text("Ask the name on this card first.")).to_be_visible()
    glass.page.wait_for_timeout(450)
    glass.page.get_by_role("button", name="Name is right").click()
    used = "SELECT COUNT(*) FROM redemptions WHERE shop = ?"
    glass.until(lambda: shop.service.one(used, shop.id) == 1, "the reward is used")


# -- small, and kept --------------------------------------------------------------------------------------------------
class Wire:
    """What a page costs on the wire: bytes of bodies and headers, and what was asked for."""

    def __init__(self, page: Page) -> None:
        self.session: CDPSession = page.context.new_cdp_session(page)
        self.session.send("Network.enable")
        self.bytes = 0
        self.session.on("Network.loadingFinished", self._finished)

    def _finished(self, event: Any) -> None:
        self.bytes += int(event["encodedDataLength"])


@pytest.mark.parametrize("language", ["en", "sw", "my", "ar"])
def test_the_first_view_is_small_and_asks_in_two_goes(shop: Shop, profiles: Profiles, language: str) -> None:
    """Page; then all its parts and the card itself at once: on a slow network each go costs half a second and more."""
    shop = shop.service.open_shop(language=language)
    amina = shop.enrol()
    shop.post([shop.sale(who=amina.who, at=make.at("12:05", day)) for day in range(15, 30)])
    page = profiles.page("about:blank", size=PHONE, locale=language)
    wire = Wire(page)
    page.goto(f"{shop.service.url}/card.html#{amina.card_key}")
    expect(page.get_by_role("heading", level=1)).to_have_text("Amina")
    expect(page.locator("svg.qr")).to_be_visible()
    assert 10_000 < wire.bytes <= VIEW_BYTES_MAX
    html = page.request.get(f"{shop.service.url}/card.html").text()
    names = page.evaluate("performance.getEntriesByType('resource').map(it => new URL(it.name).pathname)")
    late = [name for name in names if name.endswith((".js", ".css")) and name not in html]
    assert len(late) == 1, late  # the words, whose language the phone knows


def test_on_return_nothing_but_the_card_itself_is_asked_for(shop: Shop, profiles: Profiles) -> None:
    amina = shop.enrol()
    page = open_card(profiles, shop, amina)
    kept_on_the_phone(page)
    page.context.set_offline(True)
    page.goto(f"{shop.service.url}/card.html")
    expect(page.get_by_role("heading", level=1)).to_have_text("Amina")
    code = rotating.read(read_off(page))
    assert code is not None
    assert code.letters == amina.card


def test_what_never_changes_is_kept_and_what_may_is_asked_after(shop: Shop) -> None:
    page = shop.http("GET", "/card.html", None)
    assert page.headers["cache-control"] == "no-cache"
    name = page.text.partition('src="')[2].partition('"')[0]
    asset = shop.http("GET", name, None, headers={"Accept-Encoding": "gzip"})
    assert asset.headers["cache-control"] == "public, max-age=31536000, immutable"
    assert asset.headers["content-encoding"] == "gzip"
    assert "content-encoding" not in shop.http("GET", "/v1/card", None).headers
