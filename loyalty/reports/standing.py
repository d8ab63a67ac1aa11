"""A customer's standing as of now, outside the line: for pages and lists."""

from __future__ import annotations

from typing import TYPE_CHECKING

from loyalty.core import memory
from loyalty.core.reading import Reading, read

if TYPE_CHECKING:
    from loyalty.ingest import Line


LAST_SHOP = "SELECT shop FROM sales WHERE person = ? ORDER BY at DESC, source DESC, ref DESC, shop DESC LIMIT 1"


def of(line: Line, shop: str, blob: bytes, points: int) -> Reading:
    """What the counter would know if they came in now."""
    facts = line.settings.shops[shop]
    program = line.settings.programs[facts.business, facts.program]
    now = line.now
    day, _ = facts.calendar.read(now)
    house = line.houses.read(line.session, shop, day)
    return read(memory.load(blob), house, program, facts.calendar, points, now)


def home_shop(line: Line, business: str, person: str) -> str:
    """The shop of their last sale, else the business's first."""
    row = line.session.row(
        "SELECT shop FROM sales WHERE person = ? ORDER BY at DESC, source DESC, ref DESC, shop LIMIT 1", (person,)
    )
    if row is None:
        row = line.session.row("SELECT id FROM shops WHERE business = ? ORDER BY created_at, id LIMIT 1", (business,))
    assert row is not None, business
    return str(row[0])
