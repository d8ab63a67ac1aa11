"""Are these two one person, and what would become of them? Decided as the line would, and thrown away.

The middle is pure, so a preview is the merge itself without its commit.
"""

from __future__ import annotations

from itertools import pairwise
from typing import Any

from msgspec.structs import replace

from loyalty import wire, wire_people
from loyalty.core import account, memory
from loyalty.core.cues import greeting_of
from loyalty.core.days import MINUTE, when
from loyalty.core.decide import decide
from loyalty.core.desk import Desk
from loyalty.core.facts import Msg, Person, Sale
from loyalty.core.known import Known
from loyalty.core.merging import Rehome
from loyalty.reports.standing import first_shop, reading_of, usual_of
from loyalty.store import agreed as agreements
from loyalty.store import merges
from loyalty.store.agreed import Agreed
from loyalty.store.histories import load_more
from loyalty.store.load import load
from loyalty.store.merged import SHARED
from loyalty.store.merges import Merge
from loyalty.store.secrets import new_id
from loyalty.store.view import View
from loyalty.words import catalogue

LETTERS = 2
ROUNDS_MAX = 5  # a decision that has to be given more
AT_ONCE = 10 * MINUTE  # nobody is at two tills within so short a time


def preview(
    view: View, business: str, kept: str, gone: str, language: str | None, *, owner: bool
) -> wire_people.MergePreview:
    """`kept` and `gone` as they stand, and as one."""
    shop = first_shop(view, business)
    people = [kept, *merges.below(view.session, gone)]
    known = load(view.session, view.settings, view.houses, view.names, view.cutoffs, [Rehome(tuple(people))], view.now)
    of_kept, of_gone = ([s for s in known.sales.values() if s.person == who] for who in (kept, gone))
    agreed = agreements.quietest([agreements.agreed_by(view.session, who)[0] for who in (kept, gone)])
    told = catalogue(language or view.settings.shops[shop].language)
    sides = [_side(view, known, who, owner) for who in (kept, gone)]
    warnings = [*_warnings(view, kept, gone, agreed), *_at_once(of_kept, of_gone)]
    return wire_people.MergePreview(
        kept=sides[0],
        gone=sides[1],
        after=_after(view, known, kept, people, agreed, owner),
        sales=len(of_gone),
        warnings=tuple(told.text(Msg(key), lambda _: "") for key in warnings),
    )


def _side(view: View, known: Known, person: str, owner: bool) -> wire_people.MergeSide:
    state = known.states.get(person)
    agreed, _ = agreements.agreed_by(view.session, person)
    points = account.available(state.points, state.account, view.now) if state else 0
    return _shown(view, known, person, state.memory if state else b"", points, agreed, owner)


def _after(
    view: View, known: Known, kept: str, people: list[str], agreed: Agreed, owner: bool
) -> wire_people.MergeSide:
    """What a decision that is never saved makes of them."""
    was = known.people[kept]
    known.merged |= dict.fromkeys(people[1:], kept)
    remember = bool(agreed["remember"])
    known.people[kept] = replace(was, remember=remember)
    anew = [kept] if remember != was.remember else []
    anew += merges.brought_among(view.session, [*merges.below(view.session, kept), *people[1:]])
    desk = _decided(view, known, Rehome(tuple(people), anew=tuple(anew)))
    return _shown(view, known, kept, memory.dump(desk.memory(kept)), desk.available(kept, view.now), agreed, owner)


def _decided(view: View, known: Known, wanted: Rehome) -> Desk:
    for _ in range(ROUNDS_MAX):
        desk = decide(known, [wanted], view.now, new_id).desk
        if not desk.missing:
            return desk
        load_more(view.session, view.houses, view.cutoffs, known, desk.missing, view.now)
    raise AssertionError("a decision kept asking for more")


def _shown(
    view: View, known: Known, person: str, blob: bytes, points: int, agreed: Agreed, owner: bool
) -> wire_people.MergeSide:
    found = memory.load(blob)
    shop = found.shop or next(iter(known.shops))
    facts = view.settings.shops[shop]
    reading = reading_of(view, shop, found, points)
    greeting: Any = agreed["greeting"]
    held = replace(known.people[person], greeting=greeting, recognise=bool(agreed["recognise"]))
    mode = greeting_of(replace(held, remember=bool(agreed["remember"])))
    return wire_people.MergeSide(
        id=person,
        name=name_of(view, held, mode, owner=owner),
        letters=letters_of(view, person)[-LETTERS:],
        visits=reading.visits,
        points=points,
        usual=usual_of(found, reading, facts.language) if owner or mode == "full" else None,
        greeting=greeting,
        consents=wire.Consents(**{name: bool(agreed[name]) for name in agreements.CONSENTS}),
    )


def name_of(view: View, person: Person, mode: wire.Greeting, *, owner: bool) -> str | None:
    """A screen reads the names of those alone who let themselves be named."""
    if not owner and mode not in ("full", "name"):
        return None
    return view.names.of(view.session, {person.id})[person.id]


def letters_of(view: View, person: str) -> str:
    row = view.session.row("SELECT secret, card FROM customers WHERE id = ?", (person,))
    assert row is not None, person
    return view.vault.person(row[0]).open(row[1])


def _warnings(view: View, kept: str, gone: str, agreed: Agreed) -> list[str]:
    """What speaks against it, of what is known of the two."""
    found: list[str] = []
    links: list[dict[str, set[str]]] = []
    for person in (kept, gone):
        rows = view.session.rows(
            "SELECT kind, hash FROM links WHERE until IS NULL AND customer IN"
            " (SELECT id FROM customers WHERE id = ? OR merged_into = ?)",
            (person, person),
        )
        links.append({kind: {mark for other, mark in rows if other == kind} for kind, _ in rows})
    phones = [one.get("phone", set()) for one in links]
    if phones[0] and phones[1] and phones[0] != phones[1]:
        found.append("merge.warn.phones")
    shared = [one.get(SHARED, set()) & other.get("card", set()) for one, other in (links, links[::-1])]
    if any(shared):
        found.append("merge.warn.shared")
    for name in ("remember", "recognise"):
        both = [agreements.agreed_by(view.session, who)[0][name] for who in (kept, gone)]
        if any(both) and not agreed[name]:
            found.append(f"merge.warn.{name}")
    return found


def _at_once(one: list[Sale], other: list[Sale]) -> list[str]:
    """Both were here within minutes, at two tills: these are two people."""
    came = [(sale.at, sale.ident.shop, sale.till, sale.person) for sale in (*one, *other) if sale.taken.counts]
    came.sort(key=lambda visit: (visit[0], visit[3] or ""))
    for before, after in pairwise(came):
        if before[3] != after[3] and after[0] - before[0] < AT_ONCE and before[1:3] != after[1:3]:
            return ["merge.warn.at-once"]
    return []


# -- the list ---------------------------------------------------------------------------------------------------------
def listed(view: View, business: str) -> wire_people.Merges:
    found = merges.newest(view.session, business, wire_people.MERGES_MAX)
    names = view.names.of(view.session, {who for one in found for who in (one.kept, one.gone)})
    return wire_people.Merges(merges=tuple(shown(one, names) for one in found))


def shown(one: Merge, names: dict[str, str]) -> wire_people.Merge:
    return wire_people.Merge(
        id=one.id,
        kept=one.kept,
        gone=one.gone,
        kept_name=names.get(one.kept),
        gone_name=names.get(one.gone),
        at=when(one.at),
        undone_at=when(one.undone_at) if one.undone_at is not None else None,
    )
