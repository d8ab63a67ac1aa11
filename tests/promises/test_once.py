"""Promise 1, once: duplication, delay, reordering and replay change nothing."""

from __future__ import annotations

import random
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec import json
from msgspec.structs import replace

from loyalty.wire import Evidence, RefundOf, Transaction
from tests import make
from tests.promises.inside import NOTHING_KNOWN, SHOPS, Bench, House, batches
from tests.promises.stories import NOW, PEOPLE, PROGRAM, Story, stories
from tests.running import Service, Shop

pytestmark = pytest.mark.slow
EXAMPLES = settings().max_examples // 12  # through the doors of the running service


def outcome(house: House) -> tuple[object, ...]:
    return house.customers(), house.memories(), house.sums(), house.sales(), house.house_days()


@given(stories())
def test_once_in_any_order_and_any_number_of_times_the_outcome_is_the_same(bench: Bench, story: Story) -> None:
    with bench.house(NOW) as one, bench.house(NOW) as other:
        one.deliver(*story.calendar)
        for batch in batches(story.shuffled, story.sizes):
            other.deliver(*batch)
        for mine, theirs in zip(outcome(one), outcome(other), strict=True):
            assert mine == theirs
        assert (one.differences(), other.differences()) == ([], [])


@given(stories())
def test_once_no_delivery_raises_or_alters_a_cue_twice(bench: Bench, story: Story) -> None:
    with bench.house(NOW) as one, bench.house(NOW) as other:
        seen: set[tuple[str, str, str, int]] = set()
        for batch in batches(story.shuffled, story.sizes):
            one.deliver(*fresh(batch, seen))
            other.deliver(*batch)
        assert one.cues() == other.cues()


def fresh(sales: Sequence[Transaction], seen: set[tuple[str, str, str, int]]) -> list[Transaction]:
    """Without the deliveries that came before."""
    found = []
    for sale in sales:
        identity = sale.shop, sale.source, sale.id, sale.revision
        if identity not in seen:
            seen.add(identity)
            found.append(sale)
    return found


@settings(max_examples=EXAMPLES)
@given(story=stories(), data=st.data())
def test_once_by_http_and_by_stream_the_outcome_is_the_same(
    running: Service, story: Story, data: st.DataObject
) -> None:
    running.move(NOW)
    calendar, shuffled = cafe(running), cafe(running)
    calendar.one.post(calendar.sales(story.calendar))
    for batch in batches(story.shuffled, story.sizes):
        DOORS[data.draw(st.sampled_from(sorted(DOORS)))](shuffled.one, shuffled.sales(batch))
    for who in PEOPLE:
        assert calendar.known(who) == shuffled.known(who)


@dataclass(frozen=True)
class Cafe:
    """A business of the running service with the two shops, the people and the program of the stories."""

    one: Shop
    shops: dict[str, str]
    people: dict[str, str]

    def sales(self, sales: Sequence[Transaction]) -> list[Transaction]:
        return [replace(sale, shop=self.shops[sale.shop]) for sale in sales]

    def known(self, who: make.Who) -> tuple[object, ...]:
        """What the owner is told, the memory, and the sum of the entries."""
        person = self.people[who.name]
        told = self.one.customer(person)
        kept = {name: told[name] for name in ("name", "recognition", "points", "visits")}
        for visit in kept["visits"]:
            del visit["sales"]  # they name their shop by its id, which is chance
        rows = self.one.service.rows("SELECT memory FROM states WHERE customer = ?", person)
        memory: bytes = rows[0][0] if rows else NOTHING_KNOWN
        for name, shop in self.shops.items():
            memory = memory.replace(shop.encode(), name.encode())
        return kept, memory, self.one.service.one("SELECT SUM(points) FROM entries WHERE customer = ?", person) or 0


def cafe(service: Service) -> Cafe:
    (first, (currency, zone)), (second, (other, elsewhere)) = SHOPS.items()
    shop = service.open_shop(first, currency, zone)
    service.pass_time(microseconds=1)
    added = shop.owner("POST", "/v1/shops", {"name": second, "currency": other, "timezone": elsewhere})
    shop.owner("PUT", "/v1/program", PROGRAM)
    people = {who.name: shop.enrol(who, consents=consents).id for who, consents in PEOPLE.items()}
    return Cafe(shop, {first: shop.id, second: added["id"]}, people)


def by_array(shop: Shop, sales: Sequence[Transaction]) -> None:
    shop.post(sales)


def by_lines(shop: Shop, sales: Sequence[Transaction]) -> None:
    body = b"\n".join(json.encode(sale) for sale in sales)
    shop.post(body, headers={"Content-Type": "application/x-ndjson"})


def one_by_one(shop: Shop, sales: Sequence[Transaction]) -> None:
    for sale in sales:
        shop.post(sale)


def by_stream(shop: Shop, sales: Sequence[Transaction]) -> None:
    with shop.stream() as stream:
        stream.deliver(sales)
        assert not stream.refused


DOORS = {"array": by_array, "lines": by_lines, "one by one": one_by_one, "stream": by_stream}


def test_once_a_refund_a_void_and_a_revision_take_back_exactly_what_was_given(bench: Bench) -> None:
    latte, croissant = make.line(price=25_000), make.line("Croissant", quantity=2, price=9_000)
    sale = make.sale(latte, croissant)
    takes_back = {
        "void": make.void_of(sale),
        "whole refund inside": make.refunded(sale),
        "whole refund on a receipt": make.refund_of(sale),
        "revised to somebody else": replace(sale, revision=2, customer=None),
        "revised to nothing": replace(sale, revision=2, state="open"),
    }
    for name, change in takes_back.items():
        with bench.house(NOW) as house:
            untouched = outcome(house)[:3]
            house.deliver(sale)
            assert house.balances()["Amina"][0] == 3 + 4 + 2 * 5, name
            house.deliver(change)
            assert outcome(house)[:3] == untouched, name
            assert house.differences() == [], name


def test_once_a_refund_of_one_line_takes_back_that_line(bench: Bench) -> None:
    latte, croissant = make.line(price=25_000), make.line("Croissant", quantity=2, price=9_000)
    sale, only = make.sale(latte, croissant), make.sale(latte)
    for change in (make.refunded(sale, croissant), make.refund_of(sale, croissant)):
        with bench.house(NOW) as house, bench.house(NOW) as plain:
            house.deliver(sale)
            house.deliver(change)
            plain.deliver(only)
            assert house.memories() == plain.memories()
            assert house.balances()["Amina"][0] == plain.balances()["Amina"][0] == 3 + 2


def test_once_a_sale_stays_judged_by_the_program_of_its_first_decision(shop: Shop) -> None:
    amina = shop.enrol()
    sale = shop.sale(who=make.AMINA)
    shop.post(sale)
    shop.owner("PUT", "/v1/program", {"earn": [{"kind": "visit", "points": 7}]})
    shop.post([sale, replace(sale, revision=2, tip=100, total=sale.total + 100)])
    assert shop.customer(amina)["points"] == 1
    shop.post(shop.sale(who=make.AMINA, at=sale.at - timedelta(days=1)))
    assert shop.customer(amina)["points"] == 8


def test_once_the_evidence_of_an_older_revision_adopts_nothing(shop: Shop) -> None:
    sale = shop.sale(who=make.AMINA, by="phone")
    corrected = replace(sale, revision=2, customer=Evidence(phone=make.BEN.phone))
    shop.post([sale, corrected])
    amina, ben = shop.enrol(make.AMINA), shop.enrol(make.BEN)
    assert shop.customer(amina)["visits"] == []
    assert [visit["transactions"] for visit in shop.customer(ben)["visits"]] == [[sale.id]]


def test_once_a_corrected_refund_receipt_leaves_its_first_original_as_it_was(bench: Bench) -> None:
    first, second = make.sale(id="1"), make.sale(id="2", at=make.at("08:12", 1))
    part = replace(make.refund_of(first, id="R1"), lines=(), total=10_000)
    rest = replace(part, id="R2", total=first.total - part.total)
    moved = replace(rest, revision=2, refund_of=RefundOf(id="2"))
    with bench.house(NOW) as house, bench.house(NOW) as other:
        for sale in (first, second, part, rest, moved):
            house.deliver(sale)
        other.deliver(moved, rest, part, second, first)
        assert outcome(house) == outcome(other)
        assert house.differences() == other.differences() == []


def test_once_however_many_deliver_the_same_at_the_same_time(shop: Shop) -> None:
    """Four connections with the same sales in four orders: each is accepted once, and once there."""
    amina = shop.enrol()
    sales = [shop.sale(who=make.AMINA, at=shop.service.now - timedelta(days=day)) for day in range(100)]
    orders = [random.Random(seed).sample(sales, len(sales)) for seed in range(4)]

    def by_posts(order: list[Transaction]) -> int:
        return sum(shop.post(order[start : start + 7])["accepted"] for start in range(0, len(order), 7))

    with ThreadPoolExecutor() as pool:
        streaming = [pool.submit(by_stream, shop, order) for order in orders[:2]]
        posting = [pool.submit(by_posts, order) for order in orders[2:]]
        for one in streaming:
            one.result()
        assert sum(one.result() for one in posting) <= len(sales)
    known = shop.customer(amina)
    assert (known["points"], len(known["visits"]), known["recognition"]["visits"]) == (100, 100, 100)
    assert shop.post(sales)["duplicates"] == len(sales)


@pytest.mark.parametrize("second", ["voided", "revised", "refunded", "somebody else's"])
def test_once_a_revision_after_a_reading_in_one_batch(bench: Bench, second: str) -> None:
    """A change that came late, a sale, and its live revision: what the reading in between counted is counted once."""
    first = make.sale(make.line(), id="1", at=make.at("08:00", 1))
    live = make.sale(make.line("Tea"), id="2", at=NOW - timedelta(minutes=5))
    later = {
        "voided": make.void_of(live, at=NOW),
        "revised": replace(live, revision=2, lines=(*live.lines, make.line("Croissant")), changed_at=NOW),
        "refunded": make.refunded(live, at=NOW),
        "somebody else's": replace(live, revision=2, customer=make.sale(who=make.BEN).customer, changed_at=NOW),
    }[second]
    batch = [first, replace(first, revision=2, lines=(make.line("Mocha"),)), live, later]
    with bench.house(NOW) as house, bench.house(NOW) as other:
        house.deliver(*batch)
        for sale in batch:
            other.deliver(sale)
        assert house.differences() == []
        assert outcome(house) == outcome(other)
