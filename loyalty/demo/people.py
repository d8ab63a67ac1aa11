"""Ninety people with habits: when they come, what they take, how they are told apart, how they like to be greeted.

The kinds of people are dealt out by turns of different lengths, so that ten of them are already a mixture.
"""

from __future__ import annotations

import random
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Literal

from loyalty.demo.menu import BAKERY, Choice, Item, choose
from loyalty.demo.names import NAMES
from loyalty.wire import Consents, Enrolment, Greeting, Identifier

Part = Literal["morning", "midday", "afternoon", "evening"]
Rhythm = Literal["daily", "three a week", "weekend", "monthly"]
Life = Literal["stays", "moves away", "on holiday", "newly found"]
Shows = Literal["card", "phone", "fingerprint", "pos_id"]

PARTS: tuple[Part, ...] = ("morning", "midday", "afternoon", "evening")
PEOPLE_MAX = len(NAMES)
SECOND_COFFEE = 0.12  # of a daily visitor's days
STEADY_MINUTES = 8.0  # how far a person strays from their own time

# The turns. Their lengths share no factor, so every kind of life meets every kind of card, greeting and taste.
LIVES: tuple[tuple[Rhythm, Life], ...] = (
    ("daily", "stays"),
    ("three a week", "stays"),
    ("daily", "stays"),
    ("weekend", "stays"),
    ("three a week", "on holiday"),
    ("daily", "newly found"),
    ("monthly", "stays"),
    ("three a week", "stays"),
    ("daily", "moves away"),
    ("daily", "stays"),
    ("weekend", "stays"),
    ("three a week", "newly found"),
    ("daily", "on holiday"),
    ("monthly", "stays"),
    ("three a week", "moves away"),
)
SHOWS: tuple[Shows, ...] = ("card", "fingerprint", "phone", "card", "pos_id", "fingerprint", "card")
MODES: tuple[tuple[Greeting, Consents], ...] = (
    *(("full", Consents(recognise=True, remember=True)),) * 3,
    ("name", Consents(recognise=True, remember=True)),
    *(("full", Consents(recognise=True, remember=True, messages=True)),) * 2,
    ("points", Consents(recognise=True)),
    *(("full", Consents(recognise=True, remember=True, messages=True, offers=True)),) * 3,
    ("name", Consents(recognise=True)),  # by name, and nothing learned
    ("none", Consents()),
    ("full", Consents(recognise=True, remember=True)),
)
TASTES = (
    choose("Latte", "Medium", "Oat milk"),
    choose("Flat White", "Small"),
    choose("Masala Chai", "Large", "No sugar"),
    choose("Cappuccino", "Medium"),
    choose("Americano", "Large", "Extra shot"),
    choose("Latte", "Large"),
    choose("Dawa", "Medium", "Honey"),
    choose("Cappuccino", "Large", "Skimmed milk"),
    choose("Espresso", "Double"),
    choose("Iced Latte", "Large", "Oat milk", "No sugar"),
    choose("Kericho Black Tea", "Medium"),
    choose("Latte", "Small", "Decaf"),
    choose("Flat White", "Medium", "Oat milk"),
    choose("Mocha", "Medium"),
    choose("Kenya AA Pour Over"),
    choose("Cappuccino", "Small", "No sugar"),
    choose("Masala Chai", "Medium"),
    choose("Latte", "Medium", "Vanilla syrup", "Extra shot"),
    choose("Passion Juice", "Medium", "No ice"),
    choose("Americano", "Medium"),
    choose("Espresso", "Single"),
    choose("Flat White", "Large", "Soy milk"),
    choose("Cappuccino", "Medium", "Oat milk"),
)


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody with a habit. `key` is the demo's own name for them; no sale and no till knows it."""

    key: str
    name: str
    rhythm: Rhythm
    life: Life
    since: date
    until: date  # the first day they are gone for good
    away: tuple[date, date]  # on holiday, the second date excluded
    chances: tuple[float, ...]  # of coming, Monday to Sunday
    minute: int  # of the day, when they usually come
    usual: tuple[Choice, ...]  # by part of the day, as PARTS
    treat: Item
    treats: float  # how often something baked goes with it
    company: float  # how often they buy for two
    shows: Shows
    identifier: str
    greeting: Greeting
    consents: Consents

    @property
    def part(self) -> Part:
        return part_of(self.minute)

    def takes(self, part: Part) -> Choice:
        return self.usual[PARTS.index(part)]

    def around(self, day: date) -> bool:
        return self.since <= day < self.until and not self.away[0] <= day < self.away[1]

    def visits(self, rng: random.Random, day: date) -> Iterator[int]:
        """The minutes of that day at which they come in."""
        if not self.around(day) or rng.random() >= self.chances[day.weekday()]:
            return
        yield round(rng.gauss(self.minute, STEADY_MINUTES))
        if self.rhythm == "daily" and rng.random() < SECOND_COFFEE:
            yield rng.randint(self.minute + 240, self.minute + 420)


def part_of(minute: int) -> Part:
    """The part of the day; what is sold after midnight still belongs to the evening."""
    hour = minute // 60
    return "morning" if hour < 11 else "midday" if hour < 14 else "afternoon" if hour < 17 else "evening"


def everybody(rng: random.Random, start: date, *, days: int = 365, count: int = PEOPLE_MAX) -> tuple[Person, ...]:
    """The people of `days` days from `start`; fewer of them are the first of the same mixture."""
    assert 0 <= count <= PEOPLE_MAX
    return tuple(_person(random.Random(rng.getrandbits(64)), number, start, days) for number in range(count))


def enrolments(people: Iterable[Person]) -> dict[str, Enrolment]:
    """What to enrol, by the person's key; the card codes that the service answers, by the same key, are `cards`."""
    return {
        person.key: Enrolment(
            name=person.name,
            identifiers=(Identifier(kind=_kind(person.shows), value=person.identifier),),
            greeting=person.greeting,
            consents=person.consents,
        )
        for person in people
    }


def stranger(rng: random.Random) -> Person:
    """Somebody who says a phone number that nobody has enrolled."""
    visitor = _person(rng, rng.randrange(PEOPLE_MAX), date.min, 0)
    phone = f"+2547009{rng.randrange(10**5):05}"
    return replace(visitor, key="stranger", name="", shows="phone", identifier=phone)


def _kind(shows: Shows) -> Literal["reference", "phone", "fingerprint", "pos_id"]:
    """A card is scanned, but the sale after it carries the till's own reference."""
    return "reference" if shows == "card" else shows


def _person(rng: random.Random, number: int, start: date, days: int) -> Person:
    rhythm, life = LIVES[number % len(LIVES)]
    shows = SHOWS[number % len(SHOWS)]
    greeting, consents = MODES[number % len(MODES)]
    since, until, away = _stay(rng, life, start, days)
    return Person(
        key=f"p{number + 1:02}",
        name=NAMES[number],
        rhythm=rhythm,
        life=life,
        since=since,
        until=until,
        away=away,
        chances=_chances(rng, rhythm),
        minute=_minute(rng, rhythm),
        usual=_usual(rng, number),
        treat=rng.choices(BAKERY, [item.share for item in BAKERY])[0],
        treats=rng.choice((0.0, 0.1, 0.1, 0.4)),
        company=rng.choice((0.0, 0.0, 0.05, 0.2)),
        shows=shows,
        identifier=_identifier(rng, shows, number),
        greeting=greeting,
        consents=consents,
    )


def _stay(rng: random.Random, life: Life, start: date, days: int) -> tuple[date, date, tuple[date, date]]:
    def at(share: float) -> date:
        return start + timedelta(days=round(days * share))

    never = (date.max, date.max)
    match life:
        case "stays":
            return date.min, date.max, never
        case "moves away":
            return date.min, at(rng.uniform(0.4, 0.95)), never
        case "newly found":
            return at(rng.uniform(0.8, 0.97)), date.max, never
        case "on holiday":
            left = at(rng.uniform(0.1, 0.95))
            return date.min, date.max, (left, left + timedelta(days=rng.randint(14, 35)))


def _chances(rng: random.Random, rhythm: Rhythm) -> tuple[float, ...]:
    match rhythm:
        case "daily":
            return (*[0.9] * 5, 0.25, 0.0)
        case "three a week":
            own = rng.sample(range(5), 3)
            return (*(0.88 if day in own else 0.06 for day in range(5)), 0.06, 0.0)
        case "weekend":
            return (*[0.03] * 4, 0.15, 0.75, 0.6)
        case "monthly":
            return (0.04,) * 7


def _minute(rng: random.Random, rhythm: Rhythm) -> int:
    """Their own time: most on their way to work around eight, some after lunch, the week's end later."""
    if rhythm == "weekend":
        return rng.choice((rng.randint(570, 690), rng.randint(570, 690), rng.randint(900, 1000)))
    around, spread = rng.choices(((485, 22), (785, 14), (940, 30), (1110, 30)), (74, 12, 10, 4))[0]
    return round(min(max(rng.gauss(around, spread), 420), 1140))


def _usual(rng: random.Random, number: int) -> tuple[Choice, ...]:
    """One drink for the whole day; for two people in five another one from the afternoon on."""
    first = TASTES[number % len(TASTES)]
    second = TASTES[(number + rng.randint(1, len(TASTES) - 1)) % len(TASTES)] if rng.random() < 0.4 else first
    return (first, first, second, second)


def _identifier(rng: random.Random, shows: Shows, number: int) -> str:
    match shows:
        case "card":
            return f"BARAZA-{number + 1:04}"
        case "phone":
            return f"+2547000{number + 1:05}"
        case "fingerprint":
            return f"demo-{rng.getrandbits(64):016x}"
        case "pos_id":
            return f"CUST-{rng.getrandbits(32):08X}"
