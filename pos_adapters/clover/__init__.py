"""Clover: webhooks that only point to something, and orders by its API."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from loyalty.errors import Unfit, Unknown
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
    Notice,
    Page,
    Setting,
    Settings,
    Verdict,
)
from pos_adapters.checklist import checklist
from pos_adapters.clover.orders import sold, time
from pos_adapters.hooks import POLL_S, PUBLIC_URL, api_base
from pos_adapters.pulling import pulled
from pos_adapters.reading import BAD_ITEM, exact, read_each
from pos_adapters.said import Said
from pos_adapters.signing import believed, header, key_of
from pos_adapters.tills import TILLS

HEADER = "x-clover-auth"
CODE = re.compile(r"[A-Za-z0-9-]{4,64}")
SHAKE_BYTES_MAX = 4096  # of a hand-shake; what is longer is none, and is not read for a stranger
KINDS = {"O": "order", "P": "payment"}
PAGE_ORDERS_MAX = 50  # of one search
REACH = timedelta(days=89)  # filters find nothing that is older than ninety days
EXPAND = (
    "lineItems.modifications,lineItems.discounts,discounts,serviceCharge,payments.cardTransaction,refunds,credits,voids,"
    "customers"
)


def verify(headers: Headers, raw: bytes, settings: Settings, now: datetime) -> Verdict:
    """Clover signs nothing: it sends a code along, which is the same each time.

    The bodies hold no more than ids, which are asked for. The hand-shake comes before there is a code.
    """
    if HEADER not in headers and _code(raw):
        return "hint"
    key = key_of("clover", settings, "auth_code", "beside the app's webhook, once its address is verified")
    why = "is auth_code the Clover Auth Code beside the app's webhook?"
    return believed("clover", HEADER, header("clover", headers, HEADER), key, why=why)


def sign(raw: bytes, settings: Settings, now: datetime) -> Headers:
    return {HEADER: settings["auth_code"], "content-type": "application/json"}


def _code(raw: bytes) -> str:
    """The code of a hand-shake, which the owner copies: nothing else that a stranger sends is shown to them."""
    if len(raw) > SHAKE_BYTES_MAX:
        return ""
    try:
        code = exact(raw)["verificationCode"]
        return code if CODE.fullmatch(code) else ""
    except BAD_ITEM:
        return ""


# -- what it says -----------------------------------------------------------------------------------------------------
def parse(raw: bytes, settings: Settings) -> list[Event]:
    """A webhook, a hand-shake, an order, or the list of orders that `fetch` and `pull` bring."""
    return read_each([("", raw)], lambda body: _read(body, settings))


def _read(raw: bytes, settings: Settings) -> Iterator[Event]:
    said = Said.of(raw)
    if "merchants" in said:
        yield from _told(said["merchants"], settings)
    elif code := _code(raw):
        yield Notice(f"Clover's verification code: {code}. Paste it beside the app's webhook address, then *Verify*.")
    elif "verificationCode" in said:
        yield Ignored("a hand-shake with a code that Clover would not send")
    elif "elements" in said:
        yield from read_each(said.raws("elements"), lambda one: [sold(Said.of(one), settings)])
    elif "lineItems" in said or "paymentState" in said:
        yield sold(said, settings)
    elif "customerSince" in said or "phoneNumbers" in said:
        yield Ignored("a customer's details are asked for with their orders")
    else:
        raise Unfit("expected a webhook or an order of Clover's")


def _told(merchants: Said, settings: Settings) -> Iterator[Event]:
    """One delivery tells of several merchants, if they have the same app."""
    for merchant in merchants.held:
        if merchant == settings["merchant_id"]:
            yield from read_each(merchants.raws(merchant), _change)
        else:
            yield Elsewhere(f"of another merchant, {merchant}")


def _change(raw: bytes) -> Iterator[Event]:
    said = Said.of(raw)
    letter, _, id = said.text("objectId").partition(":")
    if letter not in KINDS or not id:
        yield Ignored(f"a change of {letter}: says nothing of a sale")
    elif said.text("type") != "DELETE":
        yield Fetch(KINDS[letter], id)
    elif letter == "O":  # when, since nobody can be asked that afterwards
        yield Fetch("deleted order", f"{id}@{said.whole('ts')}")
    else:
        yield Ignored("a payment that was deleted: its order is told of by itself")


# -- what it is asked -------------------------------------------------------------------------------------------------
def fetch(wanted: Fetch, settings: Settings) -> bytes:
    api, id = _api(settings), wanted.id
    if wanted.kind == "deleted order":
        return _whole(api, [_deleted(api, *id.rsplit("@", 1))])
    if wanted.kind == "payment":
        id = _object(api.get(f"/payments/{part('clover', id)}", expand="order"))["order"].text("id")
    return _whole(api, [_object(api.get(f"/orders/{part('clover', id)}", expand=EXPAND)).held])


def _deleted(api: Api, id: str, ms: str = "0") -> dict[str, Any]:
    """An order that is gone, as what is left of it: nobody can be asked what it was, only in which currency."""
    found = api.perhaps(f"/orders/{part('clover', id)}", expand=EXPAND)
    if isinstance(found, dict):
        return found
    currency = _object(api.get("/properties")).text("defaultCurrency")
    return {"id": id, "currency": currency, "createdTime": int(ms), "deletedTimestamp": int(ms)}


def _whole(api: Api, orders: Sequence[dict[str, Any]]) -> bytes:
    """With phone and e-mail of each customer, where the token may read them and the order does not say."""
    named = [one for order in orders for one in (order.get("customers") or {}).get("elements", [])]
    for one in named:
        if not {"phoneNumbers", "emailAddresses"} & set(one):
            found = api.perhaps(f"/customers/{part('clover', one['id'])}", expand="phoneNumbers,emailAddresses")
            one.update(found or {})
    return document({"elements": orders})


def pull(cursor: str, settings: Settings, now: datetime) -> Page:
    """Orders as they changed, each page from the time of the last change on the one before.

    Not by Clover's offset: an order that changes meanwhile moves to the end, and all behind it move up by one, over the
    edge of the page. An offset only counts those that changed in the very same millisecond.
    """
    api = _api(settings)

    def search(since: datetime, page: str) -> tuple[Sequence[Any], str | None]:
        first = max(since, now - REACH)
        start, _, skip = (page or f"{int(first.timestamp())}000").partition("+")
        asked = {"filter": f"modifiedTime>={start}", "orderBy": "modifiedTime ASC", "expand": EXPAND}
        answer = api.get("/orders", limit=PAGE_ORDERS_MAX, offset=int(skip or 0), **asked)
        found = checking.listed("clover", answer, "elements")
        last = str(found[-1]["modifiedTime"]) if found else start
        if last != start:
            return found, last
        return found, f"{start}+{int(skip or 0) + len(found)}" if len(found) == PAGE_ORDERS_MAX else None

    return pulled(cursor, now, search, lambda order: time(order["modifiedTime"]), lambda found: _whole(api, found))


def _api(settings: Settings) -> Api:
    for name in ("access_token", "merchant_id"):
        if not settings[name]:
            raise Later(f"clover: {name} is missing")
    headers = {"authorization": f"Bearer {settings['access_token']}"}
    base = f"{settings['api_base'].rstrip('/')}/v3/merchants/{part('clover', settings['merchant_id'])}"
    return Api("clover", base, lambda: headers, said=lambda body: str(body["message"]))


def _object(answer: Any) -> Said:
    if not isinstance(answer, dict):
        raise Later(no_json("clover"))
    return Said(answer)


def renew(settings: Settings) -> Mapping[str, str]:
    """A new pair of tokens for the app; the old refresh token is worth nothing from then on."""
    if not settings["refresh_token"]:
        return {}
    given = {"client_id": settings["client_id"], "refresh_token": settings["refresh_token"]}
    said = _object(Api("clover", settings["api_base"]).ask("POST", "/oauth/v2/refresh", json=given))
    return {name: said.text(name) for name in ("access_token", "refresh_token")}


@checking.told
def check(settings: Settings) -> list[str]:
    """Whether the webhook is still on, Clover tells nobody."""
    try:
        checking.listed("clover", _api(settings).get("/orders", limit=1, expand="customers,payments"), "elements")
    except Unknown:
        return [f"clover: there is no merchant {settings['merchant_id']} for this token"]
    return []


ADAPTER = Adapter(
    vendor="clover",
    title="Clover: webhooks, and orders by its API",
    settings=(
        Setting("auth_code", "the code that Clover sends along as X-Clover-Auth", required=True, secret=True),
        Setting("merchant_id", "which merchant this shop is, as in the address of its dashboard", required=True),
        Setting("access_token", "the merchant's API token, or the app's access token", required=True, secret=True),
        Setting("client_id", "the app's id; only where access_token is an app's, which expires"),
        Setting("refresh_token", "what a new access_token is got with; it is replaced at each use", secret=True),
        *(TILLS, PUBLIC_URL, POLL_S, api_base("https://api.clover.com")),
    ),
    checklist=checklist(__name__), verify=verify, parse=parse, fetch=fetch, pull=pull, renew=renew, check=check,
    sign=sign,
)  # fmt: skip
