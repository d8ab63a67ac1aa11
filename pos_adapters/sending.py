"""`pos-adapter send`: a captured delivery, signed and sent as its vendor would."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import urlsplit

import httpx

from loyalty.errors import Passing, Unfit
from pos_adapters import elapsed
from pos_adapters.base import Adapter
from pos_adapters.hooks import PATH, PUBLIC_URL
from pos_adapters.registry import ADAPTERS, adapter
from pos_adapters.settling import settled

TIMEOUT_S = 10.0  # what vendors allow, roughly


def send(fixture: Path, url: str, pairs: Sequence[str]) -> httpx.Response:
    """`url` names the vendor, /hooks/square/…; so does the fixture's folder. Raises Unfit, or Passing."""
    chosen = _vendor(fixture, url)
    settings = settled(chosen, {PUBLIC_URL.name: url, **given(pairs)} if _signs_url(chosen) else given(pairs))
    try:
        raw = fixture.read_bytes()
    except OSError as error:
        raise Unfit(f"{fixture} cannot be read: {error.strerror}", at="fixture") from error
    now = datetime.fromtimestamp(elapsed.now().wall, UTC)
    headers = {"content-type": "application/json", **chosen.sign(raw, settings, now)}
    try:
        return httpx.post(url, content=raw, headers=headers, timeout=TIMEOUT_S)
    except (httpx.HTTPError, httpx.InvalidURL) as error:
        raise Passing(f"{url} cannot be reached: {type(error).__name__}") from error


def _vendor(fixture: Path, url: str) -> Adapter:
    named = urlsplit(url).path.partition(PATH)[2].partition("/")[0]
    folder = fixture.resolve().parent.parent.name
    return adapter(named or (folder if folder in ADAPTERS else ""))


def _signs_url(chosen: Adapter) -> bool:
    return any(one.name == PUBLIC_URL.name for one in chosen.settings)


def given(pairs: Sequence[str]) -> dict[str, object]:
    """`NAME=VALUE`, as `--set` has it. Raises Unfit."""
    split = [pair.partition("=") for pair in pairs]
    for name, mark, _ in split:
        if not mark:
            raise Unfit(f"--set expects NAME=VALUE, got {name!r}", at="set")
    return {name: value for name, _, value in split}
