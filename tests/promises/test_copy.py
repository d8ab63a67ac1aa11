"""A copy is everything: as data for programs, and as a page that anybody can read, without a script in it."""

from __future__ import annotations

import html
import json
import re
from collections.abc import Iterator
from contextlib import closing
from typing import Any, Literal, get_args

import pytest
from msgspec.structs import replace

from loyalty.acts.deeds import What
from loyalty.wire import Closing, Greeting, IdentifierKind
from loyalty.wire_card import Joined
from loyalty.wire_gifts import GiftReason
from loyalty.words import languages
from tests import make
from tests.promises.test_own_card import card, every_day
from tests.promises.test_receipts import claim, receipt, rung_up
from tests.running import Enrolled, Shop
from tests.test_words import written

pytestmark = pytest.mark.slow

HOSTILE = '<script>alert(1)</script>"><img src=x onerror=alert(1)>&amp;'


def page(shop: Shop, known: Enrolled, language: str = "en") -> str:
    answer = shop.http("GET", f"/v1/card/copy?form=html&language={language}", known.card_key)
    assert answer.status_code == 200, answer.text
    assert answer.headers["content-type"] == "text/html; charset=utf-8"
    assert answer.headers["content-disposition"] == 'attachment; filename="regulars.html"'
    assert "sandbox" in answer.headers["content-security-policy"]
    return answer.text


def data(shop: Shop, known: Enrolled) -> dict[str, Any]:
    found: dict[str, Any] = shop.http("GET", "/v1/card/copy", known.card_key).json()
    return found


def cells(text: str) -> str:
    """What stands in its tables, as it is read."""
    return html.unescape(re.sub("<[^>]+>", " ", text.partition("<details>")[0])).replace("\u00a0", " ")


def test_the_copy_has_what_they_say_of_themselves_and_where_it_is_from(shop: Shop) -> None:
    amina, ben = shop.enrol(), shop.enrol(make.BEN)
    every_day(shop, amina, 3)
    shop.owner("POST", f"/v1/customers/{amina.id}/sharers", {"customer": ben.id})
    written = {"spoken": "ah-MEE-nah", "birthday": "05-17", "paused": True, "greeting": "full"}
    card(shop, amina, "PUT", body=written)
    shop.post(shop.sale(make.line("Tea"), who=amina.who, id="in a pause"))
    copy = data(shop, amina)
    assert (copy["spoken"], copy["birthday"], copy["card"]) == ("ah-MEE-nah", "05-17", amina.card)
    assert copy["paused_at"] is not None
    assert [one["what"] for one in copy["written"]] == ["birthday", "greeting", "spoken"]
    assert [(one["id"], one["why"]) for one in copy["not_learned"]] == [("in a pause", "paused")]
    assert [one["name"] for one in copy["sharers"]] == ["Ben"]


def test_the_page_says_it_in_words_and_has_all_the_data_at_its_end(shop: Shop) -> None:
    amina = shop.enrol()
    every_day(shop, amina, 3)
    shop.checkin()
    card(shop, amina, "PUT", body={"spoken": "ah-MEE-nah", "birthday": "05-17"})
    text = page(shop, amina)
    said = cells(text)
    for part in (
        "Amina",
        "ah-MEE-nah",
        "17 May",
        amina.card,
        make.AMINA.phone,
        "latte",
        "KES",
        "A visit",
        "+1",
        "Greet",
    ):
        assert part in said, part
    kept = json.loads(html.unescape(re.findall("<pre[^>]*>(.*)</pre>", text, re.DOTALL)[0]))
    whole = data(shop, amina)
    assert kept | {"taken_at": ""} == whole | {"taken_at": ""}


@pytest.mark.parametrize("language", sorted(languages()))
def test_it_is_written_in_the_cards_language_and_direction(shop: Shop, language: str) -> None:
    amina = shop.enrol()
    every_day(shop, amina, 2)
    head = f'<html lang="{language}" dir="{"rtl" if language == "ar" else "ltr"}">'
    assert head in page(shop, amina, language)


def test_a_name_that_looks_like_a_page_is_a_text(shop: Shop) -> None:
    amina = shop.enrol()
    card(shop, amina, "PUT", body={"name": HOSTILE, "spoken": HOSTILE[:60]})
    shop.post(shop.sale(replace(make.line(HOSTILE), modifiers=(HOSTILE,)), who=amina.who))
    shop.checkin()
    text = page(shop, amina)
    assert HOSTILE in html.unescape(text)
    assert not re.search(r"<(?!/?(?:html|head|meta|title|style|body|main|h1|h2|p|section|table|tr|th|td|details"
                         r"|summary|pre|bdi|!doctype)\b)", text)  # fmt: skip
    assert "http" not in text.partition("<details>")[0], "it loads nothing"
    assert not re.search(r"<[^>]*\son\w+=", text)


def test_of_who_was_merged_the_copy_has_all_too(shop: Shop) -> None:
    amina, ben = shop.enrol(), shop.enrol(make.BEN)
    card(shop, ben, "PUT", body={"spoken": "benn", "birthday": "01-31"})
    shop.owner("POST", "/v1/merges", {"kept": amina.id, "gone": ben.id, "key": "one"})
    [merged] = data(shop, ben)["merged"]
    assert (merged["name"], merged["spoken"], merged["birthday"]) == ("Ben", "benn", "01-31")
    assert "Ben" in cells(page(shop, ben))


def test_what_they_said_themselves_is_in_both_forms(shop: Shop) -> None:
    amina = shop.enrol()
    usual = {"name": "<b>Chai</b>", "variation": "Large", "days": "weekend", "label": "with the children"}
    shop.http("PUT", "/v1/card/wishes", amina.card_key, {"usuals": [usual], "never": ["sesame"]})
    shop.http("POST", "/v1/card/thread", amina.card_key, {"text": "Thank you <i>all</i>.", "key": "k"})
    data = shop.http("GET", "/v1/card/copy", amina.card_key).json()
    assert (data["usuals"][0]["name"], data["never"]) == ("<b>Chai</b>", ["sesame"])
    page = shop.http("GET", "/v1/card/copy?form=html", amina.card_key).text
    for text in ("with the children", "sesame", "Weekends", "Thank you &lt;i&gt;all&lt;/i&gt;."):
        assert text in page
    assert "<b>Chai" not in page


def members(of: Any) -> Iterator[str]:
    """Of a Literal, or of several put together."""
    for one in get_args(of):
        yield from [one] if isinstance(one, str) else members(one)


PUT_TOGETHER = {  # keys of texts that the page puts together, each with what may come at their end
    "copy.deed": What,
    "copy.reward": Literal["reserved", "confirmed", "released"],
    "screen.card.about.joined": Joined,
    "screen.card.gift": GiftReason,
    "screen.card.greet": Greeting,
    "screen.card.mark": Literal[IdentifierKind, "card", "shared"],
    "screen.card.outcome": Closing,
}
IN_OWN_WORDS = {"screen.card.gift.other"}


@pytest.mark.parametrize("language", sorted(languages()))
def test_every_deed_and_all_else_that_may_be_told_has_its_words(language: str) -> None:
    asked = {f"{key}.{end}" for key, of in PUT_TOGETHER.items() for end in members(of)}
    assert asked - written(language).keys() - IN_OWN_WORDS == set()


def test_who_claimed_a_receipt_can_read_their_copy(shop: Shop) -> None:
    amina = shop.enrol()
    assert claim(shop, amina, receipt(rung_up(shop)))[0] == 200
    assert "You added a visit from a receipt" in cells(page(shop, amina))


def test_a_deed_that_no_catalogue_knows_yet_is_a_change(shop: Shop) -> None:
    amina = shop.enrol()
    with closing(shop.service.place.open()) as session, session.transaction():
        session.run("UPDATE deeds SET what = 'juggle' WHERE customer = ?", (amina.id,))
    assert "Something was changed" in cells(page(shop, amina))


@pytest.mark.parametrize("path", ["/copy", "/knows"])
def test_who_was_erased_is_somebody_in_what_staff_saw(shop: Shop, path: str) -> None:
    amina, ben = shop.enrol(), shop.enrol(make.BEN)
    shop.owner("POST", f"/v1/customers/{amina.id}/sharers", {"customer": ben.id})
    shop.http("POST", "/v1/checkins", shop.screen_key, {"shop": shop.id, "till": "1", "card": amina.card})
    shop.http("DELETE", f"/v1/customers/{ben.id}", shop.owner_key)
    shop.service.pass_time(minutes=1)
    found = card(shop, amina, path=path)
    cue = found["cue"] if path == "/knows" else found["cues"][0]
    assert cue["say"] == "Is this \u2068Amina\u2069 or \u2068somebody\u2069?"
