"""What does this card show in a wallet?"""

from __future__ import annotations

from loyalty.reports import card as card_report
from loyalty.store.view import View
from loyalty.store.wallets import Pass
from loyalty.wallet.face import Face, digest
from loyalty.wire_card import CardView, Wallet


def of_holder(view: View, token: str, kind: Wallet, language: str | None) -> tuple[Pass, Face]:
    """The pass that the holder of a card link may have, whether it was made before or not. In the language asked for,
    else the shop's. Of two who were merged each has their own, which leads on as their letters do."""
    row = view.session.row("SELECT id, business FROM customers WHERE token = ? AND secret IS NOT NULL", (token,))
    assert row is not None
    person, business = row
    letters = letters_of(view, person)
    assert letters is not None
    serial = view.vault.mark(business, f"pass {kind}", f"{person}\0{letters}")
    one = Pass(serial, business, person, kind, view.vault.mark(business, "card", letters), language or "", "", 0)
    face = read(view, one)
    assert face is not None
    return Pass(serial, business, person, kind, one.mark, face.language, digest(face), 0), face


def read(view: View, one: Pass) -> Face | None:
    """None of a pass whose letters are others by now, or whose holder was erased."""
    letters = letters_of(view, one.customer) if one.customer is not None else None
    if letters is None or view.vault.mark(one.business, "card", letters) != one.mark:
        return None
    row = view.session.row("SELECT COALESCE(merged_into, id) FROM customers WHERE id = ?", (one.customer,))
    assert row is not None
    return _face(card_report.read(view, row[0], lambda _: ("", 0), one.language or None), one.business, letters)


def letters_of(view: View, person: str) -> str | None:
    row = view.session.row("SELECT secret, card FROM customers WHERE id = ?", (person,))
    return view.vault.person(row[0]).open(row[1]) if row is not None and row[0] is not None else None


def _face(card: CardView, business: str, letters: str) -> Face:
    quiet = card.greeting == "none" or not card.consents.recognise
    reward = card.reward
    return Face(
        shop=card.shop,
        business=business,
        language=card.language,
        letters=letters,
        name=None if quiet else card.name,
        points=card.points,
        stamps=card.stamps,
        reward=reward.name if reward is not None else None,
        more=max(0, reward.points - card.points) if reward is not None else 0,
        tier=card.tier.standing.tier.name if card.tier is not None and not quiet else None,
    )
