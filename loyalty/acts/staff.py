"""Who works here: added, renamed, given another PIN, ended by the owner; and a screen taken and given back."""

from __future__ import annotations

from loyalty.core.days import MINUTE
from loyalty.errors import Conflict, Gone, NoKey, Unfit, Unknown
from loyalty.ingest import Line
from loyalty.store import merges
from loyalty.store import staff as store
from loyalty.store.secrets import new_id, new_key
from loyalty.store.staff import Member
from loyalty.wire_staff import SHIFT_HOURS, STAFF_MAX, MemberChange, NewMember

SHIFT = SHIFT_HOURS * 60 * MINUTE


def check_pin(pin: str) -> None:
    if not (pin.isascii() and pin.isdigit()):
        raise Unfit("a PIN is four to eight digits, and nothing else", at="pin")


def add(line: Line, business: str, wanted: NewMember, hashed: str) -> Member:
    """`hashed`: the slow hash of the PIN, made before the turn was taken."""
    there = store.members(line.session, line.vault, business)
    if len(there) >= STAFF_MAX:
        raise Conflict(f"{STAFF_MAX} people are there already; end somebody who has left", at="name", code="too-many")
    name = _free_name(there, wanted.name, wanted.shop, "")
    mark = store.pin_mark(line.vault, business, wanted.pin)
    _check_free_pin(there, mark, wanted.shop, "")
    _check_card(line, there, business, wanted.customer, "")
    id, (own, wrapped) = new_id(), line.vault.new_person()
    line.session.run(
        f"INSERT INTO staff ({store.COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, NULL)",
        (id, business, wanted.shop, wrapped, own.seal(name), hashed, mark, wanted.customer, line.now),
    )
    return _there(line, business, id)


def change(line: Line, business: str, id: str, wanted: MemberChange) -> Member:
    """A screen of a shop in which they no longer work is not theirs any more."""
    was, there = _there(line, business, id), store.members(line.session, line.vault, business)
    name = _free_name(there, wanted.name, wanted.shop, id)
    _check_free_pin(there, was.mark, wanted.shop, id)
    _check_card(line, there, business, wanted.customer, id)
    own, wrapped = line.vault.new_person()
    line.session.run(
        "UPDATE staff SET name = ?, secret = ?, shop = ? WHERE id = ?", (own.seal(name), wrapped, wanted.shop, id)
    )
    if wanted.customer != was.customer:  # as it was read: a card that leads to somebody stays the one it is
        line.session.run("UPDATE staff SET customer = ? WHERE id = ?", (wanted.customer, id))
    return _there(line, business, id)


def set_pin(line: Line, business: str, id: str, pin: str, hashed: str) -> None:
    """Whoever holds a screen by the old one is signed off."""
    was, there = _there(line, business, id), store.members(line.session, line.vault, business)
    mark = store.pin_mark(line.vault, business, pin)
    _check_free_pin(there, mark, was.shop, id)
    line.session.run("UPDATE staff SET pin = ?, mark = ? WHERE id = ?", (hashed, mark, id))
    _sign_off_everywhere(line, id)


def end(line: Line, business: str, id: str) -> None:
    """They are gone: their PIN opens nothing, and what they did stays theirs."""
    _there(line, business, id)
    line.session.run("UPDATE staff SET ended_at = ?, pin = '', mark = '' WHERE id = ?", (line.now, id))
    _sign_off_everywhere(line, id)


def sign_on(
    line: Line, business: str, shop: str, till: str | None, checked: Member, before: str | None
) -> tuple[str, int]:
    """The token of a new shift, in the only moment it can be read, and when it ends.

    `checked`: as they were when the PIN was found right. `before`: the hash of the token of whoever held this screen.
    """
    now = _there(line, business, checked.id)
    if now.pin != checked.pin or not now.works_in(shop):
        raise NoKey("this PIN was changed meanwhile; type the new one", at="pin", code="wrong-pin")
    if before is not None:
        sign_off(line, shop, before)
    token, until = new_key("staff"), line.now + SHIFT
    line.session.run(
        "INSERT INTO staff_sessions (token, business, shop, till, staff, began_at, until) VALUES (?, ?, ?, ?, ?, ?, ?)",
        (line.vault.key_hash(token), business, shop, till, checked.id, line.now, until),
    )
    return token, until


def sign_off(line: Line, shop: str, token: str) -> None:
    """By the token's hash; once more changes nothing."""
    line.session.run(
        "UPDATE staff_sessions SET ended_at = ? WHERE token = ? AND shop = ? AND ended_at IS NULL AND until > ?",
        (line.now, token, shop, line.now),
    )


def _sign_off_everywhere(line: Line, id: str) -> None:
    line.session.run(
        "UPDATE staff_sessions SET ended_at = ? WHERE staff = ? AND ended_at IS NULL AND until > ?",
        (line.now, id, line.now),
    )


def _there(line: Line, business: str, id: str) -> Member:
    found = store.member(line.session, line.vault, business, id)
    if found is None:
        raise Unknown("nobody of that name works here", at="staff", code="unknown-staff")
    if found.ended_at is not None:
        raise Gone("they do not work here any more; add them again if they are back", at="staff")
    return found


def _free_name(there: list[Member], name: str, shop: str | None, but: str) -> str:
    """On one screen two names must differ, or nobody knows which is whose."""
    spelt = " ".join(name.split())
    if not spelt:
        raise Unfit("expected a name", at="name")
    if any(one.id != but and one.meets(shop) and one.name.casefold() == spelt.casefold() for one in there):
        raise Conflict("somebody of that name works there already; add a letter", at="name", code="name-taken")
    return spelt


def _check_free_pin(there: list[Member], mark: str, shop: str | None, but: str) -> None:
    if any(one.id != but and one.meets(shop) and one.mark == mark for one in there):
        raise Conflict("somebody who works there has this PIN; choose another", at="pin", code="pin-taken")


def _check_card(line: Line, there: list[Member], business: str, customer: str | None, but: str) -> None:
    if customer is None:
        return
    customer = merges.kept_id(line.session, business, customer, "customer")
    if any(one.id != but and one.customer == customer for one in there):
        raise Conflict("this card is somebody else's of the staff", at="customer", code="card-taken")
