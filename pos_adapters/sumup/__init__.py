"""SumUp: transactions, asked for by its own library; its webhooks tell of checkouts alone. Amounts in major units.

Whatever names transactions without saying what was bought (a webhook, a checkout, the history) only points to them.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from functools import lru_cache
from typing import Any
from urllib.parse import parse_qsl

from loyalty.errors import NoKey, Unfit, Unknown
from loyalty.wire import Line, Refund, Tender, Transaction
from pos_adapters import checking
from pos_adapters.asking import TIMEOUT_S, NotAllowed, document, needed, no_json, part, perhaps, refusal
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
from pos_adapters.bills import line, since_epoch
from pos_adapters.checklist import checklist
from pos_adapters.hooks import POLL_S, PUBLIC_URL, api_base
from pos_adapters.pulling import pulled
from pos_adapters.reading import fitting, read_each
from pos_adapters.said import Said
from pos_adapters.signing import believed, fresh, in_hex
from pos_adapters.tills import TILLS, till_of

HEADER = "x-sumup-webhook-signature"
PARTS = re.compile(r"t=([0-9]{1,15}),v1=([0-9a-fA-F]{64})")
TOLERANCE_S = 300.0
PAGE_MAX = 20  # each of them is a question more
GOES_ON = ("order", "limit", "newest_ref", "oldest_ref", "newest_time", "oldest_time")  # in a link to the next page
HEARD = ("checkouts.paid", "checkouts.updated", "checkouts.failed", "CHECKOUT_STATUS_CHANGED")
# In the order in which a transaction may pass through them; the last two end it alike.
STATES: Any = {"PENDING": "open", "SUCCESSFUL": "paid", "REFUNDED": "paid", "CANCELLED": "voided", "FAILED": "voided"}
BACK = ("REFUND", "CHARGE_BACK")  # the other events are about what SumUp pays out
CARDS = ("POS", "ECOM", "MOTO", "RECURRING")


def verify(headers: Headers, raw: bytes, settings: Settings, now: datetime) -> Verdict:
    """HMAC-SHA256 of version, time and body. Everything only points to something, so that a hint does as well: the
    older return_url, which nobody signs, and whatever comes before its key is known."""
    given, key = headers.get(HEADER, ""), settings["webhook_secret"]
    if not given or not key:
        return "hint"
    parts = PARTS.fullmatch(given.strip())
    if parts is None:
        raise NoKey("sumup: expected a signature t=…,v1=…; was this sent by SumUp?", at=HEADER)
    fresh("sumup", HEADER, parts[1], now, past_s=TOLERANCE_S, future_s=TOLERANCE_S)
    return believed("sumup", HEADER, parts[2].lower(), in_hex(key, _signed(parts[1], raw)))


def sign(raw: bytes, settings: Settings, now: datetime) -> Headers:
    at, key = str(int(now.timestamp())), settings["webhook_secret"]
    return {HEADER: f"t={at},v1={in_hex(key, _signed(at, raw))}", "content-type": "application/json"} if key else {}


def _signed(at: str, raw: bytes) -> bytes:
    return b"v1:%s:%s" % (at.encode(), raw)


# -- what it says -----------------------------------------------------------------------------------------------------
def parse(raw: bytes, settings: Settings) -> list[Event]:
    return read_each([("", raw)], lambda body: _read(Said.of(body), settings))


def _read(said: Said, settings: Settings) -> Iterator[Event]:
    kind = said.text("type", "") or said.text("event_type", "")
    if kind in HEARD:
        yield Fetch("checkout", (said["object"] if "type" in said else said).text("id"))
    elif kind:
        yield Ignored(f"{kind} says nothing of a sale")
    elif "timestamp" in said:
        yield _event(said, settings)
    elif "sales" in said:  # as `pull` brings them
        yield from read_each(said.raws("sales"), lambda one: [_event(Said.of(one), settings)])
    elif thin := said.raws("items") + said.raws("transactions"):  # a page of the history, a checkout
        yield from read_each(thin, lambda one: [Fetch("transaction", Said.of(one).text("id"))])
    elif "items" in said or "checkout_reference" in said:
        yield Ignored("a checkout or a page without a transaction")
    else:
        raise Unfit("expected an event, a checkout or transactions of SumUp's")


def _event(sale: Said, settings: Settings) -> Event:
    merchant = sale.text("merchant_code", "")
    if merchant and settings["merchant_code"] not in ("", merchant):
        return Elsewhere(f"a transaction of another merchant, {merchant}")
    return fitting(_sale(sale, settings))


def _sale(sale: Said, settings: Settings) -> Transaction:
    """A transaction in full. Its amount holds the tip and the tax."""
    currency, at, status = sale.text("currency"), sale.time("timestamp", zone=None), sale.text("status")
    if status not in STATES:
        raise Unfit(f"expected a status such as SUCCESSFUL, got {status!r}", at="status")
    total, tip, device = sale.nearest("amount", currency), sale.nearest("tip_amount", currency, 0), sale["device_info"]
    lines = tuple(_line(item, currency) for item in sale.each("products"))
    lines = lines or (line(sale.text("product_summary", ""), total - tip),)
    events = [one for one in sale.each("events") if one.text("type") in BACK]
    back = [(_refund(one, currency, at), one.text("status", "")) for one in events]
    refunds = tuple(refund for refund, how in back if how != "FAILED")
    # There is no time of change: the last thing that happened, then how far it got, then how much of it failed.
    last, steps = max([at, *(refund.at for refund, _ in back)]), min(2 * len(back) - len(refunds), 63)
    return Transaction(
        id=sale.text("transaction_code"), source="sumup", shop=settings["shop"],
        till=till_of(device.text("uuid", "") or device.text("name", ""), settings),
        revision=(since_epoch(last) << 8) + (min(list(STATES).index(status), 3) << 6) + steps,
        state=STATES[status], at=at, currency=currency, lines=lines,
        order_discount=sum(one.total for one in lines) + tip - total,  # what no product explains
        tax=sale.nearest("vat_amount", currency, 0), tax_included=True, tip=tip, total=total,
        tenders=(_tender(sale, total),), refunds=refunds,
    )  # fmt: skip


def _line(item: Said, currency: str) -> Line:
    quantity, total = item.decimal("quantity", 1), item.nearest("total_with_vat", currency)
    unit = item.nearest("price_with_vat", currency) if "price_with_vat" in item else None
    return line(item.text("name", ""), total, quantity=quantity, list_price=unit)


def _tender(sale: Said, total: int) -> Tender:
    kind, card = sale.text("payment_type", "UNKNOWN"), sale["card"]
    last4, known = card.text("last_4_digits", ""), card.text("payment_account_reference", "")
    kind = "card" if last4 or known or kind in CARDS else kind.lower()
    return Tender(kind=kind, amount=total, fingerprint=known or None, last4=last4 or None)


def _refund(event: Said, currency: str, at: datetime) -> Refund:
    at = event.time("timestamp", zone=None) if "timestamp" in event else at
    return Refund(id=event.text("id", "0"), at=at, amount=abs(event.nearest("amount", currency, 0)))


# -- what it is asked -------------------------------------------------------------------------------------------------
def fetch(wanted: Fetch, settings: Settings) -> bytes:
    sumup = _client(settings)
    if wanted.kind == "checkout":
        return document(_asked(sumup.checkouts.get, part("sumup", wanted.id)))
    return document(_asked(sumup.transactions.get, settings["merchant_code"], id=wanted.id))


def pull(cursor: str, settings: Settings, now: datetime) -> Page:
    """What changed, each in full. Nothing says when it changed: so a look counts as one of everything until it began,
    and the pages that follow change nothing about that."""
    sumup, code = _client(settings), settings["merchant_code"]

    def search(since: datetime, page: str) -> tuple[Sequence[Any], str | None]:
        more = {name: value for name, value in parse_qsl(page) if name in GOES_ON}
        asked = {"order": "ascending", "limit": PAGE_MAX, "changes_since": since, **more}
        found = _asked(sumup.transactions.list, code, **asked)
        ids = dict.fromkeys(one.get("transaction_id") or one.get("id") for one in found.get("items", ()))
        follows = {one["rel"]: one["href"] for one in found.get("links", ())}
        return [(id, None if page else now) for id in ids if id], follows.get("next")

    def whole(listed: Sequence[Any]) -> bytes:
        sales = [perhaps(_asked, sumup.transactions.get, code, id=id) for id, _ in listed]  # one may be gone by now
        return document({"sales": [one for one in sales if one]})

    return pulled(cursor, now, search, lambda one: one[1], whole)


def _client(settings: Settings) -> Any:
    needed("sumup", settings, "api_key", "merchant_code", where="it stands in the dashboard, under For developers")
    return _kept(settings["api_key"], settings["api_base"])


@lru_cache(32)
def _kept(key: str, base: str) -> Any:
    from sumup import Sumup

    return Sumup(api_key=key, base_url=base, timeout=TIMEOUT_S)


def _asked(ask: Callable[..., Any], *given: str, **named: Any) -> dict[str, Any]:
    """The answer as JSON: the library read its numbers into floats, which are written again as SumUp wrote them."""
    from sumup.errors import APIError

    try:
        return dict(ask(*given, **named).model_dump(mode="json", exclude_none=True))
    except APIError as error:
        if error.response is None:
            raise Later(f"sumup: the API cannot be reached ({type(error).__name__})") from error
        raise refusal("sumup", error.status, error.response.headers, f": {error.message[:200]}") from error
    except (ValueError, TypeError, AttributeError) as error:
        raise Later(no_json("sumup")) from error


@checking.told
def check(settings: Settings) -> list[str]:
    """Nothing about the webhook: SumUp's API does not tell of it."""
    sumup = _client(settings)
    try:
        _asked(sumup.transactions.list, settings["merchant_code"], limit=1)
    except (Unknown, NotAllowed) as trouble:
        mine = checking.listed("sumup", perhaps(_asked, sumup.memberships.list, resource_type="merchant"), "items")
        named = ", ".join(f"{one['resource']['id']} ({one['resource']['name']})" for one in mine)
        return [f"{trouble.message}; merchant_code may be one of: {named or 'those that the dashboard shows'}"]
    return []


ADAPTER = Adapter(
    vendor="sumup", tells_all=False,  # of checkouts alone
    title="SumUp: transactions by its API, and webhooks of its checkouts",
    settings=(
        Setting("api_key", "a secret API key, to ask for transactions", required=True, secret=True),
        Setting("merchant_code", "the merchant's code, such as MH4H92C7", required=True),
        Setting("webhook_secret", "the webhook's signing secret, where there is a webhook", secret=True),
        *(TILLS, PUBLIC_URL, POLL_S, api_base("https://api.sumup.com")),
    ),
    checklist=checklist(__name__), verify=verify, parse=parse, fetch=fetch, pull=pull, check=check, sign=sign,
)  # fmt: skip
