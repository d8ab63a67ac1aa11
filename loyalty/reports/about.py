"""Who is this customer, as the shop has it, and who uses a card with them? For the customer themselves."""

from __future__ import annotations

from loyalty import wire, wire_card
from loyalty.core.days import when
from loyalty.reports import marks
from loyalty.store.view import View
from loyalty.store.written import written_by


def read(view: View, person: str) -> wire_card.CardAbout:
    """Of the one who is kept, where people turned out to be one."""
    row = view.session.row(
        "SELECT secret, name, spoken, birthday, recognise, remember, messages, offers, enrolled_at, joined,"
        " written FROM customers WHERE id = ?",
        (person,),
    )
    assert row is not None, person
    secret, name, spoken, birthday, recognise, remember, messages, offers, since, joined, written = row
    own = view.vault.person(secret)
    return wire_card.CardAbout(
        name=own.open(name),
        spoken=own.open(spoken) if spoken is not None else None,
        birthday=own.open(birthday) if birthday is not None else None,
        consents=wire.Consents(
            recognise=bool(recognise), remember=bool(remember), messages=bool(messages), offers=bool(offers)
        ),
        since=when(since),
        joined=joined or _joined(view, person),
        written=tuple(
            wire_card.CardWritten(what=what, at=when(at)) for what, at in sorted(written_by(written).items())
        ),
    )


def _joined(view: View, person: str) -> wire_card.Joined:
    """Of who joined before it was kept: by what was done then, while that is kept. Else the shop did it."""
    row = view.session.row(
        "SELECT what FROM deeds WHERE customer = ? AND what IN ('join', 'enrol') ORDER BY id LIMIT 1", (person,)
    )
    if row is None:
        return "shop"
    return "phone" if row[0] == "join" else "counter"


def sharers(view: View, person: str) -> tuple[wire_card.CardSharer, ...]:
    """Only the names of those who let theirs be said."""
    found = marks.sharers(view, person, owner=False)
    return tuple(wire_card.CardSharer(id=one.id, name=one.name, holds=one.holds) for one in found)
