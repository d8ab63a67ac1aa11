"""Every screen in every main state, in light and dark: an automated check of WCAG 2.2 AA finds nothing."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from loyalty.wire import Tender
from tests import make
from tests.browser.glass import PHONE, Glass, Profiles
from tests.browser.guests import habit, known, person
from tests.promises.test_signing_in import token_of
from tests.running import Shop

pytestmark = pytest.mark.browser

DESKTOP = (1440, 900)
AXE = Path(__file__).parents[2] / "frontend" / "node_modules" / "axe-core" / "axe.min.js"
CHECK = """
async (scheme) => {
  const tags = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];
  const runOnly = scheme === "light" ? tags : ["color-contrast"]; // nothing but colours depends on the theme
  const { violations } = await axe.run(document, { runOnly, resultTypes: ["violations"] });
  return violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ target }) => target).join(", ")}`);
}
"""


class Walk:
    """Checks whatever a page shows, in both themes, as the states of a screen are walked through."""

    def __init__(self, page: Page) -> None:
        self.page = page
        page.evaluate(AXE.read_text(encoding="utf-8"))

    def check(self, state: str) -> None:
        for scheme in ("light", "dark"):
            self.page.emulate_media(color_scheme=scheme)
            expect(self.page.locator("html")).to_have_attribute("data-theme", scheme)
            found = self.page.evaluate(CHECK, scheme)
            assert not found, f"{state}, {scheme}: {found}"


def test_counter_cues_forms_and_notices(shop: Shop, profiles: Profiles) -> None:
    glass = profiles.counter(shop, "1", reduced_motion="reduce")
    walk = Walk(glass.page)
    walk.check("first day")
    known(shop, "Amina", "Ben", "Juma", "مريم")
    habit(shop, "Amina")
    cue(shop, glass, "Amina")
    walk.check("a cue that celebrates or offers")
    glass.press("w")
    walk.check("why")
    for name in ("Ben", "Juma", "مريم"):
        cue(shop, glass, name)
    walk.check("a queue")
    glass.press("1")
    walk.check("the bar of undo")
    glass.press("3")
    walk.check("wrong person")
    glass.press("n")
    walk.check("new card")
    glass.button("Save").click()
    walk.check("new card, not filled in")
    glass.page.get_by_label("First name").fill("Nuria")
    glass.button("Yes").click()
    glass.button("Save").click()
    expect(glass.page.locator(".made .qr")).to_be_visible()
    walk.check("a card that was just made")
    glass.press("Escape")
    glass.press("f")
    walk.check("find a card")
    glass.press("Escape")
    glass.scan("ZZZZZZZZ")
    glass.shows("Nobody is known by this card.")
    walk.check("a stranger")
    glass.press("?")
    walk.check("keys")


def test_counter_questions_quiet_and_trouble(shop: Shop, profiles: Profiles) -> None:
    amina, ben = known(shop, "Amina", "Ben")
    quiet = person("Juma")
    shop.enrol_as(quiet, make.enrolment(quiet, greeting="points"))
    glass = profiles.counter(shop, "1", reduced_motion="reduce")
    walk = Walk(glass.page)
    walk.check("idle")
    shop.checkin(shop.presence(quiet))
    glass.shows("Card read")
    walk.check("a quiet card")
    glass.press("Escape")
    tenders = tuple(Tender(kind="card", amount=19000, fingerprint=one.who.fingerprint) for one in (amina, ben))
    shop.post(shop.sale(tenders=tenders))
    glass.shows("Is this ")
    walk.check("a question")
    glass.press("3")
    glass.page.context.set_offline(True)
    wrong = profiles.page(f"{shop.service.url}/counter.html#shop={shop.id}&key=screen_nobody")
    expect(wrong.get_by_role("heading", name="This screen needs a new link.")).to_be_visible()
    Walk(wrong).check("key refused")
    glass.shows("No link. Sell as usual.")
    walk.check("offline")


def test_card(shop: Shop, profiles: Profiles) -> None:
    [amina] = known(shop, "Amina")
    habit(shop, "Amina")
    page = profiles.page(f"{shop.service.url}/card.html#{amina.card_key}", size=PHONE)
    expect(page.locator(".qr")).to_be_visible()
    walk = Walk(page)
    walk.check("the card")
    page.get_by_label("Just my points").check()
    expect(page.get_by_role("status")).to_contain_text("Saved.")
    walk.check("a choice that was saved")
    page.get_by_role("button", name="Undo").click()
    page.get_by_role("button", name="Not my usual today").click()
    expect(page.get_by_text("Today is different.")).to_be_visible()
    walk.check("today is different")
    shop.checkin(shop.presence(amina.who))
    page.get_by_role("button", name="What we know").click()
    expect(page.get_by_role("heading", name="What we never look at")).to_be_visible()
    walk.check("what we know")
    page.get_by_role("button", name="Erase me").click()
    page.get_by_label("The last four letters").fill("2222")
    page.keyboard.press("Enter")
    expect(page.get_by_role("alert")).to_contain_text("not the last four")
    walk.check("erasing, with the wrong letters")
    page.get_by_role("button", name="Keep my card").click()
    page.get_by_role("button", name="Card", exact=True).click()
    page.get_by_label("Leave me alone").check()
    walk.check("leave me alone")
    other = profiles.page(f"{shop.service.url}/card.html#nobody", size=PHONE)
    expect(other.get_by_role("heading", name="This card is not in use.")).to_be_visible()
    Walk(other).check("a link that opens nothing")


def test_owner(shop: Shop, profiles: Profiles) -> None:
    url = f"{shop.service.url}/owner.html#key={shop.owner_key}"
    page = profiles.page(url, size=DESKTOP)
    expect(page.get_by_role("heading", name="Nobody has a card yet.")).to_be_visible()
    Walk(page).check("a new shop")
    known(shop, "Amina", "Ben", "مريم", "သီရိ")
    for name in ("Amina", "مريم", "သီရိ"):
        habit(shop, name)
    shop.post([shop.sale(who=person("Ben"), at=make.at("12:05", day)) for day in (25, 27, 29)])
    shop.post([shop.sale(who=person("Amina")), shop.sale(id="1041")])
    shop.refused({"id": "x"}, 422)
    page.reload()
    expect(page.get_by_role("rowheader")).to_have_count(4)
    walk = Walk(page)
    walk.check("the page")
    page.set_viewport_size({"width": PHONE[0], "height": PHONE[1]})
    walk.check("the page on a phone")
    page.get_by_role("button", name="1041").click()
    page.get_by_role("button", name="Put it on a person").click()
    expect(page.locator(".pick li")).to_have_count(4)
    page.get_by_role("button", name="New counter screen").click()
    expect(page.locator(".secret")).to_be_visible()
    walk.check("a sale explained, and a key that was made")
    page.get_by_role("searchbox").first.fill("nobody of that name")
    expect(page.get_by_text("Nobody fits.")).to_be_visible()
    walk.check("nobody found")
    page.get_by_role("searchbox").first.fill("")
    page.get_by_role("rowheader").get_by_role("link", name="Amina").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Amina")
    page.get_by_role("button", name="Erase this person").click()
    walk.check("one person, to be erased")
    known(shop, "Juma")
    shop.service.pass_time(days=12)
    shop.post([shop.sale(who=person("Juma"), at=make.at("12:05", day)) for day in range(31, 42)])
    page.goto(f"{shop.service.url}/owner.html#today")
    page.reload()
    expect(page.locator(".late li")).to_have_count(3)
    Walk(page).check("regulars who are late, and tills that are silent")
    locked = profiles.page(f"{shop.service.url}/owner.html", size=PHONE)
    expect(locked.get_by_role("heading", level=1)).to_have_text("Sign in")
    Walk(locked).check("signing in")
    fresh = profiles.page(f"{shop.service.url}/owner.html#setup={token_of(shop)}", size=PHONE)
    expect(fresh.get_by_role("heading", level=1)).to_have_text("Your page, from now on")
    Walk(fresh).check("the set-up link")


def cue(shop: Shop, glass: Glass, name: str) -> None:
    shop.checkin(shop.presence(person(name)))
    glass.until(lambda: name in glass.page.locator(".counter").inner_text(), name)
