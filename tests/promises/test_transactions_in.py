"""The contract, line by line: transactions in."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import msgspec
import pytest
from msgspec.structs import replace

from loyalty.wire import Refund, RefundOf
from tests import make
from tests.running import Shop

pytestmark = pytest.mark.slow
LATTE = make.line("Latte")
BUN = make.line("Bun", quantity=2, price=9_000)


def stored(shop: Shop, id: str) -> tuple[Any, ...]:
    """(revision, state, counts, person, note, odd) of a sale as it is kept."""
    [row] = shop.service.rows(
        "SELECT revision, state, counts, person, note, odd FROM sales WHERE shop = ? AND ref = ?", shop.id, id
    )
    return row


# -- shapes -----------------------------------------------------------------------------------------------------------
def test_one_object_an_array_and_json_lines_are_accepted(shop: Shop) -> None:
    assert shop.post(shop.sale()) == {"accepted": 1, "duplicates": 0, "rejected": []}
    assert shop.post([shop.sale(), shop.sale()]) == {"accepted": 2, "duplicates": 0, "rejected": []}
    lines = b"\n".join(msgspec.json.encode(shop.sale()) for _ in range(3)) + b"\r\n\n"
    answer = shop.post(lines, headers={"Content-Type": "application/x-ndjson; charset=utf-8"})
    assert answer == {"accepted": 3, "duplicates": 0, "rejected": []}
    assert shop.post([]) == {"accepted": 0, "duplicates": 0, "rejected": []}


def test_the_example_of_the_contract_is_understood(shop: Shop) -> None:
    at = shop.service.now.isoformat()
    body = {
        "id": "1041",
        "source": "square",
        "shop": shop.id,
        "till": "2",
        "revision": 3,
        "staff": None,
        "refund_of": None,
        "state": "paid",
        "at": at,
        "changed_at": None,
        "age_s": None,
        "currency": "USD",
        "lines": [
            {
                "name": "Latte",
                "variation": "Large",
                "modifiers": ["Oat milk"],
                "sku": None,
                "category": None,
                "quantity": "1",
                "list_price": 700,
                "total": 630,
            },
            {"name": "Almond Croissant", "quantity": "2", "total": 765},
        ],
        "order_discount": 0,
        "tax": 111,
        "tax_included": False,
        "tip": 200,
        "service_charge": 0,
        "total": 1706,
        "tenders": [{"kind": "card", "amount": 1706, "fingerprint": "sq-1-x", "last4": "4417"}],
        "refunds": [
            {
                "id": "r1",
                "at": at,
                "amount": 383,
                "lines": [{"name": "Almond Croissant", "quantity": "1", "total": 383}],
            }
        ],
        "redemptions": [],
        "customer": {"card": None, "phone": None, "email": None, "pos_id": "CUST1", "reference": None},
        "something": "new",
        "unknown": [1],
    }
    assert shop.post(body)["accepted"] == 1
    assert stored(shop, "1041") == (3, "paid", 1, None, "stranger", "currency")


REQUIRED = ("id", "source", "shop", "state", "at", "currency", "lines", "total")


@pytest.mark.parametrize("missing", [*REQUIRED, "lines[0].name", "lines[0].quantity", "lines[0].total"])
def test_what_is_required_and_missing_is_named(shop: Shop, missing: str) -> None:
    body = msgspec.to_builtins(shop.sale())
    where, _, field = missing.rpartition(".")
    del (body["lines"][0] if where else body)[field]
    assert shop.refused(body, 422)["at"] == missing


def test_everything_else_may_be_left_out(shop: Shop) -> None:
    full = msgspec.to_builtins(shop.sale())
    bare = {name: full[name] for name in REQUIRED} | {"lines": [{"name": "Latte", "quantity": "1.5", "total": 38_000}]}
    assert shop.post(bare)["accepted"] == 1
    for absent in ("till", "staff", "refund_of", "changed_at", "age_s", "customer"):
        assert shop.post(bare | {"id": absent, absent: None})["accepted"] == 1, absent


def test_unfit_ones_are_listed_and_the_others_kept(shop: Shop) -> None:
    good = [shop.sale() for _ in range(3)]
    bodies: list[Any] = [msgspec.to_builtins(sale) for sale in good]
    unfit = [{}, None, "sale", 7, bodies[0] | {"id": "x", "total": "4.50"}, bodies[0] | {"id": "y", "state": "lost"}]
    answer = shop.post([bodies[0], *unfit[:3], bodies[1], *unfit[3:], bodies[2], bodies[2]])
    assert (answer["accepted"], answer["duplicates"]) == (3, 1)
    assert [one["index"] for one in answer["rejected"]] == [1, 2, 3, 5, 6, 7]
    assert answer["rejected"][4]["error"]["at"] == "total"
    assert "int" in answer["rejected"][4]["error"]["message"]
    assert all(set(one["error"]) == {"code", "at", "message"} for one in answer["rejected"])
    assert len(shop.service.rows("SELECT 1 FROM sales WHERE shop = ?", shop.id)) == 3


# -- identity ---------------------------------------------------------------------------------------------------------
def test_identity_is_shop_source_and_id(shop: Shop) -> None:
    sale = shop.sale(id="same")
    assert shop.post([sale, replace(sale, source="other")])["accepted"] == 2
    added = shop.owner("POST", "/v1/shops", {"name": "B", "currency": "KES", "timezone": "Africa/Nairobi"})
    assert shop.post(replace(sale, shop=added["id"]))["accepted"] == 1


def test_a_higher_revision_replaces_and_an_equal_or_lower_one_changes_nothing(shop: Shop) -> None:
    amina = shop.enrol()
    first = shop.sale(LATTE, who=make.AMINA, at=shop.service.now - timedelta(hours=1), revision=5)
    other = replace(first, lines=(BUN,), total=18_000)
    assert shop.post(first)["accepted"] == 1
    assert shop.post([first, replace(other, revision=5), replace(other, revision=4)])["duplicates"] == 3
    assert [line["name"] for line in shop.customer(amina)["visits"][0]["lines"]] == ["Latte"]
    assert shop.post(replace(other, revision=6))["accepted"] == 1
    assert [line["name"] for line in shop.customer(amina)["visits"][0]["lines"]] == ["Bun"]
    nobody = replace(first, revision=7, customer=None)
    assert shop.post(nobody)["accepted"] == 1, "as a whole: what it does not say is no longer so"
    assert shop.customer(amina)["visits"] == []


def test_a_sum_that_is_off_is_kept_and_marked(shop: Shop) -> None:
    sales = {
        "fits": shop.sale(id="fits", tax=300, tax_included=False, tip=50, service_charge=20, order_discount=1_000),
        "tax included": shop.sale(id="tax included", tax=300, tax_included=True),
        "off": shop.sale(id="off", total=1),
        "tax twice": replace(shop.sale(id="tax twice", tax=300, tax_included=True), tax_included=False),
    }
    assert shop.post(list(sales.values()))["accepted"] == 4
    assert {name: stored(shop, name)[5] for name in sales} == {
        "fits": "",
        "tax included": "",
        "off": "sum",
        "tax twice": "sum",
    }


# -- refunds ----------------------------------------------------------------------------------------------------------
def test_a_refund_receipt_is_attached_whichever_comes_first(shop: Shop) -> None:
    amina = shop.enrol()
    for number, first in enumerate(("sale", "receipt")):
        sale = shop.sale(LATTE, BUN, who=make.AMINA, at=shop.service.now - timedelta(days=number + 1))
        receipt = replace(make.refund_of(sale, BUN, id=f"R{number}"), customer=sale.customer)
        for delivery in (sale, receipt) if first == "sale" else (receipt, sale):
            shop.post(delivery)
    known = shop.customer(amina)
    assert (known["points"], known["recognition"]["visits"], len(known["visits"])) == (2, 2, 2), "never a visit"
    assert {item["line"]["name"] for item in known["recognition"]["usual"]["items"]} == {"Latte"}
    assert stored(shop, "R0")[2:] == (0, stored(shop, "R0")[3], "refund", "")


def test_a_receipt_for_a_sale_that_never_comes_waits(shop: Shop) -> None:
    receipt = replace(make.refund_of(shop.sale()), shop=shop.id, refund_of=RefundOf(id="never"))
    assert shop.post(receipt)["accepted"] == 1


def test_a_voided_receipt_gives_the_sale_back(shop: Shop) -> None:
    amina = shop.enrol()
    sale = shop.sale(who=make.AMINA)
    receipt = replace(make.refund_of(sale, id="R"), shop=shop.id)
    points = []
    for delivery in (sale, receipt, make.void_of(receipt)):
        shop.post(delivery)
        points.append(shop.customer(amina)["points"])
    assert points == [1, 0, 1]


@pytest.mark.parametrize("wholly", [True, False])
def test_nested_refunds_of_all_that_was_paid_take_the_visit_back(shop: Shop, wholly: bool) -> None:
    amina = shop.enrol()
    sale = shop.sale(LATTE, BUN, who=make.AMINA, tip=500)
    halves = (sale.total // 2, sale.total - sale.total // 2 - (0 if wholly else 1))
    refunds = tuple(Refund(id=str(n), at=sale.at, amount=amount) for n, amount in enumerate(halves))
    shop.post([sale, replace(sale, revision=2, refunds=refunds[:1]), replace(sale, revision=3, refunds=refunds)])
    assert shop.customer(amina)["points"] == (0 if wholly else 1)


# -- the stream -------------------------------------------------------------------------------------------------------
def test_acks_are_cumulative_and_pass_over_what_was_refused(shop: Shop) -> None:
    unfit = msgspec.to_builtins(shop.sale()) | {"currency": "XQX"}
    with shop.stream(first=1_000_000) as stream:
        stream.deliver([shop.sale(), unfit, shop.sale(), {}, shop.sale()])
        assert stream.acked == 1_000_004
        assert {seq: error["at"] for seq, error in stream.refused.items()} == {1_000_001: "currency", 1_000_003: "id"}
        seq = stream.send(unfit)
        assert stream.next()["refused"] == seq, "before any ack that passes over it"
        assert stream.next() == {"ack": seq}
    assert len(shop.service.rows("SELECT 1 FROM sales WHERE shop = ?", shop.id)) == 3


def test_an_ack_comes_after_the_commit(shop: Shop) -> None:
    with shop.stream() as stream:
        for count in range(1, 30):
            stream.deliver([shop.sale()])
            assert len(shop.service.rows("SELECT 1 FROM sales WHERE shop = ?", shop.id)) == count


def test_a_frame_whose_number_cannot_be_read_closes_the_stream(shop: Shop) -> None:
    for frame in ("", "[]", "{", '{"transaction": {}}', '{"seq": -1, "transaction": {}}', '{"seq": "1"}', "[" * 50_000):
        with shop.stream() as stream:
            stream.say(frame)
            assert stream.closing_code() == 1008, frame[:20]


@pytest.mark.parametrize("rest", ["", ', "transaction": null', ', "presence": []', ', "presence": 7'])
def test_a_frame_that_holds_nothing_is_refused_by_its_number(shop: Shop, rest: str) -> None:
    with shop.stream() as stream:
        stream.say(f'{{"seq": 5{rest}}}')
        assert stream.next()["refused"] == 5
        assert stream.next() == {"ack": 5}


@pytest.mark.parametrize(
    "rest", ['"transaction": ' + "[" * 50_000, '"transaction": {"id": "1"', '"tip": NaN', "}", "\xff"]
)
def test_a_frame_that_is_torn_behind_its_number_is_refused_by_it(shop: Shop, rest: str) -> None:
    """So that the adapter parks it, and does not send it for ever."""
    with shop.stream() as stream:
        stream.say(f'{{"seq": 1, {rest}')
        assert stream.next()["refused"] == 1
        assert stream.next() == {"ack": 1}
        stream.seq = stream.acked = 1
        stream.deliver([shop.sale()])


@pytest.mark.parametrize("second", [5, 4, 0])
def test_a_number_that_does_not_grow_closes_the_stream(shop: Shop, second: int) -> None:
    """Acks are cumulative: it could not be answered."""
    with shop.stream() as stream:
        for seq in (5, second):
            stream.say({"seq": seq, "transaction": shop.sale()})
        assert stream.closing_code() == 1008


def test_two_streams_of_one_adapter_are_two_conversations(shop: Shop) -> None:
    with shop.stream() as one, shop.stream(first=50) as two:
        one.deliver([shop.sale(), shop.sale()])
        two.deliver([shop.sale()])
        assert (one.acked, two.acked) == (2, 50)


def test_a_presence_on_the_stream_is_a_checkin(shop: Shop) -> None:
    shop.enrol()
    with shop.counter("1") as screen, shop.stream() as stream:
        screen.opened()
        stream.deliver([shop.presence(), shop.presence(make.BEN)])
        assert screen.next()["cue"]["name"] == "\u2068Amina\u2069"
        assert stream.refused == {}
