"""Cues on the counter: raised for whoever is here, renewed, closed by the sale they led to, and never twice."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from loyalty.core.cues import CUE_SECONDS
from loyalty.core.days import SECOND, moment
from loyalty.core.facts import CueRow, Msg
from loyalty.wire import Evidence, Greeting, Line, Tender, Transaction
from tests import make
from tests.core.cafe import SHOP, Cafe, Told, ident, shop

AMINA, BEN = make.AMINA, make.BEN
TODAY = 7  # the days before are habit
LATTE, TEA = make.line("Latte", "Medium", "Oat milk"), make.line("Tea", price=20000)


def clock(seconds: float = 0) -> datetime:
    return make.at("08:12", TODAY) + timedelta(seconds=seconds)


def cafe(*, greeting: Greeting = "full", remember: bool = True) -> Cafe:
    """Amina has had a latte every day of the week before; Ben was here once."""
    made = Cafe(shops=(SHOP, shop("shop-b")))
    made.enrol(AMINA, greeting=greeting, remember=remember)
    made.enrol(BEN)
    made.visits(*make.habit(make.ids("past-"), LATTE, days=range(TODAY - 1)))
    made.visits(make.sale(TEA, id="ben-1", who=BEN))
    assert not made.cues
    return made


def scan(made: Cafe, seconds: float = 0, till: str | None = "1", who: make.Who = AMINA) -> CueRow:
    answer = made.say(make.presence(who, till=till), now=clock(seconds))
    assert answer.cue is not None
    return made.cues[answer.cue.id]


def sell(made: Cafe, sale: Transaction, seconds: float = 60) -> CueRow | None:
    return made.say(sale, now=clock(seconds)).cue


TODAYS: dict[str, Any] = {"id": "today", "at": clock(30)}


def paid(*lines: Line, **told: Any) -> Transaction:
    return make.sale(*(lines or (LATTE,)), **(TODAYS | told))


def opened(*lines: Line, **told: Any) -> Transaction:
    return make.open_sale(*(lines or (LATTE,)), **(TODAYS | told))


def told(made: Cafe) -> list[tuple[str, str, str | None]]:
    return [(note.kind, note.cue, note.outcome) for note in made.notes]


def closing(made: Cafe, cue: CueRow) -> tuple[str | None, str | None]:
    return made.cues[cue.id].outcome, made.cues[cue.id].closed_by


def answered(made: Cafe, cue: CueRow, outcome: str, seconds: float) -> None:
    """As the counter screen does it."""
    made.cues[cue.id] = replace(cue, closed_at=moment(clock(seconds)), outcome=outcome, closed_by="screen")


# -- raised -----------------------------------------------------------------------------------------------------------
def test_a_check_in_raises_a_cue_with_the_usual():
    cue = scan(cafe())
    assert cue.say == Msg(
        "say.greet.usual", {"name": ["person", "Amina"], "order": ["drink", "Latte", "Medium", ["Oat milk"]]}
    )
    assert (cue.till, cue.tone, cue.raised_by, cue.usual, cue.named) == ("1", "greet", "presence", "latte", True)
    assert cue.expires_at - cue.at == CUE_SECONDS * SECOND
    assert cue.sale is None
    assert [why.key for why in cue.why] == ["why.share.morning"]


def test_an_open_order_raises_one_at_once_and_a_paid_one_where_nobody_checked_in():
    for sale, raised_by in ((opened(), "open"), (paid(), "paid")):
        made = cafe()
        cue = sell(made, sale)
        assert cue is not None
        assert (cue.raised_by, cue.sale, cue.till) == (raised_by, ident(sale), "1")
        assert told(made) == [("cue", cue.id, None)]
        assert made.open_cues() == [cue]


def test_the_cue_of_a_sale_speaks_of_the_visits_before_it():
    cue = sell(cafe(), paid(TEA))
    assert cue is not None
    assert cue.say.args["order"] == ["drink", "Latte", "Medium", ["Oat milk"]]
    assert cue.why[-1].args == {"n": 6, "of": 6, "item": "Latte"}


LIVE = [
    # how it was told, seconds after the sale at which it came, live
    ({}, 120, True),
    ({}, 121, False),
    ({"changed_at": clock(1_000)}, 1_100, True),
    ({"changed_at": clock(1_000)}, 1_121, False),
    ({"age_s": 120.0}, 86_400, True),  # a till whose clock is wrong knows how long ago it was
    ({"age_s": 120.5}, 0, False),
    ({"age_s": 0.0, "changed_at": clock(-9_000)}, 0, True),
    ({}, -3_600, True),  # a clock that runs fast
]


@pytest.mark.parametrize(("how", "seconds", "live"), LIVE)
def test_only_a_live_sale_raises_a_cue(how, seconds, live):
    assert (sell(cafe(), paid(at=clock(), **how), seconds) is not None) is live


@pytest.mark.parametrize(
    "sale",
    [
        paid(who=None),
        paid(who=make.CLEO, shop=make.SHOP),  # nobody here knows her
        replace(paid(), state="voided"),
        replace(opened(), state="voided"),
        make.refund_of(paid(), id="back", at=clock(40)),
    ],
    ids=["no evidence", "a stranger", "voided", "an order that came to nothing", "a refund receipt"],
)
def test_no_cue_for(sale):
    made = cafe()
    assert sell(made, sale) is None
    assert made.notes == []


def test_a_sale_paid_long_ago_greets_nobody_when_it_changes():
    made = cafe()
    sale = paid(LATTE, TEA)
    made.tell(sale, now=clock(3_000))
    assert sell(made, make.refunded(sale, TEA, at=clock(4_000)), 4_001) is None
    assert (
        sell(made, replace(sale, revision=3, tip=500, total=sale.total + 500, changed_at=clock(5_000)), 5_001) is None
    )
    assert made.notes == []


def test_a_duplicate_neither_raises_nor_alters_a_cue():
    made = cafe()
    made.tell(paid(), paid(), now=clock(60))
    before = (dict(made.cues), list(made.notes))
    assert made.say(paid(), now=clock(90)).kind == "duplicate"
    assert made.say(replace(paid(), revision=0), now=clock(90)).kind == "duplicate"
    assert (made.cues, made.notes) == before


# -- renewed ----------------------------------------------------------------------------------------------------------
def test_a_check_in_renews_the_open_cue_at_that_till():
    made = cafe()
    first, again = scan(made), scan(made, 100)
    assert (again.id, again.at, again.raised_by) == (first.id, first.at, "presence")
    assert again.renewed_at - first.renewed_at == again.expires_at - first.expires_at == 100 * SECOND
    assert told(made) == [("cue", first.id, None)] * 2


@pytest.mark.parametrize(("seconds", "till"), [(10, "2"), (10, None), (120, "1"), (3_600, "1")])
def test_at_another_till_or_when_it_is_stale_there_is_a_new_one(seconds, till):
    made = cafe()
    first = scan(made)
    assert scan(made, seconds, till).id != first.id


def test_after_an_answer_a_check_in_raises_a_new_one():
    made = cafe()
    first = scan(made)
    answered(made, first, "usual", 10)
    assert scan(made, 20).id != first.id


def test_an_order_and_its_changes_renew_the_cue_of_the_check_in():
    made = cafe()
    first = scan(made)
    for revision, seconds in ((1, 30), (2, 60)):
        cue = sell(made, opened(revision=revision), seconds)
        assert cue is not None
        assert (cue.id, cue.raised_by, cue.sale) == (first.id, "presence", ident(opened()))
    assert told(made) == [("cue", first.id, None)] * 3


def test_an_order_that_goes_on_after_the_answer_asks_for_no_second_one():
    made = cafe()
    answered(made, scan(made), "usual", 10)
    assert sell(made, opened(), 30) is None
    assert sell(made, paid(revision=2), 60) is None
    assert len(made.notes) == 1


# -- closed -----------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("bought", "outcome"),
    [
        ((LATTE,), "usual"),
        ((TEA, LATTE), "usual"),
        ((make.line("LATTE", "Large"),), "usual"),  # the drink decides, not how it is taken
        ((TEA,), "other"),
    ],
)
@pytest.mark.parametrize("before", ["check-in", "order", "both"])
def test_the_paid_sale_closes_the_cue_before_it_by_what_was_bought(before, bought, outcome):
    made = cafe()
    if before != "order":
        scan(made)
    if before != "check-in":
        sell(made, opened(), 30)
    (cue,) = made.cues.values()
    assert sell(made, paid(*bought, revision=2), 90) is None
    assert closing(made, cue) == (outcome, "sale")
    assert made.cues[cue.id].sale == ident(paid())
    assert told(made)[-1] == ("closed", cue.id, outcome)
    assert not made.open_cues()


def test_cues_at_every_till_of_the_shop_are_closed_and_none_of_another():
    made = cafe()
    here, there, elsewhere = scan(made), scan(made, 5, "2"), made.say(make.presence(shop="shop-b"), now=clock(6)).cue
    assert elsewhere is not None
    sell(made, paid())
    assert [closing(made, cue)[0] for cue in (here, there, elsewhere)] == ["usual", "usual", None]


def test_the_cue_that_a_paid_sale_raised_stays():
    made = cafe()
    cue = sell(made, paid())
    assert cue is not None
    again = sell(made, paid(TEA, id="more", at=clock(80)), 90)
    assert again is not None
    assert again.id == cue.id  # the next paid sale renews it, as nobody checked in before that one either
    assert made.open_cues() == [again]


def test_a_paid_sale_is_told_although_another_was_paid_in_the_same_visit():
    made = cafe()
    first = sell(made, paid())
    assert first is not None
    answered(made, first, "usual", 60)
    second = sell(made, paid(TEA, id="more", at=clock(600)), 600)
    assert second is not None
    assert second.id != first.id


def test_who_was_greeted_within_the_visit_is_not_greeted_again_by_a_paid_sale():
    made = cafe()
    answered(made, scan(made), "dismissed", 10)
    assert sell(made, paid(), 1_799) is None
    made = cafe()
    answered(made, scan(made), "dismissed", 10)
    assert sell(made, paid(at=clock(1_790)), 1_800) is not None


@pytest.mark.parametrize("before", [("scan", "open"), ("open",), ("paid",)])
def test_what_a_sale_put_on_the_screen_goes_when_it_is_called_off(before):
    made = cafe()
    for step in before:
        cue = scan(made) if step == "scan" else sell(made, replace(opened(), state=step), 30)
    assert cue is not None
    assert sell(made, replace(opened(revision=2), state="voided"), 60) is None
    assert closing(made, cue) == ("dismissed", "sale")
    assert told(made)[-1] == ("closed", cue.id, "dismissed")
    assert not made.open_cues()


def test_the_cue_of_a_check_in_outlives_the_void_of_another_sale():
    made = cafe()
    sell(made, opened(id="another"), 1)
    answered(made, made.open_cues()[0], "dismissed", 2)
    cue = scan(made, 5)
    sell(made, replace(opened(id="another", revision=2), state="voided"), 60)
    assert made.open_cues() == [cue]


def test_a_sale_of_somebody_else_closes_nothing():
    made = cafe()
    cue = scan(made)
    sell(made, paid(TEA, who=BEN))
    assert cue in made.open_cues()


def test_in_one_batch_as_one_by_one():
    story: list[Told] = [make.presence(), opened(), paid(revision=2)]
    together, apart = cafe(), cafe()
    together.tell(*story, now=clock(60))
    for each in story:
        apart.tell(each, now=clock(60))
    assert told(together) == told(apart)
    assert together.cues == apart.cues


# -- whose is it? -----------------------------------------------------------------------------------------------------
def of_both(state: str = "open", **changed) -> Transaction:
    """Amina's phone, Ben's bank card."""
    by_card = (Tender(kind="card", amount=38000, fingerprint=BEN.fingerprint),)
    sale = replace(opened(), state=state, customer=Evidence(phone=AMINA.phone), tenders=by_card)
    return replace(sale, **changed)


def test_two_people_claimed_by_one_sale_are_a_question():
    made = cafe()
    answer = made.say(of_both(), now=clock(60))
    assert answer.person == "Amina"
    assert answer.cue is not None
    assert answer.cue.tone == "ask"
    assert answer.cue.say == Msg("say.which", {"name": ["person", "Amina"], "other": ["person", "Ben"]})
    assert [choice.args["name"] for choice in answer.cue.choices] == [["person", "Amina"], ["person", "Ben"]]
    made.tell(of_both("paid", revision=2), now=clock(90))
    assert closing(made, answer.cue) == ("other", "sale")  # nobody answered whose it was
    assert (made.points(AMINA), made.points(BEN)) == (7, 1)


def test_equally_strong_evidence_of_two_is_nobodys_until_somebody_says_so():
    made = cafe()
    tenders = tuple(Tender(kind="card", amount=19000, fingerprint=who.fingerprint) for who in (BEN, AMINA))
    answer = made.say(of_both("paid", customer=None, tenders=tenders), now=clock(60))
    assert answer.person is None
    assert answer.cue is not None
    assert (answer.cue.tone, answer.cue.usual) == ("ask", "")
    assert (made.points(AMINA), made.points(BEN)) == (6, 1)
    assert made.sales[ident(of_both())].note == "two-people"


def test_the_question_is_asked_although_one_of_the_two_was_greeted():
    made = cafe()
    greeted = scan(made)
    tenders = tuple(Tender(kind="card", amount=19000, fingerprint=who.fingerprint) for who in (BEN, AMINA))
    cue = sell(made, of_both("paid", customer=None, tenders=tenders))
    assert cue is not None
    assert cue.say.key == "say.which"
    assert closing(made, greeted)[0] != "usual"  # whose order it was is not known


@pytest.mark.parametrize("greeting", ["points", "none"])
def test_who_asked_not_to_be_named_is_not_asked_about_by_name(greeting):
    answer = cafe(greeting=greeting).say(of_both(), now=clock(60))
    assert answer.cue is not None
    assert (answer.cue.say, answer.cue.named, answer.cue.choices) == (Msg("say.two-cards"), False, ())


# -- quiet people -----------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("greeting", "say"),
    [
        ("name", Msg("say.greet", {"name": ["person", "Amina"]})),
        ("points", Msg("say.points-of", {"n": 6, "of": 10})),
        ("none", Msg("say.tick")),
    ],
)
def test_everybody_is_greeted_as_they_chose(greeting, say):
    answer = cafe(greeting=greeting).say(make.presence(), now=clock())
    assert answer.greeting == greeting
    assert answer.cue is not None
    assert answer.cue.say == say
    assert answer.cue.named is (greeting == "name")


def test_of_who_is_not_remembered_points_are_known_and_nothing_else():
    made = cafe(remember=False)
    answer = made.say(make.presence(), now=clock())
    assert (answer.greeting, made.points(AMINA)) == ("name", 6)
    assert answer.reading is not None
    assert (answer.reading.visits, answer.reading.foresight.because) == (0, Msg("why.popular"))
    assert answer.cue is not None
    assert answer.cue.say == Msg("say.greet", {"name": ["person", "Amina"]})
    assert (made.memory(AMINA).habits, made.memory(AMINA).visits) == ({}, 0)
    assert not any("Latte" in key for sums in made.days.values() for key in sums)


# -- a check-in that waited -------------------------------------------------------------------------------------------
def test_a_strangers_check_in_is_nothing():
    made = cafe()
    answer = made.say(make.presence(make.CLEO, shop=make.SHOP), now=clock())
    assert (answer.kind, answer.cue, made.notes) == ("stranger", None, [])


@pytest.mark.parametrize(("waited", "pushed"), [(0, True), (120, True), (121, False), (-600, True)])
def test_a_check_in_that_waited_is_answered_and_not_pushed(waited, pushed):
    made = cafe()
    answer = made.say(make.presence(at=clock()), now=clock(waited))
    assert answer.kind == "present"
    assert answer.cue is not None
    assert (answer.cue.id in made.cues, bool(made.notes)) == (pushed, pushed)


@pytest.mark.parametrize("batched", [False, True])
def test_a_check_in_that_waited_is_answered_as_of_its_time(batched):
    """Three visits by then; since, four more, one of them told together with it."""
    made = cafe()
    presence = make.presence(at=make.at("08:00", 3))
    late = make.sale(TEA, id="late", at=make.at("07:00", 2))
    if batched:
        answer = made.tell(late, paid(), presence, now=clock(60))[2]
    else:
        made.tell(late, paid(), now=clock(60))
        answer = made.say(presence, now=clock(60))
    assert answer.reading is not None
    assert (answer.reading.visits, answer.reading.points) == (4, 4)
    assert answer.reading.foresight.because.args == {"n": 3, "of": 4, "item": "Latte"}
    assert answer.cue is not None
    assert answer.cue.expires_at == answer.cue.at + CUE_SECONDS * SECOND
    assert made.say(make.presence(), now=clock(90)).reading != answer.reading


def test_a_check_in_that_waited_knows_what_came_late_in_the_same_batch():
    made = cafe()
    late = make.sale(TEA, id="late", at=make.at("07:00", 2))
    reading = made.tell(late, make.presence(at=make.at("08:00", 3)), now=clock())[1].reading
    assert reading is not None
    assert (reading.visits, reading.points) == (4, 4)


def test_a_check_in_before_the_first_visit_knew_nothing():
    answer = cafe().say(make.presence(at=make.at("07:00")), now=clock())
    assert answer.reading is not None
    assert (answer.reading.visits, answer.reading.points, answer.reading.visit.first) == (0, 0, True)


def test_of_who_is_not_remembered_a_check_in_that_waited_knows_the_points_then():
    answer = cafe(remember=False).say(make.presence(at=make.at("08:00", 3)), now=clock())
    assert answer.reading is not None
    assert (answer.reading.visits, answer.reading.points, answer.reading.visit.first) == (0, 3, False)


# -- always -----------------------------------------------------------------------------------------------------------
HAPPENING = st.tuples(
    st.sampled_from(["scan", "open", "paid", "paid", "voided"]),
    st.sampled_from([AMINA, AMINA, BEN, None]),
    st.sampled_from(["1", "1", "2", None]),
    st.integers(1, 4),  # the sale, and so its next revision
    st.sampled_from([LATTE, TEA]),
    st.sampled_from([1, 5, 20, 60, 119, 120, 121, 600, 1_800]),  # seconds since the one before
)


def happened(
    kind: str, who: make.Who | None, till: str | None, number: int, line: Line, at: float, revision: int
) -> Told:
    if kind == "scan":
        return make.presence(who or make.CLEO, till=till, shop=make.SHOP)
    sale = make.sale(line, id=f"s{number}", who=who, till=till, at=clock(at), shop=make.SHOP)
    return replace(sale, state=kind, revision=revision, changed_at=clock(at))


@given(st.lists(HAPPENING, max_size=25))
def test_in_order_cues_are_raised_renewed_and_closed_soundly(happenings):
    made, seconds = cafe(), 0.0
    ended: dict[str, CueRow] = {}
    for revision, (kind, who, till, number, line, wait) in enumerate(happenings, 1):
        seconds += wait
        told = happened(kind, who, till, number, line, seconds, revision)
        before = made.sales.get(ident(told)) if isinstance(told, Transaction) else None
        paid_before = before.state if before is not None else ""
        answer = made.say(told, now=clock(seconds))
        now = moment(clock(seconds))
        fresh = [cue for cue in made.open_cues() if cue.expires_at > now]
        places = [(cue.person, cue.till) for cue in fresh]
        assert len(set(places)) == len(places)  # one for each person at each till
        over = [(cue, replace(made.cues[cue.id], sale=cue.sale)) for cue in ended.values()]
        assert all(cue == is_now for cue, is_now in over)  # stays so, whatever sale its check-in was for
        ended |= {cue.id: cue for cue in made.cues.values() if cue.closed_at is not None}
        closings = [note.cue for note in made.notes if note.kind == "closed"]
        assert sorted(closings) == sorted(ended)  # each told once
        assert {note.cue for note in made.notes} == made.cues.keys()
        if answer.cue is not None:
            assert made.cues[answer.cue.id] == answer.cue
            assert answer.cue in fresh
        if kind == "scan":
            assert (answer.cue is None) is (who is None)
        if kind == "paid" and who is not None and paid_before != "paid":
            mine = [cue for cue in fresh if cue.person == who.name]
            assert {cue.raised_by for cue in mine} <= {"paid"}  # what was raised before it is closed by it
    assert made.differences() == []
