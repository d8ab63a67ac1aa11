"""`pos-adapter run` in front of vendors' webhooks and beside the real service: who waits is answered, tokens are kept,
and how it stands is told."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
from click.testing import CliRunner

from pos_adapters.runner import main
from tests import make
from tests.adapters.fake import Fake, Sold
from tests.adapters.fake_clover import FakeClover
from tests.adapters.fake_toast import FakeToast
from tests.adapters.test_hooked import running
from tests.faults.test_asked import PUBLIC, Asking
from tests.running import Shop, wait_until
from tests.servers import free_port

pytestmark = pytest.mark.slow


def configured(folder: Path, shop: Shop, fake: Fake, port: int, **settings: str) -> Path:
    given = {**fake.settings(), "shop": shop.id, "poll_s": "0.3", "listen": f"127.0.0.1:{port}"} | settings
    lines = [
        "[service]", f'url = "{shop.service.url}"', f'key = "{shop.adapter_key}"', "[outbox]", 'path = "box.db"',
        "[[connection]]", f'vendor = "{fake.vendor}"', *(f'{name} = """{value}"""' for name, value in given.items()),
    ]  # fmt: skip
    path = folder / "adapter.toml"
    path.write_text("\n".join(lines))
    return path


@contextmanager
def beside(path: Path, url: str) -> Iterator[subprocess.Popen[bytes]]:
    with running(path) as process:
        wait_until(lambda: _listens(url))
        yield process


def _listens(url: str) -> bool:
    try:
        return httpx.get(url).status_code == 404
    except httpx.HTTPError:
        return False


def status(path: Path, monkeypatch: pytest.MonkeyPatch) -> tuple[int, str]:
    monkeypatch.chdir(path.parent)
    done = CliRunner().invoke(main, ["status", path.name])
    return done.exit_code, done.output


def refs(shop: Shop) -> set[Any]:
    return {row[0] for row in shop.service.rows("SELECT ref FROM sales WHERE shop = ?", shop.id)}


def test_a_till_that_waits_is_answered_by_way_of_the_house(
    tmp_path: Path, shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    amina, port = shop.enrol(), free_port()
    url = f"http://127.0.0.1:{port}/hooks/toast/1"
    with FakeToast().serving() as toast:
        path = configured(tmp_path, shop, toast, port, loyalty_public_key=PUBLIC, till="1")
        till = Asking(shop, toast)
        till.url = url
        with beside(path, url):
            assert httpx.options(url).status_code == 204
            with shop.counter("1") as screen:
                screen.opened()
                [found] = till.search(make.AMINA.phone)
                cue = screen.next()["cue"]
            assert (found["identifier"], "Amina" in cue["say"]) == (f"regulars-{amina.id}", True)
            assert till.search("+254799999999") == []
            said = till.check("REDEEM", found["identifier"], "use-1", "free-coffee").json()
            assert said["checkResponse"]["rejectedRedemptions"], "rewards are the counter's there"
            sold = toast.sell(Sold(1, shop.service.now, 38_000, who=make.AMINA))[-1]
            assert toast.deliver(url, sold, shop.service.now).status_code == 200
            wait_until(lambda: len(refs(shop)) == 1)
            assert toast.deliver(url, sold, shop.service.now, webhook_secret="guessed").status_code == 401
            wait_until(lambda: "not believed" in status(path, monkeypatch)[1])
            code, said_ = status(path, monkeypatch)
            assert (code, "did you copy the key of another subscription?" in said_) == (1, True), said_
            shop.service.stop()
            assert till.search(make.AMINA.phone) == [], "the house is away: its till is answered all the same"
            shop.service.start()


def test_tokens_that_were_replaced_hold_after_a_restart_and_the_file_comes_before_them(
    tmp_path: Path, shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    port = free_port()
    url = f"http://127.0.0.1:{port}/hooks/clover/1"
    shop.service.move(datetime.now(UTC))  # an adapter beside a till goes by the machine's own clock
    with FakeClover().serving() as clover:
        path = configured(tmp_path, shop, clover, port)
        for number in range(3):
            with beside(path, url):
                clover.expire()
                clover.sell(Sold(number, shop.service.now - timedelta(minutes=number), 38_000))
                wait_until(lambda: len(refs(shop)) == number + 1)  # noqa: B023  # within the turn
        code, said = status(path, monkeypatch)
        assert (code, "last asked" in said, "never" in said) == (0, True, True), said
        clover.expire()
        fresh = clover.settings()
        path = configured(tmp_path, shop, clover, port, **{n: fresh[n] for n in ("refresh_token", "access_token")})
        with beside(path, url):
            clover.sell(Sold(9, shop.service.now, 38_000))
            wait_until(lambda: len(refs(shop)) == 4)


def test_without_a_running_adapter_there_is_nothing_to_tell(
    tmp_path: Path, shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    with FakeClover().serving() as clover:
        path = configured(tmp_path, shop, clover, free_port())
    code, said = status(path, monkeypatch)
    assert (code, "is `pos-adapter run` running" in said) == (1, True)


def test_in_a_shop_with_one_machine_the_service_reads_the_till_along(tmp_path: Path, shop: Shop) -> None:
    amina, service = shop.enrol(make.AMINA, "reference"), shop.service
    sheet, config = tmp_path / "sales.csv", tmp_path / "till.toml"
    config.write_text(
        f"""service = {{ url = "{service.url}", key = "{shop.adapter_key}" }}
outbox = {{ path = "{tmp_path / "box.db"}" }}
[[connection]]
vendor = "files"
shop = "{shop.id}"
path = "{sheet}"
timezone = "Africa/Nairobi"
currency = "KES"
"""
    )
    sheet.write_text(
        "receipt,datetime,customer,item,amount\n1,2026-10-05 08:00,AMINA,Latte,380.00\n2,2026-10-05 08:05,,Tea,200.00\n"
    )
    service.stop()
    service.options += ("--tills", str(config))
    service.start()
    wait_until(lambda: refs(shop) == {"1", "2"})
    service.kill()
    with sheet.open("a") as more:
        more.write("3,2026-10-05 08:10,AMINA,Bun,90.00\n")
    service.start()
    wait_until(lambda: refs(shop) == {"1", "2", "3"})
    assert [visit["total"] for visit in shop.customer(amina)["visits"]] == [47_000]
    service.stop()
    service.options = service.options[:-2]
    config.write_text("[service]\n")
    for options, words in (
        ((), "[outbox] is missing"),
        (("--workers", "2", "--bus", "redis://127.0.0.1:1"), "several processes cannot share one outbox"),
    ):
        said = service.command("serve", "--tills", str(config), *options)
        assert (said.returncode != 0, words in said.stdout + said.stderr) == (True, True), said.stderr
    service.start()
