"""WooCommerce: a web shop, and the tills that write their sales into it. Amounts net of tax, times in UTC."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any, Literal

from loyalty.wire import Line, Refund, Tender, Transaction
from pos_adapters import checking, money
from pos_adapters.asking import Api, document, part
from pos_adapters.base import Adapter, Event, Fetch, Headers, Ignored, Page, Setting, Settings, Verdict
from pos_adapters.bills import dialled, evidence, line, rounding, within_second
from pos_adapters.checklist import checklist
from pos_adapters.hooks import POLL_S, PUBLIC_URL, api_base
from pos_adapters.pulling import pulled, time_in
from pos_adapters.reading import fitting, read_each
from pos_adapters.said import Said
from pos_adapters.signing import WORDS, basic, believed, header, in_base64, key_of

HEADER = "x-wc-webhook-signature"
PING = b"webhook_id="
CASH = {"cod", "cash", "pos_cash"}
CARD = re.compile(r"stripe|card|woocommerce_payments|square|sumup|paypal_pro|mollie.*card|pos_terminal")
STATES: dict[str, Literal["open", "paid", "voided"]] = {  # in the order of an order's life
    "checkout-draft": "open", "pending": "open", "failed": "voided", "on-hold": "open", "processing": "paid",
    "completed": "paid", "refunded": "paid", "cancelled": "voided", "trash": "voided",
}  # fmt: skip
TIPS = "Tip, Tips, Gratuity, Trinkgeld, Pourboire, Propina, Mancia, Gorjeta, Fooi, Drikkepenge"
PAGE_MAX = 100  # orders, or webhooks; WooCommerce gives no more at once
TOPICS = ("order.created", "order.updated", "order.deleted", "order.restored")
WHERE = "WooCommerce → Settings → Advanced → Webhooks"


def verify(headers: Headers, raw: bytes, settings: Settings, now: datetime) -> Verdict:
    """HMAC-SHA256 in base64. The ping that it sends when a webhook is saved is not signed, and wants a 200."""
    if raw.startswith(PING) and HEADER not in headers:
        return "hint"
    key_of("woocommerce", settings, "webhook_secret", "in the webhook, under Secret")
    given, expected = header("woocommerce", headers, HEADER), sign(raw, settings, now)[HEADER]
    why = f"{WORDS} Each of the shop's webhooks must have the same secret"
    return believed("woocommerce", HEADER, given, expected, why=why)


def sign(raw: bytes, settings: Settings, now: datetime) -> Headers:
    """WordPress keeps & as &amp; and decodes it before it signs; whoever copied it may have either."""
    return {HEADER: in_base64(html.unescape(settings["webhook_secret"]), raw), "content-type": "application/json"}


# -- what it says -----------------------------------------------------------------------------------------------------
def parse(raw: bytes, settings: Settings) -> list[Event]:
    """An order; `{"id"}` of one that was deleted; or `{"orders", "refunds": {order: [refund]}}` as `fetch` brings."""
    if raw.startswith(PING):
        return [Ignored("a ping: the webhook was saved")]
    return read_each([("", raw)], lambda body: _read(Said.of(body), settings))


def _read(said: Said, settings: Settings) -> Iterator[Event]:
    if "orders" in said:
        yield from read_each(said.raws("orders"), lambda one: [_told(Said.of(one), said["refunds"], settings)])
    elif set(said.held) == {"id"}:  # in the trash, from where it can still be read; or a product, which is no order
        yield Fetch("order", said.text("id"))
    elif "line_items" in said:
        yield _told(said, Said({}), settings)
    else:
        yield Ignored("nothing of an order")


def _told(order: Said, refunds: Said, settings: Settings) -> Event:
    made = order.text("created_via", "")
    if settings["created_via"] not in ("", made):
        return Ignored(f"an order made elsewhere, by {made or 'nothing'}")
    return fitting(_sale(order, {one.text("id"): one for one in refunds.each(order.text("id"))}, settings))


def _sale(order: Said, known: Mapping[str, Said], settings: Settings) -> Transaction:
    currency, status = order.text("currency"), order.text("status")
    # shops make states of their own: then it counts whether it was paid
    state = STATES.get(status) or ("paid" if "date_paid_gmt" in order else "open")
    paid_at = ("date_paid_gmt", "date_completed_gmt") if state == "paid" else ()
    changed = order.time(order.first("date_modified_gmt", "date_created_gmt"))
    total, tax = order.nearest("total", currency), order.nearest("total_tax", currency)
    tips, fees = _fees(order, settings)
    tip, charge = money.nearest(tips, currency), money.nearest(fees + order.decimal("shipping_total", 0), currency)
    lines = tuple(_line(item, currency) for item in order.each("line_items"))
    left = sum(line.total for line in lines) + tax + tip + charge - total
    billing, field = order["billing"], settings["member_field"]
    members = [one.held["value"] for one in order.each("meta_data") if one.text("key", "") == field and "value" in one]
    rank = list(STATES).index(status if status in STATES else "on-hold") * 110
    return Transaction(
        id=order.text("id"), source="woocommerce", shop=settings["shop"], till=settings["till"] or None,
        # within one second, by how far it has come and what is known of its refunds
        revision=within_second(changed, rank + 2 * min(len(list(order.each("refunds"))), 50) + bool(known)),
        state=state, at=order.time(order.first(*paid_at, "date_created_gmt")),
        changed_at=changed if state == "open" else None, currency=currency, lines=lines,
        order_discount=rounding(left, lines) + max(0, -charge),  # a fee below nothing takes something off
        tax=tax, tip=tip, service_charge=max(0, charge), total=total,
        tenders=_tenders(order, total) if state == "paid" else (),
        refunds=tuple(_refunds(order, known, currency, total, changed)),
        customer=evidence(
            pos_id=order.whole("customer_id", 0), phone=dialled(billing.text("phone", "")),
            email=billing.text("email", ""), reference=next(filter(None, members), None),
        ),
    )  # fmt: skip


def _line(item: Said, currency: str, *, back: bool = False) -> Line:
    """`Latte - Large` is a Large of `Latte`. A choice that is no part of that is a modifier, as `milk: oat`."""
    quantity, total, chosen = item.decimal("quantity", 1), item.nearest("total", currency), list(_chosen(item))
    name = _plain(item, "name")
    base = _plain(item, "parent_name") or name
    variation = name.removeprefix(base).strip(" -–") if name.startswith(base) else ""
    if not variation and item.whole("variation_id", 0):
        variation = ", ".join(shown for key, _, shown in chosen if key.startswith("pa_"))
    parts = {part.strip().casefold() for part in variation.split(",")}
    return line(
        base, abs(total) if back else total, quantity=quantity, variation=variation, sku=item.text("sku", ""),
        modifiers=(f"{key}: {value}" for key, value, shown in chosen if shown.casefold() not in parts),
        list_price=money.nearest(item.decimal("subtotal", 0) / quantity, currency) if quantity else None,
    )  # fmt: skip


def _chosen(item: Said) -> Iterator[tuple[str, str, str]]:
    """Key, value, and how that is shown. Plugins put anything into a value, and fields of their own beside it."""
    for one in item.each("meta_data"):
        key, value = one.text("key", ""), one.held.get("value")
        if key and not key.startswith("_") and isinstance(value, str):
            yield key, value, str(one.held.get("display_value") or value)


def _plain(said: Said, name: str) -> str:
    return html.unescape(said.text(name, ""))


def _fees(order: Said, settings: Settings) -> tuple[Decimal, Decimal]:
    """What of them is a tip, by its name, and the rest; plugins add fees of a third of a cent."""
    names = [re.escape(name.strip()) for name in settings["tip_names"].split(",") if name.strip()]
    tip = re.compile(rf"\b(?:{'|'.join(names) or '(?!)'})\b", re.IGNORECASE)
    fees = [(fee.decimal("total"), bool(tip.search(_plain(fee, "name")))) for fee in order.each("fee_lines")]
    tips = sum((total for total, is_tip in fees if is_tip), Decimal(0))
    return tips, sum(total for total, _ in fees) - tips


def _tenders(order: Said, total: int) -> tuple[Tender, ...]:
    method = order.text("payment_method", "")
    kind = "cash" if method in CASH else "card" if CARD.search(method) else method[:64]
    return (Tender(kind=kind, amount=total),) if kind and total else ()


def _refunds(order: Said, known: Mapping[str, Said], currency: str, total: int, changed: datetime) -> Iterator[Refund]:
    """An order lists what they came to; when they were made, and of what, is known only once it was asked for."""
    rest = total
    for listed in order.each("refunds"):
        one = known.get(listed.text("id"), listed)
        amount = abs(listed.nearest("total", currency, 0) or one.nearest("amount", currency, 0))
        items = [item for item in one.each("line_items") if item.decimal("quantity", 1) or item.decimal("total")]
        at = one.time("date_created_gmt") if "date_created_gmt" in one else changed
        lines = tuple(_line(item, currency, back=True) for item in items)
        rest -= amount
        yield Refund(id=listed.text("id"), at=at, amount=amount, lines=lines)
    if order.text("status") == "refunded" and rest > 0:  # set by hand, by a plugin that makes no refund
        yield Refund(id=f"{order.text('id')}/rest", at=changed, amount=rest)


# -- what it is asked -------------------------------------------------------------------------------------------------
def fetch(wanted: Fetch, settings: Settings) -> bytes:
    api = _api(settings)
    return _whole(api, [api.get(f"/orders/{part('woocommerce', wanted.id)}")])


def pull(cursor: str, settings: Settings, now: datetime) -> Page:
    """Orders in the order in which they changed; then those that went into the trash, which are in no other list."""
    api = _api(settings)

    def search(since: datetime, page: str) -> tuple[Sequence[Any], str | None]:
        status, after, number = (page or f"any {_text(since)} 1").split()
        order = {"orderby": "modified", "order": "asc", "modified_after": after, "dates_are_gmt": "true"}
        found = api.get("/orders", status=status, per_page=PAGE_MAX, page=number, **order) or []
        if len(found) < PAGE_MAX:
            return found, f"trash {_text(since)} 1" if status == "any" else None
        return found, f"{status} {_onward(found, after, int(number))}"

    return pulled(cursor, now, search, _changed, lambda orders: _whole(api, orders))


def _onward(found: Sequence[Any], after: str, number: int) -> str:
    """Goes on from the last, not by counting: what changes meanwhile moves to the end, and all behind it would move up.

    `modified_after` leaves its own second out.
    """
    last = _changed(found[-1])
    before = _text(last - timedelta(seconds=1)) if last else after
    return f"{before} 1" if before > after else f"{after} {number + 1}"


def _text(at: datetime) -> str:
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S")


def _changed(order: Any) -> datetime | None:
    return time_in(f"{order.get('date_modified_gmt')}Z")


def _whole(api: Api, orders: Sequence[Any]) -> bytes:
    """With what each refund gave back, which an order does not say."""
    refunded = [order["id"] for order in orders if order.get("refunds")]
    refunds = {str(id): api.perhaps(f"/orders/{id}/refunds", per_page=PAGE_MAX) or [] for id in refunded}
    return document({"orders": orders, "refunds": refunds})


def _api(settings: Settings) -> Api:
    headers = {"authorization": basic(settings["consumer_key"], settings["consumer_secret"])}
    base = f"{settings['api_base'].rstrip('/')}/wp-json/wc/v3"
    return Api("woocommerce", base, lambda: headers, per_s=5.0, said=lambda body: body["message"])


@checking.told
def check(settings: Settings) -> list[str]:
    api, address = _api(settings), settings["public_url"].rstrip("/")
    api.get("/orders", per_page=1)
    hooks = api.perhaps("/webhooks", per_page=PAGE_MAX)
    if hooks is None:
        return []  # the key may not read them
    ours = {one["topic"]: one["status"] for one in hooks if str(one["delivery_url"]).rstrip("/") == address}
    missing = ", ".join(topic for topic in TOPICS if topic not in ours)
    off = ", ".join(topic for topic in TOPICS if ours.get(topic, "active") != "active")
    again = f"add {missing} under {WHERE}" if missing else f"set the status of {off} to Active under {WHERE}"
    return checking.hook("woocommerce", [] if missing else [not off], address, again)


ADAPTER = Adapter(
    vendor="woocommerce",
    title="WooCommerce: webhooks, and orders by its REST API",
    settings=(
        replace(api_base(""), help="your shop's address, such as https://shop.example", required=True),
        Setting("webhook_secret", "the secret of the webhooks, the same for all of them", required=True, secret=True),
        Setting("consumer_key", "ck_…, of a key that may read", required=True, secret=True),
        Setting("consumer_secret", "cs_…, shown once, beside it", required=True, secret=True),
        Setting("tip_names", "what fees are called that are tips; other fees are service charges", default=TIPS),
        Setting("member_field", "the order's own field that holds a member's number, such as _member_number"),
        Setting("created_via", "only orders made in this way, such as pos; else all: a web shop's as well"),
        *(PUBLIC_URL, POLL_S),
    ),
    checklist=checklist(__name__), verify=verify, parse=parse, fetch=fetch, pull=pull, check=check, sign=sign,
)  # fmt: skip
