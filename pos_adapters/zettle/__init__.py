"""Zettle (PayPal POS): purchases by webhook, once they are paid, and by its API; a refund is one the other way."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

import msgspec

from loyalty.errors import NoKey
from pos_adapters.base import Adapter, Headers, Setting, Settings, Verdict
from pos_adapters.checklist import checklist
from pos_adapters.hooks import POLL_S, PUBLIC_URL, api_base
from pos_adapters.signing import believed, header, in_hex, key_of
from pos_adapters.tills import TILLS
from pos_adapters.zettle import api, purchases

HEADER = "x-izettle-signature"


def verify(headers: Headers, raw: bytes, settings: Settings, now: datetime) -> Verdict:
    """HMAC-SHA256 of two of the body's strings, as they read once they are decoded. A first message is unsigned."""
    told = _told(raw)
    if told.eventName == "TestMessage":
        return "hint"
    key = key_of("zettle", settings, "signing_key", "in the answer that made the subscription")
    return believed("zettle", HEADER, header("zettle", headers, HEADER), in_hex(key, _signed(told)))


def sign(raw: bytes, settings: Settings, now: datetime) -> Headers:
    signature = in_hex(settings["signing_key"], _signed(_told(raw)))
    return {HEADER: signature, "content-type": "application/json"}


def _told(raw: bytes) -> purchases.Told:
    """What stands around the object would be signed by nobody."""
    try:
        told = msgspec.json.decode(raw, type=purchases.Told)
    except (msgspec.MsgspecError, ValueError, RecursionError):
        told = None
    if told is None or not raw.endswith(b"}"):
        raise NoKey("zettle: expected a message of Zettle's; was this sent by Zettle?", at=HEADER)
    return told


def _signed(told: purchases.Told) -> bytes:
    if not isinstance(told.payload, str):
        raise NoKey("zettle: expected a payload that is text; was this sent by Zettle?", at=HEADER)
    return f"{told.timestamp}.{told.payload}".encode()


ADAPTER = Adapter(
    vendor="zettle",
    title="Zettle (PayPal POS): purchases by webhook and by its API",
    settings=(
        Setting("signing_key", "the subscription's signingKey", required=True, secret=True),
        Setting("client_id", "the client id that belongs to the API key", required=True),
        Setting("api_key", "the API key, to ask for purchases", required=True, secret=True),
        TILLS,
        PUBLIC_URL,
        POLL_S,
        api_base("https://purchase.izettle.com"),
        replace(api_base("https://oauth.zettle.com"), name="oauth_base", help="where Zettle gives tokens"),
        replace(api_base("https://pusher.izettle.com"), name="pusher_base", help="where Zettle keeps subscriptions"),
    ),
    checklist=checklist(__name__),
    verify=verify,
    parse=purchases.parse,
    fetch=api.fetch,
    pull=api.pull,
    check=api.check,
    sign=sign,
)
