"""The code on an open card is good once and for a moment; one on paper greets and earns, and pays with a word."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from typing import Any

import pytest
from msgspec.structs import replace

from loyalty.core import rotating
from loyalty.core.days import moment
from loyalty.wire import Evidence, Presence
from tests import make
from tests.running import Enrolled, Service, Shop, Stream

pytestmark = pytest.mark.slow


def shown(shop: Shop, known: Enrolled, at: datetime | None = None, *, secret: str | None = None) -> str:
    """What the phone's screen shows at this moment, by its own clock."""
    view = shop.http("GET", "/v1/card", known.card_key).json()
    return rotating.made(view["code"], bytes.fromhex(secret or view["secret"]), moment(at or shop.service.now))


def scan(shop: Shop, code: str, till: str = "1", **fields: Any) -> tuple[int, str]:
    answer = shop.http("POST", "/v1/checkins", shop.screen_key, Presence(shop=shop.id, till=till, card=code, **fields))
    found = answer.json()
    return answer.status_code, found["error"]["code"] if "error" in found else found["customer"]["name"]


def test_it_greets(shop: Shop) -> None:
    amina = shop.enrol()
    assert scan(shop, shown(shop, amina)) == (200, "Amina")


@pytest.mark.parametrize("wrong_s", [-90, 90])
def test_with_a_clock_ninety_seconds_wrong(shop: Shop, wrong_s: int) -> None:
    amina = shop.enrol()
    assert scan(shop, shown(shop, amina, shop.service.now + timedelta(seconds=wrong_s)))[0] == 200


def test_a_picture_of_it_is_too_old(shop: Shop) -> None:
    amina = shop.enrol()
    code = shown(shop, amina)
    shop.service.pass_time(minutes=5)
    assert scan(shop, code) == (409, "code-old")
    assert shop.messages() == []


def test_a_clock_that_is_far_ahead_is_told(shop: Shop) -> None:
    amina = shop.enrol()
    assert scan(shop, shown(shop, amina, shop.service.now + timedelta(minutes=5))) == (409, "code-early")


def test_the_same_scan_twice_is_one_visitor(shop: Shop) -> None:
    amina = shop.enrol()
    code = shown(shop, amina)
    first = shop.checkin(Presence(shop=shop.id, till="1", card=code))
    again = shop.checkin(Presence(shop=shop.id, till="1", card=code))
    assert first["cue"]["id"] == again["cue"]["id"]


def test_a_copy_at_another_till_is_refused(shop: Shop) -> None:
    amina = shop.enrol()
    code = shown(shop, amina)
    assert scan(shop, code)[0] == 200
    assert scan(shop, code, till="2") == (409, "code-used")
    shop.service.restart()
    assert scan(shop, code, till="2") == (409, "code-used")


def test_and_at_the_same_one_once_they_have_paid(shop: Shop) -> None:
    amina = shop.enrol()
    code = shown(shop, amina)
    assert scan(shop, code)[0] == 200
    shop.post(shop.sale(who=None, at=shop.service.now))
    assert scan(shop, code) == (409, "code-used")
    shop.service.pass_time(seconds=31)
    assert scan(shop, shown(shop, amina))[0] == 200


def test_of_two_tills_at_once_one_is_right(shop: Shop) -> None:
    amina = shop.enrol()
    code = shown(shop, amina)
    with ThreadPoolExecutor(8) as tills:
        found = list(tills.map(lambda till: scan(shop, code, till=str(till)), range(8)))
    assert sorted(status for status, _ in found) == [200, *[409] * 7]


def test_a_forged_one_is_no_code(shop: Shop) -> None:
    amina, ben = shop.enrol(), shop.enrol(make.BEN)
    theirs = shop.http("GET", "/v1/card", ben.card_key).json()["secret"]
    assert scan(shop, shown(shop, amina, secret=theirs)) == (422, "code-forged")
    code = shown(shop, amina)
    wrong = f"{code[:-1]}{(int(code[-1]) + 1) % 10}"
    assert scan(shop, wrong) == (422, "code-forged")


def test_guessing_one_is_slowed_down(shop: Shop) -> None:
    amina = shop.enrol()
    code = shown(shop, amina)
    found = [scan(shop, f"{code[:-8]}{n:08}")[0] for n in range(200)]
    assert found[0] == 422
    assert found[-1] == 429
    assert 200 not in found


def test_the_card_of_another_shop_is_one(service: Service) -> None:
    here, there = service.init("Here"), service.init("There")
    code = shown(there, there.enrol())
    assert scan(here, code) == (404, "card-elsewhere")
    assert scan(there, code)[0] == 200


def test_new_letters_end_the_old_codes(shop: Shop) -> None:
    amina = shop.enrol()
    code = shown(shop, amina)
    assert shop.http("POST", "/v1/card/code", amina.card_key).status_code == 200
    assert scan(shop, code) == (404, "card-elsewhere")
    assert scan(shop, shown(shop, amina))[0] == 200


def test_a_scan_that_waited_is_judged_by_its_own_time(shop: Shop) -> None:
    amina = shop.enrol()
    at, code = shop.service.now, shown(shop, amina)
    shop.service.pass_time(minutes=40)
    assert scan(shop, code, at=at)[0] == 200
    assert scan(shop, code, at=at, till="2") == (409, "code-used")
    assert shop.messages() == []


def test_a_sale_with_it_is_theirs(shop: Shop) -> None:
    amina = shop.enrol()
    sale = shop.sale(who=None)
    assert sale.customer is None
    shop.post(replace(sale, customer=Evidence(card=shown(shop, amina))))
    assert shop.customer(amina)["points"] == 1


def test_an_adapter_is_told_of_a_copy(shop: Shop) -> None:
    amina = shop.enrol()
    code = shown(shop, amina)
    with shop.stream() as stream:
        stream.send(Presence(shop=shop.id, till="1", card=code))
        assert stream.next() == {"ack": 1}
        stream.send(Presence(shop=shop.id, till="2", card=code))
        assert _refused(stream) == "code-used"


def _refused(stream: Stream) -> str:
    return str(stream.next()["error"]["code"])


# -- on paper ---------------------------------------------------------------------------------------------------------
def full(shop: Shop, known: Enrolled) -> None:
    shop.post([shop.sale(who=known.who, at=make.at("12:05", day)) for day in range(20, 30)])


def redeem_of(answer: Any) -> Any:
    return answer["cue"]["act"][0]["redeem"]


def use(shop: Shop, answer: Any, key: str, **fields: Any) -> tuple[int, str]:
    due = redeem_of(answer)
    asked = {"customer": due["customer"], "reward": due["reward"], "key": key, "till": "1", "cue": answer["cue"]["id"]}
    found = shop.http("POST", "/v1/redemptions", shop.screen_key, {**asked, **fields})
    return found.status_code, found.json().get("error", {}).get("code", "")


def test_letters_earn_and_greet_and_pay_only_with_a_word(shop: Shop) -> None:
    amina = shop.enrol()
    full(shop, amina)
    answer = shop.checkin(Presence(shop=shop.id, till="1", card=amina.card))
    assert redeem_of(answer)["word"]
    assert use(shop, answer, "a") == (409, "ask-first")
    assert use(shop, answer, "a", word=True) == (201, "")


def test_the_card_itself_pays_without_one(shop: Shop) -> None:
    amina = shop.enrol()
    full(shop, amina)
    answer = shop.checkin(Presence(shop=shop.id, till="1", card=shown(shop, amina)))
    assert not redeem_of(answer)["word"]
    assert use(shop, answer, "a") == (201, "")


def test_letters_after_the_card_itself_are_letters(shop: Shop) -> None:
    amina = shop.enrol()
    full(shop, amina)
    shop.checkin(Presence(shop=shop.id, till="1", card=shown(shop, amina)))
    answer = shop.checkin(Presence(shop=shop.id, till="1", card=amina.card))
    assert redeem_of(answer)["word"], "who shows them may be somebody else by now"


def test_a_cue_of_another_business_is_none(service: Service) -> None:
    here, there = service.init("Here"), service.init("There")
    amina, other = here.enrol(), there.enrol()
    full(here, amina)
    full(there, other)
    answer = here.checkin(Presence(shop=here.id, till="1", card=amina.card))
    foreign = there.checkin(Presence(shop=there.id, till="1", card=shown(there, other)))
    assert use(here, {"cue": {**answer["cue"], "id": foreign["cue"]["id"]}}, "a") == (404, "unknown-cue")


def test_a_code_that_is_refused_gives_no_more_time_to_choose(shop: Shop) -> None:
    amina, ben = shop.enrol(), shop.enrol(make.BEN)
    old = shown(shop, ben)
    shop.service.pass_time(minutes=3)
    with shop.counter("1") as screen:
        screen.opened()
        shop.post(shop.sale(who=amina.who))
        cue = screen.next()["cue"]["id"]
        screen.done(cue, "wrong-person")
        screen.next()
    for _ in range(3):
        shop.service.pass_time(minutes=2)
        assert scan(shop, old, instead=cue)[0] == 409
    assert scan(shop, shown(shop, ben), instead=cue) == (409, "too-late")


def test_a_code_that_was_used_stays_so_when_who_shares_the_card_is_erased(shop: Shop) -> None:
    amina, ben = shop.enrol(), shop.enrol(make.BEN)
    shop.owner("POST", f"/v1/customers/{amina.id}/sharers", {"customer": ben.id})
    code = shown(shop, amina)
    assert scan(shop, code)[0] == 200
    assert shop.http("DELETE", f"/v1/customers/{ben.id}", shop.owner_key).status_code == 204
    assert scan(shop, code, till="2") == (409, "code-used")


def test_what_was_shown_is_forgotten_with_who_showed_it(shop: Shop) -> None:
    amina = shop.enrol()
    scan(shop, shown(shop, amina))
    assert shop.service.one("SELECT COUNT(*) FROM used_codes WHERE shop = ?", shop.id) == 1
    shop.http("DELETE", "/v1/card", amina.card_key, {"letters": amina.card[-4:]})
    assert shop.service.one("SELECT COUNT(*) FROM used_codes WHERE shop = ?", shop.id) == 0
