"""Whatever is wrong about a person is put right by plain clicks within ten seconds, at the counter and by the owner."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from playwright.sync_api import Locator, Page, expect

from loyalty.wire import Presence
from tests import make
from tests.browser.glass import GUARD_MS, PHONE, Glass, Profiles
from tests.browser.guests import habit, known, person
from tests.browser.test_owner import open_page
from tests.running import Enrolled, Shop

pytestmark = pytest.mark.browser

ENOUGH_S = 10.0


@contextmanager
def quickly() -> Iterator[None]:
    """By the clock on the wall, with the machine as busy as it is."""
    begun = time.monotonic()
    yield
    taken = time.monotonic() - begun
    assert taken < ENOUGH_S, f"it took {taken:.1f} seconds"


def cafe(shop: Shop) -> tuple[Enrolled, Enrolled]:
    amina, ben = known(shop, "Amina", "Ben")
    habit(shop, "Amina", make.line("Latte"))
    habit(shop, "Ben", make.line("Mocha"))
    return amina, ben


def owners(profiles: Profiles, shop: Shop, who: Enrolled, size: tuple[int, int] = (1440, 900)) -> Page:
    page = open_page(profiles, shop, f"person={who.id}", size)
    expect(page.get_by_role("heading", level=1)).to_have_text(who.who.name)
    return page


def choose(page: Page, label: str, name: str) -> None:
    group = page.get_by_role("group", name=label)
    group.get_by_role("searchbox").fill(name)
    group.get_by_role("button", name=f"This one {name}").click()


# -- the owner --------------------------------------------------------------------------------------------------------
def test_the_owner_merges_two_people_after_seeing_what_becomes_of_them_and_takes_it_back(
    shop: Shop, profiles: Profiles
) -> None:
    """C16, C42, C47."""
    amina, ben = cafe(shop)
    page = owners(profiles, shop, amina)
    with quickly():
        page.get_by_role("button", name="Same person as…").click()
        choose(page, "Who is the same person?", "Ben")
        table = page.get_by_role("group", name="The two as one").get_by_role("table")
        expect(table.get_by_role("row", name="Points")).to_contain_text("15")
        page.get_by_role("button", name="They are one person").click()
        expect(page.get_by_text("They are one person now.")).to_be_visible()
    assert shop.customer(ben)["id"] == amina.id
    assert shop.customer(amina)["points"] == 15, "they were here at the same minutes: fifteen visits, not thirty"
    with quickly():
        page.get_by_role("button", name="Take it back").click()
        expect(page.get_by_text("They are one person now.")).to_be_hidden()
    assert shop.customer(ben)["points"] == 15


def test_the_owner_moves_a_visit_to_the_right_person_and_back(shop: Shop, profiles: Profiles) -> None:
    """C41, C43."""
    amina, ben = cafe(shop)
    page = owners(profiles, shop, amina)
    visits = page.locator("#visits")
    with quickly():
        visits.get_by_role("button", name="Somebody else’s").first.click()
        choose(page, "Whose visit was it?", "Ben")
        expect(page.get_by_text("The visit is somebody else’s now.")).to_be_visible()
    assert (shop.customer(amina)["points"], len(shop.customer(ben)["visits"])) == (14, 15)
    with quickly():
        page.get_by_role("button", name="Take it back").click()
        expect(page.get_by_text("The visit is somebody else’s now.")).to_be_hidden()
    assert shop.customer(amina)["points"] == 15


def test_the_owner_unlinks_a_number_and_makes_a_new_card(shop: Shop, profiles: Profiles) -> None:
    """C44, C45."""
    amina, _ = cafe(shop)
    page = owners(profiles, shop, amina)
    marks = page.locator("#right .marks li")
    expect(marks).to_have_count(6)
    with quickly():
        marks.filter(has_text="Phone").get_by_role("button").click()
        expect(marks).to_have_count(5)
    with quickly():
        page.get_by_role("button", name="Lost phone: new card").click()
        expect(page.get_by_role("img", name="Scan this with the new phone")).to_be_visible()
    gone = shop.http("POST", "/v1/checkins", shop.screen_key, {"shop": shop.id, "card": amina.card})
    assert gone.status_code == 404


def test_the_owner_says_who_else_uses_a_card(shop: Shop, profiles: Profiles) -> None:
    amina, _ = cafe(shop)
    page = owners(profiles, shop, amina)
    with quickly():
        page.get_by_role("button", name="Card also used by…").click()
        choose(page, "Who else uses this card?", "Ben")
        expect(page.locator(".shared")).to_contain_text("uses this card too")
    with quickly():
        page.get_by_role("button", name="No more").click()
        expect(page.locator(".shared")).to_have_count(0)


def test_it_all_fits_on_the_owners_phone(shop: Shop, profiles: Profiles) -> None:
    amina, _ = cafe(shop)
    page = owners(profiles, shop, amina, PHONE)
    page.get_by_role("button", name="Same person as…").click()
    choose(page, "Who is the same person?", "Ben")
    expect(page.get_by_role("button", name="They are one person")).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


# -- the counter ------------------------------------------------------------------------------------------------------
def tap(glass: Glass, button: Locator) -> None:
    """As a finger does: not within the moment in which the one before is still wet."""
    glass.page.wait_for_timeout(GUARD_MS)
    button.click()


def pick(glass: Glass, name: str) -> None:
    glass.page.get_by_role("textbox").fill(name)
    tap(glass, glass.page.locator(".rows button", has_text=name))


def opened(glass: Glass, name: str) -> None:
    """Somebody is looked for to be put right."""
    tap(glass, glass.button("Find a card"))
    tap(glass, glass.button("Put right"))
    pick(glass, name)
    expect(glass.page.locator("h1.who")).to_contain_text(name)


def test_the_counter_makes_a_new_card_for_a_lost_phone(shop: Shop, profiles: Profiles) -> None:
    """C45."""
    amina, _ = cafe(shop)
    glass = profiles.counter(shop, "1")
    with quickly():
        opened(glass, "Amina")
        tap(glass, glass.button("New card"))
        expect(glass.page.get_by_role("img", name="Scan this with your phone")).to_be_visible()
    assert shop.http("GET", "/v1/card", amina.card_key).status_code == 401
    tap(glass, glass.button("Done"))
    glass.idle()


def test_the_counter_unlinks_a_number_with_two_touches(shop: Shop, profiles: Profiles) -> None:
    """C44: the first asks."""
    cafe(shop)
    glass = profiles.counter(shop, "1")
    with quickly():
        opened(glass, "Amina")
        rows = glass.page.locator(".rows button")
        expect(rows).to_have_count(6)
        tap(glass, rows.filter(has_text="Phone"))
        tap(glass, rows.filter(has_text="Unlink?"))
        expect(rows).to_have_count(5)


def test_the_counter_merges_two_people_and_takes_it_back(shop: Shop, profiles: Profiles) -> None:
    """C16, C42."""
    amina, ben = cafe(shop)
    glass = profiles.counter(shop, "1")
    with quickly():
        opened(glass, "Amina")
        tap(glass, glass.button("Same as…"))
        pick(glass, "Ben")
        glass.shows("one person?")
        tap(glass, glass.button("One person"))
        glass.shows("They are one person now")
    assert shop.customer(ben)["id"] == amina.id
    with quickly():
        tap(glass, glass.button("Undo"))
        glass.shows("They are two people again")
    assert shop.customer(ben)["id"] == ben.id


def test_the_counter_asks_which_of_two_who_share_a_card_it_is(shop: Shop, profiles: Profiles) -> None:
    """One card, two people, two usuals."""
    amina, ben = cafe(shop)
    glass = profiles.counter(shop, "1")
    with quickly():
        opened(glass, "Amina")
        tap(glass, glass.button("Also used by…"))
        pick(glass, "Ben")
        expect(glass.page.locator(".hint")).to_contain_text("Shares a card with")
    tap(glass, glass.button("Done"))
    shop.checkin(Presence(shop=shop.id, till="1", card=amina.card))
    glass.shows("Is this Amina or Ben?")
    glass.press("2")
    glass.shows("Ben — mocha?")
    shop.post(shop.sale(make.line("Mocha"), who=amina.who, by="card"))
    glass.idle()
    assert len(shop.customer(ben)["visits"]) == 16
    assert person("Ben").name == "Ben"


def test_the_wrong_person_at_the_counter_gives_the_visit_to_the_right_one(shop: Shop, profiles: Profiles) -> None:
    """C41, C43, C46, C49."""
    amina, ben = cafe(shop)
    glass = profiles.counter(shop, "1")
    shop.post(shop.sale(who=amina.who))
    glass.shows("Amina")
    with quickly():
        glass.press("3")
        tap(glass, glass.button("Find a card"))
        pick(glass, "Ben")
        glass.shows("Ben")
    assert (len(shop.customer(amina)["visits"]), len(shop.customer(ben)["visits"])) == (15, 16)
