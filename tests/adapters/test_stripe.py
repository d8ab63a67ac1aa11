"""Stripe: signatures beside its own library's, charges and refunds as a small Stripe tells them, and the traps."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any

import msgspec
import pytest
import stripe
from hypothesis import given
from hypothesis import strategies as st

from loyalty.core import refunds
from loyalty.errors import NoKey, Unfit, Unknown
from loyalty.wire import Presence, Transaction
from pos_adapters.base import Fetch, Ignored, Later, Unreadable
from pos_adapters.settling import settled
from pos_adapters.stripe import ADAPTER, HEADER
from pos_adapters.stripe.sales import minor
from pos_adapters.understanding import look_on, look_up, understand
from tests.adapters.fake import Json
from tests.adapters.fake_stripe import LOCATION, FakeStripe

NOW = datetime(2026, 10, 5, 12, 15, tzinfo=UTC)


def settings(**given: str) -> dict[str, str]:
    return dict(settled(ADAPTER, {"shop": "harbour", **given}))


@pytest.fixture
def fake() -> Iterator[FakeStripe]:
    with FakeStripe().serving() as serving:
        yield serving


def asking(fake: FakeStripe, **other: str) -> dict[str, str]:
    return settings(**{**fake.settings(), **other})


# -- signatures -------------------------------------------------------------------------------------------------------
TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=200)
SECRETS = st.text(st.characters(min_codepoint=33, max_codepoint=126, exclude_characters=","), min_size=1, max_size=40)


@given(body=TEXTS, secret=SECRETS, old=SECRETS)
def test_what_the_official_library_signs_is_believed_and_what_is_signed_here_it_believes(body, secret, old):
    theirs = {HEADER: stripe.WebhookSignature.generate_signature_header(body, secret, int(NOW.timestamp()))}
    for chosen in (settings(webhook_secret=secret), settings(webhook_secret=f"{old}, {secret}")):
        assert ADAPTER.verify(theirs, body.encode(), chosen, NOW) == "signed"
        ours = ADAPTER.sign(body.encode(), chosen, NOW)[HEADER]
        assert stripe.WebhookSignature.verify_header(body.encode(), ours, secret)


@given(raw=st.binary(min_size=1, max_size=100), flip=st.integers(0, 10_000))
def test_one_other_byte_anywhere_is_not_believed(raw, flip):
    chosen = settings(webhook_secret="whsec_k")
    signed = ADAPTER.sign(raw, chosen, NOW)
    changed = bytearray(raw)
    changed[flip % len(raw)] ^= 1 << flip % 8
    with pytest.raises(NoKey, match="does not match"):
        ADAPTER.verify(signed, bytes(changed), chosen, NOW)


@pytest.mark.parametrize("header", ["", "t=,v1=a", "v1=a", "t=x,v1=a", "t=-1,v1=a", f"t={'9' * 5_000}", "t=1", "é"])
def test_a_signature_that_is_none_is_refused_in_words(header):
    with pytest.raises(NoKey, match=r"^stripe: "):
        ADAPTER.verify({HEADER: header}, b"{}", settings(webhook_secret="whsec_k"), NOW)


def test_a_signature_goes_stale_after_five_minutes_and_never_before_its_time():
    chosen = settings(webhook_secret="whsec_k")
    signed = ADAPTER.sign(b"{}", chosen, NOW)
    for later in (timedelta(seconds=300), -timedelta(days=1)):
        assert ADAPTER.verify(signed, b"{}", chosen, NOW + later) == "signed"
    with pytest.raises(NoKey, match="301 seconds ago"):
        ADAPTER.verify(signed, b"{}", chosen, NOW + timedelta(seconds=301))


# -- a sale and what becomes of it ------------------------------------------------------------------------------------
def heard(raw: bytes, fake: FakeStripe) -> list[Transaction | Presence]:
    """What a webhook says, and then what it points to."""
    found = understand(ADAPTER, raw, "signed", asking(fake))
    assert not found.unreadable
    later = [look_up(ADAPTER, wanted, asking(fake)) for wanted in found.wanted]
    return [*found.said, *(said for one in later for said in one.said)]


def kept(told: list[Any]) -> dict[str, Transaction]:
    """As the house keeps them: of each id the highest revision, of equal ones the first."""
    held: dict[str, Transaction] = {}
    for one in told:
        if isinstance(one, Transaction) and (one.id not in held or held[one.id].revision < one.revision):
            held[one.id] = one
    return held


def given_back(held: dict[str, Transaction], sale: str) -> int:
    receipts = tuple(one for one in held.values() if one.refund_of is not None and one.refund_of.id == sale)
    return sum(one.amount for one in refunds.all_of(held[sale], receipts))


def test_a_thin_sale_never_takes_the_place_of_a_rich_one(fake: FakeStripe) -> None:
    charge = fake.charge("1", NOW, 1_206, tip=200)
    webhook = fake.happens("charge.succeeded", charge, NOW)
    thin, rich = heard(webhook, fake)
    assert isinstance(thin, Transaction)
    assert isinstance(rich, Transaction)
    assert (thin.tip, rich.tip, thin.revision < rich.revision) == (0, 200, True)
    assert kept([rich, thin])["ch_1"] == rich


def test_a_refund_counts_once_whatever_tells_of_it_and_in_whatever_order(fake: FakeStripe) -> None:
    charge = fake.charge("1", NOW, 1_206, tip=200)
    sold = fake.happens("charge.succeeded", charge, NOW)
    refund = fake.refund("re_1", charge, NOW, 414)
    webhooks = [sold, fake.happens("refund.created", refund, NOW), fake.happens("charge.refunded", charge, NOW)]
    for order in (webhooks, webhooks[::-1], webhooks[1:] + webhooks, [webhooks[1]], [webhooks[2]]):
        assert given_back(kept([said for raw in order for said in heard(raw, fake)]), "ch_1") == 414


@pytest.mark.parametrize("end", ["failed", "canceled"])
def test_a_refund_that_comes_to_nothing_is_taken_back(fake: FakeStripe, end: str) -> None:
    charge = fake.charge("1", NOW, 1_206)
    refund = fake.refund("re_1", charge, NOW, 414)
    told = heard(fake.happens("refund.created", refund, NOW), fake)
    refund["status"] = end
    charge["amount_refunded"] = 0
    after = heard(fake.happens("refund.failed", refund, NOW), fake)
    for order in (told + after, after + told):
        assert given_back(kept(order), "ch_1") == 0


def test_more_refunds_than_a_charge_lists_all_count(fake: FakeStripe) -> None:
    charge = fake.charge("1", NOW, 10_000)
    webhooks = [
        fake.happens("refund.created", fake.refund(f"re_{number}", charge, NOW, 100), NOW) for number in range(14)
    ]
    held = kept([said for raw in webhooks for said in heard(raw, fake)])
    assert len(held["ch_1"].refunds) < 14
    assert given_back(held, "ch_1") == 1_400


def test_a_card_is_held_then_charged_or_let_go(fake: FakeStripe) -> None:
    def told(kind: str) -> Transaction:
        return kept(heard(fake.happens(kind, charge, NOW), fake))["ch_1"]

    charge = fake.charge("1", NOW, 1_000, captured=False, amount_captured=0)
    fake.intents["pi_1"]["status"] = "requires_capture"
    opened = told("charge.succeeded")
    charge |= {"captured": True, "amount_captured": 1_000}
    paid = told("charge.captured")
    charge |= {"captured": False, "refunded": True, "amount_refunded": 1_000}
    let_go = told("charge.expired")
    assert [one.state for one in (opened, paid, let_go)] == ["open", "paid", "voided"]
    assert opened.revision < paid.revision < let_go.revision
    assert let_go.refunds == ()


def test_what_is_known_later_is_a_higher_revision_and_the_same_twice_is_the_same(fake: FakeStripe) -> None:
    charge = fake.charge("1", NOW, 1_000)

    def revision() -> int:
        return kept([*look_up(ADAPTER, Fetch("charge", "ch_1"), asking(fake)).said])["ch_1"].revision

    first = revision()
    charge["customer"] = "cus_1"
    fake.customers["cus_1"] = {"id": "cus_1", "metadata": {}}
    second = revision()
    fake.customers["cus_1"]["phone"] = "+254700000001"
    assert first < second < revision()
    assert revision() == revision()


def test_who_pays_is_known_before_they_pay_and_forgotten_if_they_do_not(fake: FakeStripe) -> None:
    charge = fake.charge("1", NOW, 1_000)
    intent = fake.intents["pi_1"] | {"status": "requires_payment_method", "latest_charge": None}
    intent["metadata"] = {"member": "AMINA", "till": "2", "location": LOCATION}
    [opened] = heard(fake.happens("payment_intent.created", intent, NOW), fake)
    [canceled] = heard(fake.happens("payment_intent.canceled", intent | {"status": "canceled"}, NOW), fake)
    assert isinstance(opened, Transaction)
    assert isinstance(canceled, Transaction)
    assert (opened.state, opened.till, canceled.state) == ("open", "2", "voided")
    assert opened.customer is not None
    assert opened.customer.reference == "AMINA"
    assert opened.revision < canceled.revision
    for changed in ({"metadata": {"member": "AMINA"}}, {"metadata": {"location": LOCATION}}):
        webhook = fake.happens("payment_intent.created", intent | changed, NOW)
        assert heard(webhook, fake) == []
    [sale] = heard(fake.happens("payment_intent.succeeded", fake.intents["pi_1"], NOW), fake)
    assert isinstance(sale, Transaction)
    assert sale.id == charge["id"]


def test_lines_come_to_the_end_and_are_left_out_where_they_may_not_be_read(fake: FakeStripe) -> None:
    fake.charge("1", NOW, 500)
    fake.intents["pi_1"]["amount_details"] = {"tip": {}, "tax": {"total_tax_amount": 0}}
    fake.lines["pi_1"] = [
        {"id": f"uli_{n}", "product_name": f"Tea {n}", "quantity": 1, "unit_cost": 100} for n in range(5)
    ]

    def sale() -> Transaction:
        return kept([*look_up(ADAPTER, Fetch("charge", "ch_1"), asking(fake)).said])["ch_1"]

    whole = sale()
    assert [line.name for line in whole.lines] == [f"Tea {n}" for n in range(5)]
    fake.denied = ("line_items",)
    assert sale().lines == ()
    assert sale().revision < whole.revision


@pytest.mark.parametrize(
    ("currency", "theirs", "ours"),
    [
        *(("jpy", 650, 650), ("usd", 650, 650), ("kwd", 3_250, 3_250), ("clp", 1_500, 1_500)),
        *(("isk", 50_000, 500), ("ugx", 500, 5), ("mga", 2_000, 200_000), ("huf", 99_900, 99_900)),
    ],
)
def test_stripes_smallest_unit_is_counted_as_iso_4217_counts(currency, theirs, ours):
    assert minor(theirs, currency) == ours


@pytest.mark.parametrize(("currency", "amount"), [("ugx", 550), ("xxx", 1), ("btc", 1), ("usd", 10**30)])
def test_an_amount_that_cannot_be_is_refused(currency, amount):
    with pytest.raises(Unfit):
        minor(amount, currency)


@pytest.mark.parametrize("amount", [2.5, 630.0, "630", None])
def test_money_that_is_no_whole_number_is_not_believed(fake: FakeStripe, amount: Any) -> None:
    charge = fake.charge("1", NOW, 1) | {"amount": amount}
    [event] = ADAPTER.parse(fake.happens("charge.succeeded", charge, NOW), settings())
    assert isinstance(event, Unreadable)


def test_a_card_and_a_number_at_the_reader_are_two_ways_to_say_who_is_there():
    inputs = [{"type": "phone", "phone": {"value": "+254700000001"}}, {"type": "email", "email": {"value": "a@b.c"}}]
    reader = {"id": "tmr_1", "object": "terminal.reader", "location": LOCATION}
    action = {"type": "collect_inputs", "status": "succeeded", "collect_inputs": {"inputs": inputs}}
    event = {"id": "e", "type": "terminal.reader.action_succeeded", "created": 1_791_202_480}
    raw = msgspec.json.encode(event | {"data": {"object": reader | {"action": action}}})
    said = ADAPTER.parse(raw, settings(tills="tmr_1=2"))
    assert [(one.till, one.phone, one.email) for one in said if isinstance(one, Presence)] == [
        ("2", "+254700000001", None),
        ("2", None, "a@b.c"),
    ]


# -- asking -----------------------------------------------------------------------------------------------------------
def look(fake: FakeStripe, cursor: str, now: datetime, **other: str) -> tuple[list[Transaction], str]:
    """Pages until there are no more."""
    found: list[Any] = []
    for _ in range(50):
        page, understood = look_on(ADAPTER, cursor, asking(fake, **other), now)
        found, cursor = [*found, *understood.said], page.cursor
        if not page.more:
            return [*kept(found).values()], cursor
    raise AssertionError("pages lead on and on")


def test_what_no_webhook_told_is_found_page_by_page_and_a_gap_is_closed(fake: FakeStripe) -> None:
    numbers = count()

    def sells(at: datetime, many: int) -> set[str]:
        sold = [fake.charge(str(next(numbers)), at + timedelta(seconds=n), 500) for n in range(many)]
        for one in sold:
            fake.happens("charge.succeeded", one, datetime.fromtimestamp(one["created"], UTC))
        return {one["id"] for one in sold}

    first = sells(NOW - timedelta(hours=3), 7)
    found, cursor = look(fake, "", NOW)
    assert {one.id for one in found} == first
    gap = sells(NOW + timedelta(hours=9), 5)
    late = fake.charges["ch_3"]
    fake.happens("refund.created", fake.refund("re_9", late, NOW + timedelta(hours=9), 100), NOW + timedelta(hours=9))
    found, cursor = look(fake, cursor, NOW + timedelta(hours=10))
    assert gap | {"ch_3", "re_9"} <= {one.id for one in found}
    found, _ = look(fake, cursor, NOW + timedelta(hours=11))
    assert {one.id for one in found} <= gap | {"ch_3", "re_9"}, "looked back by two minutes, no further"


def test_a_page_that_stripe_no_longer_knows_begins_anew(fake: FakeStripe) -> None:
    for number in range(5):
        fake.happens("charge.succeeded", fake.charge(str(number), NOW, 500), NOW)
    page, _ = look_on(ADAPTER, "", asking(fake), NOW)
    assert page.more
    fake.fault, fake.faults = 404, 1
    found, _ = look(fake, page.cursor, NOW)
    assert {one.id for one in found} == {f"ch_{number}" for number in range(5)}


def test_readers_are_not_heard_of_later(fake: FakeStripe) -> None:
    fake.happens("terminal.reader.action_succeeded", {"id": "tmr_1", "object": "terminal.reader"}, NOW)
    page, found = look_on(ADAPTER, "", asking(fake), NOW)
    assert json.loads(page.raw) == {"events": []}
    assert found.said == ()


def test_what_was_paid_elsewhere_is_passed_over(fake: FakeStripe) -> None:
    charge = fake.charge("1", NOW, 500)
    charge["payment_method_details"]["card_present"]["location"] = "tml_Quay"
    refund = fake.refund("re_1", charge, NOW, 500)
    for kind, about in (("charge.succeeded", charge), ("refund.created", refund)):
        assert heard(fake.happens(kind, about, NOW), fake) == []
    assert [one.id for one in look(fake, "", NOW)[0]] == []
    assert {one.id for one in look(fake, "", NOW, location_id="tml_Quay")[0]} == {"ch_1", "re_1"}


@pytest.mark.parametrize(
    ("fault", "words", "kind"),
    [
        *((401, "token is refused", Later), (403, "may not read", Later), (429, "too often", Later)),
        *((500, "trouble of its own", Later), ("garbage", "no JSON", Later), ("hang up", "cannot be reached", Later)),
        *((404, "no such thing", Unknown), (400, "refuses the question", Unfit)),
    ],
)
def test_what_goes_wrong_is_told_in_words(fake: FakeStripe, fault: Any, words: str, kind: type[Exception]) -> None:
    fake.charge("1", NOW, 500)
    fake.fault, fake.faults = fault, 1
    assert ADAPTER.fetch is not None
    with pytest.raises(kind, match=rf"^stripe: .*{words}") as told:
        ADAPTER.fetch(Fetch("charge", "ch_1"), asking(fake))
    if fault == 429:
        assert isinstance(told.value, Later)
        assert told.value.after_s == 1
    assert len(fake.asked) == 1, "tried once: who waits decides when again"


def test_an_error_in_words_that_are_not_stripes_is_trouble_to_tell_the_owner(
    fake: FakeStripe, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A proxy's, say: their library takes `error` for an object, and stumbles over a text."""
    monkeypatch.setattr(fake, "refusal", lambda status: {"error": "nope"})
    fake.fault, fake.faults = 502, 1
    assert ADAPTER.fetch is not None
    with pytest.raises(Later, match="no JSON of theirs"):
        ADAPTER.fetch(Fetch("charge", "ch_1"), asking(fake))


@pytest.mark.parametrize("id", ["../events", "ch_1?expand=x", "", "ch 1", "x" * 300])
def test_an_id_that_is_none_is_not_asked_for(fake: FakeStripe, id: str) -> None:
    assert ADAPTER.fetch is not None
    for kind in ("charge", "refund"):
        with pytest.raises(Unfit, match="expected an id"):
            ADAPTER.fetch(Fetch(kind, id), asking(fake))
    assert fake.asked == []


def test_a_refund_of_no_charge_is_unknown(fake: FakeStripe) -> None:
    fake.refund("re_1", fake.charge("1", NOW, 500), NOW, 100)["charge"] = None
    with pytest.raises(Unknown, match="no charge"):
        look_up(ADAPTER, Fetch("refund", "re_1"), asking(fake))


# -- is all well? -----------------------------------------------------------------------------------------------------
HOOK = "https://regulars.example/hooks/stripe/c1"


def hook(**other: Any) -> Json:
    return {"id": "we_1", "url": HOOK, "status": "enabled", "enabled_events": ["*"]} | other


@pytest.mark.parametrize(
    ("hooks", "words"),
    [
        ([hook()], ""),
        ([], ""),
        ([hook(status="disabled")], "is switched off"),
        ([hook(id="we_2", url="https://other.example"), hook(id="we_3", status="disabled"), hook()], ""),
        ([hook(url="https://other.example")], "there is no webhook for"),
        ([hook(enabled_events=["charge.succeeded"])], "not told of charge.captured, refund.created"),
    ],
)
def test_whether_stripe_still_tells_us_is_asked(fake: FakeStripe, hooks: list[Json], words: str) -> None:
    fake.hooks = hooks
    said = list(ADAPTER.check(asking(fake, public_url=HOOK)))
    assert len(said) == bool(words)
    assert all(words in one for one in said)


def test_locations_are_asked_for_and_listed(fake: FakeStripe) -> None:
    assert ADAPTER.check(asking(fake)) == []
    assert "tml_Harbour (Harbour)" in ADAPTER.check(asking(fake, location_id="tml_None"))[0]
    fake.locations = ["tml_Harbour", "tml_Quay", "tml_Pier"]
    assert "set location_id" in ADAPTER.check(asking(fake, location_id=""))[0]
    fake.denied = ("terminal", "webhook")
    assert ADAPTER.check(asking(fake, public_url=HOOK)) == []
    fake.key = "another"
    assert "token is refused" in ADAPTER.check(asking(fake))[0]


def test_two_events_of_one_charge_are_one_version_of_it():
    charge = {"id": "ch_1", "object": "charge", "amount": 5, "currency": "usd", "created": 1, "status": "succeeded"}
    event = {"type": "charge.succeeded", "created": 1, "data": {"object": charge}}
    [first, _] = ADAPTER.parse(msgspec.json.encode(event), settings())
    [second, _] = ADAPTER.parse(msgspec.json.encode(event | {"type": "charge.updated", "created": 9}), settings())
    assert first == second


def test_events_that_say_nothing_have_a_reason():
    for kind in ("payout.paid", "customer.updated"):
        event = {"type": kind, "created": 1, "data": {"object": {"object": "x"}}}
        assert ADAPTER.parse(msgspec.json.encode(event), settings()) == [Ignored(f"{kind} says nothing of a sale")]
