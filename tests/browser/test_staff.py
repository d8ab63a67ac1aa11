"""Staff at the counter and on the owner's page: a screen is taken by touch, by keyboard and by ear, and given back."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace
from playwright.sync_api import Locator, Page, expect

from loyalty.wire_staff import SHIFT_HOURS
from tests import make
from tests.browser.glass import PHONE, Glass, Profiles
from tests.browser.guests import habit, known, person
from tests.browser.test_access import Walk as Access
from tests.browser.test_languages import SAID, WIDTHS, fits
from tests.browser.test_owner import DESKTOP, open_page
from tests.browser.test_states import Book
from tests.promises.team import deeds, employ, hire
from tests.running import Shop

pytestmark = pytest.mark.browser

LONG = "Maximiliane Adelgunde von Oberschwaben-Hohenstein-Langenburg"
HOSTILE = "<img src=x onerror=alert(1)>"


def whom(glass: Glass) -> Locator:
    return glass.page.locator(".whom")


def pad(glass: Glass, pin: str) -> None:
    for digit in pin:
        glass.page.locator(".pad").get_by_role("button", name=digit, exact=True).click()
    glass.page.locator(".pad .yes").click()


def taken(glass: Glass, name: str, pin: str) -> None:
    whom(glass).click()
    glass.page.locator(".team").get_by_role("button", name=name, exact=True).click()
    pad(glass, pin)
    expect(whom(glass)).to_have_attribute("aria-label", f"{name} works here")


def done(shop: Shop) -> list[tuple[Any, ...]]:
    """What was done at the counter after everybody was enrolled."""
    return [(what, staff) for what, staff, *_ in deeds(shop) if what != "enrol"]


def test_a_shop_without_staff_has_nothing_to_take(shop: Shop, profiles: Profiles) -> None:
    known(shop, "Amina")
    glass = profiles.counter(shop, "1")
    glass.idle()
    glass.press("o")
    glass.page.wait_for_timeout(300)
    glass.idle()
    expect(whom(glass)).to_have_count(0)


def test_a_screen_is_taken_by_touch_and_what_is_done_is_theirs(shop: Shop, profiles: Profiles) -> None:
    known(shop, "Amina")
    wanjiru, otieno = employ(shop, "Wanjiru", "4421"), employ(shop, "Otieno", "90125")
    glass = profiles.counter(shop, "1", has_touch=True)
    expect(whom(glass)).to_have_text("Sign on")
    taken(glass, "Wanjiru", "4421")
    shop.checkin(shop.presence(person("Amina")))
    glass.shows("Amina")
    glass.press("1")
    glass.until(lambda: done(shop) == [("answer", wanjiru)], "the answer is hers")
    whom(glass).click()
    glass.page.get_by_role("button", name="Otieno", exact=True).click()
    pad(glass, "90125")
    expect(whom(glass)).to_have_text("Otieno")
    glass.press("u")
    glass.until(lambda: done(shop)[1:] == [("undo", otieno)], "taking it back is his")
    assert shop.service.one("SELECT COUNT(*) FROM staff_sessions WHERE shop = ? AND ended_at IS NULL", shop.id) == 1


def test_a_screen_is_taken_by_keyboard_and_given_back(shop: Shop, profiles: Profiles) -> None:
    known(shop, "Amina")
    wanjiru = employ(shop, "Wanjiru", "4421")
    glass = profiles.counter(shop, "1")
    expect(whom(glass)).to_be_visible()
    glass.press("o")
    expect(glass.page.locator(".team")).to_be_visible()
    glass.page.keyboard.press("Tab")
    expect(glass.button("Wanjiru", exact=True)).to_be_focused()
    glass.page.keyboard.press("Enter")
    field = glass.page.get_by_label("PIN of Wanjiru")
    expect(field).to_be_focused()
    glass.page.keyboard.type("4422", delay=120)
    glass.page.keyboard.press("Enter")
    expect(glass.page.get_by_role("alert")).to_have_text("This is not that PIN. Try again.")
    expect(field).to_be_focused()
    expect(field).to_have_value("")
    glass.page.keyboard.type("٤٤٢1", delay=120)
    glass.page.keyboard.press("Enter")
    expect(whom(glass)).to_have_text("Wanjiru")
    glass.page.reload()
    glass.ready()
    expect(whom(glass)).to_have_text("Wanjiru")
    shop.checkin(shop.presence(person("Amina")))
    glass.shows("Amina")
    glass.press("1")
    glass.until(lambda: done(shop) == [("answer", wanjiru)], "a page that is loaded again is still hers")
    glass.press("o")
    glass.press("o")
    expect(whom(glass)).to_have_text("Sign on")
    glass.press("u")
    glass.until(lambda: done(shop)[1:] == [("undo", None)], "and now it is nobody's")
    assert glass.page.evaluate("Object.keys(localStorage).filter((key) => key.includes('.staff.'))") == []


def test_a_shift_is_over_by_the_service_s_clock_and_at_once_when_somebody_leaves(
    shop: Shop, profiles: Profiles
) -> None:
    [amina] = known(shop, "Amina")
    shop.post([shop.sale(who=amina.who, at=make.at("12:05", day)) for day in range(15, 30)])
    wanjiru = employ(shop, "Wanjiru", "4421")
    glass = profiles.counter(shop, "1")
    taken(glass, "Wanjiru", "4421")
    shop.http("DELETE", f"/v1/staff/{wanjiru}", shop.owner_key)
    shop.checkin(shop.presence(person("Amina")))
    glass.shows("Amina")
    glass.press("r")
    glass.press("1")
    glass.shows("The shift is over.")
    expect(whom(glass)).to_have_text("Sign on")
    assert [what for what, *_ in done(shop)] == []
    glass.press("Escape")
    glass.press("r")
    glass.press("1")
    glass.until(lambda: ("redeem", None) in done(shop), "without anybody's name it goes on as before")
    employ(shop, "Otieno", "90125")
    glass.page.reload()
    glass.ready()
    taken(glass, "Otieno", "90125")
    shop.service.pass_time(hours=SHIFT_HOURS)
    shop.checkin(shop.presence(person("Amina")))
    expect(whom(glass)).to_have_text("Sign on")


def test_what_goes_beyond_a_limit_is_refused_in_words(shop: Shop, profiles: Profiles) -> None:
    [amina] = known(shop, "Amina")
    shop.post([shop.sale(who=amina.who, at=make.at("12:05", day)) for day in range(15, 30)])
    shop.owner("PUT", "/v1/limits", {"customer_day": 0})
    glass = profiles.counter(shop, "1")
    shop.checkin(shop.presence(person("Amina")))
    glass.shows("Amina")
    glass.press("r")
    glass.press("1")
    glass.shows("That is the most for now. The owner may raise it.")
    assert shop.customer(amina)["points"] == 15


def test_every_state_of_it_fits_every_size_and_is_for_everybody(shop: Shop, profiles: Profiles, tmp_path: Path) -> None:
    known(shop, "Amina", "Ben")
    for n, name in enumerate((LONG, HOSTILE, "Wanjiru", "သီတာ", "خالد")):
        employ(shop, name, f"482{n}")
    glass = profiles.counter(shop, "2", reduced_motion="reduce")
    book = Book(glass.page, tmp_path)
    expect(whom(glass)).to_be_visible()
    book.look("idle")
    whom(glass).click()
    expect(glass.page.locator(".team li")).to_have_count(5)
    book.look("names")
    glass.page.locator(".team .row").filter(has_text="Maximiliane").click()
    book.look("pin")
    pad(glass, "99")
    book.look("pin-short")
    pad(glass, "99")
    expect(glass.page.get_by_role("alert")).to_have_text("This is not that PIN. Try again.")
    pad(glass, "4820")
    expect(glass.page.locator(".pad")).to_have_count(0)
    for name in ("Amina", "Ben"):
        shop.checkin(shop.presence(person(name), till="2"))
        glass.until(lambda name=name: name in glass.page.locator(".counter").inner_text(), name)  # type: ignore[misc]
    book.look("cue")
    whom(glass).click()
    book.look("taken")


def test_many_names_are_scrolled_through_and_all_can_be_reached(shop: Shop, profiles: Profiles) -> None:
    for n in range(30):
        hire(shop, f"Guest {n:02}", f"48{n:02}")
    known(shop, "Amina")
    glass = profiles.counter(shop, "1", size=(360, 600))
    whom(glass).click()
    last = glass.button("Guest 29", exact=True)
    last.scroll_into_view_if_needed()
    last.click()
    pad(glass, "4829")
    expect(whom(glass)).to_have_text("Guest 29")


@pytest.mark.parametrize("language", [row[0] for row in SAID])
def test_taking_a_screen_fits_in_every_language(shop: Shop, profiles: Profiles, language: str) -> None:
    shop = shop.service.open_shop(language=language)
    known(shop, "Amina")
    employ(shop, "Wanjiru", "4821")
    employ(shop, LONG, "4822")
    glass = profiles.counter(shop, "1", reduced_motion="reduce")
    expect(whom(glass)).to_be_visible()
    fits(glass, "idle")
    whom(glass).click()
    fits(glass, "names")
    glass.page.locator(".team .row").last.click()
    pad(glass, "12")
    fits(glass, "a PIN too short")
    pad(glass, "34")
    glass.page.wait_for_timeout(800)
    fits(glass, "a wrong PIN")
    pad(glass, "4821")
    expect(whom(glass)).to_have_text("Wanjiru")
    whom(glass).click()
    fits(glass, "taken")


# -- the owner's page -------------------------------------------------------------------------------------------------
def test_the_owner_says_who_works_here_and_how_much_may_be_done(shop: Shop, profiles: Profiles) -> None:
    known(shop, "Amina", "Ben")
    page = open_page(profiles, shop)
    staff = page.locator("#staff")
    expect(staff.get_by_role("heading", level=2)).to_have_text("Nobody has a PIN, so no screen asks for one.")
    add(staff, HOSTILE, "4421")
    expect(staff.get_by_role("heading", level=2)).to_have_text("One person has a PIN.")
    expect(staff.get_by_role("status")).to_have_text("Saved.")
    add(staff, "Otieno", "4421")
    expect(staff.get_by_role("status")).to_have_text("Somebody has this PIN already. Choose another.")
    add(staff, "Otieno", "44")
    expect(staff.get_by_role("status")).to_have_text("A PIN is four to eight digits.")
    add(staff, "Otieno", "90125")
    expect(staff.locator(".crew > li")).to_have_count(2)
    row = staff.locator(".crew > li").filter(has_text="Otieno")
    row.get_by_role("button", name="Change").click()
    row.get_by_label("Which card is theirs?").fill("ami")
    row.get_by_role("button", name="Theirs Amina").click()
    expect(row).to_contain_text("Own card: Amina")
    row.get_by_role("button", name="Change").click()
    row.get_by_label("A new PIN").fill("1357")
    row.get_by_role("button", name="Set the PIN").click()
    expect(staff.get_by_role("status")).to_have_text("Saved.")
    staff.get_by_label("by a customer on a day").fill("2")
    staff.locator(".limits").get_by_role("button", name="Save").click()
    expect(staff.get_by_role("status")).to_have_text("Saved.")
    assert shop.owner("GET", "/v1/limits") == {"till_hour": None, "shift": None, "customer_day": 2}
    hostile = staff.locator(".crew > li").filter(has_text="onerror")
    hostile.get_by_role("button", name="Change").click()
    hostile.get_by_role("button", name="They have left").click()
    expect(staff.locator(".crew > li")).to_have_count(1)
    [otieno] = shop.owner("GET", "/v1/staff")["staff"]
    assert (otieno["name"], otieno["customer"]["name"]) == ("Otieno", "Amina")
    glass = profiles.counter(shop, "1")
    taken(glass, "Otieno", "1357")


def add(staff: Locator, name: str, pin: str) -> None:
    form = staff.locator(".crewing").filter(has_text="Add")
    form.get_by_label("Name").fill(name)
    form.get_by_label("PIN, 4 to 8 digits").fill(pin)
    form.get_by_role("button", name="Add").click()


def test_nothing_to_look_at_is_said_plainly(shop: Shop, profiles: Profiles) -> None:
    known(shop, "Amina")
    habit(shop, "Amina")
    page = open_page(profiles, shop)
    worth = page.locator("#worth")
    expect(worth.get_by_role("heading", level=2)).to_have_text("Nothing stands out in the last 28 days.")
    expect(worth).to_contain_text("15 sales were looked at")
    expect(worth.locator(".seen li")).to_have_count(0)


def seen(shop: Shop) -> None:
    """A staff member's own card on their own sales, and one card on many of a day."""
    amina, ben = known(shop, "Amina", "Ben")
    employ(shop, HOSTILE, "4421", customer=amina.id)
    now = shop.service.now
    own = [replace(shop.sale(who=amina.who, at=now - timedelta(days=day + 1)), staff=HOSTILE) for day in range(6)]
    busy = [replace(shop.sale(who=ben.who, at=now - timedelta(days=2, minutes=n)), staff="Otieno") for n in range(8)]
    shop.post([*own, *busy])


def test_what_is_worth_a_look_leads_to_its_sales_and_accuses_nobody(shop: Shop, profiles: Profiles) -> None:
    seen(shop)
    page = open_page(profiles, shop)
    worth = page.locator("#worth")
    expect(worth.get_by_role("heading", level=2)).to_have_text("Two things are worth a look.")
    rows = worth.locator(".seen li")
    expect(rows.first).to_contain_text(f"\u2068{HOSTILE}\u2069 rang up 6 sales on their own card.")
    expect(rows.first).to_contain_text("Of 6 sales on that card, and of 6 that they rang up.")
    expect(rows.last).to_contain_text("One card was on 8 sales in one day.")
    expect(rows.last).to_contain_text("Nearly all other cards have at most 1 on a day.")
    text = worth.inner_text().casefold()
    assert not any(word in text for word in ("fraud", "theft", "stole", "cheat", "abuse", "suspicious", "wrong"))
    number = rows.first.locator(".figures").first
    wanted = number.inner_text()
    number.click()
    expect(page.locator("#why").get_by_role("heading", level=2)).to_contain_text(f"{wanted}")
    rows.last.get_by_role("link", name="Ben").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Ben")


@pytest.mark.parametrize("language", ["en", *(row[0] for row in SAID)])
def test_the_panels_fit_in_every_language_and_are_for_everybody(shop: Shop, profiles: Profiles, language: str) -> None:
    shop = shop.service.open_shop(language=language)
    seen(shop)
    employ(shop, LONG, "4822")
    for size in (DESKTOP, PHONE):
        page = profiles.page(f"{shop.service.url}/owner.html#key={shop.owner_key}", size=size, locale=language)
        expect(page.locator(".seen li")).to_have_count(2)
        page.locator("#staff .crew .btn").first.click()
        Access(page).check(f"the owner's page in {language}")
        narrow(page)


def narrow(page: Page) -> None:
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 800})
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), width
