"""The one decision: what a sale in each of its states does, what is taken back, and the reason that stays with it."""

from __future__ import annotations

from copy import deepcopy
from datetime import timedelta

import pytest
from msgspec import json
from msgspec.structs import replace

from loyalty.core.days import moment
from loyalty.core.decide import Reattribute, decide
from loyalty.core.facts import NOBODY, Sale
from loyalty.wire import Evidence, Line, RefundOf, Tender, Transaction
from loyalty.wire_program import EarnItem, EarnSpend, EarnVisit, Match, Program
from tests import make
from tests.core.cafe import Cafe, Told, ident

AMINA, BEN = make.AMINA, make.BEN
RULES = (EarnVisit(points=1), EarnSpend(points=1, per=10000), EarnItem(match=Match(name="Latte"), points=2))
PROGRAM = Program(earn=RULES)
LATTE, CAKE = make.line(), make.line("Cake", price=12000)
SALE = make.sale(LATTE, CAKE)
LATER = timedelta(hours=1)


def cafe() -> Cafe:
    made = Cafe(PROGRAM)
    made.enrol(AMINA)
    made.enrol(BEN)
    return made


def after(*told: Told) -> Cafe:
    """Each in a batch of its own, an hour after it happened; everything proved each time."""
    made = cafe()
    for each in told:
        made.tell(each, now=make.at("23:00"))
        assert made.differences() == []
    return made


def standing(made: Cafe, who: make.Who = AMINA) -> tuple[int, int, list[str]]:
    """Visits, points and drinks."""
    known = made.memory(who)
    return known.visits, made.points(who), sorted(known.habits)


NONE: tuple[int, int, list[str]] = (0, 0, [])
ALL = (1, 1 + 5 + 2, ["cake", "latte"])


def at(revision: int, state: str, **changed) -> Transaction:
    return replace(SALE, revision=revision, state=state, **changed)


# -- what becomes of one sale -----------------------------------------------------------------------------------------
STORIES = {
    "open": ([at(1, "open")], NONE),
    "paid": ([at(1, "paid")], ALL),
    "open, then paid": ([at(1, "open"), at(2, "paid")], ALL),
    "paid, then voided": ([at(1, "paid"), at(2, "voided")], NONE),
    "voided, then paid after all": ([at(1, "voided"), at(2, "paid")], ALL),
    "an order that came to nothing": ([at(1, "open"), at(2, "voided")], NONE),
    "the void before the sale": ([at(2, "voided"), at(1, "paid")], NONE),
    "twice": ([at(1, "paid"), at(1, "paid")], ALL),
    "an older revision": ([at(3, "paid"), at(2, "voided")], ALL),
    "a line less": ([at(1, "paid"), at(2, "paid", lines=(LATTE,))], (1, 1 + 3 + 2, ["latte"])),
    "a line more": ([at(1, "paid", lines=(CAKE,)), at(2, "paid")], ALL),
    "another time": ([at(1, "paid"), at(2, "paid", at=make.at("17:00"))], ALL),
    "a tip": ([at(1, "paid"), at(2, "paid", tip=500, total=SALE.total + 500)], ALL),
    "refunded": ([at(1, "paid"), make.refunded(SALE)], NONE),
    "the cake refunded": ([at(1, "paid"), make.refunded(SALE, CAKE)], (1, 1 + 3 + 2, ["latte"])),
    "the cake refunded by a receipt": ([SALE, make.refund_of(SALE, CAKE)], (1, 1 + 3 + 2, ["latte"])),
    "the receipt before the sale": ([make.refund_of(SALE, CAKE), SALE], (1, 1 + 3 + 2, ["latte"])),
    "the receipt was voided": ([SALE, (back := make.refund_of(SALE)), make.void_of(back)], ALL),
    "the receipt's own revisions": (
        [SALE, back, replace(back, revision=2, lines=(CAKE,), total=12000)],
        (1, 6, ["latte"]),
    ),
    "all by two receipts": ([SALE, make.refund_of(SALE, CAKE, id="a"), make.refund_of(SALE, LATTE, id="b")], NONE),
    "a receipt on a voided sale": ([SALE, make.void_of(SALE), back], NONE),
    "a receipt for what never came": ([make.refund_of(make.sale(id="never"))], NONE),
    "without evidence": ([make.sale(who=None)], NONE),
    "the evidence comes with the payment": ([make.open_sale(who=None), at(2, "paid")], ALL),
    "the evidence is taken away": ([SALE, at(2, "paid", customer=None)], NONE),
    "in another currency": ([make.sale(LATTE, CAKE, currency="USD")], (1, 1 + 2, ["cake", "latte"])),
}


@pytest.mark.parametrize(("told", "left"), STORIES.values(), ids=STORIES.keys())
def test_what_becomes_of_a_sale(told, left):
    made = after(*told)
    assert standing(made) == left
    assert sum(entry.points for entry in made.entries) == left[1]
    together = cafe()
    together.tell(*told, now=make.at("23:00"))
    assert together.outcome() == made.outcome()
    assert together.differences() == []


def test_a_sale_that_changes_hands_leaves_nothing_behind():
    made = after(SALE, at(2, "paid", customer=Evidence(reference=BEN.reference)))
    assert (standing(made), standing(made, BEN)) == (NONE, ALL)
    assert [entry.reason for entry in made.entries] == [
        *("visit", "spend", "item"),
        *["reverse"] * 3,
        *("visit", "spend", "item"),
    ]


def test_what_a_sale_gave_back_is_said_to_be_a_reversal_of_it():
    made = after(SALE, make.void_of(SALE))
    assert [(e.points, e.reason, e.sale) for e in made.entries][3:] == [
        *((-1, "reverse", ident(SALE)), (-5, "reverse", ident(SALE)), (-2, "reverse", ident(SALE))),
    ]
    assert [entry.n for entry in made.entries] == list(range(6))


def test_a_sale_stays_judged_by_the_program_it_was_first_decided_under():
    made = after(make.sale(LATTE, id="before"), SALE)
    made.programs["baraza", 2] = Program(earn=(EarnVisit(points=100),))
    made.shops[make.SHOP] = replace(made.shops[make.SHOP], program=2)
    made.visits(make.refunded(SALE, CAKE), make.sale(id="after", at=make.at("20:00")))
    assert made.sales[ident(SALE)].earned == {"visit": 1, "spend": 3, "item": 2}
    assert made.points(AMINA) == (1 + 3 + 2) + (3 + 2) + 100
    assert made.differences() == []


# -- late sales -------------------------------------------------------------------------------------------------------
def bought(id: str, clock: str, day: int = 0, *lines: Line, **told) -> Transaction:
    return make.sale(*lines, id=id, at=make.at(clock, day), **told)


def test_a_late_sale_between_two_visits_makes_them_one():
    made = after(bought("a", "08:00"), bought("c", "08:50"))
    assert (made.memory(AMINA).visits, made.points(AMINA)) == (2, 2 * 6)
    made.visits(bought("b", "08:25"))
    assert (made.memory(AMINA).visits, made.points(AMINA)) == (1, 1 + 3 * 5)
    made.visits(make.void_of(bought("b", "08:25")))
    assert (made.memory(AMINA).visits, made.points(AMINA)) == (2, 2 * 6)
    assert made.differences() == []


def test_the_point_of_a_visit_goes_to_the_sale_that_opens_it():
    made = after(bought("b", "08:10"), bought("a", "08:00"))
    assert [made.sales[ident(bought(id, "08:00"))].earned.get("visit") for id in "ab"] == [1, None]
    assert made.points(AMINA) == 1 + 2 * 5


def test_sales_of_one_moment_have_an_order_whatever_came_first():
    tied = [bought("a", "08:00"), bought("b", "08:00"), replace(bought("a", "08:00"), source="other")]
    first, then = after(*tied), after(*reversed(tied))
    assert first.outcome() == then.outcome()
    assert [sale.ident.source for sale in first.of("Amina")] == ["other", "test", "test"]


def test_a_late_sale_costs_no_more_rounds_than_one():
    made = after(bought("a", "08:00"), bought("c", "10:00"))
    made.visits(bought("d", "12:00"))
    assert made.rounds == 1
    made.visits(bought("b", "09:00"))
    assert made.rounds == 2


# -- missing ----------------------------------------------------------------------------------------------------------
def test_decided_again_is_as_if_all_had_been_given_at_once():
    """What a decision asks for and what it would have made of everything there is."""
    story: list[list[Told]] = [
        [bought(f"h{day}", "08:00", day) for day in range(70)],
        [bought("late", "07:00", 3), make.void_of(bought("h60", "08:00", 60))],
        [make.presence(at=make.at("09:00", 40)), make.presence()],
        [replace(bought("h69", "08:00", 69), revision=2, customer=Evidence(reference=BEN.reference))],
        [bought("new", "08:00", 70), make.presence(BEN)],
    ]
    asking, given = cafe(), cafe()
    given.eager = True
    for batch in story:
        answers = [made.tell(*batch, now=make.at("08:01", 70)) for made in (asking, given)]
        assert [_but_id(answer) for answer in answers[0]] == [_but_id(answer) for answer in answers[1]]
        assert given.rounds == 1
        assert asking.outcome() == given.outcome()
        assert asking.checkpoints == given.checkpoints
    assert asking.differences() == given.differences() == []


def _but_id(answer):
    return replace(answer, cue=answer.cue and replace(answer.cue, id=""))


def test_a_decision_has_no_effect_on_what_it_was_given():
    made = after(bought("a", "08:00"), bought("c", "10:00", 1))
    batch = [
        made.delivery(each) for each in (bought("b", "09:00"), make.presence(), make.void_of(bought("a", "08:00")))
    ]
    known = made.load(batch)
    given = deepcopy(known)
    first, again = (decide(known, batch, made.now, lambda: "an id") for _ in range(2))
    assert known == given
    assert first.answers == again.answers
    assert first.desk.missing == again.desk.missing
    assert first.desk.missing.histories == {"Amina": min(made.sales[sale.ident].key for sale in made.of("Amina"))}


# -- whose was it, after all? -----------------------------------------------------------------------------------------
def test_a_sale_taken_off_somebody_and_given_back_leaves_no_trace():
    made = after(bought("a", "08:00"), SALE, bought("c", "20:00"))
    before = made.outcome()
    assert made.say(Reattribute(ident(SALE), NOBODY)).person is None
    assert (made.sales[ident(SALE)].person, made.sales[ident(SALE)].note) == (None, "taken-off")
    assert made.memory(AMINA).habits.keys() == {"latte"}
    assert made.differences() == []
    assert made.say(Reattribute(ident(SALE))).person == "Amina"
    assert made.outcome() == before
    assert made.differences() == []


def test_a_persons_word_is_stronger_than_any_evidence_also_of_later_revisions():
    made = after(SALE)
    assert made.say(Reattribute(ident(SALE), "Ben")).person == "Ben"
    made.visits(at(2, "paid", tip=500, total=SALE.total + 500))
    assert (standing(made), standing(made, BEN)) == (NONE, ALL)
    assert made.sales[ident(SALE)].note == "by-hand"
    made.tell(Reattribute(ident(SALE), NOBODY))
    made.visits(at(3, "paid"))
    assert standing(made, BEN) == NONE
    assert made.differences() == []


def test_an_enrolment_adopts_what_was_a_strangers():
    made = Cafe(PROGRAM)
    made.visits(bought("a", "08:00"), SALE)
    assert {sale.note for sale in made.sales.values()} == {"stranger"}
    made.enrol(AMINA)
    made.enrol(BEN)
    made.tell(Reattribute(ident(bought("a", "08:00"))), Reattribute(ident(SALE)))
    assert {sale.note for sale in made.sales.values()} == {"by-reference"}
    assert made.outcome() == after(bought("a", "08:00"), SALE).outcome()


def test_a_receipt_and_what_never_came_belong_to_nobody():
    receipt = make.refund_of(SALE, CAKE)
    made = after(SALE, receipt)
    before = standing(made)
    assert made.say(Reattribute(ident(receipt), "Amina")).kind == "accepted"
    assert made.say(Reattribute(ident(make.sale(id="never")))).kind == "duplicate"
    assert standing(made) == before
    assert made.differences() == []


# -- receipts that change their mind ----------------------------------------------------------------------------------
FIRST, SECOND = make.sale(LATTE, CAKE), bought("2", "12:00", 0, LATTE, CAKE)
BACK_CAKE, BACK_LATTE = make.refund_of(FIRST, CAKE, id="rc"), make.refund_of(FIRST, LATTE, id="rl")
OF_SECOND = replace(BACK_CAKE, revision=2, refund_of=RefundOf(id="2"))
NO_REFUND = replace(BACK_CAKE, revision=2, refund_of=None, customer=Evidence(reference=AMINA.reference))
REFUND_AFTER_ALL = replace(make.refund_of(FIRST, CAKE, id="2"), revision=2)
TURNS = {
    "to another sale": [FIRST, SECOND, BACK_CAKE, BACK_LATTE, OF_SECOND],
    "and back": [FIRST, SECOND, BACK_CAKE, OF_SECOND, replace(BACK_CAKE, revision=3)],
    "to no refund at all": [FIRST, BACK_CAKE, BACK_LATTE, NO_REFUND],
    "from a sale of its own": [FIRST, SECOND, BACK_LATTE, REFUND_AFTER_ALL],
    "of a receipt": [FIRST, BACK_CAKE, replace(make.refund_of(BACK_CAKE, id="odd"))],
}


@pytest.mark.parametrize("told", TURNS.values(), ids=TURNS.keys())
def test_once_a_receipt_that_changes_its_mind_is_as_if_it_had_never_said_otherwise(told):
    last = {sale.id: sale for sale in told}
    expected = after(*last.values()).outcome()
    assert after(*told).outcome() == expected
    assert after(*reversed(told)).outcome() == expected
    together = cafe()
    together.tell(*told, now=make.at("23:00"))
    assert together.outcome() == expected


# -- explained --------------------------------------------------------------------------------------------------------
TENDERS = tuple(Tender(kind="card", amount=1, fingerprint=who.fingerprint) for who in (AMINA, BEN))
NOTES = [
    (SALE, "by-reference"),
    (make.sale(by="fingerprint"), "by-fingerprint"),
    (make.sale(by="phone"), "by-phone"),
    (make.sale(who=None), "no-evidence"),
    (make.sale(who=make.CLEO, shop=make.SHOP), "stranger"),
    (replace(SALE, customer=None, tenders=TENDERS), "two-people"),
    (replace(SALE, tenders=TENDERS[1:]), "by-reference"),
    (make.refund_of(SALE, CAKE), "refund"),
    (at(1, "voided"), "by-reference"),
]


@pytest.mark.parametrize(("sale", "note"), NOTES)
def test_explained_why_a_sale_did_something_or_nothing(sale, note):
    assert after(sale).sales[ident(sale)].note == note


@pytest.mark.parametrize(
    ("sale", "odd"),
    [
        (SALE, ""),
        (replace(SALE, total=1), "sum"),
        (replace(SALE, currency="USD"), "currency"),
        (replace(SALE, currency="USD", total=1), "currency"),
    ],
)
def test_what_does_not_add_up_is_kept_and_marked(sale, odd):
    assert after(sale).sales[ident(sale)].odd == odd


def test_a_recorded_sale_holds_no_identifier():
    sale = replace(make.sale(by="phone"), tenders=TENDERS)
    kept = after(sale).sales[ident(sale)]
    body = json.decode(kept.body, type=Transaction)
    assert body == replace(sale, customer=None, tenders=tuple(replace(each, fingerprint=None) for each in TENDERS))
    for secret in (AMINA.phone, AMINA.fingerprint, BEN.fingerprint):
        assert secret not in kept.body.decode()
    assert len(kept.marks) == 3


def test_a_sale_is_placed_on_the_shops_own_day():
    late, made = make.sale(at=make.at("01:00", 1)), cafe()
    made.tell(late)
    kept = made.sales[ident(late)]
    assert (kept.at, kept.day, kept.part, kept.till) == (moment(late.at), make.MONDAY.toordinal(), 3, "1")


def moments(*told: tuple[Transaction, str]) -> list[Sale]:
    """How the sale stands after each of these, told at a time of the day."""
    made, found = cafe(), []
    for sale, clock in told:
        made.tell(sale, now=make.at(clock))
        found.append(made.sales[ident(sale)])
        assert made.differences() == []
    return found


FAST = make.sale(at=make.at("05:00", 1), age_s=1)


def test_a_sale_was_never_after_it_was_heard_of():
    """Its till's clock is 20 hours fast. The record keeps what the till said."""
    [kept] = moments((FAST, "09:00"))
    assert (kept.at, kept.day, kept.part) == (moment(make.at("09:00")), make.MONDAY.toordinal(), 0)
    assert json.decode(kept.body, type=Transaction).at == FAST.at


def test_a_sale_of_a_fast_clock_stays_when_it_was_until_the_till_says_another_time():
    void = replace(FAST, state="voided", revision=2)
    right = replace(FAST, revision=3, at=make.at("08:59"))
    told = moments((FAST, "09:00"), (void, "11:00"), (right, "12:00"), (replace(right, revision=4), "13:00"))
    assert [one.at for one in told] == [moment(make.at(clock)) for clock in ("09:00", "09:00", "08:59", "08:59")]


def test_an_open_order_that_is_paid_later_was_when_it_was_paid():
    """Some tills say when an order was opened, and once it is paid, when that was."""
    opened = make.open_sale(at=make.at("09:00"))
    paid = replace(make.paid_of(opened), at=make.at("12:00"))
    assert [one.at for one in moments((opened, "09:00"), (paid, "12:00"))] == [moment(opened.at), moment(paid.at)]


def test_an_answer_says_what_became_of_it():
    made = cafe()
    kinds = [made.say(each).kind for each in (SALE, SALE, make.presence(), make.presence(make.CLEO, shop=make.SHOP))]
    assert kinds == ["accepted", "duplicate", "present", "stranger"]
    assert made.say(SALE).person == "Amina"
