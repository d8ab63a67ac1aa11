"""Every state of the counter, reached through the real service: nothing is cut or covered, an automated check of
WCAG 2.2 AA finds nothing, at every size and in light and dark; and a picture of each is kept in the test's folder."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from loyalty.wire import Tender
from tests import make
from tests.browser.glass import Glass, Profiles
from tests.browser.guests import habit, known, person
from tests.browser.test_access import AXE, CHECK
from tests.browser.test_text import COVERED, OVERFLOWING, SIZES
from tests.running import Service, Shop

pytestmark = pytest.mark.browser

DRAWN = "() => new Promise((drawn) => requestAnimationFrame(() => setTimeout(drawn)))"
LATTE, TEA = make.line("Latte", "Medium", "Oat milk"), make.line("Masala tea")


PLAIN = {"earn": [{"kind": "visit", "points": 1}]}  # no rewards: nothing stands beside the sentence
FREE = {"id": "free-latte", "name": "Free latte", "points": 10, "kind": "free-item", "worth": 30000}


# What is out of sight until somebody scrolls, and two fields that do not stand on one line.
HIDDEN = """
() => {
  const scrolls = (it) => it.scrollHeight > it.clientHeight + 1;
  const off = [...document.querySelectorAll(".main.typed")].filter(scrolls).map(() => "something is out of sight");
  const [name, phone] = [...document.querySelectorAll(".pair input")].map((it) => it.getBoundingClientRect());
  const beside = name !== undefined && phone.left >= name.right - 1;
  return beside && Math.abs(name.top - phone.top) > 1 ? [...off, "fields that do not stand on one line"] : off;
}
"""


class Book:
    """Looks at a state at every size, in both themes, and keeps the pictures."""

    def __init__(self, page: Page, folder: Path) -> None:
        self._page = page
        self._folder = folder
        page.evaluate(AXE.read_text(encoding="utf-8"))

    def look(self, state: str) -> None:
        faults: list[str] = []
        for width, height in SIZES:
            self._page.set_viewport_size({"width": width, "height": height})
            for scheme in ("light", "dark"):
                self._page.emulate_media(color_scheme=scheme)
                expect(self._page.locator("html")).to_have_attribute("data-theme", scheme)
                self._page.evaluate(DRAWN)
                self._page.screenshot(path=self._folder / f"{state}-{width}x{height}-{scheme}.png")
                found = [*self._page.evaluate(OVERFLOWING), *self._page.evaluate(COVERED)]
                found += [*self._page.evaluate(HIDDEN), *self._page.evaluate(CHECK, scheme)]
                faults += [f"{state} at {width} x {height}, {scheme}: {fault}" for fault in found]
        self._page.set_viewport_size({"width": 1280, "height": 800})
        self._page.emulate_media(color_scheme="light")
        assert not faults, "\n".join(faults)


@pytest.fixture
def book(shop: Shop, profiles: Profiles, tmp_path: Path) -> tuple[Glass, Book]:
    glass = profiles.counter(shop, "2", reduced_motion="reduce")
    return glass, Book(glass.page, tmp_path)


def here(shop: Shop, glass: Glass, name: str) -> None:
    shop.checkin(shop.presence(person(name), till="2"))
    glass.until(lambda: name in glass.page.locator(".counter").inner_text(), f"{name} is on the glass")


def test_first_day_idle_one_cue_why_and_the_queue(shop: Shop, book: tuple[Glass, Book]) -> None:
    glass, pictures = book
    pictures.look("first-day")
    shop.owner("PUT", "/v1/program", PLAIN)
    known(shop, "Amina", "Juma", "Ben", "Thiri")
    habit(shop, "Amina", LATTE)
    here(shop, glass, "Amina")
    pictures.look("cue")
    glass.press("w")
    expect(glass.page.locator(".why")).to_be_visible()
    pictures.look("why")
    for name in ("Juma", "Thiri", "Ben"):
        here(shop, glass, name)
    glass.press("w")
    expect(glass.page.locator(".why")).to_have_count(0)
    pictures.look("queue")
    for _ in range(3):
        glass.press("1")
    pictures.look("cue-with-undo")
    glass.press("1")
    glass.idle()
    pictures.look("idle-with-undo")
    shop.service.pass_time(seconds=40)


def test_a_reward_in_two_touches_what_changes_is_named_and_it_can_be_taken_back(
    shop: Shop, book: tuple[Glass, Book]
) -> None:
    glass, pictures = book
    shop.owner("PUT", "/v1/program", PLAIN | {"rewards": [FREE]})
    wanjiru, zawadi = known(shop, "Wanjiru", "Zawadi")
    shop.post([shop.sale(LATTE, who=zawadi.who, at=make.at("12:05", day)) for day in range(20, 30)])
    here(shop, glass, "Zawadi")
    expect(glass.top).to_have_text("Celebrate")
    pictures.look("celebrate")
    glass.button("Another day").click()
    shop.post([shop.sale(LATTE, who=wanjiru.who, at=make.at("12:05", day)) for day in range(18, 30)])
    here(shop, glass, "Wanjiru")
    pictures.look("reward")
    glass.button("Waiting for them: free latte").click()
    glass.shows("Use Wanjiru")
    expect(glass.page.locator(".act")).to_contain_text("10")
    expect(glass.page.locator(".act")).to_contain_text("KES 300 comes off.")
    pictures.look("redeem")
    glass.button("Use it").click()
    expect(glass.button("Undo last")).to_be_visible()
    glass.until(lambda: shop.customer(wanjiru)["points"] == 2, "the points are used")
    glass.press("u")
    glass.shows("Wanjiru")
    glass.until(lambda: shop.customer(wanjiru)["points"] == 12, "the points are back")
    glass.press("r")
    glass.shows("Use Wanjiru")
    glass.press("1")
    glass.until(lambda: shop.customer(wanjiru)["points"] == 2, "used again")
    shop.post(shop.sale(LATTE, who=wanjiru.who, till="2"))
    glass.until(lambda: shop.customer(wanjiru)["points"] == 3, "the sale has earned")


FRIENDS = [{"id": "friend", "name": "Friend", "measure": "visits", "at_least": 3}]
LARGER = {"id": "larger", "name": "A size up", "kind": "larger", "tiers": ["friend"], "cost": 8000}


def booked(shop: Shop) -> list[tuple[str, str]]:
    sql = "SELECT kind, reason FROM gifts WHERE shop = ? AND undone_at IS NULL ORDER BY at"
    return [(kind, reason) for kind, reason in shop.service.rows(sql, shop.id)]


def test_a_perk_with_one_touch_and_something_on_the_house_with_two(shop: Shop, book: tuple[Glass, Book]) -> None:
    glass, pictures = book
    shop.owner("PUT", "/v1/program", PLAIN | {"tiers": FRIENDS, "perks": [LARGER]})
    shop.owner("PUT", "/v1/surprises/budget", {"shop": shop.id, "a_week": 3, "cost": 30000})
    known(shop, "Amina")
    habit(shop, "Amina", make.line("Latte", "Medium"))
    shop.post(shop.sale(make.line("Latte", "Large", price=make.LATTE + 5000), at=make.at("12:05", 28)))
    here(shop, glass, "Amina")
    act = glass.page.locator("button.act")
    expect(act).to_contain_text("You may serve a large for the price of a medium")
    pictures.look("perk")
    act.click()
    expect(act).to_contain_text("Given")
    expect(glass.page.locator(".bar")).to_contain_text("A size up")
    glass.until(lambda: booked(shop) == [("perk", "perk")], "the perk is booked")
    pictures.look("perk-given")
    glass.press("u")
    expect(act).to_be_enabled()
    glass.until(lambda: booked(shop) == [], "it was taken back")
    glass.press("r")
    glass.until(lambda: booked(shop) == [("perk", "perk")], "given again")
    glass.page.get_by_label("Give something").click()
    expect(glass.button("To make up for it")).to_be_visible()
    pictures.look("give")
    glass.button("To make up for it").click()
    expect(glass.page.locator(".bar")).to_contain_text("Booked: on the house")
    glass.until(lambda: ("surprise", "sorry") in booked(shop), "the surprise is booked")
    glass.press("g")
    glass.page.get_by_label("Another reason").fill("Carried our sacks in")
    glass.button("Give it").click()
    glass.until(lambda: ("surprise", "other") in booked(shop), "with a reason of one's own")
    glass.press("g")
    glass.button("To say thank you").click()
    glass.until(lambda: len(booked(shop)) == 4, "the third of the week")
    glass.press("g")
    expect(glass.page.get_by_text("No surprise may be given now.")).to_be_visible()
    pictures.look("give-none")
    shop.service.pass_time(seconds=40)


def test_questions_of_two_drinks_and_two_people_and_a_quiet_card(shop: Shop, book: tuple[Glass, Book]) -> None:
    glass, pictures = book
    shop.owner("PUT", "/v1/program", PLAIN | {"rewards": [FREE | {"points": 999}]})
    amina, sam, _ = known(shop, "Amina", "Sam", "Thiri")
    for name in ("Thiri",):
        for day in range(3, 30):
            shop.post(shop.sale(LATTE if day % 2 else TEA, who=person(name), at=make.at("12:05", day)))
    here(shop, glass, "Thiri")
    expect(glass.top).to_have_text("Ask")
    pictures.look("ask-drink")
    glass.press("3")
    tenders = tuple(Tender(kind="card", amount=19000, fingerprint=one.who.fingerprint) for one in (amina, sam))
    shop.post(shop.sale(tenders=tenders, till="2"))
    glass.shows("Is this ")
    pictures.look("ask-person")
    glass.press("3")
    quiet = person("Quiet")
    shop.enrol_as(quiet, make.enrolment(quiet, greeting="points"))
    shop.checkin(shop.presence(quiet, till="2"))
    glass.shows("Card read")
    pictures.look("quiet")


def test_a_cue_fades_before_it_goes(service: Service, shop: Shop, book: tuple[Glass, Book]) -> None:
    glass, pictures = book
    shop.owner("PUT", "/v1/program", PLAIN)
    known(shop, "Amina", "Ben")
    habit(shop, "Amina", LATTE)
    here(shop, glass, "Amina")
    service.pass_time(seconds=105)
    here(shop, glass, "Ben")
    expect(glass.page.locator(".screen.fading")).to_be_visible()
    pictures.look("fading")


def test_the_wrong_person_and_who_it_is_instead(shop: Shop, book: tuple[Glass, Book]) -> None:
    glass, pictures = book
    shop.owner("PUT", "/v1/program", PLAIN)
    known(shop, "Amina", "Ben", "Benazir", "Thiri")
    habit(shop, "Amina", LATTE)
    shop.post(shop.sale(LATTE, who=person("Amina"), till="2"))
    glass.shows("Amina")
    glass.press("3")
    glass.shows("Sale taken off. Who is it?")
    pictures.look("wrong-sale")
    glass.press("f")
    expect(glass.page.get_by_label("Name, phone number")).to_be_focused()
    pictures.look("find")
    glass.page.keyboard.type("ben", delay=90)
    expect(glass.page.locator(".row")).to_have_count(2)
    pictures.look("find-rows")
    glass.page.keyboard.press("Enter")
    expect(glass.page.locator(".row").first).to_be_focused()
    glass.page.keyboard.press("Enter")
    glass.shows("Ben")
    pictures.look("moved")
    glass.press("u")
    glass.shows("Amina", waiting=[])
    glass.press("f")
    expect(glass.page.get_by_label("Name, phone number")).to_be_focused()
    glass.page.keyboard.type("zzz", delay=90)
    expect(glass.page.get_by_text("Nobody of that name.")).to_be_visible()
    pictures.look("find-nobody")


def test_a_new_card_what_is_missing_and_the_card_that_was_made(shop: Shop, book: tuple[Glass, Book]) -> None:
    glass, pictures = book
    known(shop, "Amina", "Ben")
    glass.press("n")
    expect(glass.page.locator(".joins .qr")).to_be_visible()
    pictures.look("enrol")
    glass.button("Save").click()
    pictures.look("enrol-fault")
    glass.page.get_by_label("First name").fill("Otieno")
    glass.button("Yes").click()
    pictures.look("enrol-filled")
    glass.button("Save").click()
    expect(glass.page.locator(".made .qr")).to_be_visible()
    pictures.look("made")
    glass.press("Escape")
    here(shop, glass, "Amina")
    glass.press("3")
    here(shop, glass, "Ben")
    glass.press("n")
    expect(glass.page.locator(".joins .qr")).to_be_visible()
    pictures.look("enrol-beside-a-queue-and-undo")
    glass.press("Escape")
    for name in ("Amina", "Ben"):
        here(shop, glass, name)
    glass.press("?")
    expect(glass.page.locator(".keys")).to_be_visible()
    pictures.look("keys-beside-a-queue")


def test_what_went_wrong_and_what_to_do(shop: Shop, profiles: Profiles, book: tuple[Glass, Book]) -> None:
    glass, pictures = book
    known(shop, "Amina")
    glass.scan("...")
    glass.scan("?!?!?!")
    glass.shows("Card not read.")
    pictures.look("unread")
    glass.press("Escape")
    glass.scan("ZZZZZZZZ")
    glass.shows("Nobody is known by this card.")
    pictures.look("stranger")
    glass.press("?")
    expect(glass.page.locator(".keys")).to_be_visible()
    pictures.look("keys")
    glass.press("Escape")
    glass.press("s")
    glass.shows("There is no camera here.")
    pictures.look("no-camera")
    glass.press("Escape")
    glass.page.context.set_offline(True)
    glass.shows("No link. Sell as usual.", within_s=20)
    glass.scan("7K4M29QX")
    expect(glass.page.locator(".sub")).to_contain_text("1 check-in kept here")
    pictures.look("offline")
    glass.page.context.set_offline(False)


def test_a_screen_whose_key_is_refused(shop: Shop, profiles: Profiles, tmp_path: Path) -> None:
    wrong = profiles.page(f"{shop.service.url}/counter.html#shop={shop.id}&key=screen_nobody&till=2")
    expect(wrong.get_by_role("heading", name="This screen needs a new link.")).to_be_visible()
    Book(wrong, tmp_path).look("refused")


def test_a_till_that_has_fallen_silent_is_said_and_a_sale_ends_it(
    service: Service, shop: Shop, book: tuple[Glass, Book]
) -> None:
    """It sold every six minutes from nine to five on the last Mondays; today it stopped at a quarter past nine."""
    glass, pictures = book
    known(shop, "Amina")
    monday = service.now.replace(hour=6, minute=0, second=0)  # nine in Nairobi
    for week in (7, 14, 21):
        day = monday - timedelta(days=week)
        shop.post([shop.sale(at=day + timedelta(minutes=6 * n), till="2") for n in range(80)])
    service.move(monday + timedelta(minutes=15))
    shop.post(shop.sale(till="2"))
    service.move(monday + timedelta(minutes=26))
    silent = glass.page.locator(".silent")
    expect(silent).to_have_text("Till 2 has not spoken since 09:15.", timeout=30_000)
    pictures.look("silent")
    shop.post(shop.sale(till="2"))
    service.pass_time(seconds=20)
    expect(silent).to_have_count(0, timeout=30_000)


def test_names_of_three_scripts_are_drawn_and_never_cut(shop: Shop, book: tuple[Glass, Book]) -> None:
    glass, pictures = book
    shop.owner("PUT", "/v1/program", PLAIN)
    names = {
        "long": "Nyambura Wanjiku-Odhiambo",
        "arabic": "عبد الرحمن",
        "burmese": "သီရိ",
    }
    for guest in known(shop, *names.values()):
        habit(shop, guest.who.name, LATTE)
    for state, name in names.items():
        here(shop, glass, name)
        pictures.look(f"name-{state}")
        glass.press("1")


def test_tab_goes_from_the_sentence_to_the_answers_who_waits_and_the_speaker(
    shop: Shop, book: tuple[Glass, Book]
) -> None:
    """And Enter on the sentence opens its reasons; nothing that is focused at first confirms anything."""
    glass, _ = book
    shop.owner("PUT", "/v1/program", PLAIN)
    known(shop, "Amina", "Ben")
    habit(shop, "Amina", LATTE)
    here(shop, glass, "Amina")
    here(shop, glass, "Ben")
    expect(glass.say).to_be_focused()
    order = "[...document.querySelectorAll('.counter button')].map((it) => it.ariaLabel ?? it.innerText)"
    labels = [" ".join(label.split()) for label in glass.page.evaluate(order)]
    firsts = [label.split(" ")[0] for label in labels]
    assert firsts == ["Greet", "Usual", "Something", "Wrong", "\u2068Ben\u2069", "Give", "Sound"]
    glass.page.locator(".sentence").focus()
    glass.page.keyboard.press("Enter")
    expect(glass.page.locator(".why")).to_be_visible()
    assert [row[2] for row in shop.messages()] == ["cue", "cue"]
