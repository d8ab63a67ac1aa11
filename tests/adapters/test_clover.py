"""Clover: a code instead of a signature, orders asked for, and pages that move while they are read."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

import pos_adapters
from loyalty.core.fit import sums_up
from loyalty.errors import NoKey, Unfit, Unknown
from loyalty.wire import Transaction
from pos_adapters.asking import Expired
from pos_adapters.base import Fetch, Later, Notice
from pos_adapters.clover import ADAPTER, HEADER, SHAKE_BYTES_MAX, fetch, pull, renew
from pos_adapters.settling import settled
from tests import make
from tests.adapters.fake import Sold
from tests.adapters.fake_clover import MERCHANT, FakeClover, told

FIXTURES = Path(pos_adapters.__file__).parent / "clover" / "fixtures"
NOW = datetime(2026, 10, 5, 12, 15, tzinfo=UTC)


@pytest.fixture
def clover():
    with FakeClover().serving() as fake:
        yield fake


def settings(**given):
    return settled(ADAPTER, {"shop": "harbour", **given})


def sold(number=1, minutes=0, price=38_000, **fields):
    return Sold(number, NOW - timedelta(minutes=30 - minutes), price, **fields)


def fixture(name):
    return json.loads((FIXTURES / name).read_text())


def sales(raw, **given):
    body = raw if isinstance(raw, bytes) else msgspec.json.encode(raw)
    return [one for one in ADAPTER.parse(body, settings(**given)) if isinstance(one, Transaction)]


def one(fake, body):
    """What comes of a webhook."""
    chosen = settings(**fake.settings())
    [wanted] = ADAPTER.parse(body, chosen)
    assert isinstance(wanted, Fetch)
    [sale] = sales(fetch(wanted, chosen), **fake.settings())
    return sale


def pages(fake, cursor="", now=NOW, between=lambda: None):
    """Looks until there is no more; `between` happens at the vendor after each page."""
    found = []
    while True:
        page = pull(cursor, settings(**fake.settings()), now)
        found += sales(page.raw)
        cursor = page.cursor
        between()
        if not page.more:
            return found, cursor


# -- is it Clover? ----------------------------------------------------------------------------------------------------
@given(code=st.text(min_size=1, max_size=40), other=st.text(max_size=40), raw=st.binary(max_size=60))
def test_only_the_very_code_is_believed(code, other, raw):
    chosen = settings(auth_code=code)
    assert ADAPTER.verify({HEADER: code}, raw, chosen, NOW) == "signed"
    if code != other:
        with pytest.raises(NoKey, match=r"^clover: "):
            ADAPTER.verify({HEADER: other}, raw, chosen, NOW)


def test_the_hand_shake_comes_before_there_is_a_code_and_shows_the_owner_nothing_but_a_code():
    raw = (FIXTURES / "webhook_verification.json").read_bytes()
    assert ADAPTER.verify({}, raw, settings(), NOW) == "hint"
    [notice] = ADAPTER.parse(raw, settings())
    assert isinstance(notice, Notice)
    assert "5f2c7f3a-0c1d-4a4e-9b1b-kestrel00001" in notice.message
    for code in ("<script>", "a b c d", "abc", "x" * 65, "", None, ["abcd"], 12345):
        odd = json.dumps({"verificationCode": code}).encode()
        assert not [event for event in ADAPTER.parse(odd, settings()) if isinstance(event, Notice)]
        with pytest.raises(NoKey):
            ADAPTER.verify({}, odd, settings(auth_code="k"), NOW)
    with pytest.raises(NoKey):  # longer than any: not read for a stranger
        ADAPTER.verify({}, raw + b" " * SHAKE_BYTES_MAX, settings(auth_code="k"), NOW)


def test_a_hand_shake_with_a_wrong_code_is_refused():
    with pytest.raises(NoKey):
        ADAPTER.verify({HEADER: "wrong"}, b'{"verificationCode": "abcd-1234"}', settings(auth_code="k"), NOW)


# -- what it tells ----------------------------------------------------------------------------------------------------
def test_open_then_paid_then_given_back_are_growing_revisions_of_one_sale(clover):
    clover.customers["CUST-AMINA"] = {"id": "CUST-AMINA", "phoneNumbers": {"elements": [{"phoneNumber": "0700 1"}]}}
    created, paid, _ = clover.sell(sold(tip=500, who=make.AMINA))
    open_now = clover.orders["O1"] | {"paymentState": "OPEN", "payments": {"elements": []}, "modifiedTime": 0}
    [early] = sales(open_now)
    first = one(clover, created)
    assert (first.id, first.state, first.total, first.tip) == ("O1", "paid", 38_500, 500)
    assert (first.customer.pos_id, first.customer.phone) == ("CUST-AMINA", "0700 1")
    assert one(clover, paid) == first
    [back] = clover.give_back(sold(), NOW, 12_000)
    later = one(clover, back)
    assert [(refund.id, refund.amount) for refund in later.refunds] == [("O1R0", 12_000)]
    assert early.state == "open"
    assert early.revision <= first.revision < later.revision


def test_a_voided_payment_opens_the_order_again(clover):
    paid = one(clover, clover.sell(sold())[0])
    [void] = clover.void(sold(), NOW)
    opened = one(clover, void)
    assert (paid.state, opened.state, opened.tenders) == ("paid", "open", ())
    assert opened.revision > paid.revision


def test_a_deleted_order_is_voided_in_the_merchants_currency(clover):
    paid = one(clover, clover.sell(sold())[0])
    [gone] = clover.delete(sold(), NOW)
    voided = one(clover, gone)
    assert (voided.id, voided.state, voided.currency, voided.lines) == ("O1", "voided", "KES", ())
    assert voided.revision > paid.revision


def test_a_deletion_that_is_not_so_voids_nothing(clover):
    clover.sell(sold())
    assert one(clover, told("O:O1", "DELETE", ts=1_791_203_000_000)).state == "paid"


def test_what_is_of_another_merchant_is_left_aside():
    assert not sales(told("O:O1", merchant="MOTHER"), merchant_id=MERCHANT)
    assert not [event for event in ADAPTER.parse(told("O:O1", merchant="MOTHER"), settings(merchant_id=MERCHANT))
                if isinstance(event, Fetch)]  # fmt: skip


@pytest.mark.parametrize("amount", [3.24, 324.0, "324", 10**30])
def test_money_that_is_no_whole_number_of_cents_is_not_believed(amount):
    assert sales(fixture("pull_order_no_customer_cash.json") | {"total": amount}) == []


def test_a_bill_that_clover_adds_up_otherwise_is_marked_and_not_bent():
    order = fixture("pull_order_paid_split_tender.json")
    for off, fits in ((1, True), (-2, True), (50, False), (-700, False)):
        [sale] = sales(order | {"total": order["total"] + off})
        assert sums_up(sale) is fits


# -- asking -----------------------------------------------------------------------------------------------------------
def test_pages_are_read_to_their_end_and_the_next_look_finds_only_what_is_new(clover):
    for number in range(7):
        clover.sell(sold(number, number))
    found, cursor = pages(clover)
    assert {sale.id for sale in found} == {f"O{number}" for number in range(7)}
    clover.sell(sold(7, 40))
    again, _ = pages(clover, cursor, NOW + timedelta(minutes=20))
    assert "O7" in {sale.id for sale in again}
    assert "O0" not in {sale.id for sale in again}


def test_an_order_that_changes_while_pages_are_read_moves_none_over_the_edge(clover):
    """With Clover's own offset, the third would be skipped when the first moves behind it."""
    for number in range(6):
        clover.sell(sold(number, number))
    early = iter(range(6))

    def change():
        number = next(early, None)
        if number is not None:
            clover.give_back(sold(number), NOW, 100)

    found, _ = pages(clover, between=change)
    assert {sale.id for sale in found} == {f"O{number}" for number in range(6)}


def test_more_changes_in_one_millisecond_than_a_page_holds_lose_none(clover, monkeypatch):
    monkeypatch.setattr("pos_adapters.clover.PAGE_ORDERS_MAX", 2)
    for number in range(7):
        clover.sell(sold(number, number))
    for number in range(1, 6):
        clover.orders[f"O{number}"]["modifiedTime"] = clover.orders["O5"]["modifiedTime"]
    found, _ = pages(clover)
    assert {sale.id for sale in found} == {f"O{number}" for number in range(7)}


def test_after_a_long_gap_it_asks_for_no_more_than_the_filter_reaches(clover):
    _, cursor = pages(clover)
    clover.asked.clear()
    pages(clover, cursor, NOW + timedelta(days=400))
    assert str(int((NOW + timedelta(days=311)).timestamp() * 1000)) in clover.asked[0][1]


@pytest.mark.parametrize(("fault", "words"), [(429, "too often"), (500, "trouble"), ("garbage", "no JSON")])
def test_trouble_is_told_in_words(clover, fault, words):
    clover.fault, clover.faults = fault, 1
    with pytest.raises(Later, match=words) as trouble:
        pull("", settings(**clover.settings()), NOW)
    assert trouble.value.after_s == (1 if fault == 429 else 0)


def test_an_answer_that_is_no_object_is_no_answer(clover):
    clover.sell(sold())
    clover.orders["O1"] = [1]
    with pytest.raises(Later, match="no JSON"):
        fetch(Fetch("order", "O1"), settings(**clover.settings()))


def test_what_is_not_there_and_ids_that_are_none(clover):
    chosen = settings(**clover.settings())
    for kind in ("order", "payment"):
        with pytest.raises(Unknown):
            fetch(Fetch(kind, "NOBODY"), chosen)
        with pytest.raises(Unfit):
            fetch(Fetch(kind, "../../v3/apps"), chosen)


def test_an_expired_token_is_renewed_once_and_the_new_pair_is_kept(clover):
    old = settings(**clover.settings())
    clover.expire()
    with pytest.raises(Expired):
        pull("", old, NOW)
    fresh = {**old, **renew(old)}
    assert ADAPTER.check(fresh) == []
    with pytest.raises(Expired):
        renew(old)
    assert renew(settings(access_token="a merchant's")) == {}


def test_check_says_what_is_wrong(clover):
    good = clover.settings()
    assert ADAPTER.check(settings(**good)) == []
    assert "no merchant MOTHER" in ADAPTER.check(settings(**good | {"merchant_id": "MOTHER"}))[0]
    assert "refused" in ADAPTER.check(settings(**good | {"access_token": "x"}))[0]
