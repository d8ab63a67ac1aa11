"""What is remembered of passes between two looks is of those that somebody still has."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path
from typing import cast

from loyalty.clock import MovedClock
from loyalty.reader import Reader
from loyalty.settings import settings
from loyalty.store import wallets
from loyalty.store.lite import LiteSession
from loyalty.store.view import View
from loyalty.store.wallets import Pass
from loyalty.telling import READ_MAX, Teller
from loyalty.writer import Writer
from tests import make
from tests.promises.inside import Bench, House
from tests.promises.stories import OPENED, PROGRAM

SERIALS = [f"{n:04}" for n in range(READ_MAX + 1)]


def keep(house: House, serials: list[str]) -> None:
    """Passes of letters that are no more: they show nothing, and nothing of them changes."""
    person = house.cafe.people["Amina"]
    with house.session.transaction():
        for serial in serials:
            one = Pass(serial, house.cafe.business, person, "apple", "", "en", wallets.VOID, 0)
            wallets.keep(house.session, one, house.line.now)
            wallets.register(house.session, one, "phone", b"push", house.line.now)


async def test_a_pass_that_nobody_has_any_more_is_let_go_of(tmp_path: Path) -> None:
    bench = Bench(tmp_path, {make.AMINA: make.REMEMBERED}, PROGRAM, OPENED)
    with bench.house(OPENED) as house, closing(LiteSession(house.path)) as session:
        keep(house, SERIALS)
        reader = Reader(View(session, bench.vault, MovedClock(house.clock)))
        nothing_changes = cast(Writer, None)
        teller = Teller(settings({}, {}), tmp_path, reader, nothing_changes, MovedClock(house.clock))
        looks = -(-len(SERIALS) // READ_MAX)
        for _ in range(looks):
            await teller.look()
        assert sorted(teller._seen) == SERIALS
        with house.session.transaction():
            for serial in SERIALS[1:]:
                wallets.unregister(house.session, serial, "phone")
        await teller.look()
        assert list(teller._seen) == SERIALS[:1]
