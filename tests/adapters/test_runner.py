"""The command `pos-adapter`: what it lists, how it answers mistakes, and a whole run beside a till."""

from __future__ import annotations

import asyncio
import json
import signal
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner
from structlog.testing import capture_logs

from loyalty.errors import Passing
from pos_adapters import carrying, runner
from pos_adapters.base import POINTS
from pos_adapters.database import Damaged
from pos_adapters.files.watch import Watcher
from pos_adapters.outbox import Outbox
from pos_adapters.registry import ADAPTERS
from tests.adapters.sink import KEY, Sink

ROOT = Path(__file__).parents[2]
GOOD = """
[service]
url = "http://127.0.0.1:1"
key = "k"
[outbox]
path = "outbox.db"
[[connection]]
vendor = "files"
shop = "quay"
path = "sales.csv"
"""


def invoke(*arguments):
    return CliRunner().invoke(runner.main, [*arguments])


def test_list_shows_every_adapter_with_its_settings_and_checklist():
    shown = invoke("list").output
    for adapter in ADAPTERS.values():
        assert adapter.title in shown
        assert all(f"  {setting.name} " in shown for setting in adapter.settings)
    assert all(f"  {point} " in shown for point in POINTS)


def test_list_for_machines():
    told = json.loads(invoke("list", "--json").output)
    assert list(ADAPTERS) == [adapter["vendor"] for adapter in told]
    files = next(adapter for adapter in told if adapter["vendor"] == "files")
    path = next(setting for setting in files["settings"] if setting["name"] == "path")
    assert (path["required"], path["secret"]) == (True, False)
    assert list(POINTS) == list(files["checklist"])


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (
            ("[service]", "[servise]"),
            ["there is no [servise]; there is service, outbox", "[service] is missing"],
        ),
        (('key = "k"', 'keys = "k"'), ["[service] has no keys; it has url and key", "[service] key is missing"]),
        (("http://", "ftp://"), ["[service] url: expected an address"]),
        (('path = "outbox.db"', ""), ["[outbox] path is missing"]),
        (('vendor = "files"', 'vendor = "abacus"'), ["number 1", "there is no adapter 'abacus'", "files"]),
        (('vendor = "files"', ""), ["there is no adapter ''"]),
        (('shop = "quay"', ""), ["shop is missing"]),
        (('path = "sales.csv"', ""), ["path is missing: the file the till writes"]),
        (('shop = "quay"', 'shop = "quay"\ncolor = "red"'), ["files has no setting color", "column_customer"]),
        (('shop = "quay"', 'shop = "quay"\ntimezone = "Mars"'), ["there is no time zone 'Mars'"]),
        (('shop = "quay"', 'shop = ["quay"]'), ["expected text or a number for shop"]),
        (("[[connection]]", "[connection]"), ["[[connection]] is missing"]),
        (("[service]", "[service"), ["is not TOML"]),
        (('[[connection]]\nvendor = "files"\nshop = "quay"\npath = "sales.csv"', ""), ["[[connection]] is missing"]),
        (("outbox.db", "nowhere/outbox.db"), ["nowhere/outbox.db cannot be opened"]),
    ],
)
def test_mistakes_are_answered_in_words_with_the_known_names(tmp_path, monkeypatch, change, words):
    monkeypatch.chdir(tmp_path)
    Path("adapter.toml").write_text(GOOD.replace(*change))
    answered = invoke("run", "adapter.toml")
    assert answered.exit_code == 1
    assert not [word for word in words if word not in answered.output], answered.output
    assert "Traceback" not in answered.output


def test_all_mistakes_are_told_at_once(tmp_path):
    path = tmp_path / "adapter.toml"
    path.write_text(GOOD.replace("files", "abacus").replace('key = "k"', "").replace("[outbox]", "[inbox]"))
    assert len(invoke("run", str(path)).output.splitlines()) == 4


@pytest.mark.parametrize(
    ("connections", "words"), [('["files"]', "number 1: expected a table"), (str([0] * 101), "101 connections")]
)
def test_connections_that_are_none_or_too_many(tmp_path, connections, words):
    path = tmp_path / "adapter.toml"
    path.write_text(f"connection = {connections}\n" + GOOD.partition("[[connection]]")[0])
    assert words in invoke("run", str(path)).output


def test_a_configuration_that_is_not_there_is_said(tmp_path):
    assert "cannot be read" in invoke("run", str(tmp_path / "none.toml")).output


class Trouble:
    """A source that fails at first."""

    def __init__(self, *errors):
        self.errors = list(errors)
        self.looks = 0

    def look(self):
        self.looks += 1
        if self.errors:
            raise self.errors.pop(0)
        return 0.001


async def test_a_source_that_fails_is_looked_at_again(monkeypatch):
    monkeypatch.setattr(carrying, "REST_S", 0.001)
    source, stop = Trouble(Passing("full"), ZeroDivisionError("Okafor")), asyncio.Event()
    with capture_logs() as logs:
        watching = asyncio.create_task(carrying.watch(source, "files", stop))
        async with asyncio.timeout(5):
            while source.looks < 5:  # noqa: ASYNC110
                await asyncio.sleep(0.001)
            stop.set()
            await watching
    assert [entry["event"] for entry in logs] == ["source-waits", "source-failed"]
    assert logs[1]["error"] == "ZeroDivisionError"
    assert "Okafor" not in str(logs)


@pytest.fixture
def signals():
    """The run takes these over; pytest gets them back."""
    before = {number: signal.getsignal(number) for number in (signal.SIGTERM, signal.SIGINT)}
    yield
    for number, handler in before.items():
        signal.signal(number, handler)


def test_a_damaged_outbox_ends_the_run_so_that_the_next_one_sets_it_aside(tmp_path, monkeypatch, signals):
    def damage(watcher):
        raise Damaged("malformed")

    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(Watcher, "look", damage)
    monkeypatch.setattr(runner, "_log_as_json", lambda: None)  # the log's set-up is the whole process's
    Path("adapter.toml").write_text(GOOD)
    answered = invoke("run", "adapter.toml")
    assert answered.exit_code == 1
    assert "the outbox is damaged; start again" in answered.output


@pytest.mark.slow
async def test_a_sale_goes_from_the_file_to_the_service_and_a_stop_is_graceful(tmp_path):
    sink = Sink()
    async with sink.serving() as url:
        toml = GOOD.replace("http://127.0.0.1:1", url).replace('key = "k"', f'key = "{KEY}"')
        (tmp_path / "adapter.toml").write_text(toml + 'timezone = "UTC"\ncurrency = "EUR"\nsettle_s = 0.05\n')
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-c", "from pos_adapters.runner import main; main()", "run", "adapter.toml"),
            cwd=tmp_path,
            env={"PYTHONPATH": str(ROOT)},
            stderr=asyncio.subprocess.PIPE,
        )
        (tmp_path / "sales.csv").write_text("id,at,item,amount,customer\n1,2026-10-05 08:00,Latte,4.50,Okafor\n")
        async with asyncio.timeout(30):
            while not sink.durable:  # noqa: ASYNC110
                await asyncio.sleep(0.01)
        process.send_signal(signal.SIGTERM)
        _, logged = await asyncio.wait_for(process.communicate(), 30)
    assert process.returncode == 0
    assert (sink.durable[0]["id"], sink.durable[0]["customer"]["reference"]) == ("1", "Okafor")
    lines = [json.loads(line) for line in logged.splitlines()]
    assert {"started", "stream-open", "file-read", "stopped"} <= {line["event"] for line in lines}
    assert all({"level", "timestamp"} <= line.keys() for line in lines)
    assert b"Okafor" not in logged
    assert KEY.encode() not in logged
    outbox = Outbox(tmp_path / "outbox.db")
    assert outbox.held == 0
    outbox.close()


async def test_a_source_that_does_something_by_itself_is_closed_after_its_last_look():
    class Closes(Trouble):
        closed_after = None

        def close(self):
            self.closed_after = self.looks

    source, stop = Closes(), asyncio.Event()
    watching = asyncio.create_task(carrying.watch(source, "escpos", stop))
    async with asyncio.timeout(5):
        while source.looks < 3:  # noqa: ASYNC110
            await asyncio.sleep(0.001)
        stop.set()
        await watching
    assert source.closed_after == source.looks


def test_a_damaged_outbox_is_set_aside_while_it_runs(tmp_path, monkeypatch, signals):
    """Whoever stands between a till and its printer does not end for it."""
    damages = [Damaged("malformed")]

    def look(watcher):
        if damages:
            raise damages.pop()
        signal.raise_signal(signal.SIGTERM)
        return 0.001

    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(Watcher, "look", look)
    monkeypatch.setattr(runner, "_log_as_json", lambda: None)
    Path("adapter.toml").write_text(GOOD)
    with capture_logs() as logs:
        assert invoke("run", "adapter.toml").exit_code == 0
    assert [entry["event"] for entry in logs if entry["event"] in ("started", "outbox-damaged", "stopped")] == [
        *("started", "outbox-damaged", "started", "stopped"),
    ]
