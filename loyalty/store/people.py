"""People: enrolled with a key of their own, found by keyed hash, read by name only at the edge."""

from __future__ import annotations

from typing import Any

from loyalty.core import fit
from loyalty.core.days import DAY
from loyalty.core.facts import Ident, Mark
from loyalty.errors import Conflict
from loyalty.store.secrets import Person, Vault, new_card, new_id, new_key
from loyalty.store.session import Session
from loyalty.wire import Consents, Enrolment, Greeting
from loyalty.wire_card import Joined

ADOPT = 7 * DAY  # unknown identifiers are kept, and their sales adopted, for so long


class Enrolled:
    """A new customer: their id, card letters and the token of their card link. The token is not kept."""

    def __init__(self, person: str, card: str, token: str) -> None:
        self.person, self.card, self.token = person, card, token


def enrol(
    session: Session, vault: Vault, business: str, wanted: Enrolment, marks: list[tuple[Mark, str]], now: int
) -> Enrolled:
    """One row for the person, one for each identifier, one for the card. Taken identifiers are a Conflict."""
    taken = session.matching(
        "WITH w (a, b) AS (VALUES {}) SELECT kind FROM w CROSS JOIN links ON business = a AND hash = b"
        " WHERE until IS NULL",
        [(business, mark.hash) for mark, _ in marks],
    )
    if taken:
        raise Conflict(
            f"this {taken[0][0]} belongs to somebody already; find them instead", at="identifiers", code="already-known"
        )
    person, card, token = new_id(), free_card(session, vault, business), new_key("card")
    own, wrapped = vault.new_person()
    consents = wanted.consents
    session.run(
        "INSERT INTO customers (id, business, secret, name, card, token, greeting, recognise, remember, messages,"
        " offers, enrolled_at, held_out, number, spoken, birthday)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (person, business, wrapped, own.seal(wanted.name), own.seal(card), vault.key_hash(token), greeting_of(wanted),
         consents.recognise, consents.remember, consents.messages, consents.offers, now,
         _held_out(session, vault, business, person, wanted), _number(session, business),
         sealed(own, wanted.spoken), sealed(own, wanted.birthday)),
    )  # fmt: skip
    links = [*marks, (Mark("card", vault.mark(business, "card", card)), card)]
    rows: list[tuple[Any, ...]] = [
        (business, mark.kind, mark.hash, own.seal(value), person, now) for mark, value in dict(links).items()
    ]
    session.many("INSERT INTO links (business, kind, hash, value, customer, since) VALUES (?, ?, ?, ?, ?, ?)", rows)
    return Enrolled(person, card, token)


def sealed(own: Person, text: str | None) -> bytes | None:
    """What somebody may leave empty; on one line, without what would act on its surroundings."""
    said = fit.one_line(text or "")
    return own.seal(said) if said else None


def _number(session: Session, business: str) -> int:
    """The next of the business, whose turn it is: so numbers become visible in order, whatever the clock says."""
    row = session.row("SELECT MAX(number) FROM customers WHERE business = ?", (business,))
    return 1 + ((row[0] or 0) if row else 0)


def joined_by(session: Session, person: str, way: Joined) -> None:
    """How they joined: kept for as long as they are, so that their card can say where what is known comes from."""
    session.run("UPDATE customers SET joined = ? WHERE id = ?", (way, person))


def renamed(session: Session, business: str, person: str) -> None:
    """Counted anew, so that whoever looks for names sees that theirs is another."""
    session.run("UPDATE customers SET number = ? WHERE id = ?", (_number(session, business), person))


def _held_out(session: Session, vault: Vault, business: str, person: str, wanted: Enrolment) -> bool | None:
    """Drawn by keyed hash, once and for all; None for who is not compared, since they chose or are quiet anyway."""
    row = session.row("SELECT hold_out FROM businesses WHERE id = ?", (business,))
    percent = row[0] if row else 0
    if not percent or wanted.greeting is not None or greeting_of(wanted) not in ("full", "name"):
        return None
    return int(vault.mark(business, "hold-out", person)[:8], 16) % 100 < percent


def greeting_of(wanted: Enrolment) -> Greeting:
    """As asked for, else full; and never more than the consents carry: what is stored is what holds."""
    consents = wanted.consents
    return quieter(wanted.greeting or ("full" if consents.recognise and consents.remember else "points"), consents)


def quieter(greeting: Greeting, consents: Consents) -> Greeting:
    """As they chose, as far as they agree to it."""
    if greeting in ("full", "name") and not consents.recognise:
        return "points"
    return "name" if greeting == "full" and not consents.remember else greeting


def loose_sales(session: Session, business: str, marks: list[Mark], now: int) -> list[Ident]:
    """Sales of the last seven days that carry one of these identifiers and are nobody's yet, in order."""
    rows = session.matching(
        "WITH w (a, b) AS (VALUES {}) SELECT DISTINCT l.shop, l.source, l.ref, s.at FROM w"
        " CROSS JOIN loose l ON l.business = a AND l.hash = b"
        " CROSS JOIN sales s ON s.shop = l.shop AND s.source = l.source"
        f" AND s.ref = l.ref WHERE s.person IS NULL AND s.assigned IS NULL AND s.at >= {now - ADOPT}"
        f" AND l.received_at >= {now - ADOPT}",
        [(business, mark.hash) for mark in marks],
    )
    return [Ident(row[0], row[1], row[2]) for row in sorted(rows, key=lambda row: (row[3], row[1], row[2]))]


def free_card(session: Session, vault: Vault, business: str) -> str:
    while True:
        card = new_card()
        mark = vault.mark(business, "card", card)
        if (
            session.row("SELECT 1 FROM links WHERE business = ? AND hash = ? AND until IS NULL", (business, mark))
            is None
        ):
            return card
