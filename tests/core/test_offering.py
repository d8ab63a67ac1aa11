"""What the barista may give: shown as one permission, to whom it may be shown, as often as the program allows."""

from __future__ import annotations

from datetime import timedelta
from typing import get_args

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec import json
from msgspec.structs import replace

from loyalty.core import offering
from loyalty.core.facts import CueRow, Drink, Msg
from loyalty.core.gifts import Gift, Give, Tally
from loyalty.core.usual import Foresight, Guess
from loyalty.errors import Conflict
from loyalty.wire import Greeting
from loyalty.wire_program import EarnSpend, Perk, Program, TierRule
from tests import make
from tests.core.cafe import BUSINESS, Cafe

TIER = TierRule(id="friend", name="Zebrawood", measure="visits", at_least=3)
LARGER = Perk(id="larger", name="A size up", kind="larger", tiers=("friend",), cost=80)
BISCUIT = Perk(id="biscuit", name="A biscuit", kind="extra", tiers=("friend",), cost=30)
FIRST = Perk(id="first", name="No queue", kind="first", tiers=("friend",))
SIZES = ("Small", "Medium", "Large")


def cafe(*perks: Perk, greeting: Greeting = "full", price: int = make.LATTE) -> Cafe:
    found = Cafe(Program(earn=(EarnSpend(points=1, per=100),), tiers=(TIER,), perks=perks))
    found.enrol(make.AMINA, greeting=greeting)
    latte = make.line("Latte", variation="Medium", price=price)
    found.visits(*(make.sale(latte, id=str(n), at=make.MORNING - timedelta(days=n)) for n in range(5, 0, -1)))
    return found


def shown(found: Cafe) -> CueRow:
    cue = found.say(make.presence(), now=make.MORNING).cue
    assert cue is not None
    return cue


def acts(found: Cafe) -> list[str]:
    return [kind for kind, _ in shown(found).act]


def give(found: Cafe, perk: Perk) -> Gift:
    name = f"gift-{len(found.gifts) + 1}"
    asked = Give(name, BUSINESS, make.SHOP, "1", make.AMINA.name, perk.id, None, "perk", name, None)
    gift = found.say(asked, now=make.MORNING).gift
    assert gift is not None
    return gift


def test_the_owners_first_perk_is_offered_and_the_next_when_it_is_used_up():
    found = cafe(replace(LARGER, a_day=2), BISCUIT, FIRST)
    for kind in ("upgrade", "upgrade", "extra", "first"):
        cue = shown(found)
        assert [one for one, _ in cue.act] == [kind]
        assert cue.give is not None
        give(found, next(one for one in (LARGER, BISCUIT, FIRST) if one.id == cue.give.perk))
    cue = shown(found)
    assert (cue.act, cue.give) == ((), None)
    assert Msg("why.perk-used") in cue.nearly


def test_more_than_a_day_allows_is_refused_and_books_nothing():
    found = cafe(LARGER)
    assert give(found, LARGER).cost == 80
    with pytest.raises(Conflict) as refused:
        give(found, LARGER)
    assert refused.value.code == "limit"
    assert len(found.gifts) == 1


def test_whoever_holds_no_tier_is_offered_nothing_and_looks_nothing_up():
    found = cafe(replace(LARGER, a_day_shop=1))
    found.enrol(make.BEN)
    found.say(make.presence(make.BEN), now=make.MORNING)
    assert found.rounds == 2, "house figures are asked for, and no more"
    assert acts(found) == ["upgrade"]


@pytest.mark.parametrize("greeting", get_args(Greeting))
def test_who_is_greeted_quietly_is_offered_nothing_on_the_screen(greeting):
    assert acts(cafe(LARGER, greeting=greeting)) == (["upgrade"] if greeting in ("full", "name") else [])


@given(
    st.sampled_from([LARGER, BISCUIT, FIRST]),
    st.sampled_from(get_args(Greeting)),
    st.integers(10**6, 10**8).filter(lambda n: n % 10 != 0),
)
@settings(max_examples=40, deadline=None)
def test_a_cue_never_shows_a_tier_or_what_somebody_spent(perk, greeting, price):
    said = json.encode(replace(shown(cafe(perk, greeting=greeting, price=price)), id="")).decode()
    assert "Zebrawood" not in said
    assert '"friend"' not in said
    assert not [one for one in range(1, 6) if str(price * one) in said]


LADDERS = [
    # the size they usually take, what the house sells, what is said
    ("Medium", SIZES, ("Medium", "Large")),
    ("Large", SIZES, ("", "")),
    ("Huge", SIZES, ("", "")),
    ("", SIZES, ("", "")),
    ("Medium", (), ("", "")),
]


@pytest.mark.parametrize(("size", "sold", "said"), LADDERS)
def test_one_larger_is_said_where_both_sizes_are_known(size, sold, said):
    usual = Foresight((Guess("latte", Drink("Latte", size), 0.9),), say=True, either=False, because=Msg("why.nothing"))
    assert offering.one_larger(usual, Tally(sizes={"latte": sold} if sold else {})) == said
    assert offering.one_larger(replace(usual, items=()), Tally()) == ("", "")
