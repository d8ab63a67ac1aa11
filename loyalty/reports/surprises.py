"""What was given away, and to whom: this week's budget, its cost, and whether chance alone may have spread it so."""

from __future__ import annotations

from collections import Counter
from datetime import date
from typing import get_args

from loyalty.core import fairness, surprise
from loyalty.core.gifts import Budget
from loyalty.core.known import ShopFacts
from loyalty.core.money import digits
from loyalty.store.view import View
from loyalty.wire_gifts import STAFF_ROWS_MAX, BudgetView, PartGave, PartName, Spread, StaffGave, Surprises

WEEKS = 4  # with this one
NAMES: tuple[PartName, ...] = get_args(PartName)


def read(view: View, shop: str) -> Surprises:
    facts = view.settings.shops[shop]
    day, _ = facts.calendar.read(view.now)
    week = surprise.monday(day)
    since = week - (WEEKS - 1) * surprise.WEEK
    rows = view.session.rows(
        "SELECT kind, customer, staff, cost, at, day FROM gifts WHERE shop = ? AND day >= ? AND day <= ?"
        " AND undone_at IS NULL ORDER BY at, id",
        (shop, since, day),
    )
    mine = [row for row in rows if row[0] == "surprise"]
    perks = [row for row in rows if row[0] == "perk"]
    now = [row for row in mine if row[5] >= week]
    to = Counter(person for _, person, *_ in mine)
    top, fair = max(to.values(), default=0), fairness.most_by_chance(len(mine), _visits(view, shop, since, day))
    by = Counter(staff for _, _, staff, *_ in mine)
    parts = _parts(view, facts, since, day, [row[4] for row in mine])
    budget = facts.budget
    return Surprises(
        timezone=facts.calendar.zone.key,
        currency=facts.currency,
        digits=digits(facts.currency),
        budget=shown(budget) if budget is not None else None,
        week_from=date.fromordinal(week),
        given=len(now),
        left=max(0, budget.a_week - len(now)) if budget is not None else 0,
        cost_week=sum(row[3] for row in now),
        cost_weeks=sum(row[3] for row in mine),
        given_weeks=len(mine),
        perks_weeks=len(perks),
        perks_cost=sum(row[3] for row in perks),
        people=len(to),
        top=top,
        fair=fair,
        to_people=_said(len(mine), fair=top <= max(1, fair)),
        by_staff=_by_staff(by),
        at_hours=_at_hours(len(mine), parts),
        staff=tuple(StaffGave(staff=who, given=n) for who, n in by.most_common(STAFF_ROWS_MAX)),
        parts=tuple(PartGave(part=part, given=n, visits=round(100 * share)) for part, n, share in parts),
    )


def shown(budget: Budget) -> BudgetView:
    return BudgetView(a_week=budget.a_week, cost=budget.cost, beyond=budget.beyond, since=date.fromordinal(budget.day))


def _visits(view: View, shop: str, since: int, until: int) -> list[int]:
    """On how many of those days each person came."""
    rows = view.session.rows(
        "SELECT COUNT(DISTINCT day) FROM sales WHERE shop = ? AND day >= ? AND day <= ? AND counts"
        " AND person IS NOT NULL GROUP BY person",
        (shop, since, until),
    )
    return [n for (n,) in rows]


Part = tuple[PartName, int, float]


def _parts(view: View, facts: ShopFacts, since: int, until: int, given: list[int]) -> list[Part]:
    """Each part of the day: how many were given in it, and which share of the visits was in it."""
    came: dict[int, int] = dict(
        view.session.rows(
            "SELECT part, COUNT(*) FROM sales WHERE shop = ? AND day >= ? AND day <= ? AND counts"
            " AND person IS NOT NULL GROUP BY part",
            (facts.id, since, until),
        )
    )
    total = max(1, sum(came.values()))
    gave = Counter(facts.calendar.read(at)[1] for at in given)
    return [(name, gave[place], came.get(place, 0) / total) for place, name in enumerate(NAMES)]


def _said(n: int, *, fair: bool) -> Spread:
    if n < fairness.ENOUGH:
        return "cannot-tell"
    return "fair" if fair else "more-than-chance"


def _by_staff(by: Counter[str | None]) -> Spread:
    """Of those who signed in, each as often as the others. Of one alone there is nothing to compare."""
    named = [n for staff, n in by.items() if staff is not None]
    if len(named) < 2:
        return "cannot-tell"
    return _said(sum(named), fair=fairness.spread(named, [1 / len(named)] * len(named)))


def _at_hours(n: int, parts: list[Part]) -> Spread:
    return _said(n, fair=fairness.spread([gave for _, gave, _ in parts], [share for *_, share in parts]))
