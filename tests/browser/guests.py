"""People who differ only in their names, however those are written."""

from __future__ import annotations

from tests.make import Who
from tests.running import Enrolled, Shop


def person(name: str) -> Who:
    mark = name.encode().hex()[:40]
    return Who(name, "", f"ref-{mark}", f"07{int(mark, 16) % 100_000_000:08}", f"{mark}@x.example", mark, f"fp-{mark}")


def known(shop: Shop, *names: str) -> list[Enrolled]:
    return [shop.enrol(person(name)) for name in names]
