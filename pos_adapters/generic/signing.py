"""Standard Webhooks (standardwebhooks.com): HMAC-SHA256 over id, time and the very bytes of the body, in base64."""

from __future__ import annotations

import base64
import binascii
from datetime import datetime
from hashlib import blake2b

from loyalty.errors import NoKey
from pos_adapters.base import Headers, Settings, Verdict
from pos_adapters.signing import believed, fresh, header, in_base64, key_of

ID, AT, SIGNATURE = "webhook-id", "webhook-timestamp", "webhook-signature"
PREFIX = "whsec_"
TOLERANCE_S = 300.0
SIGNATURES_MAX = 20  # of one delivery: one for each secret while they are changed


def secret(text: str) -> bytes:
    """The key itself. Raises ValueError."""
    try:
        key = base64.b64decode(text.removeprefix(PREFIX) + "==")
    except (binascii.Error, ValueError) as error:
        raise ValueError(f"expected {PREFIX} and a key in base64") from error
    if not key:
        raise ValueError(f"expected {PREFIX} and a key in base64")
    return key


def verify(headers: Headers, raw: bytes, settings: Settings, now: datetime) -> Verdict:
    """One signature of several is enough: a sender that changes its secret signs with both for a while."""
    key = _key(settings)
    id, at = header("generic", headers, ID), header("generic", headers, AT)
    given = [one for one in header("generic", headers, SIGNATURE).split(" ")[:SIGNATURES_MAX] if one.startswith("v1,")]
    if not at.isascii() or not at.isdigit():
        raise NoKey(f"generic: expected the seconds since 1970 in {AT}", at=AT)
    verdict = believed("generic", SIGNATURE, given, _signature(key, id, at, raw), why="is signing_secret the script's?")
    fresh("generic", AT, at, now, past_s=TOLERANCE_S, future_s=TOLERANCE_S)
    return verdict


def sign(raw: bytes, settings: Settings, now: datetime) -> Headers:
    """The headers with which a script should send these bytes."""
    id, at = f"msg_{blake2b(raw, digest_size=12).hexdigest()}", str(int(now.timestamp()))
    signature = _signature(_key(settings), id, at, raw)
    return {ID: id, AT: at, SIGNATURE: signature, "content-type": "application/x-ndjson"}


def _key(settings: Settings) -> bytes:
    return secret(key_of("generic", settings, "signing_secret", "in your own script"))


def _signature(key: bytes, id: str, at: str, raw: bytes) -> str:
    return f"v1,{in_base64(key, f'{id}.{at}.'.encode() + raw)}"
