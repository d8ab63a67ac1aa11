"""Shops and programs, as the line and the pages know them."""

from __future__ import annotations

from typing import Any
from zoneinfo import ZoneInfo

from msgspec import msgpack

from loyalty.core.days import Calendar
from loyalty.core.known import ShopFacts
from loyalty.store.gifts import budgets
from loyalty.store.session import Session
from loyalty.wire_program import Program

_program = msgpack.Decoder(Program).decode


class Settings:
    """Shops and programs: read once, and again when one may have changed. What has not is the same object as before: a
    shop's calendar has learned its minutes, and a chain has many shops."""

    def __init__(self) -> None:
        self.shops: dict[str, ShopFacts] = {}
        self.programs: dict[tuple[str, int], Program] = {}
        self.holding: frozenset[str] = frozenset()
        self.unasked: frozenset[str] = frozenset()  # businesses that ask nobody how it was
        self.multiplying: frozenset[str] = frozenset()  # businesses of which some program makes more of points
        self._read: dict[str, tuple[tuple[Any, ...], ShopFacts]] = {}  # by shop: what it was made from

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
        rows = session.rows("SELECT business, version, made_at FROM programs ORDER BY business, version")
        self.programs = self._programs(session, [(business, version) for business, version, _ in rows])
        self.multiplying = frozenset(place[0] for place, program in self.programs.items() if program.multiplies)
        versions: dict[str, tuple[tuple[int, int], ...]] = {}
        for business, version, made_at in rows:
            versions[business] = (*versions.get(business, ()), (made_at, version))
        rows = session.rows("SELECT id FROM businesses WHERE hold_out > 0")
        self.holding = frozenset(row[0] for row in rows)
        rows = session.rows("SELECT id FROM businesses WHERE unasked")
        self.unasked = frozenset(row[0] for row in rows)
        given = budgets(session)
        found = {row[0]: (*row, versions[row[1]], given.get(row[0])) for row in shops}
        self._read = {id: self._read_again(id, row) for id, row in found.items()}
        self.shops = {id: facts for id, (_, facts) in self._read.items()}

    def _programs(self, session: Session, wanted: list[tuple[str, int]]) -> dict[tuple[str, int], Program]:
        """A version never changes."""
        known = self.programs
        rows = session.matching(
            "WITH w (a, b) AS (VALUES {}) SELECT business, version, body FROM w CROSS JOIN programs"
            " ON business = a AND version = b",
            [place for place in wanted if place not in known],
        )
        read = {(business, version): _program(body) for business, version, body in rows}
        return {place: known.get(place) or read[place] for place in wanted}

    def _read_again(self, id: str, row: tuple[Any, ...]) -> tuple[tuple[Any, ...], ShopFacts]:
        known = self._read.get(id)
        if known is not None and known[0] == row:
            return known
        _, business, name, currency, zone, ends, language, program, versions, budget = row
        calendar = Calendar(ZoneInfo(zone), ends)
        return row, ShopFacts(id, business, name, currency, calendar, language, program, versions, budget)


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
