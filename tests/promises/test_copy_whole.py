"""The copy leaves nothing out: every table and every column of a customer is in it, or it is said why not."""

from __future__ import annotations

import json
from contextlib import closing
from datetime import timedelta
from typing import Any

import pytest
from msgspec.structs import replace

from loyalty.core.days import moment
from loyalty.core.rotating import STEP_S
from loyalty.wire import Tender
from tests import make
from tests.promises.guests import guest
from tests.promises.team import hire
from tests.promises.test_copy import cells, data, page
from tests.promises.test_own_card import card, every_day, tables
from tests.promises.test_receipts import claim, receipt, rung_up
from tests.running import Enrolled, Shop

pytestmark = pytest.mark.slow

PROGRAM = {
    "earn": [{"kind": "visit", "points": 5}],
    "rewards": [{"id": "one", "name": "A whole cake", "points": 5}],
    "tiers": [{"id": "gold", "name": "Gold", "measure": "visits", "at_least": 75}],
}
HELD = {  # table → key of the copy that has what it holds of somebody
    "adjustments": "adjustments",
    "choices": "choices",
    "claims": "claims",
    "cues": "cues",
    "deeds": "deeds",
    "entries": "entries",
    "gifts": "gifts",
    "hand_tiers": "tiers_by_hand",
    "links": "links",
    "loose": "undecided",
    "merges": "merges",
    "pass_devices": "wallets",
    "passes": "wallets",
    "questions": "asked",
    "redemptions": "rewards",
    "sales": "sales",
    "sentences": "said",
    "staff": "card_of_staff",
    "states": "learned",
    "two_people": "undecided",
    "used_codes": "codes_shown",
}
NOT_THEIRS = {  # table → why it is not in the copy
    "budgets": "how many surprises a shop may give; nobody in it",
    "businesses": "the business",
    "checkpoints": "what `learned` was at earlier visits, made of `sales` alone",
    "chores": "what the owner did last for the safety of the data",
    "connections": "a till's settings and secrets",
    "cutoffs": "figures of a business; nobody in them",
    "deliveries": "what a till's vendor sent, sealed for thirty days: what it told is in `sales`",
    "house_days": "sums of a day; nobody in them",
    "joins": "a code's hash, for a day: what was done with it is among `deeds`",
    "keys": "hashes of the business's keys",
    "limits": "the owner's settings",
    "messages": "numbers under which screens were told of what is in `cues`",
    "owners": "who may sign in as the owner",
    "programs": "the business's program",
    "set_aside": "what could not be understood, sealed for thirty days: nobody knows whom it names",
    "shops": "the business's shops",
    "staff_sessions": "which of the staff held a screen",
}
COLUMNS = {  # of `customers`
    "agreed": "agreed_alone",
    "birthday": "birthday",
    "brought_by": "brought",
    "card": "card",
    "care_until": "looked_after",
    "enrolled_at": "enrolled_at",
    "forgot_at": "forgot_at",
    "greeting": "greeting",
    "hand_tier": "tier_held_by_hand",
    "hand_until": "tier_held_by_hand",
    "held_out": "held_out",
    "id": "id",
    "joined": "joined",
    "merged_into": "merged",
    "messages": "consents",
    "name": "name",
    "offers": "consents",
    "other_at": "other_today_at",
    "paused_at": "paused_at",
    "recognise": "consents",
    "remember": "consents",
    "rested_from": "last_pause",
    "rested_until": "last_pause",
    "spoken": "spoken",
    "wishes": "usuals",
    "written": "written",
}
COLUMNS_NOT_THEIRS = {
    "business": "whose customer they are: who gives them the copy",
    "erased_at": "who was erased has no copy",
    "given_at": "the newest moment of `gifts`, beside the person to be found fast",
    "number": "an index: the order in which people were written in",
    "reserved_until": "the last moment of `rewards`, beside the person to be found fast",
    "secret": "the key that everything of theirs is sealed with",
    "surprised_at": "the newest surprise of `gifts`, beside the person to be found fast",
    "token": "the hash of what opens their card",
}

SAID = (  # on the page, of what happened to Amina
    *("A whole cake", "used", "bank card ••4417", "cash", "called off; did not count", "not paid yet", "mocha"),
    *("money given back", "An earlier card", make.AMINA.phone, "The data below hold"),
)


def test_every_table_is_in_the_copy_or_it_is_said_why_not() -> None:
    """A new table has to say by which key somebody reads what it holds of them."""
    assert tables().keys() == {"customers"} | HELD.keys() | NOT_THEIRS.keys()
    assert not HELD.keys() & NOT_THEIRS.keys()


def test_every_column_of_a_customer_is_in_the_copy_or_it_is_said_why_not() -> None:
    assert tables()["customers"] == COLUMNS.keys() | COLUMNS_NOT_THEIRS.keys()
    assert not COLUMNS.keys() & COLUMNS_NOT_THEIRS.keys()


def lived(shop: Shop) -> tuple[Enrolled, Enrolled]:
    """Amina, of whom every table holds something, and Ben, who was merged into her."""
    shop.owner("PUT", "/v1/program", PROGRAM)
    dan = shop.enrol(guest(4), greeting="none")
    amina = shop.enrol_as(make.AMINA, make.enrolment(brought_by=dan.card))
    ben = shop.enrol(make.BEN)
    shop.enrol_as(guest(5), make.enrolment(guest(5), brought_by=amina.card))
    every_day(shop, amina, 8)
    sold(shop, amina)
    claim(shop, amina, receipt(rung_up(shop)))
    shop.checkin()
    at_the_counter(shop, amina)
    shop.http("POST", "/v1/card/thread", amina.card_key, {"text": "Thank you.", "key": "k"})
    card(shop, ben, "PUT", body={"paused": True, "spoken": "benn"})
    card(shop, amina, "PUT", body={"other_today": True})
    phone = next(one for one in card(shop, amina, path="/knows")["marks"] if one["kind"] == "phone")
    card(shop, amina, "DELETE", f"/marks/{phone['id']}")
    card(shop, amina, "POST", "/code")
    shop.owner("POST", "/v1/merges", {"kept": amina.id, "gone": ben.id, "key": "one"})
    by_the_row(shop, amina)
    return amina, ben


def sold(shop: Shop, amina: Enrolled) -> None:
    """A sale by card that was given back later, one that was voided, one that is still open."""
    at = shop.service.now - timedelta(hours=3)
    tenders = (Tender(kind="card", amount=make.LATTE, last4="4417"),)
    paid = replace(
        shop.sale(who=amina.who, at=at, till="the long bar", tenders=tenders, id="paid"), staff="Nurse Ratched"
    )
    voided = shop.sale(make.line("Mocha"), who=amina.who, at=at - timedelta(days=9))
    tea = shop.sale(make.line("Tea"), who=amina.who, at=at + timedelta(hours=2), state="open")
    shop.post([paid, voided, make.void_of(voided), tea])
    shop.post(make.refund_of(paid, id="back", at=at + timedelta(minutes=20)))


def at_the_counter(shop: Shop, amina: Enrolled) -> None:
    wanted = {"customer": amina.id, "reward": "one", "till": "1", "key": "r1"}
    made = shop.http("POST", "/v1/redemptions", shop.screen_key, wanted).json()
    shop.http("POST", f"/v1/redemptions/{made['id']}/confirm", shop.screen_key, {})
    shop.owner("POST", f"/v1/customers/{amina.id}/adjustments", {"points": 3, "key": "a", "note": "spilt"})
    shop.owner("PUT", f"/v1/customers/{amina.id}/tier", {"tier": "gold", "until": "2026-12-31", "reason": "for years"})
    shop.owner("PUT", "/v1/surprises/budget", {"shop": shop.id, "a_week": 5, "cost": 1})
    given = {"customer": amina.id, "reason": "thanks", "key": "given"}
    assert shop.http("POST", "/v1/surprises", shop.screen_key, given).status_code == 201
    hire(shop, "Nurse Ratched", "2814", customer=amina.id)


def by_the_row(shop: Shop, amina: Enrolled) -> None:
    """What takes a certificate, an hour's wait, or two people at a till: as the service would have written it."""
    business, now = shop.service.one("SELECT business FROM shops WHERE id = ?", shop.id), moment(shop.service.now)
    hash = shop.service.one("SELECT hash FROM links WHERE customer = ? AND kind = 'card' AND until IS NULL", amina.id)
    mine: dict[str, Any] = {"business": business, "shop": shop.id}
    sale = mine | {"hash": hash, "source": "test", "received_at": now}
    kept: dict[str, dict[str, Any]] = {
        "choices": mine | {"card": hash, "customer": amina.id, "cue": "none", "till": "3", "at": now},
        "used_codes": mine | {"hash": hash, "step": now // 1_000_000 // STEP_S, "till": "4", "used_at": now},
        "loose": sale | {"ref": "nobody's"},
        "two_people": sale | {"ref": "of two"},
        "questions": mine | {"id": f"q{amina.id[1:]}", "customer": amina.id, "visit_at": now, "asked_at": now},
        "passes": {"serial": amina.id, "business": business, "customer": amina.id, "kind": "apple", "mark": "",
                   "language": "en", "shown": "", "changed_at": now},
        "pass_devices": {"serial": amina.id, "customer": amina.id, "device": "d", "push": b"", "since": now,
                         "tries": 0},
    }  # fmt: skip
    with closing(shop.service.place.open()) as session, session.transaction():
        for table, row in kept.items():
            marks = ", ".join("?" * len(row))
            session.run(f"INSERT INTO {table} ({', '.join(row)}) VALUES ({marks})", tuple(row.values()))


def test_what_is_stored_of_somebody_is_read_in_their_copy(shop: Shop) -> None:
    amina, ben = lived(shop)
    copy = data(shop, amina)
    assert [key for key in sorted(set(HELD.values())) if not copy[key]] == []
    assert [key for key in COLUMNS.values() if key not in copy] == []
    sales = {one["id"]: one for one in copy["sales"]}
    assert (sales["paid"]["till"], sales["paid"]["tenders"][0]["last4"]) == ("the long bar", "4417")
    assert {one["state"] for one in copy["sales"] if not one["counts"]} == {"open", "voided", "paid"}
    assert sales["back"]["refund_of"] == {"id": "paid"}, "a receipt that names nobody refunds a sale of theirs"
    assert (copy["rewards"][0]["name"], copy["rewards"][0]["state"]) == ("A whole cake", "confirmed")
    ended = {one["value"] for one in copy["links"] if one["until"] is not None}
    assert ended == {make.AMINA.phone, amina.card}
    assert ben.card in {one["value"] for one in copy["links"]}
    assert copy["merged"][0]["paused_at"] is not None
    assert (copy["merges"][0]["gone"], copy["merges"][0]["undone_at"]) == (ben.id, None)
    assert copy["brought"] == {"by_somebody": True, "by": None, "others": 1}
    assert sum(one["visits"] for one in copy["learned"]["days"]) == copy["learned"]["visits"]
    assert {one["why"] for one in copy["undecided"]} == {"nobody", "two-people"}
    assert (copy["choices"][0]["till"], copy["codes_shown"][0]["till"]) == ("3", "4")


def test_nobody_else_is_in_it(shop: Shop) -> None:
    """Neither who works there, nor who brought them along and is greeted by nobody, nor whom they brought."""
    amina, ben = lived(shop)
    text = json.dumps(data(shop, amina))
    others = dict(shop.service.rows("SELECT id, id FROM customers WHERE id NOT IN (?, ?)", amina.id, ben.id))
    for hidden in ("Nurse", guest(4).name, guest(5).name, *others):
        assert hidden not in text, hidden


def test_who_was_parted_from_them_again_is_somebody_else(shop: Shop) -> None:
    amina, ben = shop.enrol(), shop.enrol(make.BEN)
    made = shop.owner("POST", "/v1/merges", {"kept": amina.id, "gone": ben.id, "key": "one"})
    shop.owner("POST", f"/v1/merges/{made['id']}/undo")
    for one, other in ((amina, ben), (ben, amina)):
        [merge] = data(shop, one)["merges"]
        assert merge["undone_at"] is not None
        assert other.id not in json.dumps(data(shop, one))


def test_the_page_says_rewards_payment_and_what_did_not_count(shop: Shop) -> None:
    amina, _ = lived(shop)
    said = cells(page(shop, amina))
    for part in SAID:
        assert part in said, part
    assert amina.card in said
