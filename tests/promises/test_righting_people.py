"""Wrong people are put right in seconds, by the counter and by the owner, and leave no trace of having been wrong."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from loyalty.wire import Consents, Presence
from loyalty.wire_people import VISIT_SALES_MAX
from tests import make
from tests.make import AMINA, BEN
from tests.promises.guests import guest
from tests.running import Counter, Enrolled, Message, Shop

pytestmark = pytest.mark.slow
LATTE = make.line("Latte", "Medium")
BUN = make.line("Bun", price=9_000)


def merge(shop: Shop, kept: Enrolled | str, gone: Enrolled | str, key: str = "k", by: str | None = None) -> Message:
    wanted = {"kept": getattr(kept, "id", kept), "gone": getattr(gone, "id", gone), "key": key}
    answer = shop.http("POST", "/v1/merges", by or shop.owner_key, wanted)
    assert answer.status_code == 201, answer.text
    found: Message = answer.json()
    return found


def preview(shop: Shop, kept: Enrolled, gone: Enrolled, by: str | None = None) -> Message:
    answer = shop.http("POST", "/v1/merges/preview", by or shop.owner_key, {"kept": kept.id, "gone": gone.id})
    assert answer.status_code == 200, answer.text
    found: Message = answer.json()
    return found


def refs(shop: Shop, *ids: str) -> list[dict[str, str]]:
    return [{"shop": shop.id, "source": make.SOURCE, "id": id} for id in ids]


def move(shop: Shop, ids: list[str], to: str | None, by: str | None = None) -> int:
    body = {"sales": refs(shop, *ids), "customer": to}
    return shop.http("POST", "/v1/visits/move", by or shop.screen_key, body).status_code


def error(answer: Any) -> tuple[int, str, str]:
    found = answer.json()["error"]
    return answer.status_code, found["code"], found["message"]


def habit(shop: Shop, who: make.Who, line: Any, days: range, clock: str = "08:00") -> None:
    shop.post([shop.sale(line, who=who, at=make.at(clock, day)) for day in days])


# -- merging ----------------------------------------------------------------------------------------------------------
def test_what_a_merge_would_make_is_told_before_and_is_just_what_it_makes(shop: Shop) -> None:
    """C42, C47: people want to see whom they confirm, and no point is lost or summed twice."""
    amina, ben = shop.enrol(AMINA), shop.enrol(BEN)
    habit(shop, AMINA, LATTE, range(10))
    habit(shop, BEN, BUN, range(10, 30))
    told = preview(shop, amina, ben)
    assert (told["kept"]["name"], told["gone"]["name"], told["sales"]) == ("Amina", "Ben", 20)
    assert (told["kept"]["points"], told["gone"]["points"], told["after"]["points"]) == (10, 20, 30)
    assert told["after"]["usual"] == "bun"
    assert told["warnings"] == ["Each has a phone number of their own."]
    assert told["kept"]["letters"] == amina.card[-2:]
    assert shop.customer(ben)["points"] == 20, "nothing has happened"
    merge(shop, amina, ben)
    known = shop.customer(amina)
    assert (known["points"], known["recognition"]["visits"]) == (30, told["after"]["visits"]) == (30, 30)


def test_whoever_asks_for_who_was_merged_is_answered_who_is_kept(shop: Shop) -> None:
    """C45: no card, no number and no id is left tied to somebody who is not there."""
    amina, ben = shop.enrol(AMINA), shop.enrol(BEN)
    merge(shop, amina, ben)
    known = shop.customer(ben)
    assert (known["id"], known["name"], known["merged"]) == (amina.id, "Amina", [ben.id])
    assert {one["value"] for one in known["identifiers"]} >= {AMINA.phone, BEN.phone}
    for presence in (shop.presence(BEN), Presence(shop=shop.id, till="1", card=ben.card)):
        assert shop.checkin(presence)["customer"]["id"] == amina.id
    picked = shop.checkin(Presence(shop=shop.id, till="1", customer=ben.id))
    assert picked["customer"]["id"] == amina.id
    card = shop.http("GET", "/v1/card", ben.card_key).json()
    assert card["name"] == "Amina"
    assert len(shop.http("GET", "/v1/card/knows", ben.card_key).json()["marks"]) == 12
    found = shop.http("POST", "/v1/people", shop.screen_key, {"shop": shop.id, "query": BEN.phone}).json()["people"]
    assert [(one["id"], one["name"]) for one in found] == [(amina.id, "Amina")]
    assert [row["id"] for row in shop.owner("GET", "/v1/customers")["people"]] == [amina.id]
    assert shop.owner("GET", f"/v1/customers?query={ben.card}")["people"][0]["id"] == amina.id
    page = shop.owner("GET", f"/v1/customers/{ben.id}/page")
    assert page["person"]["id"] == amina.id


def test_a_merge_and_its_undo_are_done_at_the_counter_within_a_day_and_by_the_owner_at_any_time(shop: Shop) -> None:
    amina, ben = shop.enrol(AMINA), shop.enrol(BEN)
    habit(shop, BEN, BUN, range(10, 20))
    first = merge(shop, amina, ben, "one", by=shop.screen_key)
    assert (first["kept_name"], first["undone_at"]) == (None, None)
    undone = shop.http("POST", f"/v1/merges/{first['id']}/undo", shop.screen_key)
    assert undone.status_code == 200
    assert undone.json()["undone_at"] is not None
    assert shop.customer(ben)["points"] == 10
    second = merge(shop, amina, ben, "two", by=shop.screen_key)
    shop.service.pass_time(hours=25)
    late = shop.http("POST", f"/v1/merges/{second['id']}/undo", shop.screen_key)
    assert error(late)[:2] == (409, "too-late")
    listed = shop.owner("GET", "/v1/merges")["merges"]
    assert [(one["kept_name"], one["gone_name"]) for one in listed] == [("Amina", "Ben")] * 2
    shop.owner("POST", f"/v1/merges/{second['id']}/undo")
    assert shop.customer(ben)["points"] == 10
    assert shop.http("GET", "/v1/merges", shop.screen_key).status_code == 403
    shop.verified()


def test_who_is_being_greeted_while_they_are_merged_is_greeted_as_who_they_are(shop: Shop) -> None:
    """C60: nobody who is not there stays on the screen."""
    amina, ben = shop.enrol(AMINA), shop.enrol(BEN)
    habit(shop, AMINA, LATTE, range(10, 30), clock="12:00")
    with shop.counter("1") as screen:
        screen.opened()
        shop.checkin(shop.presence(BEN))
        theirs = screen.next()["cue"]
        assert "Ben" in theirs["say"]
        merge(shop, amina, ben, by=shop.screen_key)
        told = [screen.next() for _ in range(2)]
        assert (told[0]["type"], told[0]["cue"]) == ("closed", theirs["id"])
        assert "Amina" in told[1]["cue"]["say"]
        assert "latte" in told[1]["cue"]["say"]
        shop.post(shop.sale(LATTE, who=BEN, id="s7"))
        assert screen.next()["outcome"] == "usual", "and nobody is greeted twice"
    [trace] = shop.owner("GET", f"/v1/sales?shop={shop.id}&query=s7")["sales"]
    assert (trace["person"]["name"], trace["stations"][5]["verdict"]) == ("Amina", "done")


def test_what_cannot_be_merged_is_refused_in_words_and_changes_nothing(shop: Shop) -> None:
    amina, ben, cara = shop.enrol(AMINA), shop.enrol(BEN), shop.enrol(guest(3))
    wanted = {"kept": amina.id, "gone": amina.id, "key": "k"}
    assert error(shop.http("POST", "/v1/merges", shop.owner_key, wanted))[:2] == (409, "same-person")
    assert error(shop.http("POST", "/v1/merges", shop.owner_key, wanted | {"gone": "nobody"}))[0] == 404
    done = merge(shop, amina, ben)
    assert merge(shop, amina, ben)["id"] == done["id"], "the same key is the same merge"
    reused = shop.http("POST", "/v1/merges", shop.owner_key, {"kept": amina.id, "gone": cara.id, "key": "k"})
    assert error(reused)[:2] == (422, "key-reused")
    for other in (
        {"kept": ben.id, "gone": ben.id},
        {"kept": amina.id, "gone": amina.id},
        {"kept": ben.id, "gone": amina.id},
    ):
        assert error(shop.http("POST", "/v1/merges", shop.owner_key, other | {"key": "k"}))[:2] == (422, "key-reused")
    again = shop.http("POST", "/v1/merges", shop.owner_key, {"kept": ben.id, "gone": amina.id, "key": "x"})
    assert error(again)[:2] == (409, "same-person")
    assert error(shop.http("POST", "/v1/merges/none/undo", shop.owner_key))[:2] == (404, "unknown-merge")


def test_two_who_were_at_two_tills_within_minutes_are_warned_of(shop: Shop) -> None:
    """C46: nobody is merged by likeness; what speaks against it is said."""
    amina = shop.enrol(AMINA, "phone")
    ben = shop.enrol(BEN, "reference", consents=Consents(recognise=True))
    now = shop.service.now
    shop.post(shop.sale(who=AMINA, by="phone", at=now - timedelta(minutes=9)))
    shop.post(shop.sale(who=BEN, at=now, till="2"))
    told = preview(shop, amina, ben)["warnings"]
    assert told == [
        "One of the two did not agree to be remembered: as one they have no usual.",
        "Both were here within minutes, at two tills: they may be two people.",
    ]
    answer = shop.http(
        "POST", "/v1/merges/preview?language=sw", shop.owner_key, {"kept": amina.id, "gone": ben.id}
    ).json()
    assert answer["warnings"] != told


def test_a_screen_reads_no_name_and_no_usual_of_who_asked_not_to_be_named(shop: Shop) -> None:
    amina, ben = shop.enrol(AMINA), shop.enrol(BEN, greeting="points")
    habit(shop, BEN, BUN, range(10, 30))
    told = preview(shop, amina, ben, by=shop.screen_key)
    assert (told["gone"]["name"], told["gone"]["usual"]) == (None, None)
    assert (told["after"]["name"], told["after"]["usual"]) == (None, None), "as one they are as quiet"
    assert told["kept"]["name"] == "Amina"


def test_erasing_one_erases_who_was_merged_into_them_and_the_copy_has_both(shop: Shop) -> None:
    """C59: nothing of either stays, and both are asked for in vain ever after."""
    amina, ben = shop.enrol(AMINA), shop.enrol(BEN)
    habit(shop, BEN, BUN, range(10, 13))
    shop.checkin(shop.presence(BEN))
    merge(shop, amina, ben)
    copy = shop.owner("GET", f"/v1/customers/{amina.id}/copy")
    assert [one["name"] for one in copy["merged"]] == ["Ben"]
    assert len(copy["visits"]) == 3
    assert {one["value"] for one in copy["identifiers"]} >= {AMINA.phone, BEN.phone}
    assert any("Ben" in cue["say"] for cue in copy["cues"])
    assert shop.http("DELETE", f"/v1/customers/{ben.id}", shop.owner_key).status_code == 204
    for one in (amina, ben):
        assert shop.http("GET", f"/v1/customers/{one.id}", shop.owner_key).status_code == 410
        assert shop.http("GET", "/v1/card", one.card_key).status_code == 410
    business = shop.service.one("SELECT business FROM shops WHERE id = ?", shop.id)
    assert shop.service.rows("SELECT * FROM merges WHERE business = ?", business) == []
    assert shop.service.rows("SELECT * FROM links WHERE business = ?", business) == []
    erased = (shop.service.key.parent / "loyalty.erased").read_text()
    assert amina.id in erased
    assert ben.id in erased
    shop.verified()


def raised(screen: Counter) -> Message:
    """The next cue, whatever closes before it."""
    while (told := screen.next())["type"] != "cue":
        pass
    return told


# -- a visit ----------------------------------------------------------------------------------------------------------
def test_a_visit_goes_to_the_right_person_and_back_without_a_trace(shop: Shop) -> None:
    """C41, C43: the next customer answered the prompt of the one before; all sales of the visit go, not only one."""
    amina, ben = shop.enrol(AMINA), shop.enrol(BEN)
    habit(shop, AMINA, LATTE, range(20))
    habit(shop, BEN, BUN, range(20), clock="15:00")
    now = shop.service.now
    shop.post([shop.sale(LATTE, who=AMINA, id="s7", at=now), shop.sale(BUN, who=AMINA, id="s8", at=now)])
    before = [shop.customer(one) for one in (amina, ben)]
    [newest, *_] = before[0]["visits"]
    assert [one["id"] for one in newest["sales"]] == ["s7", "s8"]
    assert move(shop, ["s7", "s8"], ben.id) == 200
    assert (shop.customer(amina)["points"], shop.customer(ben)["points"]) == (20, 21)
    assert [one["id"] for one in shop.customer(ben)["visits"][0]["sales"]] == ["s7", "s8"]
    assert move(shop, ["s7", "s8"], amina.id, by=shop.owner_key) == 200
    after = [shop.customer(one) for one in (amina, ben)]
    for known in (*before, *after):
        known.pop("entries")
        known.pop("next")
    assert before == after
    assert (
        shop.service.rows("SELECT assigned FROM sales WHERE shop = ? AND ref IN ('s7', 's8')", shop.id) == [(None,)] * 2
    )


def test_a_visit_of_nobody_is_put_on_somebody_and_only_sales_of_the_shop_are_moved(shop: Shop) -> None:
    """C49, C50: items first, customer later."""
    amina = shop.enrol(AMINA)
    shop.post(shop.sale(id="s7"))
    assert move(shop, ["s7"], amina.id) == 200
    assert shop.customer(amina)["points"] == 1
    assert move(shop, ["s7"], None) == 200
    assert shop.customer(amina)["points"] == 0
    assert move(shop, ["nothing"], amina.id) == 404
    assert move(shop, ["s7"], "nobody") == 404
    assert move(shop, [], amina.id) == 422
    assert move(shop, ["s7"] * (VISIT_SALES_MAX + 1), amina.id) == 422
    shop.post(make.refund_of(shop.sale(id="s7"), id="r"))
    assert move(shop, ["r"], amina.id) == 409


def test_the_wrong_person_at_the_counter_is_taken_off_the_whole_visit_and_the_right_one_has_it(shop: Shop) -> None:
    """C41: coffee, and a bun ten minutes later, both with a card that was not theirs."""
    amina, ben = shop.enrol(AMINA), shop.enrol(BEN)
    with shop.counter("1") as screen:
        screen.opened()
        shop.post(shop.sale(LATTE, who=AMINA, id="s7"))
        screen.next()
        shop.service.pass_time(minutes=10)
        shop.post(shop.sale(BUN, who=AMINA, id="s8", at=shop.service.now))
        cue = raised(screen)["cue"]["id"]
        screen.done(cue, "wrong-person")
        while screen.next().get("outcome") != "wrong-person":
            pass  # meanwhile the first cue grows old
        assert shop.customer(amina)["visits"] == []
        shop.checkin(Presence(shop=shop.id, till="1", phone=BEN.phone, instead=cue))
        assert [one["id"] for one in shop.customer(ben)["visits"][0]["sales"]] == ["s7", "s8"]
        screen.undo(cue)
        while raised(screen)["cue"]["id"] != cue:
            pass
    assert [one["id"] for one in shop.customer(amina)["visits"][0]["sales"]] == ["s7", "s8"]
    assert shop.customer(ben)["visits"] == []


# -- cards and numbers ------------------------------------------------------------------------------------------------
def marks(shop: Shop, person: Enrolled, by: str | None = None) -> Message:
    answer = shop.http("GET", f"/v1/customers/{person.id}/marks", by or shop.screen_key)
    assert answer.status_code == 200, answer.text
    found: Message = answer.json()
    return found


def unlink(shop: Shop, person: Enrolled, kind: str) -> None:
    [link] = [one["id"] for one in marks(shop, person)["marks"] if one["kind"] == kind]
    assert shop.http("DELETE", f"/v1/customers/{person.id}/marks/{link}", shop.screen_key).status_code == 200


def test_a_number_that_belongs_to_somebody_else_now_tells_them_and_leaves_the_past_where_it_was(shop: Shop) -> None:
    """C44: a number is re-issued; the earlier sales stay, the later ones are its new owner's."""
    amina = shop.enrol(AMINA)
    habit(shop, AMINA, LATTE, range(5))
    shown = {one["kind"]: one["shown"] for one in marks(shop, amina)["marks"]}
    assert AMINA.phone not in str(shown), "hidden but for its end"
    assert shown["card"] == f"••••{amina.card[-2:]}", "a bystander could use the letters"
    unlink(shop, amina, "phone")
    taken = make.Who("Ben", shop.id, "BEN", AMINA.phone, "b@example.com", "CB", "fb")
    ben = shop.enrol(taken, "phone")
    assert shop.customer(ben)["visits"] == []
    shop.post(shop.sale(who=taken, by="phone"))
    assert (shop.customer(amina)["points"], shop.customer(ben)["points"]) == (5, 1)


def test_a_lost_phone_is_a_new_card_in_one_touch_and_the_old_one_knows_nobody(shop: Shop) -> None:
    """C45: neither the letters nor the link of the old card lead to them any more."""
    amina = shop.enrol(AMINA)
    habit(shop, AMINA, LATTE, range(5))
    made = shop.http("POST", f"/v1/customers/{amina.id}/card", shop.screen_key)
    assert made.status_code == 201
    card = made.json()
    assert card["id"] == amina.id
    assert card["card"] != amina.card
    assert card["qr_size"] > 0
    old = shop.http("GET", "/v1/card", amina.card_key)
    assert error(old) == (401, "unknown-card", "this link opens no card; ask at the counter for a new one")
    stranger = shop.http("POST", "/v1/checkins", shop.screen_key, {"shop": shop.id, "card": amina.card})
    assert stranger.status_code == 404
    token = card["card_url"].partition("#")[2]
    assert shop.http("GET", "/v1/card", token).json()["points"] == 5
    assert shop.checkin(Presence(shop=shop.id, till="1", card=card["card"]))["customer"]["id"] == amina.id
    assert shop.http("POST", f"/v1/customers/{amina.id}/card", shop.adapter_key).status_code == 403


def test_an_unlinked_card_has_other_letters_at_once_since_nobody_is_without_one(shop: Shop) -> None:
    amina = shop.enrol(AMINA)
    unlink(shop, amina, "card")
    code = shop.http("GET", "/v1/card", amina.card_key).json()["code"]
    assert code != amina.card
    assert shop.checkin(Presence(shop=shop.id, till="1", card=code))["customer"]["id"] == amina.id
    assert shop.http("DELETE", f"/v1/customers/{amina.id}/marks/999999", shop.owner_key).status_code == 404
    assert shop.http("DELETE", f"/v1/customers/{amina.id}/marks/x", shop.owner_key).status_code == 404


def test_after_a_merge_a_lost_phone_ends_the_cards_of_both(shop: Shop) -> None:
    amina, ben = shop.enrol(AMINA), shop.enrol(BEN)
    merge(shop, amina, ben)
    shop.http("POST", f"/v1/customers/{ben.id}/card", shop.screen_key)
    for one in (amina, ben):
        assert shop.http("GET", "/v1/card", one.card_key).status_code == 401
        gone = shop.http("POST", "/v1/checkins", shop.screen_key, {"shop": shop.id, "card": one.card})
        assert gone.status_code == 404
