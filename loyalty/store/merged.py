"""What a decision has to know where people were merged, or where two of them share a card."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from loyalty.core.decide import Reattribute
from loyalty.core.facts import NOBODY, START, Ident, Key, SaleIn
from loyalty.core.known import Known
from loyalty.core.merging import Rehome
from loyalty.core.sharing import Choice
from loyalty.store import redemptions
from loyalty.store.histories import history
from loyalty.store.rows import SALE_COLUMNS, sale_of
from loyalty.store.session import Session

SHARED = "shared"  # in place of a link's kind: the card is another's, and theirs too
CHOICES_MAX = 1_000  # of one card
FIRST_MAX = 5  # of which a batch may change some
BOUGHT_MAX = 5_000  # more than one batch can change


RECEIPTS = (
    f"WITH w (a, b, c) AS (VALUES {{}}) SELECT {SALE_COLUMNS} FROM w CROSS JOIN sales"
    " ON shop = a AND source = b AND refund_of = c"
)


def read_whole(session: Session, known: Known, people: Collection[str]) -> Collection[str]:
    """Everything of these people that goes with them: every sale with its receipts, and so their histories from the
    beginning."""
    for person in people:
        rows = session.rows(
            f"SELECT {SALE_COLUMNS} FROM sales WHERE person = ? ORDER BY at, source, ref, shop", (person,)
        )
        sales = [sale_of(row) for row in rows]
        known.sales |= {sale.ident: sale for sale in sales}
        receipts = session.matching(RECEIPTS, [tuple(sale.ident) for sale in sales])
        known.sales |= {receipt.ident: receipt for receipt in map(sale_of, receipts)}
        known.histories[person] = history(session, person, START, events=True)
        known.redemptions |= {one.id: one for one in redemptions.all_of(session, person)}
        known.adjustments |= {one.id: one for one in redemptions.adjustments_of(session, person, 0)}
    return people


def bought(session: Session, known: Known, friends: Sequence[str]) -> None:
    """What each of those who were merged, or into whom somebody was, has bought themselves."""
    roots = session.matching(
        "WITH w (a) AS (VALUES {}) SELECT DISTINCT merged_into FROM w CROSS JOIN customers ON merged_into = a",
        [(friend,) for friend in friends],
    )
    for friend in sorted({row[0] for row in roots} | (known.merged.keys() & set(friends))):
        own = "origin IS NULL" if friend not in known.merged else "origin = ?"
        rows = session.rows(
            f"SELECT shop, source, ref FROM sales WHERE person = ? AND counts AND {own} ORDER BY at DESC LIMIT ?",
            (known.merged.get(friend, friend), *((friend,) if friend in known.merged else ()), BOUGHT_MAX),
        )
        known.bought[friend] = [Ident(*row) for row in rows]


def first_bought(session: Session, known: Known, friends: Sequence[str]) -> None:
    """The first that was sold to each of those who were brought along: what they bought themselves."""
    for friend in friends:
        own, origin = ("origin = ?", (friend,)) if friend in known.merged else ("origin IS NULL", ())
        rows = session.rows(
            f"SELECT shop, source, ref, at, program FROM sales WHERE person = ? AND counts AND {own}"
            " ORDER BY at, source, ref, shop LIMIT ?",
            (known.merged.get(friend, friend), *origin, FIRST_MAX),
        )
        known.first[friend] = [
            (Key(at, source, ref, shop), Ident(shop, source, ref), version) for shop, source, ref, at, version in rows
        ]


def looked_at_again(known: Known, deliveries: Sequence[object]) -> set[Ident]:
    """Sales whose evidence is judged once more: also those that are somebody's only while people are one."""
    found = {one.ident for one in deliveries if isinstance(one, Reattribute)}
    people: set[str | None] = set()
    for one in deliveries:
        if isinstance(one, Rehome):
            found.update(one.between)
            people.update(one.people)
    if people:
        found |= {ident for ident, sale in known.sales.items() if sale.origin == NOBODY and sale.person in people}
    return found


def shares(known: Known, card: tuple[str, str], person: str, until: int | None) -> None:
    """Somebody else uses this card, or did: what was chosen with it then still holds."""
    if until is None:
        known.shared[card] = person
    known.choices.setdefault(card, [])


def choices(session: Session, known: Known, deliveries: Sequence[object]) -> None:
    """What was said at the tills about the shared cards among these sales."""
    sold = known.choices and any(isinstance(one, SaleIn) for one in deliveries)
    for business, card in sorted(known.choices) if sold else ():
        rows = session.rows(
            "SELECT at, shop, till, customer FROM choices WHERE business = ? AND card = ? ORDER BY at DESC LIMIT ?",
            (business, card, CHOICES_MAX),
        )
        known.choices[business, card] = [Choice(at, shop, till, person) for at, shop, till, person in rows]
