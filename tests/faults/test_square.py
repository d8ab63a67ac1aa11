"""Square end to end: whatever its API and its webhooks do, the same customers, memories and balances come of it."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from tests import make
from tests.adapters.fake_square import KEY, LOCATION, TOKEN, FakeSquare, Json, event, order, payment, returned, thin
from tests.running import Enrolled, Service, Shop, serving, wait_until

pytestmark = pytest.mark.slow
NOON = make.at("12:00", 30)


@pytest.fixture
def square() -> Iterator[FakeSquare]:
    with FakeSquare().serving() as square:
        yield square


def text(at: datetime) -> str:
    return at.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


class Till:
    """A shop whose till is a Square, connected with `loyalty connect`."""

    def __init__(self, shop: Shop, square: FakeSquare, poll_s: float = 3_600, **settings: str) -> None:
        self.shop, self.square = shop, square
        given = {"access_token": TOKEN, "signature_key": KEY, "location_id": LOCATION, "api_base": square.url}
        given |= {"public_url": shop.service.url, "poll_s": str(poll_s)} | settings
        self.id, self.url = shop.connect("square", **given)

    def hook(self, body: bytes, **how: Any) -> None:
        answered = self.square.deliver(self.url, body, **how)
        assert (answered.status_code, answered.content) == (200, b"")

    def row(self) -> Json:
        found = self.shop.owner("GET", "/v1/connections")["connections"]
        return next(one for one in found if one["id"] == self.id)

    def settled(self) -> None:
        wait_until(lambda: self.row()["unread"] == 0)


def connect(shop: Shop, *pairs: str, extra: tuple[str, ...] = ()) -> Json:
    sets = [part for pair in pairs for part in ("--set", pair)]
    done = shop.service.command("connect", "square", "--shop", shop.id, *sets, "--json", *extra)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)  # type: ignore[no-any-return]


def stored(shop: Shop) -> dict[str, tuple[Any, ...]]:
    rows = shop.service.rows("SELECT ref, state, note, person, counts, odd FROM sales WHERE shop = ?", shop.id)
    return {row[0]: row[1:] for row in rows}


def regular(shop: Shop) -> Enrolled:
    return shop.enrol(make.AMINA, "pos_id", "fingerprint")


def test_a_webhook_becomes_a_visit_and_a_cue(service: Service, shop: Shop, square: FakeSquare) -> None:
    amina, till = regular(shop), Till(shop, square, tills="DEVICE1=1")
    sold = order("o1", text(service.now), price=45_000, tax=7_200, tip=1_000, customer_id=make.AMINA.pos_id)
    square.keep(sold, payment(sold))
    with shop.counter("1") as screen:
        screen.opened()
        till.hook(event("payment.created", "e1", square.payments["o1-pay"]))
        cue = screen.next()
    assert (cue["type"], "Amina" in cue["cue"]["say"]) == ("cue", True)
    till.settled()
    assert stored(shop)["o1"][:2] == ("paid", "by-pos_id")
    known = shop.customer(amina)
    assert (known["points"], [visit["total"] for visit in known["visits"]]) == (1, [53_200])
    assert till.row()["state"] == "working"


def approved(sold: Json, fingerprint: str, **fields: Any) -> Json:
    return payment(sold, "APPROVED", fingerprint, **fields)


def test_a_card_held_to_the_till_raises_the_cue_before_anything_is_asked_for(
    service: Service, shop: Shop, square: FakeSquare
) -> None:
    amina, till = regular(shop), Till(shop, square)
    at = text(service.now)
    sold = square.keep(order("o1", at, state="OPEN", version=1, closed_at=None), {"id": "o1-pay"})
    square.fault, square.faults = 500, 2
    with shop.counter(None) as screen:
        screen.opened()
        till.hook(event("payment.created", "e1", approved(sold, make.AMINA.fingerprint)))
        cue = screen.next()
        assert cue["type"] == "cue"
        paid = payment(sold, "COMPLETED", make.AMINA.fingerprint)
        tender = {"type": "CARD", "amount_money": sold["total_money"], "card_details": paid["card_details"]}
        square.keep(order("o1", at, version=3, tenders=[tender]), paid)
        till.hook(event("payment.updated", "e2", paid))
        closed = screen.next()
    assert (closed["type"], closed["cue"]) == ("closed", cue["cue"]["id"])
    assert stored(shop)["o1"][:2] == ("paid", "by-fingerprint")
    assert shop.customer(amina)["points"] == 1


def test_the_same_delivery_again_and_a_late_copy_raise_nothing_twice(
    service: Service, shop: Shop, square: FakeSquare
) -> None:
    regular(shop)
    till = Till(shop, square)
    sold = order("o1", text(service.now), customer_id=make.AMINA.pos_id)
    paid = payment(sold, fingerprint=make.AMINA.fingerprint)
    square.keep(sold, paid)
    first, second = (event(f"payment.{kind}", kind, one) for kind, one in (
        ("created", approved(sold, make.AMINA.fingerprint)), ("updated", paid),
    ))  # fmt: skip
    till.hook(second)
    till.settled()
    before = shop.messages()
    assert len(before) == 1
    for body in (second, first, second, first):
        till.hook(body)
    till.settled()
    assert shop.messages() == before


def test_a_dropped_webhook_closes_by_itself_page_by_page(service: Service, shop: Shop, square: FakeSquare) -> None:
    amina = regular(shop)
    for number in range(7):
        at = text(service.now - timedelta(hours=2 * number + 1))
        square.keep(order(f"o{number}", at, customer_id=make.AMINA.pos_id))
    till = Till(shop, square, poll_s=0.2)
    wait_until(lambda: len(stored(shop)) == 7)
    assert shop.customer(amina)["points"] == 7
    square.keep(order("late", text(service.now), customer_id=make.AMINA.pos_id))
    wait_until(lambda: len(stored(shop)) == 8)
    assert till.row()["asked_at"] is not None


def test_a_return_is_attached_whichever_comes_first(service: Service, shop: Shop, square: FakeSquare) -> None:
    amina, till = regular(shop), Till(shop, square)
    sold = order("o1", text(service.now - timedelta(hours=1)), customer_id=make.AMINA.pos_id)
    square.keep(returned("r1", sold, text(service.now), 38_000))
    back = {
        "id": "rf", "status": "PENDING", "payment_id": "o1-pay", "order_id": "r1",
        "amount_money": sold["total_money"], "location_id": LOCATION, "created_at": text(service.now),
    }  # fmt: skip
    till.hook(event("refund.created", "e1", back))
    till.settled()
    square.keep(sold)
    till.hook(thin(sold))
    till.settled()
    assert stored(shop)["r1"][1] == "refund"
    assert (shop.customer(amina)["points"], shop.customer(amina)["visits"]) == (0, [])


# -- what is wrong is said in words -----------------------------------------------------------------------------------
def test_a_signature_that_does_not_hold_is_refused_and_told(shop: Shop, square: FakeSquare) -> None:
    till = Till(shop, square)
    body = event("payment.created", "e1", payment(order("o1", "2026-10-05T05:00:00Z")))
    refused = [
        square.deliver(till.url, body, signature_key="another subscription's"),
        square.deliver(till.url, body, address=f"{till.url}/"),
        shop.http("POST", till.url, None, body),
    ]
    assert [answer.status_code for answer in refused] == [401, 401, 401]
    assert "did you copy the key of another subscription?" in refused[0].json()["error"]["message"]
    row = till.row()
    assert (row["state"], row["arrived_at"]) == ("trouble", None)
    assert till.url in row["troubles"][0]["message"]
    assert stored(shop) == {}
    till.hook(body)
    assert till.row()["troubles"] == []


def test_a_token_that_is_refused_is_told_and_what_came_meanwhile_is_kept(
    service: Service, shop: Shop, square: FakeSquare
) -> None:
    regular(shop)
    till = Till(shop, square, access_token="an expired one")
    sold = square.keep(order("o1", text(service.now), customer_id=make.AMINA.pos_id))
    till.hook(thin(sold))
    wait_until(lambda: bool(till.row()["troubles"]))
    assert "the token is refused (401)" in till.row()["troubles"][0]["message"]
    assert till.row()["unread"] == 1
    connect(shop, f"access_token={TOKEN}", extra=("--connection", till.id))
    wait_until(lambda: "o1" in stored(shop))
    wait_until(lambda: till.row()["state"] == "working")


def test_a_location_of_another_account_is_told_with_those_there_are(shop: Shop, square: FakeSquare) -> None:
    till = Till(shop, square, location_id="LNOWHERE")
    wait_until(lambda: bool(till.row()["troubles"]))
    assert "there is no location LNOWHERE; this token sees LHARBOUR (Harbour)" in till.row()["troubles"][0]["message"]


def test_an_api_that_is_down_is_told_until_it_is_up(shop: Shop, square: FakeSquare) -> None:
    till = Till(shop, square, api_base="http://127.0.0.1:9")
    wait_until(lambda: bool(till.row()["troubles"]))
    assert "the API cannot be reached" in till.row()["troubles"][0]["message"]


def test_retry_after_is_kept_to(service: Service, shop: Shop, square: FakeSquare) -> None:
    till = Till(shop, square)
    wait_until(lambda: till.row()["asked_at"] is not None)
    square.fault, square.faults, square.retry_after = 429, 1, 3
    square.asked.clear()
    for number in range(3):
        till.hook(thin(square.keep(order(f"o{number}", text(service.now)))))
    wait_until(lambda: len(stored(shop)) == 3)
    times = [at for at, _ in square.asked]
    assert times[1] - times[0] >= 3, "all of the connection wait for as long as Square says"


# -- what is no delivery ----------------------------------------------------------------------------------------------
def test_what_cannot_be_understood_is_taken_and_set_aside_never_a_fault_of_ours(shop: Shop, square: FakeSquare) -> None:
    till = Till(shop, square)
    bodies = [
        *(b"\xff\xfe\x00", b"id=1&payload=%7B%7D", b"[" * 10_000, b'{"type": "payment.created"}', b"null", b"{}"),
        *(event("drone.landed", "e1", {}), event("payment.created", "e2", {"id": "p", "status": "APPROVED"})),
        event("payment.updated", "e3", {"id": "\x00", "status": "COMPLETED", "created_at": "yesterday"}),
    ]
    for body in bodies:
        till.hook(body)
    till.settled()
    assert till.row()["aside"] == 7
    business = shop.service.one("SELECT business FROM shops WHERE id = ?", shop.id)
    assert shop.service.one("SELECT COUNT(*) FROM set_aside WHERE business = ?", business) == 7


def test_an_order_that_is_not_there_is_sought_for_a_while_and_then_set_aside(
    service: Service, shop: Shop, square: FakeSquare
) -> None:
    till = Till(shop, square)
    late, never = order("late", text(service.now)), order("never", text(service.now))
    till.hook(thin(never, id="e1"))
    till.hook(thin(late, id="e2"))
    wait_until(lambda: sum("/orders/late" in path for _, path in square.asked) >= 2)
    square.keep(late)
    wait_until(lambda: "late" in stored(shop))
    wait_until(lambda: till.row()["unread"] == 1)  # its sale is committed before it is done with


@pytest.mark.parametrize(
    ("path", "body", "status"),
    [
        ("/hooks/square/nobody", b"{}", 404),
        ("/hooks/clover/{id}", b"{}", 404),
        ("/hooks/square/{id}", b" " * (4 * 1024 * 1024 + 1), 413),
        ("/hooks/square/{id}", b"", 401),
    ],
)
def test_what_is_no_delivery_is_answered_in_words(
    shop: Shop, square: FakeSquare, path: str, body: bytes, status: int
) -> None:
    till = Till(shop, square)
    answer = shop.http("POST", path.replace("{id}", till.id), None, body)
    assert (answer.status_code, bool(answer.json()["error"]["message"])) == (status, True)


# -- loyalty connect --------------------------------------------------------------------------------------------------
def test_connecting_again_makes_another_with_an_address_of_its_own(shop: Shop, square: FakeSquare) -> None:
    first, second = connect(shop), connect(shop, "signature_key=k")
    assert set(first) == {"connection", "url", "needs"}
    assert first["connection"] != second["connection"]
    assert first["url"].endswith(f"/hooks/square/{first['connection']}")
    assert (first["needs"], second["needs"]) == (["signature_key", "access_token"], ["access_token"])


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("square", "--set", "colour=green"), "square has no setting colour; it has shop, till, signature_key"),
        (("square", "--set", "access_token"), "--set expects NAME=VALUE"),
        (("square", "--set", "public_url=regulars"), "expected an address such as https://regulars.example"),
        (("square", "--set", "poll_s=0"), "expected seconds"),
        (("square", "--set", "tills=a,b"), "expected DEVICE=TILL"),
        (("square", "--set", "shop=other"), "the shop is said with --shop"),
        (("square", "--connection", "nobody"), "this shop has no square connection nobody"),
        (("abacus",), "there is no adapter 'abacus'; there is adyen, clover"),
        (("files",), "by `pos-adapter run`"),
        (("square", "--shop", "nowhere"), "there is no shop 'nowhere' in this database"),
    ],
)
def test_what_cannot_be_connected_is_refused_in_words(shop: Shop, arguments: tuple[str, ...], words: str) -> None:
    done = shop.service.command("connect", "--shop", shop.id, *arguments)
    assert (done.returncode, words in done.stderr, done.stdout) == (2, True, ""), done.stderr
    assert shop.owner("GET", "/v1/connections")["connections"] == []


def test_nothing_lost_a_till_that_is_disconnected_takes_nothing_more_and_keeps_what_it_brought(
    service: Service, shop: Shop, square: FakeSquare
) -> None:
    till, other = Till(shop, square), Till(shop, square)
    sold = square.keep(order("o1", text(service.now)))
    till.hook(thin(sold))
    till.settled()
    square.fault, square.faults = 500, 10_000
    till.hook(thin(square.keep(order("o2", text(service.now)))))
    done = service.command("disconnect", till.id)
    assert (done.returncode, "1 deliveries waited" in done.stdout) == (0, True), (done.stdout, done.stderr)
    assert square.deliver(till.url, thin(sold, id="again")).status_code == 404
    assert [one["id"] for one in shop.owner("GET", "/v1/connections")["connections"]] == [other.id]
    assert list(stored(shop)) == ["o1"]
    [aside] = shop.owner("GET", "/v1/tills")["aside"]
    assert "disconnected before" in aside["message"]
    for id in (till.id, "nobody"):
        again = service.command("disconnect", id)
        assert (again.returncode, "or it has ended already" in again.stderr) == (2, True), again.stderr
    completed = service.command("connect", "square", "--shop", shop.id, "--connection", till.id)
    assert "this shop has no square connection" in completed.stderr


def test_connect_says_in_words_whether_it_works(shop: Shop, square: FakeSquare) -> None:
    sets = ("--set", "signature_key=k", "--set", f"api_base={square.url}", "--set")
    good = shop.service.command("connect", "square", "--shop", shop.id, *sets, f"access_token={TOKEN}")
    assert "square answers" in good.stdout
    wrong = shop.service.command("connect", "square", "--shop", shop.id, *sets, "access_token=old")
    assert (wrong.returncode, "the token is refused" in wrong.stdout) == (0, True), wrong.stdout
    bare = shop.service.command("connect", "square", "--shop", shop.id)
    assert "signature_key is still missing" in bare.stdout


def test_tokens_and_deliveries_lie_encrypted(service: Service, shop: Shop, square: FakeSquare) -> None:
    till = Till(shop, square)
    sold = square.keep(order("secret-order", text(service.now)))
    till.hook(event("payment.created", "e1", payment(sold)))
    till.settled()
    kept = b"".join(path.read_bytes() for path in service.folder.glob("loyalty.db*"))
    assert [word for word in (TOKEN, KEY, "secret-order-pay") if word.encode() in kept] == []


def test_what_a_delivery_says_by_itself_waits_for_no_answer_to_another(shop: Shop, square: FakeSquare) -> None:
    """Square hangs while it is asked for the order of the one before: the next customer stands at the counter now."""
    till = Till(shop, square)
    wait_until(lambda: till.row()["asked_at"] is not None)
    square.fault, square.faults = "hang", 100
    at = text(shop.service.now)
    till.hook(thin(square.keep(order("o1", at))))
    wait_until(lambda: any("/orders/o1" in path for _, path in square.asked))
    till.hook(event("payment.created", "e2", payment(square.keep(order("o2", at)), "APPROVED", "fp")))
    begun = time.monotonic()
    wait_until(lambda: "o2" in stored(shop))
    assert time.monotonic() - begun < 2, "not once the other was answered"
    square.faults = 0
    wait_until(lambda: {ref: row[0] for ref, row in stored(shop).items()} == {"o1": "paid", "o2": "paid"})


def test_a_vendor_that_hangs_delays_no_stop_and_no_other_till(tmp_path: Path, square: FakeSquare) -> None:
    with serving(tmp_path, NOON, shops=2) as service, FakeSquare().serving() as other:
        mine, theirs = service.open_shop(), service.open_shop()
        slow, quick = Till(mine, square), Till(theirs, other)
        wait_until(lambda: slow.row()["asked_at"] is not None)
        square.fault, square.faults = "hang", 100
        for number in range(3):
            slow.hook(thin(square.keep(order(f"o{number}", text(service.now)))))
        wait_until(lambda: square.faults < 100)
        quick.hook(thin(other.keep(order("o1", text(service.now)))))
        wait_until(lambda: "o1" in stored(theirs), seconds=5)
        begun = time.monotonic()
        service.stop()
        assert time.monotonic() - begun < 5
        square.faults = 0
        service.start()
        wait_until(lambda: len(stored(mine)) == 3)
