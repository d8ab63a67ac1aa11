"""The counter screen at work: a sale becomes a cue, a key is an answer, a scan is somebody who is here."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from tests import make
from tests.browser.glass import Profiles
from tests.browser.guests import habit, known, person
from tests.running import Service, Shop

pytestmark = pytest.mark.browser

NAMES = ("Amina", "Ben", "Thiri")


def outcomes(shop: Shop) -> list[str]:
    return [row[4] for row in shop.messages() if row[2] == "closed"]


def test_a_streamed_sale_becomes_a_cue_the_paid_one_closes_it_and_a_check_in_renews(
    service: Service, shop: Shop, profiles: Profiles
) -> None:
    [amina] = known(shop, "Amina")
    habit(shop, "Amina")
    glass = profiles.counter(shop, "1")
    glass.idle()
    with shop.stream() as stream:
        opened = shop.sale(who=amina.who, state="open")
        stream.deliver([opened])
        glass.shows("Greet Amina — latte?", waiting=[])
        stream.deliver([make.paid_of(opened)])
        glass.idle()
    glass.until(lambda: outcomes(shop) == ["usual"], "the sale closed it")
    service.pass_time(minutes=40)
    first = shop.checkin(shop.presence(amina.who))["cue"]
    glass.shows("Greet Amina", waiting=[])
    service.pass_time(seconds=60)
    second = shop.checkin(shop.presence(amina.who))["cue"]
    glass.until(lambda: len(glass.messages) == 5, "five messages")
    assert second["id"] == first["id"]
    assert second["expires_at"] > first["expires_at"]
    glass.shows("Greet Amina", waiting=[])
    assert [message["type"] for message in glass.messages] == ["snapshot", "cue", "closed", "cue", "cue"]


def test_tills_have_screens_of_their_own_and_a_screen_without_a_till_shows_all(shop: Shop, profiles: Profiles) -> None:
    known(shop, *NAMES)
    one, two, every = (profiles.counter(shop, till) for till in ("1", "2", None))
    for name, till in zip(NAMES, ("1", "2", None), strict=True):
        shop.checkin(shop.presence(person(name), till=till))
    one.shows("Amina", waiting=["Thiri"])
    two.shows("Ben", waiting=["Thiri"])
    every.shows("Amina", waiting=["Ben", "Thiri"])
    told = {glass: {told["say"] for told in glass.told} for glass in (one, two)}
    assert not any("Ben" in (say or "") for say in told[one])
    assert not any("Amina" in (say or "") for say in told[two])


def test_every_answer_has_a_key_and_can_be_taken_back(shop: Shop, profiles: Profiles) -> None:
    amina, ben, thiri = known(shop, *NAMES)
    for name in ("Amina", "Ben"):
        habit(shop, name)
    glass = profiles.counter(shop, "1")
    shop.checkin(shop.presence(amina.who))
    shop.checkin(shop.presence(ben.who))
    shop.post(shop.sale(who=thiri.who))
    glass.shows("Amina", waiting=["Ben", "Thiri"])
    glass.press("w")
    expect(glass.page.get_by_role("list", name="Reasons")).to_be_visible()
    glass.press("w")
    expect(glass.page.get_by_role("list", name="Reasons")).to_be_hidden()
    glass.press("Tab")
    glass.shows("Ben", waiting=["Thiri", "Amina"])
    glass.press("1")
    glass.shows("Thiri", waiting=["Amina"])
    glass.press("3")
    glass.shows("Who is it?")
    glass.until(lambda: shop.customer(thiri)["visits"] == [], "the sale is taken off")
    glass.press("u")
    glass.shows("Thiri", waiting=["Amina"])
    glass.until(lambda: len(shop.customer(thiri)["visits"]) == 1, "the sale is given back")
    glass.press("Escape")
    glass.shows("Amina", waiting=[])
    glass.press("2")
    glass.idle()
    answers = ["usual", "wrong-person", "dismissed", "other"]
    glass.until(lambda: outcomes(shop) == answers, "every answer is kept")  # the glass does not wait for the service


def test_whoever_is_found_is_who_the_keys_are_about(shop: Shop, profiles: Profiles) -> None:
    """Somebody else's cue is open, with a reward too: R asks about the one whose name is the largest."""
    amina, ben = known(shop, "Amina", "Ben")
    for one in (amina, ben):
        shop.post([shop.sale(who=one.who, at=make.at("12:05", day)) for day in range(15, 30)])
    glass = profiles.counter(shop, "1")
    shop.checkin(shop.presence(amina.who))
    glass.shows("Amina", waiting=[])
    glass.press("f")
    expect(glass.page.get_by_label("Name, phone number")).to_be_focused()
    glass.page.keyboard.type("ben", delay=90)
    expect(glass.page.locator(".row")).to_have_count(1)
    glass.page.keyboard.press("Enter")
    expect(glass.page.locator(".row").first).to_be_focused()
    glass.page.keyboard.press("Enter")
    glass.shows("Ben", waiting=["Amina"])
    glass.press("r")
    glass.shows("Use Ben’s", waiting=["Amina"])
    glass.press("1")
    glass.shows("Amina", waiting=[])
    assert [shop.customer(one)["points"] for one in (amina, ben)] == [15, 5]


def test_a_stranger_is_scanned_enrolled_and_greeted_at_the_next_scan(shop: Shop, profiles: Profiles) -> None:
    """With the scanner and the keyboard alone."""
    shop.enrol(make.BEN)
    glass = profiles.counter(shop, "1")
    glass.idle()
    glass.scan("ZZZZZZZZ")
    glass.shows("Nobody is known by this card.")
    glass.press("n")
    page = glass.page
    expect(page.get_by_label("First name")).to_be_focused()
    page.keyboard.type("Nuria Wanjiku", delay=45)
    page.keyboard.press("Tab")
    page.keyboard.type("0712 555 099", delay=45)
    glass.press("Enter")
    expect(page.get_by_role("alert")).to_have_text("Ask first, then choose yes or no.")
    glass.press("Tab")
    expect(glass.button("Yes")).to_be_focused()
    glass.press(" ")
    expect(glass.button("Yes")).to_have_attribute("aria-pressed", "true")
    glass.press("Tab")
    glass.press("Tab")
    expect(glass.button("Save")).to_be_focused()
    glass.press("Enter")
    code = re.sub(r"\s", "", page.locator(".code").inner_text())
    expect(page.locator(".made").get_by_role("img")).to_be_visible()
    glass.press("Escape")
    glass.idle()
    glass.scan(code)
    glass.shows("Welcome Nuria Wanjiku", waiting=[])


def test_with_name_phone_and_a_clicked_answer_enter_saves(shop: Shop, profiles: Profiles) -> None:
    shop.enrol(make.BEN)
    glass = profiles.counter(shop, "1")
    glass.press("n")
    page = glass.page
    page.get_by_label("First name").fill("Otieno")
    page.get_by_role("textbox", name="Phone").fill("0712 555 014")
    glass.button("Yes").click()
    expect(glass.button("Yes")).to_be_focused()
    glass.press("Enter")
    expect(page.locator(".made h1")).to_have_text(re.compile("Otieno"))


def test_a_chosen_answer_does_not_save_on_a_scan(shop: Shop, profiles: Profiles) -> None:
    shop.enrol(make.BEN)
    glass = profiles.counter(shop, "1")
    glass.press("n")
    glass.page.get_by_label("First name").fill("Otieno")
    glass.button("No", exact=True).click()
    glass.scan("ZZZZZZZZ")
    glass.page.wait_for_timeout(300)
    expect(glass.page.get_by_label("First name")).to_have_value("Otieno")


def test_why_of_a_greeting_without_reasons_says_that_there_is_nothing_special(shop: Shop, profiles: Profiles) -> None:
    shop.enrol_as(make.AMINA, make.enrolment(make.AMINA, greeting="name"))
    shop.post(shop.sale(who=make.AMINA, at=make.at("12:05", 28)))
    glass = profiles.counter(shop, "1")
    shop.checkin()
    glass.shows("Amina")
    glass.press("w")
    expect(glass.page.locator(".why li")).to_have_text("Nothing special: greet them")


def test_a_scan_is_never_a_shortcut_nor_text_in_a_field(shop: Shop, profiles: Profiles) -> None:
    """Its characters are keys of the screen too, and somebody may be typing when it comes."""
    amina = shop.enrol()
    glass = profiles.counter(shop, "1")
    glass.press("n")
    page = glass.page
    expect(page.get_by_label("First name")).to_be_focused()
    page.keyboard.type("Ben", delay=45)
    page.wait_for_timeout(100)
    glass.scan(amina.card)
    expect(page.get_by_label("First name")).to_have_value("Ben")
    glass.until(lambda: glass.waiting == ["Amina"], "Amina waits while somebody types")
    glass.press("Escape")
    glass.shows("Amina", waiting=[])
    glass.scan("MUNFW123")
    glass.shows("Nobody is known by this card.", waiting=["Amina"])
    expect(glass.button("Sound")).to_have_attribute("aria-pressed", "true")
