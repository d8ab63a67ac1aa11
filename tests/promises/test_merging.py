"""Promise 1, the last sentence: merging two people and undoing it leaves no trace (C16, C42, C47)."""

from __future__ import annotations

from datetime import timedelta
from itertools import count
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from loyalty import wire_people
from loyalty.acts import merging
from loyalty.errors import TooLarge
from loyalty.reports import merging as merging_report
from loyalty.store import merges
from loyalty.wire import Tender, Transaction
from tests import make
from tests.promises.inside import Bench, batches
from tests.promises.stories import DORA, MANY, NOW, PEOPLE, Story, stories
from tests.promises.twins import merge, same, undo, use

pytestmark = pytest.mark.slow

NAMES = [who.name for who in PEOPLE]


@settings(max_examples=MANY)
@given(stories(), st.data())
def test_merges_undone_in_any_order_with_sales_in_between_leave_no_trace(
    bench: Bench, story: Story, data: st.DataObject
) -> None:
    """C16, C47. Chains and trees of merges, among late, refunded and voided sales."""
    with bench.house(NOW) as one, bench.house(NOW) as twin:
        standing: list[str] = []
        numbers = count()
        for number, batch in enumerate(batches(story.shuffled, story.sizes)):
            if number == 1 and not standing:
                for house in (one, twin):
                    use(house, "Amina", "first")
            for _ in range(data.draw(st.integers(0, 2))):
                if data.draw(st.booleans()) and standing:
                    undo(one, standing.pop(data.draw(st.integers(0, len(standing) - 1))))
                else:
                    kept, gone = data.draw(st.permutations(NAMES))[:2]
                    made = merge(one, kept, gone, str(next(numbers)))
                    standing += [made] if made is not None else []
            one.deliver(*batch)
            twin.deliver(*batch)
        assert one.differences() == [], "while they are merged"
        for merged in data.draw(st.permutations(tuple(standing))):
            undo(one, merged)
        same(one, twin)
        assert one.differences() == []


def sold(*days: int, who: make.Who = make.AMINA, start: int = 0, **fields: Any) -> list[Transaction]:
    return [
        make.sale(id=f"{who.name}{start + n}", at=make.at("08:00", day), who=who, **fields)
        for n, day in enumerate(days)
    ]


def test_two_cards_of_one_person_are_one_with_all_points_and_the_usual_of_both(bench: Bench) -> None:
    """C16, C42, C47: nothing is lost, nothing is summed twice."""
    with bench.house(NOW) as one, bench.house(NOW) as alone:
        both = [*sold(*range(0, 20, 2)), *sold(*range(1, 20, 2), who=make.BEN)]
        one.deliver(*both)
        alone.deliver(*sold(*range(0, 20, 2)), *(replace(s, customer=both[0].customer) for s in both[10:]))
        assert merge(one, "Amina", "Ben", "key") is not None
        assert one.balances()["Amina"][0] == alone.balances()["Amina"][0] > 0
        assert one.balances()["Ben"][:2] == (0, 0)
        assert one.memories()["Amina"] == alone.memories()["Amina"]
        assert one.differences() == []


def test_a_sale_with_a_mark_of_who_was_merged_is_whose_they_are_and_goes_back_with_them(bench: Bench) -> None:
    """Also open orders, refunds and what was put on them by hand."""
    with bench.house(NOW) as one, bench.house(NOW) as twin:
        for house in (one, twin):
            house.deliver(*sold(1, 2, 3), *sold(4, 5, who=make.BEN))
        made = merge(one, "Amina", "Ben", "key")
        assert made is not None
        late = [*sold(0, 6, 7, who=make.BEN, start=20), *sold(8, start=20)]
        for house in (one, twin):
            house.deliver(*late)
            house.deliver(make.void_of(late[1]), make.refund_of(late[2]), make.refunded(late[3]))
        assert {row[2] for row in one.sales().values() if row[2]} == {"Amina"}
        undo(one, made)
        same(one, twin)


def test_rewards_go_along_with_their_points_and_come_back(bench: Bench) -> None:
    """C43, C47: what was spent stays spent, by whoever it was."""
    with bench.house(NOW) as one, bench.house(NOW) as twin:
        for house in (one, twin):
            house.deliver(*sold(*range(20)), *sold(*range(20), who=make.BEN, till="2"))
            assert use(house, "Ben", "spent") is not None
        before = {name: points for name, (points, _, _) in one.balances().items()}
        made = merge(one, "Amina", "Ben", "key")
        assert made is not None
        # visits at the same minute are one visit: twenty times its points are given once instead of twice
        assert one.balances()["Amina"][0] == before["Amina"] + before["Ben"] - 20 * 3
        assert one.differences() == []
        undo(one, made)
        same(one, twin)
        assert {name: points for name, (points, _, _) in one.balances().items()} == before


def test_a_sale_that_names_both_is_nobodys_and_becomes_theirs_while_they_are_one(bench: Bench) -> None:
    """C49: two telephones on one receipt were a question; it is answered by the merge, and asked again after it."""
    with bench.house(NOW) as one, bench.house(NOW) as twin:
        both = make.sale(id="both", who=make.AMINA, by="fingerprint", at=make.at("09:00", 1))
        both = replace(both, tenders=(*both.tenders, replace(both.tenders[0], fingerprint=make.BEN.fingerprint)))
        for house in (one, twin):
            house.deliver(both)
        assert one.balances()["Amina"][0] == 0
        made = merge(one, "Ben", "Amina", "key")
        assert made is not None
        assert one.balances()["Ben"][0] > 0
        undo(one, made)
        same(one, twin)


def paid_by(sale: Transaction, *people: make.Who) -> Transaction:
    """Each with a bank card of their own: nothing says whose it is."""
    each = sale.total // len(people)
    tenders = tuple(Tender(kind="card", amount=each, fingerprint=who.fingerprint) for who in people)
    return replace(sale, customer=None, tenders=tenders)


def test_every_sale_that_names_both_becomes_theirs_however_many_name_others(bench: Bench) -> None:
    """Found by what names them, not among the newest of the whole business."""
    with bench.house(NOW) as house:
        kept = [paid_by(one, make.AMINA, make.BEN) for one in sold(0, 20, who=make.AMINA)]
        others = [paid_by(one, make.BEN, DORA) for one in sold(*list(range(1, 41)) * 13, who=make.BEN)]
        house.deliver(kept[0], *others, kept[1])
        found = house.session.rows("SELECT COUNT(*), COUNT(DISTINCT ref) FROM two_people")
        assert found == [(2 * 522, 522)]
        made = merge(house, "Amina", "Ben", "key")
        assert made is not None
        whole = "SELECT ref FROM sales WHERE person IS NOT NULL ORDER BY ref"
        assert house.session.rows(whole) == [("Amina0",), ("Amina1",)]
        assert house.session.rows("SELECT COUNT(*) FROM two_people") == [(2 * 520,)]
        more = merge(house, "Dora", "Amina", "more")
        assert house.session.rows("SELECT COUNT(*) FROM two_people") == [(0,)]
        assert house.session.rows("SELECT COUNT(*) FROM sales WHERE person IS NULL") == [(0,)]
        assert house.differences() == []
        undo(house, str(more))
        assert house.session.rows(whole) == [("Amina0",), ("Amina1",)], (
            "who is parted takes nothing of the others along"
        )
        undo(house, made)
        left = house.session.rows("SELECT ref FROM sales WHERE person IS NULL")
        assert len(left) == 522
        assert house.session.rows("SELECT COUNT(DISTINCT ref) FROM two_people") == [(522,)]
        assert house.differences() == []


def test_they_are_greeted_as_the_quieter_wished_and_as_before_once_it_is_undone(bench: Bench) -> None:
    """Each consent holds only where both gave it; what they chose since stays chosen."""
    with bench.house(NOW) as one, bench.house(NOW) as twin:
        ids = one.cafe.people
        made = merge(one, "Amina", "Dora", "key")
        second = merge(one, "Amina", "Ben", "other")
        assert made is not None
        assert second is not None

        def agreed() -> tuple[Any, ...]:
            found: tuple[Any, ...] = one.session.rows(
                "SELECT greeting, recognise, remember FROM customers WHERE id = ?", (ids["Amina"],)
            )[0]
            return found

        assert agreed() == ("points", 1, 0)
        with one.session.transaction():
            one.session.run("UPDATE customers SET greeting = 'name' WHERE id = ?", (ids["Amina"],))
        undo(one, second)
        assert agreed() == ("name", 1, 0), "what was chosen since is not touched"
        undo(one, made)
        assert agreed() == ("name", 1, 1)
        with one.session.transaction():
            one.session.run("UPDATE customers SET greeting = 'full' WHERE id = ?", (ids["Amina"],))
        same(one, twin)


def test_who_is_merged_into_somebody_who_is_merged_is_the_last_of_them(bench: Bench) -> None:
    """A chain parts link by link, whichever is taken first."""
    with bench.house(NOW) as one:
        one.deliver(*sold(1), *sold(2, who=make.BEN), *sold(3, who=DORA))
        first, second = merge(one, "Ben", "Dora", "1"), merge(one, "Amina", "Ben", "2")
        assert first is not None
        assert second is not None
        people = one.cafe.people
        assert merges.kept_id(one.session, one.cafe.business, people["Dora"]) == people["Amina"]
        undo(one, second)
        assert merges.kept_id(one.session, one.cafe.business, people["Dora"]) == people["Ben"]
        assert {row[2] for row in one.sales().values()} == {"Amina", "Ben"}
        undo(one, first)
        assert {row[2] for row in one.sales().values()} == {"Amina", "Ben", "Dora"}


def test_the_same_key_is_the_same_merge_and_nobody_is_merged_twice(bench: Bench) -> None:
    with bench.house(NOW) as one:
        one.deliver(*sold(1), *sold(2, who=make.BEN))
        made = merge(one, "Amina", "Ben", "key")
        assert made is not None
        assert merge(one, "Amina", "Ben", "key") == made
        assert merge(one, "Ben", "Amina", "another") is None
        assert merge(one, "Amina", "Amina", "itself") is None
        undo(one, made)
        undo(one, made)
        assert one.session.row("SELECT COUNT(*) FROM merges") == (1,)


def test_more_sales_than_one_turn_may_fold_are_refused_in_words(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(merging, "SALES_MAX", 3)
    with bench.house(NOW) as one:
        one.deliver(*sold(1, 2), *sold(2, 3, who=make.BEN))
        with pytest.raises(TooLarge, match="these two have 4 sales together; at most 3 can be merged"):
            merge(one, "Amina", "Ben", "key")
        assert one.session.row("SELECT COUNT(*) FROM merges") == (0,)
        assert one.balances()["Ben"][0] == 12


def test_of_many_merges_the_newest_are_listed(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(wire_people, "MERGES_MAX", 2)
    with bench.house(NOW) as one:
        for number in range(3):
            one.move(NOW + timedelta(minutes=number))
            made = merge(one, "Amina", "Ben", str(number))
            assert made is not None
            undo(one, made)
        listed = merging_report.listed(one.line, one.cafe.business).merges
        assert [(found.kept_name, found.gone_name) for found in listed] == [("Amina", "Ben")] * 2
        assert [found.at for found in listed] == [NOW + timedelta(minutes=2), NOW + timedelta(minutes=1)]


def test_ten_thousand_sales_are_merged_and_parted(bench: Bench) -> None:
    """One turn of the line each; a till waits for no longer than that."""
    with bench.house(NOW) as one:
        for start in range(0, 10_000, 1_000):
            one.deliver(
                *(
                    make.sale(
                        id=str(start + n), who=make.BEN, at=make.at("06:30") - timedelta(minutes=40 * (start + n))
                    )
                    for n in range(1_000)
                )
            )
        one.deliver(*sold(1, 2, 3))
        made = merge(one, "Amina", "Ben", "key")
        assert made is not None
        assert one.balances()["Amina"][0] >= 30_000
        undo(one, made)
        assert one.balances()["Ben"][0] >= 30_000
        assert one.differences() == []


@pytest.mark.parametrize(
    ("broken", "said"),
    [
        ("UPDATE customers SET merged_into = NULL", "is led to None, the merges lead to"),
        ("UPDATE merges SET undone_at = 1", "the merges lead to None"),
        ("UPDATE sales SET origin = NULL, person = origin WHERE origin IS NOT NULL", "who was merged into somebody"),
        ("UPDATE sales SET person = NULL WHERE origin IS NOT NULL", "leads elsewhere"),
    ],
)
def test_verify_finds_who_and_what_does_not_lead_where_it_should(bench: Bench, broken: str, said: str) -> None:
    with bench.house(NOW) as one:
        one.deliver(*sold(1), *sold(2, who=make.BEN))
        merge(one, "Amina", "Ben", "key")
        assert one.differences() == []
        with one.session.transaction():
            one.session.run(broken)
        assert any(said in difference for difference in one.differences())
