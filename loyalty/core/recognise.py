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


Links = Mapping[tuple[str, str], str]
Ended = Mapping[tuple[str, str], list[tuple[int, str]]]


def claim(business: str, marks: tuple[Mark, ...], links: Links, ended: Ended | None = None, at: int = 0) -> Claim:
    """Two people by evidence of the same strength: nobody's until somebody says so.

    A link that was ended holds for sales from before it ended, so a late refund finds whose they were.
    """
    found: list[tuple[int, str]] = []
    for mark in marks:
        person = _held(ended[business, mark.hash], at) if ended and (business, mark.hash) in ended else None
        person = person or links.get((business, mark.hash))
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


def _held(ended: list[tuple[int, str]], at: int) -> str | None:
    """Whose it was at that moment: the link that ended first after it."""
    return min((entry for entry in ended if at < entry[0]), default=(0, None))[1]
