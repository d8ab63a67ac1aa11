"""Staff: who works here, a screen that is taken by a name and a PIN, and who did what there."""

from __future__ import annotations

from contextlib import closing
from typing import Any

import pytest

from loyalty.acts.staff import SHIFT
from loyalty.core.days import moment
from loyalty.store.database import open_vault
from loyalty.store.staff import KEPT_DAYS, SHIFTS_DAYS, members, purge
from loyalty.web.passwords import GUESSES_MAX
from loyalty.wire_staff import PIN_DIGITS_MAX, SHIFT_HOURS, STAFF_MAX, STAFF_NAME_CHARS_MAX
from tests import make
from tests.promises.team import OTIENO, SESSION, STAFF, asked, by, deeds, employ, error_of, hire, sign_on, take
from tests.promises.test_redemptions import REDEMPTIONS, with_points
from tests.running import Message, Shop

pytestmark = pytest.mark.slow


def names(shop: Shop) -> list[str]:
    return [one["name"] for one in shop.owner("GET", STAFF)["staff"]]


def here(shop: Shop, key: str | None = None) -> list[str]:
    answer = shop.http("GET", f"{STAFF}/here", key or shop.screen_key)
    assert answer.status_code == 200, answer.text
    return [one["name"] for one in answer.json()["staff"]]


def refused(shop: Shop, body: Message, path: str = STAFF, method: str = "POST") -> tuple[int, str, str]:
    answer = shop.http(method, path, shop.owner_key, body)
    return *error_of(answer), answer.json()["error"]["at"]


# -- who works here ---------------------------------------------------------------------------------------------------
def test_a_shop_without_staff_sees_nothing_of_it(shop: Shop) -> None:
    assert here(shop) == []
    amina = with_points(shop, 12)
    with shop.counter("1") as screen:
        screen.opened()
        cue = shop.checkin()["cue"]["id"]
        screen.next()
        screen.done(cue, "usual")
        assert screen.next()["type"] == "closed"
    wanted = {"customer": amina.id, "reward": "free-coffee", "till": "1", "key": "k"}
    assert asked(shop, "POST", REDEMPTIONS, wanted).status_code == 201
    done = [(what, staff, till) for what, staff, till, _, _ in deeds(shop)]
    assert done == [("enrol", None, None), ("answer", None, "1"), ("redeem", None, "1")]


def test_the_owner_adds_renames_and_ends_and_the_screens_know_it_at_once(shop: Shop) -> None:
    wanjiru = employ(shop, "Wanjiru", "4821")
    employ(shop, *OTIENO)
    assert names(shop) == here(shop) == ["Otieno", "Wanjiru"]
    shop.owner("PUT", f"{STAFF}/{wanjiru}", {"name": " Ann  Wanjiru ", "shop": None, "customer": None})
    assert here(shop) == ["Ann Wanjiru", "Otieno"]
    assert shop.http("DELETE", f"{STAFF}/{wanjiru}", shop.owner_key).status_code == 204
    assert names(shop) == here(shop) == ["Otieno"]
    assert error_of(shop.http("DELETE", f"{STAFF}/{wanjiru}", shop.owner_key)) == (410, "gone")
    assert error_of(shop.http("DELETE", f"{STAFF}/nobody", shop.owner_key)) == (404, "unknown-staff")


def test_whose_card_is_their_own_is_said_by_the_owner_and_goes_with_the_customer(shop: Shop) -> None:
    amina = shop.enrol()
    wanjiru = employ(shop, customer=amina.id)
    [row] = shop.owner("GET", STAFF)["staff"]
    assert row["customer"] == {"id": amina.id, "name": "Amina"}
    again = {"name": "Ben", "pin": "1111", "customer": amina.id}
    assert refused(shop, again) == (409, "card-taken", "customer")
    assert refused(shop, again | {"customer": "nobody"}) == (404, "unknown-customer", "customer")
    asked(shop, "POST", f"{STAFF}/session", {"staff": wanjiru, "pin": "4821"})
    assert shop.http("DELETE", f"/v1/customers/{amina.id}", shop.owner_key).status_code == 204
    assert shop.owner("GET", STAFF)["staff"][0]["customer"] is None
    assert shop.service.rows("SELECT 1 FROM deeds WHERE customer = ?", amina.id) == []
    assert refused(shop, again) == (410, "gone", "customer")


def test_a_customer_s_copy_holds_what_was_done_with_their_card_and_not_by_whom(shop: Shop) -> None:
    wanjiru = employ(shop)
    token = take(shop, wanjiru)
    answer = asked(shop, "POST", "/v1/customers", make.enrolment(make.AMINA), token)
    copied = shop.http("GET", f"/v1/customers/{answer.json()['id']}/copy", shop.owner_key)
    [deed] = copied.json()["deeds"]
    assert (deed["what"], deed["points"]) == ("enrol", 0)
    assert wanjiru not in copied.text
    assert "Wanjiru" not in copied.text


@pytest.mark.parametrize(
    "name",
    [
        "<script>alert(1)</script>",
        "'; DROP TABLE staff; --",
        "\u202eesrever",
        "မသီတာ",
        "أمينة",
        "😀",
        "Z\u0301",
        "{name}",
    ],
)
def test_a_name_is_whatever_it_is(shop: Shop, name: str) -> None:
    wanjiru = employ(shop, name)
    assert names(shop) == here(shop) == [name]
    assert sign_on(shop, wanjiru).json()["staff"]["name"] == name


def test_a_name_is_sealed_and_a_pin_is_nowhere(shop: Shop) -> None:
    employ(shop, "Wanjiru wa Kamau", "48213377")
    kept = b"".join(shop.service.files().values())
    assert b"Wanjiru wa Kamau" not in kept
    assert b"48213377" not in kept
    assert shop.service.one(
        "SELECT pin FROM staff WHERE business IN (SELECT business FROM shops WHERE id = ?)", shop.id
    ).startswith("$argon2id$")


@pytest.mark.parametrize(
    ("body", "told"),
    [
        ({"name": "  ", "pin": "4821"}, (422, "bad-field", "name")),
        ({"name": "A" * (STAFF_NAME_CHARS_MAX + 1), "pin": "4821"}, (422, "bad-field", "name")),
        ({"name": "Ann", "pin": "482"}, (422, "bad-field", "pin")),
        ({"name": "Ann", "pin": "1" * (PIN_DIGITS_MAX + 1)}, (422, "bad-field", "pin")),
        ({"name": "Ann", "pin": "48 21"}, (422, "bad-field", "pin")),
        ({"name": "Ann", "pin": "٤٨٢١"}, (422, "bad-field", "pin")),
        ({"name": "Ann", "pin": "4821\n"}, (422, "bad-field", "pin")),
        ({"name": "Ann", "pin": 4821}, (422, "bad-field", "pin")),
        ({"name": "Ann"}, (422, "bad-field", "pin")),
        ({"name": "Ann", "pin": "4821", "shop": "nowhere"}, (403, "other-shop", "shop")),
    ],
)
def test_what_is_no_name_or_no_pin_is_refused_and_changes_nothing(
    shop: Shop, body: Message, told: tuple[int, str, str]
) -> None:
    assert refused(shop, body) == told
    assert names(shop) == []


def test_two_who_meet_have_two_names_and_two_pins(shop: Shop) -> None:
    """In two shops that share nobody they may have the same."""
    sister = shop.owner("POST", "/v1/shops", {"name": "B", "currency": "KES", "timezone": "Africa/Nairobi"})
    wanjiru = employ(shop, "Wanjiru", "4821", shop=shop.id)
    assert refused(shop, {"name": "Ben", "pin": "4821"}) == (409, "pin-taken", "pin")
    assert refused(shop, {"name": "WANJIRU", "pin": "1111"}) == (409, "name-taken", "name")
    there = employ(shop, "Wanjiru", "4821", shop=sister["id"])
    assert here(shop, sister["screen_key"]) == ["Wanjiru"]
    everywhere = {"name": "Wanjiru", "shop": None, "customer": None}
    assert refused(shop, everywhere, f"{STAFF}/{there}", "PUT") == (409, "name-taken", "name")
    assert refused(shop, everywhere | {"name": "Ann"}, f"{STAFF}/{there}", "PUT") == (409, "pin-taken", "pin")
    ben = employ(shop, "Ben", "1111")
    assert refused(shop, {"pin": "4821"}, f"{STAFF}/{ben}/pin", "PUT") == (409, "pin-taken", "pin")
    shop.http("DELETE", f"{STAFF}/{wanjiru}", shop.owner_key)
    shop.http("DELETE", f"{STAFF}/{there}", shop.owner_key)
    employ(shop, "Wanjiru", "4821")


def test_a_pin_may_stay_as_it_is(shop: Shop) -> None:
    wanjiru = employ(shop)
    assert shop.http("PUT", f"{STAFF}/{wanjiru}/pin", shop.owner_key, {"pin": "4821"}).status_code == 204
    shop.owner("PUT", f"{STAFF}/{wanjiru}", {"name": "Wanjiru", "shop": shop.id, "customer": None})
    take(shop, wanjiru)


def test_so_many_work_in_a_business_and_no_more(shop: Shop) -> None:
    """Who has left does not count."""
    first = employ(shop)
    fill(shop, STAFF_MAX - 1)
    assert refused(shop, {"name": "One more", "pin": "7777"}) == (409, "too-many", "name")
    shop.http("DELETE", f"{STAFF}/{first}", shop.owner_key)
    employ(shop, "One more", "7777")
    assert len(here(shop)) == STAFF_MAX


def fill(shop: Shop, count: int) -> None:
    """So many more, without the slow hash of each."""
    business = shop.service.one("SELECT business FROM shops WHERE id = ?", shop.id)
    vault = open_vault(shop.service.place)
    rows: list[tuple[Any, ...]] = []
    for number in range(count):
        own, secret = vault.new_person()
        rows.append((f"{shop.id[:8]}{number}", business, secret, own.seal(f"Guest {number}"), "", f"m{number}", 1))
    with closing(shop.service.place.open()) as session, session.transaction():
        session.many(
            "INSERT INTO staff (id, business, secret, name, pin, mark, made_at) VALUES (?, ?, ?, ?, ?, ?, ?)", rows
        )


# -- a screen is taken ------------------------------------------------------------------------------------------------
def test_a_screen_is_taken_and_given_back(shop: Shop) -> None:
    wanjiru = employ(shop)
    answer = sign_on(shop, wanjiru).json()
    assert answer["staff"] == {"id": wanjiru, "name": "Wanjiru"}
    token = answer["token"]
    assert shop.service.rows("SELECT 1 FROM staff_sessions WHERE token = ?", token) == [], "only its hash is kept"
    assert asked(shop, "POST", "/v1/customers", make.enrolment(make.AMINA), token).status_code == 201
    for _ in range(2):
        assert asked(shop, "DELETE", SESSION, token=token).status_code == 204
    answer = asked(shop, "POST", "/v1/customers", make.enrolment(make.BEN), token)
    assert error_of(answer) == (401, "staff-signed-off")
    assert "sign on again" in answer.json()["error"]["message"]
    assert [deed[:2] for deed in deeds(shop)] == [("enrol", wanjiru)], "and nothing was done"


@pytest.mark.parametrize("pin", ["4822", "", "48213", "482", "0000", "\u0664821"])
def test_a_wrong_pin_takes_no_screen(shop: Shop, pin: str) -> None:
    wanjiru = employ(shop)
    answer = sign_on(shop, wanjiru, pin)
    assert error_of(answer) == (401, "wrong-pin")
    assert shop.service.rows("SELECT 1 FROM staff_sessions WHERE shop = ?", shop.id) == []


def test_another_s_pin_takes_no_screen(shop: Shop) -> None:
    wanjiru, otieno = employ(shop), employ(shop, *OTIENO)
    assert error_of(sign_on(shop, wanjiru, OTIENO[1])) == (401, "wrong-pin")
    take(shop, otieno, OTIENO[1])


def test_guesses_are_counted_for_the_screens_and_a_right_one_forgives_only_itself(shop: Shop) -> None:
    """Who knows their own PIN may not guess at the others' for ever."""
    wanjiru, otieno = employ(shop), employ(shop, *OTIENO)
    for _ in range(GUESSES_MAX - 1):
        assert error_of(sign_on(shop, otieno, "0000")) == (401, "wrong-pin")
    take(shop, wanjiru)
    take(shop, wanjiru)
    assert error_of(sign_on(shop, otieno, "0001")) == (401, "wrong-pin")
    answer = sign_on(shop, otieno, OTIENO[1])
    assert error_of(answer) == (429, "slow-down")
    assert "quarter of an hour" in answer.json()["error"]["message"]
    other = shop.owner("POST", "/v1/keys", {"role": "screen", "shop": shop.id})["key"]
    answer = shop.http("POST", SESSION, other, {"staff": otieno, "pin": OTIENO[1]})
    assert answer.status_code == 201, "another link is not stopped by this one's guesses"


def test_a_shift_ends_by_itself_whatever_the_clock_did_meanwhile(shop: Shop) -> None:
    wanjiru = hire(shop)
    token = take(shop, wanjiru)
    shop.service.pass_time(hours=-1)
    assert asked(shop, "POST", "/v1/customers", make.enrolment(make.AMINA), token).status_code == 201
    shop.service.pass_time(hours=SHIFT_HOURS + 1, seconds=-1)
    assert asked(shop, "POST", "/v1/customers", make.enrolment(make.BEN), token).status_code == 201
    shop.service.pass_time(seconds=1)
    answer = asked(shop, "POST", "/v1/customers", make.enrolment(make.CLEO), token)
    assert error_of(answer) == (401, "staff-signed-off")
    take(shop, wanjiru, token=token)


def test_the_next_who_takes_a_screen_signs_off_the_one_before(shop: Shop) -> None:
    wanjiru, otieno = hire(shop), hire(shop, *OTIENO)
    first = take(shop, wanjiru)
    second = take(shop, otieno, OTIENO[1], token=first)
    assert error_of(asked(shop, "POST", "/v1/customers", {"name": "X"}, first)) == (401, "staff-signed-off")
    assert asked(shop, "POST", "/v1/customers", make.enrolment(make.AMINA), second).status_code == 201


def test_one_may_hold_two_screens_and_two_may_work_at_once(shop: Shop) -> None:
    wanjiru, otieno = hire(shop), hire(shop, *OTIENO)
    tokens = [take(shop, wanjiru, till="1"), take(shop, wanjiru, till="2"), take(shop, otieno, OTIENO[1], till="3")]
    for who, token in zip((make.AMINA, make.BEN, make.CLEO), tokens, strict=True):
        assert asked(shop, "POST", "/v1/customers", make.enrolment(who), token).status_code == 201
    asked(shop, "DELETE", SESSION, token=tokens[0])
    assert [deed[1] for deed in deeds(shop)] == [wanjiru, wanjiru, otieno]
    assert error_of(asked(shop, "POST", "/v1/customers", {"name": "X"}, tokens[0])) == (401, "staff-signed-off")
    assert asked(shop, "POST", "/v1/customers", {"name": "X"}, tokens[1]).status_code != 401


@pytest.mark.parametrize("how", ["ended", "another pin", "another shop"])
def test_who_may_work_here_no_more_is_signed_off_at_once(shop: Shop, how: str) -> None:
    wanjiru = employ(shop)
    token = take(shop, wanjiru)
    sister = shop.owner("POST", "/v1/shops", {"name": "B", "currency": "KES", "timezone": "Africa/Nairobi"})
    if how == "ended":
        shop.http("DELETE", f"{STAFF}/{wanjiru}", shop.owner_key)
    elif how == "another pin":
        shop.http("PUT", f"{STAFF}/{wanjiru}/pin", shop.owner_key, {"pin": "1234"})
    else:
        shop.owner("PUT", f"{STAFF}/{wanjiru}", {"name": "Wanjiru", "shop": sister["id"], "customer": None})
    assert error_of(asked(shop, "POST", "/v1/customers", {"name": "X"}, token)) == (401, "staff-signed-off")
    answer = error_of(sign_on(shop, wanjiru))
    assert answer == ((401, "wrong-pin") if how == "another pin" else (404, "unknown-staff"))


def test_a_token_is_for_the_screens_of_one_shop_and_opens_nothing_by_itself(shop: Shop) -> None:
    wanjiru = hire(shop)
    token = take(shop, wanjiru)
    sister = shop.owner("POST", "/v1/shops", {"name": "B", "currency": "KES", "timezone": "Africa/Nairobi"})
    for key in (sister["screen_key"], shop.owner_key):
        answer = shop.http("POST", "/v1/customers", key, make.enrolment(make.AMINA), headers=by(token))
        assert error_of(answer) == (401, "staff-signed-off"), key
    assert error_of(shop.http("POST", "/v1/customers", token, {"name": "X"})) == (401, "no-key")
    answer = asked(shop, "POST", "/v1/customers", make.enrolment(make.AMINA), "nonsense")
    assert error_of(answer) == (401, "staff-signed-off")


# -- who did it -------------------------------------------------------------------------------------------------------
def test_what_is_done_with_a_reward_is_somebody_s(shop: Shop) -> None:
    amina = with_points(shop, 32)
    wanjiru = hire(shop)
    token = take(shop, wanjiru)

    def redeem(key: str) -> str:
        wanted = {"customer": amina.id, "reward": "free-coffee", "till": "1", "key": key}
        answer = asked(shop, "POST", REDEMPTIONS, wanted, token)
        assert answer.status_code == 201, answer.text
        made: str = answer.json()["id"]
        return made

    first, second = redeem("a"), redeem("b")
    assert redeem("a") == first, "said again, it is nobody's second deed"
    for _ in range(2):
        assert asked(shop, "POST", f"{REDEMPTIONS}/{first}/confirm", token=token).status_code == 200
        assert asked(shop, "POST", f"{REDEMPTIONS}/{second}/release", token=token).status_code == 200
    assert deeds(shop)[1:] == [
        ("redeem", wanjiru, "1", amina.id, -10),
        ("redeem", wanjiru, "1", amina.id, -10),
        ("confirm", wanjiru, "1", amina.id, 0),
        ("release", wanjiru, "1", amina.id, 10),
    ]


def test_what_is_refused_is_nobody_s_deed(shop: Shop) -> None:
    amina = with_points(shop, 2)
    token = take(shop, hire(shop))
    wanted = {"customer": amina.id, "reward": "free-coffee", "till": "1", "key": "k"}
    assert asked(shop, "POST", REDEMPTIONS, wanted, token).status_code == 409
    assert [deed[0] for deed in deeds(shop)] == ["enrol"]


def test_answers_of_a_screen_are_whoever_s_who_has_taken_it(shop: Shop) -> None:
    amina = shop.enrol()
    wanjiru = hire(shop)
    token = take(shop, wanjiru)
    with shop.counter("1") as screen:
        screen.opened()
        for said in ({"type": "staff", "token": token}, {"type": "staff", "token": None}):
            screen.say(said)
            cue = shop.checkin()["cue"]["id"]
            screen.next()
            screen.done(cue, "wrong-person")
            screen.next()
            screen.undo(cue)
            screen.next()
            screen.done(cue, "usual")
            screen.next()
    done = [("wrong-person", "undo", "answer"), (wanjiru, None)]
    assert deeds(shop)[1:] == [(what, who, "1", amina.id, 0) for who in done[1] for what in done[0]]


def test_an_answer_after_the_shift_counts_in_nobody_s_name_and_the_screen_is_told_once(shop: Shop) -> None:
    shop.enrol()
    token = take(shop, hire(shop))
    with shop.counter("1") as screen:
        screen.opened()
        screen.say({"type": "staff", "token": token})
        cue = shop.checkin()["cue"]["id"]
        screen.next()
        asked(shop, "DELETE", SESSION, token=token)
        screen.done(cue, "usual")
        told = screen.take(2)
        assert sorted(one["type"] for one in told) == ["closed", "fault"]
        [fault] = [one["error"] for one in told if one["type"] == "fault"]
        assert (fault["code"], fault["at"]) == ("staff-signed-off", "staff")
        screen.undo(cue)
        assert screen.next()["type"] == "cue"
        screen.say({"type": "staff", "token": token})
        assert screen.next()["error"]["code"] == "staff-signed-off"
        screen.done(cue, "usual")
        assert screen.next()["type"] == "closed"
    assert [deed[:2] for deed in deeds(shop)[1:]] == [("answer", None), ("undo", None), ("answer", None)]


def test_c43_a_reward_that_is_taken_back_with_its_cue_is_given_back_by_the_same_hand(shop: Shop) -> None:
    amina = with_points(shop, 12)
    wanjiru = hire(shop)
    token = take(shop, wanjiru)
    with shop.counter("1") as screen:
        screen.opened()
        screen.say({"type": "staff", "token": token})
        cue = shop.checkin()["cue"]["id"]
        screen.next()
        wanted = {"customer": amina.id, "reward": "free-coffee", "till": "1", "key": "k"}
        asked(shop, "POST", REDEMPTIONS, wanted, token)
        screen.done(cue, "wrong-person")
        screen.next()
    done = deeds(shop)[1:]
    assert done == [
        ("redeem", wanjiru, "1", amina.id, -10),
        ("release", wanjiru, "1", amina.id, 10),
        ("wrong-person", wanjiru, "1", amina.id, 0),
    ]


def test_what_is_known_of_who_left_is_forgotten_after_a_while(shop: Shop) -> None:
    gone, wanjiru = hire(shop, *OTIENO), hire(shop)
    take(shop, wanjiru)
    shop.enrol()
    shop.http("DELETE", f"{STAFF}/{gone}", shop.owner_key)
    business = shop.service.one("SELECT business FROM shops WHERE id = ?", shop.id)
    now = moment(shop.service.now)
    day = 86_400_000_000

    def kept(days: int) -> tuple[int, int, list[str]]:
        with closing(shop.service.place.open()) as session, session.transaction():
            purge(session, business, now + days * day)
        with closing(shop.service.place.open(only_reads=True)) as session:
            found = members(session, open_vault(shop.service.place), business, gone=True)
        [shifts], [done] = (
            shop.service.rows(f"SELECT COUNT(*) FROM {table} WHERE shop = ?", shop.id)
            for table in ("staff_sessions", "deeds")
        )
        return shifts[0], done[0], [one.name for one in found]

    assert kept(SHIFTS_DAYS) == (1, 1, ["Otieno", "Wanjiru"])
    assert kept(SHIFTS_DAYS + 1) == (0, 1, ["Otieno", "Wanjiru"])
    assert kept(KEPT_DAYS) == (0, 1, ["Otieno", "Wanjiru"])
    assert kept(KEPT_DAYS + 1) == (0, 0, ["", "Wanjiru"])
    assert day > SHIFT, "who held a screen is looked for a day back"
