"""`pos-adapter send`: a captured delivery, signed and sent as its vendor would.

Where a `signatures.json` stands beside it, as in every adapter's fixtures, the delivery's headers and the secret to
sign with are taken from there; what is set counts more.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import urlsplit

import httpx
import msgspec

from loyalty.errors import Passing, Unfit
from pos_adapters import elapsed
from pos_adapters.base import Adapter, Headers
from pos_adapters.hooks import PATH, PUBLIC_URL
from pos_adapters.registry import ADAPTERS, adapter
from pos_adapters.settling import settled

TIMEOUT_S = 10.0  # what vendors allow, roughly
CASES = "signatures.json"
SIGNED, UNSIGNED = ("signed", "valid"), ("hint", "handshake")


class Case(msgspec.Struct):
    """How a delivery was captured: with settings of ours, or with nothing but the key."""

    body_file: str = ""
    expect: str = ""
    headers: dict[str, str] = {}
    settings: dict[str, str] = {}
    key: str | None = None


class Cases(msgspec.Struct):
    cases: list[Case]


def send(fixture: Path, url: str, pairs: Sequence[str]) -> httpx.Response:
    """`url` names the vendor, /hooks/square/…; so does the fixture's folder. Raises Unfit, or Passing."""
    chosen, case = _vendor(fixture, url), _captured(fixture)
    address = {PUBLIC_URL.name: url} if _signs_url(chosen) else {}
    settings = settled(chosen, {**_secrets(chosen, case), **case.settings, **address, **given(pairs)})
    try:
        raw = fixture.read_bytes()
    except OSError as error:
        raise Unfit(f"{fixture} cannot be read: {error.strerror}", at="fixture") from error
    now = datetime.fromtimestamp(elapsed.now().wall, UTC)
    captured = {name.lower(): value for name, value in case.headers.items()}
    as_it_was = case.expect in UNSIGNED or "authorization" in captured  # a token or a password signs no body
    signed: Headers = {} if as_it_was and not pairs else chosen.sign(raw, settings, now)
    headers = {"content-type": "application/json", **captured, **signed}
    try:
        return httpx.post(url, content=raw, headers=headers, timeout=TIMEOUT_S)
    except (httpx.HTTPError, httpx.InvalidURL) as error:
        raise Passing(f"{url} cannot be reached: {type(error).__name__}") from error


def _vendor(fixture: Path, url: str) -> Adapter:
    named = urlsplit(url).path.partition(PATH)[2].partition("/")[0]
    folder = fixture.resolve().parent.parent.name
    return adapter(named or (folder if folder in ADAPTERS else ""))


def _captured(fixture: Path) -> Case:
    """As it was taken; without a note of that, one that says nothing."""
    try:
        cases = msgspec.json.decode((fixture.parent / CASES).read_bytes(), type=Cases).cases
    except (OSError, msgspec.MsgspecError):
        return Case()
    return next((one for one in cases if one.body_file == fixture.name and one.expect in SIGNED + UNSIGNED), Case())


def _secrets(chosen: Adapter, case: Case) -> dict[str, str]:
    """A key without a name is whichever secret the vendor signs with: nothing but the signature is made of it."""
    return {one.name: case.key for one in chosen.settings if one.secret and case.key}


def _signs_url(chosen: Adapter) -> bool:
    return any(one.name == PUBLIC_URL.name for one in chosen.settings)


def given(pairs: Sequence[str]) -> dict[str, object]:
    """`NAME=VALUE`, as `--set` has it. Raises Unfit."""
    split = [pair.partition("=") for pair in pairs]
    for name, mark, _ in split:
        if not mark:
            raise Unfit(f"--set expects NAME=VALUE, got {name!r}", at="set")
    return {name: value for name, _, value in split}
