"""A tier on the owner's page and on the customer's own card: what keeps it, and one given by hand."""

from __future__ import annotations

from datetime import timedelta

import pytest
from playwright.sync_api import Page, expect

from tests import make
from tests.browser.glass import PHONE, Profiles
from tests.browser.guests import known
from tests.browser.test_owner import open_page
from tests.running import Enrolled, Shop

pytestmark = pytest.mark.browser
SILVER = {"id": "silver", "name": "Silver", "measure": "visits", "at_least": 1, "window_days": 300}
GOLD = {"id": "gold", "name": "Gold", "measure": "visits", "at_least": 3, "window_days": 30}


@pytest.fixture
def amina(shop: Shop) -> Enrolled:
    """Three visits in thirty days: the oldest of them is out of the window in five."""
    shop.owner("PUT", "/v1/program", {"earn": [{"kind": "visit", "points": 1}], "tiers": [SILVER, GOLD]})
    amina = shop.enrol()
    now = shop.service.now
    shop.post([shop.sale(who=make.AMINA, at=now - timedelta(days=ago)) for ago in (25, 24, 2)])
    return amina


def day(shop: Shop, ahead: int) -> str:
    """As it is said: 14 March."""
    on = shop.service.now + timedelta(days=ahead)
    return f"{on.day} {on:%B}"


def plain(page: Page, selector: str) -> str:
    return page.locator(selector).inner_text().replace("\u2068", "").replace("\u2069", "")


def test_the_owner_reads_what_keeps_a_tier_and_gives_one_by_hand(
    shop: Shop, amina: Enrolled, profiles: Profiles
) -> None:
    page = open_page(profiles, shop, f"person={amina.id}")
    expect(page.locator("#tier h2")).to_contain_text("Gold")
    expect(page.locator("#tier .lede").first).to_contain_text(f"Until {day(shop, 4)}")
    assert plain(page, "#tier .losing") == f"1 more visit by {day(shop, 4)} keeps Gold."
    page.get_by_text("Give a tier by hand").click()
    page.locator(".by-hand select").select_option("gold")
    until = shop.service.now.date() + timedelta(days=200)
    page.get_by_label("Its last day").fill(str(until))
    page.get_by_label("Why").fill("our first customer")
    page.get_by_role("button", name="Give it").click()
    expect(page.locator("#tier")).to_contain_text("Set by hand until ")
    expect(page.locator("#tier")).to_contain_text("our first customer")
    assert shop.customer(amina)["standing"]["last"] == str(until)
    expect(page.locator("#tier .losing")).to_have_count(0)
    page.get_by_role("button", name="Take it away").click()
    expect(page.locator("#tier .losing")).to_be_visible()
    assert shop.customer(amina)["standing"]["last"] == str(shop.service.now.date() + timedelta(days=4))


def test_a_last_day_in_the_past_is_not_taken(shop: Shop, amina: Enrolled, profiles: Profiles) -> None:
    page = open_page(profiles, shop, f"person={amina.id}")
    page.get_by_text("Give a tier by hand").click()
    page.get_by_label("Its last day").fill("2020-01-01")
    page.get_by_label("Why").fill("late")
    page.get_by_role("button", name="Give it").click()
    expect(page.locator("#tier [role=status]")).to_have_text("Not done: try again.")


def test_the_list_marks_and_finds_who_is_about_to_lose_their_tier(
    shop: Shop, amina: Enrolled, profiles: Profiles
) -> None:
    known(shop, "Ben")
    page = open_page(profiles, shop, "regulars")
    expect(page.locator("tbody tr")).to_have_count(2)
    page.get_by_role("button", name="Losing a tier").click()
    expect(page.locator("tbody tr")).to_have_count(1)
    assert plain(page, "tbody .losing") == f"1 more visit by {day(shop, 4)} keeps Gold."


def test_the_card_says_kindly_what_keeps_it_and_nothing_to_who_wants_to_be_left_alone(
    shop: Shop, amina: Enrolled, profiles: Profiles
) -> None:
    page = profiles.page(amina.card_url, size=PHONE)
    expect(page.locator(".tier")).to_be_visible()
    assert plain(page, ".tier") == f"1 more visit by {day(shop, 4)} keeps Gold."
    for amount in range(3):
        shop.service.pass_time(hours=amount)
        shop.post(shop.sale(who=make.AMINA))
    page.reload()
    expect(page.locator(".tier")).to_contain_text("is yours until")  # what the phone remembers comes first
    assert plain(page, ".tier") == f"Gold is yours until {day(shop, 29)}."
    shop.http("PUT", "/v1/card", amina.card_key, {"greeting": "none"})
    page.reload()
    expect(page.get_by_text("Leave me alone")).to_be_visible()
    expect(page.locator(".tier")).to_have_count(0)
