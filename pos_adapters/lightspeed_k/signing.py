"""Lightspeed signs nothing: it sends the user name and the password that the webhook was made with."""

from __future__ import annotations

import base64
from datetime import datetime

from pos_adapters.base import Headers, Settings, Verdict
from pos_adapters.signing import believed, header, key_of

HEADER = "authorization"
WHERE = "where the webhook was made, with withBasicAuth"


def verify(headers: Headers, raw: bytes, settings: Settings, now: datetime) -> Verdict:
    for name in ("webhook_user", "webhook_password"):
        key_of("lightspeed_k", settings, name, WHERE)
    why = "are webhook_user and webhook_password those of the webhook?"
    return believed("lightspeed_k", HEADER, header("lightspeed_k", headers, HEADER), _basic(settings), why=why)


def sign(raw: bytes, settings: Settings, now: datetime) -> Headers:
    return {HEADER: _basic(settings), "content-type": "application/json"}


def _basic(settings: Settings) -> str:
    pair = f"{settings['webhook_user']}:{settings['webhook_password']}"
    return f"Basic {base64.b64encode(pair.encode()).decode()}"
