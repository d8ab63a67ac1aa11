"""Everybody's name as it is looked for, in memory: names are encrypted, so that no statement can search them.

Filled once a process and business, then kept up to date with who is new or has another name (by their number: no clock
is asked) and who was erased. 100,000 names are one text of some two megabytes; what is found in it is only a candidate,
and is read again before anybody sees it.
"""

from __future__ import annotations

import unicodedata
from bisect import bisect_right
from collections.abc import Iterator

from loyalty.store.secrets import Vault
from loyalty.store.session import Session

PIECE = 2_000  # people read in one statement
CANDIDATES_MAX = 60  # of one look-up


def fold(name: str) -> str:
    """As it is looked for: without accents, case and doubled spaces."""
    plain = "".join(char for char in unicodedata.normalize("NFKD", name) if unicodedata.category(char) != "Mn")
    return " ".join(plain.casefold().split())


class Roster:
    """One thread's view of everybody's names."""

    def __init__(self, vault: Vault) -> None:
        self._vault = vault
        self._pages: dict[str, Page] = {}

    def page(self, session: Session, business: str) -> Page:
        """The business's names as of now."""
        page = self._pages.setdefault(business, Page())
        while self.read_on(session, business):
            pass
        self._strike(session, business, page)
        return page

    def read_on(self, session: Session, business: str) -> bool:
        """One piece of who is new; False when nobody is left. Filling up in pieces lets others ask in between."""
        page = self._pages.setdefault(business, Page())
        rows = session.rows(
            "SELECT number, id, secret, name, written FROM customers WHERE business = ? AND number > ?"
            " ORDER BY number LIMIT ?",
            (business, page.upto, PIECE),
        )
        there = [(id, secret, name) for _, id, secret, name, _ in rows if secret is not None]  # else: erased
        page.remove({id for _, id, _, _, written in rows if written is not None})  # under their former name
        page.add([(id, fold(self._vault.person(secret).open(name))) for id, secret, name in there])
        if rows:
            page.upto = rows[-1][0]
        return len(rows) == PIECE

    def _strike(self, session: Session, business: str, page: Page) -> None:
        """Who was erased is forgotten here too: all are read again whenever there are more, by whatever clock."""
        erased = "FROM customers WHERE business = ? AND erased_at IS NOT NULL"
        row = session.row(f"SELECT COUNT(*) {erased}", (business,))
        if row is not None and row[0] != page.struck:
            page.struck = row[0]
            page.remove({row[0] for row in session.rows(f"SELECT id {erased}", (business,))})


class Page:
    """One business's names, as one text: a line for each person, a space before each word."""

    def __init__(self) -> None:
        self.upto = 0  # the number of the last who was read
        self.struck = 0  # how many were erased when that was last looked at
        self._text = "\n"
        self._starts: list[int] = []  # of each line
        self._people: list[str] = []

    def __len__(self) -> int:
        return len(self._people)

    def add(self, found: list[tuple[str, str]]) -> None:
        at = len(self._text)
        lines: list[str] = []
        for person, name in found:
            self._people.append(person)
            self._starts.append(at - 1)
            lines.append(f" {name}\n")
            at += len(lines[-1])
        self._text += "".join(lines)

    def remove(self, people: set[str]) -> None:
        if not people or not people & set(self._people):
            return
        lines = self._text[1:].split("\n")
        kept = [(person, line[1:]) for person, line in zip(self._people, lines, strict=False) if person not in people]
        self._text, self._starts, self._people = "\n", [], []
        self.add(kept)

    def find(self, query: str) -> list[str]:
        """People so called, or whose name begins so, or a word of it does; in that order, so many at most."""
        wanted = fold(query)
        found: dict[str, None] = {}
        if not wanted:
            return []
        for pattern in (f"\n {wanted}\n", *((f"\n {wanted}", f" {wanted}") if len(wanted) > 1 else ())):
            for person in self._lines_with(pattern):
                if len(found) == CANDIDATES_MAX:
                    break
                found[person] = None
        return list(found)

    def containing(self, query: str) -> set[str]:
        """Everybody in whose name these letters stand, in the midst of a word too."""
        return set(self._lines_with(fold(query)))

    def _lines_with(self, pattern: str) -> Iterator[str]:
        at = self._text.find(pattern)
        while at >= 0:
            place = bisect_right(self._starts, at) - 1
            yield self._people[place]
            after = self._starts[place + 1] if place + 1 < len(self._starts) else len(self._text)
            at = self._text.find(pattern, after)


def chosen_by_hand(session: Session, picked: set[tuple[str, str]]) -> dict[tuple[str, str], str]:
    """Somebody chosen from a list at the counter, as (business, id), stands for themselves."""
    rows = session.matching(
        "WITH w (a, b) AS (VALUES {}) SELECT business, id FROM w CROSS JOIN customers"
        " ON id = b WHERE business = a AND erased_at IS NULL",
        sorted(picked),
    )
    return {(business, person): person for business, person in rows}
