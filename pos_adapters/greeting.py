"""Asks the house who stands at the till, where a vendor waits for the answer; as the till beside it would."""

from __future__ import annotations

import asyncio

import httpx
import msgspec
import structlog

from loyalty.wire import CheckinAnswer
from loyalty.wire_tills import HANDLE
from pos_adapters.answering import NOTHING_TOLD, Asked, Told

ANSWER_S = 1.5  # the strictest vendors wait for two seconds
ELSEWHERE = "rewards are used at the counter screen: this adapter only greets"

log = structlog.get_logger()


class Greeter:
    """`url` and `key` are those of [service]."""

    def __init__(self, url: str, key: str) -> None:
        address = url.rstrip("/").replace("wss://", "https://", 1).replace("ws://", "http://", 1)
        self._url = f"{address}/v1/checkins"
        self._client = httpx.AsyncClient(timeout=ANSWER_S, headers={"Authorization": f"Bearer {key}"})

    async def told(self, asked: Asked) -> Told:
        """Never raises; a stranger, and a house that does not answer in time, are nothing told."""
        if asked.who is None:
            return NOTHING_TOLD
        try:
            async with asyncio.timeout(ANSWER_S):  # for all of it: the client counts each step anew
                answer = await self._client.post(self._url, content=msgspec.json.encode(asked.who))
            if answer.status_code != 200:
                return NOTHING_TOLD
            seen = msgspec.json.decode(answer.content, type=CheckinAnswer)
        except (httpx.HTTPError, TimeoutError, OSError, msgspec.MsgspecError) as error:
            log.warning("nobody-to-ask", error=type(error).__name__)
            return NOTHING_TOLD
        refused = tuple((reward, ELSEWHERE) for reward in asked.use)
        return Told(seen, f"{HANDLE}{seen.customer.id}", refused=refused)

    async def close(self) -> None:
        await self._client.aclose()
