"""Merging two people and parting them again, in the middle alone: everything is folded as if one had always had it."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from loyalty.core.days import moment
from loyalty.core.redemption import Adjust, Adjustment
from loyalty.wire_program import EarnSpend, EarnVisit, EarnWelcome, Program, Reward
from tests import make
from tests.core.cafe import BUSINESS, Cafe
from tests.make import AMINA, BEN

REWARDS = (Reward(id="free-coffee", name="Free coffee", points=4),)
EARN = (EarnVisit(points=2), EarnSpend(points=1, per=10_000), EarnWelcome(points=5))
PROGRAMS = [
    Program(earn=EARN, rewards=REWARDS),
    Program(earn=EARN, rewards=REWARDS, expire_days=6),
    Program(earn=EARN, rewards=REWARDS, expire_days=9, pending_hours=20),
]


def standing(made: Cafe) -> Any:
    """Without up to where lots were looked at."""
    found: Any = made.outcome()
    sales, people, days = found
    kept = {person: (rest[1], rest[2], rest[4]) for person, rest in people.items()}
    return sales, kept, days, made.redemptions, made.adjustments


@pytest.fixture(params=PROGRAMS)
def cafe(request: pytest.FixtureRequest) -> Cafe:
    """Amina and Ben came, one after the other, used a reward each, and Ben was given something."""
    made = Cafe(request.param)
    made.enrol(AMINA)
    made.enrol(BEN)
    for day in range(0, 12, 3):
        for one, at in ((AMINA, "08:00"), (BEN, "10:00")):
            made.visits(make.sale(id=f"{one.name}{day}", who=one, at=make.at(at, day)))
    for one in (AMINA, BEN):
        made.end(made.reserve(one, now=make.at("12:00", 10)), "confirm", make.at("12:00", 10))
    then = make.at("13:00", 10)
    who, until = BEN.name, moment(then + timedelta(days=30))
    given = Adjustment("given", BUSINESS, make.SHOP, who, 8, "adjust", moment(then), until, "owner", key="given")
    made.say(Adjust(given), then)
    return made


def test_parted_they_are_as_they_were(cafe: Cafe) -> None:
    before = standing(cafe)
    cafe.merge(AMINA, BEN)
    assert cafe.points(BEN) == 0
    assert {sale.person for sale in cafe.sales.values()} == {AMINA.name}
    assert {one.person for one in cafe.redemptions.values()} == {AMINA.name}
    assert {one.person for one in cafe.adjustments.values()} == {AMINA.name}
    cafe.part(AMINA, BEN)
    assert standing(cafe) == before


def test_what_moved_says_so(cafe: Cafe) -> None:
    n = len(cafe.entries)
    cafe.merge(AMINA, BEN)
    assert {entry.reason for entry in cafe.entries[n:]} <= {"transfer", "expire"}
    assert any(entry.reason == "transfer" for entry in cafe.entries[n:])
    assert all(entry.points for entry in cafe.entries)
