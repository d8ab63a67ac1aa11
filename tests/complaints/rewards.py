"""Rewards, asked for and used at the counter as a screen does it, and what they moved in the books."""

from __future__ import annotations

from typing import Any

import httpx

from tests.complaints.books import REWARD
from tests.running import Enrolled, Message, Shop, wait_until

REDEMPTIONS = "/v1/redemptions"


def wanted(who: Enrolled, key: str, **fields: Any) -> Message:
    return {"customer": who.id, "reward": REWARD["id"], "till": "1", "key": key} | fields


def ask(shop: Shop, who: Enrolled, key: str = "k1", **fields: Any) -> httpx.Response:
    return shop.http("POST", REDEMPTIONS, shop.screen_key, wanted(who, key, **fields))


def reserve(shop: Shop, who: Enrolled, key: str = "k1", **fields: Any) -> Message:
    answer = ask(shop, who, key, **fields)
    assert answer.status_code == 201, answer.text
    made: Message = answer.json()
    return made


def end(shop: Shop, made: Message, how: str) -> httpx.Response:
    return shop.http("POST", f"{REDEMPTIONS}/{made['id']}/{how}", shop.screen_key)


def state(shop: Shop, made: Message) -> str:
    found: str = shop.service.one("SELECT state FROM redemptions WHERE id = ?", made["id"])
    return found


def run_out(shop: Shop, *made: Message) -> None:
    """Until no reservation waits any more, whatever became of it."""
    shop.service.pass_time(minutes=16)
    for one in made:
        wait_until(lambda one=one: state(shop, one) != "reserved")  # type: ignore[misc]


def moves(shop: Shop, who: Enrolled, redemption: Message) -> list[tuple[int, str]]:
    """What a redemption moved, the oldest first."""
    entries = shop.customer(who)["entries"][::-1]
    return [(one["points"], one["reason"]) for one in entries if one["redemption"] == redemption["id"]]
