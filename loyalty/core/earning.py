"""The program's earning rules, on what is left of a sale."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from decimal import Decimal

from msgspec.structs import replace

from loyalty.core.days import HOUR, Calendar, moment
from loyalty.core.facts import Cause, Taken
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

Counts = Callable[[Line], bool]
Bought = Sequence[tuple[Line, Decimal]]


def judged(
    found: Taken, program: Program, sale: Transaction, bought: Bought, base: int, calendar: Calendar | None
) -> Taken:
    """The sale with what the rules give for it; `base` is the spend that counts, `bought` the lines that do."""
    if program.exclude:
        bought = [(line, Decimal(0) if excluded(program, line) else quantity) for line, quantity in bought]
    causes = _visits(program, bought) if program.earn else []
    causes += _spends(program, sale, base)
    causes += _items(program, bought)
    sums = dict.fromkeys(("visit", "spend", "item"), 0)
    for cause in causes:
        sums[cause.reason] = min(sums[cause.reason] + cause.points, AMOUNT_MAX)
    several = tuple([cause for cause in causes if cause.line >= 0 or _several(causes, cause)])
    found = Taken(
        found.counts, found.drinks, found.spend, sums["visit"], sums["spend"], sums["item"], several,
        welcome=_welcome(program), friend=_friend(program),
    )  # fmt: skip
    return found if calendar is None else dated(found, program, sale, calendar)


def dated(found: Taken, program: Program, sale: Transaction, calendar: Calendar) -> Taken:
    """When its points end, from when they can be spent, and whether these are bonus hours."""
    rules = [rule for rule in program.earn if isinstance(rule, EarnHours)]
    if program.expire_days is None and not program.pending_hours and not rules:
        return found
    at = moment(sale.at)
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
    out = {line.name.casefold().strip() for line in sale.lines if excluded(program, line)} if program.exclude else set()
    if not out:
        return None
    return lambda line: line.name.casefold().strip() not in out


def excluded(program: Program, line: Line) -> bool:
    return any(matches(match, line) for match in program.exclude)


def matches(match: Match, line: Line) -> bool:
    wanted = ((match.name, line.name), (match.sku, line.sku), (match.category, line.category))
    given = [(want, have) for want, have in wanted if want is not None]
    return bool(given) and all(have is not None and want.casefold() == have.casefold() for want, have in given)


def _visits(program: Program, bought: Bought) -> list[Cause]:
    """A visit in which nothing was bought that may earn, earns nothing."""
    if program.exclude and bought and all(quantity <= 0 for _, quantity in bought):
        return []
    return [Cause("visit", n, -1, rule.points) for n, rule in enumerate(program.earn) if isinstance(rule, EarnVisit)]


def _spends(program: Program, sale: Transaction, base: int) -> list[Cause]:
    found: list[Cause] = []
    for n, rule in enumerate(program.earn):
        if isinstance(rule, EarnSpend):
            points = min(_taxed(sale, base, with_tax=rule.tax) // rule.per * rule.points, AMOUNT_MAX)
            found += [Cause("spend", n, -1, points)] if points else []
    return found


def _taxed(sale: Transaction, base: int, *, with_tax: bool) -> int:
    """The spend without the tax in it, or with the tax on top of it; each line has its share of the sale's tax."""
    if not sale.tax or with_tax == sale.tax_included:
        return base
    goods = sum(line.total for line in sale.lines) - sale.order_discount
    share = sale.tax * base // goods if goods > 0 else 0
    return base + share if with_tax else max(0, base - share)


def _items(program: Program, bought: Bought) -> list[Cause]:
    found: list[Cause] = []
    for n, rule in enumerate(program.earn):
        if isinstance(rule, EarnItem):
            found += [
                Cause("item", n, place, min(int(quantity) * rule.points, AMOUNT_MAX))
                for place, (line, quantity) in enumerate(bought)
                if int(quantity) * rule.points > 0 and _earns(rule, line)
            ]
    return found


def _earns(rule: EarnItem, line: Line) -> bool:
    """A line below zero is a discount in the till's own way of writing it."""
    return line.total >= 0 and matches(rule.match, line)


def _several(causes: list[Cause], cause: Cause) -> bool:
    return sum(other.reason == cause.reason for other in causes) > 1


def _welcome(program: Program) -> int:
    return min(sum(rule.points for rule in program.earn if isinstance(rule, EarnWelcome)), AMOUNT_MAX)


def _friend(program: Program) -> int:
    return sum(rule.friend for rule in program.earn if isinstance(rule, EarnReferral))


def brings(program: Program) -> int:
    """Points for who brought somebody along."""
    return sum(rule.points for rule in program.earn if isinstance(rule, EarnReferral))
