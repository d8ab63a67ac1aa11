"""People who differ only in their names, however those are written."""

from __future__ import annotations

from loyalty.wire import Line
from tests import make
from tests.make import Who
from tests.running import Enrolled, Shop


def person(name: str) -> Who:
    mark = name.encode().hex()[:40]
    return Who(name, "", f"ref-{mark}", f"07{int(mark, 16) % 100_000_000:08}", f"{mark}@x.example", mark, f"fp-{mark}")


def known(shop: Shop, *names: str) -> list[Enrolled]:
    return [shop.enrol(person(name)) for name in names]


def habit(shop: Shop, name: str, *lines: Line) -> None:
    """What somebody has had every day until yesterday, so that it is offered aloud; a latte unless it is said."""
    shop.post([shop.sale(*lines, who=person(name), at=make.at("12:05", day)) for day in range(15, 30)])
