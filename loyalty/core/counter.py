"""Cues on the counter: raised, renewed, closed by the sale they led to. Each change is a numbered message."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from msgspec.structs import replace

from loyalty.core import memory
from loyalty.core.cues import Composed
from loyalty.core.days import VISIT_GAP
from loyalty.core.desk import Desk
from loyalty.core.facts import CueRow, Ident, Note, RaisedBy, Sale


def row_of(
    content: Composed,
    cue: str,
    shop: str,
    till: str | None,
    person: str,
    now: int,
    *,
    usual: str = "",
    sale: Sale | None = None,
    kept: CueRow | None = None,
    ident: Ident | None = None,
    join: str = "",
    by: str = "",
    came: int = 0,
    bare: bool = False,
) -> CueRow:
    """A composed cue as it is recorded, raised at this moment; `kept` is the cue that it renews."""
    return CueRow(
        cue,
        shop,
        till,
        person,
        kept.raised_by if kept else _raised_by(sale),
        kept.at if kept else now,
        now,
        now + content.lasts,
        content.tone,
        content.say,
        content.act,
        content.why,
        content.nearly,
        content.choices,
        content.between,
        content.offer,
        content.named,
        usual,
        content.because,
        sale.ident if sale else ident or (kept.sale if kept else None),
        redeem=content.redeem,
        give=content.give,
        join=join,
        by=by or (kept.by if kept else ""),
        came=kept.came if kept else came,
        bare=bare and (kept is None or sale is None or kept.bare),
    )


def raise_or_renew(
    desk: Desk,
    shop: str,
    till: str | None,
    person: str,
    content: Composed,
    usual: str,
    now: int,
    new_id: Callable[[], str],
    sale: Sale | None = None,
    ident: Ident | None = None,
    join: str = "",
    by: str = "",
    came: int = 0,
    bare: bool = False,
) -> CueRow:
    """The person's open cue at that till is renewed under its id; else there is a new one."""
    open_here = [cue for cue in desk.recent_cues(person, shop) if cue.closed_at is None and cue.till == till]
    kept = open_here[0] if open_here and open_here[0].expires_at > now else None
    cue_id = kept.id if kept else new_id()
    told: Any = {"usual": usual, "join": join, "by": by, "came": came, "bare": bare}
    cue = row_of(content, cue_id, shop, till, person, now, sale=sale, kept=kept, ident=ident, **told)
    desk.put_cue(cue)
    if content.tone == "repair":
        desk.cared[person] = None
    desk.notes.append(Note(shop, till, "cue", cue.id))
    return cue


def _raised_by(sale: Sale | None) -> RaisedBy:
    if sale is None:
        return "presence"
    return "open" if sale.state == "open" else "paid"


def close_by_sale(desk: Desk, sale: Sale, person: str, now: int) -> None:
    """The paid sale closes the cues raised before it, by what was bought."""
    found = [
        cue for cue in desk.recent_cues(person, sale.ident.shop) if cue.closed_at is None and cue.raised_by != "paid"
    ]
    for cue in found:
        outcome = "usual" if cue.usual and cue.usual in _bought(desk, person, sale) else "other"
        desk.put_cue(replace(cue, closed_at=now, outcome=outcome, closed_by="sale", sale=sale.ident))
        desk.notes.append(Note(cue.shop, cue.till, "closed", cue.id, outcome))


def close_voided(desk: Desk, sale: Sale, people: Iterable[str], now: int) -> None:
    """The order was called off: what it put on the screen goes. `people`: everybody it named."""
    for person in people:
        for cue in desk.recent_cues(person, sale.ident.shop):
            if cue.closed_at is None and cue.sale == sale.ident:
                desk.put_cue(replace(cue, closed_at=now, outcome="dismissed", closed_by="sale"))
                desk.notes.append(Note(cue.shop, cue.till, "closed", cue.id, "dismissed"))


def was_greeted(desk: Desk, person: str, sale: Sale, now: int) -> bool:
    """Whether this visit needs no cue of the sale's own. Asked before `close_by_sale` closes what was raised before it.

    A paid sale: somebody checked in, or ordered, within this visit. An open order: and somebody answered it. What
    another paid sale put on the screen is no check-in: the next one is told as well.
    """
    found = desk.recent_cues(person, sale.ident.shop)
    if sale.state == "open":
        return any(cue.closed_by == "screen" and now - cue.renewed_at < VISIT_GAP for cue in found)
    before = [cue for cue in found if cue.raised_by != "paid"]
    return any(now - cue.renewed_at < VISIT_GAP or cue.closed_at is None for cue in before)


def _bought(desk: Desk, person: str, sale: Sale) -> set[str]:
    known = desk.memory(person)
    return {memory.drink_of(known, drink) for drink in sale.taken.drinks}
