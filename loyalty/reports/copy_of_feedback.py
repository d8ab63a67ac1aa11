"""Of a customer's copy what they were asked and what was said: the thread, and when each was read."""

from __future__ import annotations

import msgspec

from loyalty.reports import feedback
from loyalty.reports.copy_of import Part, Whose, told
from loyalty.store import feedback as rows

SAID_MAX = 10_000


def read(whose: Whose) -> Part:
    view, person = whose.view, whose.person
    return {
        "said": msgspec.to_builtins(feedback.said_by(view, person, SAID_MAX)),
        "sentences_read": _read(whose),
        "asked": _asked(whose),
    }


def _read(whose: Whose) -> list[Part]:
    """When each sentence of the thread was read by the other side; the newest first."""
    return [
        {"at": told(one.at), "by": "shop" if one.by_shop else "customer", "read_at": told(one.read_at)}
        for one in rows.sentences(whose.view.session, whose.person, SAID_MAX)
    ]


def _asked(whose: Whose) -> list[Part]:
    """Which visits they were asked about, and what became of it; null where they said nothing."""
    return [
        {
            "visit_at": told(one.visit_at),
            "shop": one.shop,
            "asked_at": told(one.asked_at),
            "answer": one.answer,
            "answered_at": told(one.answered_at),
            "read_at": told(one.read_at),
            "told_at": told(one.told_at),
            "righted_at": told(one.righted_at),
        }
        for one in rows.questions(whose.view.session, whose.person, SAID_MAX)
    ]
