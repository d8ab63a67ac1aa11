"""WooCommerce's signature: HMAC-SHA256 over the very bytes of the body, in base64."""

from __future__ import annotations

import html
from datetime import datetime

from pos_adapters.base import Headers, Settings, Verdict
from pos_adapters.signing import WORDS, believed, header, in_base64, key_of

HEADER = "x-wc-webhook-signature"
PING = b"webhook_id="


def verify(headers: Headers, raw: bytes, settings: Settings, now: datetime) -> Verdict:
    """The ping that it sends when a webhook is saved is not signed, and wants a 200."""
    if raw.startswith(PING) and HEADER not in headers:
        return "hint"
    key = key_of("woocommerce", settings, "webhook_secret", "in the webhook, under Secret")
    given = header("woocommerce", headers, HEADER)
    why = f"{WORDS} Each of the shop's webhooks must have the same secret"
    return believed("woocommerce", HEADER, given, _signature(raw, key), why=why)


def sign(raw: bytes, settings: Settings, now: datetime) -> Headers:
    """The headers with which WooCommerce would send these bytes."""
    return {HEADER: _signature(raw, settings["webhook_secret"]), "content-type": "application/json"}


def _signature(raw: bytes, secret: str) -> str:
    """WordPress keeps & as &amp; and decodes it before it signs; whoever copied it may have either."""
    return in_base64(html.unescape(secret), raw)
