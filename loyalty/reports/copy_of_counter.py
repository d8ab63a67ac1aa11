"""Of a customer's copy what happened with their card: what staff saw, what was done, which codes were shown."""

from __future__ import annotations

from loyalty.core.days import SECOND
from loyalty.core.rotating import STEP_S
from loyalty.reports.copy_of import Part, Whose, ref, told
from loyalty.reports.standing import home_shop
from loyalty.store import receipts, wallets
from loyalty.store.names import people_of
from loyalty.store.rows import cue_of
from loyalty.words.shown import show

CUES_MAX = 10_000
DEEDS_MAX = 10_000  # the newest
CHOICES_MAX = 10_000
CODES_MAX = 10_000


def read(whose: Whose) -> Part:
    return {
        "cues": _cues(whose),
        "deeds": _deeds(whose),
        "choices": _choices(whose),
        "codes_shown": _codes(whose),
        "claims": _claims(whose),
        "wallets": _wallets(whose),
    }


def _cues(whose: Whose) -> list[Part]:
    """What the counter was told of them, in the language that it speaks, and by which rules; the newest first."""
    view = whose.view
    language = view.settings.shops[home_shop(view, whose.business, whose.person)].language
    found = []
    for (body,) in whose.rows("SELECT body FROM cues WHERE customer IN {ALL} ORDER BY renewed_at DESC", CUES_MAX):
        cue = cue_of(body)
        shown = show(cue, language, view.names.said(view.session, people_of(cue)))
        found.append(
            {
                "at": told(cue.at),
                "say": shown.say,
                "act": [act.text for act in shown.act],
                "why": list(shown.why),
                "nearly": list(shown.nearly),
                "rules": dict(cue.because),
                "tone": shown.tone,
                "offer": shown.offer,
                "outcome": cue.outcome,
                "renewed_at": told(cue.renewed_at),
                "closed_at": told(cue.closed_at),
                "shop": cue.shop,
                "till": cue.till,
            }
        )
    return found


def _deeds(whose: Whose) -> list[Part]:
    """What was done with their card at a counter. By whom is not theirs to know, and not ours to hand on."""
    rows = whose.rows(
        "SELECT at, what, points, shop, till, source, ref FROM deeds WHERE customer IN {ALL} ORDER BY at DESC, id DESC",
        DEEDS_MAX,
    )
    return [
        {
            "at": told(at),
            "what": what,
            "points": points,
            "shop": shop,
            "till": till,
            "sale": ref(shop, source, id),
        }
        for at, what, points, shop, till, source, id in rows
    ]


def _choices(whose: Whose) -> list[Part]:
    """When a card that two people share was shown, and it was said at the till that it was they."""
    rows = whose.rows("SELECT at, shop, till FROM choices WHERE customer IN {ALL} ORDER BY at DESC", CHOICES_MAX)
    return [{"at": told(at), "shop": shop, "till": till} for at, shop, till in rows]


def _codes(whose: Whose) -> list[Part]:
    """Renewing codes of their own cards that were shown at a till: of which half minute each was."""
    rows = whose.rows(
        "SELECT u.used_at, u.step, u.shop, u.till FROM links l JOIN used_codes u ON u.business = l.business"
        " AND u.hash = l.hash WHERE l.customer IN {ALL} AND l.kind = 'card' ORDER BY u.used_at DESC",
        CODES_MAX,
    )
    return [
        {"at": told(at), "made_at": told(step * STEP_S * SECOND), "shop": shop, "till": till}
        for at, step, shop, till in rows
    ]


def _claims(whose: Whose) -> list[Part]:
    """Every receipt that they claimed, and the sale it told of; null where none was found."""
    return [
        {"at": told(one.at), "sale": None if one.sale is None else one.sale._asdict()}
        for one in receipts.of_person(whose.view.session, whose.person)
    ]


def _wallets(whose: Whose) -> list[Part]:
    """The passes made of their cards, and since when telephones have them."""
    return [
        {
            "kind": one.kind,
            "language": one.language,
            "changed_at": told(one.changed_at),
            "devices": [told(since) for since in devices],
        }
        for who, _ in whose.members
        for one, devices in wallets.of_person(whose.view.session, who)
    ]
