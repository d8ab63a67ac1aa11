"""What an owner may set, and what is refused with the path of the field."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from loyalty.core.program import check_program
from loyalty.errors import Unfit
from loyalty.wire_program import EarnItem, EarnReferral, EarnVisit, Match, Perk, Program, Reward, TierRule

COFFEE, GOLD = (
    Reward(id="coffee", name="Coffee", points=10),
    TierRule(id="gold", name="Gold", measure="visits", at_least=5),
)
POINT = EarnVisit(points=1)
LARGER = Perk(id="larger", name="A size up", kind="larger", tiers=("gold",))


def with_tiers(*tiers: str) -> Program:
    return Program(earn=(), tiers=(GOLD,), rewards=(replace(COFFEE, tiers=tiers),))


def item(**match: str) -> EarnItem:
    return EarnItem(match=Match(**match), points=2)


@pytest.mark.parametrize(
    "program",
    [
        Program(earn=()),
        Program(earn=(POINT, item(name="Latte"), item(sku="L"), item(category="Coffee"), item(name="a", sku="b"))),
        Program(
            earn=(POINT,),
            rewards=(COFFEE, replace(COFFEE, id="cake")),
            tiers=(GOLD, replace(GOLD, id="coffee", at_least=6)),
        ),
    ],
)
def test_a_program_that_can_be(program):
    check_program(program)


@pytest.mark.parametrize(
    ("program", "path", "code"),
    [
        (Program(earn=(), rewards=(COFFEE, COFFEE)), "rewards[1].id", "bad-field"),
        (
            Program(earn=(), tiers=(GOLD, replace(GOLD, id="silver", at_least=6), replace(GOLD, at_least=7))),
            "tiers[2].id",
            "bad-field",
        ),
        (Program(earn=(), tiers=(GOLD, replace(GOLD, id="bronze", at_least=2))), "tiers[1].at_least", "bad-field"),
        (Program(earn=(POINT, item())), "earn[1].match", "bad-field"),
        (Program(earn=(POINT,), exclude=(Match(),)), "exclude[0]", "bad-field"),
        (Program(earn=(), tiers=(replace(GOLD, measure="top-spend", at_least=101),)), "tiers[0].at_least", "bad-field"),
        (
            Program(
                earn=(),
                tiers=(
                    replace(GOLD, measure="top-spend", at_least=5),
                    replace(GOLD, id="silver", measure="top-spend", at_least=20),
                ),
            ),
            "tiers[1].at_least",
            "bad-field",
        ),
        (
            Program(earn=(), tiers=(GOLD, replace(GOLD, id="best", measure="top-spend", at_least=5, grace_days=1))),
            "tiers[1].grace_days",
            "bad-field",
        ),
        (Program(earn=(), rewards=(replace(COFFEE, kind="amount-off"),)), "rewards[0].off", "bad-field"),
        (Program(earn=(), rewards=(replace(COFFEE, kind="percent-off"),)), "rewards[0].percent", "bad-field"),
        (Program(earn=(), rewards=(replace(COFFEE, kind="upgrade"),)), "rewards[0].match", "bad-field"),
        (Program(earn=(), rewards=(replace(COFFEE, match=Match()),)), "rewards[0].match", "bad-field"),
        (
            with_tiers("gold", "g"),
            "rewards[0].tiers[1]",
            "bad-field",
        ),
        (
            Program(earn=(), perks=(LARGER,)),
            "perks[0].tiers[0]",
            "bad-field",
        ),
        (
            Program(
                earn=(
                    EarnReferral(points=1),
                    POINT,
                    EarnReferral(points=1),
                )
            ),
            "earn[2]",
            "bad-field",
        ),
    ],
)
def test_a_program_that_cannot_be_is_refused_with_the_path(program, path, code):
    with pytest.raises(Unfit) as refused:
        check_program(program)
    assert (refused.value.at, refused.value.code) == (path, code)
