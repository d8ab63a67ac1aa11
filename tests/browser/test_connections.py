"""The owner's page where a till's connection wants somebody: it is named first, counted, and told in words."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.adapters.fake_square import FakeSquare
from tests.browser.glass import PHONE, Profiles
from tests.browser.guests import known
from tests.browser.test_access import DESKTOP, Walk
from tests.running import Shop, wait_until

pytestmark = pytest.mark.browser


def test_a_connection_in_trouble_is_named_first_and_counted(shop: Shop, profiles: Profiles, tmp_path) -> None:
    known(shop, "Amina")
    shop.post(shop.sale())
    with FakeSquare().serving() as square:
        square.fault, square.faults = 401, 1_000_000
        shop.connect("square", **square.settings(), public_url=shop.service.url, poll_s="0.5")
        wait_until(lambda: shop.owner("GET", "/v1/connections")["connections"][0]["state"] == "trouble")
    page = profiles.page(f"{shop.service.url}/owner.html#key={shop.owner_key}", size=DESKTOP)
    panel = page.locator("#tills")
    expect(panel.get_by_role("heading", level=2)).to_have_text("Something is wrong with \u2068Square\u2069.")
    expect(panel.locator(".told .bad")).to_contain_text("the token is refused (401)")
    expect(page.get_by_role("navigation").get_by_role("link", name="Tills")).to_contain_text("1")
    walk = Walk(page)
    walk.check("a connection in trouble")
    panel.screenshot(path=tmp_path / "tills.png")
    page.set_viewport_size({"width": PHONE[0], "height": PHONE[1]})
    walk.check("a connection in trouble, on a phone")
    panel.screenshot(path=tmp_path / "tills-phone.png")
    for language in ("my", "ar"):
        other = profiles.page(f"{shop.service.url}/owner.html#key={shop.owner_key}", size=PHONE, locale=language)
        expect(other.locator("#tills .told .bad")).to_be_visible()
        expect(other.locator("html")).to_have_attribute("lang", language)
        other.locator("#tills").screenshot(path=tmp_path / f"tills-{language}.png")
        assert other.evaluate("document.documentElement.scrollWidth <= innerWidth"), language
