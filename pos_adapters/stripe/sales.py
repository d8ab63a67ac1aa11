"""From Stripe's charges to sales: what was taken, by whom it was paid, and what was given back.

Nothing of Stripe's says when it was last changed. So a revision counts what is known: how far the payment has got, how
far its refunds have, and how much is told of it. All of these only grow.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any, Literal

from loyalty.wire import Evidence, Refund, RefundOf, Tender, Transaction
from pos_adapters import money
from pos_adapters.base import Settings
from pos_adapters.bills import evidence, line
from pos_adapters.reading import fitting, shaped
from pos_adapters.stripe import shapes
from pos_adapters.stripe.shapes import Charge, Customer, Details, Intent, Item, Means
from pos_adapters.tills import till_of

State = Literal["open", "paid", "voided"]
START = datetime(1970, 1, 1, tzinfo=UTC)
STAGES: tuple[State, ...] = ("open", "paid", "voided")
STEPS = {"pending": 1, "requires_action": 1, "succeeded": 2, "failed": 3, "canceled": 3}  # a refund goes no way back
UNDONE = 3
WHOLE = 64  # more than there are things to know of somebody
DIGITS = {"ISK": 2, "UGX": 2, "MGA": 0}  # Stripe's own, where they are not those of ISO 4217
REFERENCE = ("member", "reference", "loyalty_id", "customer_reference")  # names in metadata, in this order


# -- a sale -----------------------------------------------------------------------------------------------------------
def sale_of(found: shapes.Found, settings: Settings) -> Transaction:
    """A charge; with its tip, tax and lines where its payment intent came with it."""
    charge, means = found.charge, means_of(found.charge.payment_method_details)
    intent = charge.payment_intent if isinstance(charge.payment_intent, Intent) else None
    metadata = charge.metadata | (intent.metadata if intent is not None else {})
    who = _who(charge.customer, metadata, charge.billing_details, charge.receipt_email)
    # What a capture leaves of a card that was held is given back by a refund: so the sale is all that was held.
    total, refunds = max(charge.amount, charge.amount_captured), _refunds(found)
    details = intent.amount_details if intent is not None else Details()
    more = (WHOLE if intent is not None else 0) + bool(found.lines)
    kind = str(charge.payment_method_details.get("type", "other")).removesuffix("_present")
    tender = Tender(kind=kind, amount=minor(total, charge.currency), fingerprint=means.fingerprint, last4=means.last4)
    return _told(
        charge, total, state_of(charge), settings,
        till=till_of(means.reader or metadata.get("till"), settings),
        staff=metadata.get("staff"),
        revision=_revision(state_of(charge), refunds, who, more),
        at=time_of(int(means.offline.get("stored_at", charge.created))),
        tenders=(tender,),
        refunds=tuple(
            Refund(id=one.id, at=time_of(one.created), amount=minor(one.amount, one.currency))
            for one in refunds if _step(one) < UNDONE
        ),
        customer=who,
        **_bill(details, found.lines, total, charge.currency),
    )  # fmt: skip


def order_of(intent: Intent, settings: Settings) -> Transaction:
    """What somebody is about to pay, or will not: the sale itself comes with the charge."""
    who = _who(intent.customer, intent.metadata, Customer(), intent.receipt_email)
    state: State = "voided" if intent.status == "canceled" else "open"
    return _told(
        intent, intent.amount, state, settings,
        till=till_of(intent.metadata.get("till"), settings),
        revision=_revision(state, (), who, 0),
        at=time_of(intent.created),
        customer=who,
        **_bill(intent.amount_details, (), intent.amount, intent.currency),
    )  # fmt: skip


def refund_of(found: shapes.Found, refund: shapes.Refund, settings: Settings) -> Transaction:
    """A receipt of its own, under the id that it has inside its sale too: there only the ten newest stand."""
    return _told(
        refund, refund.amount, "voided" if _step(refund) == UNDONE else "paid", settings,
        till=till_of(means_of(found.charge.payment_method_details).reader, settings),
        revision=_step(refund),
        at=time_of(refund.created),
        refund_of=RefundOf(id=found.charge.id),
        lines=(),
    )  # fmt: skip


def _told(
    said: Charge | Intent | shapes.Refund, total: int, state: State, settings: Settings, **more: Any
) -> Transaction:
    code, amount = said.currency.upper(), minor(total, said.currency)
    sale = Transaction(
        id=said.id, source="stripe", shop=settings["shop"], state=state, currency=code, total=amount, **more
    )
    return fitting(sale)


# -- its parts --------------------------------------------------------------------------------------------------------
def minor(value: int, currency: str) -> int:
    """Of Stripe's smallest unit: 650 JPY are 650, 500 UGX are 5."""
    code = currency.upper()
    return money.amount(Decimal(value).scaleb(-DIGITS.get(code, money.digits(code))), code)


def time_of(seconds: int) -> datetime:
    return START + timedelta(seconds=seconds)


def means_of(details: dict[str, Any]) -> Means:
    kind = str(details.get("type"))
    return shaped(details.get(kind, {}), Means, f"payment_method_details.{kind}")


def state_of(charge: Charge) -> State:
    """A card that is only authorised has not paid; one that is let go without having paid is called off."""
    if charge.status == "succeeded" and charge.captured:
        return "paid"
    return "voided" if charge.refunded else "open"


def _refunds(found: shapes.Found) -> tuple[shapes.Refund, ...]:
    """Of what was paid: a card that is let go was never charged, whatever stands there."""
    if state_of(found.charge) != "paid":
        return ()
    asked = (found.refund,) if found.refund is not None else ()
    return tuple({one.id: one for one in (*found.charge.refunds.data, *asked)}.values())


def _step(refund: shapes.Refund) -> int:
    return STEPS.get(refund.status, 2)


def _bill(details: Details, items: Sequence[Item], total: int, currency: str) -> dict[str, Any]:
    """Lines are without tax, by Stripe's documents; where they come to the total all the same, it is inside."""
    tax = details.tax.total_tax_amount + sum(item.tax.total_tax_amount for item in items)
    goods = [item.unit_cost * item.quantity - item.discount_amount for item in items]
    extra = details.tip.amount + details.shipping.amount - details.discount_amount
    lines = [
        line(item.product_name, minor(cost, currency), quantity=item.quantity, sku=item.product_code,
             list_price=minor(item.unit_cost, currency))
        for item, cost in zip(items, goods, strict=True)
    ]  # fmt: skip
    return {
        "lines": tuple(lines),
        "order_discount": minor(details.discount_amount, currency),
        "tax": minor(tax, currency),
        "tax_included": bool(tax and items) and sum(goods) + extra == total,
        "tip": minor(details.tip.amount, currency),
        "service_charge": minor(details.shipping.amount, currency),
    }


def _who(
    customer: str | Customer | None, metadata: dict[str, str], billing: Customer, email: str | None
) -> Evidence | None:
    known = customer if isinstance(customer, Customer) else Customer(customer or "")
    said = known.metadata | metadata
    return evidence(
        pos_id=known.id,
        phone=known.phone or billing.phone,
        email=known.email or billing.email or email,
        reference=next((said[name] for name in REFERENCE if said.get(name)), None),
        card=said.get("card"),
    )


def _revision(state: State, refunds: Sequence[shapes.Refund], who: Evidence | None, more: int) -> int:
    facts = (who.pos_id, who.phone, who.email, who.reference, who.card) if who is not None else ()
    steps = sum(_step(one) for one in refunds)
    return (STAGES.index(state) << 32) + (steps << 8) + more + sum(fact is not None for fact in facts)
