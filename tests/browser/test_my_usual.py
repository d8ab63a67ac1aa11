"""On the phone: what somebody joins with beside a name, what they say their usual is, and that they are coming."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.browser.glass import PHONE, Profiles
from tests.browser.guests import habit, known
from tests.browser.test_access import Walk
from tests.browser.test_card import open_card, saved
from tests.browser.test_join import code, fill
from tests.browser.test_text import assert_no_sideways
from tests.running import Shop

pytestmark = pytest.mark.browser

NARROW = (320, 844)


def editor(page: Page) -> None:
    page.get_by_role("button", name="Change my usual").click()
    expect(page.get_by_label("What you have").first).to_be_focused()


def test_joining_with_all_that_may_be_said(shop: Shop, profiles: Profiles) -> None:
    glass = profiles.counter(shop, "1")
    page = profiles.page(code(shop), size=NARROW)
    fill(page, "Wanjiru", "By name, and my usual")
    page.get_by_text("More, if you like").click()
    page.get_by_label("How is it said?").fill("wah-JEE-roo")
    page.get_by_label("Day", exact=True).select_option("31")
    page.get_by_label("Month", exact=True).select_option("February")
    page.get_by_label("Send me offers").check()
    walk = Walk(page)
    walk.check("more, if you like")
    assert_no_sideways(page)
    page.get_by_role("button", name="Make my card").click()
    expect(page.get_by_role("alert")).to_have_text("A day and a month that go together, or neither.")
    walk.check("a birthday that is none")
    page.get_by_label("Month", exact=True).select_option("March")
    page.get_by_role("button", name="Make my card").click()
    glass.shows("Welcome Wanjiru", waiting=[])
    expect(glass.page.locator(".spoken")).to_have_text("say: wah-JEE-roo")
    agreed = "SELECT c.offers, c.messages FROM customers c JOIN shops s ON s.business = c.business WHERE s.id = ?"
    [(offers, messages)] = shop.service.rows(agreed, shop.id)
    assert (bool(offers), bool(messages)) == (True, False)


def test_what_they_say_is_offered_at_the_next_scan(shop: Shop, profiles: Profiles) -> None:
    [amina] = known(shop, "Amina")
    habit(shop, "Amina")
    glass = profiles.counter(shop, "1")
    page = open_card(profiles, shop, amina, size=NARROW)
    editor(page)
    walk = Walk(page)
    page.get_by_label("What you have").first.fill("Hot chocolate")
    page.get_by_role("button", name="Name a second usual").click()
    page.get_by_label("Days").last.select_option("Any day")
    page.get_by_label("What you have").last.fill("Tea")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("alert")).to_have_text("Both are for the same time. Choose when each is.")
    walk.check("two usuals at the same time")
    assert_no_sideways(page)
    page.get_by_label("Time of day").last.select_option("Evening")
    page.get_by_label("What you call it").last.fill("After work")
    page.get_by_label("Never offer me").fill("nuts, sesame")
    saved(page, page.get_by_role("button", name="Save").click)
    expect(page.locator(".drink")).to_have_text("hot chocolate")
    expect(page.locator(".named")).to_contain_text("After work")
    expect(page.get_by_text("Never offered to you: nuts, sesame")).to_be_visible()
    walk.check("a usual in their own words")
    shop.checkin(shop.presence(amina.who))
    glass.shows("Greet Amina — hot chocolate?")
    page.get_by_role("button", name="Change my usual").click()
    page.get_by_role("button", name="Leave it").click()
    expect(page.locator(".named li")).to_have_count(2)


def test_on_my_way_is_on_the_glass_and_taken_back(shop: Shop, profiles: Profiles) -> None:
    [amina] = known(shop, "Amina")
    habit(shop, "Amina")
    glass = profiles.counter(shop, "1")
    page = open_card(profiles, shop, amina, size=PHONE)
    page.get_by_role("button", name="10", exact=True).click()
    glass.shows("Amina in 10 min — latte?", waiting=[])
    expect(page.get_by_text("The counter knows that you are on your way.")).to_be_visible()
    Walk(page).check("on my way")
    page.get_by_role("button", name="Not after all").click()
    glass.idle()
    expect(page.get_by_role("group", name="On my way: in minutes")).to_be_visible()


@pytest.mark.parametrize("language", ["en", "sw", "my", "ar"])
def test_the_minutes_stand_in_one_row_on_every_phone(shop: Shop, profiles: Profiles, language: str) -> None:
    its = shop.service.open_shop(language=language)
    [amina] = known(its, "Amina")
    page = open_card(profiles, its, amina, locale=language)
    minutes = page.locator(".minutes button")
    expect(minutes).to_have_count(3)
    for width in (320, 340, 360, 390, 480):
        page.set_viewport_size({"width": width, "height": 844})
        boxes = [it.bounding_box() for it in minutes.all()]
        places = {(round(box["y"]), round(box["width"])) for box in boxes if box is not None}
        assert (len(boxes), len(places)) == (3, 1), (width, boxes)
    assert_no_sideways(page)


def test_forgotten_at_two_touches(shop: Shop, profiles: Profiles) -> None:
    [amina] = known(shop, "Amina")
    habit(shop, "Amina")
    glass = profiles.counter(shop, "1")
    page = open_card(profiles, shop, amina, size=NARROW)
    page.get_by_role("button", name="What we know").click()
    walk = Walk(page)
    page.get_by_role("button", name="Forget my usual").click()
    page.get_by_role("button", name="Leave it").click()
    page.get_by_role("button", name="Forget my usual").click()
    expect(page.get_by_text("Forget what you usually have?")).to_be_visible()
    walk.check("asked whether it is to be forgotten")
    assert_no_sideways(page)
    page.get_by_role("button", name="Forget it").click()
    expect(page.get_by_text("Forgotten. We learn again from your next visit.")).to_be_visible()
    expect(page.get_by_text("forgotten; not part of your usual").first).to_be_visible()
    walk.check("forgotten")
    shop.checkin(shop.presence(amina.who))
    glass.shows("Greet Amina")


def test_what_is_known_of_it_leads_to_changing_it(shop: Shop, profiles: Profiles) -> None:
    [amina] = known(shop, "Amina")
    habit(shop, "Amina")
    page = open_card(profiles, shop, amina, size=NARROW)
    page.get_by_role("button", name="What we know").click()
    editor(page)
