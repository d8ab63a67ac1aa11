"""A vendor's delivery is believed or not, kept, and answered; what it says is worked off afterwards (`courier`)."""

from __future__ import annotations

import hashlib
import os

from loyalty.clock import Clock
from loyalty.core.days import moment
from loyalty.errors import NoKey
from loyalty.ingest import Line
from loyalty.store import tills as rows
from loyalty.tills.connections import Connection
from pos_adapters.base import Headers, Verdict
from pos_adapters.reading import BAD_ITEM


def believed(connection: Connection, headers: Headers, raw: bytes, clock: Clock) -> Verdict:
    """Raises NoKey, in words, on a signature that does not hold."""
    try:
        return connection.adapter.verify(headers, raw, connection.settings, clock.now())
    except NoKey:
        raise
    except BAD_ITEM as error:
        raise NoKey(f"{connection.adapter.vendor}: the signature cannot be read; is this the vendor's own?") from error


def keep(line: Line, connection: Connection, raw: bytes, verdict: Verdict) -> bool:
    """Within the line's commit: once it returns, the delivery survives. Whether it is a new one."""
    return rows.take(line.session, connection.id, _digest(raw, verdict), verdict, line.vault.seal_raw(raw), line.now)


def note_told(line: Line, connection: Connection, raw: bytes, verdict: Verdict) -> None:
    """What it says by itself is known already: its sender waited for it."""
    rows.told_by(line.session, connection.id, _digest(raw, verdict))


def note_refused(line: Line, connection: Connection, error: NoKey) -> None:
    rows.note_refused(line.session, connection.id, error.message, moment(line.clock.now()))


def _digest(raw: bytes, verdict: Verdict) -> str:
    """The same signed bytes are the same delivery. A hint may say the same of two changes: each has its own."""
    return (hashlib.blake2b(raw, digest_size=32).digest() if verdict == "signed" else os.urandom(32)).hex()
