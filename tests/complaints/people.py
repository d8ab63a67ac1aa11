"""A shop with as many customers as a test needs, written beside the running service as it writes them itself."""

from __future__ import annotations

from contextlib import closing

from loyalty.core.days import moment
from loyalty.store.database import open_vault
from loyalty.store.marks import Marker, spelling
from loyalty.store.people import enrol
from loyalty.wire import Consents, Enrolment
from tests import make
from tests.running import Shop

REMEMBERED = Consents(recognise=True, remember=True)


def name(number: int) -> str:
    """No two alike, and every beginning shared by hundreds."""
    return f"Customer {chr(65 + number % 26)}{chr(97 + number // 26 % 26)} {number}"


def phone(number: int) -> str:
    return f"+2547{10_000_000 + number}"


def populate(shop: Shop, count: int) -> list[str]:
    """Their cards."""
    place = shop.service.place
    vault = open_vault(place)
    marker = Marker(vault)
    with closing(place.open()) as session:
        business = session.rows("SELECT business FROM shops WHERE id = ?", (shop.id,))[0][0]
        with session.transaction():
            session.turn([business])
            made = []
            for number in range(count):
                mark = marker.mark(business, make.ZONE.key, "phone", phone(number))
                assert mark is not None
                wanted = Enrolment(name=name(number), consents=REMEMBERED)
                marks = [(mark, spelling("phone", phone(number), make.ZONE.key))]
                made.append(enrol(session, vault, business, wanted, marks, moment(shop.service.now)).card)
    return made
