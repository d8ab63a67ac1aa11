"""A card that two people use: two people, two usuals, and the counter asks which of them it is."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

import pytest

from loyalty.wire import Presence
from tests import make
from tests.make import AMINA, BEN
from tests.promises.guests import guest
from tests.running import Counter, Enrolled, Message, Shop

pytestmark = pytest.mark.slow
LATTE = make.line("Latte", "Medium")
TEA = make.line("Tea")
Two = tuple[Enrolled, Enrolled]


def share(shop: Shop, holder: Enrolled, other: Enrolled, status: int = 200) -> Message:
    answer = shop.http("POST", f"/v1/customers/{holder.id}/sharers", shop.screen_key, {"customer": other.id})
    assert answer.status_code == status, answer.text
    found: Message = answer.json()
    return found


@pytest.fixture
def two(shop: Shop) -> Two:
    """Amina's card, which Ben uses too; each has a usual of their own."""
    amina, ben = shop.enrol(AMINA), shop.enrol(BEN)
    shop.post([shop.sale(LATTE, who=AMINA, at=make.at("12:00", day)) for day in range(10, 30)])
    shop.post([shop.sale(TEA, who=BEN, at=make.at("12:00", day)) for day in range(10, 30)])
    share(shop, amina, ben)
    return amina, ben


def show(shop: Shop, amina: Enrolled, till: str = "1") -> Message:
    return shop.checkin(Presence(shop=shop.id, till=till, card=amina.card))


def answer(screen: Counter, cue: str, choice: int) -> None:
    screen.say({"type": "done", "cue": cue, "outcome": "usual", "choice": choice})


@contextmanager
def asked(shop: Shop, amina: Enrolled, till: str | None = "1") -> Iterator[tuple[Counter, str]]:
    """The card was shown: the screen, and what it asks."""
    with shop.counter(till) as screen:
        screen.opened()
        show(shop, amina)
        yield screen, screen.next()["cue"]["id"]


def it_is_ben(shop: Shop, amina: Enrolled, till: str | None = "1") -> None:
    """Shown, asked and answered; he is greeted."""
    with asked(shop, amina, till) as (screen, question):
        answer(screen, question, 1)
        screen.take(2)


def owner(shop: Shop, id: str) -> str | None:
    found: str | None = shop.service.one("SELECT person FROM sales WHERE shop = ? AND ref = ?", shop.id, id)
    return found


def buys(shop: Shop, amina: Enrolled, **fields: Any) -> None:
    shop.post(shop.sale(TEA, who=amina.who, by="card", **({"id": "s7"} | fields)))


def test_who_shows_a_shared_card_is_asked_who_they_are_and_greeted_as_themselves(shop: Shop, two: Two) -> None:
    """The guess was wrong because two people used one card. Now it is asked: you or Ben?"""
    amina, ben = two
    with shop.counter("1") as screen:
        screen.opened()
        told = show(shop, amina)
        assert told["customer"]["id"] == amina.id, "the answer is for its holder"
        question = screen.next()["cue"]
        assert question == told["cue"]
        assert (question["tone"], len(question["choices"])) == ("ask", 2)
        assert "Amina" in question["say"]
        assert "Ben" in question["say"]
        answer(screen, question["id"], 1)
        assert screen.next()["outcome"] == "usual"
        theirs = screen.next()["cue"]
        assert "Ben" in theirs["say"]
        assert "tea" in theirs["say"], "with his usual"
        buys(shop, amina)
        assert screen.next() | {"seq": 0, "prev": 0} == {
            "type": "closed", "cue": theirs["id"], "outcome": "usual", "seq": 0, "prev": 0,
        }  # fmt: skip
    assert owner(shop, "s7") == ben.id, "and nobody was asked again"
    assert (shop.customer(amina)["points"], shop.customer(ben)["points"]) == (20, 21)


def test_a_sale_that_nobody_has_said_anything_of_is_its_holders_and_the_question_stays(shop: Shop, two: Two) -> None:
    """C41: points are never lost, and the answer moves them."""
    amina, ben = two
    with shop.counter("1") as screen:
        screen.opened()
        buys(shop, amina)
        question = screen.next()["cue"]
        assert (owner(shop, "s7"), question["tone"]) == (amina.id, "ask")
        answer(screen, question["id"], 1)
        assert screen.next()["type"] == "closed"
        assert owner(shop, "s7") == ben.id
        screen.undo(question["id"])
        assert screen.next()["cue"]["id"] == question["id"]
        assert owner(shop, "s7") == amina.id
        answer(screen, question["id"], 0)
        assert screen.next()["type"] == "closed"
    assert owner(shop, "s7") == amina.id


def test_the_question_of_a_check_in_stays_open_over_a_paid_sale_and_its_answer_moves_that(shop: Shop, two: Two) -> None:
    amina, ben = two
    with asked(shop, amina) as (screen, question):
        buys(shop, amina)
        again = screen.next()
        assert (again["type"], again["cue"]["id"], again["cue"]["sale"]) == ("cue", question, True)
        assert owner(shop, "s7") == amina.id
        answer(screen, question, 1)
        assert screen.next()["type"] == "closed"
    assert owner(shop, "s7") == ben.id


def test_what_was_said_holds_for_the_visit_at_that_till_and_for_sales_that_come_late(shop: Shop, two: Two) -> None:
    """C40: a till that was offline sends the sale an hour later."""
    amina, ben = two
    it_is_ben(shop, amina, till=None)
    then = shop.service.now
    shop.service.pass_time(hours=1)
    buys(shop, amina, id="late", at=then + timedelta(minutes=5))
    buys(shop, amina, id="next", at=then + timedelta(minutes=45))
    buys(shop, amina, id="elsewhere", at=then + timedelta(minutes=5), till="2")
    assert [owner(shop, id) for id in ("late", "next", "elsewhere")] == [ben.id, amina.id, amina.id]


def test_undo_leaves_what_somebody_put_right_by_hand_meanwhile(shop: Shop, two: Two) -> None:
    """Only the sales with that card at that till were said to be theirs."""
    amina, ben = two
    with asked(shop, amina) as (screen, question):
        answer(screen, question, 1)
        assert screen.next()["type"] == "closed"
        buys(shop, amina)
        elsewhere = shop.sale(TEA, who=amina.who, by="card", id="elsewhere", till="2")
        shop.post([shop.sale(TEA, id="nobodys"), elsewhere])
        sales = [{"shop": shop.id, "source": make.SOURCE, "id": id} for id in ("nobodys", "elsewhere")]
        moved = {"sales": sales, "customer": ben.id}
        assert shop.http("POST", "/v1/visits/move", shop.owner_key, moved).status_code == 200
        assert [owner(shop, id) for id in ("s7", "nobodys", "elsewhere")] == [ben.id] * 3
        screen.undo(question)
        while (told := screen.next())["type"] != "cue" or told["cue"]["id"] != question:
            pass
    assert [owner(shop, id) for id in ("s7", "nobodys", "elsewhere")] == [amina.id, ben.id, ben.id]


def test_undo_takes_back_what_was_said_with_the_greeting_and_the_sale(shop: Shop, two: Two) -> None:
    amina, ben = two
    with asked(shop, amina) as (screen, question):
        answer(screen, question, 1)
        theirs = screen.take(2)[1]["cue"]["id"]
        screen.undo(question)
        told = screen.take(2)
        assert [(one["type"], one.get("outcome")) for one in told] == [("closed", "dismissed"), ("cue", None)]
        assert (told[0]["cue"], told[1]["cue"]["id"]) == (theirs, question)
        answer(screen, question, 1)
        screen.take(2)
        buys(shop, amina)
        screen.next()
        assert owner(shop, "s7") == ben.id
        screen.undo(question)
        screen.next()
    assert owner(shop, "s7") == amina.id


def test_where_one_of_the_two_is_quiet_nobody_is_named(shop: Shop) -> None:
    amina, ben = shop.enrol(AMINA), shop.enrol(BEN, greeting="points")
    share(shop, amina, ben)
    cue = show(shop, amina)["cue"]
    assert (cue["tone"], cue["name"], cue["choices"]) == ("inform", None, [])
    assert "Amina" not in cue["say"]
    assert "Ben" not in cue["say"]


def test_the_second_person_is_taken_off_again_and_what_was_chosen_stays(shop: Shop, two: Two) -> None:
    amina, ben = two
    it_is_ben(shop, amina)
    buys(shop, amina)
    gone = shop.http("DELETE", f"/v1/customers/{amina.id}/sharers/{ben.id}", shop.owner_key)
    assert (gone.status_code, gone.json()["sharers"]) == (200, [])
    assert owner(shop, "s7") == ben.id
    shop.service.pass_time(hours=2)
    assert "Amina" in show(shop, amina)["cue"]["say"]
    assert show(shop, amina)["cue"]["choices"] == []
    buys(shop, amina, id="s8")
    assert owner(shop, "s8") == amina.id
    again = shop.http("DELETE", f"/v1/customers/{amina.id}/sharers/{ben.id}", shop.owner_key)
    assert (again.status_code, again.json()["error"]["code"]) == (404, "not-shared")
    shop.verified()


def test_one_card_is_of_two_people_and_no_more(shop: Shop, two: Two) -> None:
    amina, ben = two
    third = shop.enrol(guest(3))
    assert share(shop, amina, ben)["sharers"][0]["id"] == ben.id, "twice is as once"
    assert share(shop, amina, third, 409)["error"]["code"] == "already-shared"
    assert share(shop, amina, amina, 409)["error"]["code"] == "same-person"
    told = shop.http("GET", f"/v1/customers/{ben.id}/marks", shop.screen_key).json()
    assert [(one["id"], one["name"], one["holds"]) for one in told["sharers"]] == [(amina.id, "Amina", True)]


def test_a_new_card_is_shared_as_the_old_one_was(shop: Shop, two: Two) -> None:
    amina, ben = two
    made = shop.http("POST", f"/v1/customers/{amina.id}/card", shop.screen_key).json()
    cue = shop.checkin(Presence(shop=shop.id, till="1", card=made["card"]))["cue"]
    assert len(cue["choices"]) == 2
    assert shop.http("GET", f"/v1/customers/{ben.id}/marks", shop.screen_key).json()["sharers"][0]["id"] == amina.id


def test_two_who_share_a_card_are_one_after_a_merge_and_nothing_is_asked(shop: Shop, two: Two) -> None:
    amina, ben = two
    warned = shop.http("POST", "/v1/merges/preview", shop.owner_key, {"kept": amina.id, "gone": ben.id}).json()
    assert "They share a card as two people." in warned["warnings"]
    made = shop.owner("POST", "/v1/merges", {"kept": amina.id, "gone": ben.id, "key": "k"})
    assert show(shop, amina)["cue"]["choices"] == []
    shop.owner("POST", f"/v1/merges/{made['id']}/undo")
    assert len(show(shop, amina)["cue"]["choices"]) == 2


def test_the_holder_is_erased_and_the_other_keeps_what_is_theirs(shop: Shop, two: Two) -> None:
    amina, ben = two
    assert shop.http("DELETE", f"/v1/customers/{amina.id}", shop.owner_key).status_code == 204
    gone = shop.http("POST", "/v1/checkins", shop.screen_key, {"shop": shop.id, "card": amina.card})
    assert gone.status_code == 404
    assert shop.customer(ben)["points"] == 20
    assert shop.service.rows("SELECT 1 FROM links WHERE customer = ? AND kind = 'shared'", ben.id) == []
