"""`pos-adapter new NAME`: the folder, checklist, notes and first fixture of an adapter, and its line in the registry.

What it writes is whole and wrong on purpose: `tests/adapters/test_every_adapter.py` finds it at once, and says what is
to be done, until nothing is.
"""

from __future__ import annotations

import re
from pathlib import Path

from loyalty.errors import Conflict, Unfit
from pos_adapters.base import POINTS

FOLDER = Path(__file__).parent
NAME = re.compile(r"[a-z][a-z0-9_]{1,30}")
TO_DO = "TO DO"  # the tests look for it

_CODE = '''"""{title}: TO DO: say in one line what it tells, and how."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from pos_adapters.base import Adapter, Event, Headers, Ignored, Setting, Settings, Verdict
from pos_adapters.checklist import checklist
from pos_adapters.hooks import PUBLIC_URL
from pos_adapters.reading import exact, read_each, shaped
from pos_adapters.signing import believed, header, in_hex, key_of

HEADER = "x-{name}-signature"  # TO DO: the header that their documents name


def verify(headers: Headers, raw: bytes, settings: Settings, now: datetime) -> Verdict:
    """TO DO: what they sign, and how; hold it against their own library in a test."""
    key = key_of("{name}", settings, "signature_key", "TO DO: where it stands")
    return believed("{name}", HEADER, header("{name}", headers, HEADER), in_hex(key, raw))


def sign(raw: bytes, settings: Settings, now: datetime) -> Headers:
    """The headers with which they would send these bytes."""
    return {{HEADER: in_hex(settings["signature_key"], raw)}}


def parse(raw: bytes, settings: Settings) -> list[Event]:
    return read_each([("", raw)], lambda body: _read(body, settings))


def _read(raw: bytes, settings: Settings) -> Iterator[Event]:
    told = shaped(exact(raw), dict[str, object])
    yield Ignored(f"TO DO: make a Transaction of it, or a Fetch: {{sorted(told)}}")


ADAPTER = Adapter(
    vendor="{name}",
    title="{title}: webhooks",
    settings=(
        Setting("signature_key", "the key that they sign with", required=True, secret=True),
        PUBLIC_URL,
    ),
    checklist=checklist(__name__),
    verify=verify,
    parse=parse,
    sign=sign,
)
'''
_NOTES = """# {title}

TO DO: what Regulars hears from {title}, and how, for the shop's owner.

## Setting it up

TO DO: where to click in their console, step by step, and what to paste where.

| setting | what it says |
|---|---|
| `signature_key` | TO DO: where it stands |
| `public_url` | your address, as {title} calls it |

## What becomes of what {title} tells

TO DO: refunds, voids, open orders, customers; what is read and what is not.
"""
_EXPECTED = """{{
  "first.json": {{"settings": {{"signature_key": "k"}}, "events": [
    {{"ignored": "TO DO: put a captured delivery into first.json, and here what should become of it"}}
  ]}}
}}
"""
_SIGNATURES = """{{"cases": [
  {{"name": "nobody signed it", "body_file": "first.json", "headers": {{}}, "settings": {{"signature_key": "k"}},
   "now": "2026-10-05T12:15:00Z", "expect": "refused"}}
]}}
"""


def source(here: Path) -> Path:
    """The adapters of a working copy: the one that `here` is in, else the one that this runs from.

    What is installed from a package is no place to write to: the next installation would take it away, and nobody's
    tests would find it.
    """
    for root in (here, *here.parents, FOLDER.parent):
        if (root / "pyproject.toml").is_file() and (root / "pos_adapters" / "registry.py").is_file():
            return root / "pos_adapters"
    raise Unfit(
        f"{here} is in no working copy of Regulars, and this one is installed from a package, where an adapter would be"
        " lost with the next version: clone the repository, and run `pos-adapter new` in it"
    )


def make(name: str, folder: Path) -> Path:
    """The folder it made. Raises Unfit or Conflict before it writes anything."""
    if not NAME.fullmatch(name):
        raise Unfit(f"expected a name such as abacus or light_speed, got {name!r}", at="name")
    place = folder / name
    if place.exists() or (folder / f"{name}.py").exists():
        raise Conflict(f"{place} is there already")
    registry = _registered((folder / "registry.py").read_text(encoding="utf-8"), name)
    (place / "fixtures").mkdir(parents=True)
    given = {"name": name, "title": name.replace("_", " ").title()}
    for path, text in (
        ("__init__.py", _CODE),
        ("checklist.toml", _points()),
        ("NOTES.md", _NOTES),
        ("fixtures/expected.json", _EXPECTED),
        ("fixtures/signatures.json", _SIGNATURES),
    ):
        (place / path).write_text(text.format(**given), encoding="utf-8")
    (place / "fixtures" / "first.json").write_text('{"TO DO": "a captured delivery"}\n', encoding="utf-8")
    (folder / "registry.py").write_text(registry, encoding="utf-8")
    return place


def left(folder: Path) -> list[str]:
    """Where something is still to be done."""
    files = sorted(path for path in folder.rglob("*") if path.suffix in (".py", ".md", ".json", ".toml"))
    lines = ((path, number, line) for path in files for number, line in enumerate(_lines(path), 1))
    return [f"{path.relative_to(folder)}:{number}: {line.strip()}" for path, number, line in lines if TO_DO in line]


def _lines(path: Path) -> list[str]:
    return path.read_text(encoding="utf-8", errors="replace").splitlines()


def _points() -> str:
    """Braces are `format`'s, and there are none in here."""
    return "".join(f'"{point}" = "impossible: {TO_DO}: done, or why it cannot be"\n' for point in POINTS)


def _registered(text: str, name: str) -> str:
    """The registry with one import and one line more, both in their place."""
    imported = re.search(r"^from pos_adapters import \(\n((?:    \w+,\n)+)\)", text, re.MULTILINE)
    listed = re.search(r"(?:^        \w+\.ADAPTER,\n)+", text, re.MULTILINE)
    if imported is None or listed is None:
        raise Unfit("registry.py has no list of imports from pos_adapters, or none of ADAPTERs; add yours by hand")
    names, lines = ({*found.splitlines(True)} for found in (imported[1], listed[0]))
    text = text.replace(listed[0], "".join(sorted({*lines, f"        {name}.ADAPTER,\n"})))
    return text.replace(imported[1], "".join(sorted({*names, f"    {name},\n"})))
