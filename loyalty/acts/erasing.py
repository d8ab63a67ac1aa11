"""Erasing somebody, while the shop sells: their open cues are closed first, and their id goes on the list."""

from __future__ import annotations

from collections.abc import Iterable

from loyalty.acts import merging, wallets
from loyalty.acts.cues import close
from loyalty.ingest import Line
from loyalty.store import erased as store
from loyalty.store import merges
from loyalty.store.rows import cue_of


def erase(line: Line, erased: store.Erased, business: str, person: str) -> None:
    """Unknown where there is nobody of that id, Gone where they were erased before."""
    people = [one for one, _ in merges.members(line.session, merges.kept_id(line.session, business, person))]
    erased.add(*people)  # whoever was merged is one person with them, and goes with them
    for one in people:
        _erase(line, one)


def erase_again(line: Line, people: Iterable[str]) -> None:
    """After an old database was put back: everybody on the list whom it still knows, as if it had been done in it.

    Who was erased as one person stands on the list whole. So whoever is on it without somebody they are merged with
    here had been parted from them by then, and is so here.
    """
    there = [person for person in people if _is_there(line, person)]
    if there:
        line.forget()
    for merge in merges.across(line.session, set(there)):
        merging.undo(line, merge.business, merge.id)
    for person in there:
        _erase(line, person)


def _is_there(line: Line, person: str) -> bool:
    return line.session.row("SELECT 1 FROM customers WHERE id = ? AND erased_at IS NULL", (person,)) is not None


def _erase(line: Line, person: str) -> None:
    cues = line.session.rows("SELECT body FROM cues WHERE customer = ? AND closed_at IS NULL", (person,))
    close(line, [cue_of(body) for (body,) in cues], "dismissed", "age")
    wallets.part(line, person)
    store.erase(line.session, line.houses, person, line.now)
    line.names.forget(person)
