"""What is this business? Its shops, and the program now in force."""

from __future__ import annotations

from loyalty import wire, wire_program
from loyalty.store.view import View


def program(view: View, business: str) -> wire_program.Program:
    row = view.session.row("SELECT program FROM businesses WHERE id = ?", (business,))
    assert row is not None, business
    return view.settings.programs[business, row[0]]


def settings(view: View, business: str) -> wire_program.HouseSettings:
    row = view.session.row("SELECT hold_out, unasked FROM businesses WHERE id = ?", (business,))
    assert row is not None, business
    return wire_program.HouseSettings(hold_out=row[0], asks=not row[1])


def shops(view: View, business: str) -> wire.Shops:
    rows = view.session.rows(
        "SELECT id, name, currency, timezone FROM shops WHERE business = ? ORDER BY created_at, id", (business,)
    )
    return wire.Shops(
        shops=tuple(wire.ShopRow(id=row[0], name=row[1], currency=row[2], timezone=row[3]) for row in rows)
    )
