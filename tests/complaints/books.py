"""What the books say of somebody, asked over the API as an owner asks; and the ways in which tills take a sale back.

The program of these tests gives something for everything, so that whatever earns by mistake shows: three points a
visit, one for every ten shillings, five a latte. Ten points are a free coffee.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import NamedTuple

from msgspec import json
from msgspec.structs import replace

from loyalty.wire import Line, Refund, Transaction
from tests import make
from tests.running import Enrolled, Message, Shop

VISIT, TEN_SHILLINGS, LATTE = 3, 1_000, 5
REWARD = {"id": "free-coffee", "name": "Free coffee", "points": 10}
PROGRAM: Message = {
    "earn": [
        {"kind": "visit", "points": VISIT},
        {"kind": "spend", "points": 1, "per": TEN_SHILLINGS},
        {"kind": "item", "match": {"name": "Latte"}, "points": LATTE},
    ],
    "rewards": [REWARD],
}
STAMPS: Message = {"earn": [{"kind": "visit", "points": 1}], "rewards": [REWARD]}
DRINK = make.line("Latte", "Medium", "Oat milk", price=38_000)
CAKE = make.line("Cake", price=25_000)
FREE = make.line("Latte", "Medium", "Oat milk", price=38_000, total=0)


def due(*lines: Line, visits: int = 1) -> int:
    """What these lines earn by PROGRAM."""
    lattes = sum(int(line.quantity) for line in lines if line.name == "Latte")
    return visits * VISIT + sum(line.total for line in lines) // TEN_SHILLINGS + lattes * LATTE


class Books(NamedTuple):
    """`habit`: what they usually have, as far as it is known."""

    points: int
    visits: int
    habit: tuple[str, ...]


NOTHING = Books(0, 0, ())


def books(shop: Shop, who: Enrolled) -> Books:
    """The balance is the sum of its entries, and visits are counted as they are listed."""
    known = shop.customer(who)
    total, after = sum(entry["points"] for entry in known["entries"]), known["next"]
    visits = len(known["visits"])
    while after is not None:
        page = shop.customer(who, after)
        total += sum(entry["points"] for entry in page["entries"])
        visits, after = visits + len(page["visits"]), page["next"]
    assert total == known["points"] == known["recognition"]["points"]
    assert visits == known["recognition"]["visits"]
    usual = known["recognition"]["usual"]["items"]
    return Books(total, visits, tuple(" ".join(_drink(item["line"])) for item in usual))


def _drink(line: Message) -> Sequence[str]:
    return [line["name"], *([line["variation"]] if line.get("variation") else []), *line.get("modifiers", ())]


def points(shop: Shop, who: Enrolled) -> int:
    return books(shop, who).points


def saved(shop: Shop, visits: int, who: make.Who = make.AMINA) -> Enrolled:
    """Somebody who came on so many mornings before today."""
    known = shop.enrol(who)
    now = shop.service.now
    shop.post([shop.sale(DRINK, who=known.who, at=now - timedelta(days=day, hours=4)) for day in range(visits, 0, -1)])
    return known


# -- taking back ------------------------------------------------------------------------------------------------------
def receipt(sale: Transaction, *lines: Line, id: str = "back", at: datetime | None = None) -> Transaction:
    """A refund receipt of its own, numbered after its sale."""
    return make.refund_of(sale, *lines, id=f"{sale.id}-{id}", at=at)


def without_lines(sale: Transaction, amount: int, *, nested: bool) -> Transaction:
    """Money given back of which the till says nothing else."""
    if not nested:
        return replace(receipt(sale, id="money"), lines=(), total=amount, tenders=())
    at = sale.at + timedelta(minutes=20)
    refund = Refund(id="money", at=at, amount=amount)
    return replace(sale, revision=sale.revision + 1, changed_at=at, refunds=(*sale.refunds, refund))


def undone(told: Transaction) -> Transaction:
    return replace(told, revision=told.revision + 1, state="voided")


def _one_by_one(sale: Transaction) -> list[Transaction]:
    found: list[Transaction] = []
    for line in sale.lines:
        found.append(make.refunded(found[-1] if found else sale, line))
    return found


def _back_and_forth(sale: Transaction) -> list[Transaction]:
    return [make.void_of(sale), replace(sale, revision=sale.revision + 2), replace(undone(sale), revision=9)]


def _printed_twice(sale: Transaction) -> list[Transaction]:
    first = receipt(sale, id="first")
    return [first, undone(first), receipt(sale, id="second")]


def _half_and_half(sale: Transaction) -> list[Transaction]:
    first, *rest = sale.lines
    return [make.refunded(sale, first), *([receipt(sale, *rest)] if rest else [])]


WHOLE: dict[str, Callable[[Transaction], list[Transaction]]] = {
    "a void": lambda sale: [make.void_of(sale)],
    "voided, paid after all, voided": _back_and_forth,
    "a refund inside": lambda sale: [make.refunded(sale)],
    "inside, line by line": _one_by_one,
    "a receipt of its own": lambda sale: [receipt(sale)],
    "receipts, line by line": lambda sale: [receipt(sale, line, id=f"r{n}") for n, line in enumerate(sale.lines)],
    "a receipt undone and printed again": _printed_twice,
    "inside and printed too": lambda sale: [make.refunded(sale, id=f"{sale.id}-back"), receipt(sale)],
    "one line inside, the rest on a receipt": _half_and_half,
    "refunded and voided": lambda sale: [receipt(sale), make.void_of(sale)],
}
BY_MONEY: dict[str, Callable[[Transaction], list[Transaction]]] = {
    "money, inside": lambda sale: [without_lines(sale, sale.total, nested=True)],
    "money, on a receipt": lambda sale: [without_lines(sale, sale.total, nested=False)],
}


# -- telling ----------------------------------------------------------------------------------------------------------
def each_alone(shop: Shop, told: Sequence[Transaction]) -> None:
    for one in told:
        shop.post(one)


def in_one_batch(shop: Shop, told: Sequence[Transaction]) -> None:
    shop.post(list(told))


def backwards(shop: Shop, told: Sequence[Transaction]) -> None:
    each_alone(shop, told[::-1])


def backwards_in_one_batch(shop: Shop, told: Sequence[Transaction]) -> None:
    in_one_batch(shop, told[::-1])


def each_thrice(shop: Shop, told: Sequence[Transaction]) -> None:
    """The same again, at once and after everything else."""
    each_alone(shop, [again for one in told for again in (one, one)] + [*told])


def shuffled_lines(shop: Shop, told: Sequence[Transaction]) -> None:
    """JSON lines, everything twice, in an order of chance."""
    mixed = random.Random(len(told)).sample([*told, *told], 2 * len(told))
    shop.post(b"\n".join(json.encode(one) for one in mixed), headers={"Content-Type": "application/x-ndjson"})


def by_stream(shop: Shop, told: Sequence[Transaction]) -> None:
    with shop.stream() as stream:
        stream.deliver([*told, *told[::-1]])
        assert not stream.refused


TELLINGS: tuple[Callable[[Shop, Sequence[Transaction]], None], ...] = (
    *(each_alone, in_one_batch, backwards, backwards_in_one_batch, each_thrice, shuffled_lines, by_stream),
)
