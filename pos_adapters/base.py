"""What an adapter is: bytes of one vendor in, events of ours out; no socket, no file and no clock in between.

A vendor is one folder with one `Adapter`. `verify` says whether a delivery may be believed, `parse` what it says; both
are pure. `source` is for vendors that have to be looked at (a folder, an API with a cursor) rather than waited for.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Literal, Protocol, get_args

import msgspec

from loyalty.errors import RegularsError, Unfit
from loyalty.wire import Fault, Presence, Transaction, fault_of

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


class Source(Protocol):
    def look(self) -> float:
        """Take what is new into the outbox; answers in how many seconds to look again. Blocks: called in a thread."""
        ...


@dataclass(frozen=True, slots=True)
class Adapter:
    """One vendor. `checklist` answers for every one of POINTS."""

    vendor: str
    title: str
    settings: tuple[Setting, ...]
    checklist: Mapping[Point, Check]
    verify: Verify
    parse: Parse
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


# What a bad item makes its reader raise. RecursionError: brackets nested ten thousand deep.
BAD_ITEM = (
    *(RegularsError, msgspec.MsgspecError, LookupError, TypeError),
    *(ValueError, ArithmeticError, RecursionError),
)


# -- reading many -----------------------------------------------------------------------------------------------------
def read_each(items: Iterable[tuple[str, bytes]], read: Callable[[bytes], Iterable[Event]]) -> list[Event]:
    """Every item of a delivery by itself, each given with where it stands (`receipts[2]`): a bad one costs no other."""
    events: list[Event] = []
    for where, raw in items:
        try:
            events.extend(read(raw))
        except BAD_ITEM as error:
            events.append(Unreadable(raw, fault_in(error, where)))
    return events


def fault_in(error: Exception, where: str) -> Fault:
    """What went wrong as a fault of the wire, its place within the whole delivery."""
    match error:
        case RegularsError():
            fault = Fault(code=error.code, message=error.message, at=error.at)
        case msgspec.MsgspecError():
            fault = fault_of(error)
        case LookupError():
            fault = Fault(code="bad-field", message=f"{error} is missing")
        case _:
            fault = Fault(code="bad-field", message=str(error))
    return msgspec.structs.replace(fault, at=": ".join(part for part in (where, fault.at) if part))
