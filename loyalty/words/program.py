"""The program that a new business begins with, its names as its customers read them."""

from __future__ import annotations

from msgspec.structs import replace

from loyalty.core.facts import Msg
from loyalty.wire_program import Program
from loyalty.words import catalogue


def spoken(program: Program, language: str) -> Program:
    """Rewards and tiers are named by their ids, in this language."""
    words = catalogue(language)

    def named(id: str) -> str:
        return words.text(Msg(f"program.{id}"), lambda _: "")

    return replace(
        program,
        rewards=tuple(replace(reward, name=named(reward.id)) for reward in program.rewards),
        tiers=tuple(replace(tier, name=named(tier.id)) for tier in program.tiers),
    )
