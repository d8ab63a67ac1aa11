"""What an adapter is: bytes of one vendor in, events of ours out; no socket, no file and no clock in between.

A vendor is one folder with one `Adapter`. `verify` says whether a delivery may be believed, `parse` what it says; both
are pure. What has to be asked for is asked by `fetch` (one thing) and `pull` (what changed since a cursor): these only
carry bytes, which `parse` reads like any delivery. `source` is for what has to be looked at beside the till: a folder.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Literal, Protocol, get_args, runtime_checkable

from loyalty.errors import Passing, Unfit
from loyalty.wire import Fault, Presence, Transaction
from pos_adapters.answering import Asked, Reply, Told

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
class Elsewhere(Ignored):
    """Of another shop. If nothing else ever comes, a setting names the wrong one."""


@dataclass(frozen=True, slots=True)
class Unreadable:
    """One item that could not be understood; the rest of its delivery was. `error.at` begins with where it stands."""

    raw: bytes = field(repr=False)  # may name people, as may the message: shown to the owner, never logged
    error: Fault = field(repr=False)


@dataclass(frozen=True, slots=True)
class Notice:
    """A word to the owner, shown beside the connection until the next delivery that is believed: a code to copy."""

    message: str


Event = Transaction | Presence | Fetch | Ignored | Notice | Unreadable


@dataclass(frozen=True, slots=True)
class Page:
    """What changed at the vendor since a cursor. `cursor` goes on from here, and holds once all of `raw` is durable."""

    raw: bytes = field(repr=False)
    cursor: str
    more: bool = False  # whether to go on at once


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


@runtime_checkable
class Closing(Protocol):
    """A source that does something by itself between two looks."""

    def close(self) -> None:
        """Nothing new; what it has goes into the outbox. After the last look."""
        ...


@dataclass(frozen=True, slots=True)
class Adapter:
    """One vendor. `checklist` answers for every one of POINTS.

    `asks`: what a delivery waits to be told; `answer`: what it is answered with. `check` asks the vendor whether the
    settings work, and whether it still tells us, and says in words what does not. `renew`: settings that replace those
    that have expired, kept before they are used. `tells_all`: whether deliveries tell of every sale, or of some alone.
    `sign`: the headers with which the vendor would send these bytes.
    """

    vendor: str
    title: str
    settings: tuple[Setting, ...]
    checklist: Mapping[Point, Check]
    verify: Verify
    parse: Parse
    fetch: FetchOne | None = None
    pull: Pull | None = None
    asks: Callable[[Headers, bytes, Settings], Asked | None] = lambda headers, raw, settings: None
    answer: Callable[[Headers, bytes, Settings, Told], Reply] = lambda headers, raw, settings, told: Reply()
    renew: Callable[[Settings], Mapping[str, str]] | None = None
    tells_all: bool = True
    check: Callable[[Settings], Sequence[str]] = lambda settings: ()
    sign: Callable[[bytes, Settings, datetime], Headers] = lambda raw, settings, now: {}
    source: Callable[[Settings, Outbox], Source] | None = None
