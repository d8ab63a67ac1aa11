"""Square's signature: HMAC-SHA256 over the address it was sent to and the very bytes of the body, in base64."""

from __future__ import annotations

from datetime import datetime

from loyalty.errors import NoKey
from pos_adapters.base import Headers, Settings, Verdict
from pos_adapters.signing import WORDS, believed, header, in_base64, key_of

HEADER = "x-square-hmacsha256-signature"


def verify(headers: Headers, raw: bytes, settings: Settings, now: datetime) -> Verdict:
    """`public_url` is the whole address, as it stands in the subscription. There is no time in it to go stale."""
    key = key_of("square", settings, "signature_key", "beside the webhook subscription")
    given = header("square", headers, HEADER)
    if not raw:
        raise NoKey("square: expected a body; was this sent by Square?", at=HEADER)
    why = f"{WORDS} Or is the subscription's notification URL not exactly {settings['public_url']}"
    return believed("square", HEADER, given, _signature(raw, key, settings), why=why)


def sign(raw: bytes, settings: Settings, now: datetime) -> Headers:
    """The headers with which Square would send these bytes."""
    signature = _signature(raw, settings["signature_key"], settings)
    return {HEADER: signature, "content-type": "application/json", "square-environment": "Production"}


def _signature(raw: bytes, key: str, settings: Settings) -> str:
    return in_base64(key, settings["public_url"].encode() + raw)
