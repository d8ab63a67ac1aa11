"""How was it? What a customer is asked on their card, and what they and the shop have said to each other."""

from __future__ import annotations

from typing import Literal

from msgspec import json

from loyalty.core.days import DAY, when
from loyalty.core.facts import Sale
from loyalty.reports.standing import home_shop
from loyalty.store import feedback, lately
from loyalty.store.lately import Lately
from loyalty.store.merges import members
from loyalty.store.view import View
from loyalty.wire import Transaction
from loyalty.wire_feedback import SAID_MAX, SENTENCES_MAX, CardQuestion, CardThread, Said
from loyalty.words import order

ITEMS_MAX = 5  # of what was had, so that a visit is told from others


def is_due(view: View, business: str, person: str) -> bool:
    """Whether they are to be asked now, and have not been."""
    if business in view.settings.unasked:
        return False
    return lately.due(view.session, lately.read(view.session, person, view.now), view.now) is not None


def question(view: View, business: str, person: str, language: str) -> CardQuestion | None:
    """The one that was shown and still stands."""
    if business in view.settings.unasked:
        return None
    known: Lately = lately.read(view.session, person, view.now)
    found = lately.standing(view.session, known, view.now)
    if found is None:
        return None
    asked, visit = found
    return CardQuestion(
        id=asked.id,
        at=when(asked.visit_at),
        timezone=view.settings.shops[asked.shop].calendar.zone.key,
        items=_items(visit, language),
    )


def _items(visit: list[Sale], language: str) -> tuple[str, ...]:
    lines = [line for sale in visit for line in json.decode(sale.body, type=Transaction).lines]
    return tuple([order(one.name, one.variation or "", one.modifiers, language) for one in lines[:ITEMS_MAX]])


def thread(view: View, business: str, person: str) -> CardThread:
    """For the customer."""
    said = feedback.said_since(view.session, person, view.now - DAY, view.now)
    shop = view.settings.shops[home_shop(view, business, person)]
    return CardThread(
        said=said_by(view, person, SAID_MAX), timezone=shop.calendar.zone.key, left=max(0, SENTENCES_MAX - said)
    )


def said_by(view: View, person: str, most: int) -> tuple[Said, ...]:
    """The newest of what was said by either side, the oldest of it first. A thumb and its sentence are one."""
    own = {id: view.vault.person(secret) for id, secret in members(view.session, person)}
    sentences = feedback.sentences(view.session, person, most)
    thumbs = feedback.thumbs(view.session, person, most)
    named = feedback.named(view.session, [one.question for one in sentences if one.question is not None])
    asked = {one.id: one for one in (*thumbs, *named)}
    found: list[Said] = []
    told: set[str] = set()
    for one in sentences:
        about = asked.get(one.question or "")
        with_thumb = about is not None and not one.by_shop and one.key == about.id
        if with_thumb and about is not None:
            told.add(about.id)
        found.append(
            Said(
                at=when(one.at),
                by="shop" if one.by_shop else "customer",
                text=own[one.customer].open(one.body),
                thumb=_thumb(about) if with_thumb else None,
                question=one.question,
                visit_at=when(about.visit_at) if about is not None else None,
                seen=one.read_at is not None,
                righted=with_thumb and about is not None and about.righted_at is not None,
            )
        )
    bare = [_only_thumb(one) for one in asked.values() if _thumb(one) is not None and one.id not in told]
    return tuple(sorted([*bare, *reversed(found)], key=lambda one: one.at)[-most:])


def _only_thumb(asked: feedback.Question) -> Said:
    assert asked.answered_at is not None, asked.id
    return Said(
        at=when(asked.answered_at),
        by="customer",
        text=None,
        thumb=_thumb(asked),
        question=asked.id,
        visit_at=when(asked.visit_at),
        seen=asked.read_at is not None,
        righted=asked.righted_at is not None,
    )


def _thumb(asked: feedback.Question | None) -> Literal["up", "down"] | None:
    if asked is None:
        return None
    return "up" if asked.answer == "up" else "down" if asked.answer == "down" else None
