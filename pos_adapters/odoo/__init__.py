"""Odoo's point of sale: webhooks that nobody signs and that only point, and orders by JSON-RPC.

It calculates in floats, writes times in UTC without a zone, and says false where there is nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from decimal import Decimal
from typing import Any

from loyalty.errors import Unfit
from loyalty.wire import Line, RefundOf, Tender, Transaction
from pos_adapters.asking import document
from pos_adapters.base import Adapter, Elsewhere, Event, Fetch, Ignored, Setting, Settings
from pos_adapters.bills import dialled, evidence, line, rounding, within_second
from pos_adapters.checklist import checklist
from pos_adapters.hooks import POLL_S, PUBLIC_URL, api_base
from pos_adapters.odoo import api
from pos_adapters.reading import exact, fitting, read_each
from pos_adapters.said import Said
from pos_adapters.tills import TILLS, named, till_of

STATES: dict[str, Any] = {"draft": "open", "paid": "paid", "done": "paid", "invoiced": "paid", "cancel": "voided"}
NAMED = ("lines", "payments", "parents", "attributes", "partners", "configs")  # by orders, with their numbers
NOTHING = Said({})
Found = Mapping[str, Mapping[int, Said]]


def parse(raw: bytes, settings: Settings) -> list[Event]:
    return read_each([("", raw)], lambda body: _read(Said.of(document(_without_false(exact(body)))), settings))


def _without_false(said: Any) -> Any:
    if isinstance(said, dict):
        return {name: _without_false(held) for name, held in said.items() if held is not False}
    return [_without_false(held) for held in said] if isinstance(said, list) else said


def _read(said: Said, settings: Settings) -> Iterator[Event]:
    if "orders" in said:
        found = {name: {one.whole("id"): one for one in said.each(name)} for name in NAMED}
        yield from read_each(said.raws("orders"), lambda one: [_told(Said.of(one), found, settings)])
    elif said.text("_model", "something") == "pos.order":
        yield Fetch("pos.order", str(said.held["_id"]))
    else:
        yield Ignored(f"{said.text('_model', 'something')} says nothing of an order")


def _link(said: Said, name: str) -> tuple[int, str]:
    """What it names: `[412, "Mara Okafor"]`; nothing is 0."""
    match said.held.get(name, [0, ""]):
        case [int(number), str(words)]:
            return number, words
    raise Unfit("expected a number and a name", at=f"{said.at}.{name}".strip("."))


def _those(known: Mapping[int, Said], ids: Iterable[int]) -> list[Said]:
    return [known[id] for id in ids if id in known]


# -- a sale -----------------------------------------------------------------------------------------------------------
def _told(order: Said, found: Found, settings: Settings) -> Event:
    shops, (shop, shop_name) = api.numbers(settings["config_id"]), _link(order, "config_id")
    if shops and shop not in shops:
        return Elsewhere(f"an order of another point of sale, {shop_name}")
    back = order.decimal("amount_total") < 0
    parent = found["parents"].get(_link(order, "refunded_order_id")[0], NOTHING).text("uuid", "")
    if back and not parent:
        return Ignored("given back without the sale that it was bought in")
    return fitting(_sale(order, parent if back else "", found, settings))


def _sale(order: Said, parent: str, found: Found, settings: Settings) -> Transaction:
    """`amount_total` holds the tax. Where something is given back it is below nothing, and all is turned round."""
    (partner, _), (_, currency) = _link(order, "partner_id"), _link(order, "currency_id")
    shop, shop_name = _link(order, "config_id")
    sign, customer = -1 if parent else 1, found["partners"].get(partner, NOTHING)
    payments = _those(found["payments"], sorted(order.held.get("payment_ids", ())))
    state = STATES.get(order.text("state"), "paid" if payments else "open")
    items, tips = _bought(order, found, settings)
    inside = _tax_inside(items)
    price = "price_subtotal_incl" if inside else "price_subtotal"
    lines = tuple(_line(one, sign * one.nearest(price, currency), found, currency, settings) for one in items)
    tax, total = sign * order.nearest("amount_tax", currency), sign * order.nearest("amount_total", currency)
    tip = sign * sum(one.nearest("price_subtotal_incl", currency) for one in tips)
    left = sum(one.total for one in lines) + (0 if inside else tax) + tip - total
    written = order.time("write_date")
    return Transaction(
        id=order.text("uuid"), source="odoo", shop=settings["shop"],
        till=till_of(str(shop) if str(shop) in named(settings["tills"]) else shop_name, settings),
        revision=within_second(written, _rank(order, state)), state=state,
        at=order.time("date_order"), changed_at=written if state == "open" else None,
        currency=currency, refund_of=RefundOf(id=parent) if parent else None, lines=lines,
        order_discount=rounding(left, lines),  # tax may be rounded for the whole order
        tax=tax, tax_included=inside, tip=tip, total=total, tenders=tuple(_tenders(payments, sign, currency)),
        customer=evidence(
            pos_id=partner, phone=dialled(order.text("mobile", "") or customer.text("phone", "")),
            email=order.text("email", "") or customer.text("email", ""), reference=customer.text("barcode", ""),
        ),
    )  # fmt: skip


def _rank(order: Said, state: str) -> int:
    """Odoo tells times to the second: of two changes within one that holds which has come further."""
    lines, payments = (len(order.held.get(name, ())) for name in ("lines", "payment_ids"))
    known = min(lines, 60) + 3 * min(payments, 20) + 60 * ("partner_id" in order)
    return {"open": 0, "paid": 300, "voided": 800}[state] + 200 * (order.text("state") == "done") + known


def _bought(order: Said, found: Found, settings: Settings) -> tuple[list[Said], list[Said]]:
    """What was bought, and the tips. Of a menu its parts are told: they hold its price."""
    own = _those(found["lines"], sorted(order.held.get("lines", ())))
    menus = {_link(one, "combo_parent_id")[0] for one in own}
    shop = found["configs"].get(_link(order, "config_id")[0], NOTHING)
    tips = set(api.numbers(settings["tip_product_id"])) or {_link(shop, "tip_product_id")[0]} - {0}
    bought = [one for one in own if one.whole("id") not in menus or one.decimal("price_subtotal_incl")]
    of_tips = [one for one in bought if _link(one, "product_id")[0] in tips]
    return [one for one in bought if one not in of_tips], of_tips


def _tax_inside(items: Sequence[Said]) -> bool:
    """Whether prices hold their tax, which no order says: it is what they come to. The discount is in percent."""
    inside = on_top = Decimal()
    for one in items:
        priced = one.decimal("price_unit") * one.decimal("qty") * (100 - one.decimal("discount", 0)) / 100
        inside += priced - one.decimal("price_subtotal_incl")
        on_top += priced - one.decimal("price_subtotal")
    return abs(inside) <= abs(on_top)


def _line(item: Said, total: int, found: Found, currency: str, settings: Settings) -> Line:
    """`Latte (Large, Oat milk)`: the choices stand behind the name, and by their numbers. The price holds them."""
    size_names = {name.strip().casefold() for name in settings["size_names"].split(",")}
    name = item.text("full_product_name", "") or _link(item, "product_id")[1]
    chosen = item.held.get("attribute_value_ids", ())
    known = [(one.text("name"), _link(one, "attribute_id")[1]) for one in _those(found["attributes"], chosen)]
    sizes = [words for words, attribute in known if attribute.casefold() in size_names]
    others = [words for words, _ in known if words not in sizes]
    if chosen and name.endswith(")"):
        name, _, inside = name.removesuffix(")").rpartition(" (")
        others = others if known else inside.split(", ")
    return line(
        name, total, quantity=item.decimal("qty"), variation=", ".join(sizes), modifiers=others,
        list_price=item.nearest("price_unit", currency),
    )  # fmt: skip


def _tenders(payments: Sequence[Said], sign: int, currency: str) -> Iterator[Tender]:
    """The change is a payment of its own: taken off what was given in the same way, as the shop calls it."""
    amounts = [(one, _link(one, "payment_method_id"), sign * one.nearest("amount", currency)) for one in payments]
    change = {way[0]: amount for one, way, amount in amounts if one.flag("is_change")}
    for one, way, amount in amounts:
        if not one.flag("is_change"):
            kind = "card" if one.text("card_type", "") else way[1].strip().lower()[:64] or "other"
            yield Tender(kind=kind, amount=amount + change.pop(way[0], 0))


ADAPTER = Adapter(
    vendor="odoo",
    title="Odoo: automation webhooks, and orders by JSON-RPC",
    settings=(
        replace(api_base(""), help="your Odoo's address, such as https://mycafe.odoo.com", required=True),
        Setting("database", "the database's name; at odoo.com the first part of the address", required=True),
        Setting("login", "the user to sign in as", required=True),
        Setting("api_key", "that user's API key", required=True, secret=True),
        Setting("config_id", "which points of sale belong to this shop, by their numbers, such as 2, 3; else all"),
        Setting("tip_product_id", "the product that is the tip; else what the point of sale says"),
        Setting("size_names", "what the attribute is called that is a size; every other is a modifier",
                default="Size, Größe, Taille, Tamaño, Taglia, Tamanho, Maat, Storlek"),
        *(TILLS, PUBLIC_URL, POLL_S),
    ),
    checklist=checklist(__name__), verify=lambda headers, raw, settings, now: "hint",  # what it points to is asked for
    parse=parse, fetch=api.fetch, pull=api.pull, check=api.check,
    sign=lambda raw, settings, now: {"content-type": "application/json"},
)  # fmt: skip
