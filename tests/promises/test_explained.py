"""Promise 7: explained. Every decision carries its because: which rule fired, nearly fired or stayed silent."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from msgspec import msgpack
from msgspec.structs import replace

from loyalty.core.facts import CueRow
from loyalty.core.rules import RULES
from loyalty.wire import Consents, Evidence
from tests import make
from tests.promises.guests import guest
from tests.running import Shop

pytestmark = pytest.mark.slow
LATTE, TEA = make.line("Latte"), make.line("Tea")
NAMES = [name for name, _ in RULES]


def note(shop: Shop, id: str) -> str:
    """The answer to: why did this sale do nothing?"""
    found: str = shop.service.one("SELECT note FROM sales WHERE shop = ? AND ref = ?", shop.id, id)
    return found


def because(shop: Shop, cue: str) -> dict[str, str]:
    row = msgpack.decode(shop.service.one("SELECT body FROM cues WHERE id = ?", cue), type=CueRow)
    return dict(row.because)


HISTORIES: dict[str, tuple[Any, dict[str, str]]] = {
    "nobody yet": ((), {"first-visit": "fired", "the-usual": "silent", "milestone": "silent"}),
    "one visit": ((1,), {"first-visit": "silent", "welcome-back": "silent"}),
    "nine visits": (range(1, 10), {"milestone": "fired", "nearly-there": "fired", "the-usual": "fired"}),
    "eight visits": (range(1, 9), {"milestone": "near", "nearly-there": "near"}),
    "ten visits": (range(1, 11), {"reward-due": "fired", "milestone": "silent", "nearly-there": "silent"}),
    "long away": (range(100, 115), {"welcome-back": "fired"}),
    "two in a week": ((2, 4), {"becoming-regular": "fired"}),
}


@pytest.mark.parametrize("history", HISTORIES)
def test_explained_every_cue_has_the_verdict_of_every_rule(shop: Shop, history: str) -> None:
    days, expected = HISTORIES[history]
    shop.enrol()
    shop.enrol(make.BEN)  # who comes every day: somebody is overdue only by days on which the shop was open
    shop.post([shop.sale(TEA, who=make.BEN, at=shop.service.now - timedelta(days=day)) for day in range(1, 116)])
    shop.post([shop.sale(LATTE, who=make.AMINA, at=shop.service.now - timedelta(days=day)) for day in days])
    found = because(shop, shop.checkin()["cue"]["id"])
    assert list(found) == NAMES, "every rule, in the order of priority"
    assert set(found.values()) <= {"fired", "near", "silent"}
    assert found | expected == found


@pytest.mark.parametrize("greeting", ["full", "name", "points", "none"])
def test_explained_quiet_cues_too(shop: Shop, greeting: Any) -> None:
    shop.enrol(greeting=greeting)
    for raised in (shop.presence(), None):
        if raised is not None:
            cue = shop.checkin(raised)["cue"]["id"]
        else:
            shop.post(shop.sale(LATTE, who=make.AMINA, state="open", till="2"))
            cue = shop.messages()[-1][3]
        assert list(because(shop, cue)) == NAMES


def test_explained_a_question_says_why_it_is_asked(shop: Shop) -> None:
    shop.enrol(make.AMINA)
    shop.enrol(make.BEN)
    shop.post(replace(shop.sale(who=make.AMINA), tenders=make.sale(who=make.BEN, by="fingerprint").tenders))
    found = because(shop, shop.messages()[0][3])
    assert found["two-people"] == "fired"
    assert set(found) == {"two-people", *NAMES}


def test_explained_every_sale_says_whose_it_is_and_by_what(shop: Shop) -> None:
    amina = shop.enrol().who
    ben = shop.enrol(make.BEN).who
    both = shop.sale(who=amina, by="fingerprint", id="two people")
    sales = {
        "no evidence": (shop.sale(id="no evidence"), "no-evidence"),
        "a stranger": (shop.sale(id="a stranger", who=guest(1)), "stranger"),
        "two people": (
            replace(both, tenders=both.tenders + shop.sale(who=ben, by="fingerprint").tenders),
            "two-people",
        ),
        "a refund": (replace(make.refund_of(both, id="a refund"), shop=shop.id), "refund"),
        **{
            by: (shop.sale(id=by, who=amina, by=by), f"by-{by}")
            for by in ("card", "reference", "pos_id", "phone", "email", "fingerprint")
        },
        "the strongest": (
            replace(shop.sale(id="the strongest", who=amina, by="phone"), tenders=both.tenders),
            "by-phone",
        ),
        "blank": (replace(shop.sale(id="blank"), customer=Evidence(reference=" ")), "no-evidence"),
    }
    shop.post([sale for sale, _ in sales.values()])
    assert {name: note(shop, name) for name in sales} == {name: why for name, (_, why) in sales.items()}
    assert shop.service.rows("SELECT COUNT(*) FROM sales WHERE note = ''") == [(0,)], "none is without"


def test_explained_a_sale_taken_off_says_so_and_again_when_it_is_given_back(shop: Shop) -> None:
    shop.enrol()
    sale = shop.sale(who=make.AMINA)
    notes = []
    with shop.counter("1") as screen:
        screen.opened()
        shop.post(sale)
        notes.append(note(shop, sale.id))
        cue = screen.next()["cue"]["id"]
        screen.done(cue, "wrong-person")
        screen.next()
        notes.append(note(shop, sale.id))
        shop.post(replace(sale, revision=2))
        notes.append(note(shop, sale.id))
        screen.undo(cue)
        screen.next()
        notes.append(note(shop, sale.id))
    assert notes == ["by-reference", "taken-off", "taken-off", "by-reference"]


def test_explained_an_adopted_sale_says_by_what(shop: Shop) -> None:
    sale = shop.sale(who=make.AMINA, by="phone")
    shop.post(sale)
    assert note(shop, sale.id) == "stranger"
    shop.enrol()
    assert note(shop, sale.id) != "stranger"
    unlike = shop.sale(who=make.BEN)
    shop.post(unlike)
    shop.enrol(make.BEN, consents=Consents(recognise=True))
    assert note(shop, unlike.id) == "stranger", "who is not to be remembered adopts nothing"


def test_explained_what_does_not_add_up_says_what(shop: Shop) -> None:
    off, foreign = shop.sale(id="off", total=7), shop.sale(id="foreign", currency="USD")
    shop.post([off, foreign, shop.sale(id="fine")])
    rows = dict(shop.service.rows("SELECT ref, odd FROM sales WHERE shop = ?", shop.id))
    assert rows == {"off": "sum", "foreign": "currency", "fine": ""}


def test_explained_the_answer_to_a_checkin_says_why(shop: Shop) -> None:
    shop.enrol()
    shop.post([shop.sale(LATTE, who=make.AMINA, at=shop.service.now - timedelta(days=day)) for day in range(1, 9)])
    answer = shop.checkin()
    assert answer["recognition"]["usual"]["because"] == "Latte in 8 of the last 8 midday visits"
    assert answer["cue"]["why"] == ["Latte in 8 of the last 8 midday visits"]
    assert answer["cue"]["nearly"], "what nearly fired is said too"
