"""Claim this visit, on a phone: from the card's first page, or by the link on the receipt right after joining."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from loyalty.store.receipts import MISSES_MAX
from loyalty.wire import Transaction
from tests import make
from tests.browser.glass import PHONE, Profiles, plain
from tests.browser.guests import known
from tests.browser.test_access import CHECK, DESKTOP, Walk
from tests.browser.test_text import assert_no_sideways
from tests.running import Shop

pytestmark = pytest.mark.browser

OPENS = "Add a visit from a receipt"
LANGUAGES = ("sw", "my", "ar")
CUT = """
() => [...document.querySelectorAll("form.claim button, form.claim select, form.claim span")]
  .filter((it) => it.scrollWidth > it.clientWidth + 1 && it.clientWidth > 0).map((it) => it.textContent)
"""


def rung_up(shop: Shop, id: str = "1041") -> Transaction:
    """A latte that is nobody's, yesterday."""
    sale = shop.sale(make.line("Latte", "Medium"), id=id, at=shop.service.now - timedelta(days=1))
    shop.post(sale)
    return sale


def write(page: Page, sale: Transaction, total: str = "KES 380.00") -> None:
    local = sale.at.astimezone(make.ZONE)
    page.get_by_label("Day").select_option(local.date().isoformat())
    page.get_by_label("Time").fill(f"{local:%H:%M}")
    page.get_by_label("Total in KES").fill(total)


def add(page: Page) -> None:
    page.get_by_role("button", name="Add it").click()


def test_a_visit_from_a_receipt_is_on_the_card(shop: Shop, profiles: Profiles, tmp_path: Path) -> None:
    [amina] = known(shop, "Amina")
    sale = rung_up(shop)
    page = profiles.page(f"{shop.service.url}/card.html#{amina.card_key}", size=PHONE)
    walk = Walk(page)
    page.get_by_role("button", name=OPENS).click()
    expect(page.get_by_label("Day")).to_be_focused()
    assert len(page.get_by_label("Day").locator("option").all()) == 8
    walk.check("the form")
    page.screenshot(path=tmp_path / "form.png", full_page=True)
    add(page)
    expect(page.get_by_role("alert")).to_have_text("Write the time, or the number of the receipt.")
    expect(page.get_by_label("Time")).to_be_focused()
    walk.check("a fault")
    write(page, sale, "much")
    add(page)
    expect(page.get_by_role("alert")).to_have_text("Write the total as it is printed.")
    write(page, sale, "390")
    add(page)
    expect(page.get_by_role("alert")).to_contain_text("No sale like this is waiting.")
    page.screenshot(path=tmp_path / "none.png", full_page=True)
    write(page, sale)
    add(page)
    expect(page.get_by_role("status").filter(has_text="It is on your card.")).to_be_focused()
    expect(page.get_by_text("9 more to")).to_be_visible()
    walk.check("on the card")
    page.screenshot(path=tmp_path / "done.png", full_page=True)
    page.get_by_role("button", name="What we know").click()
    expect(page.get_by_text("from a receipt, added by you")).to_be_visible()
    walk.check("what we know")
    page.screenshot(path=tmp_path / "knows.png", full_page=True)
    owner = profiles.page(f"{shop.service.url}/owner.html#key={shop.owner_key}", size=DESKTOP)
    owner.goto(f"{shop.service.url}/owner.html#why")
    owner.get_by_label("Number").fill(sale.id)
    owner.get_by_label("Number").press("Enter")
    expect(owner.get_by_text("by a receipt, from their card")).to_be_visible()


def test_two_that_look_alike_and_too_many_tries(shop: Shop, profiles: Profiles) -> None:
    [amina] = known(shop, "Amina")
    sale, _ = rung_up(shop), rung_up(shop, "1042")
    page = profiles.page(f"{shop.service.url}/card.html#{amina.card_key}", size=PHONE)
    page.get_by_role("button", name=OPENS).click()
    write(page, sale)
    add(page)
    expect(page.get_by_role("alert")).to_contain_text("Two sales look like this.")
    expect(page.get_by_label("Receipt number")).to_be_focused()
    for n in range(MISSES_MAX - 1):
        write(page, sale, str(n + 1))
        add(page)
        expect(page.get_by_role("alert")).to_contain_text("No sale like this")
    write(page, sale)
    add(page)
    expect(page.get_by_role("alert")).to_contain_text("Try again tomorrow")
    page.get_by_role("button", name="Leave it").click()
    expect(page.get_by_role("button", name=OPENS)).to_be_visible()


def test_the_link_on_a_receipt_opens_the_form_right_after_joining(
    shop: Shop, profiles: Profiles, tmp_path: Path
) -> None:
    sale = rung_up(shop)
    url = shop.http("POST", "/v1/joins", shop.screen_key, {"shop": shop.id, "poster": True}).json()["url"]
    page = profiles.page(f"{url}&claim", size=PHONE)
    expect(page.get_by_text("Then you can add the visit on your receipt.")).to_be_visible()
    Walk(page).check("joining by a receipt")
    page.screenshot(path=tmp_path / "join.png", full_page=True)
    page.get_by_label("What may we call you?").fill("Otieno")
    page.get_by_text("By name, and my usual", exact=True).click()
    page.get_by_role("button", name="Make my card").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Otieno")
    page.get_by_label("Total in KES").wait_for()
    assert not page.url.endswith("claim"), "opened again it is a card like any other"
    write(page, sale)
    add(page)
    expect(page.get_by_role("status").filter(has_text="It is on your card.")).to_be_visible()
    page.reload()
    expect(page.get_by_role("button", name=OPENS)).to_be_visible()
    page.goto(f"{url}&claim")
    Walk(page).check("joining by a receipt, with a card on the phone")
    page.get_by_role("link", name="Your card is on this phone already").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Otieno")
    expect(page.get_by_label("Total in KES")).to_be_visible()
    assert shop.service.one("SELECT note FROM sales WHERE shop = ? AND ref = ?", shop.id, sale.id) == "by-receipt"


def test_the_poster_says_what_belongs_at_the_foot_of_receipts(shop: Shop, profiles: Profiles, tmp_path: Path) -> None:
    page = profiles.page(f"{shop.service.url}/poster.html#shop={shop.id}&key={shop.screen_key}")
    link = page.locator(".foot code")
    expect(link).to_be_visible()
    assert plain(link.inner_text()).endswith("&claim")
    Walk(page)
    assert page.evaluate(CHECK, "light") == [], "paper is white"
    page.screenshot(path=tmp_path / "poster.png")
    page.emulate_media(media="print")
    expect(link).to_be_hidden()


def test_it_fits_in_every_language(shop: Shop, profiles: Profiles, tmp_path: Path) -> None:
    [amina] = known(shop, "Amina")
    page = profiles.page(f"{shop.service.url}/card.html#{amina.card_key}", size=PHONE)
    walk = Walk(page)
    page.get_by_role("button", name=OPENS).click()
    for language in ("en", *LANGUAGES):
        page.locator(".languages").select_option(language)
        expect(page.locator("html")).to_have_attribute("lang", language)
        page.set_viewport_size({"width": 320, "height": 700})
        assert page.evaluate(CUT) == [], language
        walk.check(language)
        page.emulate_media(color_scheme="light")
        page.screenshot(path=tmp_path / f"form-{language}.png", full_page=True)
        assert_no_sideways(page)
