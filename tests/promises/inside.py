"""The line inside this process, for properties that need hundreds of businesses: real decisions, real SQLite."""

from __future__ import annotations

import shutil
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from itertools import count
from pathlib import Path
from typing import Any

import msgspec

from loyalty.acts.people import take_in
from loyalty.acts.shops import add_shop, open_business, put_program
from loyalty.clock import MovedClock, move
from loyalty.core import memory
from loyalty.core.days import moment
from loyalty.core.decide import Answer
from loyalty.core.facts import Ident, Mark, PresenceIn, SaleIn
from loyalty.ingest import Line
from loyalty.reports import person as report
from loyalty.store.database import Place
from loyalty.store.houses import sum_day
from loyalty.store.lite import LiteSession
from loyalty.store.marks import Marker, spelling
from loyalty.store.secrets import Vault
from loyalty.store.verify import verify
from loyalty.wire import Consents, NewShop, Presence, Transaction
from loyalty.wire_program import Program
from tests import make
from tests.migrated import migrated

NOTHING_KNOWN = memory.dump(memory.Memory())
SHOPS = {make.SHOP: ("KES", "Africa/Nairobi"), make.OTHER_SHOP: ("KWD", "Asia/Kuwait")}


@dataclass(frozen=True)
class Cafe:
    """The ids of a business: its shops by their names in `make`, its people by theirs."""

    business: str
    shops: dict[str, str]
    people: dict[str, str]


class Bench:
    """Furnishes one database and copies it for every house, so that two of them differ in nothing."""

    def __init__(self, folder: Path, people: Mapping[make.Who, Consents], program: Program, now: datetime) -> None:
        self.folder = folder
        self.vault = migrated(Place.of(f"sqlite:///{folder}/first.db"))
        self._numbers = count(1)
        first = House(folder / "first.db", self.vault, _opened(folder / "first.db", self.vault, program, now), now)
        for who, consents in people.items():
            first.enrol(who, consents=consents)
        self.cafe = first.cafe
        first.close()

    @contextmanager
    def house(self, now: datetime) -> Iterator[House]:
        path = self.folder / f"{next(self._numbers)}.db"
        shutil.copy(self.folder / "first.db", path)
        cafe = Cafe(self.cafe.business, self.cafe.shops, dict(self.cafe.people))
        house = House(path, self.vault, cafe, now)
        try:
            yield house
        finally:
            house.close()
            for left in self.folder.glob(f"{path.name}*"):
                left.unlink()


def _opened(path: Path, vault: Vault, program: Program, now: datetime) -> Cafe:
    """A business with the shops of `make`, the first of them the elder."""
    session = LiteSession(path)
    at = moment(now)
    first, *others = (NewShop(name=name, currency=currency, timezone=zone) for name, (currency, zone) in SHOPS.items())
    with session.transaction():
        opened = open_business(session, vault, first, at)
        shops = {shop.name: add_shop(session, opened.business, shop, at + 1) for shop in others}
        put_program(session, opened.business, program, at)
    session.close()
    return Cafe(opened.business, {first.name: opened.shop} | shops, {})


class House:
    """One business with two shops, whose sales go straight into the line."""

    def __init__(self, path: Path, vault: Vault, cafe: Cafe, now: datetime) -> None:
        self.path = path
        self.cafe = cafe
        self.session = LiteSession(path)
        self.clock = path.with_suffix(".db.clock")
        self.move(now)
        self.line = Line(self.session, vault, MovedClock(self.clock))
        self.marker = Marker(vault)
        self.line.settings.read(self.session)

    def close(self) -> None:
        self.session.close()

    def move(self, to: datetime) -> None:
        move(self.clock, to)

    def enrol(self, who: make.Who, *kinds: Any, consents: Consents = make.REMEMBERED, **fields: Any) -> str:
        wanted = make.enrolment(who, *kinds, consents=consents, **fields)
        business, zone = self.cafe.business, SHOPS[make.SHOP][1]
        marks = {self._mark(one.kind, one.value): spelling(one.kind, one.value, zone) for one in wanted.identifiers}
        with self.session.transaction():
            made = take_in(self.line, business, wanted, list(marks.items()))
        self.cafe.people[who.name] = made.person
        return made.person

    # -- deliveries ---------------------------------------------------------------------------------------------------
    def deliver(self, *sales: Transaction | Presence) -> list[Answer]:
        """One batch, one commit."""
        with self.session.transaction():
            return self.line.run([self._read(sale) for sale in sales])

    def _read(self, message: Transaction | Presence) -> SaleIn | PresenceIn:
        shop = self.cafe.shops[message.shop]
        facts = self.line.settings.shops[shop]
        zone, now = facts.calendar.zone.key, self.line.now
        message = msgspec.structs.replace(message, shop=shop)
        if isinstance(message, Transaction):
            marks = self.marker.of_sale(self.cafe.business, zone, message)
            return SaleIn(message, Ident(shop, message.source, message.id), self.cafe.business, marks, now)
        assert message.phone is not None, "in here people check in by telephone"
        return PresenceIn(message, self.cafe.business, self._mark("phone", message.phone), now)

    def _mark(self, kind: str, value: str) -> Mark:
        found = self.marker.mark(self.cafe.business, SHOPS[make.SHOP][1], kind, value)
        assert found is not None, f"nobody can be told by {kind} {value!r}"
        return found

    # -- what came of it ----------------------------------------------------------------------------------------------
    def customers(self) -> dict[str, Any]:
        """What `GET /v1/customers/{id}` answers, less what tells when things arrived."""
        return {name: _timeless(self._read_person(person)) for name, person in self.cafe.people.items()}

    def _read_person(self, person: str) -> Any:
        with self.session.transaction():
            return msgspec.to_builtins(report.read(self.line, self.cafe.business, person, None))

    def memories(self) -> dict[str, bytes]:
        rows: dict[str, bytes] = dict(self.session.rows("SELECT customer, memory FROM states"))
        return {name: rows.get(person, NOTHING_KNOWN) for name, person in self.cafe.people.items()}

    def sums(self) -> dict[tuple[Any, ...], int]:
        """Of entries, by person and sale; sums of nothing are left out."""
        rows = self.session.rows("SELECT customer, shop, source, ref, SUM(points) FROM entries GROUP BY 1, 2, 3, 4")
        return {(self._who(row[0]), self._shop(row[1]), *row[2:4]): row[4] for row in rows if row[4]}

    def sales(self) -> dict[tuple[Any, ...], tuple[Any, ...]]:
        """Every sale as it stands: whose, what it comes to, what it gave, and why."""
        rows = self.session.rows(
            "SELECT shop, source, ref, revision, state, person, counts, taken, gave, earned, note, odd FROM sales"
        )
        return {(self._shop(row[0]), *row[1:3]): (*row[3:5], self._who(row[5]), *row[6:]) for row in rows}

    def house_days(self) -> dict[tuple[str, int], dict[str, int]]:
        """The sums of every shop's days."""
        rows = self.session.rows("SELECT DISTINCT shop, day FROM sales")
        return {(self._shop(shop), day): sum_day(self.session, shop, day) for shop, day in rows}

    def cues(self) -> list[tuple[Any, ...]]:
        """Messages to the screens in their order, without the ids that chance made."""
        return self.session.rows(
            "SELECT s.name, m.seq, m.till, m.kind, m.outcome, c.renewed_at, c.closed_at FROM messages m"
            " JOIN shops s ON s.id = m.shop JOIN cues c ON c.id = m.cue ORDER BY s.name, m.seq"
        )

    def differences(self) -> list[str]:
        """What `loyalty verify` finds."""
        said: list[str] = []
        found = verify(f"sqlite:///{self.path}", said.append)
        return said[:-1] if found else []

    def balances(self) -> dict[str, tuple[int, int, list[int]]]:
        """(points, sum of entries, their numbers) of everybody."""
        found: dict[str, tuple[int, int, list[int]]] = {}
        for name, person in self.cafe.people.items():
            state = self.session.row("SELECT points FROM states WHERE customer = ?", (person,))
            rows = self.session.rows("SELECT n, points FROM entries WHERE customer = ? ORDER BY id", (person,))
            found[name] = (state[0] if state else 0, sum(row[1] for row in rows), [row[0] for row in rows])
        return found

    def _who(self, person: str | None) -> str | None:
        return next((name for name, id in self.cafe.people.items() if id == person), None)

    def _shop(self, shop: str | None) -> str:
        return next((name for name, id in self.cafe.shops.items() if id == shop), "")


def _timeless(person: Any) -> Any:
    kept = ("name", "greeting", "consents", "identifiers", "recognition", "points", "visits")
    return {name: person[name] for name in kept}


def batches(sales: Sequence[Transaction], sizes: Iterable[int]) -> Iterator[Sequence[Transaction]]:
    """The sales cut into batches of these sizes, over and over."""
    start = 0
    while start < len(sales):
        for size in sizes:
            yield sales[start : start + size]
            start += size
            if start >= len(sales):
                return
