"""Promise 1, once: duplication, delay, reordering and replay change nothing."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from hypothesis import given

from loyalty.wire import Transaction
from tests.promises.inside import Bench, House, batches
from tests.promises.stories import NOW, Story, stories

pytestmark = pytest.mark.slow


def outcome(house: House) -> tuple[object, ...]:
    return house.customers(), house.memories(), house.sums(), house.sales(), house.house_days()


@given(stories())
def test_once_in_any_order_and_any_number_of_times_the_outcome_is_the_same(bench: Bench, story: Story) -> None:
    with bench.house(NOW) as one, bench.house(NOW) as other:
        one.deliver(*story.calendar)
        for batch in batches(story.shuffled, story.sizes):
            other.deliver(*batch)
        for mine, theirs in zip(outcome(one), outcome(other), strict=True):
            assert mine == theirs
        assert (one.differences(), other.differences()) == ([], [])


@given(stories())
def test_once_no_delivery_raises_or_alters_a_cue_twice(bench: Bench, story: Story) -> None:
    with bench.house(NOW) as one, bench.house(NOW) as other:
        seen: set[tuple[str, str, str, int]] = set()
        for batch in batches(story.shuffled, story.sizes):
            one.deliver(*fresh(batch, seen))
            other.deliver(*batch)
        assert one.cues() == other.cues()


def fresh(sales: Sequence[Transaction], seen: set[tuple[str, str, str, int]]) -> list[Transaction]:
    """Without the deliveries that came before."""
    found = []
    for sale in sales:
        identity = sale.shop, sale.source, sale.id, sale.revision
        if identity not in seen:
            seen.add(identity)
            found.append(sale)
    return found
