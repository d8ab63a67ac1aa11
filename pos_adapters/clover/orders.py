"""An order of Clover's into a sale of ours. All its amounts are integers in minor units, its times in milliseconds."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal
from typing import Any, Literal

from msgspec.structs import replace

from loyalty.wire import Evidence, Line, Refund, Tender, Transaction
from pos_adapters.base import Event, Ignored, Settings
from pos_adapters.bills import evidence, line, rounding, since_epoch
from pos_adapters.reading import fitting
from pos_adapters.said import Said
from pos_adapters.tills import till_of

PAID = {"PAID", "REFUNDED", "PARTIALLY_REFUNDED", "MANUALLY_REFUNDED", "CREDITED"}
NOT_TAKEN = {"FAIL", "INITIATED", "VOIDED", "VOIDING"}  # of a payment: it brought nothing
KINDS = {"credit_card": "card", "debit_card": "card"}
CLOSES_WITHIN = timedelta(minutes=1)  # after its last payment. Changed later, it is for a tip or a refund
State = Literal["open", "paid", "voided"]


def sold(order: Said, settings: Settings) -> Event:
    payments, voids, credits = (_all(order, name) for name in ("payments", "voids", "credits"))
    if order.flag("testMode"):
        return Ignored("an order of the till's training mode")
    if credits and not payments:
        return Ignored("a manual refund, which names no sale")
    voided = {one.text("id") for one in voids}
    taken = [one for one in payments if one.text("result", "") not in NOT_TAKEN and one.text("id") not in voided]
    state = _state(order, taken, tried=bool(payments or voids))
    changes = (order, *payments, *voids, *_all(order, "refunds"), *credits)
    devices = (one["device"].text("id", "") for one in (order, *payments))
    items = enumerate(_all(order, "lineItems"))
    lines = {item.text("id", str(place)): _line(item) for place, item in items if not item.flag("exchanged")}
    bill = _bill(order, tuple(lines.values()), taken, state)
    given_back = (one for one in (*_all(order, "refunds"), *credits) if not one.flag("voided"))
    tip, began = _sum(taken, "tipAmount"), order.whole("createdTime")
    return fitting(Transaction(
        id=order.text("id"), source="clover", shop=settings["shop"],
        till=till_of(next(filter(None, devices), None), settings), state=state,
        revision=since_epoch(time(max(map(_newest, changes)))) + (state == "voided"),
        at=_at(order, taken) if taken and state == "paid" else time(began),
        changed_at=time(order.whole("modifiedTime", 0) or began) if state == "open" else None,
        currency=order.text("currency"), lines=tuple(lines.values()), tip=tip, total=order.whole("total", 0) + tip,
        tenders=tuple(_tender(one) for one in taken), customer=_customer(order), **bill,
        refunds=tuple(_refund(one, lines, order.flag("isVat")) for one in given_back),
    ))  # fmt: skip


def time(ms: int) -> datetime:
    return datetime(1970, 1, 1, tzinfo=UTC) + timedelta(milliseconds=ms)


def _state(order: Said, taken: Sequence[Said], tried: bool) -> State:
    """Voiding all of its payments opens it again; deleting it voids it."""
    if order.whole("deletedTimestamp", 0):
        return "voided"
    if not taken and tried:
        return "open"
    covered = bool(taken) and _sum(taken, "amount") >= order.whole("total", 0)
    told = order.text("paymentState", "")
    return "paid" if (told in PAID if told else covered) else "open"


def _at(order: Said, taken: Sequence[Said]) -> datetime:
    """When the last of its payments closed it, by the till's own clock where that was offline."""
    last = max(taken, key=lambda one: one.whole("createdTime"))
    offline = last.whole("clientCreatedTime", 0) if last.flag("offline") else 0
    at, closed = time(offline or last.whole("createdTime")), time(order.whole("modifiedTime", 0))
    return closed if at < closed <= at + CLOSES_WITHIN else at


def _newest(said: Said) -> int:
    """What was voided or given back may be later than the order's own last change."""
    return max(said.whole(name, 0) for name in ("createdTime", "modifiedTime", "deletedTimestamp"))


# -- the bill ---------------------------------------------------------------------------------------------------------
def _line(item: Said) -> Line:
    """One unit; or a weight, in thousandths. Modifiers are on every unit, discounts on the whole line."""
    chosen = _all(item, "modifications")
    each, quantity = item.whole("price", 0) + _sum(chosen, "amount"), Decimal(item.whole("unitQty", 1000)) / 1000
    whole = _half_up(each * quantity)
    return line(
        item.text("name", ""), whole - sum(_share(one, whole) for one in _all(item, "discounts")), quantity=quantity,
        modifiers=(one.text("name", "") for one in chosen), sku=item["item"].text("id", ""), list_price=each,
    )  # fmt: skip


def _bill(order: Said, lines: Sequence[Line], taken: Sequence[Said], state: State) -> dict[str, Any]:
    """Tax stands on the payments alone: an order that has none yet owes whatever its lines do not explain.

    Once the tax is known, the discount is: how Clover rounds a percentage is not documented.
    """
    goods, vat = sum(one.total for one in lines), order.flag("isVat")
    discount = sum(_share(one, goods) for one in _all(order, "discounts"))
    charged = sum(one["serviceCharge"].whole("amount", 0) for one in taken)
    service = charged or _share(order["serviceCharge"], goods - discount)
    left, tax = order.whole("total", 0) - (goods - discount + service), _sum(taken, "taxAmount")
    if vat or order.flag("taxRemoved") or (taken and state == "paid"):
        discount -= rounding(left if vat else left - tax, lines)
    else:
        tax = left
    return {"order_discount": discount, "tax": tax, "tax_included": vat, "service_charge": service}


def _share(rate: Said, base: int) -> int:
    """A discount, with a negative amount or a percentage; or a service charge. `percentageDecimal` is times 10000."""
    percent = rate.decimal("percentageDecimal", rate.decimal("percentage", 0) * 10_000)
    return abs(rate.whole("amount", 0)) or _half_up(base * percent / 1_000_000)


def _tender(payment: Said) -> Tender:
    """`amount` holds the tax, not the tip."""
    means, last4 = payment["tender"], payment["cardTransaction"].text("last4", "")
    kind = means.text("labelKey", "").rpartition(".")[2] or means.text("label", "").lower() or "other"
    amount = payment.whole("amount", 0) + payment.whole("tipAmount", 0)
    return Tender(kind=KINDS.get(kind, kind), amount=amount, last4=last4 or None)


def _refund(back: Said, lines: Mapping[str, Line], vat: bool) -> Refund:
    """With tax and tip. Its lines share what was given back for them: they were sold with the order's discount."""
    returned = [lines[id] for one in _all(back, "lineItems") if (id := one.text("id", "")) in lines]
    worth = back.whole("amount") - back.whole("tipAmount", 0) - (0 if vat else back.whole("taxAmount", 0))
    whole = sum(one.total for one in returned) or 1
    shares = [worth * one.total // whole for one in returned]
    shares[:1] = [worth - sum(shares[1:])]  # what division leaves is the first one's
    shared = tuple(replace(one, total=share) for one, share in zip(returned, shares, strict=False))
    return Refund(id=back.text("id"), at=time(back.whole("createdTime")), amount=back.whole("amount"), lines=shared)


def _customer(order: Said) -> Evidence | None:
    """Phone numbers are as somebody typed them, without a country."""
    first = next(iter(_all(order, "customers")), Said({}))
    phones = (one.text("phoneNumber", "") for one in _all(first, "phoneNumbers"))
    emails = sorted(_all(first, "emailAddresses"), key=lambda one: not one.flag("primaryEmail"))
    email = next((one.text("emailAddress", "") for one in emails), None)
    return evidence(pos_id=first.text("id", ""), phone=next(phones, None), email=email)


# -- its shapes -------------------------------------------------------------------------------------------------------
def _all(said: Said, name: str) -> list[Said]:
    """Clover wraps every list: `{"elements": […]}`."""
    return list(said[name].each("elements"))


def _sum(parts: Sequence[Said], name: str) -> int:
    return sum(one.whole(name, 0) for one in parts)


def _half_up(amount: Decimal) -> int:
    return int(amount.quantize(Decimal(1), ROUND_HALF_UP))
