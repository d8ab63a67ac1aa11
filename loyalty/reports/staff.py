"""Who works here? For the owner, and for the screens of a shop."""

from __future__ import annotations

from loyalty.core.days import when
from loyalty.store import staff as store
from loyalty.store.staff import Member
from loyalty.store.view import View
from loyalty.wire_pages import PersonName
from loyalty.wire_staff import MemberRef, MemberRow, Staff, StaffHere


def read(view: View, business: str) -> Staff:
    return Staff(staff=tuple(row(view, one) for one in store.members(view.session, view.vault, business)))


def here(view: View, business: str, shop: str) -> StaffHere:
    """Who may take a screen of this shop."""
    found = store.members(view.session, view.vault, business)
    return StaffHere(staff=tuple(MemberRef(id=one.id, name=one.name) for one in found if one.works_in(shop)))


def row(view: View, one: Member) -> MemberRow:
    own = None
    if one.customer is not None:
        own = PersonName(id=one.customer, name=view.names.of(view.session, [one.customer])[one.customer])
    return MemberRow(id=one.id, name=one.name, shop=one.shop, customer=own, made_at=when(one.made_at))
