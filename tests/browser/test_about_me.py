"""On the card: who they are, a pause, who shares it, the cues of late, a copy to read, and the card on paper."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import pytest
import zxingcpp
from PIL import Image
from playwright.sync_api import Page, expect

from loyalty.words import languages
from tests.browser.glass import PHONE, Profiles
from tests.browser.guests import habit, known
from tests.browser.test_access import Walk
from tests.browser.test_card import open_card, saved
from tests.running import Enrolled, Shop

pytestmark = pytest.mark.browser

WIDTHS = (320, 390, 640)  # 640: twice the size on a phone that is 320 wide
HOSTILE = '<img src=x onerror=alert(1)>"<script>alert(2)</script>'
MM = 96 / 25.4


def open_knows(profiles: Profiles, shop: Shop, known: Enrolled, **options: Any) -> Page:
    page = open_card(profiles, shop, known, **options)
    page.get_by_role("button", name="What we know").click()
    expect(page.get_by_role("heading", name="About you", exact=True)).to_be_visible()
    return page


def test_another_name_is_said_by_the_counter(shop: Shop, profiles: Profiles) -> None:
    [amina] = known(shop, "Amina")
    glass = profiles.counter(shop, "1")
    page = open_knows(profiles, shop, amina)
    page.get_by_role("button", name="Change: Name").click()
    page.get_by_label("Name", exact=True).last.fill(" ")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("alert")).to_contain_text("This cannot be.")
    page.get_by_role("textbox", name="Name").fill("Amani")
    saved(page, page.get_by_role("button", name="Save").click)
    expect(page.get_by_text("written by you")).to_be_visible()
    page.get_by_role("button", name="Change: Birthday").click()
    page.get_by_label("Day", exact=True).select_option("31")
    page.get_by_label("Month").select_option("02")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("alert")).to_contain_text("This cannot be.")
    page.get_by_label("Day", exact=True).select_option("29")
    saved(page, page.get_by_role("button", name="Save").click)
    expect(page.get_by_text("29 February")).to_be_visible()
    shop.checkin(shop.presence(amina.who))
    glass.shows("Welcome Amani")


def test_a_pause_is_one_touch_and_off_again(shop: Shop, profiles: Profiles) -> None:
    [amina] = known(shop, "Amina")
    habit(shop, "Amina")
    glass = profiles.counter(shop, "1")
    page = open_card(profiles, shop, amina)
    saved(page, page.get_by_role("button", name="Pause").click)
    expect(page.get_by_role("button", name="End the pause")).to_have_attribute("aria-pressed", "true")
    expect(page.get_by_role("heading", level=1)).to_have_text("Your card")
    shop.checkin(shop.presence(amina.who))
    glass.shows("✓", waiting=[])
    glass.idle()
    saved(page, page.get_by_role("button", name="End the pause").click)
    expect(page.get_by_role("heading", level=1)).to_have_text("Amina")
    expect(page.get_by_label("By name and usual")).to_be_checked()
    shop.checkin(shop.presence(amina.who))
    glass.shows("Greet Amina — latte?")


def test_what_is_agreed_to_is_a_switch(shop: Shop, profiles: Profiles) -> None:
    [amina] = known(shop, "Amina")
    habit(shop, "Amina")
    page = open_knows(profiles, shop, amina)
    switch = page.get_by_role("switch", name="Remember what I have")
    expect(switch).to_be_checked()
    saved(page, switch.click)
    expect(switch).not_to_be_checked()
    expect(page.get_by_role("heading", name="Your usual")).to_have_count(0)
    page.get_by_role("button", name="Card", exact=True).click()
    expect(page.get_by_label("By name", exact=True)).to_be_checked()


def test_what_is_written_on_one_phone_is_read_on_the_other(shop: Shop, profiles: Profiles) -> None:
    [amina] = known(shop, "Amina")
    page, other = (open_knows(profiles, shop, amina) for _ in range(2))
    for phone in (page, other):
        expect(phone.get_by_text("ah-MEE-nah")).to_have_count(0)
    page.get_by_role("button", name="Change: How it is said").click()
    page.get_by_role("textbox", name="How it is said").fill("ah-MEE-nah")
    saved(page, lambda: page.keyboard.press("Enter"))
    expect(other.get_by_text("ah-MEE-nah")).to_be_visible()
    switch = other.get_by_role("switch", name="Messages")
    expect(switch).not_to_be_checked()
    saved(page, page.get_by_role("switch", name="Messages").click)
    expect(switch).to_be_checked()


def test_who_shares_the_card_is_named_and_its_holder_ends_it(shop: Shop, profiles: Profiles) -> None:
    amina, sam = known(shop, "Amina", "Sam")
    shop.owner("POST", f"/v1/customers/{amina.id}/sharers", {"customer": sam.id})
    theirs = open_knows(profiles, shop, sam)
    expect(theirs.get_by_text("You use the card of Amina too.")).to_be_visible()
    expect(theirs.get_by_role("button", name="End sharing")).to_have_count(0)
    page = open_knows(profiles, shop, amina)
    expect(page.get_by_text("Amina and Sam use this card.")).to_be_visible()
    saved(page, page.get_by_role("button", name="End sharing").click)
    expect(page.get_by_text("use this card.")).to_have_count(0)


def test_the_cues_of_late_are_drawn_with_what_was_answered(shop: Shop, profiles: Profiles) -> None:
    [amina] = known(shop, "Amina")
    for _ in range(4):
        shop.checkin(shop.presence(amina.who))
        shop.service.pass_time(hours=1)
    page = open_knows(profiles, shop, amina)
    expect(page.locator(".cue")).to_have_count(2)
    expect(page.get_by_text("went away by itself")).to_have_count(2)
    page.get_by_role("button", name="Show 2 more").click()
    expect(page.locator(".cue")).to_have_count(4)


def test_on_paper_it_is_a_bank_cards_size_without_a_name(shop: Shop, profiles: Profiles) -> None:
    [amina] = known(shop, "Zawadi")
    page = open_knows(profiles, shop, amina, color_scheme="dark")
    page.evaluate("window.print = () => { window.printed = true; }")
    page.get_by_role("button", name="Print it for your wallet").click()
    assert page.evaluate("window.printed")
    page.emulate_media(media="print")
    paper, code = page.locator(".paper"), page.locator(".paper .qr")
    assert size_mm(paper) == pytest.approx((85.6, 54), abs=0.2)
    assert size_mm(code) == pytest.approx((28, 28), abs=0.2)
    assert page.locator(".paper .code").evaluate("it => getComputedStyle(it).fontSize") == "18.6667px", "14 pt"
    assert page.locator("body").inner_text().split() == ["Corner", amina.card[:4], amina.card[4:], "Name"]
    page.set_viewport_size({"width": 800, "height": 600})
    with Image.open(io.BytesIO(paper.screenshot(scale="css"))) as picture:
        [found] = zxingcpp.read_barcodes(picture.resize((picture.width * 3, picture.height * 3)))
    assert found.text == amina.card, "the letters alone: what is printed does not renew itself"


def size_mm(it: Any) -> tuple[float, float]:
    box = it.bounding_box()
    return box["width"] / MM, box["height"] / MM


@pytest.mark.parametrize("language", sorted(languages()))
def test_a_copy_to_read_is_a_page_of_its_own(shop: Shop, profiles: Profiles, tmp_path: Path, language: str) -> None:
    [amina] = known(shop, "Amina")
    habit(shop, "Amina")
    shop.checkin(shop.presence(amina.who))
    shop.http("PUT", "/v1/card", amina.card_key, {"name": HOSTILE, "spoken": "x", "birthday": "05-17"})
    page = open_knows(profiles, shop, amina)
    page.get_by_role("combobox").select_option(language)
    with page.expect_download() as taken:
        page.locator("main section").last.get_by_role("button").first.click()
    assert taken.value.suggested_filename == "regulars.html"
    taken.value.save_as(tmp_path / "regulars.html")
    asked: list[str] = []
    copy = profiles.page("about:blank", size=PHONE)
    copy.on("request", lambda request: asked.append(request.url))
    copy.on("dialog", lambda dialog: pytest.fail(f"a script ran: {dialog.message}"))
    copy.goto(f"file://{tmp_path}/regulars.html")
    assert asked == [f"file://{tmp_path}/regulars.html"], "it asks nothing of any network"
    expect(copy.get_by_role("cell", name=HOSTILE, exact=True)).to_be_visible()
    expect(copy.locator("html")).to_have_attribute("lang", language)
    assert copy.evaluate("getComputedStyle(document.body).direction") == ("rtl" if language == "ar" else "ltr")
    for width in WIDTHS:
        copy.set_viewport_size({"width": width, "height": 700})
        assert copy.evaluate("document.documentElement.scrollWidth <= innerWidth"), f"{language} at {width}"


def test_everything_about_them_is_accessible_and_narrow_enough(shop: Shop, profiles: Profiles) -> None:
    amina, sam = known(shop, "Amina", "Sam")
    habit(shop, "Amina")
    shop.owner("POST", f"/v1/customers/{amina.id}/sharers", {"customer": sam.id})
    for _ in range(3):
        shop.checkin(shop.presence(amina.who))
        shop.service.pass_time(hours=1)
    page = open_knows(profiles, shop, amina)
    walk = Walk(page)
    walk.check("all of it")
    narrow(page)
    for field in ("Name", "How it is said", "Birthday"):
        page.get_by_role("button", name=f"Change: {field}").click()
        walk.check(f"writing: {field}")
        narrow(page)
        page.get_by_role("button", name="Leave it").click()
    page.get_by_role("button", name="Change: Name").click()
    page.get_by_role("textbox", name="Name").fill("")
    page.keyboard.press("Enter")
    walk.check("refused")
    page.get_by_role("button", name="Leave it").click()
    page.get_by_role("button", name="Card", exact=True).click()
    saved(page, page.get_by_role("button", name="Pause").click)
    walk.check("paused")
    for language in sorted(languages()):
        page.get_by_role("combobox").select_option(language)
        for tab in (1, 0):
            page.locator(".tabs button").nth(tab).click()
            narrow(page)


def narrow(page: Page) -> None:
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 700})
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), width
