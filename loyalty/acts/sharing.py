"""One card, two people: a second one is put beside its holder and taken off again; and which of them it was is said."""

from __future__ import annotations

from loyalty.acts.deeds import OWNER, Hand, put_right
from loyalty.core.decide import Reattribute
from loyalty.core.facts import NOBODY, CueRow, Ident, Mark, PresenceIn, Sale
from loyalty.errors import Conflict, Unknown
from loyalty.ingest import Line
from loyalty.store import merges
from loyalty.store.merged import SHARED
from loyalty.store.rows import SALE_COLUMNS, sale_of
from loyalty.wire import Presence


def share(line: Line, business: str, person: str, other: str, hand: Hand = OWNER) -> None:
    """The card of the one is the other's too; what was bought with it before stays whose it is."""
    holder = merges.kept_id(line.session, business, person)
    second = merges.kept_id(line.session, business, other, "customer")
    if holder == second:
        raise Conflict("a card is shared by two different people", at="customer", code="same-person")
    card = line.session.row(
        "SELECT hash, value FROM links WHERE customer = ? AND kind = 'card' AND until IS NULL ORDER BY id DESC LIMIT 1",
        (holder,),
    )
    if card is None:
        raise Conflict("this customer has no card; make a new one first", code="no-card")
    known = line.session.row(
        "SELECT customer FROM links WHERE business = ? AND hash = ? AND kind = ? AND until IS NULL",
        (business, card[0], SHARED),
    )
    if known is not None and known[0] == second:
        return
    if known is not None:
        raise Conflict("two people use this card already; take one off first", at="customer", code="already-shared")
    secrets = dict(merges.members(line.session, holder) + merges.members(line.session, second))
    letters = line.vault.person(secrets[holder]).open(card[1])
    line.session.run(
        "INSERT INTO links (business, kind, hash, value, customer, since) VALUES (?, ?, ?, ?, ?, ?)",
        (business, SHARED, card[0], line.vault.person(secrets[second]).seal(letters), second, line.now),
    )
    put_right(line, business, hand, "share", holder)


def unshare(line: Line, business: str, person: str, other: str, hand: Hand = OWNER) -> None:
    """From now on the card is its holder's alone; what was chosen with it stays."""
    holder, second = (merges.kept_id(line.session, business, one) for one in (person, other))
    end(line, holder, second)
    put_right(line, business, hand, "unshare", holder)


def end(line: Line, holder: str, second: str) -> None:
    """The same by the holder's own hand, on their card. Raises Unknown where they share none of the holder's."""
    ended = 0
    for one, _ in merges.members(line.session, second):
        ended += line.session.run(
            "UPDATE links SET until = ? WHERE customer = ? AND kind = ? AND until IS NULL AND hash IN"
            " (SELECT hash FROM links WHERE kind = 'card' AND customer IN"
            " (SELECT id FROM customers WHERE id = ? OR merged_into = ?))",
            (line.now, one, SHARED, holder, holder),
        )
    if not ended:
        raise Unknown("these two do not share a card", code="not-shared")


# -- which of them is it? ---------------------------------------------------------------------------------------------
def choose(line: Line, business: str, cue: CueRow, person: str) -> None:
    """Said at the counter: it holds for the sales of this visit at this till."""
    line.session.run(
        "INSERT INTO choices (business, card, shop, till, customer, cue, at) VALUES (?, ?, ?, ?, ?, ?, ?)",
        (business, cue.card, cue.shop, cue.till, person, cue.id, cue.at),
    )


def greet(line: Line, business: str, cue: CueRow, person: str) -> None:
    """Whoever it is, is greeted as themselves, as long as they have not paid."""
    if person != NOBODY and not _is_paid(line, cue.sale):
        presence = Presence(shop=cue.shop, till=cue.till)
        line.run([PresenceIn(presence, business, Mark("customer", person), line.now, sale=cue.sale)])


def take_back(line: Line, cue: CueRow) -> str | None:
    """Nobody has said who it is: the sales that it was said of go by their evidence. Who was greeted by it.

    They are those with this card at this till: what somebody put on the same person by hand meanwhile stays theirs.
    """
    row = line.session.row("SELECT customer FROM choices WHERE cue = ?", (cue.id,))
    if row is None:
        return None
    person: str = row[0]
    line.session.run("DELETE FROM choices WHERE cue = ?", (cue.id,))
    day = line.settings.shops[cue.shop].calendar.read(line.now)[0]
    rows = line.session.rows(
        f"SELECT {SALE_COLUMNS} FROM sales WHERE shop = ? AND day >= ? AND received_at >= ? AND assigned = ?",
        (cue.shop, day - 1, cue.closed_at, person),
    )
    taken = [sale.ident for sale in map(sale_of, rows) if _is_of(cue, sale)]
    if taken:
        line.run([Reattribute(ident) for ident in taken])
    return person


def _is_of(cue: CueRow, sale: Sale) -> bool:
    """Whether what the answer to this cue says is said of this sale as well. The cue's own goes back by itself."""
    here = cue.till is None or sale.till is None or cue.till == sale.till
    return here and sale.ident != cue.sale and any(mark == Mark("card", cue.card) for mark in sale.marks)


def _is_paid(line: Line, ident: Ident | None) -> bool:
    if ident is None:
        return False
    row = line.session.row("SELECT state FROM sales WHERE shop = ? AND source = ? AND ref = ?", tuple(ident))
    return row is not None and row[0] == "paid"
