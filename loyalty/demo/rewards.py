"""What the guests do with their points: a reward is used at the counter, mostly soon after it is due."""

from __future__ import annotations

import asyncio
import random
from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Literal

import httpx

from loyalty.demo.people import Person
from loyalty.wire import Transaction

REWARD, POINTS = "free-coffee", 10  # of the program that every shop begins with
USED_SHARE = 0.7  # of the visits at which one is due; the others save it, or forget

Used = Literal["reserved", "confirmed", "not yet"]


class Rewards:
    """Asks for them as the counter's screen does, with its key."""

    def __init__(self, client: httpx.AsyncClient, key: str, ids: Mapping[str, str], crowd: Iterable[Person]) -> None:
        """`ids`: of the customers, by the people's own keys."""
        self._client = client
        self._headers = {"Authorization": f"Bearer {key}"}
        self._ids = ids
        self._people = {person.identifier: person.key for person in crowd}
        self._saved: Counter[str] = Counter()  # visits since the last reward, as a guest would count them
        self._asked = 0

    async def look_back(self, rng: random.Random, day: Iterable[Transaction]) -> None:
        """At the end of a day that is past: those who came and had enough used one."""
        visits = [(key, sale.till) for sale in day if sale.state == "paid" and (key := self._who(sale)) in self._ids]
        self._saved.update(key for key, _ in visits)
        came = dict(visits)
        due = [key for key in came if self._saved[key] >= POINTS and rng.random() < USED_SHARE]
        await asyncio.gather(*(self._use(key, came[key], confirm=True) for key in due))

    async def at_the_till(self, rng: random.Random, person: Person | None, till: str) -> None:
        """Somebody whose order is open: the sale that is paid next is the one it is used on."""
        if person is not None and person.key in self._ids and rng.random() < USED_SHARE:
            await self._use(person.key, till, confirm=False)

    async def _use(self, key: str, till: str | None, *, confirm: bool) -> Used:
        self._asked += 1
        body = {"customer": self._ids[key], "reward": REWARD, "till": till, "key": f"demo-{key}-{self._asked}"}
        answer = await self._client.post("/v1/redemptions", json=body, headers=self._headers)
        if answer.status_code == httpx.codes.CONFLICT:
            self._saved[key] -= 1  # counted once too often: a second coffee within the half hour is no second visit
            return "not yet"
        answer.raise_for_status()
        self._saved[key] -= POINTS
        if confirm:
            ended = await self._client.post(f"/v1/redemptions/{answer.json()['id']}/confirm", headers=self._headers)
            ended.raise_for_status()
        return "confirmed" if confirm else "reserved"

    def _who(self, sale: Transaction) -> str:
        """Whose sale it is, by what it carries."""
        said = sale.customer
        named = (said.reference, said.phone, said.pos_id) if said is not None else ()
        shown = (*named, *(tender.fingerprint for tender in sale.tenders))
        return next((self._people[one] for one in shown if one in self._people), "")
