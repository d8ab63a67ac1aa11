"""C12 to C18: whatever is sent twice, opened twice, settled later or confirmed again counts once."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from itertools import permutations
from pathlib import Path

import pytest
from msgspec import json
from msgspec.structs import replace

from loyalty.wire import Evidence, Tender, Transaction
from tests import make
from tests.adapters.fake_square import FakeSquare, event, order, payment, thin
from tests.complaints.books import CAKE, DRINK, FREE, PROGRAM, TELLINGS, Books, books, due, points, saved
from tests.complaints.rewards import ask, end, moves, reserve, run_out, state
from tests.complaints.till import Till, backlog
from tests.faults.test_square import Till as SquareTill
from tests.faults.test_square import text
from tests.promises.guests import guest
from tests.running import Service, Shop

pytestmark = pytest.mark.slow
ONCE = Books(due(DRINK), 1, ("Latte Medium Oat milk",))


@pytest.fixture(scope="session")
def running(on_both: Service) -> Service:
    return on_both


# -- sent again -------------------------------------------------------------------------------------------------------
def test_a_retry_counts_once_whichever_way_it_takes(cafe: Shop) -> None:
    """C12: the answer was lost, so the till sends again: alone, in a batch, as lines, through the stream, older now."""
    amina = cafe.enrol(make.AMINA)
    sale = cafe.sale(DRINK, who=make.AMINA, age_s=0.0)
    retries = [replace(sale, age_s=float(age)) for age in (0, 5, 600, 86_400)]
    assert cafe.post(sale) == {"accepted": 1, "duplicates": 0, "rejected": []}
    assert cafe.post(retries)["duplicates"] == len(retries)
    lines = b"\n".join(json.encode(one) for one in retries)
    cafe.post(lines, headers={"Content-Type": "application/x-ndjson"})
    with cafe.stream() as stream:
        stream.deliver(retries)
    assert books(cafe, amina) == ONCE


def test_an_outbox_whose_answers_were_lost_sends_its_day_again(cafe: Shop, tmp_path: Path) -> None:
    """C12: the adapter was killed before it wrote down that its sales had arrived, and starts from the same file."""
    amina = cafe.enrol(make.AMINA)
    now = cafe.service.now
    sales = [cafe.sale(DRINK, CAKE, who=make.AMINA, at=now - timedelta(hours=hour)) for hour in range(1, 7)]
    sales += [make.refunded(sales[0], CAKE), make.void_of(sales[1])]
    till = Till(cafe, tmp_path / "outbox.db")
    backlog(till, sales)
    copy, third = till.copied(tmp_path / "copy.db"), till.copied(tmp_path / "third.db")
    till.send()
    after = books(cafe, amina)
    assert after == Books(5 * due(DRINK) + 4 * due(CAKE, visits=0), 5, after.habit)
    copy.send()
    with ThreadPoolExecutor(2) as pool:
        list(pool.map(lambda one: one.send(), (third, Till(cafe, tmp_path / "copy.db"))))
    assert books(cafe, amina) == after


def test_a_retry_under_a_higher_revision_counts_once_too(cafe: Shop) -> None:
    """C12: a till that counts its attempts; also with nothing but the moment changed."""
    amina = cafe.enrol(make.AMINA)
    sale = cafe.sale(DRINK, who=make.AMINA)
    cafe.post([replace(sale, revision=number, changed_at=sale.at) for number in (3, 1, 2, 7, 7, 4)])
    cafe.post(replace(sale, revision=8, changed_at=sale.at + timedelta(seconds=9), age_s=0.0))
    assert books(cafe, amina) == ONCE


# -- tabs and drafts --------------------------------------------------------------------------------------------------
def tab(cafe: Shop, who: make.Who) -> list[Transaction]:
    """Opened, added to, paid in part, paid."""
    half = Tender(kind="cash", amount=DRINK.total // 2)
    begun = replace(cafe.sale(CAKE, who=who), state="open", tenders=(), revision=1)
    added = replace(begun, lines=(CAKE, DRINK), total=CAKE.total + DRINK.total, revision=2)
    partly = replace(added, tenders=(half,), revision=3)
    settled = replace(
        partly, state="paid", tenders=(half, replace(half, kind="card")), revision=4, changed_at=begun.at + LATER
    )
    return [begun, added, partly, settled]


LATER = timedelta(hours=3)


@pytest.mark.parametrize("telling", TELLINGS)
def test_settling_a_tab_awards_once(cafe: Shop, telling: Callable[..., None]) -> None:
    """C13: however long it was open, in however many payments, and whatever comes after it."""
    amina = cafe.enrol(make.AMINA)
    told = tab(cafe, make.AMINA)
    if telling.__name__ == "each_alone":
        for one in told[:-1]:
            cafe.post(one)
            assert books(cafe, amina) == Books(0, 0, ()), "nothing is awarded before it is paid"
    telling(cafe, told)
    cafe.service.pass_time(hours=3)
    telling(cafe, [*told, replace(told[-1], revision=5, tip=5_000, total=told[-1].total + 5_000)])
    after = books(cafe, amina)
    assert (after.points, after.visits) == (due(CAKE, DRINK), 1)


def test_a_tab_in_every_order_uses_one_reward_and_awards_once(cafe: Shop) -> None:
    """C13, C17: twenty-four orders in which four revisions may come."""
    for number, chosen in enumerate(permutations(range(4))):
        who = saved(cafe, 1, guest(number))
        before = points(cafe, who)
        made = reserve(cafe, who, f"k{number}")
        told = [replace(one, changed_at=one.at) for one in tab(cafe, who.who)]
        for place in chosen:
            cafe.post(told[place])
        assert (state(cafe, made), points(cafe, who)) == ("confirmed", before - 10 + due(CAKE, DRINK)), chosen
        assert moves(cafe, who, made) == [(-10, "redeem")]


def test_a_draft_that_is_saved_again_and_again_awards_nothing(cafe: Shop) -> None:
    """C15"""
    amina = cafe.enrol(make.AMINA)
    draft = replace(cafe.sale(DRINK, who=make.AMINA), state="open", tenders=())
    for number in range(1, 31):
        cafe.post([replace(draft, revision=number)] * 2)
    assert books(cafe, amina) == Books(0, 0, ())
    cafe.post(replace(draft, state="paid", revision=31))
    cafe.post([replace(draft, revision=number) for number in range(1, 31)])
    assert books(cafe, amina) == ONCE


# -- confirmed again --------------------------------------------------------------------------------------------------
def test_a_confirmation_that_is_sent_again_changes_nothing(cafe: Shop) -> None:
    """C14: before the sale, at the same moment as the sale, and after it; twenty at a time."""
    amina = saved(cafe, 1)
    before = points(cafe, amina)
    made = reserve(cafe, amina)
    sale = cafe.sale(FREE, who=amina.who, redemptions=(made["id"],))
    with ThreadPoolExecutor(20) as pool:
        answers = [pool.submit(end, cafe, made, "confirm") for _ in range(19)]
        pool.submit(cafe.post, sale).result()
        assert {answer.result().status_code for answer in answers} == {200}
        assert len({answer.result().text for answer in answers}) == 1
    for again in (end(cafe, made, "confirm"), end(cafe, made, "confirm")):
        assert (again.status_code, again.json()["state"]) == (200, "confirmed")
    cafe.post([sale, sale])
    assert reserve(cafe, amina) == made, "the reservation sent again is the same one"
    assert (points(cafe, amina), moves(cafe, amina, made)) == (before - 10 + 3, [(-10, "redeem")])


def test_a_confirmation_after_the_sale_was_voided_is_refused_and_takes_nothing(cafe: Shop) -> None:
    """C14, C25: the first confirmation was answered, the answer lost, and the order canceled meanwhile."""
    amina = saved(cafe, 1)
    before = books(cafe, amina)
    made = reserve(cafe, amina)
    assert end(cafe, made, "confirm").status_code == 200
    sale = cafe.sale(FREE, who=amina.who, redemptions=(made["id"],))
    cafe.post([sale, make.void_of(sale)])
    for _ in range(3):
        refused = end(cafe, made, "confirm")
        assert (refused.status_code, refused.json()["error"]["code"]) == (409, "released")
        assert reserve(cafe, amina) == made
    assert books(cafe, amina) == before


# -- two of them ------------------------------------------------------------------------------------------------------
def test_one_telephone_is_one_customer_however_it_is_written_and_by_whomever_at_once(cafe: Shop) -> None:
    """C16: a second card is refused in words, and says to find them instead."""
    spellings = ("+254 700 000001", "0700000001", "0700-000-001", "+254700000001", "254700000001")
    people = [replace_phone(make.AMINA, number) for number in spellings]
    wanted = [make.enrolment(who, "phone") for who in people * 4]
    with ThreadPoolExecutor(20) as pool:
        answers = list(pool.map(lambda one: cafe.http("POST", "/v1/customers", cafe.screen_key, one), wanted))
    assert sorted(answer.status_code for answer in answers) == [201] + [409] * 19
    refused = [answer.json()["error"] for answer in answers if answer.status_code == 409]
    assert {(error["code"], error["at"]) for error in refused} == {("already-known", "identifiers")}
    assert all("find them instead" in error["message"] for error in refused)
    assert len(cafe.owner("GET", "/v1/customers")["people"]) == 1


def replace_phone(who: make.Who, phone: str) -> make.Who:
    return make.Who(who.name, who.shop, who.reference, phone, who.email, who.pos_id, who.fingerprint)


def test_two_things_that_name_one_person_are_one_visit_and_two_people_are_a_question(cafe: Shop) -> None:
    """C16: card, telephone and payment card of one person on one sale; then of two persons."""
    amina, ben = cafe.enrol(make.AMINA), cafe.enrol(make.BEN)
    tender = Tender(kind="card", amount=DRINK.total, fingerprint=make.AMINA.fingerprint)
    every = Evidence(card=amina.card, phone=make.AMINA.phone, email=make.AMINA.email, pos_id=make.AMINA.pos_id)
    sale = replace(cafe.sale(DRINK, tenders=(tender,)), customer=every)
    cafe.post(sale)
    assert books(cafe, amina) == ONCE
    later = sale.at + timedelta(hours=1)
    cafe.post(cafe.sale(DRINK, who=ben.who, by="phone", tenders=(tender,), at=later))
    assert (points(cafe, amina), points(cafe, ben)) == (ONCE.points, ONCE.points), "the number said comes before a card"
    both = (tender, replace(tender, amount=0, fingerprint=make.BEN.fingerprint))
    cafe.post(cafe.sale(DRINK, tenders=both, at=sale.at + timedelta(hours=2)))
    assert (points(cafe, amina), points(cafe, ben)) == (ONCE.points, ONCE.points), "nobody's until somebody says so"


@pytest.mark.parametrize("batch", [True, False])
def test_an_order_that_is_opened_on_a_second_till_earns_once(cafe: Shop, batch: bool) -> None:
    """C17: opened on one, changed on another, paid on a third: in every order in which the three may tell it."""
    begun = replace(cafe.sale(CAKE, who=None, till="1"), state="open", tenders=(), revision=1)
    for number, chosen in enumerate(permutations(range(3))):
        who = cafe.enrol(guest(number))
        named = replace(begun, id=f"o{number}", customer=cafe.sale(who=who.who).customer)
        both = replace(named, till="2", revision=2, lines=(CAKE, DRINK), total=CAKE.total + DRINK.total)
        told = [named, both, replace(both, till="3", state="paid", revision=3)]
        parts = [[told[place] for place in chosen]] if batch else [[told[place]] for place in chosen]
        for part in parts:
            cafe.post(part)
        after = books(cafe, who)
        assert (after.points, after.visits) == (due(CAKE, DRINK), 1), chosen


def test_two_tills_that_tell_the_same_order_at_once_tell_it_once(cafe: Shop) -> None:
    """C17, C18: twenty connections, each with another revision of one order, and the paid one in five of them."""
    amina = cafe.enrol(make.AMINA)
    begun = replace(cafe.sale(DRINK, who=make.AMINA), state="open", tenders=(), revision=1)
    told = [replace(begun, till=str(number % 4), revision=number + 1) for number in range(15)]
    told += [replace(begun, state="paid", revision=99)] * 5
    with ThreadPoolExecutor(20) as pool:
        list(pool.map(cafe.post, told))
    assert books(cafe, amina) == ONCE


# -- six webhooks -----------------------------------------------------------------------------------------------------
@pytest.fixture
def square() -> Iterator[FakeSquare]:
    with FakeSquare().serving() as square:
        yield square


def test_six_webhooks_for_one_order_some_at_the_same_instant_are_one_sale_and_one_cue(
    cafe: Shop, square: FakeSquare
) -> None:
    """C18: order created, updated, updated; payment created, updated, updated. Then all of them again."""
    amina = cafe.enrol(make.AMINA, "pos_id")
    till = SquareTill(cafe, square)
    sold = order("o1", text(cafe.service.now), name="Latte", price=DRINK.total, customer_id=make.AMINA.pos_id)
    paid = payment(sold)
    square.keep(sold, paid)
    hooks = [thin(sold, "created", "w1"), thin(sold, id="w2"), thin(sold | {"version": 3}, id="w3")]
    hooks += [event("payment.created", "w4", payment(sold, "APPROVED"))]
    hooks += [event("payment.updated", f"w{number}", paid) for number in (5, 6)]
    with ThreadPoolExecutor(len(hooks)) as pool:
        list(pool.map(till.hook, hooks))
        till.settled()
        seen = cafe.messages()
        list(pool.map(till.hook, hooks[::-1]))
    till.settled()
    after = books(cafe, amina)
    assert (after.points, after.visits) == (due(DRINK), 1)
    assert cafe.messages() == seen
    assert len({message[3] for message in seen}) == 1


def test_a_reward_refused_at_a_second_till_can_still_be_used_at_the_first(cafe: Shop) -> None:
    """C17: reserved at one till, tried at another, and used where it was reserved."""
    cafe.owner("PUT", "/v1/program", PROGRAM | {"rewards": [PROGRAM["rewards"][0] | {"points": 40}]})
    amina = saved(cafe, 1)
    before = points(cafe, amina)
    made = reserve(cafe, amina, "k1", till="1")
    assert ask(cafe, amina, "k2", till="2").status_code == 409
    cafe.post(cafe.sale(CAKE, who=amina.who, till="2"))
    assert state(cafe, made) == "reserved"
    cafe.post(cafe.sale(FREE, who=amina.who, till="1"))
    run_out(cafe, made)
    assert (state(cafe, made), points(cafe, amina)) == ("confirmed", before - 40 + due(CAKE))
