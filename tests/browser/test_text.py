"""Whatever people and drinks are called is text, fits every screen in light and dark, and is gone in its time."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from loyalty.wire import Greeting
from tests import make
from tests.browser.glass import PHONE, Glass, Profiles, plain
from tests.browser.guests import habit, known, person
from tests.running import Service, Shop

pytestmark = pytest.mark.browser

SIZES = ((1280, 800), (800, 1280), (360, 740), (320, 600), (1024, 600))
WIDTHS = (320, 390, 640, 1440)  # 640: a screen of 1280 at twice the size
LETTERS = 56
NAMES = (
    "مريم بنت سالم الحارثي",
    "အောင်မြင့်မြတ်နိုးသီရိ",
    "Venkatanarasimharajuvaripeta Subrahmanya Lakshminarayana",
    "Llanfairpwllgwyngyllgogerychwyrndrobwllllantysiliogogogo",
    "<b onclick=alert(1)>Bo</b>",
)
ORDER = make.line("Cappuccino", "Extra large", "Oat milk", "Extra hot")
# Every element that is wider or higher than its box, or sticks out of the screen. What ends in an ellipsis is meant to.
OVERFLOWING = """
() => {
  const tolerated = 1;
  const named = (it) => `${it.tagName.toLowerCase()}.${it.className} ${it.textContent.slice(0, 40)}`;
  const ends = (it) => it !== null && (getComputedStyle(it).textOverflow === "ellipsis" || ends(it.parentElement));
  const cut = (it) => it.closest(".unseen, svg, [aria-hidden]") || ends(it);
  const inside = (it) => {
    const box = it.getBoundingClientRect();
    const wide = box.left >= -tolerated && box.right <= innerWidth + tolerated;
    return wide && box.top >= -tolerated && box.bottom <= innerHeight + tolerated;
  };
  // a line of text may reach over its own leading, and a form scrolls where even it finds no room
  const frame = ".counter, .screen, .main:not(.typed), .foot";
  const low = (it) => !it.matches(frame) || it.scrollHeight <= it.clientHeight + tolerated;
  const fits = (it) => it.clientWidth === 0 || (it.scrollWidth <= it.clientWidth + tolerated && low(it));
  const all = [document.documentElement, ...document.querySelectorAll(".counter, .counter *")];
  return all.filter((it) => !cut(it) && !(fits(it) && inside(it))).map(named);
}
"""
COVERED = """
() => {
  const box = (it) => it.getBoundingClientRect();
  const shown = [...document.querySelectorAll(".say, .act, .why, .rail, .foot, .top")];
  const parts = shown.map((it) => [it.className, box(it)]);
  const across = (a, b) => a.left < b.right - 1 && b.left < a.right - 1;
  const over = ([, a], [, b]) => across(a, b) && a.top < b.bottom - 1 && b.top < a.bottom - 1;
  return parts.flatMap((a, i) => parts.slice(i + 1).filter((b) => over(a, b)).map((b) => `${a[0]} over ${b[0]}`));
}
"""


def assert_fits(glass: Glass, where: str) -> None:
    for width, height in SIZES:
        glass.page.set_viewport_size({"width": width, "height": height})
        for scheme in ("light", "dark"):
            glass.page.emulate_media(color_scheme=scheme)
            expect(glass.page.locator("html")).to_have_attribute("data-theme", scheme)
            glass.page.evaluate("() => new Promise((drawn) => requestAnimationFrame(() => setTimeout(drawn)))")
            found = [*glass.page.evaluate(OVERFLOWING), *glass.page.evaluate(COVERED)]
            assert not found, f"{where} at {width} x {height}, {scheme}: {found}"


def test_names_of_any_script_and_length_fit_every_screen(shop: Shop, profiles: Profiles) -> None:
    assert max(map(len, NAMES)) == LETTERS
    for guest in known(shop, *NAMES):
        habit(shop, guest.who.name, ORDER)
    glass = profiles.counter(shop, "1", reduced_motion="reduce")
    for name in NAMES:
        shop.checkin(shop.presence(person(name)))
    for name in NAMES:
        glass.until(lambda: len(glass.waiting) >= 1, "the queue is there")
        said = plain(glass.say.inner_text())
        assert "cappuccino" in said
        assert_fits(glass, said)
        glass.press("w")
        assert_fits(glass, f"the reasons of {name}")
        glass.press("w")
        glass.press("Tab")
    glass.press("1")
    glass.until(lambda: glass.page.locator(".bar").count() == 1, "the answer can be taken back")
    assert_fits(glass, "the bar of undo")


def test_card_and_owner_pages_never_scroll_sideways(shop: Shop, profiles: Profiles) -> None:
    guests = known(shop, *NAMES)
    habit(shop, NAMES[1], ORDER)
    shop.checkin(shop.presence(person(NAMES[1])))
    owner = profiles.page(f"{shop.service.url}/owner.html#key={shop.owner_key}")
    expect(owner.get_by_role("rowheader")).to_have_count(len(NAMES))
    shop.post(shop.sale(id="20261104-101500-000000000000000000000000000000000000000000000001", till="2"))
    owner.reload()
    owner.locator(".nobodys button").click()
    owner.get_by_role("button", name="Put it on a person").click()
    owner.get_by_role("button", name="New counter screen").click()
    expect(owner.locator(".secret")).to_be_visible()
    assert_no_sideways(owner)
    for guest in guests:
        owner.goto(f"{shop.service.url}/owner.html#person={guest.id}")
        expect(owner.get_by_role("heading", level=1)).to_have_text(guest.who.name)
        assert_no_sideways(owner)
    for guest in guests[1:4]:
        card = profiles.page(f"{shop.service.url}/card.html#{guest.card_key}", size=PHONE)
        expect(card.get_by_role("heading", level=1)).to_have_text(guest.who.name)
        assert_no_sideways(card)
        card.get_by_role("button", name="What we know").click()
        expect(card.get_by_role("heading", name="What we never look at")).to_be_visible()
        card.get_by_role("button", name="Erase me").click()
        assert_no_sideways(card)


def assert_no_sideways(page: Page) -> None:
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 800})
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), f"{page.url} at {width}"


def test_html_in_a_product_and_in_a_name_is_text(shop: Shop, profiles: Profiles) -> None:
    name, drink = "<b>Bo</b>", "<i>Chai</i>"
    [bo] = known(shop, name)
    habit(shop, name, make.line(drink))
    known(shop, "<img src=x onerror=hit=1>")
    glass = profiles.counter(shop, "1")
    shop.checkin(shop.presence(bo.who))
    shop.checkin(shop.presence(person("<img src=x onerror=hit=1>")))
    glass.shows(f"Greet {name} — {drink}?", waiting=["<img src=x onerror=hit=1>"])
    glass.press("w")
    expect(glass.page.locator(".why")).to_contain_text(drink)
    owner = profiles.page(f"{shop.service.url}/owner.html#key={shop.owner_key}")
    expect(owner.get_by_role("rowheader", name=name)).to_be_visible()
    card = profiles.page(f"{shop.service.url}/card.html#{bo.card_key}")
    expect(card.get_by_role("heading", level=1)).to_have_text(name)
    expect(card.locator(".drink")).to_have_text(drink)
    for page in (glass.page, owner, card):
        assert page.locator("i, img").count() == 0
        assert page.evaluate("typeof hit") == "undefined"


def test_the_band_runs_dry_and_no_name_stays_on_the_glass(service: Service, shop: Shop, profiles: Profiles) -> None:
    """Also where nobody says so any more: the link is down, and the screen goes by its own count."""
    amina, ben = known(shop, "Amina", "Ben")
    glass = profiles.counter(shop, "1")
    shop.checkin(shop.presence(amina.who))
    glass.shows("Amina", waiting=[])
    assert dry(glass) < 10
    service.pass_time(seconds=100)
    shop.checkin(shop.presence(ben.who))
    glass.shows("Amina", waiting=["Ben"])
    assert dry(glass) > 80
    expect(glass.page.locator(".screen.fading")).to_be_visible()
    service.pass_time(seconds=17)
    shop.checkin(shop.presence(ben.who))
    glass.until(lambda: dry(glass) > 95, "nearly dry")
    glass.page.context.set_offline(True)
    glass.shows("Ben", waiting=[])
    assert "Amina" not in glass.page.content()
    glass.page.context.set_offline(False)
    glass.ready()
    service.pass_time(minutes=3)
    glass.idle()
    assert "Ben" not in glass.page.content()


def dry(glass: Glass) -> float:
    """The part of the front band that is used up, in percent."""
    return float(glass.page.evaluate("parseFloat(document.querySelector('.dry').style.getPropertyValue('--spent'))"))


def test_whoever_wants_quiet_is_not_named(shop: Shop, profiles: Profiles) -> None:
    chosen: dict[str, Greeting] = {"Amina": "points", "Ben": "none"}
    for name, greeting in chosen.items():
        shop.enrol_as(person(name), make.enrolment(person(name), greeting=greeting))
        habit(shop, name)
    every, one = profiles.counter(shop), profiles.counter(shop, "1")
    shop.checkin(shop.presence(person("Amina")))
    for glass in (every, one):
        glass.shows("Card read — 15 stamps of 10", waiting=[])
    shop.checkin(shop.presence(person("Ben"), till="2"))
    every.until(lambda: every.page.locator(".waits").count() == 1, "one waits without a name")
    for glass in (every, one):
        assert not any(name in glass.page.content() for name in ("Amina", "Ben"))
        assert not any(name in str(glass.messages) for name in ("Amina", "Ben"))
    one.press("Escape")
    one.idle()
    every.until(lambda: every.page.locator(".waits").count() == 0, "the tick is gone by itself")
    every.idle()
