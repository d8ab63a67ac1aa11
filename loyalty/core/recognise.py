"""Whose sale is it? The strongest evidence wins; two people claimed by one sale is a question, never a merge."""

from __future__ import annotations

from collections.abc import Mapping

from msgspec import Struct

from loyalty.core.facts import NOBODY, Mark

# What somebody showed on purpose comes before what a payment happens to reveal: a partner's bank card is not the
# partner.
# A receipt that somebody found on the counter may be anybody's: it comes last.
RECEIPT = "receipt"  # the kind of such a mark; its hash is the id of who claimed the sale
STRENGTH = ("card", "reference", "pos_id", "phone", "email", "fingerprint", "here", RECEIPT)


class Claim(Struct, frozen=True, gc=False):
    """Whose it is, by which kind of evidence; `between` the two people it might be, if it names two.

    `origin`: whose it would be, or NOBODY's, had nobody been merged; None where that is `person`. `card`: the hash of
    the card that the two share.
    """

    person: str | None = None
    by: str = ""
    between: tuple[str, ...] = ()
    origin: str | None = None
    card: str = ""


Links = Mapping[tuple[str, str], str]
Ended = Mapping[tuple[str, str], list[tuple[int, str]]]
Found = list[tuple[int, str]]  # strength and person


def claim(
    business: str,
    marks: tuple[Mark, ...],
    links: Links,
    ended: Ended | None = None,
    at: int = 0,
    merged: Mapping[str, str] | None = None,
    shared: Links | None = None,
) -> Claim:
    """Two people by evidence of the same strength: nobody's until somebody says so.

    A link that was ended holds for sales from before it ended, so a late refund finds whose they were. Whoever was
    merged into somebody is that somebody.
    """
    found: Found = []
    for mark in marks:
        person = _held(ended[business, mark.hash], at) if ended and (business, mark.hash) in ended else None
        person = person or links.get((business, mark.hash))
        if person is not None:
            found.append((STRENGTH.index(mark.kind), person))
    if not found:
        return Claim()
    whose = own = _strongest(found)
    if not merged and not shared:
        return own
    if merged:
        whose = _strongest([(strength, merged.get(person, person)) for strength, person in found])
    between, card = whose.between, ""
    if shared and whose.person is not None:
        with_whom = _shares(business, marks, links, shared, merged or {}, whose.person)
        if with_whom is not None:
            card, other = with_whom
            between = (whose.person, other)
    origin = None if own.person == whose.person else own.person or NOBODY
    return Claim(whose.person, whose.by, between, origin, card)


def _strongest(found: Found) -> Claim:
    if len(found) > 1:
        found.sort()
    strength, person = found[0]
    rival = next((other for _, other in found if other != person), None)
    if rival is None:
        return Claim(person, STRENGTH[strength])
    equal = any(s == strength and other != person for s, other in found)
    return Claim(None if equal else person, STRENGTH[strength], (person, rival))


def _shares(
    business: str, marks: tuple[Mark, ...], links: Links, shared: Links, merged: Mapping[str, str], person: str
) -> tuple[str, str] | None:
    """The card by which it is this person's, and who else uses it."""
    for mark in marks:
        held, other = links.get((business, mark.hash)), shared.get((business, mark.hash))
        if (
            mark.kind in ("card", "here")
            and held is not None
            and other is not None
            and merged.get(held, held) == person
        ):
            other = merged.get(other, other)
            return (mark.hash, other) if other != person else None
    return None


def _held(ended: list[tuple[int, str]], at: int) -> str | None:
    """Whose it was at that moment: the link that ended first after it."""
    return min((entry for entry in ended if at < entry[0]), default=(0, None))[1]
