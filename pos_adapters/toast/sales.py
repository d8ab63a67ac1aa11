"""One check of an order into one sale of ours."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import datetime, timedelta
from decimal import Decimal
from functools import partial
from typing import Literal

from loyalty.errors import Unfit
from loyalty.wire import Evidence, Line, Refund, Tender, Transaction
from pos_adapters import bills, money
from pos_adapters.base import Settings
from pos_adapters.reading import fitting
from pos_adapters.tills import till_of
from pos_adapters.toast.shapes import Check, Order, Payment, Selection

UNTAKEN = {"VOIDED", "PROCESSING_VOID", "CANCELLED", "DENIED", "ERROR", "ERROR_NETWORK"}  # nothing was paid
KINDS = {"CREDIT": "card", "GIFTCARD": "gift_card"}
LATE = timedelta(minutes=15)  # a check that closes later was paid before: its tip was written in at the end of the day

Cents = Callable[[Decimal], int]


def sale(order: Order, check: Check, currency: str, whole: bool, settings: Settings) -> Transaction:
    """`whole`: as it was asked for; that may name people where a webhook of the same moment does not."""
    cents: Cents = partial(money.nearest, currency=currency)
    kept = [one for one in check.selections if not one.voided]
    lines, taken = tuple(_line(one, cents) for one in kept), [one for one in check.payments if _was_taken(one)]
    state, changed, tips = _state(order, check), _changed(order, check), sum(cents(one.tip_amount) for one in taken)
    charges = {kind: sum(cents(c.charge_amount) for c in check.applied_service_charges if c.gratuity is kind)
               for kind in (True, False)}  # fmt: skip
    tax, total = cents(check.tax_amount), cents(check.total_amount)
    included, gratuity = _explained(total - sum(line.total for line in lines) - charges[False], tax, charges[True])
    return fitting(
        Transaction(
            id=check.guid,
            source="toast",
            shop=settings["shop"],
            till=till_of(check.created_device.id or order.created_device.id, settings),
            revision=(bills.since_epoch(changed) << 1) + whole,
            state=state,
            at=_at(check, state),
            changed_at=changed if state == "open" else None,
            currency=currency,
            lines=lines,
            tax=tax,
            tax_included=included,
            tip=tips + gratuity,
            service_charge=charges[False],
            total=total + tips,
            tenders=tuple(_tender(one, cents) for one in taken),
            refunds=tuple(_refunds(taken, kept, cents)),
            customer=_customer(check),
        )
    )


def _explained(rest: int, tax: int, gratuity: int) -> tuple[bool, int]:
    """Whether the tax is inside the prices, and the gratuity that is inside the total: whatever explains the rest.

    Toast's documents leave both open. A gratuity that is not in the total is paid as the tip of a payment.
    """
    for included, inside in ((False, gratuity), (False, 0), (True, gratuity), (True, 0)):
        if rest == (0 if included else tax) + inside:
            return included, inside
    return False, 0


# -- what was bought --------------------------------------------------------------------------------------------------
def _line(one: Selection, cents: Cents) -> Line:
    return bills.line(
        _name(one),
        cents(one.price),
        quantity=round(one.quantity, 6),
        modifiers=_modifiers(one),
        sku=one.item.guid,
        list_price=cents(one.pre_discount_price / one.quantity) if one.quantity else None,
    )


def _name(one: Selection) -> str:
    """What was typed by hand may say anything of anybody."""
    return "" if one.selection_type == "SPECIAL_REQUEST" else one.display_name


def _modifiers(one: Selection) -> Iterator[str]:
    """With those of its modifiers: the milk of the coffee of the breakfast."""
    for modifier in one.modifiers:
        if not modifier.voided:
            yield _name(modifier)
            yield from _modifiers(modifier)


# -- how far it has got -----------------------------------------------------------------------------------------------
def _state(order: Order, check: Check) -> Literal["open", "paid", "voided"]:
    """PAID is a card whose tip may still change. A closed check may be opened again."""
    if order.voided or order.deleted or check.voided or check.deleted:
        return "voided"
    return "open" if check.payment_status == "OPEN" else "paid"


def _changed(order: Order, check: Check) -> datetime:
    """A refund changes the order and not the check."""
    times = [order.modified_date, check.modified_date, order.created_date, check.created_date, check.opened_date]
    return _any(max, times)


def _at(check: Check, state: str) -> datetime:
    """When it was paid; else when it was opened, which for a check that is to be had later is said of that moment."""
    paid, closed = check.paid_date, check.closed_date
    if state == "paid" and closed and (paid is None or closed - paid < LATE):
        return closed
    if state == "paid" and paid:
        return paid
    return _any(min, [check.created_date, check.opened_date])


def _any(choose: Callable[[Sequence[datetime]], datetime], times: Sequence[datetime | None]) -> datetime:
    known = [time for time in times if time is not None]
    if not known:
        raise Unfit("expected a time", at="openedDate")
    return choose(known)


# -- who, and what was paid -------------------------------------------------------------------------------------------
def _customer(check: Check) -> Evidence | None:
    """A loyalty identifier is ours only if it was given by the integration: other programmes call people by theirs."""
    who, loyalty = check.customer, check.applied_loyalty_info
    abroad = f"+{who.phone_country_code.lstrip('+')}" if who.phone and who.phone_country_code else ""
    return bills.evidence(
        pos_id=who.guid,
        phone=who.phone if who.phone.startswith("+") else abroad + who.phone,
        email=who.email,
        reference=loyalty.loyalty_identifier if loyalty.vendor == "INTEGRATION" else None,
    )


def _was_taken(payment: Payment) -> bool:
    return payment.payment_status not in UNTAKEN and payment.void_info is None


def _tender(payment: Payment, cents: Cents) -> Tender:
    return Tender(
        kind=KINDS.get(payment.type, payment.type.lower()),
        amount=cents(payment.amount) + cents(payment.tip_amount),
        fingerprint=payment.card_payment_id,
        last4=payment.last4_digits,
    )


def _refunds(taken: Sequence[Payment], kept: Sequence[Selection], cents: Cents) -> Iterator[Refund]:
    """One for each refund of Toast's, which may give back of several payments; the lines say what it was for."""
    given: dict[str, Refund] = {}
    for payment in taken:
        back = payment.refund
        if back is None:
            continue
        id = back.refund_transaction.guid or f"{payment.guid}/refund"
        amount = cents(back.refund_amount) + cents(back.tip_refund_amount)
        before = given[id].amount if id in given else 0
        lines = tuple(_given_back(one, cents) for one in kept if _belongs(one, back.refund_transaction.guid))
        given[id] = Refund(id=id, at=back.refund_date, amount=before + amount, lines=lines)
    yield from (one for one in given.values() if one.amount)


def _belongs(one: Selection, refund: str) -> bool:
    return one.refund_details is not None and bool(refund) and one.refund_details.refund_transaction.guid == refund


def _given_back(one: Selection, cents: Cents) -> Line:
    """Toast says how much, not how many: as many as that pays for, and at least one."""
    amount = one.refund_details.refund_amount if one.refund_details else Decimal(0)
    share = min(Decimal(1), amount / one.price) if one.price > 0 else Decimal(1)
    many = Decimal(max(1, round(share * one.quantity))) if one.quantity >= 1 else one.quantity
    return bills.line(_name(one), cents(amount), quantity=round(many, 6), modifiers=_modifiers(one), sku=one.item.guid)
