"""Tells Google that a pass has changed: it keeps the pass itself, so it is told what it shows now."""

from __future__ import annotations

import asyncio
from typing import Any

import httpx
import jwt
import structlog
from msgspec import DecodeError, Struct, json

from loyalty.core.days import HOUR, MINUTE, SECOND
from loyalty.wallet.keys import Google
from loyalty.wallet.pushing import ANSWER_SECONDS, Outcome

SCOPE = "https://www.googleapis.com/auth/wallet_object.issuer"
GRANT = "urn:ietf:params:oauth:grant-type:jwt-bearer"
EARLY = MINUTE  # before its end a token is asked for anew

log = structlog.get_logger()


class Token(Struct, frozen=True):
    """What the service account is given for an hour."""

    access_token: str
    expires_in: int


class Updating:
    """The service account's token is kept in memory, while it holds."""

    def __init__(self, google: Google, host: str) -> None:
        self._google = google
        self._host = host
        self._client: httpx.AsyncClient | None = None
        self._token, self._until = "", 0

    async def tell(self, thing: dict[str, Any], now: int) -> Outcome:
        """The loyalty object, or what of it has changed. Never raises.

        One that Google does not have was not saved yet, or never will be: it is tried as often as anything else.
        """
        try:
            bearer = {"Authorization": f"Bearer {await self._bearer(now)}", "Content-Type": "application/json"}
            address = f"{self._host}/walletobjects/v1/loyaltyObject/{thing['id']}"
            answer = await self._open().patch(address, content=json.encode(thing), headers=bearer)
        except (httpx.HTTPError, DecodeError, UnicodeDecodeError, OSError) as error:
            log.warning("Google cannot be reached", error=type(error).__name__)
            return "again"
        if answer.status_code == 200:
            return "told"
        if answer.status_code == 401:
            self._until = 0
        if answer.status_code != 404:
            log.warning("Google takes no change of a pass", status=answer.status_code)
        return "again"

    async def close(self) -> None:
        if self._client is not None:
            await self._client.aclose()

    async def _bearer(self, now: int) -> str:
        if now >= self._until:
            google = self._google
            claims = {
                "iss": google.email,
                "scope": SCOPE,
                "aud": google.token_uri,
                "iat": now // SECOND,
                "exp": (now + HOUR) // SECOND,
            }
            signed = await asyncio.to_thread(jwt.encode, claims, google.key, algorithm="RS256")
            asked = {"grant_type": GRANT, "assertion": signed}
            answer = await self._open().post(google.token_uri, data=asked)
            answer.raise_for_status()
            found = json.decode(answer.content, type=Token)
            self._token, self._until = found.access_token, now + found.expires_in * SECOND - EARLY
        return self._token

    def _open(self) -> httpx.AsyncClient:
        if self._client is None:
            self._client = httpx.AsyncClient(timeout=ANSWER_SECONDS)
        return self._client
