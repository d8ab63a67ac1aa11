"""Shopify: signatures and tokens beside its own library's, its API on loopback, and our extension of its POS app."""

from __future__ import annotations

import json
import subprocess
import tomllib
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import jwt
import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace
from shopify_app import ShopifyApp

import pos_adapters
from loyalty.core.fit import sums_up
from loyalty.core.refunds import all_of
from loyalty.errors import NoKey, Unknown
from loyalty.wire import CheckinAnswer, Presence, RefundOf, Transaction
from pos_adapters.answering import NOTHING_TOLD, Asked, Reply, Told
from pos_adapters.asking import NotAllowed
from pos_adapters.base import Elsewhere, Fetch, Later
from pos_adapters.settling import settled
from pos_adapters.shopify import ADAPTER, api
from pos_adapters.shopify.api import FIELDS
from pos_adapters.shopify.signing import HEADERS
from pos_adapters.shopify.till import CORS
from pos_adapters.understanding import look_on, look_up
from tests import make
from tests.adapters.fake import Sold
from tests.adapters.fake_shopify import DEVICE, LOCATION, FakeShopify

FOLDER = Path(pos_adapters.__file__).parent / "shopify"
FIXTURES = FOLDER / "fixtures"
NOW = datetime(2026, 10, 5, 12, 15, tzinfo=UTC)
CLIENT, SECRET, OLD = "the-client", "shpss_" + "n" * 32, "shpss_" + "o" * 32
TEXTS = st.text(st.characters(exclude_categories=["Cs"])).map(str.encode)


def settings(**given):
    return settled(ADAPTER, {"shop": "harbour", **given})


def told(raw, **given):
    body = (FIXTURES / raw).read_bytes() if isinstance(raw, str) else msgspec.json.encode(raw)
    return ADAPTER.parse(body, settings(**given))


def sales(raw, **given):
    return [event for event in told(raw, **given) if isinstance(event, Transaction)]


def fixture(name):
    return json.loads((FIXTURES / name).read_text(encoding="utf-8"))


# -- is it theirs? ----------------------------------------------------------------------------------------------------
def oracle(raw, headers, secret, old=None):
    app = ShopifyApp(client_id=CLIENT, client_secret=secret, old_client_secret=old)
    request: Any = {"method": "POST", "headers": dict(headers), "url": "https://r.example/", "body": raw.decode()}
    return app.verify_webhook_req(request).ok


def believes(raw, headers, **given):
    try:
        return ADAPTER.verify(headers, raw, settings(**given), NOW) == "signed"
    except NoKey:
        return False


@given(raw=TEXTS, key=st.text(st.characters(codec="utf-8"), min_size=1, max_size=40), newer=st.booleans())
def test_the_official_library_believes_what_is_signed_here_and_so_do_we(raw, key, newer):
    signature = ADAPTER.sign(raw, settings(client_secret=key), NOW)[HEADERS[0]]
    headers = {HEADERS[newer]: signature}
    assert oracle(raw, headers, key)
    assert believes(raw, headers, client_secret=key)


@given(raw=TEXTS.filter(bool), flip=st.integers(0, 10_000))
def test_one_other_byte_anywhere_is_not_believed(raw, flip):
    headers = ADAPTER.sign(raw, settings(client_secret=SECRET), NOW)
    changed = bytearray(raw)
    changed[flip % len(raw)] ^= 1 << flip % 8
    assert not believes(bytes(changed), headers, client_secret=SECRET)


@pytest.mark.parametrize(("signed_by", "good"), [(SECRET, True), (OLD, True), ("another", False)])
def test_the_old_secret_holds_as_long_as_it_is_set(signed_by, good):
    headers = ADAPTER.sign(b"{}", settings(client_secret=signed_by), NOW)
    assert oracle(b"{}", headers, SECRET, OLD) is good
    assert believes(b"{}", headers, client_secret=SECRET, old_client_secret=OLD) is good
    assert believes(b"{}", headers, client_secret=SECRET) is (signed_by == SECRET)


@pytest.mark.parametrize("signature", ["", "é", "a" * 100_000, "fNhN6S8y7s/hpHQDZDU9"])
def test_a_signature_that_is_none_is_refused_in_words(signature):
    with pytest.raises(NoKey, match=r"^shopify: "):
        ADAPTER.verify({HEADERS[0]: signature}, b"{}", settings(client_secret=SECRET), NOW)


def test_what_another_shop_of_the_same_app_sends_is_refused():
    headers = ADAPTER.sign(b"{}", settings(client_secret=SECRET, shop_domain="Other.myshopify.com"), NOW)
    assert believes(b"{}", headers, client_secret=SECRET, shop_domain="other.myshopify.com")
    with pytest.raises(NoKey, match=r"sent by Other.myshopify.com, and shop_domain is own.myshopify.com"):
        ADAPTER.verify(headers, b"{}", settings(client_secret=SECRET, shop_domain="own.myshopify.com"), NOW)


def token(now, *, key=SECRET, algorithm="HS256", begins_s=-5, ends_s=60, **claims):
    shop = {"iss": "https://own.myshopify.com/admin", "dest": "https://own.myshopify.com", "aud": CLIENT, "sub": "9"}
    times = {"nbf": now + timedelta(seconds=begins_s), "exp": now + timedelta(seconds=ends_s), "iat": now}
    return jwt.encode({**shop, **times, **claims}, key, algorithm)


TOKENS = [
    ({}, True), ({"ends_s": -5}, True), ({"begins_s": 5}, True), ({"key": OLD}, True), ({"ends_s": -60}, False),
    ({"begins_s": 60}, False), ({"aud": "another-app"}, False), ({"key": "another-key-that-is-long-enough-0"}, False),
    ({"algorithm": "HS512", "key": SECRET * 2}, False), ({"algorithm": "none", "key": None}, False),
]  # fmt: skip


@pytest.mark.parametrize(("made", "good"), TOKENS)
def test_the_official_library_and_we_believe_the_same_tokens_of_the_till(made, good):
    """Within ten seconds of their times; both ask the same clock here."""
    now = datetime.now(UTC)
    headers = {"authorization": f"Bearer {token(now, **made)}"}
    app = ShopifyApp(client_id=CLIENT, client_secret=SECRET, old_client_secret=OLD)
    request: Any = {"method": "POST", "headers": headers, "url": "https://r.example/", "body": "{}"}
    chosen = settings(client_secret=SECRET, old_client_secret=OLD, client_id=CLIENT, shop_domain="own.myshopify.com")
    assert app.verify_pos_ui_ext_req(request).ok is good
    if good:
        assert ADAPTER.verify(headers, b"{}", chosen, now) == "signed"
        with pytest.raises(NoKey, match="not of now"):
            ADAPTER.verify(headers, b"{}", chosen, now + timedelta(minutes=5))
    else:
        with pytest.raises(NoKey, match=r"^shopify: the token"):
            ADAPTER.verify(headers, b"{}", chosen, now)


@pytest.mark.parametrize("authorization", ["Basic eDp5", "Bearer", "Bearer x", "Bearer a.b.c", "x"])
def test_what_is_no_token_is_refused_in_words(authorization):
    with pytest.raises(NoKey, match=r"^shopify: .*POS app"):
        ADAPTER.verify({"authorization": authorization}, b"{}", settings(client_secret=SECRET, client_id=CLIENT), NOW)


def test_a_token_of_another_shop_or_without_a_client_id_to_hold_it_against_is_refused():
    headers = {"authorization": f"Bearer {token(NOW)}"}
    assert believes(b"{}", headers, client_secret=SECRET, client_id=CLIENT)
    assert not believes(b"{}", headers, client_secret=SECRET, client_id=CLIENT, shop_domain="x.myshopify.com")
    with pytest.raises(NoKey, match="client_id is not set"):
        ADAPTER.verify(headers, b"{}", settings(client_secret=SECRET), NOW)


# -- what it says -----------------------------------------------------------------------------------------------------
def test_a_copy_without_its_transactions_never_replaces_one_that_has_them():
    thin, rich = sales("orders_paid_split_tender.json")[0], sales("found_split_tender.json")[0]
    assert thin.revision < rich.revision < sales("orders_updated_partially_refunded.json")[0].revision
    assert (thin.till, thin.tenders, rich.till, len(rich.tenders)) == (None, (), "3", 2)


def test_within_the_second_that_shopify_writes_what_came_later_is_the_higher_revision():
    order = fixture("orders_paid_no_customer.json")
    [taken] = fixture("found_no_customer.json")["orders"][0]["transactions"]
    refund = fixture("refunds_create.json")
    steps = [
        order | {"financial_status": "pending"},
        order | {"financial_status": "pending", "transactions": []},
        order,
        order | {"transactions": []},
        order | {"transactions": [taken]},
        order | {"financial_status": "partially_refunded", "refunds": [refund]},
        order | {"financial_status": "partially_refunded", "refunds": [refund], "transactions": [taken, taken]},
        order | {"cancelled_at": order["updated_at"]},
    ]
    revisions = [sales({"orders": [one]})[0].revision for one in steps]
    assert revisions == sorted(set(revisions))
    later = order | {"financial_status": "pending", "updated_at": "2026-10-05T08:20:20-04:00"}
    assert sales({"orders": [later]})[0].revision > revisions[-1]


def test_a_refund_counts_once_whether_it_is_told_by_itself_or_in_its_order():
    [sale, known], [receipt] = sales("orders_updated_partially_refunded.json"), sales("refunds_create.json")
    assert receipt.refund_of
    assert replace(known, revision=receipt.revision) == receipt
    assert (receipt.refund_of.id, receipt.id) == (sale.id, sale.refunds[0].id)
    assert all_of(sale, (receipt,)) == all_of(sale, ()) == list(sale.refunds)
    assert [one.amount for one in sale.refunds] == [414]


def test_a_refund_that_failed_takes_nothing_back_whatever_was_told_first():
    [sale, undone], [receipt] = sales("found_refund_failed.json"), sales("refunds_create.json")
    assert (undone.id, undone.state, sale.refunds) == (receipt.id, "voided", ())
    assert undone.revision > receipt.revision
    assert all_of(sale, (undone,)) == []


@pytest.mark.parametrize("said", [None, "shopify_payments", ""])
def test_a_line_with_the_key_of_a_tip_is_none_of_the_sale_even_if_it_says_null(said):
    order = fixture("orders_create.json")
    order["line_items"][2]["tip_payment_gateway"] = said
    [sale] = sales(order)
    assert ([line.name for line in sale.lines], sale.tip) == (["Latte", "Almond Croissant"], 200)
    del order["total_tip_received"]
    [sale] = sales(order)
    assert (sale.tip, sums_up(sale)) == (200, True)


@pytest.mark.parametrize("total", ["17.061", "NaN", "1e400", "x", 10**30, None])
def test_money_that_cannot_be_is_not_believed(total):
    assert sales(fixture("orders_create.json") | {"total_price": total}) == []


@pytest.mark.parametrize(
    ("financial_status", "state"),
    [
        *(("pending", "open"), ("authorized", "open"), ("partially_paid", "open"), (None, "open"), ("new", "open")),
        *(("paid", "paid"), ("partially_refunded", "paid"), ("refunded", "paid"), ("voided", "voided")),
    ],
)
def test_how_far_an_order_has_got(financial_status, state):
    [sale] = sales(fixture("orders_create.json") | {"financial_status": financial_status})
    assert (sale.state, sale.changed_at is not None) == (state, state == "open")


def test_every_field_that_is_read_is_asked_for():
    for name in ("orders_updated_partially_refunded.json", "orders_cancelled_voided.json", "orders_create.json"):
        order = fixture(name)
        fewer = {field: order[field] for field in FIELDS.split(",")}
        assert sales(fewer) == sales(order)


# -- what it answers --------------------------------------------------------------------------------------------------
@pytest.fixture
def shop() -> Iterator[FakeShopify]:
    with FakeShopify().serving() as fake:
        yield fake


def sold(number, at=NOW, who=make.AMINA, **given):
    return Sold(number, at, 38_000, who=who, **given)


def chosen(fake, **given):
    return settings(**fake.settings() | given)


def pulled(fake, now, cursor="", **given):
    """All pages, as the house asks for them."""
    found: list[Any] = []
    while True:
        page, understood = look_on(ADAPTER, cursor, chosen(fake, **given), now)
        found += understood.said
        cursor = page.cursor
        if not page.more:
            return found, cursor


def asked(fake):
    return [line.partition("?")[0].rpartition("/")[2] for _, line in fake.asked]


def test_a_webhook_tells_the_sale_and_what_it_points_to_tells_how_it_was_paid(shop):
    [body] = shop.sell(sold(1, tip=500))
    [thin, wanted] = ADAPTER.parse(body, chosen(shop))
    assert isinstance(thin, Transaction)
    assert isinstance(wanted, Fetch)
    [rich] = look_up(ADAPTER, wanted, chosen(shop)).said
    assert isinstance(rich, Transaction)
    assert (rich.till, [one.amount for one in rich.tenders], rich.tip) == (str(DEVICE), [38_500], 500)
    assert (rich.id, rich.customer) == (thin.id, thin.customer)
    assert rich.revision > thin.revision
    assert sums_up(thin)


def test_a_paid_sale_of_nobody_waits_for_its_till(shop):
    """Whoever checked in there may be meant; without its till it would be nobody's for good."""
    one = sold(1, who=None)
    [body] = shop.sell(one)
    assert ADAPTER.parse(body, chosen(shop)) == [Fetch("order", "61001")]
    [sale] = look_up(ADAPTER, Fetch("order", "61001"), chosen(shop)).said
    assert (isinstance(sale, Transaction), sale.till) == (True, "3")
    assert len(ADAPTER.parse(body, chosen(shop, till="bar"))) == 2
    [voided] = shop.void(one, NOW)
    assert len(ADAPTER.parse(voided, chosen(shop))) == 2


def test_everything_that_changed_is_found_page_by_page(shop):
    for number in range(7):
        shop.sell(sold(number, NOW - timedelta(hours=number)))
    found, cursor = pulled(shop, NOW)
    assert [sale.id for sale in found] == [str(61_000 + number) for number in range(6, -1, -1)]
    assert all(sale.till == "3" and sums_up(sale) for sale in found)
    assert asked(shop).count("orders.json") == 4
    shop.give_back(sold(5), NOW + timedelta(minutes=1), 20_000)
    shop.sell(sold(8, NOW + timedelta(minutes=3)))
    found, _ = pulled(shop, NOW + timedelta(minutes=4), cursor)
    assert {(sale.id, sum(one.amount for one in sale.refunds), sale.refund_of) for sale in found[-3:]} == {
        ("61005", 20_000, None),
        ("98050", 0, RefundOf(id="61005")),
        ("61008", 0, None),
    }


def test_what_changed_late_within_the_second_is_found_again(shop):
    shop.sell(sold(1))
    _, cursor = pulled(shop, NOW)
    shop.sell(sold(2, NOW - timedelta(seconds=90)))  # known to their search only now
    found, _ = pulled(shop, NOW, cursor)
    assert {sale.id for sale in found} == {"61001", "61002"}


def test_a_page_that_shopify_forgot_begins_the_search_anew(shop):
    for number in range(3):
        shop.sell(sold(number))
    page, _ = look_on(ADAPTER, "", chosen(shop), NOW)
    assert page.more
    shop.fault, shop.faults = 400, 1
    found, _ = pulled(shop, NOW, page.cursor)
    assert len({sale.id for sale in found}) == 3


def test_orders_of_other_locations_and_of_the_web_are_passed_over_without_a_question(shop):
    shop.sell(sold(1))
    for number, location in ((2, 9), (3, None)):
        shop.sell(sold(number))
        shop.orders[str(61_000 + number)]["location_id"] = location
    found, _ = pulled(shop, NOW)
    assert [sale.id for sale in found] == ["61001"]
    assert asked(shop).count("transactions.json") == 1
    assert ADAPTER.parse(shop.told(61_003), chosen(shop)) == [Elsewhere("of another location, online")]
    assert look_up(ADAPTER, Fetch("order", "61002"), chosen(shop)).said == ()


def test_a_void_and_a_refund_are_told_as_changes_of_the_sale(shop):
    one, two = sold(1), sold(2, tip=500)
    before = sales(json.loads(shop.sell(one)[0]), location_id=str(LOCATION))[0]
    [voided] = shop.void(one, NOW + timedelta(minutes=1))
    after = sales(json.loads(voided), location_id=str(LOCATION))[0]
    assert (before.state, after.state, after.revision > before.revision) == ("paid", "voided", True)
    shop.sell(two)
    receipt, order = (ADAPTER.parse(body, chosen(shop))[0] for body in shop.give_back(two, NOW, 38_500))
    assert isinstance(receipt, Transaction)
    assert isinstance(order, Transaction)
    assert (receipt.total, order.refunds[0].amount, order.refunds[0].id == receipt.id) == (38_500, 38_500, True)


@pytest.mark.parametrize(
    ("fault", "words"),
    [(429, "asked too often"), (500, "trouble of its own"), ("garbage", "no JSON"), ("hang up", "cannot be reached")],
)
def test_what_goes_wrong_at_shopify_is_for_later_and_in_words(shop, fault, words):
    shop.sell(sold(1))
    pulled(shop, NOW)
    for ask in (
        lambda: api.fetch(Fetch("order", "61001"), chosen(shop)),
        lambda: api.pull("", chosen(shop), NOW),
    ):
        shop.fault, shop.faults, shop.retry_after = fault, 1, 7
        with pytest.raises(Later, match=f"^shopify: .*{words}") as refused:
            ask()
        assert refused.value.after_s == (7 if fault == 429 else 0)
    shop.fault, shop.faults = fault, 1
    assert words in ADAPTER.check(chosen(shop))[0]


def test_an_order_that_is_not_there_yet_is_unknown_and_no_id_leads_elsewhere(shop):
    with pytest.raises(Unknown):
        api.fetch(Fetch("order", "7"), chosen(shop))
    for id in ("../webhooks", "1?x=", ""):
        with pytest.raises(Exception, match="expected an id"):
            api.fetch(Fetch("order", id), chosen(shop))


def test_a_token_that_ran_out_is_got_anew_and_one_that_is_set_is_not(shop):
    shop.sell(sold(1))
    api.fetch(Fetch("order", "61001"), chosen(shop))
    api.fetch(Fetch("order", "61001"), chosen(shop))
    assert shop.minted == 1
    shop.expire()
    api.fetch(Fetch("order", "61001"), chosen(shop))
    assert shop.minted == 2
    with pytest.raises(Later, match="token is refused"):
        api.fetch(Fetch("order", "61001"), chosen(shop, access_token="another"))
    shop.tokens.append("own")
    api.fetch(Fetch("order", "61001"), chosen(shop, access_token="own"))
    assert shop.minted == 2


def test_an_app_that_gets_no_token_loses_nothing(shop):
    with pytest.raises(Later, match=r"application_cannot_be_found.*is the app installed"):
        api.fetch(Fetch("order", "1"), chosen(shop, client_secret="wrong"))


def test_transactions_that_the_token_may_not_read_are_gone_without(shop, monkeypatch):
    shop.sell(sold(1))
    allowed = FakeShopify.answer

    def answer(self, method, target, body, headers):
        return (403, {}) if "transactions" in target else allowed(self, method, target, body, headers)

    monkeypatch.setattr(FakeShopify, "answer", answer)
    [sale] = look_up(ADAPTER, Fetch("order", "61001"), chosen(shop)).said
    assert isinstance(sale, Transaction)
    assert (sale.tenders, sale.till) == ((), None)
    monkeypatch.setattr(FakeShopify, "answer", lambda *given: (403, {"errors": "no read_orders scope"}))
    with pytest.raises(NotAllowed, match="no read_orders scope"):
        api.pull("", chosen(shop), NOW)


HOOK = "https://regulars.example/hooks/shopify/c1"


def test_a_subscription_that_shopify_deleted_is_said(shop):
    shop.webhooks = [{"topic": topic, "address": HOOK} for topic in ("orders/create", "orders/updated")]
    shop.webhooks.append({"topic": "refunds/create", "address": "https://elsewhere.example/"})
    [said] = ADAPTER.check(chosen(shop, public_url=HOOK))
    assert f"no webhook for refunds/create to {HOOK}: Shopify deletes one after 8 failures" in said
    shop.webhooks.append({"topic": "refunds/create", "address": HOOK})
    assert ADAPTER.check(chosen(shop, public_url=HOOK)) == []
    assert ADAPTER.check(chosen(shop)) == []


def test_a_location_that_is_none_is_said_with_those_there_are(shop):
    assert ADAPTER.check(chosen(shop, location_id="9")) == [
        "shopify: there is no location 9; this shop has 7041 (Harbour)"
    ]
    assert ADAPTER.check(chosen(shop, location_id="")) == []
    shop.locations.append(9)
    assert "several: 7041 (Harbour), 9 (Harbour)" in ADAPTER.check(chosen(shop, location_id=""))[0]


@pytest.mark.parametrize("domain", ["https://x.myshopify.com", "x", "x.myshopify.com/admin"])
def test_a_domain_that_is_none_is_refused(domain):
    with pytest.raises(Exception, match="expected a domain"):
        settings(shop_domain=domain)


# -- the till ---------------------------------------------------------------------------------------------------------
TILL = {"authorization": "Bearer x"}


def test_the_till_asks_who_is_there_and_a_webhook_asks_nothing():
    cart = (FIXTURES / "pos_ext_cart_with_device.json").read_bytes()
    chosen = settings(tills="3=bar")
    assert ADAPTER.asks(TILL, cart, chosen) == Asked(who=Presence(shop="harbour", till="bar", pos_id="8830001112223"))
    assert ADAPTER.asks({}, cart, chosen) is None
    for name in ("pos_ext_cart_of_nobody.json", "pos_ext_transactioncomplete.json", "orders_create.json"):
        assert ADAPTER.asks(TILL, (FIXTURES / name).read_bytes(), chosen) is None
    assert ADAPTER.asks(TILL, cart, settings(location_id="9")) is None


def test_the_till_is_told_what_to_say_and_a_webhook_nothing():
    seen = {
        "customer": {"id": "c", "name": "Amina", "greeting": "full"},
        "recognition": {
            "visits": 48, "regular": True, "becoming": False, "overdue": False, "tier": None, "points": 7,
            "usual": {"say": True, "because": "", "items": []},
        },
        "cue": {
            "id": "q", "till": "3", "at": NOW, "expires_at": NOW, "tone": "greet", "say": "Greet \u2068Amina\u2069",
            "act": [{"kind": "upgrade", "text": "You may serve a large"}],
        },
    }  # fmt: skip
    told = Told(seen=msgspec.convert(seen, CheckinAnswer))
    reply = ADAPTER.answer(TILL, b"{}", settings(), told)
    assert json.loads(reply.body) == {"say": "Greet \u2068Amina\u2069", "act": ["You may serve a large"]}
    assert (reply.media_type, reply.headers) == ("application/json", CORS)
    assert json.loads(ADAPTER.answer(TILL, b"{}", settings(), NOTHING_TOLD).body) == {"say": "", "act": []}
    assert ADAPTER.answer({}, b"{}", settings(), told) == Reply()


# -- the extension ----------------------------------------------------------------------------------------------------
EXTENSION = FOLDER / "extension"
SAID = "Greet Amina · A large for a medium"
HARNESS = """
const timers = [], posts = [], toasts = [], kept = new Map(), listeners = {}, subscribers = [];
globalThis.setTimeout = (run, ms, ...given) => timers.push({ run, ms, given });
globalThis.clearTimeout = (id) => id && (timers[id - 1].run = undefined);
const settled = async () => { for (let n = 0; n < 50; n++) await null; };
const pass = async (ms) => {
  for (const one of timers) {
    if (!one.run || one.ms > ms) continue;
    const { run, given } = one;
    one.run = undefined;
    run(...given);
  }
  await settled();
};
let answer = { say: "Greet Amina", act: ["A large for a medium"] };
globalThis.fetch = async (address, { method, headers, body, signal }) => {
  posts.push({ address, method, headers, ...JSON.parse(body), aborts: !!signal });
  if (answer === "fails") throw new TypeError("offline");
  return answer === 500 ? { ok: false, status: 500 } : { ok: true, json: async () => answer };
};
const tile = {};
globalThis.document = { createElement: (name) => Object.assign(tile, { name }), body: { append() {} } };
const signal = { value: {}, subscribe: (fn) => subscribers.push(fn) };
const cart = (value) => { signal.value = value; subscribers.forEach((fn) => fn(value)); };
const amina = { customer: { id: 77 }, lineItems: [] }, nobody = { lineItems: [] };
globalThis.shopify = {
  cart: { current: signal },
  session: {
    getSessionToken: async () => "the-token", deviceId: 3,
    currentSession: { shopDomain: "own.myshopify.com", locationId: 7041, userId: 5 },
  },
  storage: { set: async (key, value) => void kept.set(key, value), get: async (key) => kept.get(key) },
  toast: { show: (text) => toasts.push(text) },
  addEventListener: (name, run) => { listeners[name] = run; },
};
const start = async (name) => (await import(`${process.argv[1]}/src/${name}.js`)).default();
"""


def on_the_till(script: str):
    """What the extension did, in a POS app that is none."""
    run = f"{HARNESS}\n{script}\nprocess.stdout.write(JSON.stringify({{ posts, toasts, tile }}));"
    command = ["node", "--input-type=module", "-e", run, EXTENSION.as_uri()]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def test_the_till_tells_once_who_is_in_the_cart_and_shows_the_answer():
    did = on_the_till("""
      await start("tile");
      cart(nobody); cart(amina); cart({ ...amina, lineItems: [1] }); cart({ ...amina, lineItems: [1, 2] });
      await pass(300); cart({ ...amina, lineItems: [1] }); await pass(9999);
    """)
    [post] = did["posts"]
    assert (did["toasts"], did["tile"]["subheading"]) == ([SAID], SAID)
    assert (post["method"], post["headers"]["authorization"], post["aborts"]) == ("POST", "Bearer the-token", True)
    assert told(post, location_id="7041") == [Presence(shop="harbour", till="3", pos_id="77")]
    assert "userId" not in post["session"]


def test_a_cart_that_is_changed_at_once_is_told_of_as_it_ends():
    did = on_the_till("""
      await start("tile");
      cart(amina); cart(nobody); await pass(9999);
      cart(amina); cart({ customer: { id: 78 } }); await pass(300);
      cart(nobody); cart(amina); await pass(300);
    """)
    assert [post["cart"]["customer"]["id"] for post in did["posts"]] == [78, 77]


def test_an_answer_that_comes_after_they_have_gone_is_not_shown():
    did = on_the_till("""
      await start("tile");
      cart(amina); const going = pass(300); cart(nobody); await going;
      answer = { say: "", act: [] }; cart(amina); await pass(300);
    """)
    assert (len(did["posts"]), did["toasts"]) == (2, [])


@pytest.mark.parametrize(
    "wrong", ['answer = "fails"', "answer = 500", "shopify.session.getSessionToken = async () => {}"]
)
def test_what_could_not_be_told_is_told_with_the_next_change_and_stops_no_sale(wrong):
    did = on_the_till(f"""
      await start("background");
      {wrong}; cart(amina); await pass(9999); listeners.transactioncomplete({{ orderId: 1 }}); await settled();
      answer = {{ say: "Hello" }}; shopify.session.getSessionToken = async () => "the-token"; posts.length = 0;
      cart({{ ...amina, lineItems: [1] }}); await pass(9999);
    """)
    assert [post["event"] for post in did["posts"]] == ["cart.updated"]
    assert did["toasts"] == []


def test_the_background_leaves_the_cart_to_the_tile_where_there_is_one():
    script = "await start('background'); {tile} cart(amina); await pass(300); await pass(1500); cart(nobody);"
    alone = on_the_till(script.format(tile=""))
    both = on_the_till(script.format(tile="await start('tile');"))
    assert (len(alone["posts"]), len(both["posts"])) == (1, 1)
    assert (alone["toasts"], len(both["toasts"])) == ([], 1)


def test_a_sale_that_is_done_points_to_its_order():
    did = on_the_till("""
      await start("background");
      listeners.transactioncomplete({ transactionType: "Sale", orderId: 61001, executedAt: "x", paymentMethods: [] });
      await settled();
    """)
    assert [event for post in did["posts"] for event in told(post)] == [Fetch("order", "61001")]


def test_the_extension_names_its_targets_and_files():
    given = tomllib.loads((EXTENSION / "shopify.extension.toml").read_text(encoding="utf-8"))
    targets = {one["target"]: one["module"] for one in given["extensions"][0]["targeting"]}
    assert set(targets) == {"pos.app.ready.data", "pos.home.tile.render"}
    assert all((EXTENSION / module).is_file() for module in targets.values())
