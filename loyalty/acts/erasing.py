"""Erasing somebody, while the shop sells: their open cues are closed first, and their id goes on the list."""

from __future__ import annotations

from loyalty.acts.cues import close
from loyalty.errors import Gone, Unknown
from loyalty.ingest import Line
from loyalty.store import erased as store
from loyalty.store.rows import cue_of


def erase(line: Line, erased: store.Erased, business: str, person: str) -> None:
    row = line.session.row("SELECT erased_at FROM customers WHERE id = ? AND business = ?", (person, business))
    if row is None:
        raise Unknown("there is no such customer in this business", code="unknown-customer")
    if row[0] is not None:
        raise Gone("this customer was erased")
    erased.add(person)
    cues = line.session.rows("SELECT body FROM cues WHERE customer = ? AND closed_at IS NULL", (person,))
    close(line, [cue_of(body) for (body,) in cues], "dismissed", "age")
    store.erase(line.session, line.houses, person, line.now)
    line.names.forget(person)
