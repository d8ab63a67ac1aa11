"""Reading what a vendor sends: item by item, and never a word of it believed before it fits the wire."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from decimal import Decimal
from typing import Any, TypeVar

import msgspec

from loyalty.errors import RegularsError, Unfit
from loyalty.wire import Fault, Transaction, fault_of
from pos_adapters.base import Event, Unreadable

WORDS_MAX = 500  # of one fault: it may quote what was sent
T = TypeVar("T")

_EXACT = msgspec.json.Decoder(float_hook=Decimal)
_SALE = msgspec.json.Decoder(Transaction)  # made while there is one thread: see `understanding`

# What a bad item makes its reader raise. RecursionError: brackets nested ten thousand deep.
BAD_ITEM = (
    *(RegularsError, msgspec.MsgspecError, LookupError, TypeError),
    *(ValueError, ArithmeticError, RecursionError, AttributeError),
)


def read_each(items: Iterable[tuple[str, bytes]], read: Callable[[bytes], Iterable[Event]]) -> list[Event]:
    """Every item of a delivery by itself, each given with where it stands (`receipts[2]`): a bad one costs no other."""
    events: list[Event] = []
    for where, raw in items:
        try:
            events.extend(read(raw))
        except BAD_ITEM as error:
            events.append(Unreadable(raw, fault_in(error, where)))
    return events


def fault_in(error: Exception, where: str) -> Fault:
    """What went wrong as a fault of the wire, its place within the whole delivery."""
    match error:
        case RegularsError():
            fault = Fault(code=error.code, message=error.message, at=error.at)
        case msgspec.MsgspecError():
            fault = fault_of(error)
        case UnicodeDecodeError():
            fault = Fault(
                code="bad-field", message=f"expected text in UTF-8, got byte {error.object[error.start]:#04x}"
            )
        case RecursionError():
            fault = Fault(code="bad-field", message="brackets within brackets within brackets, too deep to be a sale")
        case LookupError():
            fault = Fault(code="bad-field", message=f"{error} is missing")
        case ArithmeticError():
            fault = Fault(code="bad-field", message="there is a number in it that cannot be")
        case _:
            fault = Fault(code="bad-field", message=str(error))
    at = ": ".join(part for part in (where, fault.at) if part)
    return msgspec.structs.replace(fault, message=fault.message[:WORDS_MAX], at=at[:WORDS_MAX])


def fitting(sale: Transaction) -> Transaction:
    """As the service will read it. Raises msgspec's complaint, with the path, on what its limits do not allow."""
    return _SALE.decode(msgspec.json.encode(sale))


def without_nulls(value: Any) -> Any:
    """JSON without its nulls: to most vendors a field that is null and one that is missing are the same."""
    if isinstance(value, dict):
        return {name: without_nulls(held) for name, held in value.items() if held is not None}
    return [without_nulls(held) for held in value] if isinstance(value, list) else value


def exact(raw: bytes) -> Any:
    """JSON whose numbers with a point are Decimals, as they were written; without its nulls."""
    return without_nulls(_EXACT.decode(raw))


def shaped(said: Any, kind: type[T], where: str = "") -> T:
    """What `exact` read, as one of our structs. Raises Unfit with the path; `where` is the path so far."""
    try:
        return msgspec.convert(said, kind)
    except msgspec.ValidationError as error:
        at = fault_in(error, where).at.replace(": [", "[").replace(": ", ".")
        raise Unfit(fault_in(error, "").message, at=at) from error
