"""What the types cannot say of a program: ids once each, what a rule, a reward or a perk has to name."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise
from typing import Any

from msgspec import UNSET, Struct
from msgspec.structs import fields

from loyalty.errors import Unfit
from loyalty.wire_program import (
    EarnItem,
    EarnReferral,
    Match,
    Program,
    Reward,
    TierRule,
)

BEST_PERCENT_MAX = 100


def check_program(program: Program) -> None:
    """Raises Unfit with the path of the first field that cannot be."""
    _ids(program)
    _tiers(program)
    for at, match in _matches(program):
        if not (match.name or match.sku or match.category):
            raise Unfit("expected a name, a sku or a category to match", at=at)
    for place, reward in enumerate(program.rewards):
        _reward(reward, f"rewards[{place}]")
    _once(program)
    _not_yet(program)


# Told also where they are as by default.
ALWAYS: dict[type, set[str]] = {
    Program: {"rewards", "tiers", "expire_days"},
    Reward: {"kind"},
    TierRule: {"window_days"},
}


def shown(program: Program) -> dict[str, Any]:
    """The program as data, without what was left out of it."""
    found: dict[str, Any] = _without_defaults(program)
    return found


def _without_defaults(value: Any) -> Any:
    if isinstance(value, Struct):
        always = ALWAYS.get(type(value), set())
        config, out = value.__struct_config__, dict[str, Any]()
        if config.tag is not None and config.tag_field is not None:
            out[config.tag_field] = config.tag
        for field in fields(value):
            found = getattr(value, field.name)
            if found is not UNSET and (field.name in always or field.required or found != field.default):
                out[field.encode_name] = _without_defaults(found)
        return out
    return [_without_defaults(one) for one in value] if isinstance(value, tuple) else value


def _ids(program: Program) -> None:
    for field, rows in (("rewards", program.rewards), ("tiers", program.tiers), ("perks", program.perks)):
        ids = [row.id for row in rows]
        for place, one in enumerate(ids):
            if one in ids[:place]:
                raise Unfit(f"there are two {field} with the id {one}", at=f"{field}[{place}].id")
    tiers = {tier.id for tier in program.tiers}
    for at, one in _named_tiers(program):
        if one not in tiers:
            known = ", ".join(tier.id for tier in program.tiers) or "none"
            raise Unfit(f"there is no tier {one}; there are: {known}", at=at)


def _named_tiers(program: Program) -> Iterator[tuple[str, str]]:
    for place, reward in enumerate(program.rewards):
        yield from ((f"rewards[{place}].tiers[{n}]", one) for n, one in enumerate(reward.tiers))
    for place, perk in enumerate(program.perks):
        yield from ((f"perks[{place}].tiers[{n}]", one) for n, one in enumerate(perk.tiers))


def _tiers(program: Program) -> None:
    for place, tier in enumerate(program.tiers):
        if tier.measure == "top-spend" and not 1 <= tier.at_least <= BEST_PERCENT_MAX:
            raise Unfit("expected a percentage from 1 to 100", at=f"tiers[{place}].at_least")
        if tier.measure == "top-spend" and (tier.hold_days or tier.grace_days):
            field = "hold_days" if tier.hold_days else "grace_days"
            raise Unfit("a place among the best is kept while it lasts; leave this out", at=f"tiers[{place}].{field}")
    for place, (lower, tier) in enumerate(pairwise(program.tiers), 1):
        if (lower.measure, lower.window_days) != (tier.measure, tier.window_days):
            continue
        if tier.measure == "top-spend" and tier.at_least >= lower.at_least:
            raise Unfit("tiers stand lowest first: expected fewer than the one before", at=f"tiers[{place}].at_least")
        if tier.measure != "top-spend" and tier.at_least <= lower.at_least:
            raise Unfit("tiers stand lowest first: expected more than the one before", at=f"tiers[{place}].at_least")


def _matches(program: Program) -> Iterator[tuple[str, Match]]:
    for place, rule in enumerate(program.earn):
        if isinstance(rule, EarnItem):
            yield f"earn[{place}].match", rule.match
    for place, match in enumerate(program.exclude):
        yield f"exclude[{place}]", match
    for place, reward in enumerate(program.rewards):
        if isinstance(reward.match, Match):
            yield f"rewards[{place}].match", reward.match


def _reward(reward: Reward, at: str) -> None:
    """A reward says what it takes off, where its kind takes something off."""
    if reward.kind == "amount-off" and not reward.off:
        raise Unfit("expected what it takes off, in minor units", at=f"{at}.off")
    if reward.kind == "percent-off" and not reward.percent:
        raise Unfit("expected how many percent it takes off", at=f"{at}.percent")
    if reward.kind == "upgrade" and not isinstance(reward.match, Match):
        raise Unfit("expected what it makes larger or better", at=f"{at}.match")


def _once(program: Program) -> None:
    referrals = [place for place, rule in enumerate(program.earn) if isinstance(rule, EarnReferral)]
    if len(referrals) > 1:
        raise Unfit("bringing somebody along is rewarded by one rule", at=f"earn[{referrals[1]}]")


def _not_yet(program: Program) -> None:
    """What the program can already say and the house cannot do yet."""
    if program.perks:
        raise Unfit("this cannot be used yet; leave it out", at="perks", code="not-yet")
