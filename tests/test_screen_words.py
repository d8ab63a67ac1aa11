"""Every text that a screen may show is among those that it loads: what is not there is shown as nothing at all."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
SOURCE = ROOT / "frontend" / "src"
SCREENS = sorted(path.parent.name for path in SOURCE.glob("*/main.tsx"))
HOLDS = dict(re.findall(r"^  (\w+): (\[.*\]),$", (ROOT / "frontend" / "catalogue.ts").read_text("utf-8"), re.MULTILINE))
KEY = re.compile(r"[\"`]screen\.(\w+)\.")


def files(screen: str) -> Iterator[Path]:
    """Of a screen: what its page imports, and what that imports, types alone left out."""
    found, wanted = set[Path](), [SOURCE / screen / "main.tsx"]
    while wanted:
        path = wanted.pop()
        if path in found:
            continue
        found.add(path)
        yield path
        for name in re.findall(r'^import (?!type )[^"]*"(\.{1,2}/[^"]+)"', path.read_text("utf-8"), re.MULTILINE):
            stem = (path.parent / name).resolve()
            wanted += [one for end in (".tsx", ".ts") if (one := stem.with_name(stem.name + end)).is_file()]


@pytest.mark.parametrize("screen", SCREENS)
def test_a_screen_loads_the_texts_of_everything_that_it_may_show(screen: str) -> None:
    loaded = json.loads(HOLDS.get(screen, f'["{screen}"]'))
    shown = {path: set(KEY.findall(path.read_text("utf-8"))) for path in files(screen)}
    assert len(shown) > 1, "it imports something"
    missing = {path.name: sorted(keys - set(loaded)) for path, keys in shown.items() if keys - set(loaded)}
    assert not missing, f"catalogue.ts gives {screen} the texts of {loaded}"
