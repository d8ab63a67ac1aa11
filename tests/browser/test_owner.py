"""The owner's page: signed in by name and password, or opened by a key; everybody is found, every sale explained."""

from __future__ import annotations

import json

import pytest
from playwright.sync_api import Page, expect

from tests import make
from tests.browser.glass import PHONE, Profiles
from tests.browser.guests import habit, known, person
from tests.running import Service, Shop

pytestmark = pytest.mark.browser

DESKTOP = (1440, 900)
PASSWORD = "a long sentence"


def open_page(profiles: Profiles, shop: Shop, place: str = "", size: tuple[int, int] = DESKTOP) -> Page:
    page = profiles.page(f"{shop.service.url}/owner.html#key={shop.owner_key}", size=size)
    expect(page.get_by_role("heading", level=1)).not_to_have_text("\u00a0")
    if place:
        page.goto(f"{shop.service.url}/owner.html#{place}")
    return page


def test_the_set_up_link_sets_a_password_once_and_then_one_signs_in(service: Service, profiles: Profiles) -> None:
    done = service.command("init", "--shop", "Harbour", "--currency", "KES", "--timezone", "Africa/Nairobi", "--json")
    fragment = json.loads(done.stdout)["owner_url"].partition("#")[2]
    page = profiles.page(f"{service.url}/owner.html#{fragment}")
    expect(page.get_by_role("heading", level=1)).to_have_text("Your page, from now on")
    assert page.url == f"{service.url}/owner.html", "the secret leaves the address"
    page.get_by_label("E-mail or name").fill("Wanjiru of Harbour")
    page.get_by_label("A password of at least ten letters").fill(PASSWORD)
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Nobody has a card yet.")).to_be_visible()
    page.reload()
    expect(page.get_by_role("heading", name="Nobody has a card yet.")).to_be_visible()
    assert page.evaluate("document.cookie") == "", "no script reads the session"
    page.get_by_role("button", name="Sign out").first.click()
    expect(page.get_by_role("status").filter(has_text="You are signed out.")).to_be_visible()  # the page went
    page.reload()
    page.get_by_label("E-mail or name").fill("wanjiru of harbour")
    page.get_by_label("Password").fill("not this one")
    page.keyboard.press("Enter")
    expect(page.get_by_role("alert")).to_have_text("This name and this password do not belong together.")
    page.get_by_label("Password").fill(PASSWORD)
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Nobody has a card yet.")).to_be_visible()
    other = profiles.page(f"{service.url}/owner.html#{fragment}")
    expect(other.get_by_role("status")).to_have_text("This set-up link was used before. Sign in here.")
    expect(other.get_by_label("A password of at least ten letters")).to_have_count(0)
    other.get_by_label("E-mail or name").fill("wanjiru of harbour")
    other.get_by_label("Password").fill(PASSWORD)
    other.keyboard.press("Enter")
    expect(other.get_by_role("heading", name="Nobody has a card yet.")).to_be_visible()


def test_the_headline_of_a_new_shop_stands_where_every_other_does(shop: Shop, profiles: Profiles) -> None:
    page = open_page(profiles, shop)
    expect(page.get_by_role("heading", name="Nobody has a card yet.")).to_be_visible()
    edges = page.evaluate(
        "['#today .eye', '#today h1'].map((it) => document.querySelector(it).getBoundingClientRect().x)"
    )
    assert edges[0] == edges[1]


def test_today_is_a_sentence_and_who_is_here_is_ticked(shop: Shop, profiles: Profiles) -> None:
    known(shop, "Amina", "Ben", "သီရိ")
    for name in ("Amina", "Ben", "သီရိ"):
        habit(shop, name)
    shop.post(shop.sale(who=person("Ben")))
    page = open_page(profiles, shop)
    expect(page.get_by_role("heading", level=1)).to_have_text(
        "Three regulars are expected today. Nobody is late by their own rhythm."
    )
    expect(page.get_by_role("heading", name="One is here already.")).to_be_visible()
    rows = page.locator(".expected li")
    expect(rows).to_have_count(3)
    expect(rows.filter(has_text="Ben").locator(".tick")).to_be_visible()
    expect(rows.filter(has_text="Amina")).to_contain_text("usually 12:05 to 12:05")
    known(shop, "Juma")
    shop.service.pass_time(days=12)
    shop.post([shop.sale(who=person("Juma"), at=make.at("12:05", day)) for day in range(31, 42)])
    page.reload()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Three are late by their own rhythm.")
    expect(page.locator(".late li").first).to_contain_text("every day, now 1")


def test_everybody_is_listed_and_found_by_name_number_letters_and_stage(shop: Shop, profiles: Profiles) -> None:
    amina, *_ = known(shop, "Amina", "Ben", "Thiri")
    habit(shop, "Amina")
    page = open_page(profiles, shop)
    names = page.get_by_role("rowheader").locator(".name")
    expect(names).to_have_count(3)
    expect(page.get_by_role("row", name="Amina")).to_contain_text("every day")
    find = page.get_by_label("Find a person")
    page.keyboard.press("/")
    expect(find).to_be_focused()
    for text, found in (("thi", "Thiri"), (person("Ben").phone, "Ben"), (amina.card, "Amina")):
        find.fill(text)
        expect(names).to_have_text([found])
    find.fill("nobody of that name")
    expect(page.get_by_text("Nobody fits.")).to_be_visible()
    find.fill("")
    page.get_by_role("button", name="Regular", exact=True).click()
    expect(names).to_have_text(["Amina"])


def test_one_person_is_opened_by_keyboard_read_copied_and_erased(shop: Shop, profiles: Profiles) -> None:
    [amina] = known(shop, "Amina")
    habit(shop, "Amina")
    shop.checkin(shop.presence(amina.who))
    page = open_page(profiles, shop)
    page.get_by_role("rowheader").get_by_role("link", name="Amina").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Amina")
    expect(page.get_by_role("heading", name="latte")).to_be_visible()
    expect(page.get_by_text("15 of 15 visits")).to_be_visible()
    expect(page.get_by_text("Greet \u2068Amina\u2069 — latte?")).to_be_visible()
    with page.expect_download() as taken:
        page.get_by_role("button", name="Take a copy").click()
    assert json.loads(taken.value.path().read_text(encoding="utf-8"))["name"] == "Amina"
    page.get_by_role("button", name="Erase this person").click()
    page.get_by_role("button", name="Keep").click()
    page.get_by_role("button", name="Erase this person").click()
    page.get_by_role("group", name="Erase this person").get_by_role("button", name="Erase this person").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Nobody has a card yet.")
    assert shop.http("GET", f"/v1/customers/{amina.id}", shop.owner_key).status_code == 410


def test_a_sale_that_did_nothing_is_explained_and_put_on_a_person(shop: Shop, profiles: Profiles) -> None:
    [amina, _] = known(shop, "Amina", "Ben")
    shop.post(shop.sale(id="1041"))
    page = open_page(profiles, shop)
    page.get_by_role("button", name="1041").click()
    expect(page.get_by_role("heading", name="Sale 1041 is nobody’s. Nobody showed a card.")).to_be_visible()
    expect(page.locator(".trace li")).to_have_count(6)
    page.get_by_role("button", name="Put it on a person").click()
    page.get_by_label("Whose was it?").fill("ami")
    page.get_by_role("button", name="Theirs Amina").click()
    expect(page.get_by_role("heading", name="gave \u2068Amina\u2069 1 point")).to_be_visible()
    assert shop.customer(amina)["points"] == 1
    page.get_by_role("button", name="Decide again").click()
    expect(page.get_by_role("heading", name="Sale 1041 is nobody’s.")).to_be_visible()
    page.get_by_label("Receipt number").fill("no such")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="No sale no such has come to this shop.")).to_be_visible()


def test_tills_what_was_set_aside_and_a_new_screen(shop: Shop, profiles: Profiles) -> None:
    known(shop, "Amina")
    habit(shop, "Amina")
    shop.refused({"id": "x"}, 422)
    glass = profiles.counter(shop, "1")
    page = open_page(profiles, shop)
    expect(page.locator(".tills")).to_contain_text("1 connected")
    expect(page.locator(".aside")).to_contain_text("source is missing")
    page.get_by_role("button", name="Read again").click()
    expect(page.get_by_text("It still cannot be read")).to_be_visible()
    page.get_by_role("button", name="New counter screen").click()
    link = page.locator(".secret").inner_text()
    fresh = profiles.page(link)
    expect(fresh.locator(".top .unseen", has_text="Connected")).to_be_attached()
    page.get_by_role("button", name="I have it").click()
    expect(page.locator(".secret")).to_have_count(0)
    glass.ready()


def test_surprises_are_allowed_counted_and_their_spread_is_told(shop: Shop, profiles: Profiles, tmp_path) -> None:
    amina, ben = known(shop, "Amina", "Ben")
    for name in ("Amina", "Ben"):
        habit(shop, name)
    page = open_page(profiles, shop, "surprises")
    panel = page.locator("#surprises")
    expect(panel.get_by_role("heading", level=2)).to_have_text("No surprises yet. How many a week?")
    panel.get_by_label("Surprises a week").fill("20")
    panel.get_by_label("One costs (KES)").fill("300")
    expect(panel.get_by_label("Staff may give more, with a reason")).to_be_visible()
    panel.get_by_role("button", name="From today").click()
    expect(panel.get_by_role("heading", level=2)).to_have_text("20 of this week’s 20 surprises are left.")
    for n in range(13):
        body = {"customer": (ben if n == 0 else amina).id, "reason": "thanks", "key": f"k{n}", "shop": shop.id}
        shop.owner("POST", "/v1/surprises", body)
    page.reload()
    expect(panel.get_by_role("heading", level=2)).to_have_text(
        "7 of this week’s 20 surprises are left. One person gets more than chance would give."
    )
    expect(panel.locator(".sums").first).to_contain_text("KES 3,900")
    expect(panel).to_contain_text("In four weeks 2 people got 13; one of them 12.")
    panel.screenshot(path=tmp_path / "surprises.png")
    page.set_viewport_size({"width": PHONE[0], "height": PHONE[1]})
    panel.screenshot(path=tmp_path / "surprises-phone.png")
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_several_shops_are_told_apart(shop: Shop, profiles: Profiles) -> None:
    known(shop, "Amina")
    shop.service.pass_time(seconds=1)  # the older shop is shown first
    shop.owner("POST", "/v1/shops", {"name": "Harbour", "currency": "KES", "timezone": "Africa/Nairobi"})
    habit(shop, "Amina")
    page = open_page(profiles, shop)
    expect(page.get_by_role("heading", level=1)).to_contain_text("One regular is expected")
    page.get_by_label("Shop").first.select_option("Harbour")
    expect(page.get_by_role("heading", level=1)).to_have_text("No regulars yet. The third visit begins one.")


def test_the_last_figures_stay_when_newer_ones_cannot_be_had(shop: Shop, profiles: Profiles) -> None:
    known(shop, "Amina")
    habit(shop, "Amina")
    page = open_page(profiles, shop, size=PHONE)
    page.route("**/v1/today**", lambda route: route.abort())
    page.get_by_label("Receipt number").fill("x")
    page.evaluate("dispatchEvent(new Event('online'))")
    page.goto(f"{shop.service.url}/owner.html#today")
    page.reload()
    expect(page.get_by_text("The figures cannot be had just now.")).to_be_visible()
    page.unroute("**/v1/today**")
    page.get_by_role("button", name="Try now").first.click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("One regular is expected")


def test_a_wrong_key_opens_nothing(service: Service, profiles: Profiles) -> None:
    page = profiles.page(f"{service.url}/owner.html#key=owner_nobody")
    expect(page.get_by_role("status")).to_have_text("This key is no longer good.")


def test_html_in_a_receipt_number_is_text(shop: Shop, profiles: Profiles) -> None:
    known(shop, "Amina")
    shop.post(shop.sale(id="<img src=x onerror=hit=1>", at=make.at("12:00", 30)))
    page = open_page(profiles, shop)
    page.locator(".nobodys button").click()
    expect(page.get_by_role("heading", name="<img src=x onerror=hit=1>")).to_be_visible()
    assert page.evaluate("typeof hit") == "undefined"
