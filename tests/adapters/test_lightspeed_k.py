"""Lightspeed K: what its documents leave to be said, and its API on loopback."""

from __future__ import annotations

import base64
import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

import pos_adapters
from loyalty.core.fit import sums_up
from loyalty.errors import NoKey
from loyalty.wire import Transaction
from pos_adapters import lightspeed_k as api
from pos_adapters.asking import Expired
from pos_adapters.base import Ignored, Later
from pos_adapters.lightspeed_k import ADAPTER
from pos_adapters.settling import settled
from pos_adapters.understanding import look_on
from tests.adapters.fake import Sold
from tests.adapters.fake_lightspeed_k import FakeLightspeedK
from tests.make import AMINA

FIXTURES = Path(pos_adapters.__file__).parent / "lightspeed_k" / "fixtures"
NOW = datetime(2026, 10, 5, 12, 15, tzinfo=UTC)
TEXT = st.text(st.characters(codec="utf-8"), min_size=1, max_size=20)


@pytest.fixture
def lightspeed():
    with FakeLightspeedK().serving() as fake:
        yield fake


def settings(**given):
    return settled(ADAPTER, {"shop": "harbour", **given})


def told(*sales):
    return ADAPTER.parse(msgspec.json.encode({"sales": sales}), settings())


def sample(place=0, **fields):
    return json.loads((FIXTURES / "pull_sales_v2_page.json").read_text())["sales"][place] | fields


def sale(*sales):
    [first] = told(*sales)
    assert isinstance(first, Transaction), first
    return first


def pulled(lightspeed, cursor="", now=NOW):
    said: list[Transaction] = []
    for _ in range(20):
        page, found = look_on(ADAPTER, cursor, settings(**lightspeed.settings()), now)
        said += [one for one in found.said if isinstance(one, Transaction)]
        cursor = page.cursor
        if not page.more:
            return [one.id for one in said], cursor
    raise AssertionError("it never ends")


# -- who sends --------------------------------------------------------------------------------------------------------
@given(user=TEXT.filter(lambda text: ":" not in text), password=TEXT, other=TEXT)
def test_only_whoever_knows_the_password_is_believed(user, password, other):
    chosen = settings(webhook_user=user, webhook_password=password)
    pair = base64.b64encode(f"{user}:{password}".encode()).decode()
    assert ADAPTER.verify({"authorization": f"Basic {pair}"}, b"{}", chosen, NOW) == "signed"
    if other != password:
        with pytest.raises(NoKey, match="webhook_user and webhook_password"):
            ADAPTER.verify(
                ADAPTER.sign(b"{}", settings(webhook_user=user, webhook_password=other), NOW), b"{}", chosen, NOW
            )


@pytest.mark.parametrize(("given", "headers", "words"), [
    ({"webhook_user": "u", "webhook_password": "p"}, {}, "expected the header authorization"),
    ({"webhook_user": "u"}, {"authorization": "Basic dTo="}, "webhook_password is not set"),
    ({"webhook_password": "p"}, {"authorization": "Basic OnA="}, "webhook_user is not set"),
    ({}, {"authorization": "Basic Og=="}, "is not set"),
])  # fmt: skip
def test_what_is_missing_is_told_and_nothing_believed(given, headers, words):
    with pytest.raises(NoKey, match=words):
        ADAPTER.verify(headers, b"{}", settings(**given), NOW)


# -- a sale -----------------------------------------------------------------------------------------------------------
def test_a_sale_is_known_by_the_name_that_its_refund_calls_it_by():
    bought, back = sample(accountReference="57X0j3hzTZ2oo9sdVWiUog=="), sample(2)
    [first, second] = told(bought, back)
    assert isinstance(first, Transaction)
    assert isinstance(second, Transaction)
    assert second.refund_of
    assert (first.id, second.refund_of.id, second.total) == ("A10410.55", first.id, 383)


def test_a_sale_that_is_cancelled_later_is_a_higher_revision_of_it():
    bought, undone = sale(sample()), sale(sample(cancelled=True))
    assert (bought.state, undone.state, bought.id) == ("paid", "voided", undone.id)
    assert bought.revision < undone.revision


@pytest.mark.parametrize("kind", ["REFUND", "VOID", "CANCEL", "RECALL"])
def test_whatever_takes_money_back_from_another_sale_is_a_refund_of_it(kind):
    back = sale(sample(2, type=kind, cancelled=kind == "VOID"))
    assert (back.state, back.refund_of and back.refund_of.id, back.total) == ("paid", "A10410.55", 383)


@pytest.mark.parametrize("kind", ["FLOAT", "TRANSFER", "TRANSITORY", "SPLIT", "UPDATE", "CROSS_BL"])
def test_moving_a_bill_about_sells_nothing(kind):
    assert told(sample(type=kind, payments=[])) == [Ignored(f"{kind}: nothing was sold")]
    assert sale(sample(type=kind)).total == 1565


def test_a_modifier_of_a_modifier_stands_with_what_was_ordered_and_no_circle_is_endless():
    milk = sample()["salesLines"][1]
    foam = milk | {"id": "104", "parentLineId": "102", "name": "Mousse"}
    lines = sample()["salesLines"]
    assert sale(sample(salesLines=[*lines, foam])).lines[0].modifiers == ("Lait d'avoine", "Mousse")
    circle = [lines[0] | {"parentLineId": "102"}, lines[1]]
    assert sum(one.total for one in sale(sample(salesLines=circle)).lines) == 600
    assert [one.name for one in sale(sample(salesLines=[milk])).lines] == ["Lait d'avoine"]


def test_every_way_in_which_a_bill_is_made_sums_up():
    document = json.loads((FIXTURES / "pull_many_one_unreadable.json").read_text())["sales"]
    found = [one for one in told(*document) if isinstance(one, Transaction)]
    assert {one.currency for one in found} == {"USD", "JPY", "KWD"}
    assert [one.id for one in found if not sums_up(one)] == []
    assert [one.id for one in found if sum(t.amount for t in one.tenders) != one.total] == []


def test_friends_who_split_a_bill_are_several():
    other = sample()["payments"][1] | {"consumer": {"id": 7, "customerId": "m-7"}}
    assert sale(sample(payments=[*sample()["payments"], other])).customer is None


@pytest.mark.parametrize("body", ["webhook_check_was_updated.json", "webhook_of_another_kind.json"])
def test_a_webhook_says_nothing_of_a_sale(body):
    [event] = ADAPTER.parse((FIXTURES / body).read_bytes(), settings())
    assert isinstance(event, Ignored)


# -- asked ------------------------------------------------------------------------------------------------------------
def test_everything_is_found_page_by_page(lightspeed):
    for number in range(1, 6):
        lightspeed.sell(Sold(number, NOW - timedelta(minutes=number), 1_000, who=AMINA))
    found, cursor = pulled(lightspeed)
    assert sorted(found) == ["A1", "A2", "A3", "A4", "A5"]
    lightspeed.sell(Sold(6, NOW + timedelta(minutes=1), 1_000))
    assert "A6" in pulled(lightspeed, cursor, NOW + timedelta(minutes=2))[0]


def test_a_gap_is_closed(lightspeed):
    _, cursor = pulled(lightspeed)
    lightspeed.sell(Sold(1, NOW + timedelta(hours=3), 1_000))
    assert pulled(lightspeed, cursor, NOW + timedelta(hours=9))[0] == ["A1"]


def test_what_a_till_brings_late_is_found_within_the_hour(lightspeed):
    lightspeed.page = 100
    lightspeed.sell(Sold(1, NOW, 1_000))
    _, cursor = pulled(lightspeed)
    lightspeed.sell(Sold(2, NOW - timedelta(minutes=50), 1_000))
    lightspeed.sell(Sold(3, NOW - timedelta(hours=40), 1_000))
    found, cursor = pulled(lightspeed, cursor, NOW + timedelta(minutes=30))
    assert sorted(found) == ["A1", "A2"]
    found, cursor = pulled(lightspeed, cursor, NOW + timedelta(minutes=61))
    assert sorted(found) == ["A1", "A2", "A3"]
    assert sorted(pulled(lightspeed, cursor, NOW + timedelta(minutes=62))[0]) == ["A1", "A2"]


def test_a_far_look_back_keeps_its_start_on_every_page(lightspeed):
    lightspeed.page = 1
    for number in range(1, 5):
        lightspeed.sell(Sold(number, NOW - timedelta(hours=number), 1_000))
    pulled(lightspeed)
    starts = {target.partition("from=")[2].partition("&")[0] for _, target in lightspeed.asked}
    assert len(lightspeed.asked) == 4
    assert len(starts) == 1


@pytest.mark.parametrize(("fault", "words"), [
    (401, "the token is refused"), (403, "may not read"), (429, "too often"), (500, "trouble of its own"),
    ("garbage", "no JSON"), ("hang up", "cannot be reached"),
])  # fmt: skip
def test_trouble_is_told_in_words_and_waited_for(lightspeed, fault, words):
    lightspeed.fault, lightspeed.faults, lightspeed.retry_after = fault, 1, 7
    with pytest.raises(Later, match=words) as said:
        api.pull("", settings(**lightspeed.settings()), NOW)
    assert said.value.after_s == (7 if fault == 429 else 0)


def test_a_token_that_ran_out_is_replaced_and_so_is_the_one_it_was_got_with(lightspeed):
    chosen = settings(**lightspeed.settings())
    lightspeed.expire()
    for held in (chosen, {**chosen, "access_token": ""}):
        with pytest.raises(Expired):
            api.pull("", held, NOW)
        assert api.check(held) == []
    renewed = {**chosen, **api.renew(chosen)}
    assert (renewed["access_token"], renewed["refresh_token"]) == ("access-1", "refresh-1")
    api.pull("", renewed, NOW)
    with pytest.raises(Later, match=r"sign in anew.*Token is not active"):
        api.renew(chosen)
    assert api.renew({**renewed, "token_url": f"{lightspeed.url}/oauth/token"})["refresh_token"] == "refresh-2"


def test_what_is_not_set_up_is_told(lightspeed):
    assert api.check(settings(**lightspeed.settings())) == []
    [said] = api.check(settings(**lightspeed.settings() | {"business_location_id": "9"}))
    assert said == "lightspeed_k: there is no business_location_id 9; this account has 55001122 (Harbour)"
    assert len(api.check(settings(access_token="a"))) == 3
    lightspeed.fault, lightspeed.faults = 500, 1
    assert "trouble of its own" in api.check(settings(**lightspeed.settings()))[0]
