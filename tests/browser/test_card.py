"""The customer's card: its code can be scanned, and what is chosen on it holds at the very next visit."""

from __future__ import annotations

import io
from typing import Any

import pytest
import zxingcpp
from PIL import Image
from playwright.sync_api import Page, expect

from tests.browser.glass import PHONE, Profiles
from tests.browser.guests import habit, known
from tests.running import Enrolled, Shop

pytestmark = pytest.mark.browser

NARROW = (320, 600)


def open_card(profiles: Profiles, shop: Shop, known: Enrolled, **options: Any) -> Page:
    return profiles.page(f"{shop.service.url}/card.html#{known.card_key}", **{"size": PHONE} | options)


@pytest.mark.parametrize(("size", "scheme"), [(PHONE, "light"), (PHONE, "dark"), (NARROW, "dark")])
def test_the_qr_on_the_glass_is_the_card_to_another_decoder(shop: Shop, profiles: Profiles, size, scheme) -> None:
    amina = shop.enrol()
    page = open_card(profiles, shop, amina, size=size, color_scheme=scheme)
    expect(page.get_by_role("img", name="Your card as a QR code")).to_be_visible()
    with Image.open(io.BytesIO(page.screenshot())) as picture:
        [found] = zxingcpp.read_barcodes(picture)
    assert (found.text, found.format) == (amina.card, zxingcpp.BarcodeFormat.QRCode)
    assert "".join(page.locator(".code").inner_text().split()) == amina.card


def test_a_greeting_chosen_on_the_card_changes_the_very_next_cue(shop: Shop, profiles: Profiles) -> None:
    [amina] = known(shop, "Amina")
    habit(shop, "Amina")
    glass = profiles.counter(shop, "1")
    page = open_card(profiles, shop, amina)
    expect(page.get_by_role("heading", level=1)).to_have_text("Amina")
    for choice, said in (
        ("By name", "Greet Amina"),
        ("Just my points", "Card read — 15 stamps of 10"),
        ("Leave me alone", "✓"),
        ("By name and usual", "Greet Amina — latte?"),
    ):
        page.get_by_label(choice, exact=True).check()
        expect(page.get_by_role("status")).to_contain_text("Saved.")
        cue = shop.checkin(shop.presence(amina.who))["cue"]
        glass.shows(said, waiting=[])
        assert glass.sentence == said
        with shop.counter("1") as screen:
            screen.opened()
            screen.done(cue["id"], "dismissed")
        glass.idle()
    page.get_by_role("button", name="Undo").click()
    expect(page.get_by_label("Leave me alone")).to_be_checked()
    shop.checkin(shop.presence(amina.who))
    glass.shows("✓", waiting=[])


def test_the_card_is_shown_from_the_phone_when_there_is_no_network(shop: Shop, profiles: Profiles) -> None:
    amina = shop.enrol()
    page = open_card(profiles, shop, amina)
    expect(page.locator(".qr")).to_be_visible()
    page.route("**/v1/card", lambda route: route.abort())
    page.reload()
    expect(page.get_by_text("Shown from this phone, as of")).to_be_visible()
    with Image.open(io.BytesIO(page.screenshot())) as picture:
        [found] = zxingcpp.read_barcodes(picture)
    assert found.text == amina.card


def test_a_link_that_opens_no_card_says_so(shop: Shop, profiles: Profiles) -> None:
    page = profiles.page(f"{shop.service.url}/card.html#nobody", size=PHONE)
    expect(page.get_by_role("heading", name="This card is not in use.")).to_be_visible()
