"""What Clover says: webhooks with nothing but ids in them, and the orders that it answers with."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime
from typing import Any

import msgspec

from loyalty.errors import Unfit
from pos_adapters.asking import document
from pos_adapters.base import Event, Fetch, Headers, Ignored, Notice, Settings, Verdict
from pos_adapters.clover.orders import sold
from pos_adapters.clover.shapes import Order
from pos_adapters.reading import BAD_ITEM, exact, read_each, shaped
from pos_adapters.signing import believed, header, key_of

HEADER = "x-clover-auth"
CODE = re.compile(r"[A-Za-z0-9-]{4,64}")
KINDS = {"O": "order", "P": "payment"}
WORDS = "is auth_code the Clover Auth Code beside the app's webhook?"


def verify(headers: Headers, raw: bytes, settings: Settings, now: datetime) -> Verdict:
    """Clover signs nothing: it sends a code along, which is the same each time.

    The bodies hold no more than ids, which are asked for. The hand-shake comes before there is a code.
    """
    if HEADER not in headers and _code(raw):
        return "hint"
    key = key_of("clover", settings, "auth_code", "beside the app's webhook, once its address is verified")
    return believed("clover", HEADER, header("clover", headers, HEADER), key, why=WORDS)


def sign(raw: bytes, settings: Settings, now: datetime) -> Headers:
    """The headers with which Clover would send these bytes."""
    return {HEADER: settings["auth_code"], "content-type": "application/json"}


def _code(raw: bytes) -> str:
    """The code of a hand-shake, which the owner copies: nothing else that a stranger sends is shown to them."""
    try:
        code = msgspec.json.decode(raw)["verificationCode"]
        return code if CODE.fullmatch(code) else ""
    except BAD_ITEM:
        return ""


def parse(raw: bytes, settings: Settings) -> list[Event]:
    """A webhook, a hand-shake, an order, or the list of orders that `fetch` and `pull` bring."""
    return read_each([("", raw)], lambda body: _read(body, settings))


def _read(raw: bytes, settings: Settings) -> Iterator[Event]:
    said = shaped(exact(raw), dict[str, Any])
    if "merchants" in said:
        yield from _told(shaped(said["merchants"], dict[str, list[Any]], "merchants"), settings)
    elif "verificationCode" in said:
        yield _hand_shake(_code(raw))
    elif "elements" in said:
        orders = enumerate(shaped(said["elements"], list[Any], "elements"))
        yield from read_each(
            ((f"elements[{place}]", document(order)) for place, order in orders), lambda body: _order(body, settings)
        )
    elif "lineItems" in said or "paymentState" in said:
        yield from _order(raw, settings)
    elif "customerSince" in said or "phoneNumbers" in said:
        yield Ignored("a customer's details are asked for with their orders")
    else:
        raise Unfit("expected a webhook or an order of Clover's")


def _hand_shake(code: str) -> Event:
    if not code:
        return Ignored("a hand-shake with a code that Clover would not send")
    return Notice(f"Clover's verification code: {code}. Paste it beside the app's webhook address, then *Verify*.")


# -- webhooks ---------------------------------------------------------------------------------------------------------
def _told(merchants: dict[str, list[Any]], settings: Settings) -> Iterator[Event]:
    """One delivery tells of several merchants, if they have the same app."""
    for merchant, changes in merchants.items():
        if merchant != settings["merchant_id"]:
            yield Ignored(f"of another merchant, {merchant}")
            continue
        items = ((f"merchants.{merchant}[{place}]", document(change)) for place, change in enumerate(changes))
        yield from read_each(items, _change)


def _change(raw: bytes) -> Iterator[Event]:
    said = exact(raw)
    letter, _, id = shaped(said["objectId"], str, "objectId").partition(":")
    if letter not in KINDS or not id:
        yield Ignored(f"a change of {letter}: says nothing of a sale")
    elif said["type"] != "DELETE":
        yield Fetch(KINDS[letter], id)
    elif letter == "O":  # when, since nobody can be asked that afterwards
        yield Fetch("deleted order", f"{id}@{shaped(said['ts'], int, 'ts')}")
    else:
        yield Ignored("a payment that was deleted: its order is told of by itself")


def _order(raw: bytes, settings: Settings) -> list[Event]:
    return [sold(shaped(_lists(exact(raw)), Order), settings)]


def _lists(value: Any) -> Any:
    """Clover wraps every list: `{"elements": […]}` → `[…]`."""
    if isinstance(value, dict):
        return _lists(value["elements"]) if "elements" in value else {n: _lists(held) for n, held in value.items()}
    return [_lists(held) for held in value] if isinstance(value, list) else value
