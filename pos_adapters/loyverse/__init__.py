"""Loyverse: receipts, by webhook and by its API; it says nothing before they are paid. Amounts in major units.

A webhook knows neither the currency nor who the customer is: both are asked for.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from functools import lru_cache
from typing import Any

from loyalty.wire import RefundOf, Tender, Transaction
from pos_adapters import checking
from pos_adapters.asking import Api, document, no_json, part
from pos_adapters.base import (
    Adapter,
    Elsewhere,
    Event,
    Fetch,
    Headers,
    Ignored,
    Later,
    Page,
    Setting,
    Settings,
    Verdict,
)
from pos_adapters.bills import evidence, line, since_epoch
from pos_adapters.checklist import checklist
from pos_adapters.hooks import CURRENCY, POLL_S, PUBLIC_URL, api_base
from pos_adapters.pulling import pulled, text_of, time_in
from pos_adapters.reading import fitting, read_each
from pos_adapters.said import Said
from pos_adapters.signing import believed, header, in_base64, in_hex
from pos_adapters.tills import TILLS, till_of

HEADER = "x-loyverse-signature"
PER_S = 1.0  # sixty questions a minute
PAGE_MAX = 50  # of 250 that may be asked for: every customer is a question more
NOBODY = Said({})


def verify(headers: Headers, raw: bytes, settings: Settings, now: datetime) -> Verdict:
    """HMAC-SHA1, in base64 by its documents and in hex by its forum. What a personal token set up nobody signs."""
    key, why = settings["client_secret"], "is client_secret the one of the app that made the webhook?"
    if not key:
        return "hint"
    given = header("loyverse", headers, HEADER)
    return believed("loyverse", HEADER, given, in_base64(key, raw, "sha1"), in_hex(key, raw, "sha1"), why=why)


def sign(raw: bytes, settings: Settings, now: datetime) -> Headers:
    key = settings["client_secret"]
    return {HEADER: in_base64(key, raw, "sha1"), "content-type": "application/json"} if key else {}


# -- what it says -----------------------------------------------------------------------------------------------------
def parse(raw: bytes, settings: Settings) -> list[Event]:
    return read_each([("", raw)], lambda body: _read(Said.of(body), settings))


def _read(said: Said, settings: Settings) -> Iterator[Event]:
    kind = said.text("type", "")
    if kind not in ("", "receipts.update"):
        yield Ignored(f"{kind} says nothing of a sale")
        return
    said.needs("receipts")
    known = {one.text("id", ""): one for one in said.each("customers")}
    yield from read_each(said.raws("receipts"), lambda one: _events(Said.of(one), said, known, settings))


def _events(receipt: Said, said: Said, known: Mapping[str, Said], settings: Settings) -> Iterator[Event]:
    told = "type" in said  # by webhook, and signed only if there is a secret to sign with
    number, who = receipt.text("receipt_number"), receipt.text("customer_id", "")
    currency = settings["currency"] or said.text("currency", "")
    if settings["store_id"] and receipt.text("store_id", "") != settings["store_id"]:
        yield Elsewhere(f"a receipt of another store, {receipt.text('store_id', '')}")
    elif receipt.text("receipt_type", "") == "REFUND" and not receipt.text("refund_for", ""):
        yield Ignored("a refund that names no sale")
    elif not currency or (told and not settings["client_secret"]):
        yield Fetch("receipt", number)
    else:
        yield fitting(_sale(receipt, known.get(who, NOBODY) if who else NOBODY, currency, settings))
        if told and who:
            yield Fetch("receipt", number)  # for the customer's phone and e-mail


def _sale(receipt: Said, customer: Said, currency: str, settings: Settings) -> Transaction:
    lines = tuple(_line(item, currency) for item in receipt.each("line_items"))
    taxes = (tax for tax in receipt.each("total_taxes") if tax.text("type", "") == "ADDED")
    added = sum(tax.nearest("money_amount", currency) for tax in taxes)
    tip, surcharge = receipt.nearest("tip", currency, 0), receipt.nearest("surcharge", currency, 0)
    tenders = tuple(_tender(payment, currency) for payment in receipt.each("payments"))
    total, paid = receipt.nearest("total_money", currency), sum(tender.amount for tender in tenders)
    total = paid if paid == total + tip else total  # whether it holds the tip is not documented: what was paid says so
    who, parent = receipt.text("customer_id", ""), receipt.text("refund_for", "")
    richer = bool(customer.held) or not who  # than a webhook of the same moment
    return Transaction(
        id=receipt.text("receipt_number"), source="loyverse", shop=settings["shop"],
        till=till_of(receipt.text("pos_device_id", ""), settings),
        revision=since_epoch(receipt.time("updated_at")) * 2 + richer,
        state="voided" if receipt.text("cancelled_at", "") else "paid",
        at=receipt.time("receipt_date"),  # by the till; created_at is when it was sent to Loyverse
        currency=currency, refund_of=RefundOf(id=parent) if parent else None, lines=lines,
        order_discount=sum(one.total for one in lines) + added + tip + surcharge - total,  # points, and rounding
        tax=added or receipt.nearest("total_tax", currency, 0), tax_included=not added,
        tip=tip, service_charge=surcharge, total=total, tenders=tenders,
        customer=evidence(
            pos_id=who, phone=customer.text("phone_number", ""), email=customer.text("email", ""),
            reference=customer.text("customer_code", ""),
        ),
    )  # fmt: skip


def _line(item: Said, currency: str) -> Any:
    """gross_total_money: with modifiers, before discounts and before taxes that are added."""
    chosen = list(item.each("line_modifiers"))
    return line(
        item.text("item_name", ""),
        item.nearest("gross_total_money", currency) - item.nearest("total_discount", currency, 0),
        quantity=item.decimal("quantity"), variation=item.text("variant_name", ""), sku=item.text("sku", ""),
        modifiers=[": ".join(filter(None, (one.text("name", ""), one.text("option", "")))) for one in chosen],
        list_price=item.nearest("price", currency, 0) + sum(one.nearest("price", currency, 0) for one in chosen),
    )  # fmt: skip


def _tender(payment: Said, currency: str) -> Tender:
    """A terminal that is built in says more, but not in every country; a number may be masked, or missing."""
    kind, details = payment.text("type", "OTHER"), payment["payment_details"]
    last4 = details.text("card_number", "")[-4:]
    kind = "card" if "CARD" in kind or details.held else kind.lower()
    return Tender(
        kind=kind, amount=payment.nearest("money_amount", currency), last4=last4 if last4.isdecimal() else None
    )


# -- what it is asked -------------------------------------------------------------------------------------------------
def fetch(wanted: Fetch, settings: Settings) -> bytes:
    return _document([_api(settings).get(f"/v1.0/receipts/{part('loyverse', wanted.id)}")], settings)


def pull(cursor: str, settings: Settings, now: datetime) -> Page:
    """In no order that is documented: `pulled` goes on from a time only when all of its pages are read."""

    def search(since: datetime, page: str) -> tuple[Sequence[Any], str | None]:
        given = {"updated_at_min": text_of(since), "store_id": settings["store_id"], "cursor": page}
        asked = {name: value for name, value in given.items() if value}
        found = _api(settings).get("/v1.0/receipts", limit=PAGE_MAX, **asked)
        return checking.listed("loyverse", found, "receipts"), found.get("cursor")

    return pulled(cursor, now, search, lambda one: time_in(one.get("updated_at")), lambda all: _document(all, settings))


def _document(receipts: Sequence[Any], settings: Settings) -> bytes:
    """With what no receipt says: the currency, and who the customers are."""
    api = _api(settings)
    ids = dict.fromkeys(one["customer_id"] for one in receipts if one.get("customer_id"))
    asked = [api.perhaps(f"/v1.0/customers/{part('loyverse', id)}") for id in ids]
    currency = settings["currency"] or _currency(settings["api_base"], settings["access_token"])
    return document({"currency": currency, "receipts": receipts, "customers": [one for one in asked if one]})


def _api(settings: Settings) -> Api:
    if not settings["access_token"]:
        raise Later("loyverse: access_token is missing; the Back Office makes one under Settings, Access tokens")
    return _api_at(settings["api_base"], settings["access_token"])


def _api_at(base: str, token: str) -> Api:
    headers = {"authorization": f"Bearer {token}"}
    return Api("loyverse", base, lambda: headers, per_s=PER_S, said=lambda body: body["errors"][0]["details"])


@lru_cache(64)
def _currency(base: str, token: str) -> str:
    """Of the account. It has one, and keeps it."""
    try:
        return str(_api_at(base, token).get("/v1.0/merchant/")["currency"]["code"])
    except (LookupError, TypeError) as error:
        raise Later(no_json("loyverse")) from error


@checking.told
def check(settings: Settings) -> list[str]:
    api, url = _api(settings), settings["public_url"]
    api.get("/v1.0/merchant/")
    stores, hooks = api.perhaps("/v1.0/stores"), api.perhaps("/v1.0/webhooks/")
    known = {str(one.get("id")): str(one.get("name")) for one in checking.listed("loyverse", stores, "stores")}
    wrong = checking.place("loyverse", "store_id", settings["store_id"], known)
    if hooks is None:
        return wrong  # this token may not see them
    ours = [one for one in checking.listed("loyverse", hooks, "webhooks") if one.get("url") == url]
    states = [one.get("status") == "ENABLED" for one in ours if one.get("type") == "receipts.update"]
    return wrong + checking.hook("loyverse", states, url, "enable receipts.update in the Back Office")


ADAPTER = Adapter(
    vendor="loyverse",
    title="Loyverse: receipts by webhook and by its API",
    settings=(
        Setting("access_token", "an access token of the Back Office, to ask for receipts", required=True, secret=True),
        Setting("client_secret", "the app's client secret, where an app set the webhook up and signs it", secret=True),
        Setting("store_id", "which store this shop is; needed where the account has several"),
        *(CURRENCY, TILLS, PUBLIC_URL, POLL_S, api_base("https://api.loyverse.com")),
    ),
    checklist=checklist(__name__), verify=verify, parse=parse, fetch=fetch, pull=pull, check=check, sign=sign,
)  # fmt: skip
