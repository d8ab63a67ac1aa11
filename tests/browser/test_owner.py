"""The owner's page: opened once by the link that `loyalty init` printed, and everybody can be found on it."""

from __future__ import annotations

import json

import pytest
from playwright.sync_api import expect

from tests.browser.glass import Profiles
from tests.browser.guests import habit, known, person
from tests.running import Service, Shop

pytestmark = pytest.mark.browser


def test_the_set_up_link_works_once_and_the_page_stays_open_on_that_machine(
    service: Service, profiles: Profiles
) -> None:
    done = service.command("init", "--shop", "Harbour", "--currency", "KES", "--timezone", "Africa/Nairobi", "--json")
    fragment = json.loads(done.stdout)["owner_url"].partition("#")[2]
    page = profiles.page(f"{service.url}/owner.html#{fragment}")
    expect(page.get_by_role("heading", name="Nobody has a card yet.")).to_be_visible()
    assert page.url == f"{service.url}/owner.html"
    page.reload()
    expect(page.get_by_role("heading", name="Nobody has a card yet.")).to_be_visible()
    other = profiles.page(f"{service.url}/owner.html#{fragment}")
    expect(other.get_by_role("heading", name="This set-up link was used before.")).to_be_visible()


def test_everybody_is_listed_and_found_by_name_number_letters_and_stage(shop: Shop, profiles: Profiles) -> None:
    amina, *_ = known(shop, "Amina", "Ben", "Thiri")
    habit(shop, "Amina")
    page = profiles.page(f"{shop.service.url}/owner.html#key={shop.owner_key}")
    names = page.get_by_role("rowheader").locator(".name")
    expect(names).to_have_count(3)
    expect(page.get_by_role("row", name="Amina")).to_contain_text("15")
    find = page.get_by_role("searchbox")
    page.keyboard.press("/")
    expect(find).to_be_focused()
    for text, found in (("thi", "Thiri"), (person("Ben").phone, "Ben"), (amina.card, "Amina")):
        find.fill(text)
        expect(names).to_have_text([found])
    find.fill("nobody of that name")
    expect(page.get_by_text("Nobody fits.")).to_be_visible()
    find.fill("")
    page.get_by_role("button", name="Regular", exact=True).click()
    expect(names).to_have_text(["Amina"])


def test_a_wrong_key_opens_nothing(service: Service, profiles: Profiles) -> None:
    page = profiles.page(f"{service.url}/owner.html#key=owner_nobody")
    expect(page.get_by_role("heading", name="This key is no longer good.")).to_be_visible()
