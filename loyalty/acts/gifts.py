"""Giving at the counter: a perk that is theirs, or a surprise; taken back within half a minute; the budget."""

from __future__ import annotations

from msgspec.structs import replace

from loyalty.acts.cues import cue_in
from loyalty.acts.deeds import OWNER, Hand, OfGift, record
from loyalty.core import fit
from loyalty.core.days import SECOND
from loyalty.core.facts import Note
from loyalty.core.gifts import Budget, Gift, Give, Reason
from loyalty.core.giving import whose
from loyalty.errors import Conflict, Gone, Unfit, Unknown
from loyalty.ingest import Line
from loyalty.store import gifts, merges
from loyalty.store.save import number, save_cues
from loyalty.store.secrets import new_id
from loyalty.wire_gifts import NewPerk, NewSurprise, SetBudget

UNDO_SECONDS = 30


def give_perk(line: Line, business: str, wanted: NewPerk, hand: Hand = OWNER) -> Gift:
    """The same key is the same gift, answered as the first time."""
    return _give(line, business, wanted, wanted.perk, "perk", "", hand)


def give_surprise(line: Line, business: str, wanted: NewSurprise, hand: Hand = OWNER) -> Gift:
    said = reason_of(wanted)
    return _give(line, business, wanted, None, wanted.reason, said, hand)


def reason_of(wanted: NewSurprise) -> str:
    """The reason in somebody's own words, on one line; needed where it is none of the presets, and only there."""
    said = fit.one_line(wanted.said)
    if wanted.reason == "other" and not said:
        raise Unfit("say in a few words why, or choose one of the reasons", at="said")
    return said if wanted.reason == "other" else ""


def take_back(line: Line, business: str, id: str, hand: Hand = OWNER) -> Gift:
    """Within 30 seconds; twice is as once. A screen takes back what was given in its own shop."""
    found = gifts.of_id(line.session, id)
    if found is None or found.business != business or hand.shop not in (None, found.shop):
        raise Unknown("there is no such gift here", code="unknown-gift")
    if found.undone_at is not None:
        return found
    if line.now - found.at > UNDO_SECONDS * SECOND:
        raise Conflict(f"what was given can be taken back for {UNDO_SECONDS} seconds", code="too-late")
    undone = replace(found, undone_at=line.now)
    gifts.save_gifts(line.session, [undone])
    line.houses.tallies.changed()
    _tell(line, undone, None)
    _note(line, undone, "take-back", hand)
    return undone


def put_budget(line: Line, wanted: SetBudget) -> Budget:
    """Every change is a version of its own; it holds from the business day on which it is made."""
    facts = line.settings.shops[wanted.shop]
    day, _ = facts.calendar.read(line.now)
    version = 1 + (facts.budget.version if facts.budget is not None else 0)
    made = Budget(version, day, wanted.a_week, wanted.cost, wanted.beyond)
    gifts.put_budget(line.session, wanted.shop, made, line.now)
    line.settings.read(line.session)
    return made


# -- who, where, and once ---------------------------------------------------------------------------------------------
def _give(
    line: Line,
    business: str,
    wanted: NewPerk | NewSurprise,
    perk: str | None,
    reason: Reason,
    said: str,
    hand: Hand,
) -> Gift:
    shop = wanted.shop or ""
    cue = cue_in(line, shop, wanted.cue) if wanted.cue is not None else None
    named = whose(wanted.customer, cue)
    person = merges.kept_id(line.session, business, named, "customer")
    own = line.vault.person(_customer(line, business, person))
    asked = Give(new_id(), business, shop, wanted.till, person, perk, hand.staff, reason, wanted.key, wanted.cue)
    known = gifts.of_key(line.session, business, wanted.key)
    if known is not None:
        return _as_before(line, *known, asked, named, said)
    [answer] = line.run([asked])
    assert answer.gift is not None
    if said:
        line.session.run("UPDATE gifts SET said = ? WHERE id = ?", (own.seal(said), answer.gift.id))
    _tell(line, answer.gift, answer.gift.id)
    _note(line, answer.gift, "perk", hand)
    return answer.gift


def _note(line: Line, gift: Gift, what: OfGift, hand: Hand) -> None:
    record(
        line,
        business=gift.business,
        shop=gift.shop,
        till=gift.till,
        staff=hand.staff,
        screen=hand.screen,
        what=what,
        customer=gift.person,
    )


def _as_before(line: Line, known: Gift, sealed: bytes | None, asked: Give, named: str, said: str) -> Gift:
    """A gift stays with whom it was given to, and they may be one with somebody by now, or two again."""
    was = ""
    if merges.ever_one(line.session, named, known.person):
        asked = replace(asked, person=known.person)
        own = line.vault.person(_customer(line, known.business, known.person))
        was = own.open(sealed) if sealed is not None else ""
    return _same(known, asked, was, said)


def _customer(line: Line, business: str, customer: str) -> bytes:
    """Their own key, wrapped."""
    row = line.session.row(
        "SELECT erased_at, secret FROM customers WHERE id = ? AND business = ?", (customer, business)
    )
    if row is None:
        raise Unknown("there is no such customer in this business", at="customer", code="unknown-customer")
    if row[0] is not None:
        raise Gone("this customer was erased", at="customer")
    return bytes(row[1])


def _same(known: Gift, asked: Give, was: str, said: str) -> Gift:
    pairs = [(name, getattr(known, name), getattr(asked, name)) for name in ("person", "perk", "till", "shop", "cue")]
    for field, before, now in (*pairs, ("reason", known.reason, asked.reason), ("said", was, said)):
        if before != now:
            name = "customer" if field == "person" else field
            text = f"this key was used for another gift, with another {name}; every gift takes a new one"
            raise Unfit(text, at="key", code="key-reused")
    return known


def _tell(line: Line, gift: Gift, given: str | None) -> None:
    """The cue that offered it says on every screen that it was given, or offers it again."""
    if gift.cue is None:
        return
    cue = cue_in(line, gift.shop, gift.cue)
    if cue.closed_at is not None or cue.give is None or cue.give.perk != gift.perk:
        return
    if given is None and cue.give.given != gift.id:
        return
    cue = replace(cue, give=replace(cue.give, given=given))
    save_cues(line.session, [cue])
    line.publish(number(line.session, [Note(cue.shop, cue.till, "cue", cue.id)], {cue.id: cue}, line.now))
