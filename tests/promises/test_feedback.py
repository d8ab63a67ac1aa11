"""How was it? Asked rarely and never at payment; said to the owner alone; and the next greeting is a better one."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import pytest

from loyalty.wire import Consents
from loyalty.wire_feedback import SENTENCE_CHARS_MAX, SENTENCES_MAX, THREADS_MAX
from tests import make
from tests.promises.guests import guest
from tests.running import Counter, Enrolled, Shop

pytestmark = pytest.mark.slow

LOUD = "The milk was cold and nobody looked up."


def card(shop: Shop, known: Enrolled, method: str = "GET", path: str = "", body: object = None) -> Any:
    answer = shop.http(method, f"/v1/card{path}", known.card_key, body)
    assert answer.status_code < 300, answer.text
    return answer.json() if answer.content else answer.status_code


def refusal(shop: Shop, known: Enrolled, method: str, path: str, body: object = None) -> tuple[int, str]:
    answer = shop.http(method, f"/v1/card{path}", known.card_key, body)
    return answer.status_code, answer.json()["error"]["code"]


def come(shop: Shop, known: Enrolled, days: int = 10, **fields: Any) -> None:
    """A latte a day, the last one now."""
    now = shop.service.now
    shop.post([shop.sale(who=known.who, at=now - timedelta(days=day), **fields) for day in reversed(range(days))])


def asked(shop: Shop, known: Enrolled) -> Any:
    """Ten visits, and an hour later the card is taken out."""
    come(shop, known)
    shop.service.pass_time(hours=1)
    found = card(shop, known)["question"]
    assert found is not None
    return found


def thumb(shop: Shop, known: Enrolled, question: Any, which: str, text: str | None = None) -> None:
    body = {"question": question["id"], "thumb": which} | ({"text": text} if text is not None else {})
    assert card(shop, known, "POST", "/answers", body) == 204


def next_cue(screen: Counter) -> Any:
    """The next that is raised or comes back; what closes meanwhile, such as one of an hour ago, is passed over."""
    while (found := screen.next())["type"] != "cue":
        pass
    return found["cue"]


@pytest.fixture
def amina(shop: Shop) -> Enrolled:
    return shop.enrol()


# -- asked ------------------------------------------------------------------------------------------------------------
def test_never_at_payment_and_once_within_three_days(shop: Shop, amina: Enrolled) -> None:
    come(shop, amina)
    assert card(shop, amina)["question"] is None, "they still stand there"
    shop.service.pass_time(minutes=29)
    assert card(shop, amina)["question"] is None
    shop.service.pass_time(minutes=1)
    found = card(shop, amina)["question"]
    assert found["items"] == ["latte"]
    assert found["timezone"] == make.ZONE.key
    assert card(shop, amina)["question"] == found, "shown again while it stands, and asked once"
    assert shop.service.one("SELECT COUNT(*) FROM questions WHERE customer = ?", amina.id) == 1
    shop.service.pass_time(hours=10)
    shop.checkin()
    assert card(shop, amina)["question"] is None, "at the counter again"
    shop.service.pass_time(minutes=30)
    assert card(shop, amina)["question"] == found
    shop.service.pass_time(days=1)
    assert card(shop, amina)["question"] is None, "it stood for a day"


def test_it_is_too_late_after_three_days_and_too_early_before_ten_visits(shop: Shop, amina: Enrolled) -> None:
    come(shop, amina, 9)
    shop.service.pass_time(hours=1)
    assert card(shop, amina)["question"] is None
    shop.post(shop.sale(who=amina.who))
    shop.service.pass_time(days=3, seconds=1)
    assert card(shop, amina)["question"] is None


def test_limits_hold_while_the_months_go_by(shop: Shop, amina: Enrolled) -> None:
    """A visit a day for twenty weeks, and the card looked at after each: nothing is answered."""
    shown = []
    for day in range(140):
        shop.post(shop.sale(who=amina.who))
        shop.service.pass_time(hours=2)
        if card(shop, amina)["question"] is not None:
            shown.append(day)
        shop.service.pass_time(hours=22)
    assert shown == [9, 30], "the tenth, one after three weeks, and peace after two that were ignored"


def test_skipped_is_skipped(shop: Shop, amina: Enrolled) -> None:
    question = asked(shop, amina)
    thumb(shop, amina, question, "skip")
    assert card(shop, amina)["question"] is None
    assert card(shop, amina, path="/thread")["said"] == []
    assert shop.owner("GET", "/v1/threads") == {"rows": [], "unread": 0, "bad": 0, "up": 0, "down": 0}


@pytest.mark.parametrize("how", ["left alone", "not remembered", "refunded", "in part", "voided", "switched off"])
def test_nobody_is_asked_who(shop: Shop, amina: Enrolled, how: str) -> None:
    come(shop, amina, 10)
    sale = shop.sale(make.line("Latte"), make.line("Tea"), who=amina.who, at=shop.service.now + timedelta(seconds=1))
    shop.post(sale)
    if how == "left alone":
        card(shop, amina, "PUT", body={"greeting": "none"})
    elif how == "switched off":
        assert shop.owner("PUT", "/v1/settings", {"hold_out": 0, "asks": False})["asks"] is False
        assert shop.owner("PUT", "/v1/settings", {"hold_out": 5})["asks"] is False, "what is left out stays"
    elif how == "refunded":
        shop.post(make.refunded(sale))
    elif how == "voided":
        shop.post(make.void_of(sale))
    elif how == "in part":
        shop.post(make.refund_of(sale, make.line("Tea"), id="back", at=shop.service.now))
    else:
        shop.service.pass_time(seconds=1)
        amina = shop.enrol(make.BEN, consents=Consents(recognise=True))
        come(shop, amina)
    shop.service.pass_time(hours=1)
    found = card(shop, amina)["question"]
    if how in ("refunded", "voided"):
        assert found["items"] == ["latte"], "the rest of the visit is one as before"
    else:
        assert found is None


def test_a_visit_that_is_no_more_is_not_asked_about_any_more(shop: Shop, amina: Enrolled) -> None:
    come(shop, amina, 9)
    shop.service.pass_time(days=1)
    last = shop.sale(who=amina.who)
    shop.post(last)
    shop.service.pass_time(hours=1)
    assert card(shop, amina)["question"] is not None
    shop.post(make.void_of(last))
    assert card(shop, amina)["question"] is None


# -- answered ---------------------------------------------------------------------------------------------------------
def test_an_answer_is_the_same_however_often_it_is_sent(shop: Shop, amina: Enrolled) -> None:
    question = asked(shop, amina)
    thumb(shop, amina, question, "down")
    for _ in range(2):
        thumb(shop, amina, question, "down", LOUD)
    [one] = card(shop, amina, path="/thread")["said"]
    assert (one["thumb"], one["text"], one["by"], one["seen"]) == ("down", LOUD, "customer", False)
    assert card(shop, amina)["question"] is None
    threads = shop.owner("GET", "/v1/threads")
    assert (threads["unread"], threads["bad"], threads["down"], threads["up"]) == (1, 1, 1, 0)
    thumb(shop, amina, question, "up")
    assert shop.owner("GET", "/v1/threads")["bad"] == 0, "a thumb may slip"


def test_what_cannot_be_answered_is_refused_in_words(shop: Shop, amina: Enrolled) -> None:
    question = asked(shop, amina)
    ben = shop.enrol(make.BEN)
    down = {"question": question["id"], "thumb": "down"}
    assert refusal(shop, ben, "POST", "/answers", down) == (404, "unknown-question")
    assert refusal(shop, amina, "POST", "/answers", down | {"question": "nothing"}) == (404, "unknown-question")
    assert refusal(shop, amina, "POST", "/answers", down | {"thumb": "sideways"})[0] == 422
    long = "x" * (SENTENCE_CHARS_MAX + 1)
    for text in (long, "", " \n\u202e "):
        assert refusal(shop, amina, "POST", "/answers", down | {"text": text})[0] == 422
        assert refusal(shop, amina, "POST", "/thread", {"text": text, "key": "k"})[0] == 422
    assert card(shop, amina, path="/thread")["said"] == []


# -- the next greeting ------------------------------------------------------------------------------------------------
def test_the_next_greeting_takes_care_once_and_says_nothing_of_why(shop: Shop, amina: Enrolled) -> None:
    thumb(shop, amina, asked(shop, amina), "down", LOUD)
    with shop.counter() as screen:
        screen.opened()
        cue = shop.checkin()["cue"]
        seen = screen.next()
    assert (cue["tone"], cue["say"]) == ("repair", "Look after \u2068Amina\u2069\u00a0— latte?")
    assert cue["why"][0] == "Take a little more care today"
    for words in ("milk", "cold", "wrong", "complain", "feedback", "thumb", "last visit"):
        assert words not in json.dumps([cue, seen]).lower()
    shop.service.pass_time(minutes=1)
    assert shop.checkin()["cue"]["tone"] == "repair", "the same visit"
    shop.service.pass_time(minutes=1)
    shop.post(shop.sale(who=amina.who))
    shop.service.pass_time(days=1)
    assert shop.checkin()["cue"]["tone"] != "repair", "once"
    assert shop.owner("GET", "/v1/threads")["bad"] == 1, "put right is what the owner says is"


def test_a_greeting_that_was_for_somebody_else_was_not_theirs(shop: Shop, amina: Enrolled) -> None:
    thumb(shop, amina, asked(shop, amina), "down")
    with shop.counter() as screen:
        screen.opened()
        cue = shop.checkin()["cue"]
        next_cue(screen)
        screen.done(cue["id"], "wrong-person")
        assert screen.next()["type"] == "closed"
    shop.service.pass_time(days=1)
    assert shop.checkin()["cue"]["tone"] == "repair"


def test_wrong_person_by_mistake_is_no_reason_to_say_it_twice(shop: Shop, amina: Enrolled) -> None:
    thumb(shop, amina, asked(shop, amina), "down")
    with shop.counter() as screen:
        screen.opened()
        shop.post(shop.sale(who=amina.who, till="1"))
        cue = next_cue(screen)
        assert cue["tone"] == "repair"
        screen.done(cue["id"], "wrong-person")
        screen.undo(cue["id"])
        assert next_cue(screen)["id"] == cue["id"]
    shop.verified()
    shop.service.pass_time(days=1)
    assert shop.checkin()["cue"]["tone"] != "repair", "once"


def test_an_order_that_comes_without_a_check_in_is_greeted_so_too(shop: Shop, amina: Enrolled) -> None:
    thumb(shop, amina, asked(shop, amina), "down")
    with shop.counter() as screen:
        screen.opened()
        shop.post(shop.sale(who=amina.who, state="open", till="1"))
        assert next_cue(screen)["tone"] == "repair"


def test_what_was_put_right_changes_no_greeting(shop: Shop, amina: Enrolled) -> None:
    question = asked(shop, amina)
    thumb(shop, amina, question, "down", LOUD)
    thread = shop.owner("GET", f"/v1/threads/{amina.id}")
    assert thread["open"] == question["id"]
    body = {"text": "The next one is on us.", "key": "a", "rights": question["id"]}
    for _ in range(2):
        thread = shop.owner("POST", f"/v1/threads/{amina.id}", body)
    assert [(one["by"], one["righted"]) for one in thread["said"]] == [("customer", True), ("shop", False)]
    assert thread["open"] is None
    assert shop.owner("GET", "/v1/threads")["bad"] == 0
    assert shop.checkin()["cue"]["tone"] != "repair"


@pytest.mark.parametrize("greeting", ["points", "none"])
def test_a_quiet_card_stays_quiet_and_is_looked_after_when_it_is_not_any_more(
    shop: Shop, amina: Enrolled, greeting: str
) -> None:
    thumb(shop, amina, asked(shop, amina), "down")
    card(shop, amina, "PUT", body={"greeting": greeting})
    assert shop.checkin()["cue"]["tone"] == "inform"
    card(shop, amina, "PUT", body={"greeting": "name"})
    cue = shop.checkin()["cue"]
    assert (cue["tone"], cue["say"]) == ("repair", "Look after \u2068Amina\u2069")


# -- the thread -------------------------------------------------------------------------------------------------------
def test_the_thread_goes_both_ways_and_is_read(shop: Shop, amina: Enrolled) -> None:
    sent = {"text": "Do you have oat milk?", "key": "one"}
    for _ in range(2):
        found = card(shop, amina, "POST", "/thread", sent)
    assert [one["text"] for one in found["said"]] == ["Do you have oat milk?"]
    assert refusal(shop, amina, "POST", "/thread", {"text": "Other", "key": "one"}) == (422, "key-reused")
    [row] = shop.owner("GET", "/v1/threads")["rows"]
    assert (row["name"], row["text"], row["by"], row["unread"]) == ("Amina", sent["text"], "customer", 1)
    assert shop.owner("GET", f"/v1/threads/{amina.id}")["said"][0]["text"] == sent["text"]
    assert shop.owner("GET", "/v1/threads")["unread"] == 0
    shop.service.pass_time(minutes=1)
    shop.owner("POST", f"/v1/threads/{amina.id}", {"text": "Since Monday.", "key": "one"})
    assert card(shop, amina)["unread"] == 1
    thread = card(shop, amina, path="/thread")
    assert [(one["by"], one["text"]) for one in thread["said"]] == [
        ("customer", "Do you have oat milk?"),
        ("shop", "Since Monday."),
    ]
    assert thread["said"][0]["seen"], "the owner has read it"
    assert card(shop, amina)["unread"] == 0


def test_ten_sentences_are_the_most_within_a_day(shop: Shop, amina: Enrolled) -> None:
    for n in range(SENTENCES_MAX):
        left = card(shop, amina, "POST", "/thread", {"text": f"No. {n}", "key": f"{n}"})["left"]
        assert left == SENTENCES_MAX - n - 1
    more = {"text": "One more", "key": "more"}
    assert refusal(shop, amina, "POST", "/thread", more) == (409, "too-many")
    assert card(shop, amina, "POST", "/thread", {"text": "No. 0", "key": "0"})["left"] == 0, "the same is no other"
    shop.service.pass_time(days=1)
    assert card(shop, amina, "POST", "/thread", more)["left"] == SENTENCES_MAX - 1


def test_a_clock_that_was_years_ahead_for_an_hour_locks_nothing(shop: Shop, amina: Enrolled) -> None:
    right = shop.service.now
    shop.service.move(right + timedelta(days=1_200))
    early = asked(shop, amina)
    shop.checkin()
    for n in range(SENTENCES_MAX):
        card(shop, amina, "POST", "/thread", {"text": f"No. {n}", "key": f"{n}"})
    shop.service.move(right)
    found = card(shop, amina, "POST", "/thread", {"text": "Help", "key": "help"})
    assert found["left"] == SENTENCES_MAX - 1
    shop.service.pass_time(days=1)
    assert asked(shop, amina)["id"] != early["id"]


def test_the_owner_is_shown_the_newest(shop: Shop) -> None:
    people = [shop.enrol(guest(n)) for n in range(THREADS_MAX + 1)]
    for known in people:
        card(shop, known, "POST", "/thread", {"text": "Hello", "key": known.id})
        shop.service.pass_time(seconds=1)
    threads = shop.owner("GET", "/v1/threads")
    assert [row["customer"] for row in threads["rows"]] == [known.id for known in reversed(people[1:])]
    assert threads["unread"] == THREADS_MAX + 1


@pytest.mark.parametrize("then", ["not answered", "skipped"])
def test_who_was_asked_again_is_shown_with_what_they_said_before(shop: Shop, amina: Enrolled, then: str) -> None:
    question = asked(shop, amina)
    thumb(shop, amina, question, "up")
    shop.service.pass_time(days=25)
    again = asked(shop, amina)
    assert again["id"] != question["id"]
    if then == "skipped":
        thumb(shop, amina, again, "skip")
    [row] = shop.owner("GET", "/v1/threads")["rows"]
    assert (row["customer"], row["thumb"], row["by"]) == (amina.id, "up", "customer")


def test_an_answer_to_an_old_question_is_shown_with_it_however_often_they_were_asked(
    shop: Shop, amina: Enrolled
) -> None:
    question = asked(shop, amina)
    thumb(shop, amina, question, "down", LOUD)
    for _ in range(2):
        shop.service.pass_time(days=25)
        thumb(shop, amina, asked(shop, amina), "up")
    shop.owner("POST", f"/v1/threads/{amina.id}", {"text": "Sorry.", "key": "k", "rights": question["id"]})
    [row] = shop.owner("GET", "/v1/threads")["rows"]
    assert (row["by"], row["text"], row["bad"]) == ("shop", "Sorry.", False)


@pytest.mark.parametrize("wanted", [{"rights": "nothing"}, {"text": ""}, {"key": ""}])
def test_what_the_owner_cannot_say_is_refused(shop: Shop, amina: Enrolled, wanted: dict[str, str]) -> None:
    answer = shop.http("POST", f"/v1/threads/{amina.id}", shop.owner_key, {"text": "Hello", "key": "k"} | wanted)
    assert answer.status_code in (404, 422)
    assert shop.owner("GET", "/v1/threads")["rows"] == []


def test_staff_read_no_sentence(shop: Shop, amina: Enrolled) -> None:
    thumb(shop, amina, asked(shop, amina), "down", LOUD)
    for path in ("/v1/threads", f"/v1/threads/{amina.id}"):
        for key in (shop.screen_key, shop.adapter_key):
            assert shop.http("GET", path, key).status_code == 403


# -- merged, taken along, erased --------------------------------------------------------------------------------------
def test_who_turns_out_to_be_one_person_has_one_thread_and_two_again_have_two(shop: Shop, amina: Enrolled) -> None:
    ben = shop.enrol(make.BEN)
    thumb(shop, ben, asked(shop, ben), "down", LOUD)
    card(shop, amina, "POST", "/thread", {"text": "Hello", "key": "k"})
    made = shop.owner("POST", "/v1/merges", {"kept": amina.id, "gone": ben.id, "key": "m"})
    for known in (amina, ben):
        assert [one["text"] for one in card(shop, known, path="/thread")["said"]] == [LOUD, "Hello"]
    threads = shop.owner("GET", "/v1/threads")
    assert [(row["customer"], row["bad"], row["unread"]) for row in threads["rows"]] == [(amina.id, True, 2)]
    assert shop.checkin()["cue"]["tone"] == "repair"
    shop.verified()
    shop.owner("POST", f"/v1/merges/{made['id']}/undo")
    assert [one["text"] for one in card(shop, amina, path="/thread")["said"]] == ["Hello"]
    assert [one["text"] for one in card(shop, ben, path="/thread")["said"]] == [LOUD]
    shop.verified()
    shop.service.pass_time(days=1)
    assert shop.checkin()["cue"]["tone"] != "repair", "it was about Ben"
    assert shop.checkin(shop.presence(ben.who))["cue"]["tone"] == "repair", "it was said to Amina"
    shop.verified()


def test_who_was_looked_after_before_a_merge_is_not_so_again_once_it_is_undone(shop: Shop, amina: Enrolled) -> None:
    ben = shop.enrol(make.BEN)
    thumb(shop, ben, asked(shop, ben), "down")
    assert shop.checkin(shop.presence(ben.who))["cue"]["tone"] == "repair"
    shop.service.pass_time(days=1)
    made = shop.owner("POST", "/v1/merges", {"kept": amina.id, "gone": ben.id, "key": "m"})
    shop.owner("POST", f"/v1/merges/{made['id']}/undo")
    assert shop.checkin(shop.presence(ben.who))["cue"]["tone"] != "repair"


def test_what_either_writes_while_they_are_one_stays_with_whose_card_it_was(shop: Shop, amina: Enrolled) -> None:
    ben = shop.enrol(make.BEN)
    made = shop.owner("POST", "/v1/merges", {"kept": amina.id, "gone": ben.id, "key": "m"})
    card(shop, ben, "POST", "/thread", {"text": "I am diabetic.", "key": "one"})
    shop.owner("POST", f"/v1/threads/{amina.id}", {"text": "Noted, thank you.", "key": "two"})
    assert len(card(shop, amina, path="/thread")["said"]) == 2
    shop.owner("POST", f"/v1/merges/{made['id']}/undo")
    assert card(shop, amina, path="/thread")["said"] == []
    assert {one["text"] for one in card(shop, ben, path="/thread")["said"]} == {"I am diabetic.", "Noted, thank you."}


def test_it_is_in_what_we_know_and_in_the_copy(shop: Shop, amina: Enrolled) -> None:
    thumb(shop, amina, asked(shop, amina), "up", "Lovely.")
    [one] = card(shop, amina, path="/knows")["said"]
    assert (one["text"], one["thumb"]) == ("Lovely.", "up")
    copy = card(shop, amina, path="/copy")
    assert [said["text"] for said in copy["said"]] == ["Lovely."]
    assert [question["answer"] for question in copy["asked"]] == ["up"]


def test_erased_leaves_no_byte(shop: Shop, amina: Enrolled) -> None:
    thumb(shop, amina, asked(shop, amina), "down", LOUD)
    shop.owner("POST", f"/v1/threads/{amina.id}", {"text": "We are sorry.", "key": "k"})
    for contents in shop.service.files().values():
        assert LOUD.encode() not in contents
        assert b"We are sorry." not in contents
    assert shop.http("DELETE", f"/v1/customers/{amina.id}", shop.owner_key).status_code == 204
    for table in ("questions", "sentences"):
        assert shop.service.one(f"SELECT COUNT(*) FROM {table} WHERE customer = ?", amina.id) == 0
    assert shop.service.one("SELECT care_until FROM customers WHERE id = ?", amina.id) is None
    assert shop.owner("GET", "/v1/threads")["rows"] == []
    assert shop.http("GET", f"/v1/threads/{amina.id}", shop.owner_key).status_code == 410
    shop.verified()
