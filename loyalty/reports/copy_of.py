"""Of a customer's copy the data: whom it is of, and how its parts write moments and sales."""

from __future__ import annotations

from typing import Any, NamedTuple

import msgspec

from loyalty.core.days import when
from loyalty.store.session import Row
from loyalty.store.view import View

Part = dict[str, Any]  # of the copy: plain data, by name
ALL = "(SELECT id FROM customers WHERE id = ? OR merged_into = ?)"


class Whose(NamedTuple):
    """Who is kept, with everybody who turned out to be them, each with their wrapped key; they themselves first."""

    view: View
    business: str
    person: str
    members: list[tuple[str, bytes]]

    def rows(self, sql: str, most: int) -> list[Row]:
        """At most so many of all of theirs: `{ALL}`, named once in the statement, is who they are."""
        return self.view.session.rows(f"{sql.format(ALL=ALL)} LIMIT ?", (self.person, self.person, most))

    def opened(self) -> dict[str, Any]:
        """By id the key that opens what is sealed."""
        return {id: self.view.vault.person(secret) for id, secret in self.members}


def told(at: int | None) -> Any:
    """A moment (microseconds) as the wire has it; null where it never was."""
    return msgspec.to_builtins(when(at)) if at is not None else None


def ref(shop: str | None, source: str | None, id: str | None) -> dict[str, str | None] | None:
    """A sale, by what it is found by; null where there is none."""
    return {"shop": shop, "source": source, "id": id} if id is not None else None
