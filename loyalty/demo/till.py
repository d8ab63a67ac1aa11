"""The till that sells in front of you: a sale every few seconds, whatever the hour, told to `send` and nobody else."""

from __future__ import annotations

import asyncio
import random
from collections import deque
from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import datetime
from typing import NoReturn

from msgspec.structs import replace

from loyalty.clock import Clock
from loyalty.demo import baskets, sales
from loyalty.demo.hours import ZONE, business_day, hours, is_open
from loyalty.demo.people import Part, Person, part_of, stranger
from loyalty.demo.sales import TILLS, Order
from loyalty.wire import Presence, Transaction

Send = Callable[[Transaction | Presence], Awaitable[None]]
Sleep = Callable[[float], Awaitable[None]]
Opened = Callable[[random.Random, Person | None, str], Awaitable[None]]

PACE_S = (6.0, 10.0)  # from one sale to the next
CHECKED_IN_S = (2.0, 6.0)  # before the order is opened
PAYING_S = 3.0  # at least, for opening and paying
OTHER_PART = 0.05  # how likely somebody comes out of their own part of the day, against in it
STRANGER_SHARE = 0.06  # say a number that nobody has enrolled
WALK_IN_SHARE = 0.12  # say nothing
BACK_SHARE = 0.04  # had been away
RESTING = 0.4  # of the people have only just been here


async def _nothing(_rng: random.Random, _person: Person | None, _till: str) -> None:
    return


async def sell(
    send: Send,
    clock: Clock,
    crowd: Sequence[Person],
    *,
    seed: int,
    shop: str,
    cards: Mapping[str, str],
    sleep: Sleep = asyncio.sleep,
    before_paid: Opened = _nothing,
) -> NoReturn:
    """Sell until cancelled. A till started again at another moment gives no number twice.

    `before_paid`: what else the barista does before an order is paid, with a chance of its own.
    """
    rng, others = random.Random(seed), random.Random(seed)
    begun = f"{clock.now():%Y%m%d-%H%M%S}"
    recent: deque[Person] = deque(maxlen=int(len(crowd) * RESTING))
    number = 0
    while True:
        number += 1
        now = clock.now().astimezone(ZONE)
        person, part = _who(rng, crowd, recent, now), part_now(now)
        basket = baskets.of(person, part, rng) if person else baskets.of_a_walk_in(rng)
        order = Order(f"{begun}-{number:05}", shop, rng.choice(TILLS), now, basket, person, renamed=True)

        async def meanwhile(person: Person | None = person, till: str = order.till) -> None:
            await before_paid(others, person, till)

        await _serve(rng, order, send, clock, cards, sleep, meanwhile)


def part_now(now: datetime) -> Part:
    """The café's part of the day; a morning while it would be shut."""
    today = hours(business_day(now))
    return part_of(today.minute(now)) if today and is_open(now) else "morning"


async def _serve(
    rng: random.Random,
    order: Order,
    send: Send,
    clock: Clock,
    cards: Mapping[str, str],
    sleep: Sleep,
    meanwhile: Callable[[], Awaitable[None]],
) -> None:
    """Checked in, opened, paid, and a breath before the next."""
    pace = rng.uniform(*PACE_S)
    before = rng.uniform(CHECKED_IN_S[0], min(CHECKED_IN_S[1], pace - PAYING_S))
    shown = sales.presence(order, order.at, cards)
    if shown is not None:
        await send(shown)
    await sleep(before)
    now = clock.now().astimezone(ZONE)
    sale = replace(sales.paid(order, rng, revision=2), at=now, age_s=0.0)
    await send(sales.opened(sale))
    await sleep((pace - before) / 2)
    await meanwhile()  # last of all: whoever watches may do it themselves until then
    await send(replace(sale, changed_at=clock.now().astimezone(ZONE)))
    await sleep((pace - before) / 2)


def _who(rng: random.Random, crowd: Sequence[Person], recent: deque[Person], now: datetime) -> Person | None:
    """Mostly somebody whose time it is, and who has not just been here; nobody we could know for a walk-in."""
    drawn = rng.random()
    if drawn < WALK_IN_SHARE:
        return None
    if drawn < WALK_IN_SHARE + STRANGER_SHARE:
        return stranger(rng)
    back = drawn < WALK_IN_SHARE + STRANGER_SHARE + BACK_SHARE
    today, part = business_day(now), part_now(now)
    known = [each for each in crowd if each.since <= today and each not in recent]
    expected = [each for each in known if each.around(today) != back] or known
    if not expected:
        return None
    person = rng.choices(expected, [1 if each.part == part else OTHER_PART for each in expected])[0]
    recent.append(person)
    return person
