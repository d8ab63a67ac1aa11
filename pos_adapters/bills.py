"""The parts of a sale, held to the wire's lengths, out of whatever a vendor writes."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, timedelta
from decimal import Decimal

from loyalty.errors import Unfit
from loyalty.wire import MODIFIERS_MAX, NAME_CHARS_MAX, Evidence, Line

UNNAMED = "Custom amount"  # an amount that somebody typed
EPOCH = datetime(2020, 1, 1, tzinfo=UTC)
QUANTITY_MAX, FINEST = Decimal(10**9 - 1), Decimal("0.000001")  # as the wire has them
MS_BITS = 40  # of milliseconds: until 2054


def line(
    name: str | None, total: int, *, quantity: str | Decimal | int = 1, variation: str | None = None,
    modifiers: Iterable[str] = (), sku: str | None = None, category: str | None = None, list_price: int | None = None,
) -> Line:  # fmt: skip
    """`list_price`: one of it with its modifiers, before discounts. Texts are cut to what the wire takes."""
    return Line(
        name=((name or "").strip() or UNNAMED)[:NAME_CHARS_MAX],
        variation=_short(variation),
        modifiers=tuple(short for one in modifiers if (short := _short(one)))[:MODIFIERS_MAX],
        sku=sku or None,
        category=_short(category),
        quantity=many(quantity),
        list_price=list_price,
        total=total,
    )


def many(quantity: str | Decimal | int) -> str:
    """`1.000` → `1`, `0.250` → `0.25`, `0.30000000000000004` → `0.3`, never with an exponent; without its sign.
    Raises Unfit on what nobody buys: written out, 1E999999 is a megabyte."""
    try:
        found = Decimal(quantity)
        if abs(found) <= QUANTITY_MAX:
            return f"{abs(found).quantize(FINEST).normalize():f}"
    except ArithmeticError:
        pass
    raise Unfit(f"{str(quantity)[:40]!r} is no quantity")


def evidence(
    *, pos_id: str | int | None = None, phone: str | None = None, email: str | None = None,
    reference: str | None = None, card: str | None = None,
) -> Evidence | None:  # fmt: skip
    """None where nothing says who it was."""
    given = {"pos_id": pos_id, "phone": phone, "email": email, "reference": reference, "card": card}
    texts = {name: str(value).strip() for name, value in given.items() if value not in (None, "", 0)}
    kept = {name: text for name, text in texts.items() if text}
    return Evidence(**kept) if kept else None


def since_epoch(at: datetime) -> int:
    """A time as a revision: milliseconds since 2020, within MS_BITS."""
    return min(max(0, (at - EPOCH) // timedelta(milliseconds=1)), (1 << MS_BITS) - 1)


def within_second(at: datetime, rank: int) -> int:
    """The same where a vendor tells times to the second: of what happened within one, `rank` (below 1000) holds."""
    return since_epoch(at) // 1000 * 1000 + rank


def dialled(phone: str | None) -> str:
    """`+33 6 39 98 01 42` → `+33639980142`, for vendors that keep what somebody typed."""
    return "".join(char for char in phone or "" if char.isdigit() or char == "+")


def utc(at: datetime) -> datetime:
    """A time that a vendor writes without a zone, and means so."""
    return at.replace(tzinfo=UTC)


def rounding(left: int, lines: Sequence[Line]) -> int:
    """What a bill comes to above its total, where that is no more than rounding line by line leaves; else 0, so that
    what was misread is seen."""
    return left if abs(left) <= len(lines) else 0


def _short(text: str | None) -> str | None:
    return (text or "").strip()[:NAME_CHARS_MAX] or None
