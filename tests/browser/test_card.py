"""The customer's card: its code can be scanned, and what is chosen on it holds at the very next visit."""

from __future__ import annotations

import io
import json
import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
import zxingcpp
from PIL import Image
from playwright.sync_api import Page, expect

from loyalty.core import rotating
from tests import make
from tests.browser.glass import PHONE, Profiles, kept_on_the_phone
from tests.browser.guests import habit, known
from tests.running import Enrolled, Shop

pytestmark = pytest.mark.browser

NARROW = (320, 600)


def open_card(profiles: Profiles, shop: Shop, known: Enrolled, **options: Any) -> Page:
    return profiles.page(f"{shop.service.url}/card.html#{known.card_key}", **{"size": PHONE} | options)


def saved(page: Page, act: Callable[[], None]) -> None:
    """What is chosen shows at once; here it is waited for until the service has it too."""
    with page.expect_response(lambda answer: answer.request.method != "GET" and "/v1/" in answer.url):
        act()


@pytest.mark.parametrize(("size", "scheme"), [(PHONE, "light"), (PHONE, "dark"), (NARROW, "dark")])
def test_the_qr_on_the_glass_is_the_card_to_another_decoder(shop: Shop, profiles: Profiles, size, scheme) -> None:
    amina = shop.enrol()
    page = open_card(profiles, shop, amina, size=size, color_scheme=scheme)
    expect(page.get_by_role("img", name="Your card as a QR code")).to_be_visible()
    with Image.open(io.BytesIO(page.screenshot())) as picture:
        [found] = zxingcpp.read_barcodes(picture)
    assert found.format == zxingcpp.BarcodeFormat.QRCode
    assert is_code_of(found.text, amina)
    assert "".join(page.locator(".code").inner_text().split()) == amina.card


def test_a_greeting_chosen_on_the_card_changes_the_very_next_cue(shop: Shop, profiles: Profiles) -> None:
    [amina] = known(shop, "Amina")
    habit(shop, "Amina")
    glass = profiles.counter(shop, "1")
    page = open_card(profiles, shop, amina)
    expect(page.get_by_role("heading", level=1)).to_have_text("Amina")
    for choice, said in (
        ("By name", "Greet Amina"),
        ("Just my points", "Card read — 15 stamps of 10"),
        ("Leave me alone", "✓"),
        ("By name and usual", "Greet Amina — latte?"),
    ):
        saved(page, page.get_by_label(choice, exact=True).check)
        expect(page.get_by_role("status")).to_contain_text("Saved.")
        cue = shop.checkin(shop.presence(amina.who))["cue"]
        glass.shows(said, waiting=[])
        assert glass.sentence == said
        with shop.counter("1") as screen:
            screen.opened()
            screen.done(cue["id"], "dismissed")
        glass.idle()
    saved(page, page.get_by_role("button", name="Undo").click)
    expect(page.get_by_label("Leave me alone")).to_be_checked()
    shop.checkin(shop.presence(amina.who))
    glass.shows("✓", waiting=[])


def is_code_of(text: str, known: Enrolled) -> bool:
    code = rotating.read(text)
    return code is not None and code.letters == known.card


def read_off(page: Page) -> str:
    """What a scanner sees of it."""
    expect(page.locator("svg.qr")).to_be_visible()
    with Image.open(io.BytesIO(page.screenshot())) as picture:
        [found] = zxingcpp.read_barcodes(picture)
    text: str = found.text
    return text


def test_the_card_is_shown_from_the_phone_when_there_is_no_network(shop: Shop, profiles: Profiles) -> None:
    amina = shop.enrol()
    page = open_card(profiles, shop, amina)
    expect(page.locator(".qr")).to_be_visible()
    page.route("**/v1/card", lambda route: route.abort())
    page.route_web_socket("**/v1/card/live", lambda socket: socket.close())
    page.reload()
    expect(page.get_by_text("Shown from this phone, as of")).to_be_visible()
    assert is_code_of(read_off(page), amina)


def test_a_link_that_opens_no_card_says_so(shop: Shop, profiles: Profiles) -> None:
    page = profiles.page(f"{shop.service.url}/card.html#nobody", size=PHONE)
    expect(page.get_by_role("heading", name="This card is not in use.")).to_be_visible()


def test_not_my_usual_today_holds_for_the_next_order(shop: Shop, profiles: Profiles) -> None:
    [amina] = known(shop, "Amina")
    habit(shop, "Amina")
    glass = profiles.counter(shop, "1")
    page = open_card(profiles, shop, amina)
    toggle = page.get_by_role("button", name="Not my usual today")
    expect(toggle).to_have_attribute("aria-pressed", "false")
    saved(page, toggle.click)
    expect(toggle).to_contain_text("Today is different. Your usual stays.")
    shop.checkin(shop.presence(amina.who))
    glass.shows("Greet Amina", waiting=[])
    assert glass.sentence == "Greet Amina"
    saved(page, toggle.click)
    expect(toggle).to_contain_text("next order only")
    shop.checkin(shop.presence(amina.who))
    glass.shows("Greet Amina — latte?")


def test_what_we_know_shows_the_very_cue_and_what_is_changed_there_holds(shop: Shop, profiles: Profiles) -> None:
    [amina] = known(shop, "Amina")
    habit(shop, "Amina")
    cue = shop.checkin(shop.presence(amina.who))["cue"]
    page = open_card(profiles, shop, amina)
    page.get_by_role("button", name="What we know").click()
    expect(page.locator(".cue .say")).to_have_text(cue["say"])
    expect(page.locator(".cue .act")).to_have_text(cue["act"][0]["text"])
    page.get_by_role("button", name="Remove: Phone").click()
    expect(page.get_by_role("button", name="Remove: Phone")).to_have_count(0)
    assert shop.http("POST", "/v1/checkins", shop.screen_key, shop.presence(amina.who)).status_code == 404
    page.get_by_role("button", name="New code: This card").click()
    expect(page.locator(".knows")).not_to_contain_text(amina.card[:4])
    page.get_by_role("button", name="Card", exact=True).click()
    fresh = "".join(page.locator(".code").inner_text().split())
    assert fresh != amina.card
    assert shop.checkin(make.presence(amina.who, shop=shop.id, by="email"))["customer"]["id"] == amina.id
    answer = shop.http("POST", "/v1/checkins", shop.screen_key, {"shop": shop.id, "card": fresh})
    assert answer.status_code == 200


def test_a_copy_is_a_file_and_erased_is_gone(shop: Shop, profiles: Profiles) -> None:
    [amina] = known(shop, "Amina")
    habit(shop, "Amina")
    page = open_card(profiles, shop, amina)
    page.get_by_role("button", name="What we know").click()
    with page.expect_download() as taken:
        page.get_by_role("button", name="As data").click()
    copy = json.loads(taken.value.path().read_text(encoding="utf-8"))
    assert (copy["name"], len(copy["visits"])) == ("Amina", 15)
    page.get_by_role("button", name="Erase me").click()
    letters = page.get_by_label("The last four letters of your code")
    expect(letters).to_be_focused()
    letters.fill("2222")
    page.keyboard.press("Enter")
    expect(page.get_by_role("alert")).to_contain_text("not the last four letters")
    letters.fill(amina.card[-4:])
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="You are erased.")).to_be_visible()
    page.reload()
    expect(page.get_by_role("heading", name="This card is not in use.")).to_be_visible()
    assert shop.http("GET", f"/v1/customers/{amina.id}", shop.owner_key).status_code == 410


def test_the_page_itself_opens_without_a_network_and_shows_the_code(shop: Shop, profiles: Profiles) -> None:
    amina = shop.enrol()
    page = open_card(profiles, shop, amina)
    expect(page.locator(".qr")).to_be_visible()
    kept_on_the_phone(page)
    page.context.set_offline(True)
    page.goto(f"{shop.service.url}/card.html")
    expect(page.get_by_text("Shown from this phone, as of")).to_be_visible()
    assert is_code_of(read_off(page), amina)


def test_every_date_on_which_points_end_and_what_a_reward_asks_is_on_the_card(shop: Shop, profiles: Profiles) -> None:
    amina = shop.enrol()
    asks = {"minimum": 50_000, "match": {"name": "Latte"}}
    reward = {"id": "free", "name": "Free latte", "points": 20, "kind": "percent-off", "percent": 15} | asks
    earn = [{"kind": "visit", "points": 3}]
    shop.owner("PUT", "/v1/program", {"earn": earn, "rewards": [reward], "expire_days": 30, "pending_hours": 24})
    for days in (9, 4, 0):
        shop.post(shop.sale(who=amina.who, at=shop.service.now - timedelta(days=days)))
    page = open_card(profiles, shop, amina)
    rows = page.locator(".lots li")
    expect(rows).to_have_count(4)
    expect(rows.nth(0)).to_have_text("3 points more, soon")
    expect(rows.nth(1)).to_have_text(re.compile("^3 points until "))
    expect(page.get_by_role("progressbar", name="6 of 20 points")).to_be_visible()
    expect(page.locator("section.points .meta")).to_have_text(re.compile("^15.% off. From KES.500 on. For .Latte.\\.$"))


def test_leave_me_alone_keeps_code_stamps_and_the_way_back(shop: Shop, profiles: Profiles) -> None:
    [amina] = known(shop, "Amina")
    habit(shop, "Amina")
    page = open_card(profiles, shop, amina)
    page.get_by_label("Leave me alone").check()
    expect(page.get_by_role("status")).to_contain_text("Saved.")
    expect(page.locator(".qr")).to_be_visible()
    expect(page.locator(".stamps")).to_be_visible()
    for gone in (".usual", ".row"):
        expect(page.locator(gone)).to_have_count(0)
    assert "Amina" not in page.locator("main").inner_text()
    page.get_by_label("By name", exact=True).check()
    expect(page.get_by_role("heading", level=1)).to_have_text("Amina")
