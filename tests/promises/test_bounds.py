"""Promise 5: within bounds. Every queue, body, backlog, page and retry has a named limit: what happens at it."""

from __future__ import annotations

import asyncio
import re
import socket
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, suppress
from pathlib import Path
from typing import Any

import httpx
import msgspec
import pytest
from msgspec.structs import replace
from websockets.exceptions import ConnectionClosed

from loyalty import hub, reader, wire, wire_program, writer
from loyalty.acts.shops import DEFAULT_PROGRAM
from loyalty.web import gate, misses, silence, stream
from loyalty.wire import RefundOf, Transaction
from tests import make
from tests.promises.guests import guest
from tests.promises.inside import Bench
from tests.running import Counter, Service, Shop, Socket, serving, wait_until

pytestmark = pytest.mark.slow
ROOT = Path(__file__).parents[2]
A_LINE = {"name": "Latte", "quantity": "1", "total": 0}
A_REFUND = {"id": "r", "at": "2026-10-05T08:12:00Z", "amount": 0}
GUESSED = {"token": "setup_guess", "login": "amina@example.org", "password": "a guess at the owner"}
UNKNOWN_SHOPS = 200
A_TENDER = {"kind": "cash", "amount": 0}


def test_within_bounds_every_named_limit_has_a_test() -> None:
    """A limit that nobody reaches may as well not hold."""
    files = [ROOT / "loyalty" / name for name in ("wire.py", "ingest.py", "writer.py", "reader.py", "hub.py")]
    files += (ROOT / "loyalty" / "web").glob("*.py")
    named = {name for path in files for name in re.findall(r"^([A-Z_]+_MAX)\b", path.read_text("utf-8"), re.MULTILINE)}
    tests = "".join(path.read_text("utf-8") for path in (ROOT / "tests").rglob("test_*.py"))
    assert not {name for name in named if not re.search(rf"\b{name}\b", tests)}


# (limit, where the longest fit value goes, that value, one beyond it)
FIELDS: list[tuple[str, str, object, object]] = [
    ("ID_CHARS_MAX", "id", "i" * wire.ID_CHARS_MAX, "i" * (wire.ID_CHARS_MAX + 1)),
    ("ID_CHARS_MAX", "source", "s" * wire.ID_CHARS_MAX, "s" * (wire.ID_CHARS_MAX + 1)),
    ("ID_CHARS_MAX", "till", "t" * wire.ID_CHARS_MAX, "t" * (wire.ID_CHARS_MAX + 1)),
    ("ID_CHARS_MAX", "lines[0].sku", "s" * wire.ID_CHARS_MAX, "s" * (wire.ID_CHARS_MAX + 1)),
    ("ID_CHARS_MAX", "customer.phone", "7" * wire.ID_CHARS_MAX, "7" * (wire.ID_CHARS_MAX + 1)),
    ("NAME_CHARS_MAX", "lines[0].name", "Ä" * wire.NAME_CHARS_MAX, "Ä" * (wire.NAME_CHARS_MAX + 1)),
    ("NAME_CHARS_MAX", "lines[0].variation", "v" * wire.NAME_CHARS_MAX, "v" * (wire.NAME_CHARS_MAX + 1)),
    ("NAME_CHARS_MAX", "lines[0].modifiers[0]", "m" * wire.NAME_CHARS_MAX, "m" * (wire.NAME_CHARS_MAX + 1)),
    ("MODIFIERS_MAX", "lines[0].modifiers", ["m"] * wire.MODIFIERS_MAX, ["m"] * (wire.MODIFIERS_MAX + 1)),
    ("LINES_MAX", "lines", [A_LINE] * wire.LINES_MAX, [A_LINE] * (wire.LINES_MAX + 1)),
    ("LINES_MAX", "refunds[0].lines", [A_LINE] * wire.LINES_MAX, [A_LINE] * (wire.LINES_MAX + 1)),
    ("TENDERS_MAX", "tenders", [A_TENDER] * wire.TENDERS_MAX, [A_TENDER] * (wire.TENDERS_MAX + 1)),
    ("REFUNDS_MAX", "refunds", [A_REFUND] * wire.REFUNDS_MAX, [A_REFUND] * (wire.REFUNDS_MAX + 1)),
    ("REDEMPTIONS_MAX", "redemptions", ["x"] * wire.REDEMPTIONS_MAX, ["x"] * (wire.REDEMPTIONS_MAX + 1)),
    ("AMOUNT_MAX", "total", wire.AMOUNT_MAX, wire.AMOUNT_MAX + 1),
    ("AMOUNT_MAX", "tip", -wire.AMOUNT_MAX, -wire.AMOUNT_MAX - 1),
    ("AMOUNT_MAX", "lines[0].total", wire.AMOUNT_MAX, wire.AMOUNT_MAX + 1),
    ("AMOUNT_MAX", "refunds[0].amount", wire.AMOUNT_MAX, wire.AMOUNT_MAX + 1),
    ("REVISION_MAX", "revision", wire.REVISION_MAX, wire.REVISION_MAX + 1),
]


def put(body: Any, path: str, value: object) -> None:
    """Sets `lines[0].sku` and the like; what is missing on the way is made."""
    keys: list[Any] = [int(key) if key.isdigit() else key for key in re.findall(r"\w+", path)]
    for key in keys[:-1]:
        if isinstance(key, str) and not body.get(key):
            body[key] = {} if key == "customer" else [dict(A_REFUND)] if key == "refunds" else [""]
        body = body[key]
    body[keys[-1]] = value


@pytest.mark.parametrize(("limit", "path", "most", "beyond"), FIELDS, ids=[f"{row[0]} {row[1]}" for row in FIELDS])
def test_within_bounds_a_field_of_a_sale(shop: Shop, limit: str, path: str, most: object, beyond: object) -> None:
    body = msgspec.to_builtins(shop.sale())
    put(body, path, most)
    assert shop.post(body)["accepted"] == 1, limit
    put(body, path, beyond)
    error = shop.refused(body, 422)
    assert (error["code"], error["at"]) == ("bad-field", path)


def test_within_bounds_the_identifiers_of_a_person(shop: Shop) -> None:
    """IDENTIFIERS_MAX, and a name of NAME_CHARS_MAX."""
    identifiers = [{"kind": "reference", "value": str(number)} for number in range(wire.IDENTIFIERS_MAX + 1)]
    body = {"name": "N" * wire.NAME_CHARS_MAX, "identifiers": identifiers}
    assert shop.refused(body, 422, "/v1/customers", shop.screen_key)["at"] == "identifiers"
    body["identifiers"] = identifiers[:-1]
    assert shop.http("POST", "/v1/customers", shop.screen_key, body).status_code == 201
    body = {"name": "N" * (wire.NAME_CHARS_MAX + 1)}
    assert shop.refused(body, 422, "/v1/customers", shop.screen_key)["at"] == "name"


@pytest.mark.parametrize("kind", ["earn", "rewards", "tiers"])
def test_within_bounds_the_rules_of_a_program(shop: Shop, kind: str) -> None:
    """RULES_MAX of each kind."""
    rules: dict[str, Any] = {
        "earn": lambda _: {"kind": "visit", "points": 1},
        "rewards": lambda number: {"id": str(number), "name": "A coffee", "points": 1},
        "tiers": lambda number: {"id": str(number), "name": "Gold", "measure": "visits", "at_least": number},
    }
    program = shop.owner("GET", "/v1/program")
    program[kind] = [rules[kind](number) for number in range(wire_program.RULES_MAX + 1)]
    answer = shop.http("PUT", "/v1/program", shop.owner_key, program)
    assert (answer.status_code, answer.json()["error"]["at"]) == (422, kind)
    program[kind].pop()
    shop.owner("PUT", "/v1/program", program)
    assert len(shop.owner("GET", "/v1/program")[kind]) == wire_program.RULES_MAX


def test_within_bounds_a_batch(shop: Shop) -> None:
    """BATCH_MAX transactions a request."""
    sales = [shop.sale() for _ in range(wire.BATCH_MAX + 1)]
    assert shop.refused(sales, 413)["code"] == "too-large"
    lines = b"\n".join(msgspec.json.encode(sale) for sale in sales)
    answer = shop.http("POST", "/v1/transactions", shop.adapter_key, lines, headers=NDJSON)
    assert answer.status_code == 413
    assert shop.service.one("SELECT COUNT(*) FROM sales WHERE shop = ?", shop.id) == 0
    assert shop.post(sales[1:])["accepted"] == wire.BATCH_MAX


NDJSON = {"Content-Type": "application/x-ndjson"}


def test_within_bounds_a_body_of_transactions(shop: Shop) -> None:
    """BODY_BYTES_MAX, whether or not the length is said beforehand."""
    body = msgspec.json.encode(shop.sale())
    assert shop.post(body.ljust(wire.BODY_BYTES_MAX))["accepted"] == 1
    beyond = body.ljust(wire.BODY_BYTES_MAX + 1)
    assert shop.refused(beyond, 413)["code"] == "too-large"
    pieces = (beyond[start : start + 65_536] for start in range(0, len(beyond), 65_536))
    headers = {"Authorization": f"Bearer {shop.adapter_key}"}
    answer = shop.service.client.post("/v1/transactions", content=pieces, headers=headers)
    assert answer.status_code == 413


def test_within_bounds_whoever_sends_too_much_reads_why(shop: Shop) -> None:
    """Also one that reads only after it has sent all, and wants the connection closed then: as proxies do."""
    body = b" " * (wire.BODY_BYTES_MAX + gate.PASSED_OVER_MAX)
    said = {"Authorization": f"Bearer {shop.adapter_key}", "Connection": "close", "Content-Length": len(body)}
    head = "".join(f"{name}: {value}\r\n" for name, value in said.items())
    with socket.create_connection(("127.0.0.1", shop.service.port), timeout=30) as sender:
        sender.sendall(f"POST /v1/transactions HTTP/1.1\r\nHost: x\r\n{head}\r\n".encode() + body)
        assert sender.makefile("rb").readline().split()[1] == b"413"


def test_within_bounds_every_other_body(shop: Shop) -> None:
    """SMALL_BODY_BYTES_MAX."""
    fit = msgspec.json.encode({"name": "Ben"}).ljust(wire.SMALL_BODY_BYTES_MAX)
    assert shop.http("POST", "/v1/customers", shop.screen_key, fit).status_code == 201
    for method, path, key in (
        ("POST", "/v1/customers", shop.screen_key),
        ("POST", "/v1/checkins", shop.screen_key),
        ("PUT", "/v1/program", shop.owner_key),
        ("POST", "/v1/shops", shop.owner_key),
        ("POST", "/v1/setup", None),
        ("POST", "/v1/setup/check", None),
    ):
        answer = shop.http(method, path, key, fit + b" ")
        assert (answer.status_code, answer.json()["error"]["code"]) == (413, "too-large"), path


def test_within_bounds_a_frame(shop: Shop) -> None:
    """FRAME_BYTES_MAX: a longer one closes the stream, as the adapter must not send it again."""
    frame = msgspec.json.encode({"seq": 1, "transaction": shop.sale()}).decode()
    with shop.stream() as adapter:
        adapter.say(frame.ljust(wire.FRAME_BYTES_MAX))
        assert adapter.next() == {"ack": 1}
        with suppress(ConnectionClosed):  # it may be closed before the last byte was sent
            adapter.say(frame.ljust(wire.FRAME_BYTES_MAX + 1))
        assert adapter.closing_code() in (1009, 1006), "the reason may drown in what was still being sent"
    assert shop.service.one("SELECT COUNT(*) FROM sales WHERE shop = ?", shop.id) == 1
    with shop.counter("1") as screen:
        screen.opened()
        screen.say('{"type": "undo", "cue": "x"}'.ljust(wire.SMALL_BODY_BYTES_MAX + 1))
        assert screen.next()["type"] == "fault"


def test_within_bounds_look_ups_that_find_nobody(shop: Shop, service: Service) -> None:
    """MISSES_MAX a minute and key, then 429; hits before it are free, and other keys go on."""
    shop.enrol()
    for _ in range(misses.MISSES_MAX):
        shop.checkin()
        miss = shop.refused(shop.presence(make.BEN), 404, "/v1/checkins", shop.screen_key)
        assert miss["code"] == "unknown-customer"
    answer = shop.http("POST", "/v1/checkins", shop.screen_key, shop.presence(make.BEN))
    assert (answer.status_code, answer.json()["error"]["code"]) == (429, "slow-down")
    assert int(answer.headers["Retry-After"]) > 0
    assert shop.http("POST", "/v1/checkins", shop.adapter_key, shop.presence()).status_code == 200
    with shop.stream() as adapter:
        adapter.deliver([shop.presence(make.BEN)])


def test_within_bounds_shops_that_nobody_knows(shop: Shop, service: Service) -> None:
    """They are looked for once a request, and once for all frames that came together."""
    unknown = [replace(shop.sale(), id=f"{n}", shop=f"nowhere {n}") for n in range(UNKNOWN_SHOPS)]
    before = service.metric("regulars_commits_total")
    assert shop.refused(unknown, 403)["code"] == "other-shop"
    with shop.stream() as stream:
        for sale in unknown:
            stream.send(sale)
        stream.settle()
    assert {error["code"] for error in stream.refused.values()} == {"other-shop"}
    assert len(stream.refused) == UNKNOWN_SHOPS
    assert service.metric("regulars_commits_total") - before < UNKNOWN_SHOPS


def test_within_bounds_guessing_links_locks_nobody_out(shop: Shop) -> None:
    """Cards and keys are random enough: whoever guesses is refused, and whoever holds a good one is let in."""
    amina = shop.enrol()
    for _ in range(misses.MISSES_MAX + 5):
        assert shop.http("GET", "/v1/card", "card_guess").status_code in (401, 429)
        assert shop.http("POST", "/v1/setup", None, GUESSED).status_code in (401, 429)
    assert shop.http("GET", "/v1/card", amina.card_key).status_code == 200


def test_within_bounds_at_most_half_of_the_new_people_are_held_out(shop: Shop) -> None:
    asked = {"hold_out": wire.HOLD_OUT_MAX}
    chosen = asked | {"asks": True}
    assert shop.owner("PUT", "/v1/settings", asked) == chosen
    answer = shop.http("PUT", "/v1/settings", shop.owner_key, {"hold_out": wire.HOLD_OUT_MAX + 1})
    assert (answer.status_code, answer.json()["error"]["at"]) == (422, "hold_out")
    assert shop.owner("GET", "/v1/settings") == chosen


def test_within_bounds_the_habits_of_so_many_shops_are_remembered(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """silence.SHOPS_MAX, here two of three."""
    monkeypatch.setattr(silence, "SHOPS_MAX", 2)
    with Bench(tmp_path, {}, DEFAULT_PROGRAM, make.MORNING).house(make.MORNING) as house:
        known = silence.Silences()
        shops = list(house.line.settings.shops)
        house.line.settings.shops["third"] = house.line.settings.shops[shops[0]]
        for shop in (*shops, "third"):
            known._look(house.line, shop)
        assert list(known._habits) == ["third"]


@pytest.mark.long
def test_within_bounds_a_body_that_drips_is_not_waited_for(service: Service, shop: Shop) -> None:
    """gate.BODY_SECONDS for the whole of it; then it is told so, in the one shape."""
    head = f"POST /v1/transactions HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {shop.adapter_key}\r\n"
    with socket.create_connection(("127.0.0.1", service.port), timeout=gate.BODY_SECONDS + 10) as slow:
        started = time.monotonic()
        slow.sendall(f"{head}Content-Length: 1000\r\n\r\n{{".encode())
        answer = slow.recv(65_536)
        assert gate.BODY_SECONDS - 1 < time.monotonic() - started < gate.BODY_SECONDS + 5
    assert b"422" in answer.split(b"\r\n")[0]
    assert b'"code":"too-slow"' in answer


# -- queues -----------------------------------------------------------------------------------------------------------
@pytest.fixture(scope="module")
def alone(tmp_path_factory: pytest.TempPathFactory) -> Any:
    """A service that may be filled to the brim."""
    with serving(tmp_path_factory.mktemp("alone"), shops=7) as service:
        yield service


def test_within_bounds_frames_on_their_way(alone: Service) -> None:
    """WINDOW_MAX frames of one connection wait for the line; the next are left in the socket, and none is lost."""
    shop = alone.open_shop()
    count = stream.WINDOW_MAX + 1_500
    frames = [msgspec.json.encode({"seq": n, "transaction": shop.sale()}).decode() for n in range(1, count + 1)]
    with shop.stream() as adapter, ThreadPoolExecutor() as pool:
        with alone.held():
            sending = pool.submit(adapter.say_all, frames)
            assert settle(alone, stream.WINDOW_MAX) == stream.WINDOW_MAX
        adapter.seq = count
        adapter.settle()
        sending.result()
    assert alone.one("SELECT COUNT(*) FROM sales WHERE shop = ?", shop.id) == count


def test_within_bounds_deliveries_waiting_for_the_line(alone: Service) -> None:
    """At QUEUE_MAX the next is asked to wait (503); writer.BATCH_MAX are one commit; all that were taken are kept."""
    shop = alone.open_shop()
    batches = [[shop.sale() for _ in range(wire.BATCH_MAX)] for _ in range(writer.QUEUE_MAX // wire.BATCH_MAX)]
    before = alone.metric("regulars_commits_total")
    with ThreadPoolExecutor(len(batches)) as pool:
        with alone.held():
            answers = [pool.submit(shop.post, batch) for batch in batches]
            assert settle(alone, writer.QUEUE_MAX) == writer.QUEUE_MAX
            refused = shop.http("POST", "/v1/transactions", shop.adapter_key, shop.sale())
            assert (refused.status_code, refused.json()["error"]["code"]) == (503, "try-again")
            assert int(refused.headers["Retry-After"]) > 0
        assert [answer.result()["accepted"] for answer in answers] == [wire.BATCH_MAX] * len(batches)
    assert alone.metric("regulars_commits_total") - before >= writer.QUEUE_MAX / writer.BATCH_MAX
    assert alone.one("SELECT COUNT(*) FROM sales WHERE shop = ?", shop.id) == writer.QUEUE_MAX
    assert shop.post(shop.sale())["accepted"] == 1


@pytest.mark.parametrize("readable", [True, False])
def test_within_bounds_bytes_on_their_way(alone: Service, readable: bool) -> None:
    """WINDOW_BYTES_MAX of one connection wait for the line, understood or not; the next are left in the socket."""
    shop = alone.open_shop()
    size, count = 500_000, 3 * stream.WINDOW_BYTES_MAX // 500_000
    sale = msgspec.json.encode(shop.sale()).decode() if readable else "{torn"
    frames = [f'{{"seq": {number}, "transaction": {sale}}}'.ljust(size) for number in range(1, count + 1)]
    with shop.stream() as adapter, ThreadPoolExecutor() as pool:
        with alone.held():
            sending = pool.submit(adapter.say_all, frames)
            with pytest.raises(TimeoutError):  # the till is asked to wait
                sending.result(timeout=3)
        adapter.seq = count
        adapter.settle()
        sending.result()
        assert len(adapter.refused) == (0 if readable else count)


def test_within_bounds_the_reason_of_a_close(shop: Shop) -> None:
    """REASON_CHARS_MAX: a close frame holds no more, and says what was expected."""
    for frame in ("nonsense", '{"seq": "' + "x" * 1_000 + '"}'):
        with shop.stream() as adapter:
            adapter.say(frame)
            with pytest.raises(ConnectionClosed) as closed:
                adapter.next()
            assert closed.value.rcvd is not None
            assert 0 < len(closed.value.rcvd.reason) <= stream.REASON_CHARS_MAX


def test_within_bounds_questions_waiting_for_the_reader(alone: Service) -> None:
    """reader.WAITING_MAX pages may be asked for at once; the next are told to ask again, and tills go on meanwhile."""
    shop = alone.open_shop()
    for number in range(120):
        shop.enrol(guest(number), "reference")

    async def ask() -> list[int]:
        headers = {"Authorization": f"Bearer {shop.owner_key}"}
        limits = httpx.Limits(max_connections=None)
        async with httpx.AsyncClient(base_url=alone.url, headers=headers, limits=limits, timeout=60) as client:
            asked = [asyncio.create_task(client.get("/v1/customers")) for _ in range(2 * reader.WAITING_MAX)]
            return [answer.status_code for answer in await asyncio.gather(*asked)]

    with ThreadPoolExecutor() as pool:
        asking = pool.submit(asyncio.run, ask())
        slowest = 0.0
        while not asking.done():
            started = time.monotonic()
            assert shop.post(shop.sale())["accepted"] == 1
            slowest = max(slowest, time.monotonic() - started)
        codes = asking.result()
    assert set(codes) == {200, 503}
    assert codes.count(200) >= reader.WAITING_MAX
    assert slowest < 5


def settle(service: Service, expected: int) -> float:
    """How many deliveries wait, once so many do and no more came for a moment."""
    wait_until(lambda: service.metric("regulars_waiting") >= expected)
    time.sleep(0.4)
    return service.metric("regulars_waiting")


def test_within_bounds_a_frozen_screen_is_let_go_and_one_that_dozes_off_misses_nothing(alone: Service) -> None:
    """Frozen for good, hub.PENDING_MAX messages behind full sockets it is let go, and finds 1013 when it wakes.

    Half as far behind it takes what waited for it, and is told at once again. Neither delays anybody.
    """
    shop = alone.open_shop()
    shop.enrol(guest(1, name="ﷺ" * wire.NAME_CHARS_MAX))
    hello = {"type": "hello", "key": shop.screen_key, "shop": shop.id, "till": "1", "after": None}
    with ExitStack() as stack:
        connected = stack.enter_context(frozen_socket(alone))
        awake, till = stack.enter_context(shop.counter("1")), stack.enter_context(shop.stream())
        with Counter(alone, hello, sock=connected, max_queue=1, ping_interval=None) as frozen:
            seen, slowest = awake.opened()["seq"], 0.0
            wait_until(lambda: alone.metric("regulars_screens") == 2)
            while alone.metric("regulars_screens") == 2 and seen < SOCKETS_HOLD:
                started = time.monotonic()
                till.deliver([shop.presence(guest(1), till="1")] * 200)
                slowest = max(slowest, time.monotonic() - started)
                for message in awake.take(200):
                    assert message["prev"] == seen
                    seen = message["seq"]
            wait_until(lambda: alone.metric("regulars_screens") == 1)
            assert seen > hub.PENDING_MAX
            assert slowest < 5, "the till waits for nobody's screen"
            assert frozen.closing_code() == 1013
        dozed = (
            seen - hub.PENDING_MAX // 2
        )  # the frozen one was let go with as much in its sockets, and twice that behind
        connected = stack.enter_context(frozen_socket(alone))
        with Counter(alone, hello, sock=connected, max_queue=1, ping_interval=None) as dozing:
            last = dozing.opened()["seq"]
            for count in (dozed, 1):
                for start in range(0, count, 200):
                    till.deliver([shop.presence(guest(1), till="1")] * min(200, count - start))
                    awake.take(min(200, count - start))
                for message in dozing.take(count):
                    assert message["prev"] == last
                    last = message["seq"]
            assert last == seen + dozed + 1


SOCKETS_HOLD = 20_000  # cues; more than any system keeps for one socket


def frozen_socket(service: Service) -> socket.socket:
    """With hardly any room on our side, so that the service's side fills up soon."""
    ours = socket.socket()
    ours.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    ours.connect(("127.0.0.1", service.port))
    return ours


def test_within_bounds_a_batch_that_needs_more_and_more_is_decided(shop: Shop) -> None:
    """ingest.ROUNDS_MAX is never reached: late sales of many people, backwards, with receipts, in one batch."""
    people = [shop.enrol(guest(number)) for number in range(8)]
    sales = [shop.sale(who=known.who, at=make.at("08:00", -day)) for day in range(40) for known in people]
    shop.post(sales)
    changes: list[Transaction] = [make.void_of(sale) for sale in reversed(sales)]
    changes += [replace(make.refund_of(sale, id=f"R{sale.id}"), refund_of=RefundOf(id=sale.id)) for sale in sales]
    assert shop.post(changes)["rejected"] == []
    assert [shop.customer(known)["points"] for known in people] == [0] * 8


def test_within_bounds_a_screen_that_talks_nonsense(shop: Shop) -> None:
    """It is answered, and goes on."""
    with shop.counter("1") as screen:
        screen.opened()
        for _ in range(50):
            screen.say("nonsense")
        assert {screen.next()["type"] for _ in range(50)} == {"fault"}
        shop.enrol()
        shop.checkin()
        assert screen.next()["type"] == "cue"


def test_within_bounds_a_screen_that_talks_nonsense_and_does_not_listen(alone: Service) -> None:
    """The faults wait in the same bounded queue as cues do: it is let go likewise."""
    shop = alone.open_shop()
    hello = {"type": "hello", "key": shop.screen_key, "shop": shop.id, "till": "1", "after": None}
    connected = frozen_socket(alone)
    with connected, Counter(alone, hello, sock=connected, max_queue=1, ping_interval=None) as frozen:
        wait_until(lambda: alone.metric("regulars_screens") == 1)
        said = 0
        with suppress(ConnectionClosed):
            while alone.metric("regulars_screens") == 1 and said < 10 * SOCKETS_HOLD:
                for _ in range(2_000):
                    frozen.say("nonsense")
                said += 2_000
        assert said < 10 * SOCKETS_HOLD, "it was never let go"
        assert frozen.closing_code() == 1013


def test_within_bounds_a_screen_that_says_no_hello_is_closed_after_ten_seconds(service: Service) -> None:
    started = time.monotonic()
    with Socket(service, "/v1/counter") as silent:
        assert silent.closing_code() == 1008
    assert 9 < time.monotonic() - started < 13
