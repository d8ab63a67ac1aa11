"""The stream's client against a real server that acknowledges, refuses, hangs, closes and dies."""

from __future__ import annotations

import asyncio
import random
import signal
import sys
from contextlib import asynccontextmanager
from dataclasses import replace
from http import HTTPStatus
from pathlib import Path

import msgspec
import pytest
from structlog.testing import capture_logs

from loyalty.wire import FRAME_BYTES_MAX
from pos_adapters import elapsed, stream
from pos_adapters.outbox import Outbox
from pos_adapters.sender import WINDOW_MAX
from tests import make
from tests.adapters.sink import KEY, Sink
from tests.conftest import LONG

ROOT = Path(__file__).parents[2]
QUICK = stream.Pauses(first=0.01, most=0.05, denied=0.2)  # patient: a busy machine is no service that hangs
IMPATIENT = stream.Pauses(first=0.01, most=0.05, silent=1)
SALES = 20_000 if LONG else 1_000
KILLS = 150 if LONG else 12
DAYS_SALES = 500


@pytest.fixture
def outbox(tmp_path):
    box = Outbox(tmp_path / "outbox.db")
    yield box
    box.close()


@asynccontextmanager
async def running(outbox, url, *, key=KEY, pauses=QUICK):
    stop = asyncio.Event()
    task = asyncio.create_task(stream.run(outbox, url, key, stop=stop, pauses=pauses))
    yield task
    stop.set()
    async with asyncio.timeout(30):
        await task


async def until(true):
    async with asyncio.timeout(30):
        while not true():  # noqa: ASYNC110, it is another side's doing
            await asyncio.sleep(0.005)


def sales(count, first=0):
    return [make.sale(id=str(number)) for number in range(first, first + count)]


def ids(bodies):
    return [body["id"] for body in bodies]


async def test_what_waits_goes_in_order_and_what_comes_later_follows(outbox):
    outbox.put(sales(3))
    sink = Sink()
    async with sink.serving() as url, running(outbox, url):
        await until(lambda: outbox.held == 0)
        outbox.put([make.presence()])
        await asyncio.to_thread(outbox.put, sales(2, first=3))
        await until(lambda: outbox.held == 0)
    assert ids(sink.durable[:3]) == ["0", "1", "2"]
    assert sink.durable[3]["phone"] == make.AMINA.phone
    assert ids(sink.durable[4:]) == ["3", "4"]
    assert sink.connections == 1


async def test_the_window_of_unanswered_frames_is_bounded(outbox):
    outbox.put(sales(WINDOW_MAX + 50))
    sink = Sink(silent=True)
    async with sink.serving() as url, running(outbox, url):
        await until(lambda: sink.most_unanswered == WINDOW_MAX)
        await asyncio.sleep(0.1)
        assert sink.most_unanswered == WINDOW_MAX
        sink.silent = False
        await until(lambda: outbox.held == 0)
    assert ids(sink.durable) == [str(number) for number in range(WINDOW_MAX + 50)]


async def test_what_is_refused_is_parked_and_holds_up_nothing(outbox):
    outbox.put(sales(5))
    sink = Sink(refuses=lambda body: body["id"] in "13", ack=0.3)
    with capture_logs() as logs:
        async with sink.serving() as url, running(outbox, url):
            await until(lambda: not outbox.waiting())
    assert ids(sink.durable) == ["0", "2", "4"]
    assert [item.reason.at for item in outbox.parked()] == ["total", "total"]
    assert sum(line["event"] == "parked" for line in logs) == 2


async def test_a_frame_that_is_too_large_is_parked_instead_of_closing_the_stream_for_ever(outbox):
    large = make.sale(*[make.line("🟤" * 200, None, *["🟤" * 200] * 30) for _ in range(200)], id="large")
    outbox.put([*sales(1), large, *sales(1, first=1)])
    sink = Sink()
    async with sink.serving() as url, running(outbox, url):
        await until(lambda: not outbox.waiting())
    assert ids(sink.durable) == ["0", "1"]
    (parked,) = outbox.parked()
    assert parked.reason.code == "too-large"
    assert len(parked.body) > FRAME_BYTES_MAX
    assert sink.connections == 1


async def test_what_the_service_says_beside_answers_is_passed_over(outbox):
    outbox.put(sales(2))
    sink = Sink(chatter='{"hello": "there"}')
    async with sink.serving() as url, running(outbox, url):
        await until(lambda: outbox.held == 0)
    assert ids(sink.durable) == ["0", "1"]


async def test_an_answer_that_cannot_be_meant_ends_the_connection_and_costs_nothing(outbox):
    outbox.put(sales(2))
    sink = Sink(chatter='{"ack": 99}')
    with capture_logs() as logs:
        async with sink.serving() as url, running(outbox, url):
            await until(lambda: sink.connections > 2)
            assert outbox.held == 2
    assert "99 was acknowledged" in str(logs)


async def test_a_dead_service_is_waited_for(outbox):
    outbox.put(sales(2))
    sink = Sink()
    async with sink.serving() as url:
        pass
    with capture_logs() as logs:
        async with running(outbox, url):
            await until(lambda: len(logs) > 3)
            async with sink.serving(int(url.rsplit(":", 1)[1])):
                await until(lambda: outbox.held == 0)
    assert ids(sink.durable) == ["0", "1"]
    assert {"stream-lost", "stream-open"} == {line["event"] for line in logs}


async def test_a_day_without_the_network_is_caught_up_once_and_in_order(tmp_path):
    """The till sold all day, and the adapter was started anew at noon; then the line is back."""
    clock = Day()
    box = Outbox(tmp_path / "outbox.db", clock=clock)
    sink = Sink()
    async with sink.serving() as url:
        pass
    async with running(box, url):
        for number in range(DAYS_SALES // 2):
            await asyncio.to_thread(box.put, [clock.sale(number)])
    box.close()
    box = Outbox(tmp_path / "outbox.db", clock=clock)
    with capture_logs() as logs:
        async with running(box, url):
            for number in range(DAYS_SALES // 2, DAYS_SALES):
                await asyncio.to_thread(box.put, [clock.sale(number)])
            box.put([make.presence()])
            await until(lambda: "stream-lost" in {line["event"] for line in logs})
            assert box.held == DAYS_SALES + 1
            async with sink.serving(int(url.rsplit(":", 1)[1])):
                await until(lambda: box.held == 0)
    box.close()
    *sold, presence = sink.durable
    assert ids(sold) == [str(number) for number in range(DAYS_SALES)]
    waited = [86_400 * (1 - number / DAYS_SALES) for number in range(DAYS_SALES)]
    assert all(0 <= sale["age_s"] - age_s < 600 for sale, age_s in zip(sold, waited, strict=True)), (
        "none passes for live"
    )
    assert presence["phone"] == make.AMINA.phone


class Day:
    """A clock of the outbox, which says when each sale of the last day was put in."""

    def __init__(self):
        self.now, self.ago_s = elapsed.now(), 0.0

    def __call__(self):
        return replace(self.now, wall=self.now.wall - self.ago_s, ticks=self.now.ticks - self.ago_s)

    def sale(self, number):
        self.ago_s = 86_400 * (1 - number / DAYS_SALES)
        return make.sale(id=str(number), age_s=0.0)


async def test_a_service_that_hangs_is_left_and_found_again(outbox):
    outbox.put(sales(2))
    sink = Sink(silent=True)
    with capture_logs() as logs:
        async with sink.serving() as url, running(outbox, url, pauses=IMPATIENT):
            await until(lambda: sink.connections > 1)
            sink.silent = False
            await until(lambda: outbox.held == 0)
    assert ids(sink.durable) == ["0", "1"]
    assert "the service does not answer" in {line.get("because") for line in logs}


async def test_silence_is_no_fault_while_nothing_is_owed(outbox):
    sink = Sink()
    async with sink.serving() as url, running(outbox, url, pauses=IMPATIENT):
        outbox.put(sales(1))
        await until(lambda: outbox.held == 0)
        await asyncio.sleep(IMPATIENT.silent * 2)
        outbox.put(sales(1))
        await until(lambda: outbox.held == 0)
    assert sink.connections == 1


async def test_a_closing_with_1013_is_said_and_everything_goes_again(outbox):
    outbox.put(sales(100))
    sink = Sink(chance=random.Random(3), close_1013=0.1, ack=0.2)
    with capture_logs() as logs:
        async with sink.serving() as url, running(outbox, url):
            await until(lambda: outbox.held == 0)
    assert sink.connections > 1
    assert list(dict.fromkeys(ids(sink.durable))) == [str(number) for number in range(100)]
    assert "the service asks to try again later (1013)" in {line.get("because") for line in logs}


@pytest.mark.parametrize("status", [HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN])
async def test_a_key_that_is_not_let_in_is_told_once_and_not_hammered_with(outbox, status):
    outbox.put(sales(1))
    sink = Sink(status=status)
    with capture_logs() as logs:
        async with sink.serving() as url, running(outbox, url, pauses=stream.Pauses(first=0.001, denied=60)):
            await until(lambda: logs)
            await asyncio.sleep(0.1)
    assert sink.attempts == 1
    (line,) = logs
    assert line["log_level"] == "error"
    assert "[service] key" in line["because"]
    assert line["again_in_s"] >= 30
    assert outbox.held == 1


async def test_an_address_without_a_stream_is_said_in_words(outbox):
    sink = Sink()
    with capture_logs() as logs:
        async with sink.serving() as url, running(outbox, f"{url}/elsewhere"):
            await until(lambda: logs)
    assert "is [service] url the address of the service?" in logs[0]["because"]


async def test_stopping_is_quick_even_while_it_pauses(outbox):
    async with running(outbox, "http://127.0.0.1:1", pauses=stream.Pauses(first=60)):
        await asyncio.sleep(0.05)


@pytest.mark.slow
async def test_nothing_is_lost_by_kill_9_at_any_moment(tmp_path):
    """Promise 2, the adapter's part: killed at random points, against a service that fails at random points."""
    chance = random.Random(9)
    sink = Sink(chance=chance, ack=0.2, close_1013=0.01, drop=0.01, refuses=lambda body: int(body["id"]) % 37 == 5)
    path = tmp_path / "outbox.db"
    async with sink.serving() as url:
        for _ in range(KILLS):
            process = await started(path, url)
            await asyncio.sleep(chance.uniform(0, 0.1))
            process.kill()
            assert await process.wait() == -signal.SIGKILL, "it was not done yet"
        process = await started(path, url)
        async with asyncio.timeout(300):
            assert await process.wait() == 0
    refused = [str(number) for number in range(SALES) if number % 37 == 5]
    first_arrivals = list(dict.fromkeys(ids(sink.durable)))
    assert first_arrivals == [str(number) for number in range(SALES) if str(number) not in refused]
    box = Outbox(path)
    assert box.waiting() == []
    assert [msgspec.json.decode(item.body)["id"] for item in box.parked()] == refused
    box.close()


async def started(path, url):
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "tests.adapters.till_process", str(path), url, str(SALES)),
        stdout=asyncio.subprocess.PIPE,
        cwd=ROOT,
    )
    assert process.stdout is not None
    await process.stdout.readline()
    return process
