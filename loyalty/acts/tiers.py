"""The owner gives somebody a tier by hand, to the end of a day; or takes it away again."""

from __future__ import annotations

from loyalty.errors import Gone, Unfit, Unknown
from loyalty.ingest import Line
from loyalty.store import merges, tiers
from loyalty.wire_tiers import BY_HAND_DAYS_MAX, SetTier

HOME = (
    "SELECT c.secret, c.erased_at, COALESCE(s.shop, (SELECT id FROM shops WHERE business = c.business"
    " ORDER BY created_at, id LIMIT 1)) FROM customers c LEFT JOIN states s ON s.customer = c.id"
    " WHERE c.id = ? AND c.business = ?"
)


def set_tier(line: Line, business: str, person: str, wanted: SetTier) -> None:
    """From now on, and to the end of its last day; in the place of one that was set before."""
    person = merges.kept_id(line.session, business, person)
    secret, shop = _found(line, business, person)
    begins = _after_sales(line, person)
    facts = line.settings.shops[shop]
    known = _order(line, business)
    if wanted.tier not in known:
        raise Unfit(f"there is no tier {wanted.tier}; there are: {', '.join(known) or 'none'}", at="tier")
    today, _ = facts.calendar.read(line.now)
    until = wanted.until.toordinal()
    if not today <= until <= today + BY_HAND_DAYS_MAX:
        raise Unfit("expected a last day from today on, at most two years ahead", at="until")
    sealed = line.vault.person(secret).seal(wanted.reason)
    tiers.put(line.session, business, person, tiers.HandRow(wanted.tier, until, sealed, begins), today)
    hold_again(line, business, person)


def end_tier(line: Line, business: str, person: str) -> None:
    """What they have from here on is what they earned. Done twice it is done."""
    person = merges.kept_id(line.session, business, person)
    ends = _after_sales(line, person)
    for one, _ in merges.members(line.session, person):
        tiers.end(line.session, one, ends)


def _after_sales(line: Line, person: str) -> int:
    """Now, and after all that was sold to them: what has earned by their tier has earned, whatever the clock says."""
    row = line.session.row("SELECT MAX(at) FROM sales WHERE person = ?", (person,))
    return max(line.now, (row[0] if row is not None and row[0] is not None else -1) + 1)


def hold_again(line: Line, business: str, person: str) -> None:
    """What was set by hand for all who are this person now."""
    _, shop = _found(line, business, person)
    today, _ = line.settings.shops[shop].calendar.read(line.now)
    tiers.hold_again(line.session, person, _order(line, business), today)


def _order(line: Line, business: str) -> list[str]:
    """The tiers of the program now in force, the lowest first."""
    version = next(shop.program for shop in line.settings.shops.values() if shop.business == business)
    return [rule.id for rule in line.settings.programs[business, version].tiers]


def _found(line: Line, business: str, person: str) -> tuple[bytes, str]:
    row = line.session.row(HOME, (person, business))
    if row is None:
        raise Unknown("there is no such customer in this business", code="unknown-customer")
    if row[1] is not None:
        raise Gone("this customer was erased")
    return row[0], row[2]
