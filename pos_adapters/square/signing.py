"""Square's signature: HMAC-SHA256 over the address it was sent to and the very bytes of the body, in base64."""

from __future__ import annotations

import base64
import hmac
from datetime import datetime

from loyalty.errors import NoKey
from pos_adapters.base import Headers, Settings, Verdict

HEADER = "x-square-hmacsha256-signature"


def verify(headers: Headers, raw: bytes, settings: Settings, now: datetime) -> Verdict:
    """`public_url` is the whole address, as it stands in the subscription. There is no time in it to go stale."""
    given = headers.get(HEADER, "")
    if not settings["signature_key"]:
        raise NoKey("square: signature_key is not set; it stands beside the webhook subscription", at="signature_key")
    if not given or not raw:
        raise NoKey(f"square: expected a body and the header {HEADER}; was this sent by Square?", at=HEADER)
    if not hmac.compare_digest(given.encode(), _signature(raw, settings).encode()):
        raise NoKey(
            "square: the signature does not match: did you copy the signature key of another subscription? Or is the"
            f" subscription's notification URL not exactly {settings['public_url']}",
            at=HEADER,
        )
    return "signed"


def sign(raw: bytes, settings: Settings, now: datetime) -> Headers:
    """The headers with which Square would send these bytes."""
    return {HEADER: _signature(raw, settings), "content-type": "application/json", "square-environment": "Production"}


def _signature(raw: bytes, settings: Settings) -> str:
    signed = settings["public_url"].encode() + raw
    return base64.b64encode(hmac.digest(settings["signature_key"].encode(), signed, "sha256")).decode()
