"""Whose sale is it? The strongest evidence wins; two people claimed by one sale is a question, never a merge."""

from __future__ import annotations

from collections.abc import Mapping

from msgspec import Struct

from loyalty.core.facts import Mark

# What somebody showed on purpose comes before what a payment happens to reveal: a partner's bank card is not the
# partner.
STRENGTH = ("card", "reference", "pos_id", "phone", "email", "fingerprint")


class Claim(Struct, frozen=True, gc=False):
    """Whose it is, by which kind of evidence; `between` the two people it might be, if it names two."""

    person: str | None = None
    by: str = ""
    between: tuple[str, ...] = ()


def claim(business: str, marks: tuple[Mark, ...], links: Mapping[tuple[str, str], str]) -> Claim:
    """Two people by evidence of the same strength: nobody's until somebody says so."""
    found: list[tuple[int, str]] = []
    for mark in marks:
        person = links.get((business, mark.hash))
        if person is not None:
            found.append((STRENGTH.index(mark.kind), person))
    if not found:
        return Claim()
    found.sort()
    strength, person = found[0]
    rival = next((other for _, other in found if other != person), None)
    if rival is None:
        return Claim(person, STRENGTH[strength])
    equal = any(s == strength and other != person for s, other in found)
    return Claim(None if equal else person, STRENGTH[strength], (person, rival))
