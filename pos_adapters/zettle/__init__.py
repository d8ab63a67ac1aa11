"""Zettle (PayPal POS): purchases by webhook, once they are paid, and by its API. Amounts in minor units.

A refund is a purchase with negative amounts. Its webhook does not name the sale, so that it is asked for.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from decimal import ROUND_HALF_UP
from typing import Any

from loyalty.errors import NoKey, Unfit
from loyalty.wire import Line, RefundOf, Tender, Transaction
from pos_adapters import checking
from pos_adapters.asking import Api, Expired, document, needed, no_json, part
from pos_adapters.base import Adapter, Event, Fetch, Headers, Ignored, Later, Page, Setting, Settings, Verdict
from pos_adapters.bills import line, since_epoch
from pos_adapters.checklist import checklist
from pos_adapters.hooks import POLL_S, PUBLIC_URL, api_base
from pos_adapters.pulling import pulled, time_in
from pos_adapters.reading import BAD_ITEM, fitting, read_each
from pos_adapters.said import Said
from pos_adapters.signing import believed, header, in_hex, key_of
from pos_adapters.tills import TILLS, till_of
from pos_adapters.tokens import Token, Tokens

HEADER = "x-izettle-signature"
TEST, MADE = "TestMessage", "PurchaseCreated"
PAGE_MAX = 100
MESSAGE_BYTES_MAX = 500_000  # far beyond a bill: all of it is read to find what is signed, for strangers too
LATE = timedelta(minutes=15)  # how long a till may keep a purchase to itself, beyond what every look looks back
GRANT = "urn:ietf:params:oauth:grant-type:jwt-bearer"

_tokens = Tokens()


def verify(headers: Headers, raw: bytes, settings: Settings, now: datetime) -> Verdict:
    """HMAC-SHA256 of two of the body's texts, as they read once they are decoded. A first message is unsigned."""
    kind, signed = _signed(raw)
    if kind == TEST:
        return "hint"
    key = key_of("zettle", settings, "signing_key", "in the answer that made the subscription")
    return believed("zettle", HEADER, header("zettle", headers, HEADER), in_hex(key, signed))


def sign(raw: bytes, settings: Settings, now: datetime) -> Headers:
    return {HEADER: in_hex(settings["signing_key"], _signed(raw)[1]), "content-type": "application/json"}


def _signed(raw: bytes) -> tuple[str, bytes]:
    """The kind of a message, and what of it is signed: what stands after the object would be signed by nobody."""
    try:
        said = Said.of(raw if raw.endswith(b"}") and len(raw) <= MESSAGE_BYTES_MAX else b"")
        kind = said.text("eventName")
        return kind, b"" if kind == TEST else f"{said.text('timestamp', '')}.{said.text('payload')}".encode()
    except BAD_ITEM as error:
        raise NoKey("zettle: expected a message of Zettle's; was this sent by Zettle?", at=HEADER) from error


# -- what it says -----------------------------------------------------------------------------------------------------
def parse(raw: bytes, settings: Settings) -> list[Event]:
    return read_each([("", raw)], lambda body: _read(Said.of(body), settings))


def _read(said: Said, settings: Settings) -> Iterator[Event]:
    """In a webhook the purchase is JSON once more, as text."""
    kind = said.text("eventName", "")
    if kind == MADE:
        inner = Said.of(said.text("payload").encode())
        yield _event(Said(inner.held, "payload"), settings)
    elif kind:
        yield Ignored(f"{kind} says nothing of a sale")
    elif "purchases" in said:
        yield from read_each(said.raws("purchases"), lambda one: [_event(Said.of(one), settings)])
    else:
        yield _event(said, settings)


def _event(purchase: Said, settings: Settings) -> Event:
    payments = list(purchase.each("payments"))
    given = any(one.whole("amount") < 0 or "refundsPayment" in one["references"] for one in payments)
    if not (given or purchase.flag("refund")) or purchase.text("refundsPurchaseUUID1", ""):
        return fitting(_sale(purchase, payments, settings))
    if "purchaseUUID1" in purchase:
        return Ignored("a refund that names no sale")
    return Fetch("purchase", purchase.text("purchaseUuid"))


def _sale(purchase: Said, payments: Sequence[Said], settings: Settings) -> Transaction:
    """Of a refund, what was given back: as positive as what was bought. What no row explains, a discount on the whole
    or rounding, is the discount of the order."""
    currency, parent = purchase.text("currency"), purchase.text("refundsPurchaseUUID1", "")
    in_ms = isinstance(purchase.held.get("timestamp"), int)  # in a webhook; the API has text with an offset
    at = purchase.time_ms("timestamp") if in_ms else purchase.time("timestamp", zone=None)
    lines = tuple(_line(item) for item in purchase.each("products"))
    total = abs(sum(one.whole("amount") for one in payments))  # which holds the tip; the purchase's own does not
    tip = abs(sum(one.whole("gratuityAmount", 0) for one in payments))
    tax, included = abs(purchase.whole("vatAmount", 0)), purchase.text("taxationMode", "") != "EXCLUSIVE"
    charge = abs(purchase["serviceCharge"].whole("amount", 0))
    return Transaction(
        id=purchase.text("purchaseUUID1", "") or purchase.text("purchaseUuid"),  # from the API, in a webhook
        source="zettle", shop=settings["shop"], till=till_of(purchase.text("udid", ""), settings),
        revision=since_epoch(at),  # a purchase never changes
        state="paid", at=at, currency=currency, refund_of=RefundOf(id=parent) if parent else None, lines=lines,
        order_discount=sum(one.total for one in lines) + (0 if included else tax) + tip + charge - total,
        tax=tax, tax_included=included, tip=tip, service_charge=charge, total=total,
        tenders=tuple(_tender(one) for one in payments),
    )  # fmt: skip


def _line(item: Said) -> Line:
    """A discount is on the whole row: an amount, or a percentage."""
    quantity, price, discount = abs(item.decimal("quantity")), item.whole("unitPrice"), item["discount"]
    off = discount.decimal("amount", 0) or quantity * price * discount.decimal("percentage", 0) / 100
    return line(
        item.text("name", ""), int((quantity * price - abs(off)).to_integral_value(ROUND_HALF_UP)),
        quantity=quantity, variation=item.text("variantName", ""), sku=item.text("sku", ""), list_price=price,
    )  # fmt: skip


def _tender(payment: Said) -> Tender:
    kind = payment.text("type").lower().removeprefix("izettle_")
    last4 = payment["attributes"].text("maskedPan", "")[-4:]
    return Tender(kind=kind, amount=abs(payment.whole("amount")), last4=last4 if last4.isdecimal() else None)


# -- what it is asked -------------------------------------------------------------------------------------------------
def fetch(wanted: Fetch, settings: Settings) -> bytes:
    return document(_api(settings).get(f"/purchase/v2/{part('zettle', wanted.id)}"))


def pull(cursor: str, settings: Settings, now: datetime) -> Page:
    """Oldest first. A purchase never changes, so that the time that it was made is all there is to go by."""

    def search(since: datetime, page: str) -> tuple[Sequence[Any], str | None]:
        more = {"lastPurchaseHash": page} if page else {}
        start = f"{since - LATE:%Y-%m-%dT%H:%M}"  # in UTC
        found = _api(settings).get("/purchases/v2", startDate=start, limit=PAGE_MAX, **more) or {}
        purchases = checking.listed("zettle", found, "purchases")
        follows = purchases and (found.get("linkUrls") or len(purchases) >= PAGE_MAX)
        return purchases, found.get("lastPurchaseHash") if follows else None

    return pulled(
        cursor, now, search, lambda one: time_in(one.get("timestamp")), lambda all: document({"purchases": all})
    )


def _api(settings: Settings, base: str = "api_base") -> Api:
    needed("zettle", settings, "client_id", "api_key", where="my.zettle.com makes it under Integrations, API keys")
    key = settings["oauth_base"], settings["client_id"], settings["api_key"]

    def headers() -> dict[str, str]:
        return {"authorization": f"Bearer {_tokens.get(key, lambda: _token(*key))}"}

    return Api("zettle", settings[base], headers, anew=lambda: _tokens.forget(key), said=_words)


def _token(base: str, client: str, api_key: str) -> Token:
    given = {"grant_type": GRANT, "client_id": client, "assertion": api_key}
    try:
        told = Api("zettle", base, said=_words).ask("POST", "/token", data=given)
        return Token(str(told["access_token"]), float(told["expires_in"]))
    except (Unfit, Expired) as refused:
        raise Later(f"{refused.message}; is api_key revoked, or client_id another's?") from refused
    except (LookupError, TypeError, ValueError) as error:
        raise Later(no_json("zettle")) from error


def _words(body: Any) -> str:
    return str(body.get("error_description") or body.get("developerMessage") or body.get("error") or "")


@checking.told
def check(settings: Settings) -> list[str]:
    """Zettle says of each subscription where it goes, and its key. One without events hears all of them."""
    _api(settings).get("/purchases/v2", limit=1)
    found, url = _api(settings, "pusher_base").perhaps("/organizations/self/subscriptions"), settings["public_url"]
    if found is None or not url:
        return []
    ours = [one for one in checking.listed("zettle", {"all": found}, "all") if one.get("destination") == url]
    ours = [one for one in ours if MADE in (one.get("eventNames") or [MADE])]
    if not ours:
        return [f"zettle: no subscription to {MADE} goes to {url}: Zettle deletes one after three days of failures;"
                " make it anew, and set its signing_key"]  # fmt: skip
    if all(one.get("status", "ACTIVE") != "ACTIVE" for one in ours):
        return [f"zettle: the subscription for {url} is {ours[0]['status']}; make it anew, and set its signing_key"]
    if settings["signing_key"] not in {one.get("signingKey", settings["signing_key"]) for one in ours}:
        return [f"zettle: signing_key is not the one of the subscription for {url}; set it to its signingKey"]
    return []


ADAPTER = Adapter(
    vendor="zettle",
    title="Zettle (PayPal POS): purchases by webhook and by its API",
    settings=(
        Setting("signing_key", "the subscription's signingKey", required=True, secret=True),
        Setting("client_id", "the client id that belongs to the API key", required=True),
        Setting("api_key", "the API key, to ask for purchases", required=True, secret=True),
        *(TILLS, PUBLIC_URL, POLL_S, api_base("https://purchase.izettle.com")),
        replace(api_base("https://oauth.zettle.com"), name="oauth_base", help="where Zettle gives tokens"),
        replace(api_base("https://pusher.izettle.com"), name="pusher_base", help="where Zettle keeps subscriptions"),
    ),
    checklist=checklist(__name__), verify=verify, parse=parse, fetch=fetch, pull=pull, check=check, sign=sign,
)  # fmt: skip
