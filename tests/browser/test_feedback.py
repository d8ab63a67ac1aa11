"""How was it? Asked on the card after everything else, said to the owner, and answered: on a phone, in every state."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests import make
from tests.browser.glass import PHONE, Profiles
from tests.browser.guests import habit, known
from tests.browser.test_access import DESKTOP, Walk
from tests.running import Enrolled, Shop

pytestmark = pytest.mark.browser

NARROW = (320, 600)
WORDS = "The milk was cold."
CUT = """
() => [...document.querySelectorAll(".choices button, .write button, .tabs button")]
  .filter((it) => it.scrollWidth > it.clientWidth).map((it) => it.textContent)
"""

EDGES = "all => all.map(it => it.getBoundingClientRect()).flatMap(({ left, right }) => [left, right])"


class Album:
    """Pictures of the states, kept beside the test."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def take(self, page: Page, name: str) -> None:
        page.emulate_media(color_scheme="light")
        page.screenshot(path=self.folder / f"{name}.png", full_page=True)


def opened(profiles: Profiles, shop: Shop, who: Enrolled, size: tuple[int, int] = PHONE, **options: str) -> Page:
    page = profiles.page(f"{shop.service.url}/card.html#{who.card_key}", size=size, **options)
    expect(page.locator(".qr")).to_be_visible()
    return page


@pytest.fixture
def amina(shop: Shop) -> Enrolled:
    """A latte a day until yesterday: there is a visit to ask about."""
    [amina] = known(shop, "Amina")
    habit(shop, "Amina")
    return amina


def test_a_thumb_a_sentence_the_owners_answer_and_the_next_greeting(
    shop: Shop, profiles: Profiles, amina: Enrolled, tmp_path: Path
) -> None:
    album = Album(tmp_path)
    page = opened(profiles, shop, amina)
    asked = page.get_by_role("region", name="How was it?")
    expect(asked).to_contain_text("latte")
    walk = Walk(page)
    walk.check("a question")
    album.take(page, "question")
    widths = {round(button.bounding_box()["width"]) for button in asked.get_by_role("button").all()}  # type: ignore[index]
    assert len(widths) == 1, "Skip is as large as the rest"
    page.get_by_role("button", name="Not good").click()
    expect(page.get_by_role("button", name="Not good")).to_have_attribute("aria-pressed", "true")
    page.get_by_label("A sentence about it").fill(WORDS)
    walk.check("a thumb, and a sentence")
    album.take(page, "thumb")
    asked.get_by_role("button", name="Send").click()
    expect(asked.get_by_role("status")).to_contain_text("Thank you.")
    walk.check("thanks")
    page.get_by_role("button", name="Tell us").click()
    expect(page.locator(".thread li")).to_have_text([re.compile(WORDS)])
    walk.check("the thread")
    page.get_by_role("button", name="Card", exact=True).click()

    owner = profiles.page(f"{shop.service.url}/owner.html#key={shop.owner_key}", size=DESKTOP)
    expect(owner.get_by_role("heading", name="To read: 1. To put right: 1.")).to_be_visible()
    owner.get_by_role("button", name="Read Amina").click()
    expect(owner.locator(".thread li")).to_have_text([re.compile(WORDS)])
    Walk(owner).check("a thread that is to be answered")
    owner.locator("#told").screenshot(path=tmp_path / "owner.png")
    owner.get_by_label("Your answer, and what was done").fill("A new machine came today. The next one is on us.")
    owner.get_by_role("button", name="Send, it is put right").click()
    expect(owner.get_by_role("heading", name="Everything is read and put right.")).to_be_visible()
    expect(owner.get_by_role("textbox", name="Your answer")).to_have_value("")
    Walk(owner).check("put right")
    owner.set_viewport_size({"width": PHONE[0], "height": PHONE[1]})
    Walk(owner).check("put right, on a phone")
    owner.locator("#told").screenshot(path=tmp_path / "owner-phone.png")

    tab = page.get_by_role("button", name=re.compile(r"Tell us \(New: 1\)"))
    expect(tab).to_be_visible()
    album.take(page, "unread")
    tab.click()
    expect(page.locator(".thread li")).to_have_count(2)
    expect(page.get_by_text("Put right")).to_be_visible()
    walk.check("both sides")
    album.take(page, "thread")
    shop.owner("POST", f"/v1/threads/{amina.id}", {"text": "See you soon.", "key": "k"})
    expect(page.locator(".thread li").last).to_contain_text("See you soon.")
    page.get_by_role("button", name="What we know").click()
    expect(page.get_by_role("heading", name="What you told us")).to_be_visible()
    walk.check("what we know")


def test_skipped_with_the_keyboard_is_gone(shop: Shop, profiles: Profiles, amina: Enrolled) -> None:
    page = opened(profiles, shop, amina)
    with page.expect_response(lambda answer: answer.url.endswith("/v1/card/answers")):
        page.get_by_role("button", name="Skip").press("Enter")
    expect(page.get_by_role("region", name="How was it?")).to_have_count(0)
    page.reload()
    expect(page.locator(".qr")).to_be_visible()
    expect(page.get_by_role("region", name="How was it?")).to_have_count(0)


def test_who_wants_to_be_left_alone_is_not_asked(shop: Shop, profiles: Profiles, amina: Enrolled) -> None:
    page = opened(profiles, shop, amina)
    expect(page.get_by_role("region", name="How was it?")).to_be_visible()
    page.get_by_label("Leave me alone").check()
    expect(page.get_by_role("region", name="How was it?")).to_have_count(0)


def test_without_a_network_a_sentence_stays_on_the_phone_and_is_sent_once(
    shop: Shop, profiles: Profiles, amina: Enrolled
) -> None:
    page = opened(profiles, shop, amina)
    page.get_by_role("button", name="Tell us").click()
    expect(page.get_by_text("Nothing has been said yet.")).to_be_visible()
    Walk(page).check("nothing said")
    page.route("**/v1/card/thread", lambda route: route.abort())
    page.get_by_label("Your message").fill("Do you have oat milk?")
    page.get_by_role("button", name="Send").click()
    expect(page.get_by_role("status")).to_contain_text("No network.")
    Walk(page).check("kept on this phone")
    page.unroute("**/v1/card/thread")
    with page.expect_response(lambda answer: answer.request.method == "POST"):
        page.reload()
    page.reload()
    page.get_by_role("button", name="Tell us").click()
    expect(page.locator(".thread li")).to_have_text([re.compile("Do you have oat milk?")])
    assert shop.service.one("SELECT COUNT(*) FROM sentences WHERE customer = ?", amina.id) == 1


def test_too_many_is_said_and_what_was_written_stays(shop: Shop, profiles: Profiles, amina: Enrolled) -> None:
    for n in range(10):
        shop.http("POST", "/v1/card/thread", amina.card_key, {"text": f"No. {n}", "key": f"{n}"})
    page = opened(profiles, shop, amina)
    page.get_by_role("button", name="Tell us").click()
    page.get_by_label("Your message").fill("One more")
    page.get_by_role("button", name="Send").click()
    expect(page.get_by_role("status")).to_contain_text("That is all for one day.")
    expect(page.get_by_label("Your message")).to_have_value("One more")


@pytest.mark.parametrize("language", ["en", "sw", "my", "ar"])
def test_it_fits_narrow_phones_in_every_language(shop: Shop, profiles: Profiles, language: str, tmp_path: Path) -> None:
    its = shop.service.open_shop(language=language)
    [amina] = known(its, "Amina")
    habit(its, "Amina", make.line("Latte", "Medium", "Oat milk"))
    page = opened(profiles, its, amina, NARROW)
    for width in (320, 390, 480):
        page.set_viewport_size({"width": width, "height": 844})
        for state in ("question", "thumb", "tell"):
            if state == "thumb":
                page.locator(".choices button").nth(1).click()
            elif state == "tell":
                page.locator(".tabs button").nth(2).click()
                expect(page.locator("#message")).to_be_visible()
            page.screenshot(path=tmp_path / f"{language}-{state}-{width}.png", full_page=True)
            assert page.evaluate("document.documentElement.scrollWidth") <= width, (state, width)
            assert page.evaluate(CUT) == [], (state, width)
        page.locator(".tabs button").first.click()
    its.http("POST", f"/v1/threads/{amina.id}", its.owner_key, {"text": "Thank you for telling us.", "key": "k"})
    expect(page.locator(".tabs .fresh")).to_be_visible()
    for width in (320, 390, 480):
        page.set_viewport_size({"width": width, "height": 844})
        page.screenshot(path=tmp_path / f"{language}-unread-{width}.png")
        assert page.evaluate(CUT) == [], width
        edges = page.locator(".tabs .fresh, .tabs .fresh span").evaluate_all(EDGES)
        assert min(edges) >= 0, width
        assert max(edges) <= width, width
    page.locator(".tabs button").nth(2).click()
    expect(page.locator(".thread li")).to_have_count(2)
    page.set_viewport_size({"width": 390, "height": 844})
    page.screenshot(path=tmp_path / f"{language}-thread.png", full_page=True)


def test_the_counter_takes_care_and_names_no_reason(shop: Shop, profiles: Profiles, amina: Enrolled) -> None:
    question = shop.http("GET", "/v1/card", amina.card_key).json()["question"]["id"]
    said = {"question": question, "thumb": "down", "text": WORDS}
    assert shop.http("POST", "/v1/card/answers", amina.card_key, said).status_code == 204
    glass = profiles.counter(shop, "1")
    shop.checkin(shop.presence(amina.who))
    glass.shows("Look after Amina", waiting=[])
    glass.press("w")
    expect(glass.page.get_by_text("Take a little more care today")).to_be_visible()
    assert "milk" not in glass.page.locator("body").inner_text()
