"""Tells telephones, through Apple, that a pass has changed: an empty notice over HTTP/2, by the pass's certificate.

The telephone then asks us what has changed. Nothing about anybody is in the notice.
"""

from __future__ import annotations

from typing import Literal

import httpx
import structlog
from msgspec import DecodeError, Struct, json

from loyalty.wallet.keys import Apple

ANSWER_SECONDS = 10.0
DEAD = ("BadDeviceToken", "Unregistered", "DeviceTokenNotForTopic", "ExpiredToken")

Outcome = Literal["told", "dead", "again"]  # dead: there is nobody at that address any more

log = structlog.get_logger()


class Refusal(Struct, frozen=True):
    """Apple's, in its own word."""

    reason: str = ""


class Pushing:
    """One connection for all notices, opened with the first."""

    def __init__(self, apple: Apple, host: str) -> None:
        self._apple = apple
        self._host = host
        self._client: httpx.AsyncClient | None = None

    async def tell(self, token: str) -> Outcome:
        """`token`: hexadecimal, as the telephone gave it. Never raises."""
        try:
            answer = await self._open().post(
                f"{self._host}/3/device/{token}", content=b"{}", headers={"apns-topic": self._apple.kind}
            )
        except (httpx.HTTPError, OSError) as error:  # by its type alone: its message may quote the address
            log.warning("Apple cannot be reached", error=type(error).__name__)
            return "again"
        if answer.status_code == 200:
            return "told"
        reason = _reason(answer.content)
        if answer.status_code == 410 or reason in DEAD:
            return "dead"
        log.warning("Apple takes no notice of a pass", status=answer.status_code, reason=reason)
        return "again"

    async def close(self) -> None:
        if self._client is not None:
            await self._client.aclose()

    def _open(self) -> httpx.AsyncClient:
        if self._client is None:
            context = httpx.create_ssl_context()
            context.load_cert_chain(self._apple.path)
            self._client = httpx.AsyncClient(http2=True, verify=context, timeout=ANSWER_SECONDS)
        return self._client


def _reason(body: bytes) -> str:
    try:
        return json.decode(body, type=Refusal).reason
    except (DecodeError, UnicodeDecodeError):
        return ""
