"""What an adapter is: bytes of one vendor in, events of ours out; no socket, no file and no clock in between.

A vendor is one folder with one `Adapter`. `verify` says whether a delivery may be believed, `parse` what it says; both
are pure. What has to be asked for is asked by `fetch` (one thing) and `pull` (what changed since a cursor): these only
carry bytes, which `parse` reads like any delivery. `source` is for what has to be looked at beside the till: a folder.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Literal, Protocol, get_args

from loyalty.errors import Passing, Unfit
from loyalty.wire import Fault, Presence, Transaction

if TYPE_CHECKING:
    from pos_adapters.outbox import Outbox

Headers = Mapping[str, str]  # names in lower case
Settings = Mapping[str, str]  # all text, since `loyalty connect --set NAME=VALUE` has nothing else; defaults filled in
Verdict = Literal["signed", "hint"]  # a hint is not believed: what it points to is fetched
Point = Literal[
    "refunds", "voids", "tips", "tax", "split tender", "open orders", "customer", "card fingerprint", "signing", "pull"
]
POINTS: tuple[Point, ...] = get_args(Point)


# -- what comes out ---------------------------------------------------------------------------------------------------
@dataclass(frozen=True, slots=True)
class Fetch:
    """The delivery only points to something: ask the vendor for it. `kind` is the vendor's word for it."""

    kind: str
    id: str


@dataclass(frozen=True, slots=True)
class Ignored:
    """Understood, and nothing to us."""

    reason: str


@dataclass(frozen=True, slots=True)
class Unreadable:
    """One item that could not be understood; the rest of its delivery was. `error.at` begins with where it stands."""

    raw: bytes = field(repr=False)  # may name people, as may the message: shown to the owner, never logged
    error: Fault = field(repr=False)


Event = Transaction | Presence | Fetch | Ignored | Unreadable


@dataclass(frozen=True, slots=True)
class Page:
    """What changed at the vendor since a cursor. `cursor` goes on from here, and holds once all of `raw` is durable."""

    raw: bytes = field(repr=False)
    cursor: str
    more: bool = False  # whether to go on at once


@dataclass(frozen=True, slots=True)
class Reply:
    """The body of the 200 that a delivery is answered with."""

    body: bytes = b""
    media_type: str = "text/plain"


class Later(Passing):
    """The vendor gives no answer just now, or not to us: ask again, no sooner than `after_s` seconds from now."""

    def __init__(self, message: str, *, after_s: float = 0.0) -> None:
        super().__init__(message)
        self.after_s = after_s


class SettingNeeded(Unfit):
    """It would be understood with another setting, named by `at`: nothing is given up until somebody has chosen."""

    code = "setting"


# -- what an adapter is -----------------------------------------------------------------------------------------------
@dataclass(frozen=True, slots=True)
class Setting:
    """A name the owner may set. `fits` raises ValueError, in words, on a value that cannot be."""

    name: str
    help: str
    required: bool = False
    secret: bool = False
    default: str = ""
    fits: Callable[[str], object] = str


@dataclass(frozen=True, slots=True)
class Check:
    """How far one point is carried; `why` is the reason where it is impossible, else a remark."""

    state: Literal["done", "impossible"]
    why: str = ""


class Verify(Protocol):
    def __call__(self, headers: Headers, raw: bytes, settings: Settings, now: datetime) -> Verdict:
        """Raises NoKey, in words, on a signature that does not hold. `now` is for vendors whose signatures go stale."""
        ...


class Parse(Protocol):
    def __call__(self, raw: bytes, settings: Settings) -> list[Event]:
        """Never raises on anything a vendor, or anybody else, may send."""
        ...


class FetchOne(Protocol):
    def __call__(self, wanted: Fetch, settings: Settings) -> bytes:
        """Blocks: called in a thread. Raises Later; Unknown where the vendor has no such thing (yet); else Unfit."""
        ...


class Pull(Protocol):
    def __call__(self, cursor: str, settings: Settings, now: datetime) -> Page:
        """The next page after `cursor`, which is empty at first. Blocks; raises Later."""
        ...


class Source(Protocol):
    def look(self) -> float:
        """Take what is new into the outbox; answers in how many seconds to look again. Blocks: called in a thread."""
        ...


@dataclass(frozen=True, slots=True)
class Adapter:
    """One vendor. `checklist` answers for every one of POINTS.

    `answer`: what a delivery is answered with, beyond 200. `check` asks the vendor whether the settings work, and says
    in words what does not. `sign`: the headers with which the vendor would send these bytes, for `pos-adapter send`.
    """

    vendor: str
    title: str
    settings: tuple[Setting, ...]
    checklist: Mapping[Point, Check]
    verify: Verify
    parse: Parse
    fetch: FetchOne | None = None
    pull: Pull | None = None
    answer: Callable[[bytes, Settings], Reply] = lambda raw, settings: Reply()
    check: Callable[[Settings], Sequence[str]] = lambda settings: ()
    sign: Callable[[bytes, Settings, datetime], Headers] = lambda raw, settings, now: {}
    source: Callable[[Settings, Outbox], Source] | None = None


PLACE = (
    Setting("shop", "the id of the shop, as `loyalty init` printed it", required=True),
    Setting("till", "which till it is, as its counter screen names it"),
)


# -- settings ---------------------------------------------------------------------------------------------------------
def settled(adapter: Adapter, given: Mapping[str, object]) -> Settings:
    """What was given, checked, with the defaults filled in. Raises Unfit, with the known names on an unknown one."""
    known = {setting.name: setting for setting in (*PLACE, *adapter.settings)}
    for name, value in given.items():
        if name not in known:
            raise Unfit(f"{adapter.vendor} has no setting {name}; it has {', '.join(known)}", at=name)
        if not isinstance(value, str | int | float):
            raise Unfit(f"expected text or a number for {name}, got a {type(value).__name__}", at=name)
    texts = {name: _text(given.get(name, setting.default)) for name, setting in known.items()}
    for name, text in texts.items():
        try:
            if text:
                known[name].fits(text)
        except ValueError as error:
            raise Unfit(f"{name}: {error}", at=name) from error
    return texts


def missing(adapter: Adapter, settings: Settings) -> list[str]:
    """The names that are still needed before it can work."""
    return [setting.name for setting in (*PLACE, *adapter.settings) if setting.required and not settings[setting.name]]


def _text(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)
