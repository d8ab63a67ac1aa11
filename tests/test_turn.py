"""A turn: whoever decides for a business first learns whether what they remember of it still holds."""

from __future__ import annotations

import asyncio
from contextlib import closing

from loyalty.acts.shops import open_business
from loyalty.store.database import Place, prepare
from loyalty.wire import NewShop


def test_a_turn_tells_whether_somebody_else_wrote_since_the_last_one(tmp_path):
    place = Place.of(f"sqlite:///{tmp_path}/loyalty.db")
    vault = asyncio.run(prepare(place))
    with closing(place.open()) as one, closing(place.open()) as other:
        with one.transaction():
            assert not one.turn(["b"])  # nothing was remembered yet
        with one.transaction():
            assert one.turn(["b"])
            open_business(one, vault, NewShop(name="Corner", currency="KES", timezone="Africa/Nairobi"), 0)
        with one.transaction():
            assert one.turn(["b"]), "what a session wrote itself it knows"
        with other.transaction():
            other.run("UPDATE businesses SET name = 'Harbour'")
        with one.transaction():
            assert not one.turn(["b"])
        with one.transaction():
            assert one.turn(["b"])
