"""A sale in JSON, as somebody's own script writes it: in the wire's words or in plainer ones.

Plainer: `refund_of` is just an id, and what goes back is below zero; a line has `size`, `qty`, the `price` of one and
its `discount` instead of a total; a customer has a `loyalty_id` or an `id`, a tender a `type`. Amounts are whole
numbers of the currency's minor unit in both. `shop` may be the script's own name for it: a connection is one shop's.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

import msgspec

from loyalty.errors import Unfit
from loyalty.wire import Transaction
from pos_adapters import bills
from pos_adapters.base import Ignored, Setting

SHOP_NAME = Setting("shop_name", "what the sales call this shop; needed where they tell of several")

_CUSTOMER = {"loyalty_id": "reference", "id": "pos_id"}
_AMOUNTS = ("total", "tax", "tip", "order_discount", "service_charge")
_OUR_ID = re.compile("[0-9a-hjkmnp-tv-z]{16}")  # as `loyalty init` prints a shop's
_DECODER = msgspec.json.Decoder(float_hook=Decimal)

Said = dict[str, Any]


def sale(raw: bytes, place: Mapping[str, str], *, called: str = "", live: bool = True) -> Transaction | Ignored:
    """`place` fills in shop, source and till where it names none; what names another shop than `called` is passed over.

    Not `live`: nobody knows how old its `age_s` is.
    """
    said = _DECODER.decode(raw)
    if not isinstance(said, dict):
        raise Unfit("expected one transaction as a JSON object")
    told = _in_our_words(said)
    named = told.get("shop")
    if isinstance(named, str) and not _OUR_ID.fullmatch(named):
        if called and named != called:
            return Ignored(f"of another shop, {named}")
        told["shop"] = None
    told |= {name: value for name, value in place.items() if value and told.get(name) is None}
    if not live:
        told.pop("age_s", None)
    return msgspec.convert(told, Transaction)


def _in_our_words(said: Said) -> Said:
    told = dict(said)
    if isinstance(told.get("refund_of"), str):
        told["refund_of"] = {"id": told["refund_of"]}
    back = told.get("refund_of") is not None
    if told.get("state") == "refunded":
        if not back:
            raise Unfit("what is refunded names the sale in refund_of; or tell the sale again, with its refunds")
        told["state"] = "paid"
    sign = -1 if back and _is_below_zero(told.get("total")) else 1
    told |= {name: sign * told[name] for name in _AMOUNTS if isinstance(told.get(name), int)}
    told |= _each(told, "lines", lambda line, at: _line(line, sign, at))
    told |= _each(told, "tenders", lambda tender, at: _tender(tender, sign))
    if isinstance(customer := told.get("customer"), dict):
        told["customer"] = _renamed(customer, _CUSTOMER)
    return told


def _each(told: Said, name: str, read: Any) -> Said:
    """What is no list of objects is left for the wire to refuse."""
    items = told.get(name)
    if not isinstance(items, list) or not all(isinstance(one, dict) for one in items):
        return {}
    return {name: [read(one, f"{name}[{place}]") for place, one in enumerate(items)]}


def _line(said: Said, sign: int, at: str) -> Said:
    line = _renamed(said, {"size": "variation"})
    if "qty" not in line:
        return line | ({"total": sign * line["total"]} if isinstance(line.get("total"), int) else {})
    quantity = _exact(line.pop("qty"), f"{at}.qty")
    price, discount = line.pop("price", None), line.pop("discount", 0)
    if "total" not in line:
        total = _whole(price, f"{at}.price") * quantity - _whole(discount, f"{at}.discount")
        line |= {"total": int(total.quantize(Decimal(1), ROUND_HALF_UP)), "list_price": price}
    if isinstance(line["total"], int):
        line["total"] *= sign
    return {"quantity": bills.many(quantity)} | line


def _tender(said: Said, sign: int) -> Said:
    tender = _renamed(said, {"type": "kind"})
    return tender | ({"amount": sign * tender["amount"]} if isinstance(tender.get("amount"), int) else {})


def _renamed(said: Said, names: Mapping[str, str]) -> Said:
    """Where ours stands there too, ours counts."""
    return {names[name]: value for name, value in said.items() if name in names} | {
        name: value for name, value in said.items() if name not in names
    }


def _is_below_zero(value: object) -> bool:
    return isinstance(value, int) and value < 0


def _exact(value: object, at: str) -> Decimal:
    if isinstance(value, bool) or not isinstance(value, int | str | Decimal):
        raise Unfit(f"expected a number, got {str(value)[:40]!r}", at=at)
    return Decimal(value)


def _whole(value: object, at: str) -> int:
    if isinstance(value, bool) or not isinstance(value, int):
        raise Unfit(f"expected a whole number of the currency's minor unit, got {str(value)[:40]!r}", at=at)
    return value
