"""The buttons on the card lead to a pass, and never with the card's own token in an address."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Route, expect

from bench.chromium import SHELL, chromium
from tests.browser.glass import PHONE, Profiles
from tests.running import Shop
from tests.wallets.conftest import URL
from tests.wallets.phone import content

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium(SHELL) as browser:
        yield browser


@pytest.fixture
def profiles(browser: Browser) -> Iterator[Profiles]:
    opened = Profiles(browser)
    yield opened
    opened.close()
    assert opened.errors == []


@pytest.mark.parametrize(
    ("button", "there"), [("Add to Apple Wallet", URL), ("Add to Google Wallet", "https://pay.google.com")]
)
def test_a_button_leads_there_without_the_card_s_token(shop: Shop, profiles: Profiles, button: str, there: str) -> None:
    amina = shop.enrol()
    page = profiles.page(f"{shop.service.url}/card.html#{amina.card_key}", size=PHONE)
    asked: list[str] = []

    def arrived(route: Route) -> None:
        asked.append(route.request.url)
        route.fulfill(body="there", content_type="text/plain")

    page.route(f"{there}/**", arrived)
    page.get_by_role("button", name=button).click()
    page.wait_for_url(f"{there}/**")
    [url] = asked
    assert amina.card_key not in url
    if there == URL:
        answer = shop.http("GET", url.removeprefix(URL), None)
        assert content(answer.content)["barcodes"][0]["message"] == amina.card


def test_what_did_not_work_is_said(shop: Shop, profiles: Profiles) -> None:
    amina = shop.enrol()
    page = profiles.page(f"{shop.service.url}/card.html#{amina.card_key}", size=PHONE)
    button = page.get_by_role("button", name="Add to Apple Wallet")
    expect(button).to_be_visible()
    page.route("**/v1/card/wallet/**", lambda route: route.abort())
    button.click()
    expect(page.get_by_text("That did not work. Try again in a moment.")).to_be_visible()
    expect(button).to_be_enabled()


def test_the_buttons_fit_the_narrowest_phone_in_every_language(shop: Shop, profiles: Profiles) -> None:
    amina = shop.enrol()
    page = profiles.page(f"{shop.service.url}/card.html#{amina.card_key}", size=(320, 600))
    for language in ("en", "sw", "my", "ar"):
        page.evaluate("language => localStorage.setItem('regulars.language', language)", language)
        page.reload()
        expect(page.locator("html")).to_have_attribute("lang", language)
        buttons = page.locator(".wallets button")
        expect(buttons).to_have_count(2)
        for n in range(2):
            box = buttons.nth(n).bounding_box()
            assert box is not None
            assert box["height"] >= 48
            assert 0 <= box["x"] <= box["x"] + box["width"] <= 320
