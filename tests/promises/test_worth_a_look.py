"""Worth a look: what the owner is shown of a shop's own sales, with the evidence; and how plainly nothing is said."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from datetime import timedelta

import pytest
from msgspec.structs import replace

from loyalty.clock import MovedClock
from loyalty.core.days import DAY, SECOND, moment
from loyalty.core.integrity import BARE_SALES, BURST_CARDS, HAND_MOVES, MERGES, OWN_SALES, UNMET_SALES
from loyalty.reports import copy, copy_of_counter, integrity
from loyalty.store.database import open_vault
from loyalty.store.view import View
from loyalty.wire import Line, Transaction
from loyalty.wire_staff import PEOPLE_SHOWN_MAX, SALES_SHOWN_MAX, SEEN_MAX, Integrity
from tests import make
from tests.promises.guests import crowd, guest
from tests.promises.team import OTIENO, STAFF, asked, hire, take
from tests.running import Enrolled, Message, Shop

pytestmark = pytest.mark.slow


def looked(shop: Shop) -> Message:
    return shop.owner("GET", f"/v1/integrity?shop={shop.id}")


def rows(shop: Shop) -> list[Message]:
    found: list[Message] = looked(shop)["rows"]
    return found


def rung(shop: Shop, staff: str | None, who: make.Who | None, days: float, lines: Sequence[Line] = ()) -> Transaction:
    return replace(shop.sale(*lines, who=who, at=shop.service.now - timedelta(days=days)), staff=staff)


@pytest.fixture
def amina(shop: Shop) -> Enrolled:
    return shop.enrol()


def test_an_empty_report_says_what_it_looked_at(shop: Shop, amina: Enrolled) -> None:
    shop.post([rung(shop, "Wanjiru", amina.who, day) for day in range(5)])
    told = looked(shop)
    assert (told["rows"], told["more"], told["sales"], told["days"], told["whole"]) == ([], 0, 5, 28, True)


def test_one_s_own_card_by_the_name_that_the_till_gives(shop: Shop, amina: Enrolled) -> None:
    hire(shop, customer=amina.id)
    mine = [rung(shop, "  wanjiru ", amina.who, day + 1) for day in range(OWN_SALES)]
    shop.post([*mine, rung(shop, "Otieno", amina.who, 9)])
    [row] = rows(shop)
    assert (row["kind"], row["staff"], row["n"], row["of"], row["usual"]) == ("own-card", "Wanjiru", 5, 6, 5)
    assert row["people"] == [{"id": amina.id, "name": "Amina"}]
    assert [sale["id"] for sale in row["sales"]] == [sale.id for sale in mine], "the newest first"
    assert row["since"] < row["until"]


def test_one_s_own_card_while_one_held_that_till_s_screen(shop: Shop, amina: Enrolled) -> None:
    wanjiru = hire(shop, customer=amina.id)
    token = take(shop, wanjiru, till="1")
    shop.service.pass_time(minutes=1)
    at_my_till = [shop.sale(who=amina.who, till="1") for _ in range(OWN_SALES)]
    at_another = [shop.sale(who=amina.who, till="2") for _ in range(OWN_SALES)]
    shop.service.pass_time(minutes=1)
    asked(shop, "DELETE", f"{STAFF}/session", token=token)
    shop.service.pass_time(minutes=1)
    afterwards = [shop.sale(who=amina.who, till="1") for _ in range(2)]
    shop.post([*at_my_till, *at_another, *afterwards])
    row, busy = rows(shop)
    assert (row["kind"], row["n"], row["of"], row["usual"]) == ("own-card", OWN_SALES, 12, OWN_SALES)
    assert (busy["kind"], busy["n"], busy["of"]) == ("own-card-busy", 12, 1)


def test_a_till_that_two_held_is_nobody_s(shop: Shop, amina: Enrolled) -> None:
    """Two screens at once on one till: which of them it was, nobody knows."""
    wanjiru, otieno = hire(shop, customer=amina.id), hire(shop, *OTIENO)
    take(shop, wanjiru)
    take(shop, otieno, OTIENO[1])
    shop.service.pass_time(minutes=1)
    shop.post([shop.sale(who=amina.who) for _ in range(OWN_SALES)])
    assert [row["kind"] for row in rows(shop)] == ["own-card-busy"]


def test_who_is_gone_is_still_named(shop: Shop, amina: Enrolled) -> None:
    wanjiru = hire(shop, customer=amina.id)
    shop.post([rung(shop, "Wanjiru", amina.who, day + 1) for day in range(OWN_SALES)])
    shop.http("DELETE", f"{STAFF}/{wanjiru}", shop.owner_key)
    assert [(row["kind"], row["staff"]) for row in rows(shop)] == [("own-card", "Wanjiru")]
    back = hire(shop, "Wanjiru", "7777")
    assert back != wanjiru
    assert [(row["kind"], row["staff"]) for row in rows(shop)] == [("own-card", "Wanjiru")], "one person, come back"


def test_points_without_items_and_no_reward_is_among_them(shop: Shop) -> None:
    people = crowd(shop, BARE_SALES)
    free = make.line("Gift", price=0)
    shop.post([rung(shop, "Ann <b>", one.who, n + 1, lines=[free]) for n, one in enumerate(people)])
    [row] = rows(shop)
    assert (row["kind"], row["staff"], row["n"], row["of"], row["usual"]) == ("bare-points", "Ann <b>", 3, 3, 3)
    assert {one["id"] for one in row["people"]} == {one.id for one in people}


def test_a_free_coffee_for_points_is_no_sale_without_items(shop: Shop, amina: Enrolled) -> None:
    shop.owner(
        "PUT",
        "/v1/program",
        {"earn": [{"kind": "visit", "points": 20}], "rewards": [{"id": "r", "name": "R", "points": 10}]},
    )
    shop.post([rung(shop, None, amina.who, day) for day in range(3, 8)])
    for n in range(BARE_SALES):
        wanted = {"customer": amina.id, "reward": "r", "till": "1", "key": f"k{n}"}
        assert asked(shop, "POST", "/v1/redemptions", wanted).status_code == 201
        shop.post(shop.sale(make.line("Latte", total=0), who=amina.who))
        shop.service.pass_time(hours=1)
    assert rows(shop) == []


def test_a_reward_on_sales_that_do_not_keep_to_what_it_asks(shop: Shop, amina: Enrolled) -> None:
    wanted = {"id": "r", "name": "R", "points": 1, "minimum": 1_000, "match": {"name": "Latte"}}
    shop.owner("PUT", "/v1/program", {"earn": [{"kind": "visit", "points": 20}], "rewards": [wanted]})
    shop.post([rung(shop, None, amina.who, day) for day in range(3, 8)])
    sold = []
    for n in range(UNMET_SALES + 1):
        asked_for = {"customer": amina.id, "reward": "r", "till": "1", "key": f"k{n}"}
        assert asked(shop, "POST", "/v1/redemptions", asked_for).status_code == 201
        line = make.line("Latte", price=1_000) if n == 0 else make.line("Latte" if n == 1 else "Beer", price=900)
        sold.append(replace(shop.sale(line, who=amina.who, till="1"), staff="Otieno"))
        shop.post(sold[-1])
        shop.service.pass_time(hours=1)
    shop.owner("PUT", "/v1/program", {"earn": [], "rewards": [wanted | {"minimum": 0}]})
    [row] = rows(shop)
    assert (row["kind"], row["staff"], row["n"], row["of"], row["usual"]) == ("unmet", "Otieno", 3, 4, 3)
    assert {sale["id"] for sale in row["sales"]} == {sale.id for sale in sold[1:]}


def test_points_moved_by_hand_at_a_counter(shop: Shop, amina: Enrolled) -> None:
    wanjiru = hire(shop)
    business = shop.service.one("SELECT business FROM shops WHERE id = ?", shop.id)
    now = moment(shop.service.now)
    with closing(shop.service.place.open()) as session, session.transaction():
        session.many(
            "INSERT INTO deeds (business, shop, till, staff, what, customer, points, at)"
            " VALUES (?, ?, '1', ?, 'adjust', ?, 30, ?)",
            [(business, shop.id, wanjiru, amina.id, now - n * DAY) for n in range(HAND_MOVES)],
        )
    [row] = rows(shop)
    assert (row["kind"], row["staff"], row["n"], row["of"], row["usual"]) == ("by-hand", "Wanjiru", 5, 5, 150)


def test_points_put_right_on_the_owner_s_page(shop: Shop, amina: Enrolled) -> None:
    for n in range(HAND_MOVES):
        wanted = {"points": -10 if n % 2 else 30, "note": "put right", "key": f"k{n}"}
        for _ in range(2):
            shop.owner("POST", f"/v1/customers/{amina.id}/adjustments", wanted)
    [row] = rows(shop)
    assert (row["kind"], row["staff"], row["till"], row["n"], row["usual"]) == ("by-hand", None, None, 5, 110)


def test_people_made_one_at_a_counter_and_two_again(shop: Shop, amina: Enrolled) -> None:
    """What the owner does on their own page is not among it."""
    ben = shop.enrol(make.BEN)
    token = take(shop, hire(shop))
    for n in range(MERGES // 2):
        assert rows(shop) == []
        wanted = {"kept": amina.id, "gone": ben.id, "key": f"k{n}"}
        merged = asked(shop, "POST", "/v1/merges", wanted, token).json()["id"]
        assert asked(shop, "POST", f"/v1/merges/{merged}/undo", token=token).status_code == 200
    merged = shop.owner("POST", "/v1/merges", {"kept": amina.id, "gone": ben.id, "key": "owner"})["id"]
    shop.owner("POST", f"/v1/merges/{merged}/undo")
    [row] = rows(shop)
    assert (row["kind"], row["staff"], row["n"], row["of"], row["usual"]) == ("merges", "Wanjiru", 8, 8, 4)
    assert row["people"] == [{"id": amina.id, "name": "Amina"}]


def test_c62_cards_made_in_a_burst_and_not_used_since(shop: Shop) -> None:
    token = take(shop, hire(shop))
    for n in range(BURST_CARDS):
        who = guest(n)
        assert asked(shop, "POST", "/v1/customers", make.enrolment(who), token).status_code == 201
    assert rows(shop) == [], "younger than a week, they have had no time to be used again"
    shop.service.pass_time(days=7, minutes=1)
    [row] = rows(shop)
    assert (row["kind"], row["staff"], row["till"], row["n"], row["of"], row["usual"]) == (
        "burst",
        "Wanjiru",
        None,
        10,
        10,
        100,
    )
    assert len(row["people"]) == PEOPLE_SHOWN_MAX
    shop.service.pass_time(days=21)
    assert rows(shop) == [], "what is older than four weeks is over"


def test_c62_one_card_on_everybody_s_sales(shop: Shop, amina: Enrolled) -> None:
    """And what another customer bought is not among the evidence."""
    others = crowd(shop, 12)
    shop.post([rung(shop, "Ann", one.who, day) for one in others for day in (1, 2)])
    shop.post([rung(shop, "Ann", amina.who, 1) for _ in range(7)])
    [row] = rows(shop)
    assert (row["kind"], row["staff"], row["n"], row["of"], row["usual"]) == ("busy-card", None, 7, 1, 1)
    assert len(row["sales"]) == SALES_SHOWN_MAX
    assert [one["name"] for one in row["people"]] == ["Amina"]


def test_a_voided_sale_is_no_evidence(shop: Shop, amina: Enrolled) -> None:
    hire(shop, customer=amina.id)
    sales = [rung(shop, "Wanjiru", amina.who, day + 1) for day in range(OWN_SALES)]
    shop.post(sales)
    assert len(rows(shop)) == 1
    shop.post(make.void_of(sales[0]))
    assert rows(shop) == []


def test_who_was_erased_is_no_evidence(shop: Shop, amina: Enrolled) -> None:
    hire(shop, customer=amina.id)
    shop.post([rung(shop, "Wanjiru", amina.who, day + 1) for day in range(OWN_SALES)])
    shop.http("DELETE", f"/v1/customers/{amina.id}", shop.owner_key)
    assert rows(shop) == []


def test_a_shop_is_measured_by_its_own_sales(shop: Shop, amina: Enrolled) -> None:
    sister = shop.owner("POST", "/v1/shops", {"name": "B", "currency": "KES", "timezone": "Africa/Nairobi"})
    shop.post([replace(rung(shop, "Ann", amina.who, 1), shop=sister["id"]) for _ in range(7)])
    assert rows(shop) == []
    [row] = shop.owner("GET", f"/v1/integrity?shop={sister['id']}")["rows"]
    assert row["kind"] == "busy-card"


def test_so_many_rows_are_shown_and_the_rest_is_counted(shop: Shop) -> None:
    people = crowd(shop, SEEN_MAX + 2)
    shop.post([rung(shop, "Ann", one.who, 2) for one in people for _ in range(7)])
    assert rows(shop) == [], "where everybody does it, it is the way of the house"
    for half in (range(3, 15), range(15, 27)):
        shop.post([rung(shop, "Ann", one.who, day) for day in half for one in people])
    told = looked(shop)
    assert (len(told["rows"]), told["more"]) == (SEEN_MAX, 2)


def test_of_a_very_busy_shop_the_newest_sales_are_looked_at_and_that_is_said(
    shop: Shop, amina: Enrolled, monkeypatch: pytest.MonkeyPatch
) -> None:
    shop.post([rung(shop, "Ann", amina.who, day) for day in range(6)])
    for most, told in ((4, (4, False)), (7, (6, True))):
        monkeypatch.setattr(integrity, "SALES_MAX", most)
        found = read(shop)
        assert (found.sales, found.whole) == told


def test_of_many_cards_and_movements_the_newest_are_looked_at(
    shop: Shop, amina: Enrolled, monkeypatch: pytest.MonkeyPatch
) -> None:
    business = shop.service.one("SELECT business FROM shops WHERE id = ?", shop.id)
    now = moment(shop.service.now)
    done = [("adjust", n) for n in range(HAND_MOVES)] + [("enrol", 8 + n) for n in range(BURST_CARDS)]
    with closing(shop.service.place.open()) as session, session.transaction():
        session.many(
            "INSERT INTO deeds (business, shop, till, what, customer, points, at) VALUES (?, ?, '7', ?, ?, 1, ?)",
            [
                (business, shop.id, what, f"p{n}", now - (8 * DAY + n * SECOND if what == "enrol" else n * DAY))
                for what, n in done
            ],
        )
    assert [row.kind for row in read(shop).rows] == ["by-hand", "burst"]
    monkeypatch.setattr(integrity, "MOVED_MAX", HAND_MOVES - 1)
    assert [row.kind for row in read(shop).rows] == ["burst"]
    monkeypatch.setattr(integrity, "MADE_MAX", BURST_CARDS - 1)
    assert read(shop).rows == ()
    monkeypatch.setattr(copy_of_counter, "DEEDS_MAX", 1)
    with looking(shop) as (view, _):
        copied = copy.read(view, business, amina.id)
        assert copied is not None
        assert len(copied["deeds"]) == 1


def read(shop: Shop) -> Integrity:
    """The report as it is made, inside this process."""
    with looking(shop) as (view, business):
        return integrity.read(view, business, shop.id)


@contextmanager
def looking(shop: Shop) -> Iterator[tuple[View, str]]:
    service = shop.service
    assert service.clock is not None
    business = service.one("SELECT business FROM shops WHERE id = ?", shop.id)
    with closing(service.place.open(only_reads=True)) as session:
        view = View(session, open_vault(service.place), MovedClock(service.clock))
        view.settings.read(session)
        yield view, business
