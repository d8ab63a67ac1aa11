"""What a customer writes on their own card about themselves: in force on the next scan.

Of people who turned out to be one, whatever is written on either card holds for all of them; and is whose card it is
once they are two again (`store/agreed.py`).
"""

from __future__ import annotations

from typing import NamedTuple

from msgspec import to_builtins

from loyalty.core.fit import check_birthday, check_name
from loyalty.core.merging import Rehome
from loyalty.ingest import Line
from loyalty.store import agreed
from loyalty.store.people import quieter, renamed, sealed
from loyalty.store.session import Session
from loyalty.store.written import note
from loyalty.wire import Consents, Greeting
from loyalty.wire_card import CardChange, Written


class Holder(NamedTuple):
    """Whose card it is, and who is kept where they are one with somebody; mostly one and the same."""

    own: str
    kept: str

    @property
    def rows(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(self))


def write(line: Line, business: str, whose: Holder, wanted: CardChange) -> None:
    """Name, how it is said, birthday, and what is agreed to; what is left out stays. Each is noted with when it was
    written, so that the card can say where it comes from. Raises Unfit."""
    if wanted.name is not None:
        check_name(wanted.name)
    check_birthday(wanted.birthday or None)
    if wanted.name is not None and wanted.name.strip() != _name(line, whose.kept):
        _text(line, whose, "name", wanted.name.strip())
        for one in whose.rows:
            renamed(line.session, business, one)
    if wanted.spoken is not None:
        _text(line, whose, "spoken", wanted.spoken)
    if wanted.birthday is not None:
        _text(line, whose, "birthday", wanted.birthday)
    if wanted.consents is not None:
        _agree(line, whose, wanted.consents)
    if wanted.greeting is not None:
        _greet(line.session, whose, wanted.greeting, line.now)
    if wanted.paused is not None:
        _pause(line, whose, paused=wanted.paused)
    for one in whose.rows:
        line.names.forget(one)


def _name(line: Line, person: str) -> str:
    row = line.session.row("SELECT secret, name FROM customers WHERE id = ?", (person,))
    assert row is not None, person
    return line.vault.person(row[0]).open(row[1])


def _text(line: Line, whose: Holder, what: Written, text: str) -> None:
    for one in whose.rows:
        row = line.session.row(f"SELECT secret, {what} FROM customers WHERE id = ?", (one,))
        assert row is not None, one
        own = line.vault.person(row[0])
        value = own.seal(text) if what == "name" else sealed(own, text)
        agreed.wrote(line.session, one, whose.own, what, row[1], value)
        line.session.run(f"UPDATE customers SET {what} = ? WHERE id = ?", (value, one))
        note(line.session, one, what, line.now)


def _agree(line: Line, whose: Holder, wanted: Consents) -> None:
    """What is not agreed to any more is not said any more. What was learned is forgotten with the agreement to
    remember, and learned again from what was bought if it is given again."""
    for one in whose.rows:
        row = line.session.row("SELECT greeting, remember FROM customers WHERE id = ?", (one,))
        assert row is not None, one
        greeting = quieter(row[0], wanted)
        agreed.chose(line.session, one, whose.own, "consents", to_builtins(wanted))
        if greeting != row[0] and one != whose.own:
            agreed.chose(line.session, one, whose.own, "greeting", {"greeting": greeting})
        line.session.run(
            "UPDATE customers SET recognise = ?, remember = ?, messages = ?, offers = ?, greeting = ? WHERE id = ?",
            (wanted.recognise, wanted.remember, wanted.messages, wanted.offers, greeting, one),
        )
        note(line.session, one, "consents", line.now)
        if one == whose.kept and bool(row[1]) != wanted.remember:
            line.run([Rehome((one,), anew=(one,))])


def _greet(session: Session, whose: Holder, greeting: Greeting, now: int) -> None:
    """Whoever chooses is greeted as they chose from then on, held out or not."""
    for one in whose.rows:
        agreed.chose(session, one, whose.own, "greeting", {"greeting": greeting})
        session.run("UPDATE customers SET greeting = ?, held_out = NULL WHERE id = ?", (greeting, one))
        note(session, one, "greeting", now)


def _pause(line: Line, whose: Holder, *, paused: bool) -> None:
    """The greeting that they chose stays, and holds again afterwards. Whoever ends it ends it for all who are one with
    them, for as long as they are."""
    if paused:
        agreed.lifted(line.session, whose.kept, whose.own, {})
        sql = "UPDATE customers SET paused_at = ? WHERE id = ? AND paused_at IS NULL"
        line.session.run(sql, (line.now, whose.own))
        return
    theirs = "(id = ? OR merged_into = ?) AND paused_at IS NOT NULL"
    rows = line.session.rows(f"SELECT id, paused_at FROM customers WHERE {theirs}", (whose.kept, whose.kept))
    pauses: dict[str, int] = dict(rows)
    agreed.lifted(line.session, whose.kept, whose.own, {one: at for one, at in pauses.items() if one != whose.own})
    line.session.run(f"UPDATE customers SET paused_at = NULL WHERE {theirs}", (whose.kept, whose.kept))
    since = {whose.own: pauses.get(whose.own), whose.kept: min(pauses.values(), default=None)}
    for one, at in since.items():
        if at is not None:
            sql = "UPDATE customers SET rested_from = ?, rested_until = ? WHERE id = ?"
            line.session.run(sql, (at, line.now, one))
