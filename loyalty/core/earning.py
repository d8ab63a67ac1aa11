"""The program's earning rules, on what is left of a sale."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from datetime import date
from decimal import Decimal

from msgspec.structs import replace

from loyalty.core.cause import Cause
from loyalty.core.days import HOUR, Calendar
from loyalty.core.facts import Drink, Taken
from loyalty.wire import AMOUNT_MAX, Line, Transaction
from loyalty.wire_program import (
    EarnHours,
    EarnItem,
    EarnReferral,
    EarnSpend,
    EarnVisit,
    EarnWelcome,
    Hours,
    Match,
    Program,
)

WHOLE = -1  # in place of a line: all of the sale
Counts = Callable[[Line], bool]
Bought = Sequence[tuple[Line, Decimal]]


def judged(
    program: Program,
    sale: Transaction,
    drinks: tuple[Drink, ...],
    spend: int,
    kept: Bought,
    bought: Bought,
    base: int,
    calendar: Calendar | None,
    at: int,
) -> Taken:
    """A sale with what the rules give for it; `base` is the spend that counts, `kept` the lines that were had,
    `bought` those that no reward paid for."""
    visited = not program.exclude or _earns_visit(program, kept)
    if program.exclude:
        bought = [(line, Decimal(0) if excluded(program, line) else quantity) for line, quantity in bought]
    causes: list[Cause] = []
    per_visit = per_spend = per_item = welcome = friend = 0
    timed = program.expire_days is not None or program.pending_hours > 0
    for n, rule in enumerate(program.earn):
        if isinstance(rule, EarnVisit):
            if visited:
                causes.append(Cause("visit", n, WHOLE, rule.points))
                per_visit += rule.points
        elif isinstance(rule, EarnSpend):
            points = _taxed(sale, base, with_tax=rule.tax) // rule.per * rule.points
            causes.append(Cause("spend", n, WHOLE, min(points, AMOUNT_MAX)))
            per_spend += points
        elif isinstance(rule, EarnItem):
            per_item += _items(rule, n, bought, causes)
        elif isinstance(rule, EarnWelcome):
            welcome += rule.points
        elif isinstance(rule, EarnReferral):
            friend += rule.friend
        else:
            timed = True
    found = Taken(
        True, drinks, spend, min(per_visit, AMOUNT_MAX), min(per_spend, AMOUNT_MAX), min(per_item, AMOUNT_MAX),
        _told(causes), 0, 0, 0, min(welcome, AMOUNT_MAX), friend,
    )  # fmt: skip
    return dated(found, program, at, calendar) if timed and calendar is not None else found


def _told(causes: list[Cause]) -> tuple[Cause, ...]:
    """Where a reason stands alone, it tells enough."""
    if not causes or (len(causes) == 1 and causes[0].line < 0):
        return ()
    of = Counter(cause.reason for cause in causes)
    return tuple([one for one in causes if one.points and (one.line >= 0 or of[one.reason] > 1)])


def dated(found: Taken, program: Program, at: int, calendar: Calendar) -> Taken:
    """When its points end, from when they can be spent, and whether these are bonus hours."""
    rules = [rule for rule in program.earn if isinstance(rule, EarnHours)]
    until = ends(program, calendar, at)
    ready = at + program.pending_hours * HOUR if program.pending_hours else 0
    hours = max((rule.percent for rule in rules if within(rule.hours, calendar, at)), default=0)
    return replace(found, until=until, ready=ready, hours=hours)


def ends(program: Program, calendar: Calendar, at: int) -> int:
    """The moment at which points end that are given at another; 0: never."""
    if program.expire_days is None:
        return 0
    return calendar.starts(calendar.read(at)[0] + program.expire_days + 1)


def within(hours: Hours, calendar: Calendar, at: int) -> bool:
    """Whether a moment lies in these hours, by the shop's wall clock and its business day."""
    day, _ = calendar.read(at)
    if hours.weekdays and date.fromordinal(day).isoweekday() not in hours.weekdays:
        return False
    start, end, now = _minutes(hours.start), _minutes(hours.end), calendar.minute(at)
    return start <= now < end if start < end else now >= start or now < end


def _minutes(time: str) -> int:
    return int(time[:2]) * 60 + int(time[3:])


def counted(program: Program, sale: Transaction) -> Counts | None:
    """Which lines count towards spend; None where all do. A refund's line may say less than the line that was sold."""
    out = {line.name.casefold().strip() for line in sale.lines if excluded(program, line)}
    if not out:
        return None
    return lambda line: line.name.casefold().strip() not in out


def excluded(program: Program, line: Line) -> bool:
    return any(matches(match, line) for match in program.exclude)


def matches(match: Match, line: Line) -> bool:
    wanted = ((match.name, line.name), (match.sku, line.sku), (match.category, line.category))
    given = [(want, have) for want, have in wanted if want is not None]
    return bool(given) and all(have is not None and want.casefold() == have.casefold() for want, have in given)


def _earns_visit(program: Program, kept: Bought) -> bool:
    """A visit in which nothing was had but what is excluded, earns nothing; a reward used on it makes no difference."""
    had = [line for line, quantity in kept if quantity > 0 and line.total >= 0]
    return not had or not all(excluded(program, line) for line in had)


def _taxed(sale: Transaction, base: int, *, with_tax: bool) -> int:
    """The spend without the tax in it, or with the tax on top of it; each line has its share of the sale's tax."""
    if not sale.tax or with_tax == sale.tax_included:
        return base
    goods = sum(line.total for line in sale.lines) - sale.order_discount
    share = sale.tax * base // goods if goods > 0 else 0
    return base + share if with_tax else max(0, base - share)


def _items(rule: EarnItem, n: int, bought: Bought, causes: list[Cause]) -> int:
    points = 0
    for place, (line, quantity) in enumerate(bought):
        earned = int(quantity) * rule.points
        if earned > 0 and _earns(rule, line):
            causes.append(Cause("item", n, place, min(earned, AMOUNT_MAX)))
            points += earned
    return points


def _earns(rule: EarnItem, line: Line) -> bool:
    """A line below zero is a discount in the till's own way of writing it."""
    return line.total >= 0 and matches(rule.match, line)


def brings(program: Program) -> int:
    """Points for who brought somebody along."""
    return sum(rule.points for rule in program.earn if isinstance(rule, EarnReferral))
