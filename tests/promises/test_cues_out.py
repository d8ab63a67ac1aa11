"""The contract, line by line: cues out."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, timedelta
from typing import Any

import pytest
from msgspec.structs import replace

from loyalty.wire import Consents, Transaction
from tests import make
from tests.promises.inside import NOTHING_KNOWN
from tests.running import Counter, Enrolled, Message, Service, Shop

pytestmark = pytest.mark.slow
LATTE = make.line("Latte", "Medium", "Oat milk")
TEA = make.line("Tea", price=20_000)


@contextmanager
def screen(shop: Shop, till: str | None = "1") -> Iterator[Counter]:
    with shop.counter(till) as counter:
        counter.opened()
        yield counter


def regular(shop: Shop, who: make.Who = make.AMINA) -> Enrolled:
    """Twelve mornings of the same latte; the shop can tell its usual."""
    known = shop.enrol(who)
    shop.post([shop.sale(LATTE, who=who, at=shop.service.now - timedelta(days=day)) for day in range(1, 13)])
    return known


def kinds(shop: Shop) -> list[tuple[str, str | None]]:
    """What this shop's screens were told: (kind, outcome)."""
    return [(row[2], row[4]) for row in shop.messages()]


# -- what raises a cue ------------------------------------------------------------------------------------------------
def test_a_checkin_raises_a_cue_on_the_screen_in_the_same_moment(shop: Shop) -> None:
    regular(shop)
    with screen(shop) as counter:
        answered = shop.checkin()
        message = counter.next()
    assert message["type"] == "cue"
    assert message["cue"] == answered["cue"]
    assert answered["cue"]["say"] == "Greet \u2068Amina\u2069\u00a0— medium\u00a0latte, oat\u00a0milk?"
    assert (answered["cue"]["till"], answered["cue"]["tone"]) == ("1", "greet")


def test_an_open_order_raises_a_cue_at_once_and_a_changed_order_renews_it(shop: Shop) -> None:
    regular(shop)
    order = shop.sale(LATTE, who=make.AMINA, state="open")
    with screen(shop) as counter:
        shop.post(order)
        raised = counter.next()["cue"]
        shop.service.pass_time(seconds=20)
        shop.post(replace(order, revision=2, lines=(LATTE, TEA), changed_at=shop.service.now))
        renewed = counter.next()["cue"]
    assert renewed["id"] == raised["id"]
    assert renewed["at"] == raised["at"]
    assert renewed["expires_at"] > raised["expires_at"]


def test_a_paid_sale_raises_a_cue_if_nobody_checked_in_before_it(shop: Shop) -> None:
    regular(shop)
    with screen(shop) as counter:
        shop.post(shop.sale(LATTE, who=make.AMINA))
        assert counter.next()["type"] == "cue"
    assert kinds(shop) == [("cue", None)]


def test_a_cue_that_a_paid_sale_raised_stays_until_it_is_answered(shop: Shop) -> None:
    regular(shop)
    sale = shop.sale(LATTE, who=make.AMINA)
    with screen(shop) as counter:
        shop.post(sale)
        cue = counter.next()["cue"]
        shop.post(replace(sale, revision=2, tip=100, total=sale.total + 100, changed_at=shop.service.now))
        shop.post(make.refunded(replace(sale, revision=2), at=shop.service.now))
        assert kinds(shop) == [("cue", None)]
        counter.done(cue["id"], "dismissed")
        closed = counter.next()
    assert (closed["type"], closed["cue"], closed["outcome"]) == ("closed", cue["id"], "dismissed")


LIVE: dict[str, tuple[dict[str, Any], bool]] = {
    "age_s 120, whatever the till's clock says": ({"age_s": 120.0, "at": timedelta(hours=-5)}, True),
    "age_s 121, though the till's clock says now": ({"age_s": 121.0, "at": timedelta(0)}, False),
    "at 120 s ago": ({"at": timedelta(seconds=-120)}, True),
    "at 121 s ago": ({"at": timedelta(seconds=-121)}, False),
    "changed_at now, at an hour ago": ({"at": timedelta(hours=-1), "changed_at": timedelta(0)}, True),
    "changed_at an hour ago, at now": ({"at": timedelta(0), "changed_at": timedelta(hours=-1)}, False),
    "a till whose clock runs ahead": ({"at": timedelta(minutes=9)}, True),
}


@pytest.mark.parametrize("case", LIVE)
def test_a_sale_is_live_for_two_minutes(shop: Shop, case: str) -> None:
    times, live = LIVE[case]
    now = shop.service.now
    fields = {name: now + value if isinstance(value, timedelta) else value for name, value in times.items()}
    shop.enrol()
    shop.post(shop.sale(who=make.AMINA, **fields))
    assert len(shop.messages()) == live


def test_a_live_sale_of_nobody_known_raises_nothing(shop: Shop) -> None:
    shop.enrol(make.BEN)
    shop.post([shop.sale(), shop.sale(who=make.AMINA), shop.sale(who=make.AMINA, state="open")])
    assert shop.messages() == []


@pytest.mark.parametrize("state", ["voided", "refund"])
def test_a_void_and_a_refund_greet_nobody(shop: Shop, state: str) -> None:
    shop.enrol()
    sale = shop.sale(who=make.AMINA, at=shop.service.now - timedelta(hours=1))
    shop.post(sale)
    if state == "voided":
        shop.post(make.void_of(sale, at=shop.service.now))
    else:
        shop.post(replace(make.refund_of(sale, at=shop.service.now), customer=sale.customer))
        shop.post(make.refunded(sale, at=shop.service.now))
    assert shop.messages() == []


# -- renewing ---------------------------------------------------------------------------------------------------------
def test_a_checkin_always_sends_a_cue_and_renews_the_open_one_at_that_till(shop: Shop) -> None:
    regular(shop)
    with screen(shop, None) as counter:
        first = shop.checkin(shop.presence(till="1"))["cue"]
        shop.service.pass_time(seconds=60)
        renewed = shop.checkin(shop.presence(till="1"))["cue"]
        elsewhere = shop.checkin(shop.presence(till="2"))["cue"]
        told = counter.take(3)
    assert renewed["id"] == first["id"]
    assert renewed["expires_at"] > first["expires_at"]
    assert elsewhere["id"] != first["id"], "another till, another cue"
    assert [message["cue"]["id"] for message in told] == [first["id"], first["id"], elsewhere["id"]]


def test_a_checkin_after_an_answer_raises_a_new_cue(shop: Shop) -> None:
    regular(shop)
    with screen(shop) as counter:
        first = shop.checkin()["cue"]
        counter.next()
        counter.done(first["id"], "dismissed")
        counter.next()
        second = shop.checkin()["cue"]
        assert counter.next()["cue"]["id"] == second["id"] != first["id"]


def test_the_same_delivery_again_alters_no_cue(shop: Shop) -> None:
    regular(shop)
    order = shop.sale(LATTE, who=make.AMINA, state="open", revision=3)
    shop.post(order)
    before = shop.messages()
    shop.service.pass_time(seconds=10)
    assert shop.post([order, order, replace(order, revision=1), replace(order, revision=2)])["duplicates"] == 4
    assert shop.messages() == before


# -- closing ----------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(("bought", "outcome"), [(LATTE, "usual"), (TEA, "other")])
@pytest.mark.parametrize("raised_by", ["a check-in", "an open order"])
def test_the_paid_sale_closes_the_cue_raised_before_it(
    shop: Shop, raised_by: str, bought: object, outcome: str
) -> None:
    regular(shop)
    order = shop.sale(bought, who=make.AMINA, state="open")
    with screen(shop) as counter:
        if raised_by == "a check-in":
            shop.checkin()
        else:
            shop.post(order)
        cue = counter.next()["cue"]
        shop.service.pass_time(seconds=30)
        shop.post(replace(make.paid_of(order), changed_at=shop.service.now))
        closed = counter.next()
    assert (closed["type"], closed["cue"], closed["outcome"]) == ("closed", cue["id"], outcome)
    assert kinds(shop) == [("cue", None), ("closed", outcome)], "the paid sale raises none of its own"


def test_the_paid_sale_closes_the_cue_at_another_till_too(shop: Shop) -> None:
    regular(shop)
    with screen(shop, None) as counter:
        cue = shop.checkin(shop.presence(till="2"))["cue"]
        shop.post(shop.sale(LATTE, who=make.AMINA, till="1"))
        counter.next()
        assert counter.next()["cue"] == cue["id"]


def test_a_voided_order_closes_the_cue_it_raised(shop: Shop) -> None:
    """Nobody is ordering any more; and the cue of a check-in is not its own."""
    regular(shop)
    order = shop.sale(LATTE, who=make.AMINA, state="open")
    with screen(shop) as counter:
        shop.post(order)
        cue = counter.next()["cue"]
        shop.post(make.void_of(order, at=shop.service.now))
        closed = counter.next()
    assert (closed["type"], closed["cue"], closed["outcome"]) == ("closed", cue["id"], "dismissed")
    assert kinds(shop) == [("cue", None), ("closed", "dismissed")]


def test_a_cue_that_nobody_answers_expires(shop: Shop) -> None:
    regular(shop)
    with screen(shop) as counter:
        cue = shop.checkin()["cue"]
        counter.next()
        shop.service.pass_time(seconds=121)
        closed = counter.next()
    assert (closed["type"], closed["cue"], closed["outcome"]) == ("closed", cue["id"], "expired")
    with shop.counter("1") as late:
        assert late.opened()["cues"] == []


@pytest.mark.parametrize("outcome", ["usual", "other", "wrong-person", "redeemed", "dismissed"])
def test_every_answer_closes_the_cue_on_every_screen(shop: Shop, outcome: str) -> None:
    regular(shop)
    with screen(shop) as counter, screen(shop, None) as other:
        cue = shop.checkin()["cue"]
        for one in (counter, other):
            one.next()
        counter.done(cue["id"], outcome)
        for one in (counter, other):
            closed = one.next()
            assert (closed["type"], closed["cue"], closed["outcome"]) == ("closed", cue["id"], outcome)


def test_the_first_answer_holds(shop: Shop) -> None:
    regular(shop)
    with screen(shop) as counter:
        cue = shop.checkin()["cue"]
        counter.next()
        for outcome in ("usual", "other", "usual"):
            counter.done(cue["id"], outcome)
        assert counter.next()["outcome"] == "usual"
        counter.done("nothing", "usual")
        assert counter.next()["error"]["code"] == "unknown-cue"
    assert kinds(shop) == [("cue", None), ("closed", "usual")]


# -- undo and wrong person --------------------------------------------------------------------------------------------
@pytest.mark.parametrize(("seconds", "reopens"), [(0, True), (30, True), (31, False)])
def test_undo_reopens_within_thirty_seconds(shop: Shop, seconds: int, reopens: bool) -> None:
    regular(shop)
    with screen(shop) as counter:
        cue = shop.checkin()["cue"]
        counter.next()
        counter.done(cue["id"], "dismissed")
        counter.next()
        shop.service.pass_time(seconds=seconds)
        counter.undo(cue["id"])
        answer = counter.next()
        if not reopens:
            assert (answer["type"], answer["error"]["code"]) == ("fault", "too-late")
            return
        assert (answer["type"], answer["cue"]["id"]) == ("cue", cue["id"])
        counter.done(cue["id"], "usual")
        assert counter.next()["outcome"] == "usual"


def test_undo_of_what_is_open_or_closed_by_a_sale_changes_nothing(shop: Shop) -> None:
    regular(shop)
    with screen(shop) as counter:
        cue = shop.checkin()["cue"]
        counter.next()
        counter.undo(cue["id"])
        shop.post(shop.sale(LATTE, who=make.AMINA))
        assert counter.next()["outcome"] == "usual"
        counter.undo(cue["id"])
        assert counter.next()["error"]["code"] == "too-late"


def everything(shop: Shop, *people: Enrolled) -> list[tuple[object, ...]]:
    """What is known of these people, with the bytes of their memories."""
    found: list[tuple[object, ...]] = []
    for person in people:
        told: Message = shop.customer(person)
        rows = shop.service.rows("SELECT memory FROM states WHERE customer = ?", person.id)
        memory = rows[0][0] if rows else NOTHING_KNOWN
        found.append((told["points"], told["recognition"], told["visits"], memory))
    return found


@pytest.mark.parametrize("raised_by", ["the paid sale", "a check-in before it"])
def test_wrong_person_takes_the_sale_off_and_undo_gives_it_back(shop: Shop, raised_by: str) -> None:
    amina = regular(shop)
    before = everything(shop, amina)
    with screen(shop) as counter:
        if raised_by != "the paid sale":
            shop.checkin()
            counter.next()
        shop.post(shop.sale(TEA, who=make.AMINA))
        message = counter.next()
        cue = message["cue"] if isinstance(message["cue"], str) else message["cue"]["id"]
        taken = everything(shop, amina)
        assert taken != before
        counter.done(cue, "wrong-person")
        assert counter.next()["outcome"] == "wrong-person"
        assert everything(shop, amina) == before
        counter.undo(cue)
        assert counter.next()["cue"]["id"] == cue
        assert everything(shop, amina) == taken
    shop.verified()


def test_a_sale_taken_off_stays_off_in_its_later_revisions(shop: Shop) -> None:
    amina = regular(shop)
    before = everything(shop, amina)
    order = shop.sale(TEA, who=make.AMINA, state="open")
    with screen(shop) as counter:
        shop.post(order)
        counter.done(counter.next()["cue"]["id"], "wrong-person")
        counter.next()
    shop.post(make.paid_of(order))
    assert everything(shop, amina) == before
    assert kinds(shop) == [("cue", None), ("closed", "wrong-person")]


def of_two(shop: Shop) -> Transaction:
    """Paid with Amina's card and with Ben's."""
    sale = make.sale(TEA, who=make.AMINA, by="fingerprint", shop=shop.id, id="both", at=shop.service.now)
    return replace(sale, tenders=(*sale.tenders, replace(sale.tenders[0], fingerprint=make.BEN.fingerprint)))


def test_two_people_on_one_sale_are_a_question_and_never_a_merge(shop: Shop) -> None:
    """Of equal evidence nobody gets it, of unequal the stronger; wrong person and undo leave it as it was."""
    amina, ben = regular(shop), shop.enrol(make.BEN)
    before = everything(shop, amina, ben)
    with screen(shop) as counter:
        shop.post(of_two(shop))
        cue = counter.next()["cue"]
        assert cue["tone"] == "ask"
        assert sorted(cue["choices"]) == ["\u2068Amina\u2069", "\u2068Ben\u2069"]
        for step in (counter.done, counter.undo):
            assert everything(shop, amina, ben) == before
            step(cue["id"], *(["wrong-person"] if step == counter.done else []))
            counter.next()
    assert everything(shop, amina, ben) == before
    assert shop.service.one("SELECT note FROM sales WHERE shop = ? AND ref = 'both'", shop.id) == "two-people"


@pytest.mark.parametrize(("answer", "whose"), [({"choice": 0}, 0), ({"choice": 1}, 1), ({}, None), (None, None)])
def test_the_baristas_answer_decides_whose_a_sale_of_two_people_is(
    shop: Shop, answer: dict[str, int] | None, whose: int | None
) -> None:
    """The chosen one gets it, also in later revisions; neither gets it to nobody; undo leaves it open again."""
    people = {"\u2068Amina\u2069": regular(shop), "\u2068Ben\u2069": shop.enrol(make.BEN)}
    before, both = everything(shop, *people.values()), of_two(shop)
    with screen(shop) as counter:
        shop.post(both)
        cue = counter.next()["cue"]
        outcome = {"outcome": "usual"} | answer if answer is not None else {"outcome": "other"}
        for _ in range(2):
            counter.say({"type": "done", "cue": cue["id"]} | outcome)
            counter.next()
            owner = None if whose is None else people[cue["choices"][whose]].id
            assert shop.service.rows("SELECT person FROM sales WHERE ref = 'both' AND shop = ?", shop.id) == [(owner,)]
            assert (everything(shop, *people.values()) == before) == (whose is None)
            counter.undo(cue["id"])
            counter.next()
            assert everything(shop, *people.values()) == before
        counter.say({"type": "done", "cue": cue["id"]} | outcome)
        counter.next()
    shop.post(replace(both, revision=2, tip=10, total=both.total + 10))
    assert shop.service.rows("SELECT person FROM sales WHERE ref = 'both' AND shop = ?", shop.id) == [(owner,)]
    shop.verified()


def test_a_screen_may_say_hello_again(shop: Shop) -> None:
    """On the same socket, after a gap: it gets what it missed, or a snapshot, and then goes on."""
    shop.enrol()
    hello = {"type": "hello", "key": shop.screen_key, "shop": shop.id, "till": "1"}
    with screen(shop) as counter:
        for _ in range(3):
            shop.checkin()
        assert [message["seq"] for message in counter.take(3)] == [1, 2, 3]
        counter.say(hello | {"after": 1})
        assert [(message["seq"], message["prev"]) for message in counter.take(2)] == [(2, 1), (3, 2)]
        counter.say(hello | {"after": None})
        assert counter.opened()["seq"] == 3
        counter.say(hello | {"after": 3})
        shop.checkin()
        message = counter.next()
        assert (message["seq"], message["prev"]) == (4, 3)
        counter.say(hello | {"till": "2", "after": None})
        assert counter.opened()["cues"] == []
        shop.checkin(shop.presence(till="1"))
        shop.checkin(shop.presence(till="2"))
        assert counter.next()["cue"]["till"] == "2"


def test_the_stronger_evidence_wins_and_the_barista_is_asked(shop: Shop) -> None:
    amina, ben = regular(shop), shop.enrol(make.BEN)
    sale = shop.sale(TEA, who=make.AMINA, by="phone")
    with screen(shop) as counter:
        shop.post(replace(sale, tenders=make.sale(who=make.BEN, by="fingerprint").tenders))
        assert counter.next()["cue"]["tone"] == "ask"
    assert len(shop.customer(amina)["visits"]) == 13
    assert shop.customer(ben)["visits"] == []


def test_two_cards_are_no_question_where_one_wants_to_be_left_alone(shop: Shop) -> None:
    regular(shop)
    shop.enrol(make.BEN, consents=Consents(), greeting="none")
    sale = shop.sale(TEA, who=make.AMINA, by="phone")
    with screen(shop) as counter:
        shop.post(replace(sale, tenders=make.sale(who=make.BEN, by="fingerprint").tenders))
        cue = counter.next()["cue"]
    assert (cue["tone"], cue["name"], cue["choices"]) == ("inform", None, [])
    assert "Ben" not in str(cue)
    assert "Amina" not in str(cue)


# -- the socket -------------------------------------------------------------------------------------------------------
def test_a_screen_is_told_where_it_is(shop: Shop, service: Service) -> None:
    with shop.counter("1") as counter:
        empty = counter.opened()
    regular(shop)
    with shop.counter("1") as counter:
        full = counter.opened()
    assert (empty["people"], full["people"] > 0) == (0, True)
    assert (full["seq"], full["cues"], full["shop"], full["language"]) == (0, [], "Corner", "en")
    assert full["timezone"] == make.ZONE.key
    assert full["now"].startswith(f"{service.now.astimezone(UTC):%Y-%m-%dT%H:%M:%S}")


def test_how_many_were_greeted_is_counted_by_the_business_day(shop: Shop) -> None:
    regular(shop)
    shop.service.move(make.at("23:30", 31))
    with screen(shop) as counter:
        shop.checkin()
        shop.post(shop.sale(LATTE, who=make.AMINA))
        counter.take(2)
    for clock, day, greeted in (("23:59", 31, 1), ("03:59", 32, 1), ("04:00", 32, 0)):
        shop.service.move(make.at(clock, day))
        with shop.counter("1") as counter:
            assert counter.opened()["greeted"] == greeted, (clock, day)


@pytest.mark.parametrize("language", ["tlh", "xx-YY", "EN-gb", "☕"])
def test_a_language_we_do_not_have_is_answered_in_english(shop: Shop, language: str) -> None:
    with shop.counter("1", language=language) as counter:
        assert counter.opened()["language"] == "en"


def test_a_hello_that_is_none_is_closed(shop: Shop) -> None:
    for hello in ({}, {"type": "hello"}, {"type": "done", "cue": "x", "outcome": "usual"}):
        with Counter(shop.service, hello) as counter:
            assert counter.closing_code() == 1008
    with shop.counter("1", after=-1) as counter:
        assert counter.closing_code() == 1008


def test_a_message_that_is_none_is_answered_and_the_screen_goes_on(shop: Shop) -> None:
    shop.enrol()
    with screen(shop) as counter:
        for nonsense in (
            "",
            "[]",
            "{",
            '{"type": "done"}',
            '{"type": "hello"}',
            '{"type":"undo","cue":7}',
            "[" * 60_000,
        ):
            counter.say(nonsense)
            assert counter.next()["type"] == "fault", nonsense[:20]
        shop.checkin()
        assert counter.next()["type"] == "cue"
