"""Of a customer's copy what was learned of them: the memory as it is stored, with names in the place of positions."""

from __future__ import annotations

from datetime import date
from itertools import pairwise
from typing import Any

from loyalty.core import memory
from loyalty.core.days import PARTS
from loyalty.core.memory import Memory
from loyalty.reports.copy_of import Part, Whose, told


def read(whose: Whose) -> Part:
    row = whose.view.session.row(
        "SELECT memory, last_at, regular_until, becoming_until FROM states WHERE customer = ?", (whose.person,)
    )
    blob, *listed = row if row is not None else (b"", None, None, None)
    return {"learned": _learned(memory.load(blob)), "listed": _listed(*listed)}


def _learned(known: Memory) -> Part:
    drinks = {
        habit.name: {
            "in_visits": _places(memory.mask_of(known, habit)),
            "weight": habit.weight,
            "variations": habit.variations,
            "modifiers": habit.modifiers,
        }
        for habit in known.habits.values()
    }
    return {
        "visits": known.visits,
        "last_at": told(known.at) if known.at >= 0 else None,
        "last": list(known.last),
        "before": list(known.before),
        "drinks": drinks,
        "drinks_by_number": known.skus,
        "visits_by_part_of_day": {name: _places(mask) for name, mask in zip(PARTS, known.parts, strict=True)},
        "rhythm": _rhythm(known),
        "days": _days(known),
    }


def _rhythm(known: Memory) -> Part:
    """How often they come: `heat` grows by one with each day of a visit, and halves in thirty days."""
    pace = known.pace
    return {
        "days": pace.days,
        "gaps": pace.gaps,
        "log_gaps": pace.log_gaps,
        "heat": pace.heat,
        "regular": pace.regular,
    }


def _days(known: Memory) -> list[Part]:
    """The days of their visits with what was spent, two years back; of the first of them what came before counts in."""
    days = memoryview(known.days.day).cast("i")
    sums = [memoryview(packed).cast("q") for packed in (known.days.visits, known.days.spend)]
    each = [[total - before for before, total in pairwise((0, *totals))] for totals in sums]
    return [
        {"day": date.fromordinal(day).isoformat(), "visits": visits, "spend": spend}
        for day, visits, spend in zip(days, *each, strict=True)
    ]


def _listed(last_at: int | None, regular: int | None, becoming: int | None) -> Part:
    """By what they stand in the owner's lists: their last visit, and until when they are a regular if no more comes."""
    return {"last_at": told(last_at), "regular_until": _day(regular), "becoming_until": _day(becoming)}


def _day(ordinal: int | None) -> Any:
    return date.fromordinal(ordinal).isoformat() if ordinal else None


def _places(mask: int) -> list[int]:
    """1 is the newest visit."""
    return [place + 1 for place in range(mask.bit_length()) if mask >> place & 1]
