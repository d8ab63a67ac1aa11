"""A till that never learns whose its sales are: what follows a check-in there is theirs who checked in."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from msgspec.structs import replace

from loyalty.wire import Tender
from tests import make
from tests.running import Enrolled, Service, Shop

pytestmark = pytest.mark.slow


def anonymous(shop: Shop, **fields: Any) -> Any:
    return replace(shop.sale(**fields), customer=None, tenders=())


def whose(shop: Shop, *ids: str) -> list[Any]:
    rows = shop.service.rows("SELECT ref, person, note FROM sales WHERE shop = ?", shop.id)
    found = {ref: (person, note) for ref, person, note in rows}
    return [found[id] for id in ids]


def checked_in_and_answered(shop: Shop, guest: Enrolled, outcome: str) -> None:
    with shop.counter("1") as screen:
        screen.opened()
        cue = shop.checkin(shop.presence(guest.who))["cue"]
        screen.next()
        screen.done(cue["id"], outcome)
        screen.next()


def later(shop: Shop, minutes: float) -> None:
    shop.service.pass_time(minutes=minutes)


def test_the_next_sale_at_the_till_is_theirs_and_closes_the_cue(shop: Shop) -> None:
    amina = shop.enrol()
    with shop.counter("1") as screen:
        screen.opened()
        cue = shop.checkin(shop.presence(amina.who))["cue"]
        screen.next()
        first, second = anonymous(shop), anonymous(shop)
        shop.post(first)
        closed = screen.next()
    assert (closed["type"], closed["cue"]) == ("closed", cue["id"])
    shop.post(second)
    assert whose(shop, first.id, second.id) == [(amina.id, "by-here"), (None, "no-evidence")]
    known = shop.customer(amina)
    assert (known["points"], known["recognition"]["visits"]) == (1, 1)


@pytest.mark.parametrize("by", ["card", "phone", "email", "pos_id"])
def test_whatever_they_checked_in_by(shop: Shop, by: Any) -> None:
    amina = shop.enrol()
    shop.checkin(shop.presence(amina.who, by=by))
    sale = anonymous(shop)
    shop.post(sale)
    assert whose(shop, sale.id) == [(amina.id, "by-here")]


def test_who_was_picked_from_a_list(shop: Shop) -> None:
    amina = shop.enrol()
    shop.http("POST", "/v1/checkins", shop.screen_key, {"shop": shop.id, "till": "1", "customer": amina.id})
    sale = anonymous(shop)
    shop.post(sale)
    shop.post(replace(sale, revision=sale.revision + 1, tip=100, total=sale.total + 100))
    assert whose(shop, sale.id) == [(amina.id, "by-here")]
    assert [visit["total"] for visit in shop.customer(amina)["visits"]] == [sale.total + 100]


def test_answered_on_the_screen_it_still_follows_once(shop: Shop) -> None:
    amina = shop.enrol()
    checked_in_and_answered(shop, amina, "usual")
    first, second = anonymous(shop), anonymous(shop)
    shop.post(first)
    shop.post(second)
    assert [person for person, _ in whose(shop, first.id, second.id)] == [amina.id, None]


def test_who_bought_by_evidence_of_their_own_leaves_the_next_sale_alone(shop: Shop) -> None:
    amina = shop.enrol()
    checked_in_and_answered(shop, amina, "usual")
    own, next_ = shop.sale(who=amina.who), anonymous(shop)
    shop.post(own)
    shop.post(next_)
    assert [person for person, _ in whose(shop, own.id, next_.id)] == [amina.id, None]


@pytest.mark.parametrize(
    "unlike",
    [{"till": "2"}, {"till": None}, {"who": make.BEN}, {"state": "voided"}],
    ids=["another till", "no till", "somebody else known to the till", "voided"],
)
def test_what_is_not_theirs(shop: Shop, unlike: dict[str, Any]) -> None:
    amina = shop.enrol()
    shop.checkin(shop.presence(amina.who))
    sale = shop.sale(**unlike) if "who" in unlike else anonymous(shop, **unlike)
    shop.post(sale)
    assert [person for person, _ in whose(shop, sale.id)] == [None]


def test_a_bank_card_that_nobody_has_linked_says_nothing_against_it(shop: Shop) -> None:
    amina = shop.enrol()
    shop.checkin(shop.presence(amina.who))
    sale = replace(anonymous(shop), tenders=(Tender(kind="card", amount=1, fingerprint="fp-new"),))
    shop.post(sale)
    assert whose(shop, sale.id) == [(amina.id, "by-here")]


def test_ten_minutes_and_no_longer(service: Service, shop: Shop) -> None:
    amina = shop.enrol()
    for minutes, person in ((9, amina.id), (11, None)):
        shop.checkin(shop.presence(amina.who))
        later(shop, minutes)
        sale = anonymous(shop)
        shop.post(sale)
        assert [found for found, _ in whose(shop, sale.id)] == [person], minutes
        later(shop, 40)


def test_a_sale_that_was_offline_follows_the_check_in_before_it(service: Service, shop: Shop) -> None:
    """And one of an hour before it does not, though it is told later."""
    amina = shop.enrol()
    before = anonymous(shop)
    later(shop, 60)
    shop.checkin(shop.presence(amina.who))
    later(shop, 3)
    after = anonymous(shop)
    later(shop, 60)
    shop.post([before, after])
    assert [person for person, _ in whose(shop, before.id, after.id)] == [None, amina.id]


@pytest.mark.parametrize("told", ["together", "one by one"])
@pytest.mark.parametrize("own", [False, True], ids=["by the check-in", "by evidence of its own"])
def test_of_two_sales_that_were_offline_one_is_theirs(shop: Shop, own: bool, told: str) -> None:
    amina = shop.enrol()
    shop.checkin(shop.presence(amina.who))
    later(shop, 1)
    first = shop.sale(who=amina.who) if own else anonymous(shop)
    later(shop, 2)
    second = anonymous(shop)
    later(shop, 60)
    for sales in ([first, second],) if told == "together" else ([first], [second]):
        shop.post(sales)
    assert [person for person, _ in whose(shop, first.id, second.id)] == [amina.id, None]


def test_a_sale_from_before_the_check_in_that_is_told_after_it_is_not_theirs(shop: Shop) -> None:
    """Vendors are asked every half minute: whoever paid a moment before she came is told of after she came."""
    amina = shop.enrol()
    before = anonymous(shop)
    shop.service.pass_time(seconds=20)
    shop.checkin(shop.presence(amina.who))
    shop.service.pass_time(seconds=10)
    shop.post(before)
    own = anonymous(shop)
    shop.post(own)
    assert [person for person, _ in whose(shop, before.id, own.id)] == [None, amina.id]


def test_a_check_in_that_was_told_late_holds_from_when_it_was(shop: Shop) -> None:
    amina, came = shop.enrol(), shop.service.now
    own = replace(anonymous(shop, at=came + timedelta(seconds=10)), age_s=80.0)
    shop.service.pass_time(seconds=90)
    shop.checkin(shop.presence(amina.who, at=came))
    other = anonymous(shop)
    shop.post([own, other])
    assert [person for person, _ in whose(shop, own.id, other.id)] == [amina.id, None]


def test_what_was_voided_and_rung_up_anew_is_theirs(shop: Shop) -> None:
    amina = shop.enrol()
    shop.checkin(shop.presence(amina.who))
    first, anew, other = anonymous(shop), anonymous(shop), anonymous(shop)
    shop.post(first)
    shop.post(replace(first, revision=first.revision + 1, state="voided"))
    shop.post([anew, other])
    assert [person for person, _ in whose(shop, anew.id, other.id)] == [amina.id, None]
    assert shop.customer(amina)["points"] == 1


def test_who_went_on_to_another_till_waits_there(shop: Shop) -> None:
    amina = shop.enrol()
    for till in ("1", "2"):
        shop.checkin(shop.presence(amina.who, till=till))
        later(shop, 1)
    left, here = anonymous(shop, till="1"), anonymous(shop, till="2")
    shop.post([left, here])
    assert [person for person, _ in whose(shop, left.id, here.id)] == [None, amina.id]


@pytest.mark.parametrize("choice", [0, 1])
def test_who_was_said_to_be_the_one_of_two_has_bought(shop: Shop, choice: int) -> None:
    amina, ben = shop.enrol(), shop.enrol(make.BEN)
    with shop.counter("1") as screen:
        screen.opened()
        for one in (amina, ben):
            shop.checkin(shop.presence(one.who))
            screen.next()
        first, second = anonymous(shop), anonymous(shop)
        shop.post(first)
        asked = screen.next()["cue"]
        screen.say({"type": "done", "cue": asked["id"], "outcome": "usual", "choice": choice})
        screen.next()
    shop.post(second)
    (theirs, _), (others, _) = whose(shop, first.id, second.id)
    assert theirs in (amina.id, ben.id)
    assert others != theirs


def test_two_who_wait_at_one_till_are_a_question(shop: Shop) -> None:
    amina, ben = shop.enrol(), shop.enrol(make.BEN)
    with shop.counter("1") as screen:
        screen.opened()
        for one in (amina, ben):
            shop.checkin(shop.presence(one.who))
            screen.next()
        sale = anonymous(shop)
        shop.post(sale)
        asked = screen.next()["cue"]
    assert (asked["tone"], whose(shop, sale.id)) == ("ask", [(None, "two-people")])
    assert all(name in asked["say"] for name in ("Amina", "Ben"))


@pytest.mark.parametrize("picked", [False, True], ids=["who showed a card", "who was picked from a list"])
def test_two_who_turn_out_to_be_one_have_it(shop: Shop, picked: bool) -> None:
    amina, ben = shop.enrol(), shop.enrol(make.BEN)
    by_card = shop.presence(amina.who, by="card")
    shop.checkin(replace(by_card, card=None, customer=amina.id) if picked else by_card)
    shop.checkin(shop.presence(ben.who))
    sale = anonymous(shop)
    shop.post(sale)
    assert whose(shop, sale.id) == [(None, "two-people")]
    made = shop.owner("POST", "/v1/merges", {"kept": ben.id, "gone": amina.id, "key": "once"})
    assert whose(shop, sale.id) == [(ben.id, "by-here")]
    shop.owner("POST", f"/v1/merges/{made['id']}/undo")
    assert whose(shop, sale.id) == [(None, "two-people")]
    shop.verified()


def test_what_we_call_somebody_is_nobody_elses_reference(shop: Shop) -> None:
    amina = shop.enrol()
    wanted = {"name": "Ben", "identifiers": [{"kind": "reference", "value": f"regulars-{amina.id}"}], "consents": {}}
    error = shop.refused(wanted, 422, "/v1/customers", shop.screen_key)
    assert error["at"] == "identifiers[0].value"


def test_wrong_person_takes_it_off_them(shop: Shop) -> None:
    amina = shop.enrol()
    checked_in_and_answered(shop, amina, "wrong-person")
    sale = anonymous(shop)
    shop.post(sale)
    assert [person for person, _ in whose(shop, sale.id)] == [None]


def test_later_evidence_of_the_sales_own_is_stronger(shop: Shop) -> None:
    amina, ben = shop.enrol(), shop.enrol(make.BEN)
    shop.checkin(shop.presence(amina.who))
    sale = anonymous(shop)
    shop.post(sale)
    told: Enrolled = ben
    shop.post(replace(shop.sale(who=told.who), id=sale.id, revision=sale.revision + 1))
    assert [person for person, _ in whose(shop, sale.id)] == [ben.id]
    assert (shop.customer(amina)["points"], shop.customer(ben)["points"]) == (0, 1)


def test_nothing_adds_up_wrongly(shop: Shop) -> None:
    amina = shop.enrol()
    shop.checkin(shop.presence(amina.who))
    sale = anonymous(shop)
    shop.post(sale)
    shop.post(replace(sale, revision=sale.revision + 1, state="voided"))
    assert shop.customer(amina)["points"] == 0
    shop.verified()
