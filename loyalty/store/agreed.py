"""What people who are one person agreed to and wrote of themselves, so that each has their own again once they are two.

On the row of who is kept stands what holds: agreed to what all agreed to, greeted as the quieter wished; and whatever
somebody has chosen on a card since, theirs or that of who was merged into them. Beside it stands what is their own.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from msgspec import Struct, msgpack
from msgspec.structs import replace

from loyalty.store import written
from loyalty.store.merges import below
from loyalty.store.people import quieter
from loyalty.store.session import Session
from loyalty.wire import Consents, Greeting
from loyalty.wire_card import Written

QUIETER = ("none", "points", "name", "full")  # ways of being greeted
CONSENTS = ("recognise", "remember", "messages", "offers")
FIELDS = ("greeting", *CONSENTS)
TEXTS = ("name", "spoken", "birthday")  # columns of the same names, sealed with the key of the row

Agreed = dict[str, str | bool]


class Other(Struct, frozen=True):
    """Something that was written on the card of one of them since: whose card; when the one who is kept had written it
    before; and a text as it was then, and is, both sealed."""

    by: str
    noted: int | None = None
    before: bytes | None = None
    made: bytes | None = None


class Lifted(Struct, frozen=True):
    """A pause that another's card ended: whose card, and since when it had been."""

    by: str
    since: int


class Own(Struct, frozen=True):
    """What somebody agreed to by themselves, also since, and what the merges made of it; what was written since, and
    pauses that were lifted since, by id."""

    base: Agreed
    made: Agreed
    others: dict[Written, Other] = {}
    lifted: dict[str, Lifted] = {}


class Again(Struct, frozen=True):
    """What was made anew: whether another consent to remember holds, and another name."""

    remember: bool
    name: bool


# -- as it holds ------------------------------------------------------------------------------------------------------
def agreed_by(session: Session, person: str) -> tuple[Agreed, Own | None]:
    """As it holds now, and what it was made from."""
    row = session.row(f"SELECT {', '.join(FIELDS)}, agreed FROM customers WHERE id = ?", (person,))
    assert row is not None, person
    now: Agreed = {"greeting": row[0]} | {name: bool(value) for name, value in zip(CONSENTS, row[1:5], strict=True)}
    return now, msgpack.decode(row[5], type=Own) if row[5] is not None else None


def own_of(session: Session, person: str) -> Agreed:
    """What they would have agreed to, had nobody been merged into them."""
    now, own = agreed_by(session, person)
    if own is None:
        return now
    return {name: own.base[name] if is_made(name, now, own) or _written(name) in own.others else now[name]
            for name in FIELDS}  # fmt: skip


def is_made(field: str, now: Agreed, own: Own) -> bool:
    """Whether it is as the merges made it: nobody has written it since."""
    return now[field] == own.made[field] and _written(field) not in own.others


def quietest(of: list[Agreed]) -> Agreed:
    """Greeted as the quieter wished, and agreed to what all agreed to."""
    greeting = min((str(one["greeting"]) for one in of), key=QUIETER.index)
    return {"greeting": greeting} | {name: all(one[name] for one in of) for name in CONSENTS}


def _by(field: str, now: Agreed, own: Own, person: str) -> str | None:
    """Who wrote it since; None: nobody. Before that was recorded, whoever changed it did so on the kept one's row."""
    if _written(field) in own.others:
        return own.others[_written(field)].by
    return None if now[field] == own.made[field] else person


def _written(field: str) -> Written:
    return "greeting" if field == "greeting" else "consents"


# -- made anew --------------------------------------------------------------------------------------------------------
def agree_again(session: Session, person: str) -> Again:
    """After a merge into this person, or the end of one."""
    now, own = agreed_by(session, person)
    people = below(session, person)
    made = quietest([own_of(session, one) for one in people])
    wanted, kept, name = made, Own(now, made), False
    if own is not None:
        stays = {field: now[field] for field in FIELDS if _by(field, now, own, person) in people}
        wanted = made | stays
        others = {what: other for what, other in own.others.items() if other.by in people}
        lifted = {who: one for who, one in own.lifted.items() if who in people and one.by in people}
        kept = Own(own.base, made | {field: own.made[field] for field in stays}, others, lifted)
        name = _give_back(session, person, {what: own.others[what] for what in own.others.keys() - others.keys()})
        _pause_again(session, people, own.lifted)
    session.run(
        "UPDATE customers SET greeting = ?, recognise = ?, remember = ?, messages = ?, offers = ?, agreed = ?"
        " WHERE id = ?",
        (*(wanted[field] for field in FIELDS), msgpack.encode(kept) if len(people) > 1 else None, person),
    )
    return Again(wanted["remember"] != now["remember"], name)


def _give_back(session: Session, person: str, gone: Mapping[Written, Other]) -> bool:
    """What was written by who is gone goes with them. Answers whether that is another name."""
    name = False
    for what, other in sorted(gone.items()):
        written.set_back(session, person, what, other.noted)
        if what in TEXTS and session.row(f"SELECT {what} FROM customers WHERE id = ?", (person,)) == (other.made,):
            session.run(f"UPDATE customers SET {what} = ? WHERE id = ?", (other.before, person))
            name = name or what == "name"
    return name


def _pause_again(session: Session, people: list[str], lifted: Mapping[str, Lifted]) -> None:
    """A pause is on again once whoever ended it is somebody else. Of two who went together it is still lifted."""
    for who, one in sorted(lifted.items()):
        if who in people and one.by in people:
            continue
        root = _root(session, who)
        _, own = agreed_by(session, root)
        if own is not None and root == _root(session, one.by):
            _keep(session, root, replace(own, lifted=own.lifted | {who: one}))
        else:
            sql = "UPDATE customers SET paused_at = ? WHERE id = ? AND paused_at IS NULL AND erased_at IS NULL"
            session.run(sql, (one.since, who))


def _root(session: Session, person: str) -> str:
    row = session.row("SELECT COALESCE(merged_into, id) FROM customers WHERE id = ?", (person,))
    assert row is not None, person
    return str(row[0])


def _as_agreed(one: Agreed) -> Greeting:
    """The greeting, as far as the consents go."""
    greeting: Any = one["greeting"]
    return quieter(greeting, Consents(**{name: bool(one[name]) for name in CONSENTS}))


# -- written since ----------------------------------------------------------------------------------------------------
def wrote(session: Session, person: str, by: str, what: Written, before: bytes | None, made: bytes | None) -> None:
    """A text on this person's row, by the card of `by`, as it was and will be; before that is noted. Who is one with
    nobody needs none of it."""
    _, own = agreed_by(session, person)
    if own is not None:
        _keep(
            session,
            person,
            replace(own, others=own.others | {what: _other(session, person, by, own, what, before, made)}),
        )


def chose(session: Session, person: str, by: str, what: Written, chosen: Agreed) -> None:
    """The same of what is agreed to: the greeting, or every consent."""
    _, own = agreed_by(session, person)
    if own is None:
        return
    others = own.others | {what: _other(session, person, by, own, what)}
    base = own.base
    if by == person:
        base = base | chosen
        if what == "consents":
            base["greeting"] = _as_agreed(base)
    _keep(session, person, replace(own, base=base, others=others))


def _other(
    session: Session, person: str, by: str, own: Own, what: Written,
    before: bytes | None = None, made: bytes | None = None,
) -> Other:  # fmt: skip
    """Over what others wrote it keeps what was there before them; over what they themselves wrote, that."""
    known = own.others.get(what)
    if known is None or known.by == person:
        known = Other(by, written.when_written(session, person, what), before)
    return replace(known, by=by, made=made)


def lifted(session: Session, kept: str, by: str, pauses: Mapping[str, int]) -> None:
    """Pauses of others (by id, since when) that the card of `by` ended. Its own is nobody else's any more: whoever had
    ended it, and was one with them by whatever merge."""
    for (person,) in session.rows(
        "SELECT id FROM customers WHERE (id = ? OR merged_into = ?) AND agreed IS NOT NULL ORDER BY id", (kept, kept)
    ):
        _, own = agreed_by(session, person)
        assert own is not None, person
        known = {who: one for who, one in own.lifted.items() if who != by}
        if person == kept:
            known |= {who: Lifted(by, since) for who, since in pauses.items()}
        if known != own.lifted:
            _keep(session, person, replace(own, lifted=known))


def _keep(session: Session, kept: str, own: Own) -> None:
    session.run("UPDATE customers SET agreed = ? WHERE id = ?", (msgpack.encode(own), kept))
