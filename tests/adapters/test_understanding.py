"""From a delivery to events: what is believed, what is asked for, and for how long."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import msgspec
import pytest

from loyalty.errors import Unfit, Unknown
from loyalty.tills.courier import REST_S_MAX, Rest
from pos_adapters.asking import RETRY_S_MAX
from pos_adapters.base import Adapter, Fetch, Ignored, Later, Page, Unreadable
from pos_adapters.pulling import OVERLAP, Cursor
from pos_adapters.reading import exact, read_each
from pos_adapters.square.api import LOCATIONS_MAX, PAGE_ORDERS_MAX, PAYMENTS_MAX, check, fetch, pull
from pos_adapters.understanding import DEPTH_MAX, look_on, look_up, older, understand
from tests import make
from tests.adapters.fake_square import LOCATION, TOKEN, FakeSquare, order, payment
from tests.adapters.test_square import settings

ROOT = Path(__file__).parents[2]
NOW = datetime(2026, 10, 5, 12, tzinfo=UTC)
SETTINGS = {"shop": make.SHOP}


def parse(raw, settings):
    """`3` points to 2, and so on; `0` is a sale."""

    def read(raw):
        left = int(raw)
        return [Fetch("order", str(left - 1))] * 2 if left else [make.sale(), Ignored("and that was all")]

    return read_each([("", raw)], read)


ADAPTER = Adapter(
    vendor="nested",
    title="",
    settings=(),
    checklist={},
    verify=lambda headers, raw, settings, now: "hint",
    parse=parse,
    fetch=lambda wanted, settings: wanted.id.encode(),
    pull=lambda cursor, settings, now: Page(b"2", f"{cursor}+"),
)


def test_a_hint_only_points():
    assert understand(ADAPTER, b"0", "hint", SETTINGS).said == ()
    assert understand(ADAPTER, b"0", "signed", SETTINGS).said == (make.sale(),)
    assert understand(ADAPTER, b"1", "hint", SETTINGS).wanted == (Fetch("order", "0"),)


def test_what_points_on_is_followed_but_not_for_ever():
    assert look_up(ADAPTER, Fetch("order", str(DEPTH_MAX - 1)), SETTINGS).said == (make.sale(),)
    with pytest.raises(Unfit, match="leads on and on"):
        look_up(ADAPTER, Fetch("order", str(DEPTH_MAX)), SETTINGS)


def test_a_page_that_only_points_is_looked_up():
    page, found = look_on(ADAPTER, "here", SETTINGS, NOW)
    assert (page.cursor, found.said, found.wanted) == ("here+", (make.sale(),), ())


def test_nothing_to_ask_is_said_in_words():
    with pytest.raises(Unfit, match="has nothing to be asked for"):
        look_up(replace(ADAPTER, fetch=None), Fetch("order", "1"), SETTINGS)


def test_what_has_waited_is_older():
    assert older(make.sale(age_s=5.0), 10.0, NOW) == make.sale(age_s=15.0)
    assert older(make.sale(), 10.0, NOW) == make.sale()
    assert older(make.presence(), 10.0, NOW).at == NOW
    assert older(make.presence(at=make.MORNING), 10.0, NOW).at == make.MORNING


def test_a_vendor_is_left_alone_for_longer_each_time_and_for_as_long_as_it_says():
    rest = Rest()
    pauses = [rest.more(0.0, Later("down")) for _ in range(30)]
    assert 0.7 <= pauses[0] <= 1.0
    assert all(pause <= REST_S_MAX for pause in pauses)
    assert pauses[-1] >= REST_S_MAX * 0.75
    assert rest.more(0.0, Later("limited", after_s=3_000)) == 3_000
    rest.over()
    assert rest.more(0.0, Later("down")) <= 1.0


THREADS = """
import sys
import threading
from pathlib import Path
from pos_adapters.settling import settled
from pos_adapters.square import ADAPTER
from pos_adapters.understanding import understand

sys.setswitchinterval(1e-6)
raw = Path("pos_adapters/square/fixtures/found_many_of_every_kind.json").read_bytes()
given, start, told = settled(ADAPTER, {"shop": "harbour"}), threading.Barrier(8), []

def parse():
    start.wait()
    told.append(len(understand(ADAPTER, raw, "signed", given).said))

threads = [threading.Thread(target=parse) for _ in range(8)]
[thread.start() for thread in threads]
[thread.join() for thread in threads]
assert told == [told[0]] * 8, told
"""


@pytest.mark.slow
def test_the_first_deliveries_may_come_all_at_once():
    """As several connections begin: without the lock the process dies in one of a few starts."""
    for _ in range(10):
        done = subprocess.run([sys.executable, "-c", THREADS], cwd=ROOT, capture_output=True, text=True)
        assert done.returncode == 0, done.stderr


# -- Square's API -----------------------------------------------------------------------------------------------------
@pytest.fixture
def square():
    with FakeSquare(page=PAGE_ORDERS_MAX).serving() as square:
        yield square


def asking(square, **given):
    return settings(access_token=TOKEN, api_base=square.url, **{"location_id": LOCATION} | given)


def at(second):
    return f"2026-10-05T11:{second // 60:02}:{second % 60:02}.000Z"


def walked(square, cursor=""):
    """Every page from a cursor on: the ids of its orders, and the last cursor."""
    found, more = [], True
    while more:
        page = pull(cursor, asking(square), NOW)
        found.append([one["id"] for one in msgspec.json.decode(page.raw)["orders"]])
        cursor, more = page.cursor, page.more
    return found, cursor


def test_pages_go_on_where_they_ended_and_look_back_a_little(square):
    for number in range(PAGE_ORDERS_MAX + 3):
        sold = order(f"o{number}", at(number * 10))
        square.keep(sold, payment(sold))
    pages, cursor = walked(square)
    assert [len(page) for page in pages] == [PAGE_ORDERS_MAX, 3]
    newest = datetime.fromisoformat(at((PAGE_ORDERS_MAX + 2) * 10))
    assert msgspec.json.decode(cursor, type=Cursor) == Cursor(newest)
    again, _ = walked(square, cursor)
    assert len(again[0]) == OVERLAP.total_seconds() // 10 + 1
    square.keep(order("new", at(PAGE_ORDERS_MAX * 10 + 55)))
    assert "new" in walked(square, cursor)[0][0]


def test_a_clock_that_runs_ahead_at_the_vendor_skips_nothing(square):
    square.keep(order("tomorrow", "2026-10-06T23:00:00.000Z"))
    _, cursor = walked(square)
    assert msgspec.json.decode(cursor, type=Cursor).since == NOW


def test_a_page_that_leads_nowhere_ends_the_search_and_a_forgotten_one_begins_it_anew(square, monkeypatch):
    square.keep(order("o1", at(0)))
    told = square.said

    def answer(method, target, body):
        status, found = told(method, target, body)
        if "search" in target and body.get("cursor") == "forgotten":
            return 400, {"errors": [{"code": "INVALID_CURSOR"}]}
        return status, found | ({"cursor": "always"} if "search" in target else {})

    monkeypatch.setattr(square, "_search", lambda body: (200, {"orders": list(square.orders.values())}))
    monkeypatch.setattr(square, "said", answer)
    pages, cursor = walked(square)
    assert pages == [["o1"], ["o1"]]
    assert msgspec.json.decode(cursor, type=Cursor).page is None
    begun = msgspec.json.encode(Cursor(NOW, "forgotten")).decode()
    assert msgspec.json.decode(pull(begun, asking(square), NOW).cursor, type=Cursor).page == "always"


def test_without_a_list_of_locations_it_works_all_the_same(square, monkeypatch):
    told = square.said
    hidden = (404, {"errors": [{"code": "NOT_FOUND"}]})
    monkeypatch.setattr(square, "said", lambda *asked: hidden if "locations" in asked[1] else told(*asked))
    square.keep(order("o1", at(0)))
    assert walked(square)[0] == [["o1"]]
    assert check(asking(square)) == []


def test_payments_of_a_page_are_bounded(square):
    sold = square.keep(order("o1", at(0)))
    for number in range(PAYMENTS_MAX + 50):
        square.payments[f"p{number}"] = payment(sold) | {"id": f"p{number}"}
    page = pull("", asking(square), NOW)
    assert len(msgspec.json.decode(page.raw)["payments"]) >= PAYMENTS_MAX


def test_without_a_location_all_that_the_token_sees_are_asked(square):
    square.locations = [f"L{number}" for number in range(LOCATIONS_MAX + 2)]
    square.keep(order("o1", at(0), location_id="L1"))
    assert msgspec.json.decode(pull("", asking(square, location_id=""), NOW).raw)["orders"]
    assert "set location_id, since this account has several" in check(asking(square, location_id=""))[0]


def test_what_belongs_to_an_order_is_good_to_have_and_no_more(square):
    sold = square.keep(order("o1", at(0), customer_id="GONE"))
    found = msgspec.json.decode(fetch(Fetch("order", "o1"), asking(square)))
    assert (found["orders"], found["payments"], found["customers"]) == ([sold], [], [])


def test_a_refund_without_an_order_brings_its_payment(square):
    sold = order("o1", at(0))
    square.keep(sold, payment(sold))
    square.refunds["rf"] = {"id": "rf", "payment_id": "o1-pay"}
    found = msgspec.json.decode(fetch(Fetch("refund", "rf"), asking(square)))
    assert [one["order_id"] for one in found["payments"]] == ["o1"]


@pytest.mark.parametrize(
    ("fault", "words", "after_s"),
    [
        (401, "the token is refused (401)", 0),
        (403, "may not read this (403)", 0),
        (429, "asked too often (429)", RETRY_S_MAX),
        (500, "trouble of its own (500)", 0),
        ("garbage", "no JSON of theirs; is api_base right?", 0),
        ("hang up", "cannot be reached", 0),
    ],
)
def test_whatever_the_api_answers_is_told_in_words(square, fault, words, after_s):
    square.fault, square.faults, square.retry_after = fault, 1, 10**9
    with pytest.raises(Later) as told:
        fetch(Fetch("order", "o1"), asking(square))
    assert words in told.value.message
    assert told.value.after_s == after_s


def test_what_is_not_there_and_what_will_never_do_are_told_apart(square):
    with pytest.raises(Unknown):
        fetch(Fetch("order", "nobody"), asking(square))
    square.fault, square.faults = 400, 1
    with pytest.raises(Unfit, match="refuses the question"):
        fetch(Fetch("order", "o1"), asking(square))


def test_ids_cannot_lead_elsewhere(square):
    for id in ("../payments", "..", "a/b", "?x=1", "%2e%2e", "é", " ", "", "a" * 300):
        with pytest.raises(Unfit, match="expected an id of Square's"):
            fetch(Fetch("order", id), asking(square))
    assert square.asked == []


def test_the_payments_of_today_are_found_behind_an_order_that_was_open_for_weeks(square):
    """More was paid since it was opened than is listed: what the page needs of the rest is asked for by name."""
    square.page = PAGE_ORDERS_MAX
    for number in range(PAYMENTS_MAX + 50):
        other = order(f"other {number}", f"2026-09-20T10:{number // 60:02}:{number % 60:02}.000Z")
        square.payments[f"other {number}-pay"] = payment(other)
    old = order("old", "2026-09-01T08:00:00.000Z") | {"updated_at": "2026-10-05T05:01:00.000Z"}
    new = order("new", "2026-10-05T05:02:00.000Z")
    square.keep(old, payment(old))
    square.keep(new, payment(new, fingerprint="fp-amina"))
    page = msgspec.json.decode(pull("", asking(square), NOW).raw)
    assert {one["id"] for one in page["payments"]} == {"old-pay", "new-pay"}


def test_what_is_no_text_is_said_in_words():
    """Not in those of Python's decoders."""
    raws = [("orders[0]", b'{"name": "Caf\xe9"}'), ("orders[1]", b"[" * 100_000)]
    told = read_each(raws, lambda raw: [Ignored(str(exact(raw)))])
    said = [event.error.message for event in told if isinstance(event, Unreadable)]
    assert said[0] == "expected text in UTF-8, got byte 0xe9"
    assert "too deep" in said[1]
