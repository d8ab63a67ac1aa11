"""Lightspeed's own shapes, as far as we read them: those of the webhooks, into which the API's are turned.

Amounts are numbers or texts, in major units, finer than money. Tax is beside the price, never in it.
"""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from msgspec import Struct, field
from msgspec.structs import replace

ZERO = Decimal(0)


class Product(Struct, frozen=True):
    """`variant_name` is the whole name: `Latte / Large`."""

    id: str
    name: str = ""
    variant_name: str = ""
    sku: str = ""
    handle: str = ""


class Attribute(Struct, frozen=True):
    name: str = ""
    value: str = ""


class Item(Struct, frozen=True):
    """`price` and `tax` of one, `price_total` and `tax_total` of all, after discounts; negative where it comes back."""

    quantity: Decimal
    price_total: Decimal
    tax_total: Decimal = ZERO
    price: Decimal = ZERO
    tax: Decimal = ZERO
    discount: Decimal = ZERO
    product_id: str = ""
    name: str = ""
    sku: str = ""
    handle: str = ""
    note: str = ""
    attributes: tuple[Attribute, ...] = ()
    display_retail_price_tax_inclusive: str | int | bool | None = None

    def called(self, product: Product | None) -> Item:
        if product is None:
            return self
        return replace(self, name=product.variant_name or product.name, sku=product.sku, handle=product.handle)

    @property
    def noted(self) -> str:
        return self.note or next((one.value for one in self.attributes if one.name == "line_note"), "")


class Payment(Struct, frozen=True):
    amount: Decimal
    name: str = ""
    last4: str | None = None
    deleted_at: str = ""


class Contact(Struct, frozen=True):
    phone: str = ""
    mobile: str = ""
    email: str = ""


class Customer(Struct, frozen=True):
    """Webhooks have phone and e-mail under `contact`, the API beside the rest."""

    id: str = ""
    customer_code: str = ""
    phone: str = ""
    mobile: str = ""
    email: str = ""
    contact: Contact = Contact()


class Outlet(Struct, frozen=True):
    id: str = ""
    name: str = ""
    currency: str = ""
    display_prices: str = "inclusive"


class Sale(Struct, frozen=True):
    id: str
    status: str
    sale_date: str
    updated_at: str = ""
    outlet_id: str = ""
    market_id: str = ""
    register_id: str = ""
    return_for: str = ""
    customer_id: str = ""
    customer: Customer | None = None
    total_price: Decimal = ZERO
    total_tax: Decimal = ZERO
    tip: Decimal = ZERO
    surcharge: Decimal = ZERO
    by_api: bool = False
    items: tuple[Item, ...] = field(name="register_sale_products", default=())
    payments: tuple[Payment, ...] = field(name="register_sale_payments", default=())


def flat(said: Any) -> Any:
    """A sale of API 2026-07 under the names that the webhooks have."""
    if not isinstance(said, dict) or "register_sale_products" in said:
        return said
    source, totals = said.get("source", {}), said.get("totals", {})
    extra = {"TIP": ZERO, "": ZERO}
    for one in said.get("adjustments", []):
        kind = one.get("adjustment_type", "")
        if kind != "DISCOUNT":  # which the lines have had already
            extra["TIP" if kind == "TIP" else ""] += Decimal(one.get("total", 0))
    return {
        **{name: said[name] for name in ("id", "updated_at", "customer_id") if name in said},
        "status": said.get("status") or said.get("state"),
        "sale_date": said.get("sale_date") or said.get("date"),
        "outlet_id": source.get("outlet_id", ""),
        "register_id": source.get("register_id", ""),
        "return_for": said.get("return", {}).get("original_sale_id", ""),
        "total_price": totals.get("price", 0),
        "total_tax": totals.get("tax", 0),
        "tip": extra["TIP"],
        "surcharge": extra[""] or totals.get("surcharge", 0),
        "by_api": True,
        "register_sale_products": [_item(one) for one in said.get("line_items", [])],
        "register_sale_payments": [_payment(one) for one in said.get("payments", [])],
    }


def _item(said: dict[str, Any]) -> dict[str, Any]:
    pricing, tax = said["pricing"], said.get("tax", {})
    return {
        "quantity": said["quantity"],
        "price": pricing["price"],
        "price_total": pricing["total"],
        "discount": pricing.get("discount", 0),
        "tax": tax.get("amount", 0),
        "tax_total": tax.get("total", 0),
        "product_id": said["product"]["id"],
        "note": said.get("note", ""),
    }


def _payment(said: dict[str, Any]) -> dict[str, Any]:
    outside = said.get("external_attributes", [])
    digits = [one.get("card_last_four_digits") for one in (outside if isinstance(outside, list) else [outside])]
    return {
        "amount": said["amount"],
        "name": said.get("type", {}).get("name", ""),
        "last4": next(filter(None, digits), None),
        "deleted_at": said.get("deleted_at", ""),
    }
