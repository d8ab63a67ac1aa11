"""What the demo café lets its staff give: two perks for those who come most, and a few surprises a week."""

from __future__ import annotations

import httpx
import msgspec
from msgspec.structs import replace

from loyalty.wire_gifts import SetBudget
from loyalty.wire_program import Perk, Program

PERKS = (
    Perk(id="size-up", name="A size up", kind="larger", tiers=("gold",), cost=8_000),
    Perk(id="biscuit", name="A ginger biscuit", kind="extra", tiers=("silver",), a_day_shop=12, cost=5_000),
)
A_WEEK, COST = 6, 30_000


def with_perks(program: Program) -> Program:
    """The program that every shop begins with, and these."""
    return replace(program, perks=PERKS)


async def allow(client: httpx.AsyncClient, owner_key: str, shop: str) -> None:
    """As the owner does on their page."""
    headers = {"Authorization": f"Bearer {owner_key}", "Content-Type": "application/json"}
    answer = await client.get("/v1/program", headers=headers)
    answer.raise_for_status()
    program = with_perks(msgspec.json.decode(answer.content, type=Program))
    budget = SetBudget(shop=shop, a_week=A_WEEK, cost=COST)
    for path, body in (("/v1/program", program), ("/v1/surprises/budget", budget)):
        answer = await client.put(path, content=msgspec.json.encode(body), headers=headers)
        answer.raise_for_status()
