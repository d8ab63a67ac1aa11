"""Toast: signatures and tokens, what its till is answered, and what its API is asked."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

import jwt
import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from hypothesis import given
from hypothesis import strategies as st

import pos_adapters
from loyalty.core.fit import check_presence
from loyalty.errors import NoKey, Unfit, Unknown
from loyalty.wire import CheckinAnswer, Cue, CustomerRef, Presence, Recognition, Transaction, Usual
from pos_adapters.answering import NOTHING_TOLD, Asked, Offered, Told
from pos_adapters.base import Fetch, Ignored, Later
from pos_adapters.settling import settled
from pos_adapters.toast import ADAPTER
from pos_adapters.toast.api import check, fetch, pull
from pos_adapters.toast.signing import HEADER
from pos_adapters.understanding import look_on, look_up, understand
from tests import make
from tests.adapters.fake import Sold
from tests.adapters.fake_toast import RESTAURANT, FakeToast, stamp

FIXTURES = Path(pos_adapters.__file__).parent / "toast" / "fixtures"
NOW = datetime(2026, 10, 5, 12, 15, tzinfo=UTC)
ELSEWHERE = "00000000-0000-0000-0000-000000000000"


def settings(**given):
    return settled(ADAPTER, {"shop": "harbour", **given})


def body(name):
    return (FIXTURES / name).read_bytes()


def parsed(raw, **given):
    return ADAPTER.parse(raw, settings(**{"currency": "USD", **given}))


def sales(raw, **given):
    return [event for event in parsed(raw, **given) if isinstance(event, Transaction)]


# -- who is believed --------------------------------------------------------------------------------------------------
@given(
    rest=st.dictionaries(st.text(max_size=5), st.integers() | st.text(max_size=20), max_size=4),
    stamp=st.text(st.characters(codec="utf-8"), max_size=30),
    key=st.text(st.characters(codec="utf-8"), min_size=1, max_size=40),
    escaped=st.booleans(),
)
def test_the_body_and_behind_it_its_own_timestamp_is_signed(rest, stamp, key, escaped):
    raw = json.dumps({**rest, "timestamp": stamp}, ensure_ascii=escaped).encode()
    expected = hmac.new(key.encode(), raw + stamp.encode(), hashlib.sha256).digest()
    signed = ADAPTER.sign(raw, settings(webhook_secret=key), NOW)
    assert base64.b64encode(expected).decode() == signed[HEADER]
    assert ADAPTER.verify(signed, raw, settings(webhook_secret=key), NOW) == "signed"


@pytest.mark.parametrize("raw", [b"", b"{}", b'{"timestamp": 5}', b"[]", b"\xff"])
def test_a_body_without_a_timestamp_is_refused_in_words(raw):
    with pytest.raises(NoKey, match=r"^toast: expected a body with a timestamp"):
        ADAPTER.verify({HEADER: "x"}, raw, settings(webhook_secret="k"), NOW)


@cache
def key_pair():
    private = rsa.generate_private_key(65537, 2048)
    spki, pem = serialization.PublicFormat.SubjectPublicKeyInfo, serialization.Encoding.PEM
    return private, private.public_key().public_bytes(pem, spki).decode()


def token(private=None, algorithm="RS256", **claims):
    return jwt.encode({"iss": "toast", **claims}, private or key_pair()[0], algorithm)


def asked_with(authorization, raw=None, kind="LOYALTY_INQUIRE", key=None):
    chosen = settings(loyalty_public_key=key or key_pair()[1])
    headers = {"toast-transaction-type": kind, "authorization": authorization}
    return ADAPTER.verify(headers, body("loyalty_inquire.json") if raw is None else raw, chosen, NOW)


@pytest.mark.parametrize("scheme", ["", "Bearer ", "bearer "])
def test_a_token_of_the_vendor_is_believed_with_and_without_bearer(scheme):
    assert asked_with(scheme + token(exp=int(NOW.timestamp()) + 60, aud="somebody")) == "signed"
    assert asked_with(scheme + token(), key=key_pair()[1].replace("\n", "\\n")) == "signed"


@pytest.mark.parametrize(
    "given",
    [
        lambda: token(rsa.generate_private_key(65537, 2048)),
        lambda: token(key_pair()[0], "RS512"),
        lambda: token(key_pair()[0], "PS256"),
        lambda: token("a-shared-secret-that-is-long-enough", "HS256"),
        lambda: jwt.encode({"iss": "toast"}, "", "none"),
        lambda: token()[:-8] + "AAAAAAAA",
        lambda: token(exp=int(NOW.timestamp()) - 1),
        lambda: "Bearer",
        lambda: " ",
        lambda: "x.y.z",
    ],
)
def test_any_other_token_is_refused_in_words(given):
    with pytest.raises(NoKey, match=r"^toast: the token") as refused:
        asked_with(given())
    assert refused.value.at == "authorization"


def test_a_token_makes_nothing_believed_but_a_question():
    """It does not cover the body: who has overheard one could tell of any sale."""
    for raw in (body("order_updated_paid_split_tender.json"), b"{}", b"", b"[]"):
        with pytest.raises(NoKey, match="no loyalty question"):
            asked_with(token(), raw)
    both = {**json.loads(body("loyalty_inquire.json")), **json.loads(body("order_updated_paid_split_tender.json"))}
    raw = json.dumps(both).encode()
    assert asked_with(token(), raw) == "signed"
    assert sales(raw) == []


def test_a_question_is_signed_by_nobody_but_the_vendor():
    with pytest.raises(Unfit, match="only Toast has"):
        ADAPTER.sign(body("loyalty_search.json"), settings(webhook_secret="k"), NOW)


def test_each_way_to_be_believed_wants_its_own_key():
    raw = body("loyalty_inquire.json")
    with pytest.raises(NoKey, match="loyalty_public_key is not set"):
        ADAPTER.verify({"toast-transaction-type": "LOYALTY_INQUIRE", HEADER: "x"}, raw, settings(), NOW)
    with pytest.raises(NoKey, match="webhook_secret is not set"):
        ADAPTER.verify({HEADER: "x"}, raw, settings(), NOW)


@pytest.mark.parametrize("key", ["x", "-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----"])
def test_a_key_that_is_none_is_refused_when_it_is_set(key):
    with pytest.raises(Unfit, match=r"^loyalty_public_key: expected a public key"):
        settings(loyalty_public_key=key)
    with pytest.raises(Unfit, match=r"^currency: there is no currency"):
        settings(currency="XQQ")


# -- one sale, as it goes on ------------------------------------------------------------------------------------------
def test_the_cue_comes_before_payment_and_what_was_asked_for_counts_more():
    opened, asked = parsed(body("order_updated_open_before_payment.json"))
    [paid] = sales(body("order_updated_paid_split_tender.json"))
    [fetched] = sales(body("pull_order_with_guest.json"))
    [refunded] = sales(body("order_updated_partial_refund.json"))
    assert asked == Fetch("order", "38bbf24d-a3da-5e14-9712-d6d0f33512c4")
    assert {opened.id} == {paid.id, fetched.id, refunded.id}
    assert [one.state for one in (opened, paid, fetched, refunded)] == ["open", "paid", "paid", "paid"]
    assert opened.revision < paid.revision < fetched.revision < refunded.revision
    assert (paid.customer.phone, fetched.customer.phone) == (None, "+12025550142")


def test_a_closed_check_that_is_opened_again_is_open_in_a_higher_revision():
    told = json.loads(body("order_updated_paid_split_tender.json"))
    order = told["details"]["order"]
    [before] = sales(json.dumps(told).encode())
    order["checks"][0]["paymentStatus"], order["modifiedDate"] = "OPEN", "2026-10-05T12:30:00.000+0000"
    [after] = sales(json.dumps(told).encode())
    assert (before.state, after.state, before.revision < after.revision) == ("paid", "open", True)


def test_a_refund_is_told_by_the_same_id_wherever_it_is_told():
    told = json.loads(body("order_updated_partial_refund.json"))
    [told_of] = sales(json.dumps(told).encode())
    [found] = sales(json.dumps({"currency": "USD", "orders": [told["details"]["order"]]}).encode())
    assert told_of.refunds == found.refunds
    assert [(one.amount, [line.total for line in one.lines]) for one in found.refunds] == [(414, [383])]


@pytest.mark.parametrize("field", ["customer", "currency"])
def test_an_order_is_asked_for_only_where_something_is_missing(field):
    told = json.loads(body("order_updated_no_customer_cash.json"))
    assert [type(event) for event in parsed(json.dumps(told).encode())] == [Transaction]
    if field == "customer":
        told["details"]["order"]["checks"][0]["customer"] = {"guid": "g"}
    currency = "USD" if field == "customer" else ""
    assert isinstance(parsed(json.dumps(told).encode(), currency=currency)[-1], Fetch)


@given(cents=st.integers(0, 10**7), drift=st.integers(-3, 3))
def test_amounts_in_binary_fractions_come_to_the_nearest_cent(cents, drift):
    amount = cents / 100 + drift * 1e-10
    check = {"guid": "c", "openedDate": stamp(NOW), "totalAmount": amount, "selections": [{"price": amount}]}
    [sale] = sales(json.dumps({"guid": "o", "checks": [check]}).encode())
    assert (sale.total, sale.lines[0].total) == (cents, cents)


def test_devices_are_called_as_the_owner_calls_them():
    raw = body("order_updated_paid_split_tender.json")
    assert [sales(raw)[0].till, sales(raw, tills="HBR-TILL-02=2")[0].till, sales(raw, till="bar")[0].till] == [
        *("HBR-TILL-02", "2", "bar"),
    ]


# -- what the till asks -----------------------------------------------------------------------------------------------
def question(kind, raw=None, key="q-1", restaurant=RESTAURANT):
    name = f"loyalty_{kind.removeprefix('LOYALTY_').lower()}.json"
    headers = {
        "toast-transaction-type": kind, "toast-transaction-guid": key, "toast-restaurant-external-id": restaurant
    }  # fmt: skip
    return headers, body(name) if raw is None else json.dumps(raw).encode()


def asks(kind, raw=None, **given):
    headers, said = question(kind, raw)
    return ADAPTER.asks(headers, said, settings(restaurant_guid=RESTAURANT, **given))


def about(*redemptions, identifier="m-000412"):
    said = json.loads(body("loyalty_inquire.json"))
    said["checkTransactionInformation"] |= {"loyaltyIdentifier": identifier, "redemptions": list(redemptions)}
    return said


def search(**criteria):
    return {"searchTransactionInformation": {"searchCriteria": criteria}}


def test_a_search_names_them_by_what_was_typed():
    assert asks("LOYALTY_SEARCH") == Asked(Presence(shop="harbour", phone="2025550142"), key="q-1")
    by_email = asks("LOYALTY_SEARCH", search(phone=None, email="amina@example.com", lastName="A"), till="2")
    assert by_email == Asked(Presence(shop="harbour", till="2", email="amina@example.com"), key="q-1")
    assert asks("LOYALTY_SEARCH", search(firstName="Amina")) is None


def test_an_account_on_a_check_is_somebody_at_that_till():
    found = asks("LOYALTY_INQUIRE", tills="HBR-TILL-02=2")
    assert found == Asked(Presence(shop="harbour", till="2", reference="m-000412"), key="q-1")
    assert check_presence(found.who, NOW) == ("reference", "m-000412")


def test_rewards_are_used_by_that_question_alone_and_given_back_by_its_key():
    redemptions = [{"identifier": "a", "quantity": 1}, {"identifier": "b", "quantity": None}]
    assert asks("LOYALTY_REDEEM", about(*redemptions)).use == ("a", "b")
    assert asks("LOYALTY_INQUIRE", about(*redemptions)).use == ()
    assert asks("LOYALTY_REVERSE") == Asked(undo="02d3727c-bad0-5a5d-b96c-c8efd8a52226", key="q-1")


def test_a_reward_that_is_on_a_check_twice_is_neither_used_nor_accepted():
    """One question reserves a reward once: the second would be for nothing."""
    twice = [{"identifier": "a"}, {"identifier": "a", "appliedDiscountGuid": "d-2"}, {"identifier": "b", "quantity": 2}]
    said = about(*twice, {"identifier": "c"})
    assert asks("LOYALTY_REDEEM", said).use == ("c",)
    rejected = answer("LOYALTY_REDEEM", told(), said)[1]["checkResponse"]["rejectedRedemptions"]
    assert [one["redemption"] for one in rejected] == twice


@pytest.mark.parametrize("kind", ["LOYALTY_ACCRUE", "LOYALTY_TRANSFER", "LOYALTY_SIGNUP", "LOYALTY_OF_TOMORROW", ""])
def test_nobody_checks_in_by_anything_else(kind):
    assert asks(kind, about()) is None


@pytest.mark.parametrize(
    "raw",
    [
        *(about({"quantity": 1}), about({"identifier": "a", "quantity": "x"}), about(identifier=""), [], {}),
        *(about(identifier="m" * 200), {"checkTransactionInformation": None}, {"checkTransactionInformation": "x"}),
    ],
)
def test_a_question_that_cannot_be_read_asks_nothing_and_accepts_nothing(raw):
    assert asks("LOYALTY_REDEEM", raw) is None
    assert answer("LOYALTY_REDEEM", NOTHING_TOLD, raw)[0] == 400


@pytest.mark.parametrize("redemption", [{"identifier": "a", "quantity": "x"}, {"identifier": ["a"]}, "a"])
def test_a_redemption_that_cannot_be_read_is_not_accepted(redemption):
    assert answer("LOYALTY_REDEEM", told(refused=(("b", "no"),)), about(redemption)) == (
        400,
        {"transactionStatus": "ERROR_INVALID_INPUT_PROPERTIES"},
    )


# -- what it is answered ----------------------------------------------------------------------------------------------
def told(greeting="full", say="Greet \u2068Mara\u2069 — large oat latte?", points=86, **given):
    nothing = Usual(say=False, because="", items=())
    seen = CheckinAnswer(
        customer=CustomerRef(id="c", name="Mara", greeting=greeting),
        recognition=Recognition(
            visits=40, regular=True, becoming=False, overdue=False, tier=None, points=points, usual=nothing
        ),
        cue=Cue(id="q", till="2", at=NOW, expires_at=NOW, tone="greet", say=say),
    )
    return Told(seen=seen, handle="m-000412", **given)


def answer(kind, what, raw=None, restaurant=RESTAURANT, **given):
    headers, said = question(kind, raw, restaurant=restaurant)
    reply = ADAPTER.answer(headers, said, settings(restaurant_guid=RESTAURANT, **given), what)
    assert reply.media_type == "application/json"
    return reply.status, json.loads(reply.body)


def test_a_check_is_answered_with_the_cue_and_what_can_be_had():
    """As in Toast's documents: the same fields, the amount in major units."""
    rewards = (Offered("r-free-drip", "Free drip", 300), Offered("r-scone", "Free scone"))
    assert answer("LOYALTY_INQUIRE", told(rewards=rewards)) == (
        200,
        {
            "transactionStatus": "ACCEPT",
            "checkResponse": {
                "userMessage": "Greet Mara — large oat latte? 86 points.",
                "offers": [
                    {
                        "identifier": "r-free-drip", "name": "Free drip", "applicable": True,
                        "selectionType": "CHECK", "amount": 3.0, "quantity": 1, "expiration": [],
                    }
                ],
                "rejectedRedemptions": [],
            },
        },
    )  # fmt: skip


def test_an_amount_is_written_exactly():
    headers, raw = question("LOYALTY_INQUIRE")
    reply = ADAPTER.answer(headers, raw, settings(), told(rewards=(Offered("r", "r", 110), Offered("s", "s", 29))))
    assert b'"amount":1.10' in reply.body
    assert b'"amount":0.29' in reply.body


def test_a_search_finds_one_account_or_none():
    found = {"identifier": "m-000412", "firstName": "Mara", "pointsBalance": "86"}  # a string, says their schema
    assert answer("LOYALTY_SEARCH", told()) == (
        200,
        {"transactionStatus": "ACCEPT", "searchResponse": {"accounts": [found]}},
    )
    assert answer("LOYALTY_SEARCH", NOTHING_TOLD)[1]["searchResponse"] == {"accounts": []}


@pytest.mark.parametrize(
    ("greeting", "named", "message"),
    [
        ("full", {"firstName": "Mara", "pointsBalance": "1"}, "Welcome. 1 point."),
        ("name", {"firstName": "Mara", "pointsBalance": "1"}, "Welcome. 1 point."),
        ("points", {"pointsBalance": "1"}, "Welcome"),
        ("none", {}, "Welcome"),
    ],
)
def test_nobody_is_told_more_of_than_they_agreed_to(greeting, named, message):
    what = told(greeting, "Welcome", 1)
    assert answer("LOYALTY_SEARCH", what)[1]["searchResponse"]["accounts"] == [{"identifier": "m-000412", **named}]
    assert answer("LOYALTY_INQUIRE", what)[1]["checkResponse"]["userMessage"] == message


def test_what_cannot_be_had_is_rejected_as_it_was_asked_for():
    first = {"identifier": "a", "appliedDiscountGuid": "d-1", "amount": 3.25}
    refused = answer(
        "LOYALTY_REDEEM", told(refused=(("a", "10 points are needed"),)), about(first, {"identifier": "b"})
    )
    rejected = [{"redemption": first, "message": "10 points are needed"}]
    assert refused == (200, {"transactionStatus": "ACCEPT", "checkResponse": {"rejectedRedemptions": rejected}})


@pytest.mark.parametrize("kind", ["LOYALTY_INQUIRE", "LOYALTY_REDEEM"])
def test_a_stranger_has_no_account_and_can_use_nothing(kind):
    assert answer(kind, NOTHING_TOLD, about({"identifier": "a"})) == (
        400,
        {"transactionStatus": "ERROR_ACCOUNT_INVALID"},
    )


def test_the_rest_is_answered_as_their_documents_say():
    assert answer("LOYALTY_REVERSE", NOTHING_TOLD) == (200, {"transactionStatus": "ACCEPT"})
    assert answer("LOYALTY_ACCRUE", NOTHING_TOLD) == (200, {"transactionStatus": "ACCEPT"})
    for kind, status in [
        ("LOYALTY_TRANSFER", "ERROR_INVALID_TRANSFER"),
        ("LOYALTY_SIGNUP", "ERROR"),
        ("LOYALTY_OF_TOMORROW", "ERROR_INVALID_TOAST_TRANSACTION_TYPE"),
        ("LOYALTY_SEARCH", "ERROR_INVALID_INPUT_PROPERTIES"),
    ]:
        assert answer(kind, told(), about())[0] == 400
        assert answer(kind, told(), about())[1]["transactionStatus"] == status
    assert answer("LOYALTY_SIGNUP", told(), about())[1]["message"]


def test_another_restaurants_till_is_told_of_nobody():
    headers, raw = question("LOYALTY_SEARCH", restaurant=ELSEWHERE)
    assert ADAPTER.asks(headers, raw, settings(restaurant_guid=RESTAURANT)) is None
    assert answer("LOYALTY_SEARCH", told(), restaurant=ELSEWHERE) == (
        400,
        {"transactionStatus": "ERROR_INVALID_RESTAURANT"},
    )


# -- what it is asked -------------------------------------------------------------------------------------------------
@pytest.fixture
def toast():
    with FakeToast().serving() as fake:
        yield fake


def its(toast, **given):
    return settings(**{**toast.settings(), **given})


def heard(toast, raw, **given):
    return understand(ADAPTER, raw, "signed", its(toast, **given))


def asked_for(toast, wanted, **given):
    return look_up(ADAPTER, wanted, its(toast, **given))


def happened(toast, many):
    """Further apart than a look goes back."""
    opening = NOW - timedelta(hours=4)
    sold = [Sold(n, opening + timedelta(minutes=10 * n), 38_000, who=make.AMINA) for n in range(many)]
    return sold, [told for one in sold for told in toast.sell(one)]


def looked(toast, cursor="", now=NOW, between=lambda page: None, **given):
    """Everything that was found until there is no more, and the cursor after it."""
    found: list[Any] = []
    more, pages = True, 0
    while more:
        page, understood = look_on(ADAPTER, cursor, its(toast, **given), now)
        found += understood.said
        assert understood.unreadable == ()
        cursor, more, pages = page.cursor, page.more, pages + 1
        between(pages)
        assert pages < 50
    return found, cursor


def test_an_order_is_asked_for_with_whoever_it_names(toast):
    toast.guests[make.AMINA.pos_id] = {"phone": "700000001", "phoneCountryCode": "254", "email": make.AMINA.email}
    _, [webhook] = happened(toast, 1)
    understood = heard(toast, webhook)
    [told] = understood.said
    [found] = asked_for(toast, understood.wanted[0]).said
    assert (told.customer.pos_id, told.customer.phone) == (make.AMINA.pos_id, None)
    assert (found.customer.phone, found.customer.email) == (make.AMINA.phone, make.AMINA.email)
    assert told.revision < found.revision


def test_the_currency_is_asked_for_once_where_it_is_not_set(toast):
    _, webhooks = happened(toast, 3)
    for webhook in webhooks:
        understood = heard(toast, webhook, currency="")
        assert understood.said == ()
        [found] = asked_for(toast, understood.wanted[0], currency="").said
        assert found.currency == toast.currency
    assert [line for _, line in toast.asked].count(f"GET /restaurants/v1/restaurants/{RESTAURANT}") == 1


def test_without_a_currency_nothing_is_given_up(toast):
    toast.scopes.remove("restaurants:read")
    happened(toast, 1)
    understood = asked_for(toast, Fetch("order", "order-0"), currency="")
    assert [one.error.code for one in understood.unreadable] == ["setting"]
    assert check(its(toast, currency="")) == [
        "toast: set currency, such as USD: these credentials may not ask for it (scope restaurants:read)"
    ]


def test_every_page_is_read_and_the_next_look_goes_on_from_there(toast):
    sold, _ = happened(toast, 7)
    found, cursor = looked(toast)
    assert {one.id for one in found} == {f"check-{n}" for n in range(7)}
    toast.void(sold[2], NOW + timedelta(minutes=1))
    toast.give_back(sold[3], NOW + timedelta(minutes=1), 1_000)
    changed, _ = looked(toast, cursor, NOW + timedelta(minutes=5))
    by_id = {one.id: one for one in changed}
    assert (by_id["check-2"].state, by_id["check-2"].total) == ("voided", 0)
    assert [refund.amount for refund in by_id["check-3"].refunds] == [1_000]


def test_an_order_that_changes_while_pages_are_read_pushes_none_out_of_them(toast):
    """It leaves the search, which has an end, and every order behind it moves up by one."""
    sold, _ = happened(toast, 9)

    def change(page):
        toast.give_back(sold[page - 1], NOW + timedelta(seconds=page), 100)

    found, cursor = looked(toast, between=change)
    later, _ = looked(toast, cursor, NOW + timedelta(hours=1))
    assert {one.id for one in (*found, *later)} == {f"check-{n}" for n in range(9)}
    assert next(one for one in later if one.id == "check-0").refunds


def test_refunds_of_one_sale_are_not_told_twice(toast):
    sold, _ = happened(toast, 1)
    [first] = toast.give_back(sold[0], NOW, 1_000)
    [second] = toast.give_back(sold[0], NOW + timedelta(minutes=1), 500)
    before, after = (heard(toast, raw).said[0] for raw in (first, second))
    assert ([one.amount for one in before.refunds], [one.amount for one in after.refunds]) == ([1_000], [1_500])
    assert before.refunds[0].id == after.refunds[0].id
    assert before.revision < after.revision


def test_another_restaurants_order_is_passed_over(toast):
    happened(toast, 1)
    [event] = ADAPTER.parse(toast.tell("order-0", ELSEWHERE), its(toast))
    assert isinstance(event, Ignored)


def test_a_token_is_asked_for_once_and_anew_when_it_is_refused(toast):
    happened(toast, 5)
    looked(toast)
    looked(toast)
    assert toast.logins == 1
    toast.expire()
    assert fetch(Fetch("order", "order-1"), its(toast))
    assert toast.logins == 2


def test_refused_credentials_are_told_in_words_and_asked_once(toast):
    toast.secret = "rotated"
    with pytest.raises(Later, match="client_id or client_secret is refused"):
        fetch(Fetch("order", "order-1"), its(toast))
    assert len(toast.asked) == 1
    assert check(its(toast))[0].startswith("toast: client_id or client_secret is refused")


@pytest.mark.parametrize(
    ("fault", "words"),
    [
        (429, "asked too often"), (500, "trouble of its own"), ("garbage", "no JSON of theirs"),
        ("hang up", "cannot be reached"), (403, "may not read this"), (401, "client_id or client_secret is refused"),
    ],
)  # fmt: skip
def test_what_goes_wrong_is_told_in_words(toast, fault, words):
    happened(toast, 1)
    looked(toast)  # with a token
    toast.fault, toast.faults, toast.retry_after = fault, 2, 7
    for ask in (
        lambda: fetch(Fetch("order", "order-0"), its(toast)),
        lambda: pull("", its(toast), NOW),
    ):
        toast.faults = 2
        with pytest.raises(Later, match=f"^toast: .*{words}") as told:
            ask()
        assert told.value.after_s == (7 if fault == 429 else 0)


def test_an_answer_that_is_no_list_of_orders_does_not_move_the_cursor_on(toast, monkeypatch):
    monkeypatch.setattr(FakeToast, "_bulk", lambda self, query: {"orders": []})
    with pytest.raises(Later, match="no JSON of theirs"):
        pull("", its(toast), NOW)


def test_what_is_not_there_is_unknown_and_no_id_leaves_its_place(toast):
    with pytest.raises(Unknown):
        fetch(Fetch("order", "nothing"), its(toast))
    with pytest.raises(Unfit):
        fetch(Fetch("order", "../../restaurants/v1/restaurants/x"), its(toast))


def test_check_says_what_keeps_it_from_working(toast):
    assert check(its(toast)) == []
    assert check(its(toast, currency="")) == []
    assert check(its(toast, restaurant_guid=ELSEWHERE)) == [
        f"toast: there is no restaurant_guid {ELSEWHERE}; these credentials see {RESTAURANT} (Harbour)"
    ]
    toast.scopes.remove("orders:read")
    assert check(its(toast)) == [
        f"toast: these credentials may not read the orders of {RESTAURANT}: they need this location and orders:read"
    ]
    assert check(its(toast, client_id="")) == [
        "toast: client_id is missing; it stands in Toast Web under Manage credentials"
    ]
