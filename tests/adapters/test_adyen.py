"""Adyen: the signature inside each item beside its own library's, and what becomes of a payment afterwards."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from itertools import permutations
from typing import Any

import pytest
from Adyen.util import is_valid_hmac_notification
from hypothesis import given
from hypothesis import strategies as st

from loyalty.errors import NoKey, Unfit
from loyalty.wire import Transaction
from pos_adapters.adyen import ADAPTER, minor
from pos_adapters.answering import NOTHING_TOLD, Reply
from pos_adapters.base import Ignored, Unreadable
from pos_adapters.settling import settled
from tests.adapters.fake import Json
from tests.adapters.fake_adyen import KEY, item, notification

NOW = datetime(2026, 10, 5, 12, 15, tzinfo=UTC)
TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=30)
KEYS = st.binary(min_size=1, max_size=64).map(bytes.hex)


def settings(**given: str) -> dict[str, str]:
    return dict(settled(ADAPTER, {"shop": "harbour", "hmac_key": KEY, **given}))


def inner(one: Json) -> Json:
    found: Json = one["NotificationRequestItem"]
    return found


# -- signatures -------------------------------------------------------------------------------------------------------
@given(key=KEYS, psp=TEXTS, reference=TEXTS, original=TEXTS, value=st.integers(-(10**12), 10**12), upper=st.booleans())
def test_what_the_official_library_signs_is_believed(key, psp, reference, original, value, upper):
    more = {"merchantReference": reference, "originalReference": original}
    one = item(psp, "AUTHORISATION", NOW, value, key=key, **more)
    assert is_valid_hmac_notification(inner(one), key)
    chosen = settings(hmac_key=key.upper() if upper else key)
    assert ADAPTER.verify({}, notification(one), chosen, NOW) == "signed"


@pytest.mark.parametrize(
    "changed",
    [
        *(
            {"pspReference": "P2"},
            {"originalReference": "P0"},
            {"merchantAccountCode": "X"},
            {"merchantReference": "X"},
        ),
        *({"amount": {"value": 501, "currency": "EUR"}}, {"amount": {"value": 500, "currency": "USD"}}),
        *(
            {"eventCode": "REFUND"},
            {"success": "false"},
            {"additionalData": {}},
            {"additionalData": {"hmacSignature": ""}},
        ),
        *({"additionalData": {"hmacSignature": "é"}}, {"eventDate": "yesterday"}),
    ],
)
def test_an_item_that_was_changed_is_not_believed(changed):
    one = {"NotificationRequestItem": inner(item("P1", "AUTHORISATION", NOW, 500)) | changed}
    with pytest.raises(NoKey, match=r"^adyen: "):
        ADAPTER.verify({}, notification(one), settings(), NOW)
    assert all(isinstance(event, Unreadable) for event in ADAPTER.parse(notification(one), settings()))


@pytest.mark.parametrize("raw", [b"", b"{", b"[]", b'{"notificationItems": []}', b'{"notificationItems": [1]}'])
def test_what_is_no_notification_is_refused_in_words(raw):
    with pytest.raises(NoKey, match="sent by adyen"):
        ADAPTER.verify({}, raw, settings(), NOW)


def test_one_signed_item_is_enough_for_the_delivery_and_for_itself_alone():
    forged = item("P2", "AUTHORISATION", NOW, 900, key="00")
    for items in permutations([forged, item("P1", "AUTHORISATION", NOW, 500)]):
        raw = notification(*items)
        assert ADAPTER.verify({}, raw, settings(), NOW) == "signed"
        said = ADAPTER.parse(raw, settings())
        assert [event.id for event in said if isinstance(event, Transaction)] == ["P1"]
        [refused] = [event for event in said if isinstance(event, Unreadable)]
        assert json.loads(refused.raw) == forged
        assert "does not match" in refused.error.message


@pytest.mark.parametrize("key", ["x", "0", "whsec_1", "é"])
def test_a_key_that_is_none_is_refused_when_it_is_set(key):
    with pytest.raises(Unfit, match="hmac_key: expected the HMAC key as Adyen shows it"):
        settings(hmac_key=key)


def test_adyen_hears_what_it_waits_for():
    assert ADAPTER.answer({}, b"", settings(), NOTHING_TOLD) == Reply(b"[accepted]")


# -- a payment and what becomes of it ---------------------------------------------------------------------------------
def heard(*items: Json, **given: str) -> list[Any]:
    return ADAPTER.parse(notification(*items), settings(**given))


def kept(*items: Json) -> dict[str, Transaction]:
    """As the house keeps them: of each id the highest revision, of equal ones the first."""
    held: dict[str, Transaction] = {}
    for one in heard(*items):
        assert isinstance(one, Transaction)
        if one.id not in held or held[one.id].revision < one.revision:
            held[one.id] = one
    return held


LATER, EARLIER = NOW + timedelta(hours=1), NOW - timedelta(hours=1)
SOLD = item("P1", "AUTHORISATION", NOW, 1_206, said={"tipAmount": "200", "alias": "K1", "cardSummary": "4417"})
CANCELS = [
    item("V1", "CANCELLATION", LATER, 1_206, originalReference="P1"),
    item("V1", "TECHNICAL_CANCEL", EARLIER, 1_206, originalReference="P1"),  # a clock that runs behind
    item("V1", "CANCEL_OR_REFUND", LATER, 1_206, originalReference="P1", said={"modification.action": "cancel"}),
]


@pytest.mark.parametrize("cancel", CANCELS)
def test_a_payment_that_is_called_off_stays_so_whichever_comes_first(cancel):
    for order in ((SOLD, cancel), (cancel, SOLD), (cancel, SOLD, cancel, SOLD)):
        held = kept(*order)
        assert [(id, one.state) for id, one in held.items()] == [("P1", "voided")]


BACK = item("R1", "REFUND", LATER, 414, originalReference="P1")


@pytest.mark.parametrize("kind", ["REFUND_FAILED", "REFUNDED_REVERSED"])
def test_a_refund_that_comes_to_nothing_is_taken_back_whichever_comes_first(kind):
    undone = item("R1", kind, LATER, 414, originalReference="P1")
    for order in permutations((SOLD, BACK, undone)):
        held = kept(*order)
        assert (held["P1"].state, held["R1"].state) == ("paid", "voided")


def test_refunds_are_receipts_of_their_sale_each_by_its_own_reference():
    action = {"modification.action": "refund"}
    second = item("R2", "CANCEL_OR_REFUND", LATER, 100, originalReference="P1", said=action)
    held = kept(second, BACK, SOLD, BACK)
    assert {id: (one.total, one.refund_of.id) for id, one in held.items() if one.refund_of} == {
        "R1": (414, "P1"),
        "R2": (100, "P1"),
    }
    assert (held["P1"].total, held["P1"].tip) == (1_206, 200)


@pytest.mark.parametrize(
    ("one", "words"),
    [
        (item("P1", "AUTHORISATION", NOW, 500, success="false"), "declined"),
        (item("R1", "REFUND", NOW, 500, originalReference="P1", success="false"), "refused"),
        (item("V1", "CANCELLATION", NOW, 500, originalReference="P1", success="false"), "refused"),
        (item("R1", "REFUND", NOW, 500), "names no payment"),
        (item("V1", "TECHNICAL_CANCEL", NOW, 500), "names no payment"),
        (item("C1", "CHARGEBACK", NOW, 500, originalReference="P1"), "changes nothing"),
        (item("C1", "AUTHORISATION_ADJUSTMENT", NOW, 500, originalReference="P1"), "changes nothing"),
        (item("P1", "AUTHORISATION", NOW, 500, merchantAccountCode="QuayPOS"), "another merchant account, QuayPOS"),
        (item("P1", "AUTHORISATION", NOW, 500, said={"store": "QUAY"}), "another store, QUAY"),
    ],
)
def test_what_is_nothing_to_us_is_passed_over_with_the_reason(one, words):
    [event] = heard(one, merchant_account="HarbourPOS", store="HARBOUR")
    assert isinstance(event, Ignored)
    assert words in event.reason


@pytest.mark.parametrize(
    ("said", "fingerprint"),
    [
        ({"PaymentAccountReference": "PAR", "alias": "K1"}, "PAR"),
        ({"PaymentAccountReference": "", "alias": "K1"}, "K1"),
        ({}, None),
    ],
)
def test_a_card_is_known_by_its_account_else_by_its_alias(said, fingerprint):
    [sale] = heard(item("P1", "AUTHORISATION", NOW, 500, said=said))
    assert sale.tenders[0].fingerprint == fingerprint


@pytest.mark.parametrize(("tip", "minor_units"), [("200", 200), ("2.00", 200), ("0", 0), ("", 0)])
def test_a_tip_is_a_part_of_the_amount(tip, minor_units):
    [sale] = heard(item("P1", "AUTHORISATION", NOW, 1_206, said={"tipAmount": tip}))
    assert (sale.total, sale.tip) == (1_206, minor_units)


@pytest.mark.parametrize(
    ("currency", "theirs", "ours"),
    [
        *(("EUR", 650, 650), ("JPY", 650, 650), ("KWD", 3_250, 3_250), ("KES", 38_000, 38_000)),
        *(("CLP", 150_000, 1_500), ("ISK", 50_000, 500), ("IDR", 45_000, 4_500_000), ("CVE", 100, 10_000)),
    ],
)
def test_adyens_minor_units_are_counted_as_iso_4217_counts(currency, theirs, ours):
    assert minor(theirs, currency) == ours


@pytest.mark.parametrize(("currency", "amount"), [("CLP", 150), ("XXX", 1), ("eur", 1), ("EUR", 10**30)])
def test_an_amount_that_cannot_be_is_refused(currency, amount):
    with pytest.raises(Unfit):
        minor(amount, currency)
