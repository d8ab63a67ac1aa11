"""Claim this visit: who forgot the card, or joined afterwards, puts the sale of a receipt on themselves."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from msgspec.structs import replace

from loyalty.core.days import moment
from loyalty.store.gifts import went_wrong
from loyalty.store.receipts import CLAIMS_MAX, MISSES_MAX
from loyalty.wire import Consents, Tender, Transaction
from tests import make
from tests.running import Enrolled, Shop, again

pytestmark = pytest.mark.slow
REFUSED = (404, "unknown-sale")
PROGRAM = {"earn": [{"kind": "visit", "points": 1}], "rewards": [{"id": "one", "name": "One", "points": 10}]}


def receipt(sale: Transaction, **fields: Any) -> dict[str, Any]:
    """What is printed at the end of this sale, but for its number."""
    local = sale.at.astimezone(make.ZONE)
    return {"day": local.date().isoformat(), "time": f"{local:%H:%M}", "total": sale.total} | fields


def claim(shop: Shop, known: Enrolled, printed: dict[str, Any]) -> tuple[int, Any]:
    answer = shop.http("POST", "/v1/card/claims", known.card_key, printed)
    return answer.status_code, answer.json() if answer.status_code == 200 else answer.json()["error"]["code"]


def card(shop: Shop, known: Enrolled, path: str = "") -> Any:
    answer = shop.http("GET", f"/v1/card{path}", known.card_key)
    assert answer.status_code == 200, answer.text
    return answer.json()


def rung_up(shop: Shop, **fields: Any) -> Transaction:
    """A latte that is nobody's, an hour ago unless it is said otherwise."""
    sale = shop.sale(**({"at": shop.service.now - timedelta(hours=1)} | fields))
    shop.post(sale)
    return sale


def whose(shop: Shop, sale: Transaction) -> tuple[Any, ...]:
    [row] = shop.service.rows("SELECT person, note FROM sales WHERE shop = ? AND ref = ?", sale.shop, sale.id)
    return row


@pytest.fixture
def amina(shop: Shop) -> Enrolled:
    shop.owner("PUT", "/v1/program", PROGRAM)
    return shop.enrol()


# -- found ------------------------------------------------------------------------------------------------------------
def test_the_sale_earns_and_is_learned_from_as_if_the_card_had_been_shown(shop: Shop, amina: Enrolled) -> None:
    sale = rung_up(shop)
    status, view = claim(shop, amina, receipt(sale))
    assert (status, view["points"]) == (200, 1)
    assert whose(shop, sale) == (amina.id, "by-receipt")
    [visit] = card(shop, amina, "/knows")["visits"]
    assert (visit["claimed"], visit["fate"], visit["items"]) == (True, "learned", ["latte"])
    assert shop.checkin()["recognition"]["visits"] == 1
    shop.verified()


def test_claimed_again_it_is_answered_as_the_first_time(shop: Shop, amina: Enrolled) -> None:
    sale = rung_up(shop)
    first = claim(shop, amina, receipt(sale))
    for _ in range(CLAIMS_MAX + MISSES_MAX):
        status, view = claim(shop, amina, receipt(sale))
        assert (status, view["points"]) == (first[0], first[1]["points"])
    assert shop.service.one("SELECT COUNT(*) FROM claims WHERE customer = ?", amina.id) == 1


def test_what_they_had_with_their_card_is_on_it(shop: Shop, amina: Enrolled) -> None:
    sale = shop.sale(who=amina.who)
    shop.post(sale)
    status, view = claim(shop, amina, receipt(sale))
    assert (status, view["points"]) == (200, 1)
    assert not card(shop, amina, "/knows")["visits"][0]["claimed"]


@pytest.mark.parametrize("number", ["1041", "#001041", "\u0661\u0660\u0664\u0661"])
def test_a_number_alone_tells_too(shop: Shop, amina: Enrolled, number: str) -> None:
    sale = rung_up(shop, id="1041")
    assert claim(shop, amina, receipt(sale, time=None, number=number))[0] == 200
    assert whose(shop, sale)[0] == amina.id


def test_two_that_look_alike_are_asked_about_at_the_counter(shop: Shop, amina: Enrolled) -> None:
    sales = [rung_up(shop, id=id) for id in ("a-1", "a-2")]
    assert claim(shop, amina, receipt(sales[0])) == (409, "several")
    assert [whose(shop, sale)[0] for sale in sales] == [None, None]
    assert claim(shop, amina, receipt(sales[0], number="A-2"))[0] == 200
    assert [whose(shop, sale)[0] for sale in sales] == [None, amina.id]


def test_who_agreed_to_no_remembering_earns_and_nothing_is_learned(shop: Shop) -> None:
    shop.owner("PUT", "/v1/program", PROGRAM)
    ben = shop.enrol(make.BEN, consents=Consents(recognise=False, remember=False))
    assert claim(shop, ben, receipt(rung_up(shop)))[1]["points"] == 1
    assert [visit["fate"] for visit in card(shop, ben, "/knows")["visits"]] == ["earned"]
    assert "Latte" not in json.dumps(card(shop, ben, "/copy")["learned"])
    shop.verified()


def test_it_earns_by_the_program_of_that_day(shop: Shop, amina: Enrolled) -> None:
    sale = rung_up(shop)
    shop.owner("PUT", "/v1/program", PROGRAM | {"earn": [{"kind": "visit", "points": 50}]})
    assert claim(shop, amina, receipt(sale))[1]["points"] == 1
    shop.verified()


def test_who_joins_by_the_link_on_the_receipt_claims_it(shop: Shop) -> None:
    shop.owner("PUT", "/v1/program", PROGRAM)
    sale = rung_up(shop)
    poster = shop.http("POST", "/v1/joins", shop.screen_key, {"shop": shop.id, "poster": True}).json()["url"]
    made = shop.http("POST", "/v1/join", poster.partition("#")[2], {"name": "Otieno", "greeting": "full"}).json()
    otieno = Enrolled(make.BEN, made["id"], made["card"], made["card_url"])
    assert claim(shop, otieno, receipt(sale))[1]["points"] == 1
    assert [visit["fate"] for visit in card(shop, otieno, "/knows")["visits"]] == ["learned"]
    shop.verified()


def test_a_refund_later_takes_back_what_it_gave(shop: Shop, amina: Enrolled) -> None:
    sale = rung_up(shop)
    claim(shop, amina, receipt(sale))
    shop.post(make.refunded(sale))
    assert card(shop, amina)["points"] == 0
    again_sale = rung_up(shop, at=shop.service.now)
    claim(shop, amina, receipt(again_sale))
    shop.post(make.void_of(again_sale))
    assert card(shop, amina)["points"] == 0
    shop.verified()


def test_told_again_by_the_till_it_stays_theirs_unless_the_till_knows_better(shop: Shop, amina: Enrolled) -> None:
    sale = rung_up(shop)
    claim(shop, amina, receipt(sale))
    corrected = again(sale, till="9")
    shop.post(corrected)
    assert whose(shop, sale) == (amina.id, "by-receipt")
    ben = shop.enrol(make.BEN)
    shop.post(again(corrected, customer=make.sale(who=ben.who).customer))
    assert whose(shop, sale) == (ben.id, "by-reference")
    assert card(shop, amina)["points"] == 0
    shop.verified()


def test_a_sale_that_names_somebody_waits_for_them(shop: Shop, amina: Enrolled) -> None:
    sale = rung_up(shop, who=make.BEN)
    assert claim(shop, amina, receipt(sale)) == REFUSED
    assert whose(shop, sale) == (None, "stranger")
    ben = shop.enrol(make.BEN)
    assert whose(shop, sale)[0] == ben.id


def test_a_claim_leaves_who_waits_at_the_till_waiting(shop: Shop, amina: Enrolled) -> None:
    """A till that was away tells of this morning, just now."""
    late = shop.sale(at=shop.service.now - timedelta(hours=3))
    shop.post(late)
    shop.checkin()
    claim(shop, amina, receipt(late))
    shop.service.pass_time(seconds=30)
    paid = rung_up(shop, at=shop.service.now)
    assert whose(shop, paid) == (amina.id, "by-here")


def test_moved_away_and_back_it_is_still_theirs(shop: Shop, amina: Enrolled) -> None:
    sale = rung_up(shop)
    claim(shop, amina, receipt(sale))
    ref = {"shop": shop.id, "source": sale.source, "id": sale.id}
    ben = shop.enrol(make.BEN)
    shop.owner("POST", "/v1/sales/assign", ref | {"customer": ben.id})
    assert whose(shop, sale) == (ben.id, "by-hand")
    shop.owner("POST", "/v1/sales/assign", ref | {"customer": amina.id})
    assert whose(shop, sale)[0] == amina.id
    shop.verified()


# -- not found --------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("how", ["theirs", "taken off", "voided", "open", "refunded", "a refund", "foreign", "erased"])
def test_no_sale_like_this_is_all_that_is_said(shop: Shop, amina: Enrolled, how: str) -> None:
    """Somebody else's is answered as one that is not there."""
    at = shop.service.now - timedelta(hours=1)
    ben = shop.enrol(make.BEN)
    sale = shop.sale(at=at, who=ben.who if how in ("theirs", "taken off", "erased") else None)
    if how == "open":
        sale = replace(sale, state="open")
    if how == "foreign":
        sale = replace(sale, currency="UGX")
    shop.post(sale)
    if how == "taken off":
        body = {"sales": [{"shop": shop.id, "source": sale.source, "id": sale.id}], "customer": None}
        shop.owner("POST", "/v1/visits/move", body)
    if how == "voided":
        shop.post(make.void_of(sale))
    if how in ("refunded", "a refund"):
        shop.post(make.refunded(sale))
    if how == "erased":
        shop.http("DELETE", f"/v1/customers/{ben.id}", shop.owner_key)
    before = shop.service.rows("SELECT person, assigned, note FROM sales WHERE shop = ?", shop.id)
    answer = shop.http("POST", "/v1/card/claims", amina.card_key, receipt(sale))
    nothing = shop.http("POST", "/v1/card/claims", amina.card_key, receipt(sale, total=1))
    assert (answer.status_code, answer.json()) == (nothing.status_code, nothing.json())
    assert (answer.status_code, answer.json()["error"]["code"]) == REFUSED
    assert shop.service.rows("SELECT person, assigned, note FROM sales WHERE shop = ?", shop.id) == before


def test_one_that_names_two_people_waits_for_neither(shop: Shop, amina: Enrolled) -> None:
    ben = shop.enrol(make.BEN)
    half = make.LATTE // 2
    prints = (amina.who.fingerprint, ben.who.fingerprint)
    sale = rung_up(shop, tenders=tuple(Tender(kind="card", amount=half, fingerprint=one) for one in prints))
    assert whose(shop, sale) == (None, "two-people")
    assert claim(shop, ben, receipt(sale)) == REFUSED


def test_a_till_that_sends_late_is_tried_again(shop: Shop, amina: Enrolled) -> None:
    sale = shop.sale(at=shop.service.now - timedelta(hours=1))
    answer = shop.http("POST", "/v1/card/claims", amina.card_key, receipt(sale))
    assert answer.status_code == 404
    assert "may not have arrived" in answer.json()["error"]["message"]
    shop.post(sale)
    assert claim(shop, amina, receipt(sale))[0] == 200


def test_seven_days_and_no_longer(shop: Shop, amina: Enrolled) -> None:
    offered = card(shop, amina)["receipts"]
    today = shop.service.now.astimezone(make.ZONE).date()
    assert offered["days"] == [(today - timedelta(days=n)).isoformat() for n in range(8)]
    assert (offered["currency"], offered["digits"]) == ("KES", 2)
    sale = rung_up(shop, at=shop.service.now - timedelta(days=7))
    old = rung_up(shop, at=shop.service.now - timedelta(days=8))
    assert claim(shop, amina, receipt(old)) == (409, "too-late")
    assert claim(shop, amina, receipt(sale, day=(today + timedelta(days=1)).isoformat())) == (422, "bad-field")
    assert claim(shop, amina, receipt(sale))[0] == 200
    assert shop.service.one("SELECT COUNT(*) FROM claims WHERE customer = ?", amina.id) == 1, "no tries were used"


def test_after_midnight_both_dates_are_good(shop: Shop, amina: Enrolled) -> None:
    now = shop.service.now.astimezone(make.ZONE)
    shop.service.move(datetime.combine(now.date() + timedelta(days=1), datetime.min.time(), make.ZONE))
    shop.service.pass_time(minutes=40)
    assert card(shop, amina)["receipts"]["days"][0] == (now.date() + timedelta(days=1)).isoformat()
    first, second = (rung_up(shop, at=shop.service.now - timedelta(minutes=n)) for n in (10, 20))
    assert claim(shop, amina, receipt(first))[0] == 200
    assert claim(shop, amina, receipt(second, day=now.date().isoformat()))[0] == 200


# -- guessing ---------------------------------------------------------------------------------------------------------
def test_five_misses_a_day_also_after_a_restart(shop: Shop, amina: Enrolled) -> None:
    sale = rung_up(shop)
    for n in range(MISSES_MAX):
        assert claim(shop, amina, receipt(sale, total=n + 1)) == REFUSED
    shop.service.restart()
    assert claim(shop, amina, receipt(sale)) == (429, "too-many")
    assert whose(shop, sale)[0] is None
    shop.service.pass_time(days=1, seconds=1)
    assert claim(shop, amina, receipt(sale))[0] == 200


def test_five_receipts_a_week(shop: Shop, amina: Enrolled) -> None:
    sales = [rung_up(shop, at=shop.service.now - timedelta(hours=n + 1)) for n in range(CLAIMS_MAX + 1)]
    assert [claim(shop, amina, receipt(sale))[0] for sale in sales] == [200] * CLAIMS_MAX + [429]
    shop.service.pass_time(days=6, hours=12)
    assert claim(shop, amina, receipt(sales[-1]))[0] == 429
    assert whose(shop, sales[-1])[0] is None


@pytest.mark.parametrize(
    "wrong",
    [
        *({"day": "x"}, {"day": None}, {"day": "9999-12-31"}, {"time": "24:00"}, {"time": "8:12"}, {"time": "08:12\n"}),
        *({"time": None}, {"time": None, "number": "#0"}, {"number": ""}, {"number": "9" * 129}, {"total": 0}),
        *({"total": -5}, {"total": 10**13}, {"total": 1.5}, {"total": "38000"}, {"time": "\uff10\uff18:12"}),
    ],
)
def test_what_cannot_be_a_receipt_is_refused_and_is_no_try(shop: Shop, amina: Enrolled, wrong: dict[str, Any]) -> None:
    answer = shop.http("POST", "/v1/card/claims", amina.card_key, receipt(rung_up(shop)) | wrong)
    assert answer.status_code == 422, answer.text
    assert shop.service.one("SELECT COUNT(*) FROM claims WHERE customer = ?", amina.id) == 0


@pytest.mark.parametrize("number", ["'; DROP TABLE sales; --", "\u202e", "%", "_" * 128, "💩", "²"])
def test_a_number_is_only_ever_compared(shop: Shop, amina: Enrolled, number: str) -> None:
    sale = rung_up(shop)
    assert claim(shop, amina, receipt(sale, time=None, number=number)) == REFUSED
    assert shop.service.rows("SELECT shop, source, ref FROM claims WHERE customer = ?", amina.id) == [(None,) * 3]


def test_of_two_telephones_at_once_one_gets_it(shop: Shop, amina: Enrolled) -> None:
    people = [amina, shop.enrol(make.BEN)]
    for hour in range(1, 5):
        sale = rung_up(shop, at=shop.service.now - timedelta(hours=hour))
        with ThreadPoolExecutor(len(people)) as pool:
            answers = list(pool.map(lambda known, sale=sale: claim(shop, known, receipt(sale)), people))
        assert sorted(status for status, _ in answers) == [200, 404]
        [winner] = [known for known, answer in zip(people, answers, strict=True) if answer[0] == 200]
        assert whose(shop, sale)[0] == winner.id
    shop.verified()


def test_the_same_telephone_twice_at_once_claims_it_once(shop: Shop, amina: Enrolled) -> None:
    sale = rung_up(shop)
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda _: claim(shop, amina, receipt(sale))[0], range(8)))
    assert answers == [200] * 8
    assert shop.service.one("SELECT COUNT(*) FROM claims WHERE customer = ?", amina.id) == 1


# -- elsewhere --------------------------------------------------------------------------------------------------------
def test_a_sale_of_a_sister_shop_is_found_and_one_of_another_business_is_not(shop: Shop, amina: Enrolled) -> None:
    sister = shop.owner("POST", "/v1/shops", {"name": "B", "currency": "KES", "timezone": "Africa/Kigali"})
    at = shop.service.now - timedelta(hours=2)
    sale = replace(shop.sale(at=at), shop=sister["id"])
    shop.post(sale)
    assert claim(shop, amina, receipt(sale)) == REFUSED, "an hour apart by the clock that printed it"
    assert claim(shop, amina, receipt(sale, time=f"{at.astimezone(ZoneInfo('Africa/Kigali')):%H:%M}"))[0] == 200
    assert whose(shop, sale)[0] == amina.id
    other = shop.service.open_shop()
    elsewhere = rung_up(other)
    assert claim(shop, amina, receipt(elsewhere)) == REFUSED


def test_of_who_was_merged_it_goes_along_and_comes_back(shop: Shop, amina: Enrolled) -> None:
    ben = shop.enrol(make.BEN)
    merge = shop.owner("POST", "/v1/merges", {"kept": amina.id, "gone": ben.id, "key": "one"})
    sale, other = rung_up(shop), rung_up(shop, at=shop.service.now - timedelta(hours=3))
    assert claim(shop, ben, receipt(sale))[1]["points"] == 1
    assert claim(shop, amina, receipt(other))[1]["points"] == 2
    assert claim(shop, amina, receipt(sale))[0] == 200, "theirs, by either card"
    assert [visit["claimed"] for visit in card(shop, amina, "/knows")["visits"]] == [True, True]
    for n in range(MISSES_MAX):
        assert claim(shop, (amina, ben)[n % 2], receipt(sale, total=n + 1)) == REFUSED
    assert claim(shop, ben, receipt(sale, total=77)) == (429, "too-many"), "two cards are no more tries than one"
    shop.owner("POST", f"/v1/merges/{merge['id']}/undo")
    assert [whose(shop, one)[0] for one in (sale, other)] == [ben.id, amina.id]
    assert [card(shop, one)["points"] for one in (amina, ben)] == [1, 1]
    shop.verified()


def test_the_owner_sees_by_what_it_is_theirs_and_can_move_it_away(shop: Shop, amina: Enrolled) -> None:
    sale = rung_up(shop)
    claim(shop, amina, receipt(sale))
    [trace] = shop.owner("GET", f"/v1/sales?shop={shop.id}&query={sale.id}")["sales"]
    [station] = [one for one in trace["stations"] if one["name"] == "recognised"]
    assert (station["code"], station["args"]["name"], trace["by_hand"]) == ("note-by-receipt", "Amina", False)
    body = {"sales": [{"shop": shop.id, "source": sale.source, "id": sale.id}], "customer": None}
    shop.owner("POST", "/v1/visits/move", body)
    assert whose(shop, sale) == (None, "taken-off")
    assert card(shop, amina)["points"] == 0
    assert claim(shop, amina, receipt(sale)) == REFUSED, "what the owner took off stays off"
    shop.verified()


def test_it_is_in_the_copy_and_goes_with_them(shop: Shop, amina: Enrolled) -> None:
    sale = rung_up(shop)
    claim(shop, amina, receipt(sale))
    claim(shop, amina, receipt(sale, total=5))
    copy = card(shop, amina, "/copy")
    assert [one["sale"] for one in copy["claims"]] == [None, {"shop": shop.id, "source": sale.source, "id": sale.id}]
    assert "claim" in [deed["what"] for deed in copy["deeds"]]
    assert shop.http("DELETE", f"/v1/customers/{amina.id}", shop.owner_key).status_code == 204
    assert shop.service.one("SELECT COUNT(*) FROM claims WHERE customer = ?", amina.id) == 0
    assert whose(shop, sale) == (None, "erased")
    shop.verified()


def test_a_claim_is_no_visit_that_went_wrong(shop: Shop, amina: Enrolled) -> None:
    """Nobody took them for somebody else: no surprise is due for it."""

    def wrong() -> bool:
        with closing(shop.service.place.open(only_reads=True)) as session:
            return went_wrong(session, amina.id, moment(shop.service.now))

    claim(shop, amina, receipt(rung_up(shop)))
    assert not wrong()
    sale = rung_up(shop, at=shop.service.now)
    body = {"shop": shop.id, "source": sale.source, "id": sale.id, "customer": amina.id}
    shop.owner("POST", "/v1/sales/assign", body)
    assert wrong()
