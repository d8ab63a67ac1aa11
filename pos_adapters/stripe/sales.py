"""From Stripe's charges to sales: what was taken, by whom it was paid, and what was given back.

Nothing of Stripe's says when it was last changed. So a revision counts what is known: how far the payment has got, how
far its refunds have, and how much is told of it. All of these only grow.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import Any, Literal

from loyalty.wire import Evidence, Line, Refund, RefundOf, Tender, Transaction
from pos_adapters import money
from pos_adapters.base import Settings
from pos_adapters.bills import evidence, line
from pos_adapters.reading import fitting
from pos_adapters.said import Said
from pos_adapters.tills import till_of

State = Literal["open", "paid", "voided"]
STAGES: tuple[State, ...] = ("open", "paid", "voided")
STEPS = {"pending": 1, "requires_action": 1, "succeeded": 2, "failed": 3, "canceled": 3}  # a refund goes no way back
UNDONE = 3
WHOLE = 64  # more than there are things to know of somebody
DIGITS = {"ISK": 2, "UGX": 2, "MGA": 0}  # Stripe's own, where they are not those of ISO 4217
REFERENCE = ("member", "reference", "loyalty_id", "customer_reference")  # names in metadata, in this order


# -- a sale -----------------------------------------------------------------------------------------------------------
def sale_of(charge: Said, items: Sequence[Said], asked: Sequence[Said], settings: Settings) -> Transaction:
    """A charge; with its tip, tax and lines where its payment intent came with it."""
    intent, means, state = _whole(charge, "payment_intent"), means_of(charge), _state(charge)
    metadata = Said({**charge["metadata"].held, **intent["metadata"].held}, "metadata")
    given_back = (*charge["refunds"].each("data"), *asked) if state == "paid" else ()  # else it was never charged
    who, refunds = _who(charge, metadata), {one.text("id"): one for one in given_back}.values()
    # What a capture leaves of a card that was held is given back by a refund: so the sale is all that was held.
    total, currency = max(charge.whole("amount"), charge.whole("amount_captured", 0)), charge.text("currency")
    kind = charge["payment_method_details"].text("type", "other").removesuffix("_present")
    tender = Tender(
        kind=kind, amount=minor(total, currency), last4=means.text("last4", "") or None,
        fingerprint=means.text("fingerprint", "") or None,
    )  # fmt: skip
    more, offline = (WHOLE if "amount" in intent else 0) + bool(items), means["offline"]
    return _told(
        charge, total, state, settings, till=till_of(means.text("reader", "") or metadata.text("till", ""), settings),
        staff=metadata.text("staff", "") or None, revision=_revision(state, refunds, who, more),
        at=offline.time_s("stored_at") if "stored_at" in offline else charge.time_s("created"),
        tenders=(tender,), refunds=tuple(_refund(one) for one in refunds if _step(one) < UNDONE), customer=who,
        **_bill(intent["amount_details"], items, total, currency),
    )  # fmt: skip


def order_of(intent: Said, settings: Settings) -> Transaction:
    """What somebody is about to pay, or will not: the sale itself comes with the charge."""
    who, total = _who(intent, intent["metadata"]), intent.whole("amount")
    state: State = "voided" if intent.text("status") == "canceled" else "open"
    return _told(
        intent, total, state, settings, till=till_of(intent["metadata"].text("till", ""), settings),
        revision=_revision(state, (), who, 0), at=intent.time_s("created"), customer=who,
        **_bill(intent["amount_details"], (), total, intent.text("currency")),
    )  # fmt: skip


def refund_of(charge: Said, refund: Said, settings: Settings) -> Transaction:
    """A receipt of its own, under the id that it has inside its sale too: there only the ten newest stand."""
    state: State = "voided" if _step(refund) == UNDONE else "paid"
    return _told(
        refund, refund.whole("amount"), state, settings, till=till_of(means_of(charge).text("reader", ""), settings),
        revision=_step(refund), at=refund.time_s("created"), refund_of=RefundOf(id=charge.text("id")), lines=(),
    )  # fmt: skip


def _told(said: Said, total: int, state: State, settings: Settings, **more: Any) -> Transaction:
    code = said.text("currency").upper()
    return fitting(Transaction(
        id=said.text("id"), source="stripe", shop=settings["shop"], state=state, currency=code,
        total=minor(total, code), **more,
    ))  # fmt: skip


# -- its parts --------------------------------------------------------------------------------------------------------
def minor(value: int, currency: str) -> int:
    """Of Stripe's smallest unit: 650 JPY are 650, 500 UGX are 5."""
    code = currency.upper()
    return money.amount(Decimal(value).scaleb(-DIGITS.get(code, money.digits(code))), code)


def means_of(said: Said, name: str = "payment_method_details") -> Said:
    """What was paid with: a card held to a reader, a card typed in, an account."""
    return said[name][said[name].text("type", "")]


def _state(charge: Said) -> State:
    """A card that is only authorised has not paid; one that is let go without having paid is called off."""
    if charge.text("status") == "succeeded" and ("captured" not in charge or charge.flag("captured")):
        return "paid"
    return "voided" if charge.flag("refunded") else "open"


def _refund(said: Said) -> Refund:
    amount = minor(said.whole("amount"), said.text("currency"))
    return Refund(id=said.text("id"), at=said.time_s("created"), amount=amount)


def _step(refund: Said) -> int:
    return STEPS.get(refund.text("status", ""), 2)


def _bill(details: Said, items: Sequence[Said], total: int, currency: str) -> dict[str, Any]:
    """Lines are without tax, by Stripe's documents; where they come to the total all the same, it is inside."""
    tax = sum(one["tax"].whole("total_tax_amount", 0) for one in (details, *items))
    tip, shipping = details["tip"].whole("amount", 0), details["shipping"].whole("amount", 0)
    discount, goods = details.whole("discount_amount", 0), sum(_cost(one) for one in items)
    return {
        "lines": tuple(_line(one, currency) for one in items),
        "order_discount": minor(discount, currency),
        "tax": minor(tax, currency),
        "tax_included": bool(tax and items) and goods + tip + shipping - discount == total,
        "tip": minor(tip, currency),
        "service_charge": minor(shipping, currency),
    }


def _line(item: Said, currency: str) -> Line:
    return line(
        item.text("product_name"), minor(_cost(item), currency), quantity=item.whole("quantity"),
        sku=item.text("product_code", ""), list_price=minor(item.whole("unit_cost"), currency),
    )  # fmt: skip


def _cost(item: Said) -> int:
    return item.whole("unit_cost") * item.whole("quantity") - item.whole("discount_amount", 0)


def _who(said: Said, metadata: Said) -> Evidence | None:
    known, billing = _whole(said, "customer"), said["billing_details"]
    held = Said({**known["metadata"].held, **metadata.held}, "metadata")
    return evidence(
        pos_id=known.text("id", ""), phone=known.text("phone", "") or billing.text("phone", ""),
        email=known.text("email", "") or billing.text("email", "") or said.text("receipt_email", ""),
        reference=next((held.text(name) for name in REFERENCE if held.text(name, "")), None),
        card=held.text("card", ""),
    )  # fmt: skip


def _whole(said: Said, name: str) -> Said:
    """What is an id alone in a webhook, and whole as `fetch` brings it."""
    held = said.held.get(name)
    return Said({"id": held}) if isinstance(held, str) else said[name]


def _revision(state: State, refunds: Iterable[Said], who: Evidence | None, more: int) -> int:
    facts = (who.pos_id, who.phone, who.email, who.reference, who.card) if who is not None else ()
    steps = sum(_step(one) for one in refunds)
    return (STAGES.index(state) << 32) + (steps << 8) + more + sum(fact is not None for fact in facts)
