"""What a customer does on their own card, opened by the secret in its link; and what the shop does for them."""

from __future__ import annotations

from typing import Any

from loyalty.acts import about, sharing
from loyalty.acts.deeds import OWNER, Hand, put_right
from loyalty.acts.erasing import erase
from loyalty.core.days import DAY, when
from loyalty.errors import Conflict, Gone, NoKey, Unfit, Unknown
from loyalty.ingest import Line
from loyalty.store import merges
from loyalty.store.erased import Erased
from loyalty.store.merged import SHARED
from loyalty.store.people import Enrolled, free_card
from loyalty.store.secrets import new_key
from loyalty.store.session import Session
from loyalty.wire_card import LETTERS, CardChange

LINK_DAYS = 1  # in which a link that was made at a counter, or reaches further by a merge there, erases nobody


def holder(session: Session, token: str) -> tuple[str, str]:
    """Whose card it is now, by the hash of the link's token: the person and their business."""
    row = session.row("SELECT COALESCE(merged_into, id), business, erased_at FROM customers WHERE token = ?", (token,))
    if row is None:
        raise NoKey("this link opens no card; ask at the counter for a new one", code="unknown-card")
    if row[2] is not None:
        raise Gone("whose card this was has been erased")
    return row[0], row[1]


def own_id(session: Session, token: str) -> str:
    """Whose link it is, merged into somebody or not: they keep their own letters, and so their own code."""
    row = session.row("SELECT id FROM customers WHERE token = ?", (token,))
    assert row is not None
    return str(row[0])


def change(line: Line, token: str, wanted: CardChange) -> None:
    """How they are greeted, whether today is different, and who they are: in force on the next scan."""
    person, business = holder(line.session, token)
    about.write(line, business, about.Holder(own_id(line.session, token), person), wanted)
    if wanted.other_today is not None:
        said = line.now if wanted.other_today else None
        line.session.run("UPDATE customers SET other_at = ? WHERE id = ? OR merged_into = ?", (said, person, person))


def new_code(line: Line, token: str) -> None:
    """Other letters for the card, and so another QR code; with the old ones nobody is known any more."""
    _, business = holder(line.session, token)
    _other_letters(line, business, own_id(line.session, token))


def new_card(line: Line, business: str, asked: str, hand: Hand = OWNER) -> Enrolled:
    """The telephone with the card is gone: other letters and another link. The old ones know nobody any more."""
    person = merges.kept_id(line.session, business, asked)
    people = merges.members(line.session, person)
    for one, _ in people[1:]:  # the cards of who was merged may be on that telephone too
        _end_cards(line, one)
        line.session.run("UPDATE customers SET token = ? WHERE id = ?", (_hash(line, new_key("card")), one))
    letters, token = _other_letters(line, business, person), new_key("card")
    line.session.run("UPDATE customers SET token = ? WHERE id = ?", (_hash(line, token), person))
    put_right(line, business, hand, "card", person)
    return Enrolled(person, letters, token)


def _hash(line: Line, token: str) -> str:
    return line.vault.key_hash(token)


def _end_cards(line: Line, person: str) -> list[str]:
    """The hashes of the cards with which they are not known any more."""
    ended = line.session.rows(
        "UPDATE links SET until = ? WHERE customer = ? AND kind = 'card' AND until IS NULL RETURNING hash",
        (line.now, person),
    )
    return [row[0] for row in ended]


def _other_letters(line: Line, business: str, person: str) -> str:
    """Whoever else uses the card uses the new one."""
    own = line.vault.person(_of(line.session, "secret", person))
    card, now = free_card(line.session, line.vault, business), line.now
    mark = line.vault.mark(business, "card", card)
    rows: list[tuple[Any, ...]] = [(business, "card", mark, own.seal(card), person, now)]
    for ended in _end_cards(line, person):
        others = line.session.rows(
            "UPDATE links SET until = ? WHERE business = ? AND hash = ? AND kind = ? AND until IS NULL"
            " RETURNING customer",
            (now, business, ended, SHARED),
        )
        for (other,) in others:
            theirs = line.vault.person(_of(line.session, "secret", other))
            rows.append((business, SHARED, mark, theirs.seal(card), other, now))
    line.session.many(
        "INSERT INTO links (business, kind, hash, value, customer, since) VALUES (?, ?, ?, ?, ?, ?)", rows
    )
    line.session.run("UPDATE customers SET card = ? WHERE id = ?", (own.seal(card), person))
    return card


def forget_mark(line: Line, token: str, link: int) -> None:
    """An identifier stops telling that it is them, now. What was bought with it before stays theirs."""
    person, business = holder(line.session, token)
    _unlink(line, business, person, link, cards=False)


def end_sharing(line: Line, token: str, other: str) -> None:
    """The card is its holder's alone from now on."""
    person, business = holder(line.session, token)
    sharing.end(line, person, merges.kept_id(line.session, business, other))


def unlink(line: Line, business: str, asked: str, link: int, hand: Hand = OWNER) -> None:
    """The same, by the shop. A card has other letters from then on, since nobody is without one."""
    person = merges.kept_id(line.session, business, asked)
    _unlink(line, business, person, link, cards=True)
    put_right(line, business, hand, "unlink", person)


def _unlink(line: Line, business: str, person: str, link: int, *, cards: bool) -> None:
    row = line.session.row("SELECT kind, customer FROM links WHERE id = ? AND until IS NULL", (link,))
    theirs = {one for one, _ in merges.members(line.session, person)}
    if row is None or row[1] not in theirs or (row[0] == "card" and not cards):
        raise Unknown("there is no such identifier on this card", at="id", code="unknown-identifier")
    if row == ("card", person):
        _other_letters(line, business, person)
    else:
        line.session.run("UPDATE links SET until = ? WHERE id = ?", (line.now, link))


def erase_me(line: Line, erased: Erased, token: str, letters: str) -> None:
    """Only with the end of the code, as proof that it is meant."""
    person, business = holder(line.session, token)
    own = own_id(line.session, token)
    code = line.vault.person(_of(line.session, "secret", own)).open(_of(line.session, "card", own))
    if letters.upper() != code[-LETTERS:]:
        raise Unfit("these are not the last four letters of the code", at="letters", code="wrong-letters")
    _check_old_enough(line, token, person)
    erase(line, erased, business, person)


def _check_old_enough(line: Line, token: str, person: str) -> None:
    """Whoever stands at a counter can have a link made for anybody, or have somebody's own link open another's card.
    The owner's hand holds up nobody, and who was enrolled has nothing yet that another hand could take."""
    rows = line.session.rows(
        "SELECT d.what, d.screen, d.at, c.token FROM customers c JOIN deeds d ON d.customer = c.id AND d.at > ?"
        " AND (d.what = 'card' OR d.what = 'merge' AND EXISTS (SELECT 1 FROM merges m WHERE m.kept = d.customer"
        " AND m.at = d.at AND m.undone_at IS NULL)) WHERE c.id = ? OR c.merged_into = ? ORDER BY d.at DESC, d.id DESC",
        (line.now - LINK_DAYS * DAY, person, person),
    )
    links = [(screen, at) for what, screen, at, opened_by in rows if what == "card" and opened_by == token]
    merged = [(screen, at) for what, screen, at, _ in rows if what == "merge"]
    by_screens = [at for screen, at in (*links[:1], *merged) if screen is not None]
    if by_screens:
        until = when(max(by_screens) + LINK_DAYS * DAY).isoformat(timespec="minutes")
        said = f"this card was changed at the counter today: it can erase from {until} on; the shop can do it at once"
        raise Conflict(said, code="too-new")


def _of(session: Session, column: str, person: str) -> Any:
    row = session.row(f"SELECT {column} FROM customers WHERE id = ?", (person,))
    assert row is not None, person
    return row[0]
