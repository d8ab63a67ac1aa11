"""Stripe's signature: HMAC-SHA256 in hex over the second it was signed in, a point, and the very bytes of the body."""

from __future__ import annotations

from datetime import datetime

from loyalty.errors import NoKey
from pos_adapters.base import Headers, Settings, Verdict
from pos_adapters.signing import believed, fresh, header, in_hex, key_of, parted

HEADER = "stripe-signature"
STALE_S = 300.0  # as in their library: a second that is still to come is no matter


def verify(headers: Headers, raw: bytes, settings: Settings, now: datetime) -> Verdict:
    """While a secret is rolled there are two signatures, and two secrets here. Older schemes (v0) count for nothing."""
    given = parted(header("stripe", headers, HEADER))
    at = given.get("t", [""])[0]
    if not at.isascii() or not at.isdigit() or len(at) > 20:
        raise NoKey("stripe: expected the second it was signed in, t=…; was this sent by stripe?", at=HEADER)
    verdict = believed("stripe", HEADER, given.get("v1", []), *(_signed(key, at, raw) for key in _keys(settings)))
    fresh("stripe", HEADER, at, now, past_s=STALE_S, future_s=None)
    return verdict


def sign(raw: bytes, settings: Settings, now: datetime) -> Headers:
    """The headers with which Stripe would send these bytes."""
    at = str(int(now.timestamp()))
    signatures = "".join(f",v1={_signed(key, at, raw)}" for key in _keys(settings))
    return {HEADER: f"t={at}{signatures}", "content-type": "application/json; charset=utf-8"}


def _keys(settings: Settings) -> list[str]:
    secret = key_of("stripe", settings, "webhook_secret", "beside the webhook, under Signing secret")
    return [one.strip() for one in secret.split(",") if one.strip()]


def _signed(key: str, at: str, raw: bytes) -> str:
    return in_hex(key, f"{int(at)}.".encode() + raw)
