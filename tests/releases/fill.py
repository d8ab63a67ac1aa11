"""A filled database of the version that runs this, packed up: `python -m tests.releases.fill` before every release.

Everything a shop has after some months: regulars with checkpoints behind them, refunds of both kinds, voids, strangers,
a second shop, another program, cues answered and left, what could not be understood. The upgrade test starts from it.
"""

from __future__ import annotations

import lzma
import sqlite3
import sys
import tempfile
from contextlib import closing
from datetime import timedelta
from itertools import product
from pathlib import Path

import loyalty
from loyalty.wire import Consents
from tests import make
from tests.running import Shop, again, serving

HERE = Path(__file__).parent
START = make.at("08:12")
DAYS = 160
MENU = (make.line("Latte", "Medium", "Oat milk"), make.line("Flat White", sku="FW"), make.line("Croissant", quantity=2))


def guests() -> list[make.Who]:
    named = [(n, f"Guest {letter}") for n, letter in enumerate("ABCDEFGHIJ")]
    return [
        make.Who(name, make.SHOP, f"REF-{n}", f"+2547000001{n:02}", f"g{n}@example.com", f"P-{n}", f"fp-{n}")
        for n, name in named
    ]


def fill(shop: Shop) -> None:
    """Some months of one shop, in the order in which they happened."""
    service, people = shop.service, guests()
    consents = [Consents(recognise=r, remember=m) for r, m in product((True, False), repeat=2)]
    for n, who in enumerate(people):
        kept = consents[0] if n < 5 else consents[n % 4]
        shop.enrol(who, consents=kept, greeting=("full", "name", "points", "none")[n - 5] if n > 5 and n < 9 else None)
    for day in range(DAYS):
        service.move(START + timedelta(days=day))
        live_a_day(shop, people, day)
    shop.post([shop.sale(who=make.CLEO), shop.sale(who=None), shop.sale(who=make.AMINA, state="open")])
    shop.refused(b'{"id": 7}', 422)


def live_a_day(shop: Shop, people: list[make.Who], day: int) -> None:
    sales = [
        shop.sale(MENU[(n + day * (n % 3)) % 3], who=who, by=("reference", "phone", "email", "pos_id")[n % 4])
        for n, who in enumerate(people)
        if n == 0 or (day * (n + 3)) % (n + 2) == 0
    ]
    shop.post(sales)
    if day % 9 == 0:
        shop.post([make.refunded(sales[-1], *sales[-1].lines), make.void_of(sales[0])])
    if day % 13 == 0:
        shop.post([make.refund_of(sales[-1], id=f"back-{day}"), again(sales[0], total=1, lines=(make.line(price=1),))])
    if day % 5 == 0:
        with shop.counter("1") as screen:
            screen.opened()
            shop.checkin(shop.presence(people[day % 10]))
            cue = screen.next()["cue"]
            if day % 2:
                screen.done(cue["id"], "other")
                screen.next()
    if day == 40:
        program = shop.owner("GET", "/v1/program")
        program["earn"].append({"kind": "spend", "points": 1, "per": 10_000})
        shop.owner("PUT", "/v1/program", program)


def main() -> None:
    target = Path(sys.argv[1]) if len(sys.argv) > 1 else HERE
    with tempfile.TemporaryDirectory() as made:
        folder = Path(made)
        with serving(folder, START) as service:
            shop = service.open_shop("Corner Café, long ago")
            fill(shop)
        keys = "\n".join((shop.id, shop.owner_key, shop.adapter_key, shop.screen_key))
        with closing(sqlite3.connect(folder / "loyalty.db")) as database:
            database.execute("PRAGMA journal_mode=DELETE")
            database.execute("VACUUM")
        raw = (folder / "loyalty.db").read_bytes()
        name = f"{loyalty.__version__}.db.xz"
        (target / name).write_bytes(lzma.compress(raw, preset=9))
        (target / f"{loyalty.__version__}.key").write_bytes((folder / "loyalty.key").read_bytes())
        (target / f"{loyalty.__version__}.keys").write_text(keys + "\n")
        sys.stdout.write(f"{name}: {len(raw):,} bytes, packed {(target / name).stat().st_size:,}\n")


if __name__ == "__main__":
    main()
