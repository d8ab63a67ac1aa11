"""Lightspeed X: a signature hardly documented, two shapes of a sale, and a till that waits for an answer."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.parse import parse_qs, urlencode

import pytest
from hypothesis import given
from hypothesis import strategies as st

import pos_adapters
from loyalty.errors import NoKey, Unfit, Unknown
from loyalty.wire import Act, CheckinAnswer, Cue, CustomerRef, Recognition, Transaction, Usual
from pos_adapters.answering import NOTHING_TOLD, Told
from pos_adapters.asking import Expired
from pos_adapters.base import Fetch, Ignored, Later, Unreadable
from pos_adapters.lightspeed_x import ADAPTER
from pos_adapters.lightspeed_x.api import fetch, pull, renew
from pos_adapters.lightspeed_x.hearing import HEADER
from pos_adapters.settling import settled
from tests import make
from tests.adapters.fake import Sold
from tests.adapters.fake_lightspeed_x import OUTLET, FakeLightspeedX

FIXTURES = Path(pos_adapters.__file__).parent / "lightspeed_x" / "fixtures"
NOW = datetime(2026, 10, 5, 12, 15, tzinfo=UTC)
RULE = json.loads((FIXTURES / "business_rule_request_customer_changed.json").read_text())


@pytest.fixture
def lightspeed():
    with FakeLightspeedX().serving() as fake:
        yield fake


def settings(**given):
    return settled(ADAPTER, {"shop": "harbour", **given})


def sold(number=1, minutes=0, price=38_000, **fields):
    return Sold(number, NOW - timedelta(minutes=30 - minutes), price, **fields)


def heard(raw, **given):
    return [one for one in ADAPTER.parse(raw, settings(**given)) if isinstance(one, Transaction)]


def asked(fake, id, **given):
    """One sale, as the API has it."""
    chosen = settings(**fake.settings() | given)
    [sale] = heard(fetch(Fetch("sale", id), chosen), **fake.settings() | given)
    return sale


def pages(fake, cursor="", now=NOW, between=lambda: None, **given):
    found = []
    while True:
        page = pull(cursor, settings(**fake.settings() | given), now)
        found += heard(page.raw, **fake.settings() | given)
        cursor = page.cursor
        between()
        if not page.more:
            return found, cursor


def payload(name="sale_update_closed_split_tender.form"):
    return json.loads(parse_qs((FIXTURES / name).read_text())["payload"][0])


def form(said, kind="sale.update"):
    return urlencode({"payload": json.dumps(said), "type": kind}).encode()


# -- is it Lightspeed? ------------------------------------------------------------------------------------------------
@given(
    said=st.text(st.characters(exclude_categories=["Cs"]), min_size=1),
    key=st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=40),
    hexed=st.booleans(),
    whole=st.booleans(),
)
def test_it_is_believed_in_whichever_way_the_documents_can_be_read(said, key, hexed, whole):
    raw = urlencode({"domain_prefix": "harbour", "payload": said}).encode()
    digest = hmac.new(key.encode(), raw if whole else said.encode(), hashlib.sha256)
    text = digest.hexdigest() if hexed else base64.b64encode(digest.digest()).decode()
    headers = {HEADER: f"signature={text},algorithm=HMAC-SHA256"}
    assert ADAPTER.verify(headers, raw, settings(client_secret=key), NOW) == "signed"
    with pytest.raises(NoKey, match=r"^lightspeed_x: "):
        ADAPTER.verify(headers, raw.replace(b"payload=", b"payload=1"), settings(client_secret=key), NOW)


@pytest.mark.parametrize("text", ["", "signature=", "algorithm=HMAC-SHA256", "signature=é", "x" * 10_000])
def test_a_signature_that_is_none_is_refused_in_words(text):
    with pytest.raises(NoKey, match=r"^lightspeed_x: "):
        ADAPTER.verify({HEADER: text}, b"payload={}", settings(client_secret="k"), NOW)


def test_a_business_rule_that_nobody_signed_is_told_nothing():
    with pytest.raises(NoKey):
        ADAPTER.verify({}, json.dumps(RULE).encode(), settings(client_secret="k"), NOW)


# -- sales ------------------------------------------------------------------------------------------------------------
def test_parked_then_closed_in_the_same_second_is_a_newer_revision_and_the_api_knows_more_than_the_webhook(lightspeed):
    parked, closed = lightspeed.sell(sold(tip=500, who=make.AMINA))
    [first], [then] = heard(parked, currency="KES"), heard(closed, currency="KES")
    last = asked(lightspeed, "s1")
    assert [one.state for one in (first, then, last)] == ["open", "paid", "paid"]
    assert first.revision < then.revision < last.revision
    assert (then.total, last.total, last.tip) == (38_000, 38_500, 500)
    assert first.customer.pos_id == last.customer.pos_id == "CUST-AMINA"
    [void] = lightspeed.void(sold(), sold().at)
    [voided] = heard(void, currency="KES")
    assert (voided.state, voided.revision > last.revision) == ("voided", True)
    assert asked(lightspeed, "s1").state == "voided"


def test_both_shapes_say_the_same_of_a_sale_and_of_its_return(lightspeed):
    told = lightspeed.sell(sold(who=make.AMINA))[-1]
    back = lightspeed.give_back(sold(), NOW, 12_000)[0]
    for raw, id in ((told, "s1"), (back, "s1r0")):
        [webhook] = heard(raw, currency="KES")
        found = asked(lightspeed, id)
        for name in ("id", "state", "at", "lines", "total", "tax", "tenders", "refund_of", "till"):
            assert getattr(webhook, name) == getattr(found, name)
    assert (found.refund_of.id, found.total, found.lines[0].total) == ("s1", 12_000, 12_000)


@pytest.mark.parametrize(
    ("status", "state"),
    [
        *(("SAVED", "open"), ("PARKED", "open"), ("LAYBY", "open"), ("ONACCOUNT", "open"), ("OPEN", "open")),
        *(("CLOSED", "paid"), ("LAYBY_CLOSED", "paid"), ("ONACCOUNT_CLOSED", "paid"), ("VOIDED", "voided")),
    ],
)
def test_what_a_status_means(status, state):
    [sale] = heard(form(payload() | {"status": status}), currency="AUD")
    assert sale.state == state


def test_a_webhook_that_leaves_something_out_is_asked_for():
    said = payload()
    bare = {**said, "customer": None}
    nameless = json.loads(json.dumps(said))
    del nameless["register_sale_products"][1]["name"]
    for raw, chosen in (
        (form(bare), {"currency": "AUD"}),
        (form(nameless), {"currency": "AUD"}),
        (form(said), {}),
        (form(said), {"currency": "AUD", "outlet_id": "another"}),
    ):
        assert ADAPTER.parse(raw, settings(**chosen)) == [Fetch("sale", said["id"])]


def test_names_and_currency_are_looked_up(lightspeed):
    lightspeed.sell(sold())
    sale = asked(lightspeed, "s1", currency="")
    assert (sale.currency, sale.lines[0].name, sale.customer) == ("KES", "Latte / Large", None)
    lightspeed.products.clear()
    assert asked(lightspeed, "s1").lines[0].name == "Custom amount"


def test_without_any_currency_it_waits_for_one_to_be_set(lightspeed):
    lightspeed.sell(sold())
    lightspeed.outlets[0]["currency"] = ""
    raw = fetch(Fetch("sale", "s1"), settings(**lightspeed.settings()))
    [odd] = ADAPTER.parse(raw, settings())
    assert isinstance(odd, Unreadable)
    assert (odd.error.code, odd.error.at) == ("setting", "data[0]: currency")


def test_a_customer_that_cannot_be_read_is_nobody_since_it_may_be_the_walk_in(lightspeed):
    lightspeed.sell(sold(who=make.AMINA))
    lightspeed.customers.clear()
    assert asked(lightspeed, "s1").customer is None


def test_another_outlets_sales_are_left_aside(lightspeed):
    lightspeed.sell(sold())
    raw = fetch(Fetch("sale", "s1"), settings(**lightspeed.settings()))
    [event] = ADAPTER.parse(raw, settings(outlet_id="other", currency="KES"))
    assert isinstance(event, Ignored)
    assert heard(raw, outlet_id=OUTLET, currency="KES")


# -- asking -----------------------------------------------------------------------------------------------------------
def test_pages_are_read_to_their_end_and_the_next_look_goes_on_from_there(lightspeed):
    for number in range(5):
        lightspeed.sell(sold(number, number))
    found, cursor = pages(lightspeed)
    assert [sale.id for sale in found] == [f"s{number}" for number in range(5)]
    lightspeed.sell(sold(5))
    lightspeed.give_back(sold(0), NOW, 1_000)
    again, _ = pages(lightspeed, cursor)
    assert [sale.id for sale in again] == ["s5", "s0r0"]


def test_a_sale_that_changes_while_pages_are_read_is_told_again_and_hides_no_other(lightspeed):
    for number in range(6):
        lightspeed.sell(sold(number, number))
    early = iter(range(6))

    def change():
        number = next(early, None)
        if number is not None:
            lightspeed.void(sold(number), NOW)

    found, _ = pages(lightspeed, between=change)
    latest = {sale.id: sale.state for sale in found}
    assert latest == {f"s{number}": "voided" for number in range(6)}


def test_the_first_look_goes_back_a_day_in_a_shop_that_is_years_old(lightspeed):
    for number in range(200):
        at = NOW - timedelta(days=400 - number * 2)
        lightspeed.sell(Sold(number, at, 10_000))
        lightspeed.version += 1_000_003
    lightspeed.sell(sold(900))
    found, _ = pages(lightspeed)
    assert [sale.id for sale in found] == ["s900"]
    assert len(lightspeed.asked) < 70


def test_a_shop_that_has_sold_nothing_yet_is_heard_from_its_first_sale_on(lightspeed):
    found, cursor = pages(lightspeed)
    assert found == []
    lightspeed.sell(sold())
    assert [sale.id for sale in pages(lightspeed, cursor)[0]] == ["s1"]


@pytest.mark.parametrize(("fault", "words"), [(429, "too often"), (503, "trouble"), ("garbage", "no JSON")])
def test_trouble_is_told_in_words(lightspeed, fault, words):
    lightspeed.fault, lightspeed.faults = fault, 1
    with pytest.raises(Later, match=words):
        pull("1", settings(**lightspeed.settings()), NOW)


def test_what_is_not_there_and_ids_that_are_none(lightspeed):
    chosen = settings(**lightspeed.settings())
    with pytest.raises(Unknown):
        fetch(Fetch("sale", "nobody"), chosen)
    with pytest.raises(Unfit):
        fetch(Fetch("sale", "../retailer"), chosen)


def test_an_expired_token_is_renewed_once_and_the_new_pair_is_kept(lightspeed):
    old = settings(**lightspeed.settings())
    lightspeed.expire()
    with pytest.raises(Expired):
        pull("1", old, NOW)
    fresh = {**old, **renew(old)}
    assert ADAPTER.check(fresh) == []
    with pytest.raises(Expired):
        renew(old)
    assert renew(settings(access_token="a personal one")) == {}


def test_check_says_what_is_wrong(lightspeed):
    def said(**given):
        return " ".join(ADAPTER.check(settings(**lightspeed.settings() | given)))

    url = "https://regulars.example"
    assert said() == ""
    assert "refused" in said(access_token="x")
    assert "no outlet other; this token sees outlet-harbour (Harbour)" in said(outlet_id="other")
    assert "no webhook sale.update" in said(public_url=url)
    lightspeed.hooks.append({"type": "sale.update", "url": f"{url}/hooks/lightspeed_x/1", "active": False})
    assert "switched off" in said(public_url=url)
    lightspeed.hooks.append({"type": "sale.update", "url": f"{url}/hooks/lightspeed_x/1", "active": True})
    assert said(public_url=url) == ""
    lightspeed.outlets.append({"id": "two", "name": "Beach"})
    assert "set outlet_id" in said()


def test_the_stores_address_comes_of_its_prefix():
    with pytest.raises(Later, match="domain_prefix is missing"):
        fetch(Fetch("sale", "1"), settings(access_token="x"))
    with pytest.raises(Later, match="domain_prefix is missing"):
        fetch(Fetch("sale", "1"), settings(access_token="x", domain_prefix="evil.example/"))


# -- the till that waits ----------------------------------------------------------------------------------------------
def seen():
    cue = Cue(
        id="c", till="2", at=NOW, expires_at=NOW, tone="greet", say="Greet Mara — large oat latte?", name="Mara",
        act=(Act(kind="thank", text="Thank her"),),
    )  # fmt: skip
    usual = Usual(say=True, because="", items=())
    known = Recognition(
        visits=3, regular=True, becoming=False, overdue=False, tier=None, points=86, usual=usual
    )  # fmt: skip
    return Told(
        seen=CheckinAnswer(customer=CustomerRef(id="p", name="Mara", greeting="full"), recognition=known, cue=cue)
    )


def test_a_rule_asks_who_was_put_on_the_sale():
    found = ADAPTER.asks({}, json.dumps(RULE).encode(), settings(tills=f"{RULE['register_id']}=2"))
    assert found is not None
    assert found.who is not None
    assert (found.who.shop, found.who.till, found.who.pos_id) == ("harbour", "2", RULE["sale"]["customer"]["id"])
    assert found.key == f"{RULE['sale']['id']}/{RULE['sale']['customer']['id']}"


def test_the_customer_may_stand_beside_the_sale():
    told = {"event_type": "sale.customer.changed", "sale": {"id": "s", "register_id": "r"}, "customer": {"id": "c"}}
    found = ADAPTER.asks({}, json.dumps(told).encode(), settings())
    assert found is not None
    assert found.who is not None
    assert (found.who.pos_id, found.who.till) == ("c", "r")


@pytest.mark.parametrize(
    "changed",
    [
        {"event_type": "sale.ready_for_payment"},
        {"event_type": ["sale.customer.changed"]},
        {"sale": {"id": "s", "customer": {"id": "c", "customer_code": "WALKIN"}}},
        {"sale": {"id": "s", "customer": None}},
        {"sale": {"id": "s", "customer": {"id": "c" * 1_000}}},
        {"sale": []},
        {"outlet_id": "another"},
    ],
)
def test_a_rule_that_says_nothing_of_who_is_there_asks_nothing(changed):
    chosen = settings(outlet_id=RULE["outlet_id"])
    assert ADAPTER.asks({}, json.dumps(RULE | changed).encode(), chosen) is None


def test_a_known_guest_is_shown_in_a_dialog_that_can_be_skipped():
    reply = ADAPTER.answer({}, json.dumps(RULE).encode(), settings(prompt_field="regulars"), seen())
    [action] = json.loads(reply.body)["actions"]
    assert (reply.status, reply.media_type) == (200, "application/json")
    assert action == {
        "type": "add_custom_fields", "title": "Mara", "message": "Greet Mara — large oat latte? Thank her",
        "entity": "sale", "skippable": True, "required_custom_fields": [{"name": "regulars"}],
    }  # fmt: skip


def test_a_stranger_or_no_answer_in_time_changes_nothing_at_the_till():
    for chosen, told in ((settings(prompt_field="f"), NOTHING_TOLD), (settings(), seen())):
        reply = ADAPTER.answer({}, json.dumps(RULE).encode(), chosen, told)
        assert json.loads(reply.body) == {"actions": []}
    assert ADAPTER.answer({}, form(payload()), settings(), NOTHING_TOLD).body == b""
