"""What is on this customer's card?"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from loyalty import wire, wire_card, wire_tiers
from loyalty.core import account, memory, rewards
from loyalty.core.apart import is_free
from loyalty.core.days import when
from loyalty.core.earning import brings
from loyalty.core.facts import Person
from loyalty.core.mine import Mine
from loyalty.core.wishes import WISHED
from loyalty.reports import feedback, receipts, tiers
from loyalty.reports.person import endings_of
from loyalty.reports.standing import home_shop, of
from loyalty.store import wishes
from loyalty.store.acquainted import PAUSED
from loyalty.store.coming import told_of
from loyalty.store.feedback import unread
from loyalty.store.view import View
from loyalty.wire_program import CardReward, Reward
from loyalty.words import Catalogue, catalogue

Outline = Callable[[str], tuple[str, int]]


def read(
    view: View, person: str, outline: Outline, language: str | None = None, own: str | None = None
) -> wire_card.CardView:
    """`outline` draws the QR code of the card's letters. In the customer's language, else the shop's. `own`: whose link
    it is, where they were merged into this person: they show their own letters."""
    row = view.session.row(
        "SELECT c.business, c.secret, c.name, c.greeting, c.recognise, c.remember, c.messages, c.offers,"
        f" c.other_at, {PAUSED}, s.memory, COALESCE(s.points, 0), s.account FROM customers c"
        " LEFT JOIN states s ON s.customer = c.id WHERE c.id = ?",
        (person,),
    )
    assert row is not None, person
    (business, secret, name, greeting, recognise, remember, messages, offers, other, paused, blob, balance,
     lots) = row  # fmt: skip
    blob, lots = blob or b"", lots or b""
    points = account.available(balance, lots, view.now)
    own_key = view.vault.person(secret)
    shop = home_shop(view, business, person)
    facts = view.settings.shops[shop]
    mine = wishes.of(view.session, view.vault, person)
    reading = of(view, shop, blob, points, wishes=mine)
    known = memory.load(blob)
    standing = tiers.standing_of(view, shop, known, tiers.ranked_alone(view, shop, person))
    top = reading.foresight.items[0] if reading.foresight.items else None
    theirs = top is not None and (top.key in known.habits or reading.foresight.because.key == WISHED)
    code = _letters(view, own or person)
    drawn, size = outline(code)
    words = catalogue(language or facts.language)
    because = words.text(reading.foresight.because, lambda _: "")
    return wire_card.CardView(
        shop=facts.name,
        language=words.language,
        name=own_key.open(name),
        code=code,
        secret=view.vault.card_secret(business, code).hex(),
        now=when(view.now),
        qr=drawn,
        qr_size=size,
        points=points,
        pending=account.waiting(lots, view.now),
        expiring=endings_of(lots, view.now, facts.calendar),
        friends=brings(view.settings.programs[business, facts.program]),
        reward=_reward(reading.reward, facts.currency) if reading.reward is not None else None,
        stamps=reading.visit.stamps,
        tier=wire_tiers.CardTier(standing=standing, currency=facts.currency) if standing else None,
        greeting=greeting,
        consents=_consents(recognise, remember, messages, offers),
        usual=words.order(top.drink.name, top.drink.variation, top.drink.modifiers)
        if top is not None and theirs
        else None,
        because=because if theirs else None,
        said=theirs and reading.foresight.say,
        mine=tuple(_mine(one, words) for one in mine.usuals),
        never=mine.never,
        other_today=is_free(Person(person, greeting, True, True, other=other), facts.calendar, view.now),
        paused=paused is not None,
        coming=_coming(view, person),
        question=feedback.question(view, business, person, words.language),
        unread=unread(view.session, person),
        receipts=receipts.offered(view, shop),
    )


def _coming(view: View, person: str) -> datetime | None:
    told = told_of(view.session, person, view.now)
    return when(max(cue.expires_at for cue in told)) if told else None


def _letters(view: View, person: str) -> str:
    row = view.session.row("SELECT secret, card FROM customers WHERE id = ?", (person,))
    assert row is not None, person
    return view.vault.person(row[0]).open(row[1])


def _consents(recognise: object, remember: object, messages: object, offers: object) -> wire.Consents:
    return wire.Consents(
        recognise=bool(recognise), remember=bool(remember), messages=bool(messages), offers=bool(offers)
    )


def _mine(one: Mine, words: Catalogue) -> wire_card.CardMine:
    return wire_card.CardMine(
        name=one.name,
        variation=one.variation,
        modifiers=one.modifiers,
        days=one.days,
        part=one.part,
        label=one.label,
        shown=words.order(one.name, one.variation, one.modifiers),
    )


def _reward(reward: Reward, currency: str) -> CardReward:
    return CardReward(
        name=reward.name,
        points=reward.points,
        percent=rewards.percent(reward) or None,
        minimum=reward.minimum,
        of=rewards.of(reward) or None,
        currency=currency if reward.minimum else "",
    )
