"""A stranger becomes a guest: by the code on the counter, on their own phone, with the sale that was just rung up."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests import make
from tests.browser.glass import PHONE, Glass, Profiles, plain
from tests.browser.test_access import AXE, CHECK, Walk
from tests.browser.test_text import assert_no_sideways
from tests.running import Message, Shop

pytestmark = pytest.mark.browser

CLOSED = "Phones cannot open this yet: it has no public address"
LATTE = make.line("Latte", "Medium", "Oat milk")


def code(shop: Shop, **fields: object) -> str:
    answer = shop.http("POST", "/v1/joins", shop.screen_key, {"shop": shop.id, "till": "1"} | fields)
    found: Message = answer.json()
    return str(found["url"])


def scanned(glass: Glass) -> str:
    """What the code on the glass leads to, as the service said it."""
    expect(glass.page.locator(".joins .qr")).to_be_visible()
    with glass.page.expect_response("**/v1/joins") as answered:
        glass.press("Escape")
        glass.press("n")
    return str(answered.value.json()["url"])


def fill(page: Page, name: str, greeting: str) -> None:
    page.get_by_label("What may we call you?").fill(name)
    page.get_by_text(greeting, exact=True).click()


def test_they_scan_and_the_counter_greets_them_with_their_sale(shop: Shop, profiles: Profiles) -> None:
    glass = profiles.counter(shop, "1")
    shop.post(shop.sale(LATTE, id="7", till="1"))
    glass.press("n")
    phone = profiles.page(scanned(glass), size=PHONE)
    expect(phone.get_by_role("heading", name="A card at Corner")).to_be_visible()
    fill(phone, "Otieno", "By name, and my usual")
    phone.get_by_role("button", name="Make my card").click()
    glass.shows("Otieno", waiting=[])
    expect(phone.get_by_role("heading", level=1)).to_have_text("Otieno")
    assert "/card.html#" in phone.url
    who = shop.service.one("SELECT person FROM sales WHERE shop = ? AND ref = '7'", shop.id)
    assert shop.customer(who)["name"] == "Otieno"
    assert "0712" not in glass.page.content()


def test_where_phones_cannot_open_a_code_it_says_so_beside_it(shop: Shop, profiles: Profiles) -> None:
    """The service of the tests is reached on this machine alone."""
    glass = profiles.counter(shop, "1")
    glass.press("n")
    expect(glass.page.locator(".joins")).to_contain_text(CLOSED)
    glass.page.get_by_label("First name").fill("Otieno")
    glass.button("Yes").click()
    glass.press("Enter")
    expect(glass.page.locator(".made")).to_contain_text(CLOSED)


def test_a_form_in_which_somebody_types_is_not_taken_away_by_another_guest(shop: Shop, profiles: Profiles) -> None:
    glass = profiles.counter(shop, "1")
    shop.enrol(make.AMINA)
    glass.press("n")
    name = glass.page.get_by_label("First name")
    name.fill("Oti")
    shop.checkin()
    glass.until(lambda: glass.waiting == ["Amina"], "she waits beside the form")
    expect(name).to_be_focused()
    expect(name).to_have_value("Oti")


def test_the_page_behind_the_code_says_what_is_missing_and_holds_to_aa(shop: Shop, profiles: Profiles) -> None:
    page = profiles.page(code(shop), size=PHONE)
    expect(page.get_by_role("heading", name="A card at Corner")).to_be_visible()
    walk = Walk(page)
    walk.check("empty")
    page.get_by_role("button", name="Make my card").click()
    expect(page.get_by_role("alert")).to_have_text("A name is needed; any will do.")
    expect(page.get_by_label("What may we call you?")).to_be_focused()
    walk.check("a name is missing")
    fill(page, "သီရိ", "Not at all: just my points")
    page.get_by_label("Phone").fill("12")
    page.get_by_role("button", name="Make my card").click()
    expect(page.get_by_role("alert")).to_have_text("This number does not look right.")
    expect(page.get_by_label("Phone")).to_be_focused()
    walk.check("a number is wrong")
    page.get_by_label("Phone").fill("0712 555 099")
    page.get_by_role("button", name="Make my card").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("သီရိ")


def test_a_code_that_was_used_says_so(shop: Shop, profiles: Profiles) -> None:
    url = code(shop)
    page = profiles.page(url, size=PHONE)
    fill(page, "Otieno", "By name")
    page.get_by_role("button", name="Make my card").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Otieno")
    again = profiles.page(url, size=PHONE)
    expect(again.get_by_role("heading", name="This code is no longer good.")).to_be_visible()
    Walk(again).check("used")
    assert_no_sideways(again)


def test_the_poster_is_one_sheet_of_a4_or_a5_and_leads_to_the_page(
    shop: Shop, profiles: Profiles, tmp_path: Path
) -> None:
    glass = profiles.counter(shop, "1")
    glass.until(lambda: "Nobody" in glass.page.locator("h1").inner_text(), "the first day")
    with glass.page.context.expect_page() as opened:
        glass.press("p")
    page = opened.value
    expect(page.get_by_role("heading", name="Be known here. No app.")).to_be_visible()
    expect(page.get_by_text(CLOSED)).to_be_visible()
    page.screenshot(path=tmp_path / "poster.png", full_page=True)
    for size, width in (("A4", 210), ("A5", 148)):
        page.get_by_role("button", name=size).click()
        box = page.locator(".sheet").bounding_box()
        assert box is not None
        assert abs(box["width"] / 96 * 25.4 - width) < 1
        sheet = page.pdf(path=tmp_path / f"poster-{size}.pdf", format=size, print_background=True)
        assert sheet.count(b"/Type /Page\n") == 1
        page.emulate_media(media="print")
        expect(page.get_by_text(CLOSED)).to_be_hidden()
        page.emulate_media(media="null")
        inside = "[...document.querySelectorAll('.sheet *')].every((it) => it.closest('svg, .band') || "
        inside += (
            "it.getBoundingClientRect().bottom <= document.querySelector('.sheet').getBoundingClientRect().bottom)"
        )
        assert page.evaluate(inside), size
    assert plain(page.locator(".how").inner_text()).startswith("Scan this with your phone")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_poster_is_paper_whatever_the_theme(shop: Shop, profiles: Profiles, scheme) -> None:
    page = profiles.page(f"{shop.service.url}/poster.html#shop={shop.id}&key={shop.screen_key}", color_scheme=scheme)
    expect(page.locator(".asides p")).to_have_count(3)
    expect(page.locator("html")).to_have_attribute("data-theme", "light")
    page.evaluate(AXE.read_text(encoding="utf-8"))
    assert page.evaluate(CHECK, "light") == []
    page.emulate_media(media="print", color_scheme=scheme)
    for part, colour in (("body", "rgb(255, 255, 255)"), (".sheet", "rgb(255, 255, 255)")):
        assert page.locator(part).evaluate("it => getComputedStyle(it).backgroundColor") == colour, part
    dark = "it => getComputedStyle(it).color.match(/\\d+/g).every((channel) => Number(channel) < 90)"
    assert all(page.locator(part).first.evaluate(dark) for part in (".shop", "h1", ".how", "li", ".asides p"))
    refused = profiles.page(f"{shop.service.url}/poster.html#shop={shop.id}&key=nobody", color_scheme=scheme)
    expect(refused.locator(".message")).to_be_visible()
    refused.evaluate(AXE.read_text(encoding="utf-8"))
    assert refused.evaluate(CHECK, "light") == []
