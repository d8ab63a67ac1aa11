"""What a customer writes on their own card about themselves: in force on the next scan."""

from __future__ import annotations

from loyalty.core.fit import check_birthday, check_name
from loyalty.core.merging import Rehome
from loyalty.ingest import Line
from loyalty.store.people import quieter, renamed, sealed
from loyalty.store.written import note
from loyalty.wire import Consents
from loyalty.wire_card import CardChange, Written


def write(line: Line, business: str, person: str, wanted: CardChange) -> None:
    """Name, how it is said, birthday, and what is agreed to; what is left out stays. Each is noted with when it was
    written, so that the card can say where it comes from. Raises Unfit."""
    if wanted.name is not None:
        check_name(wanted.name)
    check_birthday(wanted.birthday or None)
    row = line.session.row("SELECT secret, name FROM customers WHERE id = ?", (person,))
    assert row is not None, person
    own = line.vault.person(row[0])
    if wanted.name is not None and wanted.name.strip() != own.open(row[1]):
        _set(line, person, "name", own.seal(wanted.name.strip()))
        renamed(line.session, business, person)
    if wanted.spoken is not None:
        _set(line, person, "spoken", sealed(own, wanted.spoken))
    if wanted.birthday is not None:
        _set(line, person, "birthday", sealed(own, wanted.birthday))
    if wanted.consents is not None:
        _agree(line, person, wanted.consents)
    if wanted.greeting is not None:
        note(line.session, person, "greeting", line.now)
    if wanted.paused is not None:
        _pause(line, person, paused=wanted.paused)
    line.names.forget(person)


def _set(line: Line, person: str, what: Written, value: bytes | None) -> None:
    line.session.run(f"UPDATE customers SET {what} = ? WHERE id = ?", (value, person))
    note(line.session, person, what, line.now)


def _agree(line: Line, person: str, wanted: Consents) -> None:
    """What is not agreed to any more is not said any more. What was learned is forgotten with the agreement to
    remember, and learned again from what was bought if it is given again."""
    row = line.session.row("SELECT greeting, remember FROM customers WHERE id = ?", (person,))
    assert row is not None, person
    greeting = quieter(row[0], wanted)
    line.session.run(
        "UPDATE customers SET recognise = ?, remember = ?, messages = ?, offers = ?, greeting = ? WHERE id = ?",
        (wanted.recognise, wanted.remember, wanted.messages, wanted.offers, greeting, person),
    )
    note(line.session, person, "consents", line.now)
    if bool(row[1]) != wanted.remember:
        line.run([Rehome((person,), anew=(person,))])


def _pause(line: Line, person: str, *, paused: bool) -> None:
    """Of whoever is one person with them too. The greeting that they chose stays, and holds again afterwards."""
    whose = "(id = ? OR merged_into = ?)"
    if paused:
        sql = f"UPDATE customers SET paused_at = ? WHERE {whose} AND paused_at IS NULL"
    else:
        sql = (
            "UPDATE customers SET rested_from = paused_at, rested_until = ?, paused_at = NULL"
            f" WHERE {whose} AND paused_at IS NOT NULL"
        )
    line.session.run(sql, (line.now, person, person))
