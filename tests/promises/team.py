"""The people who work in a shop of the tests, and what they do at its screens."""

from __future__ import annotations

from contextlib import closing
from typing import Any

import httpx
from argon2 import PasswordHasher

from loyalty.acts import staff
from loyalty.clock import MovedClock
from loyalty.ingest import Line
from loyalty.store.database import open_vault
from loyalty.wire_staff import NewMember
from tests.running import Message, Shop

STAFF = "/v1/staff"
SESSION = "/v1/staff/session"
WANJIRU, OTIENO = ("Wanjiru", "4821"), ("Otieno", "90125")
CHEAP = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)


def employ(shop: Shop, /, name: str = "Wanjiru", pin: str = "4821", **fields: Any) -> str:
    """Their id."""
    made: str = shop.owner("POST", STAFF, {"name": name, "pin": pin} | fields)["id"]
    return made


def hire(shop: Shop, /, name: str = "Wanjiru", pin: str = "4821", **fields: Any) -> str:
    """As `employ`, for tests of something else: beside the running service, with a hash that costs nothing.

    A hash says itself how it was made, so that whoever signs on with this PIN does not wait for a slow one either.
    """
    place, clock = shop.service.place, shop.service.clock
    assert clock is not None
    business = shop.service.one("SELECT business FROM shops WHERE id = ?", shop.id)
    with closing(place.open()) as session, session.transaction():
        line = Line(session, open_vault(place), MovedClock(clock))
        line.take_turn([business])
        return staff.add(line, business, NewMember(name=name, pin=pin, **fields), CHEAP.hash(pin)).id


def sign_on(
    shop: Shop, member: str, pin: str = "4821", till: str | None = "1", token: str | None = None
) -> httpx.Response:
    wanted = {"staff": member, "pin": pin, "till": till}
    return shop.http("POST", SESSION, shop.screen_key, wanted, headers=by(token))


def take(shop: Shop, member: str, pin: str = "4821", till: str | None = "1", token: str | None = None) -> str:
    """The token of their shift."""
    answer = sign_on(shop, member, pin, till, token)
    assert answer.status_code == 201, answer.text
    taken: str = answer.json()["token"]
    return taken


def by(token: str | None) -> dict[str, str]:
    return {} if token is None else {"Regulars-Staff": token}


def asked(shop: Shop, method: str, path: str, body: object = None, token: str | None = None) -> httpx.Response:
    """By the screen, in the name of whoever has taken it."""
    return shop.http(method, path, shop.screen_key, body, headers=by(token))


def deeds(shop: Shop) -> list[tuple[Any, ...]]:
    """What was done at the counters of this shop, in order: what, by whom, at which till, of whom, points."""
    return shop.service.rows(
        "SELECT what, staff, till, customer, points FROM deeds WHERE shop = ? ORDER BY id", shop.id
    )


def error_of(answer: httpx.Response) -> tuple[int, str]:
    found: Message = answer.json()["error"]
    return answer.status_code, found["code"]
