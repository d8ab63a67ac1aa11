"""What a reward asks of a sale: the till alone knows it, so it is said before, and told apart afterwards."""

from __future__ import annotations

from typing import Any

import pytest
from msgspec.structs import replace

from loyalty.core.rewards import fits, of, percent
from loyalty.wire_program import Match, Reward
from tests import make

FREE = make.line("Latte", total=0, price=450)
CUT = make.line("Latte", total=225, price=450)
OFF = make.line("Reward", price=-450)
LATTE, CAKE = make.line("Latte", price=450), make.line("Cake", price=380)


def reward(**fields: Any) -> Reward:
    return Reward(id="r", name="R", points=10, **fields)


@pytest.mark.parametrize(
    ("asked", "lines", "kept"),
    [
        ({}, [LATTE], True),
        ({"minimum": 450}, [LATTE], True),
        ({"minimum": 451}, [LATTE], False),
        ({"minimum": 451}, [LATTE, CAKE], True),
        ({"minimum": 450}, [FREE], True),  # before it was given away
        ({"minimum": 450}, [CUT], True),
        ({"minimum": 450}, [LATTE, OFF], True),  # what is off stands on a line of its own
        ({"minimum": 451}, [LATTE, OFF], False),
        ({"match": Match(name="latte")}, [FREE, CAKE], True),
        ({"match": Match(name="latte")}, [CAKE], False),
        ({"match": Match(category="Coffee")}, [LATTE], True),  # the till says no category
        ({"match": Match(category="Coffee")}, [make.line("Cake", category="Cakes")], False),
        ({"match": Match(sku="C1")}, [LATTE], True),
        ({"minimum": 900}, [replace(LATTE, list_price=None)], True),  # less a discount, perhaps
        ({"match": Match(name="Latte"), "minimum": 900}, [LATTE], False),
        ({"match": Match(name="Latte"), "minimum": 900}, [], True),  # a till that tells an amount alone: nobody can say
    ],
)
def test_a_sale_keeps_to_what_its_reward_asks(asked: dict[str, Any], lines: list[Any], kept: bool) -> None:
    assert fits(reward(**asked), make.sale(*lines, total=sum(line.total for line in lines) or 450)) is kept


def test_what_it_takes_off_and_what_it_is_of() -> None:
    assert percent(reward(kind="percent-off", percent=15)) == 15
    assert percent(reward(percent=15)) == 0, "a free item takes off no share"
    assert of(reward()) == ""
    assert of(reward(match=Match(category="Coffee", sku="C1"))) == "Coffee"
    assert of(reward(match=Match(sku="C1"))) == "C1"
