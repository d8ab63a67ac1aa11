"""Shops and programs, as the line and the pages know them."""

from __future__ import annotations

from zoneinfo import ZoneInfo

from msgspec import msgpack

from loyalty.core.days import Calendar
from loyalty.core.known import ShopFacts
from loyalty.store.gifts import budgets
from loyalty.store.session import Session
from loyalty.wire_program import Program

_program = msgpack.Decoder(Program).decode


class Settings:
    """Shops and programs: read once, and again when one changed."""

    def __init__(self) -> None:
        self.shops: dict[str, ShopFacts] = {}
        self.programs: dict[tuple[str, int], Program] = {}
        self.holding: frozenset[str] = frozenset()
        self.unasked: frozenset[str] = frozenset()  # businesses that ask nobody how it was
        self.multiplying: frozenset[str] = frozenset()  # businesses of which some program makes more of points

    def shop(self, session: Session, shop: str) -> ShopFacts | None:
        if shop not in self.shops:
            self.read(session)
        return self.shops.get(shop)

    def read(self, session: Session) -> None:
        """Put in place whole: the loop reads them at any moment. Shops first: whoever opens one meanwhile has a program
        by the time that programs are read."""
        shops = session.rows(
            "SELECT s.id, s.business, s.name, s.currency, s.timezone, s.day_ends, s.language, b.program"
            " FROM shops s JOIN businesses b ON b.id = s.business"
        )
        rows = session.rows("SELECT business, version, body, made_at FROM programs ORDER BY business, version")
        known = self.programs
        self.programs = {(row[0], row[1]): known.get((row[0], row[1])) or _program(row[2]) for row in rows}
        self.multiplying = frozenset(place[0] for place, program in self.programs.items() if program.multiplies)
        versions: dict[str, tuple[tuple[int, int], ...]] = {}
        for business, version, _, made_at in rows:
            versions[business] = (*versions.get(business, ()), (made_at, version))
        rows = session.rows("SELECT id FROM businesses WHERE hold_out > 0")
        self.holding = frozenset(row[0] for row in rows)
        rows = session.rows("SELECT id FROM businesses WHERE unasked")
        self.unasked = frozenset(row[0] for row in rows)
        given = budgets(session)
        self.shops = {
            id: ShopFacts(
                *(id, business, name, currency, Calendar(ZoneInfo(zone), ends), language, program),
                *(versions[business], given.get(id)),
            )
            for id, business, name, currency, zone, ends, language, program in shops
        }


def home_shop(session: Session, business: str, person: str) -> str:
    """The shop of their last sale, else the business's first."""
    row = session.row(
        "SELECT shop FROM sales WHERE person = ? ORDER BY at DESC, source DESC, ref DESC, shop DESC LIMIT 1", (person,)
    )
    return str(row[0]) if row is not None else first_shop(session, business)


def first_shop(session: Session, business: str) -> str:
    row = session.row("SELECT id FROM shops WHERE business = ? ORDER BY created_at, id LIMIT 1", (business,))
    assert row is not None, business
    return str(row[0])
