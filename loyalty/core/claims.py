"""Which sale uses a reward: those that name it, and its customer's own at that till while it waits, are its claims.

A claim is a fact, recorded when a sale is first told. Which of them holds is asked anew whenever one of them changes:
of those that name the reward and stand, the latest; else the first that found it waiting and stands; else none, and
the points come back. So it is the same whatever came first, a void gives the reward back once, and a sale that is paid
after all takes it again.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Literal

from msgspec import json
from msgspec.structs import replace

from loyalty.core.days import MINUTE, SECOND, moment
from loyalty.core.desk import Desk
from loyalty.core.facts import Ident, Sale, SaleIn
from loyalty.core.folding import happen
from loyalty.core.record import value
from loyalty.core.redemption import Claim, Redemption
from loyalty.wire import Transaction

EARLY = 2 * MINUTE  # a till may date a sale by when it was begun, before the reward was reserved
CLAIMS_MAX = 20  # sales that may claim one redemption

Ending = Literal["hand", "sale", "age"]


def claim(desk: Desk, sale: Sale, old: Sale | None, delivery: SaleIn, now: int) -> list[str]:
    """Records what the sale claims; answers every redemption that is to be settled once the sale is in its place."""
    if sale.refund_of is not None:
        return []
    if sale.state != "open":
        for found in _named(desk, delivery):
            _add(desk, found, Claim(True, sale.at, sale.ident))
    if sale.state == "paid" and (old is None or (old.state, old.person) != ("paid", sale.person)):
        _wait(desk, sale, _paid_at(delivery.sale, now))
    return concerned(desk, sale)


def claim_theirs(desk: Desk, sale: Sale) -> list[str]:
    """The same for a sale of which somebody said whose it is."""
    if sale.state == "paid" and sale.refund_of is None:
        body = json.decode(sale.body, type=Transaction)
        _wait(desk, sale, sale.at + moment(body.changed_at or body.at) - moment(body.at))  # however fast its clock
    return concerned(desk, sale)


def concerned(desk: Desk, sale: Sale) -> list[str]:
    known = desk.known.redemptions | desk.redemptions
    return [one.id for one in known.values() if one.id in sale.used or any(c.sale == sale.ident for c in one.claims)]


def using(desk: Desk, sale: Sale, redemptions: Iterable[str]) -> Sale:
    """The sale, before it is in its place, with those of them that it will use: so it earns what it should at once."""
    used: list[str] = []
    for id in redemptions:
        found = desk.redemption(id)
        holder = _holder(desk, found, sale) if found is not None and not _let_go(found) else None
        if holder is not None and holder.ident == sale.ident:
            used.append(id)
    return sale if tuple(used) == sale.used else value(desk, replace(sale, used=tuple(used)))


def settle(desk: Desk, redemptions: Iterable[str], now: int) -> None:
    """Each redemption to the sale that uses it now, if one does."""
    for id in redemptions:
        found = desk.redemption(id)
        if found is None or _let_go(found):
            continue
        holder = _holder(desk, found)
        ident = holder.ident if holder is not None else None
        if ident != found.sale:
            _hand_over(desk, found, ident)
            found = replace(found, sale=ident, sale_at=holder.at if holder is not None else 0)
            desk.redemptions[found.id] = found
        if holder is not None:
            bring(desk, found, held=True, by="sale", now=now)
        elif found.state == "confirmed" and found.claims:
            bring(desk, found, held=False, by="sale", now=now)


def stands(sale: Sale, found: Redemption) -> bool:
    """Counted, and the customer's own; by its own word where it names the redemption and nobody said whose it is."""
    if not sale.taken.counts:
        return False
    if sale.assigned is not None or sale.person == found.person:
        return sale.person == found.person
    return found.id in json.decode(sale.body, type=Transaction).redemptions


def _let_go(found: Redemption) -> bool:
    return found.state == "released" and found.ended_by == "hand"


def _holder(desk: Desk, found: Redemption, coming: Sale | None = None) -> Sale | None:
    """Of the sales as they are, but for the one that is coming into its place."""
    named = [one for one in found.claims if one.named]
    waiting = [one for one in found.claims if not one.named]
    for one in (*sorted(named, key=_order, reverse=True), *sorted(waiting, key=_order)):
        sale = coming if coming is not None and coming.ident == one.sale else desk.sale(one.sale)
        if sale is not None and stands(_with(desk, sale, found.id), found):
            return sale
    return None


def _order(one: Claim) -> tuple[int, Ident]:
    return one.at, one.sale


def _with(desk: Desk, sale: Sale, redemption: str) -> Sale:
    """The sale as if it used the redemption."""
    if redemption in sale.used:
        return sale
    return value(desk, replace(sale, used=(*sale.used, redemption)))


def _hand_over(desk: Desk, found: Redemption, to: Ident | None) -> None:
    """One sale has it no more, another has it: what they earn by item changes with it."""
    lost = desk.sale(found.sale) if found.sale is not None else None
    if lost is not None and found.id in lost.used:
        desk.change(value(desk, replace(lost, used=tuple(one for one in lost.used if one != found.id))))
    sale = desk.sale(to) if to is not None else None
    if sale is not None:
        desk.change(_with(desk, sale, found.id))


def _named(desk: Desk, delivery: SaleIn) -> Iterator[Redemption]:
    """What somebody released was not used, whatever a till says."""
    for id in delivery.sale.redemptions:
        found = desk.redemption(id)
        if found is not None and found.business == delivery.business and (found.held or found.ended_by != "hand"):
            yield found


def _wait(desk: Desk, sale: Sale, paid_at: int) -> None:
    """The customer's own at this till, also where the sale was on its way until after they had run out."""
    for found in desk.redemptions_of(sale.person) if sale.person is not None else ():
        here = found.shop == sale.ident.shop and (found.till is None or sale.till is None or found.till == sale.till)
        if here and found.ended_by != "hand" and found.at - EARLY <= paid_at < found.expires_at:
            _add(desk, found, Claim(False, paid_at, sale.ident))


def _add(desk: Desk, found: Redemption, made: Claim) -> None:
    found = desk.redemption(found.id) or found
    same = [one for one in found.claims if (one.sale, one.named) == (made.sale, made.named)]
    if same == [made] or (not same and len(found.claims) >= CLAIMS_MAX):
        return
    kept = tuple(one for one in found.claims if one not in same)
    desk.redemptions[found.id] = replace(found, claims=tuple(sorted((*kept, made))))


def _paid_at(sale: Transaction, now: int) -> int:
    """The adapter's own count comes before the till's clock, which may be wrong."""
    if sale.age_s is not None:
        return now - int(sale.age_s * SECOND)
    return min(now, moment(sale.changed_at or sale.at))


def bring(desk: Desk, found: Redemption, *, held: bool, by: Ending, now: int) -> Redemption:
    """To confirmed (held) or released; points move only where that changes who has them."""
    state: Literal["confirmed", "released"] = "confirmed" if held else "released"
    if found.state == state:
        return found
    ended = replace(found, state=state, ended_at=now, ended_by=by)
    if held == found.held:
        desk.redemptions[ended.id] = ended
    else:
        happen(desk, found, ended)
    return desk.redemptions[ended.id]
