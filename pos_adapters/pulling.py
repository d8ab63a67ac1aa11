"""What changed at a vendor since we last looked, for the many that can be asked by the time of the change."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import Annotated, Any

import msgspec

from loyalty.errors import Unfit
from pos_adapters.base import Page

FIRST_LOOK = timedelta(days=1)  # how far back the first look goes
OVERLAP = timedelta(minutes=2)  # a search may know of a change a moment later than its time says
AHEAD = timedelta(minutes=5)  # by which two clocks of ours may differ

When = Annotated[datetime, msgspec.Meta(tz=True)]
# (since, page) → what changed since, oldest first, and the next page if there is one. The first page is "".
Search = Callable[[datetime, str], tuple[Sequence[Any], str | None]]


class Cursor(msgspec.Struct, frozen=True):
    """`since`: everything changed before is durable. `page` goes on within a search, `seen` is the newest it showed."""

    since: When
    page: str | None = None
    seen: When | None = None


_CURSOR = msgspec.json.Decoder(Cursor)


def _begun(cursor: str, now: datetime) -> Cursor:
    """Anew where there is none, where another version wrote it, or where it was written by a clock that ran ahead."""
    try:
        at = _CURSOR.decode(cursor)
    except msgspec.MsgspecError:
        return Cursor(now - FIRST_LOOK)
    return at if at.since <= now + AHEAD else Cursor(now - FIRST_LOOK)


def pulled(
    cursor: str,
    now: datetime,
    search: Search,
    changed: Callable[[Any], datetime | None],
    whole: Callable[[Sequence[Any]], bytes],
) -> Page:
    """One page. `whole` makes a document for `parse` of what was found, with whatever belongs to it.

    A time of change beyond `now` is not gone on from: a vendor's clock, or a till's, may run ahead.
    """
    at = _begun(cursor, now)
    try:
        found, page = search(at.since - OVERLAP, at.page or "")
    except (Unfit, ValueError):
        if not at.page:
            raise
        at = Cursor(at.since)  # vendors forget their pages after a while, and versions of ours write others
        found, page = search(at.since - OVERLAP, "")
    seen = min(now, max([at.seen or at.since, *filter(None, map(changed, found))]))
    last = not page or page == at.page  # one that leads to itself leads nowhere
    then = Cursor(max(at.since, seen)) if last else Cursor(at.since, page, seen)
    return Page(whole(found), msgspec.json.encode(then).decode(), more=bool(then.page))


def text_of(at: datetime) -> str:
    """`2026-10-05T12:14:46.000Z`."""
    return at.isoformat(timespec="milliseconds").replace("+00:00", "Z")


def time_in(text: Any) -> datetime | None:
    """A time that a vendor wrote with its zone; None where it is none."""
    try:
        at = datetime.fromisoformat(str(text))
    except ValueError:
        return None
    return at if at.tzinfo is not None else None
