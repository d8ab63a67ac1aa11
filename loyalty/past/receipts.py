"""Which rows are one sale. Rows of one receipt number are; a row without a number is one by itself.

A visit is made of sales less than 30 minutes apart, by the same rule as in the house, so rows that were one purchase
are one visit whether or not a receipt number holds them together. An id that a row lacks is derived from what it says
and from how many rows before it said the same, so the same file, or a longer one, gives the same ids again.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from hashlib import blake2b

import msgspec

from loyalty.core.days import DAY, when
from loyalty.past.columns import Wanted
from loyalty.past.file import Found
from loyalty.past.rows import Refused, Row, modifiers_of
from loyalty.past.text import BadFile
from loyalty.wire import LINES_MAX, Evidence, Line, RefundOf, Transaction

ID_BYTES = 10


class Receipt(msgspec.Struct, frozen=True, gc=False):
    """The rows of one sale, in the order of the file. `refunds`: the receipt that these give back of."""

    id: str
    rows: tuple[Row, ...]
    refunds: str = ""

    @property
    def at(self) -> int:
        return self.rows[0].at

    @property
    def customer(self) -> str:
        return self.rows[0].customer


def receipts(found: Found) -> list[Receipt]:
    """All of them, in no order. What contradicts itself is added to `found.refused`."""
    made: list[Receipt] = []
    numbered: dict[str, list[Row]] = defaultdict(list)
    counts: dict[bytes, int] = {}
    for row in found.rows:
        if row.id:
            numbered[row.id].append(row)
        elif row.back or row.amount < 0:
            found.refused.append(_refused(row, "something is given back, and no receipt number says of which sale"))
        else:
            made.append(Receipt(_derived(row, counts), (row,)))
    for id, rows in _apart(numbered, found.wanted):
        made += _numbered(id, rows, found)
    return made


def _derived(row: Row, counts: dict[bytes, int]) -> str:
    """From the content, and from how many rows said the same before."""
    told = (row.customer, str(row.at), row.item, row.variation, row.modifiers, row.quantity)
    content = "\x1f".join((*told, str(row.amount), row.currency, row.till))
    digest = blake2b(content.encode("utf-8", "surrogatepass"), digest_size=ID_BYTES).digest()
    before = counts[digest] = counts.get(digest, 0) + 1
    return digest.hex() if before == 1 else f"{digest.hex()}-{before}"


def _apart(numbered: dict[str, list[Row]], wanted: Wanted) -> Iterator[tuple[str, list[Row]]]:
    """Receipts by number; by day and number where a till begins its numbers anew each day."""
    for id, rows in numbered.items():
        far = max(row.at for row in rows) - min(row.at for row in rows) > DAY
        if far and not wanted.receipt_numbers:
            raise BadFile(
                f"receipt {id} stands in line {rows[0].line} and more than a day apart in line {rows[-1].line}: does"
                " the till begin its numbers anew each day? Say --receipt-numbers daily, or else unique"
            )
        if wanted.receipt_numbers != "daily":
            yield id, rows
            continue
        days: dict[str, list[Row]] = defaultdict(list)
        for row in rows:
            days[f"{when(row.at).astimezone(wanted.zone):%Y-%m-%d}-{id}"].append(row)
        yield from days.items()


def _numbered(id: str, rows: list[Row], found: Found) -> Iterator[Receipt]:
    """One sale, and what was given back of it as receipts of their own."""
    if len({row.customer for row in rows}) > 1 or len({row.currency for row in rows}) > 1:
        found.refused += [_refused(row, f"receipt {id} names two customers, or two currencies") for row in rows]
        return
    sold = [row for row in rows if not row.back]
    if not any(row.amount >= 0 for row in sold) and sold:
        found.refused += [_refused(row, "a negative amount, and nothing sold beside it") for row in sold]
    elif len(sold) > LINES_MAX:
        found.refused += [_refused(row, f"a receipt has at most {LINES_MAX} lines") for row in sold]
    elif sold:
        yield Receipt(id, tuple(sold))
    back: dict[int, list[Row]] = defaultdict(list)
    for row in rows:
        if row.back:
            back[row.at].append(row)
    for at, given in back.items():
        yield Receipt(f"{id}-refund-{when(at):%Y%m%dT%H%M%S}", tuple(given[:LINES_MAX]), refunds=id)


def sale_of(receipt: Receipt, shop: str, source: str) -> Transaction:
    """As `POST /v1/transactions` takes it. More rows of the same receipt are a higher revision."""
    rows = receipt.rows
    lines = [row for row in rows if row.amount >= 0 or row.back]
    discount = -sum(row.amount for row in rows if row.amount < 0 and not row.back)
    return Transaction(
        id=receipt.id,
        source=source,
        shop=shop,
        state="paid",
        at=when(rows[0].at),
        currency=rows[0].currency,
        lines=tuple(_line(row) for row in lines),
        total=sum(abs(row.amount) for row in lines) - discount,
        till=rows[0].till or None,
        revision=len(rows) - 1,
        order_discount=discount,
        customer=Evidence(reference=rows[0].customer) if rows[0].customer else None,
        refund_of=RefundOf(id=receipt.refunds) if receipt.refunds else None,
    )


def _line(row: Row) -> Line:
    return Line(
        name=row.item,
        quantity=row.quantity,
        total=abs(row.amount),
        variation=row.variation or None,
        modifiers=modifiers_of(row.modifiers),
    )


def _refused(row: Row, why: str) -> Refused:
    return Refused(row.line, why, f"{row.id} {row.customer} {when(row.at).isoformat()} {row.item}".strip())


def in_order(made: Iterable[Receipt]) -> list[Receipt]:
    """By time; as the house folds them, where two are of one moment."""
    return sorted(made, key=lambda receipt: (receipt.at, receipt.id))
