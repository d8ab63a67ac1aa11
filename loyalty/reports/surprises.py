"""What was given away, and to whom: this week's budget, its cost, and whether chance alone may have spread it so."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from datetime import date
from typing import get_args

import msgspec

from loyalty.core import fairness, surprise
from loyalty.core.gifts import Budget
from loyalty.core.known import ShopFacts
from loyalty.core.money import digits
from loyalty.reports.integrity import SALES_MAX, Who
from loyalty.store import staff as store
from loyalty.store.view import View
from loyalty.wire_gifts import STAFF_ROWS_MAX, BudgetView, PartGave, PartName, Spread, StaffGave, Surprises

WEEKS = 4  # with this one
NAMES: tuple[PartName, ...] = get_args(PartName)


class _Body(msgspec.Struct):
    """What is read of a sale's body."""

    staff: str | None = None


_body = msgspec.json.Decoder(_Body).decode


def read(view: View, shop: str) -> Surprises:
    facts = view.settings.shops[shop]
    day, _ = facts.calendar.read(view.now)
    week = surprise.monday(day)
    since = week - (WEEKS - 1) * surprise.WEEK
    rows = view.session.rows(
        "SELECT g.kind, COALESCE(c.merged_into, g.customer), g.staff, g.cost, g.at, g.day FROM gifts g"
        " LEFT JOIN customers c ON c.id = g.customer WHERE g.shop = ? AND g.day >= ? AND g.day <= ?"
        " AND g.undone_at IS NULL ORDER BY g.at, g.id",
        (shop, since, day),
    )
    mine = [row for row in rows if row[0] == "surprise"]
    perks = [row for row in rows if row[0] == "perk"]
    now = [row for row in mine if row[5] >= week]
    to = Counter(person for _, person, *_ in mine)
    top, fair = max(to.values(), default=0), fairness.most_by_chance(len(mine), _visits(view, shop, since, day))
    members = store.members(view.session, view.vault, facts.business, gone=True)
    who = Who(view, shop, members, facts.calendar.starts(since))
    by = Counter(staff and who.one(staff) for _, _, staff, *_ in mine)
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
        by_staff=_by_staff(by, _worked(view, shop, since, day, who, {who.one(one.id) for one in members})),
        at_hours=_at_hours(len(mine), parts),
        staff=tuple(StaffGave(staff=who.name(one) or one, given=n) for one, n in by.most_common(STAFF_ROWS_MAX)),
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


def _worked(view: View, shop: str, since: int, until: int, who: Who, staff: set[str]) -> Counter[str]:
    """How much each of the staff worked: sales under their name, or rung up while they held the screen of that till."""
    if not staff:
        return Counter()
    rows = view.session.rows(
        "SELECT at, till, body FROM sales WHERE shop = ? AND day >= ? AND day <= ? AND counts AND refund_of IS NULL"
        " ORDER BY day DESC LIMIT ?",
        (shop, since, until, SALES_MAX),
    )
    found = (who.of(_body(body).staff, till, at) for at, till, body in rows)
    return Counter(one for one in found if one in staff)


def _by_staff(by: Mapping[str | None, int], worked: Mapping[str, int]) -> Spread:
    """Of those who are known to have worked, each as often as that, whether or not they gave any. Of one alone there is
    nothing to compare."""
    if len(worked) < 2:
        return "cannot-tell"
    gave, total = [by.get(one, 0) for one in worked], sum(worked.values())
    return _said(sum(gave), fair=fairness.spread(gave, [n / total for n in worked.values()]))


def _at_hours(n: int, parts: list[Part]) -> Spread:
    return _said(n, fair=fairness.spread([gave for _, gave, _ in parts], [share for *_, share in parts]))
