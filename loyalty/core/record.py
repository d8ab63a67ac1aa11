"""A transaction as it is recorded: whose it is, what is left of it after its refunds, and why it did or did nothing."""

from __future__ import annotations

from msgspec import json
from msgspec.structs import replace

from loyalty.core import fit, ledger
from loyalty.core.days import LIVE, moment
from loyalty.core.desk import Desk
from loyalty.core.facts import NOBODY, Ident, Mark, Sale, SaleIn, Taken
from loyalty.core.known import ShopFacts
from loyalty.core.recognise import Claim, claim
from loyalty.wire import Transaction


def record(desk: Desk, delivery: SaleIn, old: Sale | None, at: int, whose: Claim, chosen: str | None = None) -> Sale:
    """`at`: its moment in the house; `chosen`: which of the two who share its card it was said to be."""
    sale, ident = delivery.sale, delivery.ident
    shop = desk.known.shops[ident.shop]
    day, part = shop.calendar.read(at)
    assigned = old.assigned if old is not None and old.assigned is not None else chosen
    person, origin = owner(desk, whose, assigned)
    same_currency = sale.currency == shop.currency
    program = old.program if old is not None else _program(shop, at, delivery.received_at)
    used = old.used if old is not None else ()
    odd = "" if fit.sums_up(sale) else "sum"
    return Sale(
        ident=ident,
        revision=sale.revision,
        state=sale.state,
        at=at,
        day=day,
        part=part,
        till=sale.till,
        body=json.encode(_without_identifiers(sale)),
        marks=delivery.marks,
        refund_of=sale.refund_of.id if sale.refund_of else None,
        program=program,
        received_at=old.received_at if old is not None else delivery.received_at,
        person=person,
        origin=origin,
        assigned=assigned,
        taken=_taken(desk, ident, sale, program, same_currency, used, at),
        note=note(sale.refund_of is not None, delivery.marks, whose, assigned),
        odd=odd if same_currency else "currency",
        used=used,
    )


def moment_of(delivery: SaleIn, old: Sale | None) -> int:
    """When it was, as the till says, but never after we heard of it: a till's clock may run fast, and no points end or
    are ready by that. Told again with the same time, it stays when it was."""
    at = moment(delivery.sale.at)
    if at <= delivery.received_at and (old is None or at <= old.at):
        return at
    if old is not None and at == moment(_body(old).at):
        return old.at
    return min(at, delivery.received_at)


def _program(shop: ShopFacts, at: int, received_at: int) -> int:
    """The version in force at the moment of the sale; of one that has just been rung up, the one in force now: a till
    writes whole seconds, and its clock is not ours."""
    return shop.program if received_at - at <= LIVE else shop.program_at(at)


def _without_identifiers(sale: Transaction) -> Transaction:
    """Who it may be is kept as marks alone."""
    if any(tender.fingerprint is not None for tender in sale.tenders):
        sale = replace(sale, tenders=tuple(replace(tender, fingerprint=None) for tender in sale.tenders))
    return replace(sale, customer=None) if sale.customer is not None else sale


def claimed(desk: Desk, business: str, marks: tuple[Mark, ...], at: int) -> Claim:
    """By everything that is known of these marks."""
    known = desk.known
    return claim(business, marks, known.links, known.ended, at, known.merged, known.shared)


def owner(desk: Desk, whose: Claim, assigned: str | None) -> tuple[str | None, str | None]:
    """Whose a sale is, and whose it would be, had nobody been merged: a person's word comes before all evidence."""
    if assigned is None:
        return whose.person, whose.origin
    if assigned == NOBODY:
        return None, None
    person = desk.known.merged.get(assigned, assigned)
    return person, None if person == assigned else assigned


def note(refund: bool, marks: tuple[Mark, ...], whose: Claim, assigned: str | None) -> str:
    """The answer to "why did this sale do nothing?", or that it did something."""
    if refund:
        return "refund"
    if assigned is not None:
        return "taken-off" if assigned == NOBODY else "by-hand"
    if whose.between and whose.person is None:
        return "two-people"
    if whose.person is not None:
        return f"by-{whose.by}"
    return "stranger" if marks else "no-evidence"


def _taken(
    desk: Desk, ident: Ident, sale: Transaction, program: int, same_currency: bool, used: tuple[str, ...], at: int,
    *, unitemised: bool = True,
) -> Taken:  # fmt: skip
    back = desk.refunds.get(ident)
    receipts = tuple([_body(found) for other in back if (found := desk.sale(other)) is not None]) if back else ()
    shop = desk.known.shops[ident.shop]
    rules = desk.known.programs[shop.business, program]
    return ledger.taken(sale, receipts, rules, same_currency, used, shop.calendar, at, unitemised=unitemised)


def _body(sale: Sale) -> Transaction:
    return json.decode(sale.body, type=Transaction)


def original(sale: Sale | None) -> Ident | None:
    """The sale that a receipt of its own refunds: attached to it whichever comes first, never a visit."""
    if sale is None or sale.refund_of is None:
        return None
    return Ident(sale.ident.shop, sale.ident.source, sale.refund_of)


def revalue(desk: Desk, original: Ident) -> None:
    """What a sale comes to, again, after one of its refund receipts came or changed."""
    old = desk.sale(original)
    if old is None:
        return
    desk.change(value(desk, old))


def value(desk: Desk, sale: Sale) -> Sale:
    """The sale with what it comes to now. One without lines that is marked was told before such were read: it stays as
    it was taken."""
    same_currency = not sale.foreign
    told = (desk, sale.ident, _body(sale), sale.program, same_currency, sale.used, sale.at)
    return replace(sale, taken=_taken(*told, unitemised=sale.odd != "sum"))
