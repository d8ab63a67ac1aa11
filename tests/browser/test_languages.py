"""The screens speak four languages: each in its own direction, type and letters, loaded alone, fitting everywhere."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from loyalty import words
from loyalty.wire import Line
from tests import make
from tests.browser.glass import PAUSE_MS, PHONE, Glass, kept_on_the_phone, plain
from tests.browser.guests import habit, known, person
from tests.browser.test_access import Walk as Access
from tests.browser.test_text import COVERED, OVERFLOWING
from tests.running import Shop

pytestmark = pytest.mark.browser

SIZES = ((1280, 800), (800, 1280), (360, 740), (320, 600))
WIDTHS = (320, 390, 640)
LATTE = make.line("Latte", "Medium", "Oat milk")
TEA = make.line("လက်ဖက်ရည်", "ချိုစိမ့်")
MILKY = make.line("لاتيه", "وسط", "حليب شوفان")
# language, direction, who comes, their usual, what is said
SAID: tuple[tuple[str, str, str, Line, str], ...] = (
    ("sw", "ltr", "Juma", LATTE, "Msalimie Juma — latte medium, oat milk?"),
    ("my", "ltr", "သီရိ", TEA, "သီရိကို နှုတ်ဆက်ပါ — လက်ဖက်ရည် ချိုစိမ့်လား?"),
    ("ar", "rtl", "أمينة", MILKY, "ترحيب بـ أمينة — لاتيه وسط، حليب شوفان؟"),
)
LONGEST = "Maximiliane Adelgunde"
QUIET = "Otieno"
FREE = {"id": "free-latte", "name": "Free latte", "points": 10, "kind": "free-item", "worth": 30000}
ASKS = {"minimum": 50_000, "match": {"name": "Latte"}}
PROGRAM = {"earn": [{"kind": "visit", "points": 1}], "rewards": [FREE | ASKS]}


def written(language: str, key: str) -> str:
    """As the catalogue has it, up to its first blank, with spaces that may be broken."""
    return plain(words.read(language)[f"screen.counter.{key}"][0].partition("{")[0])


def letter(language: str, key: str) -> str:
    return written(language, f"key.{key}").split(" ")[0].lower()


def opened(shop: Shop, language: str) -> Shop:
    """The same shop speaking another language."""
    return shop.service.open_shop(language=language)


def fits(glass: Glass, state: str) -> None:
    for width, height in SIZES:
        glass.page.set_viewport_size({"width": width, "height": height})
        glass.page.evaluate("() => new Promise((drawn) => requestAnimationFrame(() => setTimeout(drawn)))")
        found = [*glass.page.evaluate(OVERFLOWING), *glass.page.evaluate(COVERED)]
        assert not found, f"{state} at {width} x {height}: {found}"
    glass.page.set_viewport_size({"width": SIZES[0][0], "height": SIZES[0][1]})


def press(glass: Glass, key: str) -> None:
    """Also what no Latin keyboard has."""
    if key.isascii():
        glass.press(key)
        return
    glass.page.wait_for_timeout(PAUSE_MS)
    glass.page.evaluate("(key) => dispatchEvent(new KeyboardEvent('keydown', { key, cancelable: true }))", key)


def spoken(page: Page, language: str, direction: str) -> None:
    expect(page.locator("html")).to_have_attribute("lang", language)
    expect(page.locator("html")).to_have_attribute("dir", direction)


def read(glass: Glass) -> str:
    return glass.sentence.replace("\n", " ")


@pytest.mark.parametrize(("language", "direction", "name", "usual", "said"), SAID)
def test_a_counter_speaks_the_language_of_its_shop(shop, profiles, language, direction, name, usual, said):
    shop = opened(shop, language)
    known(shop, name)
    habit(shop, name, usual)
    glass = profiles.counter(shop, "1")
    spoken(glass.page, language, direction)
    answer = shop.checkin(shop.presence(person(name)))
    glass.until(lambda: glass.say.count() == 1 and read(glass) == said, said)
    assert answer["cue"]["say"] == glass.messages[-1]["cue"]["say"]


class Walk:
    """One counter through all its states: whatever it shows fits every size, and an automated check finds nothing."""

    def __init__(self, glass: Glass, language: str) -> None:
        self.glass = glass
        self.language = language
        self._access = Access(glass.page)

    def look(self, state: str) -> None:
        fits(self.glass, state)
        self._access.check(state)

    def press(self, key: str) -> None:
        press(self.glass, letter(self.language, key))

    def shows(self, key: str) -> None:
        self.glass.shows(written(self.language, key))


@pytest.fixture
def walk(request, shop, profiles) -> Walk:
    """A counter in a language, with somebody known, so that it is no first day."""
    shop = opened(shop, request.param)
    request.node.stash[OPENED] = shop
    shop.owner("PUT", "/v1/program", PROGRAM)
    known(shop, QUIET)
    return Walk(profiles.counter(shop, "1", reduced_motion="reduce"), request.param)


@pytest.fixture
def its(request, walk) -> Shop:
    """The shop of that counter."""
    found: Shop = request.node.stash[OPENED]
    return found


OPENED = pytest.StashKey[Shop]()
each = pytest.mark.parametrize("walk", [row[0] for row in SAID], indirect=True)


@each
def test_cues_fit_in_every_language(its, walk):
    glass = walk.glass
    walk.look("idle")
    names = (LONGEST, "အောင်မြင့်မြတ်", "عبد الرحمن")
    for name in names:
        known(its, name)
        habit(its, name, LATTE, make.line("Croissant"))
    for waiting, name in enumerate(names):
        its.checkin(its.presence(person(name)))
        glass.until(lambda count=waiting: len(glass.waiting) == count and glass.say.count() == 1, name)
    walk.look("a queue")
    walk.press("why")
    expect(glass.page.locator(".why")).to_be_visible()
    walk.look("why")
    glass.press("Escape")
    walk.press("redeem")
    for amount in ("300", "500"):
        expect(glass.page.locator(".act")).to_contain_text(amount)
    walk.look("a reward")
    glass.press("2")
    glass.press("2")
    expect(glass.page.locator(".bar")).to_be_visible()
    walk.look("the bar of undo")
    glass.press("3")
    walk.shows("wrong.who")
    walk.look("wrong person")
    glass.page.context.set_offline(True)
    for _ in names:
        glass.press("Escape")
    walk.shows("offline")
    walk.look("offline")


@each
def test_forms_and_notices_fit_in_every_language(its, walk):
    glass = walk.glass
    walk.press("find")
    expect(glass.page.locator("input")).to_be_focused()
    glass.page.keyboard.type(QUIET[:3].lower(), delay=90)
    expect(glass.page.locator(".row")).to_have_count(1)
    walk.look("find")
    glass.page.keyboard.type("zzz", delay=90)
    expect(glass.page.locator(".row")).to_have_count(0)
    walk.look("nobody of that name")
    glass.press("Escape")
    walk.press("new")
    expect(glass.page.locator(".joins .qr")).to_be_visible()
    glass.page.locator(".b.yes").click()
    expect(glass.page.locator(".fault")).not_to_be_empty()
    walk.look("a new card, not filled in")
    glass.page.locator("input").first.fill(LONGEST)
    glass.page.locator(".choice").first.click()
    glass.page.locator(".b.yes").click()
    expect(glass.page.locator(".made .qr")).to_be_visible()
    walk.look("a card that was made")
    glass.press("Escape")
    glass.press("?")
    expect(glass.page.locator(".keys")).to_be_visible()
    walk.look("keys")
    glass.scan("ZZZZZZZZ")
    walk.shows("stranger.card")
    walk.look("a stranger")
    glass.scan("?!?!?!")
    walk.shows("unread")
    walk.look("not read")
    glass.press("Escape")
    walk.press("camera")
    walk.shows("camera.none")
    walk.look("no camera")


@pytest.mark.parametrize("language", [row[0] for row in SAID])
def test_the_first_day_and_a_refused_key_fit_in_every_language(shop, profiles, language):
    shop = opened(shop, language)
    first = Walk(profiles.counter(shop, "1"), language)
    first.shows("first-day")
    first.look("first day")
    page = profiles.page(f"{shop.service.url}/counter.html#shop={shop.id}&key=nobodys&language={language}")
    refused = Walk(Glass(page), language)
    refused.shows("refused")
    refused.look("key refused")


def test_from_right_to_left_the_band_is_on_the_right_and_the_queue_on_the_left(shop, profiles):
    shop = opened(shop, "ar")
    known(shop, "أمينة", "Juma")
    glass = profiles.counter(shop, "1", reduced_motion="reduce")
    for name in ("أمينة", "Juma"):
        shop.checkin(shop.presence(person(name)))
    glass.shows("أمينة", waiting=["Juma"])

    def box(what: str) -> dict[str, float]:
        found = glass.page.locator(what).first.bounding_box()
        assert found is not None, what
        return dict(found)

    band, rail, say = box(".screen > .band"), box(".rail"), box(".say")
    assert rail["x"] + rail["width"] <= say["x"] < say["x"] + say["width"] <= band["x"]
    assert box(".b >> nth=0")["x"] > box(".b >> nth=1")["x"]
    glass.page.set_viewport_size({"width": 800, "height": 1280})
    shop.service.pass_time(seconds=60)
    shop.checkin(shop.presence(person("Juma")))
    glass.until(lambda: box(".screen > .band .dry")["width"] > 300, "half of its age is over")
    assert box(".screen > .band .dry")["x"] == 0  # it empties towards the trailing end


def test_the_link_of_a_counter_says_another_language_than_the_shops(shop, profiles):
    known(shop, "Juma")
    page = profiles.page(shop.counter_url("1", language="sw"))
    spoken(page, "sw", "ltr")
    shop.checkin(shop.presence(person("Juma")))
    expect(page.locator(".say")).to_contain_text("Mkaribishe")
    unknown = profiles.page(shop.counter_url("1", language="xx"))
    spoken(unknown, "en", "ltr")
    shop.checkin(shop.presence(person("Juma")))
    expect(unknown.locator(".say")).to_contain_text("Welcome")


LETTERS = (("ج", "بطاقة جديدة"), ("n", "بطاقة جديدة"), ("ب", "بحث عن بطاقة"), ("?", "المفاتيح"))


@pytest.mark.parametrize(("key", "state"), LETTERS)
def test_letters_follow_the_language(shop, profiles, key, state):
    shop = opened(shop, "ar")
    known(shop, "Juma")
    glass = profiles.counter(shop, "1")
    press(glass, key)
    expect(glass.top).to_have_text(state)


@pytest.mark.parametrize("screen", ["counter", "card", "owner"])
def test_a_screen_loads_the_one_language_it_speaks_and_only_from_its_own_service(shop, profiles, screen):
    shop = opened(shop, "my")
    [juma] = known(shop, "Juma")
    address = {"counter": shop.counter_url("1"), "card": juma.card_url, "owner": f"#key={shop.owner_key}"}[screen]
    page = profiles.page("about:blank", locale="my")
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(f"{shop.service.url}/{screen}.html#{address.partition('#')[2]}")
    spoken(page, "my", "ltr")
    expect(page.locator("h1")).not_to_be_empty()
    assert all(url.startswith(shop.service.url) for url in asked)
    parts = [url.rpartition("/")[2].split("-")[0] for url in asked if "/assets/" in url]
    assert {part for part in parts if part in words.languages()} == {"my"}


@pytest.mark.parametrize(("language", "direction", "name", "usual", "said"), SAID)
def test_a_card_speaks_the_language_that_its_holder_chose(shop, profiles, language, direction, name, usual, said):
    [guest] = known(shop, name)
    habit(shop, name, usual)
    page = profiles.page(f"{shop.service.url}/card.html#{guest.card_key}", size=PHONE, reduced_motion="reduce")
    spoken(page, "en", "ltr")
    page.locator(".languages").select_option(language)
    spoken(page, language, direction)
    page.reload()
    spoken(page, language, direction)
    drink = plain(page.locator(".drink").inner_text()).strip()
    assert drink.replace("\n", " ") in said
    expect(page.locator("h1")).to_have_text(name)
    Access(page).check(f"the card in {language}")
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 800})
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), f"{language} at {width}"


def test_a_card_speaks_the_shops_language_until_its_holder_chooses(shop, profiles):
    shop = opened(shop, "ar")
    [guest] = known(shop, "أمينة")
    page = profiles.page(f"{shop.service.url}/card.html#{guest.card_key}", size=PHONE)
    spoken(page, "ar", "rtl")
    page.locator(".languages").select_option("en")
    spoken(page, "en", "ltr")
    expect(page.get_by_label("Just my points")).to_be_visible()


def test_the_cue_of_a_shop_reads_its_own_way_on_a_page_of_another_direction(shop, profiles):
    """The staff saw an English sentence: its question mark stays at its end."""
    [amina] = known(shop, "Amina")
    habit(shop, "Amina")
    shop.checkin(shop.presence(amina.who))
    page = profiles.page(f"{shop.service.url}/card.html#{amina.card_key}", size=PHONE)
    spoken(page, "en", "ltr")
    page.locator(".languages").select_option("ar")
    spoken(page, "ar", "rtl")
    page.locator("nav button").nth(1).click()
    expect(page.locator(".cue .say")).to_have_css("direction", "ltr")
    owner = profiles.page(f"{shop.service.url}/owner.html#key={shop.owner_key}", locale="ar")
    spoken(owner, "ar", "rtl")
    owner.goto(f"{shop.service.url}/owner.html#person={amina.id}")
    expect(owner.locator(".cues bdi")).to_have_css("direction", "ltr")


def test_a_card_keeps_the_words_of_its_language_for_when_there_is_no_network(shop, profiles):
    shop = opened(shop, "ar")
    [guest] = known(shop, "أمينة")
    address = f"{shop.service.url}/card.html"
    page = profiles.page(f"{address}#{guest.card_key}", size=PHONE)
    spoken(page, "ar", "rtl")
    kept_on_the_phone(page)
    page.context.set_offline(True)
    page.goto(address)
    spoken(page, "ar", "rtl")
    expect(page.locator(".offline")).to_contain_text("معروض من هذا الهاتف")


@pytest.mark.parametrize("language", [row[0] for row in SAID])
def test_the_pages_of_owners_and_customers_fit_in_every_language(shop, profiles, language):
    shop = opened(shop, language)
    [guest] = known(shop, LONGEST)
    habit(shop, LONGEST, LATTE)
    pages = [profiles.page(f"{shop.service.url}/owner.html#key={shop.owner_key}", locale=language)]
    pages.append(profiles.page(f"{shop.service.url}/card.html#{guest.card_key}", size=PHONE))
    pages.append(profiles.page(f"{shop.service.url}/card.html#{guest.card_key}", size=PHONE))
    expect(pages[0].locator("table th[scope=row]")).to_have_count(1)
    pages[2].locator(".tabs button").nth(1).click()
    expect(pages[2].locator("main h1")).to_be_visible()
    join = shop.http("POST", "/v1/joins", shop.screen_key, {"shop": shop.id}).json()
    pages.append(profiles.page(join["url"], size=PHONE, locale=language))
    pages[3].locator("summary").click()
    expect(pages[3].locator(".option")).to_have_count(8)
    for page in pages:
        expect(page.locator("html")).to_have_attribute("lang", language)
        Access(page).check(f"{page.url} in {language}")
        for width in WIDTHS:
            page.set_viewport_size({"width": width, "height": 800})
            assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), f"{page.url} at {width}"


@each
def test_what_is_given_fits_in_every_language(its, walk):
    glass = walk.glass
    tier = {"id": "friend", "name": "Friend", "measure": "visits", "at_least": 3}
    perks = [{"id": kind, "name": LONGEST, "kind": kind, "tiers": ["friend"]} for kind in ("larger", "extra", "first")]
    its.owner("PUT", "/v1/program", {"earn": [], "tiers": [tier], "perks": perks})
    its.owner("PUT", "/v1/surprises/budget", {"shop": its.id, "a_week": 1, "cost": 1})
    known(its, LONGEST)
    habit(its, LONGEST)
    its.checkin(its.presence(person(LONGEST)))
    expect(glass.page.locator("button.act")).to_be_visible()
    for key in ("larger", "extra", "first"):
        walk.look(key)
        walk.press("redeem")
        expect(glass.page.locator("button.act:disabled")).to_be_visible()
        walk.look(f"{key}, given")
        its.checkin(its.presence(person(LONGEST)))
        if key != "first":
            expect(glass.page.locator("button.act:disabled")).to_have_count(0)
    walk.press("give")
    expect(glass.page.locator(".give .row")).to_have_count(4)
    walk.look("on the house")
    glass.page.locator(".give .row").first.click()
    expect(glass.page.locator(".bar")).to_be_visible()
    walk.press("give")
    walk.shows("give.none")
    walk.look("nothing to give")
