"""What the owner's lists are read by, filled in where an older version left it out; and a sale put on a person."""

from __future__ import annotations

from loyalty.core import memory
from loyalty.core.decide import Reattribute
from loyalty.core.facts import Ident
from loyalty.errors import Conflict, Unknown
from loyalty.ingest import Line
from loyalty.store import merges
from loyalty.store.save import standing
from loyalty.store.view import View
from loyalty.wire_pages import Assign

PIECE_MAX = 500  # people of one turn


UNFILLED = "FROM states WHERE business IS NULL AND last_at IS NULL AND regular_until IS NULL"


def unfilled(view: View) -> bool:
    """Whether there is anybody whom an older version left out: one look at the index."""
    return view.session.row(f"SELECT 1 {UNFILLED} LIMIT 1") is not None


def fill_in(line: Line) -> int:
    """After an upgrade, a few at a time; answers how many there were."""
    rows = line.session.rows(
        f"SELECT customer, memory {UNFILLED} LIMIT ?",
        (PIECE_MAX,),
    )
    line.session.many(
        "UPDATE states SET business = ?, shop = ?, last_at = ?, regular_until = ?, becoming_until = ?"
        " WHERE customer = ?",
        [(*standing(line.settings, memory.load(blob)), person) for person, blob in rows],
    )
    return len(rows)


def assign(line: Line, business: str, wanted: Assign) -> None:
    """A sale is somebody's by hand, whatever its evidence says; or its evidence decides again."""
    ident = Ident(wanted.shop, wanted.source, wanted.id)
    row = line.session.row("SELECT refund_of, note FROM sales WHERE shop = ? AND source = ? AND ref = ?", tuple(ident))
    if row is None:
        raise Unknown("there is no such sale in this shop", at="id", code="unknown-sale")
    if row[0] is not None:
        raise Conflict("this is a refund; put the sale that it refunds on somebody", at="id")
    whose = None
    if wanted.customer is not None:
        whose = merges.kept_id(line.session, business, wanted.customer, "customer")
    line.run([Reattribute(ident, whose)])
