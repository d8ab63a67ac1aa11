"""A customer's standing as of now, outside the line: for pages and lists."""

from __future__ import annotations

from loyalty.core import memory
from loyalty.core.reading import Reading, read
from loyalty.store.view import View

LAST_SHOP = "SELECT shop FROM sales WHERE person = ? ORDER BY at DESC, source DESC, ref DESC, shop DESC LIMIT 1"


def of(view: View, shop: str, blob: bytes, points: int) -> Reading:
    """What the counter would know if they came in now."""
    facts = view.settings.shops[shop]
    program = view.settings.programs[facts.business, facts.program]
    now = view.now
    day, _ = facts.calendar.read(now)
    house = view.houses.read(view.session, shop, day)
    return read(memory.load(blob), house, program, facts.calendar, points, now)


def home_shop(view: View, business: str, person: str) -> str:
    """The shop of their last sale, else the business's first."""
    row = view.session.row(LAST_SHOP, (person,))
    if row is None:
        row = view.session.row("SELECT id FROM shops WHERE business = ? ORDER BY created_at, id LIMIT 1", (business,))
    assert row is not None, business
    return str(row[0])
