"""From a delivery to events, for whoever takes deliveries: the service, and `pos-adapter run`.

understand   what it says by itself, and what it only points to       pure
look_up      what it points to, asked for and understood              blocks
look_on      what changed at the vendor since a cursor                blocks
"""

from __future__ import annotations

import dataclasses
import threading
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime

import msgspec
from msgspec.structs import replace

from loyalty.errors import RegularsError, Unfit, Unknown
from loyalty.wire import Presence, Transaction
from pos_adapters.base import (
    Adapter,
    Elsewhere,
    Event,
    Fetch,
    Ignored,
    Later,
    Notice,
    Page,
    Settings,
    Unreadable,
    Verdict,
)
from pos_adapters.reading import BAD_ITEM, fault_in

HINTED_MAX = 100  # things that one delivery which nobody signed may point to: for the rest the vendor is asked anyway
DEPTH_MAX = 3  # what was asked for may point on, but not for ever

# msgspec makes its picture of a struct when it is first needed, and a second thread that needs it meanwhile crashes the
# process (see `wire.picture`). Parsing holds the interpreter anyway: one thread at a time loses nothing.
_PARSING = threading.Lock()


@dataclass(frozen=True, slots=True)
class Understood:
    """`wanted` is each thing once; `ignored` the reasons, `notices` what the owner is to be told,
    `elsewhere` whose else it was."""

    said: tuple[Transaction | Presence, ...] = field(default=(), repr=False)
    wanted: tuple[Fetch, ...] = ()
    unreadable: tuple[Unreadable, ...] = ()
    ignored: tuple[str, ...] = ()
    notices: tuple[str, ...] = ()
    elsewhere: tuple[str, ...] = ()


def understand(adapter: Adapter, raw: bytes, verdict: Verdict, settings: Settings) -> Understood:
    """A hint is not believed: only what it points to counts, since that is asked of the vendor. Anybody may have sent
    it, so that it points to so much and no more, and is set aside as one."""
    with _PARSING:
        events = adapter.parse(raw, settings)
    found = _sorted(events, believed=verdict == "signed")
    if verdict == "signed":
        return found
    return dataclasses.replace(found, wanted=found.wanted[:HINTED_MAX], unreadable=found.unreadable[:1])


def look_up(adapter: Adapter, wanted: Fetch, settings: Settings) -> Understood:
    """Raises Later, Unknown or Unfit, and nothing else."""
    said: list[Event] = []
    pending = [wanted]
    for _ in range(DEPTH_MAX):
        found = [_fetched(adapter, one, settings) for one in pending]
        said += [event for one in found for event in (*one.said, *one.unreadable)]
        pending = [more for one in found for more in one.wanted]
        if not pending:
            return _sorted(said, believed=True)
    raise Unfit(f"{adapter.vendor}: {wanted.kind} {wanted.id} leads on and on", code="vendor-loops")


def look_on(adapter: Adapter, cursor: str, settings: Settings, now: datetime) -> tuple[Page, Understood]:
    """One page; what it only points to is looked up as well. Raises Later, Unknown or Unfit, and nothing else.

    What it points to and is not to be had is set aside: the page comes again at every look until it is passed.
    """
    assert adapter.pull is not None, "only what can be asked is asked"
    try:
        page = adapter.pull(cursor, settings, now)
    except BAD_ITEM as error:
        raise _in_words(adapter, error, Later) from error
    found = understand(adapter, page.raw, "signed", settings)
    more = [_looked_up(adapter, wanted, settings) for wanted in found.wanted]
    events = [event for one in (found, *more) for event in (*one.said, *one.unreadable)]
    return page, _sorted(events, believed=True)


def look_over(adapter: Adapter, settings: Settings) -> list[str]:
    """What is wrong with the settings, asked of the vendor. Raises nothing."""
    try:
        return list(adapter.check(settings))
    except BAD_ITEM as error:
        return [_in_words(adapter, error, Later).message]


def older(event: Transaction | Presence, waited_s: float, since: datetime) -> Transaction | Presence:
    """As it is after it has waited: a presence without a time was *now* when it came."""
    if isinstance(event, Presence):
        return event if event.at is not None else replace(event, at=since)
    return event if event.age_s is None else replace(event, age_s=event.age_s + max(0.0, waited_s))


def _fetched(adapter: Adapter, wanted: Fetch, settings: Settings) -> Understood:
    if adapter.fetch is None:
        raise Unfit(f"{adapter.vendor} has nothing to be asked for; it pointed to a {wanted.kind}")
    try:
        raw = adapter.fetch(wanted, settings)
    except BAD_ITEM as error:
        raise _in_words(adapter, error, Unfit) from error
    return understand(adapter, raw, "signed", settings)


def _looked_up(adapter: Adapter, wanted: Fetch, settings: Settings) -> Understood:
    try:
        return look_up(adapter, wanted, settings)
    except (Unknown, Unfit) as error:
        raw = msgspec.json.encode({"kind": wanted.kind, "id": wanted.id})
        return Understood(unreadable=(Unreadable(raw, fault_in(error, wanted.kind)),))


def _in_words(adapter: Adapter, error: Exception, kind: type[RegularsError]) -> RegularsError:
    """What an adapter stumbled over. By its type alone: a message may quote what somebody bought."""
    if isinstance(error, RegularsError):
        return error
    return kind(f"{adapter.vendor}: its answer is not as its API has it ({type(error).__name__}); is api_base right?")


def _sorted(events: Iterable[Event], *, believed: bool) -> Understood:
    told = list(events)
    said = [event for event in told if isinstance(event, Transaction | Presence)] if believed else []
    return Understood(
        tuple(said),
        tuple(dict.fromkeys(event for event in told if isinstance(event, Fetch))),
        tuple(event for event in told if isinstance(event, Unreadable)),
        tuple(event.reason for event in told if isinstance(event, Ignored)),
        tuple(event.message for event in told if isinstance(event, Notice)),
        tuple(event.reason for event in told if isinstance(event, Elsewhere)),
    )
