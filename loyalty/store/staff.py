"""Staff as rows: who is there, whose a PIN is, and who holds a screen."""

from __future__ import annotations

from typing import Any, NamedTuple

from loyalty.core.days import DAY
from loyalty.store.secrets import Vault
from loyalty.store.session import Session

COLUMNS = "id, business, shop, secret, name, pin, mark, customer, made_at, ended_at"
READ = (  # the same, with whom their own card leads to now
    "s.id, s.business, s.shop, s.secret, s.name, s.pin, s.mark,"
    " COALESCE((SELECT c.merged_into FROM customers c WHERE c.id = s.customer), s.customer), s.made_at, s.ended_at"
)
KEPT_DAYS = 400  # who did what, and the names of who is gone: a year can be compared with the one before
SHIFTS_DAYS = 60  # who held which screen: longer than any report looks back


class Member(NamedTuple):
    """One of the staff, with their name in the clear."""

    id: str
    business: str
    shop: str | None
    name: str
    pin: str  # its slow hash
    mark: str
    customer: str | None
    made_at: int
    ended_at: int | None

    def works_in(self, shop: str) -> bool:
        return self.ended_at is None and self.shop in (None, shop)

    def meets(self, shop: str | None) -> bool:
        """Whether there is a shop in which both they and somebody of this one (null: of all) work."""
        return self.ended_at is None and (self.shop is None or shop is None or self.shop == shop)


def members(session: Session, vault: Vault, business: str, *, gone: bool = False) -> list[Member]:
    """Who is there, by name; `gone`: and who was, as long as it is known."""
    there = "" if gone else " AND ended_at IS NULL"
    rows = session.rows(f"SELECT {READ} FROM staff s WHERE business = ?{there}", (business,))
    return sorted((_member(vault, row) for row in rows), key=lambda one: (one.name.casefold(), one.id))


def member(session: Session, vault: Vault, business: str, id: str) -> Member | None:
    row = session.row(f"SELECT {READ} FROM staff s WHERE id = ? AND business = ?", (id, business))
    return _member(vault, row) if row is not None else None


def pin_mark(vault: Vault, business: str, pin: str) -> str:
    """By which the same PIN of two people is told, without trying a slow hash for each of them."""
    return vault.mark(business, "pin", pin)


def at_screen(session: Session, token: str, shop: str, now: int) -> str | None:
    """Who holds the screen by this token's hash; nobody, once the shift is over, they signed off, or are gone."""
    row = session.row(
        "SELECT s.staff FROM staff_sessions s JOIN staff m ON m.id = s.staff WHERE s.token = ? AND s.shop = ?"
        " AND s.ended_at IS NULL AND s.until > ? AND m.ended_at IS NULL AND (m.shop IS NULL OR m.shop = s.shop)",
        (token, shop, now),
    )
    return row[0] if row is not None else None


def purge(session: Session, business: str, now: int) -> None:
    """Deeds and shifts of long ago, and what names who left long ago."""
    old = now - KEPT_DAYS * DAY
    for (what,) in session.rows("SELECT DISTINCT what FROM deeds WHERE business = ?", (business,)):
        session.run("DELETE FROM deeds WHERE business = ? AND what = ? AND at < ?", (business, what, old))
    sql = "DELETE FROM staff_sessions WHERE shop IN (SELECT id FROM shops WHERE business = ?) AND began_at < ?"
    session.run(sql, (business, now - SHIFTS_DAYS * DAY))
    session.run(
        "UPDATE staff SET secret = NULL, name = ?, customer = NULL WHERE business = ? AND ended_at < ?"
        " AND secret IS NOT NULL",
        (b"", business, old),
    )


def _member(vault: Vault, row: tuple[Any, ...]) -> Member:
    id, business, shop, secret, sealed, pin, mark, customer, made_at, ended_at = row
    name = vault.person(secret).open(sealed) if secret is not None else ""
    return Member(id, business, shop, name, pin, mark, customer, made_at, ended_at)
