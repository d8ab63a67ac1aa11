"""A sale of Lightspeed's into ours; what comes back in it is a receipt of its own, which names the sale."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import UTC, datetime
from decimal import Decimal
from typing import Literal

from msgspec.structs import replace

from loyalty.wire import Evidence, Line, RefundOf, Tender, Transaction
from pos_adapters.base import Event, Ignored, SettingNeeded, Settings
from pos_adapters.bills import evidence, line, since_epoch
from pos_adapters.lightspeed_x.shapes import Customer, Item, Outlet, Payment, Sale
from pos_adapters.money import nearest
from pos_adapters.reading import fitting
from pos_adapters.tills import till_of

State = Literal["open", "paid", "voided"]
RANKS = {"open": 0, "paid": 1, "voided": 2}
NOBODY = "WALKIN"
DISCOUNT = "vend-discount"  # the product whose negative line takes something off the whole sale
CARD = re.compile(r"card|eftpos|visa|master|amex|lightspeed payments|square|tyro|stripe|sumup|zettle", re.IGNORECASE)


def sold(sale: Sale, outlet: Outlet, given: Settings) -> list[Event]:
    currency = given["currency"] or outlet.currency
    if not currency:
        raise SettingNeeded(
            "Lightspeed does not say in which currency this is: set currency, such as AUD", at="currency"
        )
    if not sale.return_for and sale.total_price + sale.total_tax < 0:
        return [Ignored("a return that names no sale")]
    back = [item for item in sale.items if sale.return_for and item.quantity < 0]
    bought = [item for item in sale.items if item not in back]
    found: list[Event] = []
    if bought or not back:
        found.append(fitting(_bought(sale, bought, bool(back), currency, outlet, given)))
    if back and _state(sale) == "open":
        found.append(Ignored("a return that is not closed yet"))
    elif back:
        found.append(fitting(_returned(sale, back, bool(bought), currency, outlet, given)))
    return found


def _bought(
    sale: Sale, items: Sequence[Item], mixed: bool, currency: str, outlet: Outlet, given: Settings
) -> Transaction:
    """What was returned along with it is left out of it, and so are the payments, which are for both."""
    state, at = _state(sale), time(sale.sale_date)
    told = _told(sale, items, currency, outlet, given)
    tip, service = nearest(sale.tip, currency), nearest(sale.surcharge, currency)
    total = told.total if mixed else nearest(sale.total_price + sale.total_tax, currency)
    owed = sum(one.total for one in told.lines) - told.order_discount + (0 if told.tax_included else told.tax)
    slack = len(items) + 1  # minor units: amounts are finer than money until they are added up
    if (tip or service) and abs(total - owed) <= slack:  # whether the total holds them is not documented
        total += tip + service
    off = owed + tip + service - total
    paid = () if mixed else tuple(_tender(one, currency) for one in sale.payments if not one.deleted_at)
    return replace(
        told,
        state=state,
        at=at,
        changed_at=time(sale.updated_at or sale.sale_date) if state == "open" else None,
        order_discount=told.order_discount + (off if abs(off) <= slack else 0),
        tip=tip,
        service_charge=service,
        total=total,
        tenders=paid,
        customer=_who(sale.customer),
    )


def _returned(
    sale: Sale, items: Sequence[Item], mixed: bool, currency: str, outlet: Outlet, given: Settings
) -> Transaction:
    turned = [replace(one, price_total=-one.price_total, tax_total=-one.tax_total) for one in items]
    told = _told(sale, turned, currency, outlet, given)
    owed = sum(one.total for one in told.lines) - told.order_discount + (0 if told.tax_included else told.tax)
    return replace(
        told,
        id=f"{sale.id}/return" if mixed else sale.id,
        refund_of=RefundOf(id=sale.return_for),
        order_discount=told.order_discount + owed - told.total,
    )


def _told(sale: Sale, items: Sequence[Item], currency: str, outlet: Outlet, given: Settings) -> Transaction:
    """What both have in common; its total is that of these items."""
    inside = _inside(items, outlet)
    lines = [(item.handle == DISCOUNT, _line(item, currency, inside)) for item in items]
    tax = sum((one.tax_total for one in items), Decimal(0))
    return Transaction(
        id=sale.id,
        source="lightspeed_x",
        shop=given["shop"],
        till=till_of(sale.register_id, given),
        revision=_revision(sale),
        state=_state(sale),
        at=time(sale.sale_date),
        currency=currency,
        lines=tuple(one for discount, one in lines if not discount),
        order_discount=-sum(one.total for discount, one in lines if discount),
        tax=nearest(tax, currency),
        tax_included=inside,
        total=nearest(sum((one.price_total for one in items), tax), currency),
    )


def time(text: str) -> datetime:
    """`2026-10-05 12:14:46` is UTC, as is what the API writes with its zone."""
    at = datetime.fromisoformat(text)
    return at if at.tzinfo is not None else at.replace(tzinfo=UTC)


def _state(sale: Sale) -> State:
    """SAVED, PARKED, LAYBY, ONACCOUNT, pending: open."""
    status = sale.status.lower()
    return "paid" if status.endswith("closed") else "voided" if status == "voided" else "open"


def _revision(sale: Sale) -> int:
    """Its last change, to the second. Within that: the further on, the newer; and the API knows more than a webhook."""
    changed = time(sale.updated_at or sale.sale_date).replace(microsecond=0)
    parts = min(len(sale.items) + len(sale.payments), 149)
    return since_epoch(changed) + RANKS[_state(sale)] * 300 + parts * 2 + sale.by_api


def _inside(items: Sequence[Item], outlet: Outlet) -> bool:
    """Whether prices hold the tax. Webhooks say so of each line, the API of the outlet."""
    said = [item.display_retail_price_tax_inclusive for item in items]
    known = [one for one in said if one is not None]
    return str(known[0]).lower() in ("1", "true") if known else outlet.display_prices != "exclusive"


def _line(item: Item, currency: str, inside: bool) -> Line:
    """A note is how a café that has no modifiers says *oat*. Whether a discount is before tax is not documented."""
    whole = item.price_total + (item.tax_total if inside else 0)
    each = item.price + (item.tax if inside else 0)
    return line(
        item.name,
        nearest(whole, currency),
        quantity=item.quantity,
        modifiers=[f"note: {item.noted}"] if item.noted else (),
        sku=item.sku,
        list_price=None if item.discount else nearest(each, currency),
    )


def _tender(payment: Payment, currency: str) -> Tender:
    kind = payment.name.strip().lower() or "other"
    kind = "cash" if "cash" in kind else "card" if CARD.search(kind) and "gift" not in kind else kind
    return Tender(kind=kind, amount=nearest(payment.amount, currency), last4=payment.last4)


def _who(customer: Customer | None) -> Evidence | None:
    """Nobody where the customer could not be read: it may be the one that stands for everybody who is not known."""
    if customer is None or customer.customer_code.upper() == NOBODY:
        return None
    contact = customer.contact
    return evidence(
        pos_id=customer.id,
        phone=contact.phone or contact.mobile or customer.mobile or customer.phone,
        email=contact.email or customer.email,
        reference=customer.customer_code,
    )
