"""SumUp: signatures beside the official library's own, and its API as a small vendor on loopback speaks it."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sumup.events import EventSignatureError, verify_event_signature

from loyalty.errors import NoKey, Unfit, Unknown
from pos_adapters.asking import Expired
from pos_adapters.base import Elsewhere, Fetch, Later
from pos_adapters.settling import settled
from pos_adapters.sumup import ADAPTER, HEADER, fetch, pull
from pos_adapters.understanding import look_on, look_up, understand
from tests.adapters.fake import Sold, follower
from tests.adapters.fake_sumup import CODE, FakeSumup
from tests.make import AMINA

NOW = datetime(2026, 10, 5, 12, 15, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
TEXT = st.text(st.characters(codec="utf-8"), min_size=1, max_size=40)


@pytest.fixture
def sumup():
    with FakeSumup().serving() as fake:
        yield fake


def settings(fake=None, **given):
    return settled(ADAPTER, {"shop": "harbour", **(fake.settings() if fake else {}), **given})


def sold(number, at=NOW, **fields):
    return Sold(number, at, 38_000, **fields)


followed = follower(ADAPTER, NOW)


# -- who sent it ------------------------------------------------------------------------------------------------------
@given(raw=st.binary(), key=TEXT)
def test_the_official_library_believes_what_is_signed_here_and_so_do_we(raw, key):
    now = datetime.now(UTC)  # which is what the library compares with
    chosen = settings(webhook_secret=key)
    signed = ADAPTER.sign(raw, chosen, now)
    verify_event_signature(key, raw, signed[HEADER])
    assert ADAPTER.verify(signed, raw, chosen, now) == "signed"
    with pytest.raises(NoKey, match="does not match"):
        ADAPTER.verify(signed, raw + b" ", chosen, now)


@pytest.mark.parametrize("away_s", [-301, -300, 300, 301])
def test_five_minutes_either_way_are_what_the_library_allows(away_s):
    now, chosen = datetime.now(UTC).replace(microsecond=0), settings(webhook_secret="k")
    signed = ADAPTER.sign(b"{}", chosen, now + timedelta(seconds=away_s))
    if abs(away_s) == 300:
        assert ADAPTER.verify(signed, b"{}", chosen, now) == "signed"
        return
    with pytest.raises(NoKey, match="is a clock wrong"):
        ADAPTER.verify(signed, b"{}", chosen, now)
    with pytest.raises(EventSignatureError):
        verify_event_signature("k", b"{}", ADAPTER.sign(b"{}", chosen, now + 3 * timedelta(seconds=away_s))[HEADER])


@pytest.mark.parametrize(
    "given", ["t=1", "v1=00", "t=x,v1=00", "t=1,v1=é", f"t={'9' * 40},v1={'0' * 64}", "a" * 100_000]
)
def test_a_signature_that_is_none_is_refused_in_words(given):
    with pytest.raises(NoKey, match=r"^sumup: "):
        ADAPTER.verify({HEADER: given}, b"{}", settings(webhook_secret="k"), NOW)


# -- what it says -----------------------------------------------------------------------------------------------------
@given(hundredths=st.integers(0, 10**10), tip=st.integers(0, 10**6))
def test_money_that_was_a_float_is_the_same_to_the_last_cent(hundredths, tip):
    sale = {
        "transaction_code": "T", "amount": (hundredths + tip) / 100, "tip_amount": tip / 100, "currency": "KES",
        "timestamp": "2026-10-05T08:00:00Z", "status": "SUCCESSFUL",
    }  # fmt: skip
    [told] = list[Any](ADAPTER.parse(json.dumps(sale).encode(), settings()))
    assert (told.total, told.tip, told.lines[0].total, told.order_discount) == (hundredths + tip, tip, hundredths, 0)


def test_a_webhook_leads_over_its_checkout_to_the_whole_sale(sumup):
    [raw] = sumup.sell(sold(1, who=AMINA, tip=500))
    told = understand(ADAPTER, raw, "hint", settings(sumup))
    [sale] = list[Any](look_up(ADAPTER, told.wanted[0], settings(sumup)).said)
    assert (sale.id, sale.total, sale.tip, sale.lines[0].name) == ("T1", 38_500, 500, "Latte")
    assert sale.tenders[0].fingerprint == AMINA.fingerprint


def test_every_step_of_a_sale_is_a_higher_revision(sumup):
    chosen, steps = settings(sumup), []

    def step():
        [sale] = followed(chosen)[0]
        steps.append(sale)

    sumup.sell(sold(1))
    sumup.sales["t-1"]["status"] = "PENDING"
    step()
    sumup.sales["t-1"]["status"] = "SUCCESSFUL"
    step()
    step()
    sumup.give_back(sold(1), NOW + MINUTE, 100)
    step()
    sumup.give_back(sold(1), NOW + MINUTE, 200)
    step()
    sumup.sales["t-1"]["events"][1]["status"] = "FAILED"
    step()
    sumup.void(sold(1), NOW + 2 * MINUTE)
    step()
    revisions = [sale.revision for sale in steps]
    assert revisions == sorted(revisions)
    assert len(set(revisions)) == len(revisions) - 1  # told twice, the same
    assert [sale.state for sale in steps] == ["open", *["paid"] * 5, "voided"]
    assert [[refund.amount for refund in sale.refunds] for sale in steps[3:6]] == [[100], [100, 200], [100]]


# -- what is asked ----------------------------------------------------------------------------------------------------
def test_a_gap_is_closed_over_all_its_pages(sumup):
    chosen = settings(sumup)
    for number in range(7):
        sumup.sell(sold(number, NOW - number * MINUTE))
    said, cursor = followed(chosen)
    assert sorted(sale.id for sale in said) == [f"T{number}" for number in range(7)]
    sumup.give_back(sold(6), NOW + 9 * MINUTE, 100)
    sumup.sell(sold(7, NOW + 8 * MINUTE))
    said, _ = followed(chosen, cursor, NOW + 10 * MINUTE)
    assert {sale.id for sale in said} == {"T0", "T1", "T2", "T6", "T7"}  # it looks back two minutes


def test_what_changed_by_night_is_not_looked_at_until_morning(sumup):
    """A payout changes hundreds of transactions hours after the last of them was made."""
    chosen = settings(sumup)
    for number in range(5):
        sumup.sell(sold(number))
    _, cursor = followed(chosen)
    night = NOW + timedelta(hours=9)
    sumup.changed = dict.fromkeys(sumup.changed, night)
    said, cursor = followed(chosen, cursor, night)
    assert len(said) == 5
    for minute in range(1, 5):  # it looks back two minutes
        said, cursor = followed(chosen, cursor, night + minute * MINUTE)
    assert said == []


def test_what_changed_between_two_pages_is_not_lost(sumup):
    chosen = settings(sumup)
    for number in range(4):
        sumup.sell(sold(number))
    first, _ = look_on(ADAPTER, "", chosen, NOW)
    sumup.give_back(sold(0), NOW + 5 * MINUTE, 100)  # of the page that has been read
    _, cursor = followed(chosen, first.cursor, NOW + timedelta(hours=3))  # so long nothing could be asked
    said, _ = followed(chosen, cursor, NOW + timedelta(hours=3))
    assert [len(sale.refunds) for sale in said if sale.id == "T0"] == [1]


def test_one_that_is_listed_and_gone_costs_no_other(sumup):
    for number in range(3):
        sumup.sell(sold(number))
    sumup.hidden = {"t-1"}
    assert [sale.id for sale in followed(settings(sumup))[0]] == ["T0", "T2"]


def test_another_merchants_transaction_is_passed_over(sumup):
    sumup.sell(sold(1))
    sumup.sales["t-1"]["merchant_code"] = "MHILL"
    found = ADAPTER.parse(fetch(Fetch("transaction", "t-1"), settings(sumup)), settings(sumup))
    assert found == [Elsewhere("a transaction of another merchant, MHILL")]


def test_what_is_not_there_and_what_is_no_id(sumup):
    for kind in ("checkout", "transaction"):
        with pytest.raises(Unknown, match="no such thing"):
            fetch(Fetch(kind, "9"), settings(sumup))
    with pytest.raises(Unfit, match="expected an id"):
        fetch(Fetch("checkout", "../me"), settings(sumup))


@pytest.mark.parametrize(
    ("fault", "words"),
    [(401, "refused with 401"), (429, "too often"), (500, "trouble"), ("garbage", "no JSON"), ("hang up", "reached")],
)
def test_what_keeps_it_from_answering_is_told_in_words(sumup, fault, words):
    chosen = settings(sumup)
    for ask in (lambda: pull("", chosen, NOW), lambda: fetch(Fetch("transaction", "1"), chosen)):
        sumup.fault, sumup.faults, sumup.retry_after = fault, 1, 7
        with pytest.raises(Later, match=words) as told:
            ask()
        assert (told.value.after_s, isinstance(told.value, Expired)) == (7.0 * (fault == 429), fault == 401)
    sumup.fault, sumup.faults = fault, 1
    assert words in ADAPTER.check(chosen)[0]


def test_the_merchants_of_the_key_are_listed_where_the_one_that_is_set_is_none(sumup):
    assert ADAPTER.check(settings(sumup)) == []
    assert f"{CODE} (Harbour)" in ADAPTER.check(settings(sumup, merchant_code="MOTHER"))[0]
    assert "refused" in ADAPTER.check(settings(sumup, api_key="old"))[0]
    assert "merchant_code is missing" in ADAPTER.check(settings(sumup, merchant_code=""))[0]
