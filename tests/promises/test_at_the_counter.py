"""Whose is it? Said at the counter: wrong person and somebody else, a new card, a code to join by, half a name."""

from __future__ import annotations

from collections import Counter as Counts
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest
from msgspec.structs import replace

from loyalty.acts.joins import CODE_SECONDS, CODES_MAX, POSTER_MAX
from loyalty.reports.look_up import FOUND_MAX
from loyalty.web.misses import MISSES_MAX
from loyalty.wire import Consents, Presence
from tests import make
from tests.promises.guests import guest
from tests.running import Counter, Enrolled, Message, Shop

pytestmark = pytest.mark.slow

LATTE = make.line("Latte", "Medium", "Oat milk")


def owner(shop: Shop, ref: str) -> Any:
    return shop.service.one("SELECT person FROM sales WHERE shop = ? AND ref = ?", shop.id, ref)


def known_of(shop: Shop, *people: Enrolled) -> list[Any]:
    """What is known of each: balance, visits, habit."""
    seen = [shop.customer(one) for one in people]
    return [[one["points"], one["visits"], one["recognition"]] for one in seen]


def instead(shop: Shop, who: make.Who, cue: str) -> Presence:
    return replace(shop.presence(who), instead=cue)


def look(shop: Shop, query: str) -> Message:
    answer = shop.http("POST", "/v1/people", shop.screen_key, {"shop": shop.id, "query": query})
    assert answer.status_code == 200, answer.text
    found: Message = answer.json()
    return found


def code(shop: Shop, **fields: Any) -> Message:
    answer = shop.http("POST", "/v1/joins", shop.screen_key, {"shop": shop.id, "till": "1"} | fields)
    assert answer.status_code == 201, answer.text
    found: Message = answer.json()
    return found


def join(shop: Shop, made: Message, status: int = 201, **fields: Any) -> Message:
    form = {"name": "Otieno", "greeting": "full", "phone": "0712 555 014"} | fields
    answer = shop.http("POST", "/v1/join", made["url"].partition("#")[2], form)
    assert answer.status_code == status, answer.text
    found: Message = answer.json()
    return found


def nothing_came(screen: Counter) -> bool:
    with pytest.raises(TimeoutError):
        screen.next(0.2)
    return True


# -- wrong person -----------------------------------------------------------------------------------------------------
def test_choosing_somebody_puts_the_sale_on_them_and_undo_leaves_no_trace(shop: Shop) -> None:
    amina, ben = shop.enrol(make.AMINA), shop.enrol(make.BEN)
    nothing = known_of(shop, amina, ben)
    with shop.counter("1") as screen:
        screen.next()
        shop.post(shop.sale(LATTE, who=make.AMINA, id="7"))
        cue = screen.next()["cue"]
        assert cue["sale"]
        before = known_of(shop, amina, ben)
        screen.done(cue["id"], "wrong-person")
        screen.next()
        assert known_of(shop, amina, ben) == nothing
        answer = shop.http("POST", "/v1/checkins", shop.screen_key, instead(shop, make.BEN, cue["id"]))
        assert answer.json()["customer"]["id"] == ben.id
        theirs = screen.next()["cue"]
        assert (theirs["sale"], "Ben" in theirs["say"]) == (True, True)
        assert owner(shop, "7") == ben.id
        shop.service.pass_time(seconds=25)
        screen.undo(cue["id"])
        told = [screen.next() for _ in range(2)]
        assert [(one["type"], one.get("outcome")) for one in told] == [("closed", "dismissed"), ("cue", None)]
        assert (told[0]["cue"], told[1]["cue"]["id"]) == (theirs["id"], cue["id"])
    assert known_of(shop, amina, ben) == before
    assert owner(shop, "7") == amina.id
    assert shop.service.one("SELECT assigned FROM sales WHERE shop = ? AND ref = '7'", shop.id) is None
    shop.verified()


def test_a_second_wrong_person_is_undone_to_the_first_choice(shop: Shop) -> None:
    shop.enrol(make.AMINA)
    ben = shop.enrol(make.BEN)
    with shop.counter("1") as screen:
        screen.next()
        shop.post(shop.sale(LATTE, who=make.AMINA, id="7"))
        first = screen.next()["cue"]["id"]
        screen.done(first, "wrong-person")
        screen.next()
        shop.checkin(instead(shop, make.BEN, first))
        second = screen.next()["cue"]["id"]
        screen.done(second, "wrong-person")
        screen.next()
        assert owner(shop, "7") is None
        screen.undo(second)
        screen.next()
        assert owner(shop, "7") == ben.id


def test_a_new_card_takes_the_sale_that_was_taken_off(shop: Shop) -> None:
    shop.enrol(make.AMINA)
    with shop.counter("1") as screen:
        screen.next()
        shop.post(shop.sale(LATTE, who=make.AMINA, id="7"))
        cue = screen.next()["cue"]["id"]
        screen.done(cue, "wrong-person")
        screen.next()
    body = {"name": "Ben", "consents": Consents(recognise=True, remember=True), "till": "1", "instead": cue}
    made = shop.http("POST", "/v1/customers", shop.screen_key, body).json()
    assert owner(shop, "7") == made["id"]


def test_only_what_was_just_answered_wrong_can_be_given_to_somebody_else(shop: Shop) -> None:
    shop.enrol(make.AMINA)
    ben = shop.enrol(make.BEN)
    cue = shop.checkin()["cue"]["id"]
    error = shop.refused(instead(shop, make.BEN, cue), 409, "/v1/checkins", shop.screen_key)
    assert (error["code"], error["at"]) == ("too-late", "instead")
    assert shop.refused(instead(shop, make.BEN, "none"), 404, "/v1/checkins", shop.screen_key)
    assert shop.customer(ben)["points"] == 0


# -- a new card -------------------------------------------------------------------------------------------------------
def test_after_enrolling_the_sale_at_that_till_in_the_last_moments_is_theirs(shop: Shop) -> None:
    amina = shop.enrol(make.AMINA)
    shop.post([shop.sale(LATTE, id="old", till="1"), shop.sale(LATTE, id="other", till="2")])
    shop.service.pass_time(minutes=4)
    shop.post([shop.sale(LATTE, id="now", till="1"), shop.sale(LATTE, id="hers", who=make.AMINA, till="1")])
    made = shop.http("POST", "/v1/customers", shop.screen_key, {"name": "Ben", "till": "1"}).json()
    assert [owner(shop, ref) for ref in ("old", "other", "now", "hers")] == [None, None, made["id"], amina.id]
    assert shop.customer(made["id"])["points"] == 1


# -- the code ---------------------------------------------------------------------------------------------------------
def test_a_customer_joins_on_their_own_phone_and_the_counter_greets_them_with_their_sale(shop: Shop) -> None:
    with shop.counter("1") as screen, shop.counter("2") as other:
        screen.next()
        other.next()
        shop.post(shop.sale(LATTE, id="7", till="1"))
        made = code(shop)
        token = made["url"].partition("#")[2]
        assert shop.http("GET", "/v1/join", token).json() == {"shop": "Corner", "language": "en", "friends": False}
        theirs = join(shop, made)
        cue = screen.next()["cue"]
        assert (cue["join"], "Otieno" in cue["say"]) == (made["id"], True)
        assert owner(shop, "7") == theirs["id"]
        assert nothing_came(other)
    assert shop.http("GET", "/v1/card", theirs["card_url"].partition("#")[2]).json()["name"] == "Otieno"
    assert shop.customer(theirs["id"])["consents"]["remember"]


def test_the_first_sale_after_the_code_was_shown_is_theirs_where_none_was_before(shop: Shop) -> None:
    made = code(shop)
    shop.service.pass_time(seconds=60)
    shop.post([shop.sale(LATTE, id="theirs", till="1")])
    shop.service.pass_time(seconds=5)
    shop.post([shop.sale(LATTE, id="next", till="1")])
    who = join(shop, made)["id"]
    assert [owner(shop, ref) for ref in ("theirs", "next")] == [who, None]


@pytest.mark.parametrize("greeting", ["full", "name", "points", "none"])
def test_how_they_wish_to_be_greeted_is_what_they_agree_to(shop: Shop, greeting: str) -> None:
    who = shop.customer(join(shop, code(shop), greeting=greeting)["id"])
    wanted = {"recognise": greeting in ("full", "name"), "remember": greeting == "full"}
    assert who["greeting"] == greeting
    assert {name: who["consents"][name] for name in wanted} == wanted


def test_a_code_is_used_once_and_soon(shop: Shop) -> None:
    made, late = code(shop), code(shop)
    assert join(shop, made, 422, name="  ")["error"]["at"] == "name"
    join(shop, made)
    assert join(shop, made, 401)["error"]["code"] == "used"
    shop.service.pass_time(seconds=CODE_SECONDS)
    assert join(shop, late, 401, phone="0712 555 015")["error"]["code"] == "used"


def test_a_taken_number_does_not_use_the_code_up(shop: Shop) -> None:
    shop.enrol(make.AMINA)
    made = code(shop)
    assert join(shop, made, 409, phone=make.AMINA.phone)["error"]["code"] == "already-known"
    join(shop, made)


def test_codes_are_limited_per_shop(shop: Shop) -> None:
    for _ in range(CODES_MAX):
        code(shop)
    assert shop.http("POST", "/v1/joins", shop.screen_key, {"shop": shop.id}).status_code == 429
    shop.service.pass_time(seconds=CODE_SECONDS)
    code(shop)


def test_the_posters_code_stays_the_same_greets_nobody_and_is_limited_by_the_hour(shop: Shop) -> None:
    made = code(shop, poster=True)
    assert (made, made["expires_at"]) == (code(shop, poster=True), None)
    with shop.counter("1") as screen:
        screen.next()
        for number in range(POSTER_MAX):
            join(shop, made, phone=None, name=f"Guest {number}")
        assert join(shop, made, 429, phone=None)["error"]["code"] == "slow-down"
        assert nothing_came(screen)
    shop.service.pass_time(minutes=61)
    join(shop, made, phone=None)
    forged = {"url": made["url"][:-1] + ("0" if made["url"][-1] != "0" else "1")}
    assert join(shop, forged, 401)["error"]["code"] == "used"


# -- looking somebody up ----------------------------------------------------------------------------------------------
def test_half_a_name_finds_and_chooses_nobody(shop: Shop) -> None:
    """Also where there is only one: `sure` is a whole number or a whole card."""
    zoe = shop.enrol(guest(1, "Zoë Wanjiru"))
    assert look(shop, "  ZOE ") == {
        "people": [{"id": zoe.id, "name": "Zoë Wanjiru", "letters": zoe.card[-2:], "sure": False}],
        "more": False,
    }
    assert [one["id"] for one in look(shop, "wanj")["people"]] == [zoe.id], "the beginning of any word"
    assert look(shop, "anjiru")["people"] == []
    for whole in (zoe.card, zoe.card.lower(), zoe.who.phone):
        assert [(one["id"], one["sure"]) for one in look(shop, whole)["people"]] == [(zoe.id, True)]


def test_whole_names_come_first_then_the_latest_visitors_a_few_at_a_time(shop: Shop) -> None:
    everybody = [shop.enrol(guest(number, f"Amina {letter}")) for number, letter in enumerate("BCDEFGHI")]
    exact = shop.enrol(guest(50, "Amina"))
    latest = everybody[5]
    shop.post(shop.sale(LATTE, who=latest.who))
    found = look(shop, "amina")
    assert [one["id"] for one in found["people"]][:2] == [exact.id, latest.id]
    assert (len(found["people"]), found["more"]) == (FOUND_MAX, True)


def test_who_wants_quiet_is_not_found_by_name_and_shown_without_one(shop: Shop) -> None:
    quiet = guest(1, "Quiet")
    known = shop.enrol_as(quiet, make.enrolment(quiet, greeting="points"))
    unasked = shop.enrol(guest(2, "Quiana"), consents=Consents())
    assert look(shop, "Qui")["people"] == []
    for one in (known, unasked):
        assert [(row["id"], row["name"]) for row in look(shop, one.card)["people"]] == [(one.id, None)]


def test_who_is_new_is_found_at_once(shop: Shop) -> None:
    assert look(shop, "Otieno")["people"] == []
    made = join(shop, code(shop))
    assert [one["id"] for one in look(shop, "otieno")["people"]] == [made["id"]]


def test_who_enrolled_while_the_clock_was_set_back_is_found(shop: Shop) -> None:
    """And is no longer, whenever they are erased by such a clock."""
    early, late = (shop.enrol(guest(number, f"Nafula {letter}")) for number, letter in enumerate("AB"))
    assert {one["id"] for one in look(shop, "nafula")["people"]} == {early.id, late.id}
    shop.service.pass_time(hours=-3)
    between = shop.enrol(guest(2, "Nafula C"))
    shop.service.pass_time(hours=-3)
    first = shop.enrol(guest(3, "Nafula D"))
    assert {one["id"] for one in look(shop, "nafula")["people"]} == {early.id, late.id, between.id, first.id}
    for one in (late, first):
        assert shop.http("DELETE", f"/v1/customers/{one.id}", shop.owner_key).status_code == 204
        shop.service.pass_time(hours=-3)
    assert {one["id"] for one in look(shop, "nafula")["people"]} == {early.id, between.id}


def test_who_was_chosen_is_here(shop: Shop) -> None:
    amina = shop.enrol(make.AMINA)
    with shop.counter("1") as screen:
        screen.next()
        body = {"shop": shop.id, "till": "1", "customer": amina.id}
        assert shop.http("POST", "/v1/checkins", shop.screen_key, body).json()["customer"]["id"] == amina.id
        assert "Amina" in screen.next()["cue"]["say"]
    nobody = {"shop": shop.id, "till": "1", "customer": "nobody"}
    assert shop.refused(nobody, 404, "/v1/checkins", shop.screen_key)["code"] == "unknown-customer"


def test_look_ups_are_limited_and_logged_without_names(shop: Shop) -> None:
    shop.enrol(guest(1, "Zebedee"))
    for _ in range(MISSES_MAX):
        look(shop, "zebedee")
    answer = shop.http("POST", "/v1/people", shop.screen_key, {"shop": shop.id, "query": "zebedee"})
    assert (answer.status_code, answer.json()["error"]["code"]) == (429, "slow-down")
    assert shop.checkin(shop.presence(guest(1)))["customer"]["name"] == "Zebedee", "selling goes on"
    log = shop.service.log.read_text()
    assert "people looked up" in log
    assert "ebedee" not in log


def test_names_that_nobody_has_count_as_misses(shop: Shop) -> None:
    for number in range(MISSES_MAX):
        look(shop, f"nobody {number}")
    assert shop.http("POST", "/v1/checkins", shop.screen_key, shop.presence()).status_code == 429


# -- a till that fell silent ------------------------------------------------------------------------------------------
def test_a_silent_till_is_told_to_its_screens_within_its_own_hours(shop: Shop) -> None:
    morning = shop.service.now.replace(hour=6, minute=0, second=0)
    for week in (7, 14):
        day = morning - timedelta(days=week)
        shop.post([shop.sale(at=day + timedelta(minutes=5 * n), till="2") for n in range(90)])
    shop.service.move(morning + timedelta(minutes=15))
    shop.post(shop.sale(till="2"))

    def silent(till: str | None) -> Any:
        with shop.counter(till) as screen:
            return screen.next()["silent"]

    assert silent("2") is None
    shop.service.pass_time(minutes=11)
    assert (
        silent("2")
        == silent(None)
        == {
            "till": "2",
            "since": (morning + timedelta(minutes=15)).strftime("%Y-%m-%dT%H:%M:%SZ"),
        }
    )
    assert silent("1") is None
    shop.service.move(morning + timedelta(hours=9))
    assert silent("2") is None, "it sells until half past one"


def test_look_ups_made_side_by_side_are_limited_like_those_one_after_the_other(shop: Shop) -> None:
    """Nobody learns from a flood of them whose numbers the shop knows."""
    shop.enrol()
    wanted = [replace(shop.presence(), phone=f"+25479{n:07d}") for n in range(3 * MISSES_MAX)]
    with ThreadPoolExecutor(60) as pool:
        answers = pool.map(lambda one: shop.http("POST", "/v1/checkins", shop.screen_key, one).status_code, wanted)
        found = Counts(answers)
    assert found == {404: MISSES_MAX, 429: 2 * MISSES_MAX}


def test_a_code_for_a_sale_taken_off_somebody_who_was_erased_since_can_still_be_used(shop: Shop) -> None:
    amina = shop.enrol()
    shop.post(shop.sale(who=amina.who, till="1"))
    with shop.counter("1") as screen:
        [cue] = screen.opened()["cues"]
        screen.done(cue["id"], "wrong-person")
        screen.next()
    made = code(shop, instead=cue["id"])
    assert shop.http("DELETE", f"/v1/customers/{amina.id}", shop.owner_key).status_code == 204
    assert shop.customer(join(shop, made)["id"])["name"]
