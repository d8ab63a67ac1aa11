"""The same copy as a page to read: one file that asks nothing of any network, in the language of the card.

It holds no script and loads nothing. Every text from outside is escaped here, in one place: a name is a text, whatever
it looks like. What is not put in words stands at its end as data, so that the page is as complete as the data are.
"""

from __future__ import annotations

from datetime import datetime
from html import escape
from typing import Any

from msgspec import json

from loyalty.core.days import DAY, moment
from loyalty.core.known import ShopFacts
from loyalty.reports import copy_bought, copy_own
from loyalty.reports.copy_style import STYLE
from loyalty.reports.pen import Copy, Pen, Row
from loyalty.words import catalogue, days
from loyalty.words.letters import plain

CONSENTS = ("recognise", "remember", "messages", "offers")


def page(copy: Copy, shop: ShopFacts, language: str | None) -> str:
    """`copy`: as `copy.read` answers it; in the language asked for, else the shop's."""
    pen = Pen(catalogue(language or shop.language), shop.calendar.zone, shop.currency)
    said = pen.words.language
    title = pen.text("copy.title", shop=shop.name)
    sections = "".join(_section(pen, *part) for part in _parts(pen, copy))
    data = json.format(json.encode(copy), indent=1).decode()
    return (
        f'<!doctype html>\n<html lang="{said}" dir="{"rtl" if said in days.RIGHT_TO_LEFT else "ltr"}">\n<head>\n'
        '<meta charset="utf-8">\n<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{_safe(title)}</title>\n<style>\n{STYLE}</style>\n</head>\n<body>\n<main>\n<h1>{_safe(title)}</h1>\n"
        f"<p>{_safe(pen.text('copy.taken', day=pen.moment(copy['taken_at'])))}</p>\n{sections}"
        f"<p class=more>{_safe(pen.text('copy.more'))}</p>\n"
        f'<details>\n<summary>{_safe(pen.text("copy.data"))}</summary>\n<pre dir="ltr">{_safe(data)}</pre>\n'
        "</details>\n"
        "</main>\n</body>\n</html>\n"
    )


def _safe(text: str) -> str:
    return escape(text, quote=True)


def _section(pen: Pen, key: str, rows: list[Row]) -> str:
    """A heading and its rows; the first cell of a row says what it is, or when."""
    body = "".join(
        f'<tr><th scope="row"><bdi>{_safe(first)}</bdi></th>'
        + "".join(f"<td><bdi>{_safe(cell)}</bdi></td>" for cell in rest)
        + "</tr>\n"
        for first, *rest in rows
    )
    shown = f"<table>\n{body}</table>\n" if rows else f"<p>{_safe(pen.text('copy.empty'))}</p>\n"
    return f"<section>\n<h2>{_safe(pen.text(key))}</h2>\n{shown}</section>\n"


def _parts(pen: Pen, copy: Copy) -> list[tuple[str, list[Row]]]:
    always: list[tuple[str, list[Row]]] = [
        ("screen.card.about", _about(pen, copy)),
        ("screen.card.agree", _agreed(pen, copy)),
        ("screen.card.knows.marks", _marks(pen, copy)),
        ("copy.learned", _learned(pen, copy)),
        ("screen.card.knows.visits", copy_bought.visits(pen, copy)),
        ("screen.card.knows.points", copy_bought.points(pen, copy)),
        ("copy.cues", _cues(pen, copy)),
    ]
    others: list[tuple[str, list[Row]]] = [
        ("copy.aside", copy_bought.aside(pen, copy)),
        ("copy.rewards", copy_bought.rewards(pen, copy)),
        ("screen.card.usual", copy_own.usuals(pen, copy)),
        ("screen.card.knows.said", copy_own.said(pen, copy)),
        ("screen.card.gifts", _gifts(pen, copy)),
        ("copy.adjustments", copy_bought.adjustments(pen, copy)),
        ("copy.tiers", _tiers(pen, copy)),
        ("copy.deeds", _deeds(pen, copy)),
        ("screen.card.share", _sharers(pen, copy)),
        ("copy.merged", [(pen.moment(one["enrolled_at"]), one["name"]) for one in copy["merged"]]),
    ]
    return always + [part for part in others if part[1]]


def _about(pen: Pen, copy: Copy) -> list[Row]:
    about = "screen.card.about"
    rows = [(f"{about}.name", copy["name"])]
    if copy["spoken"] is not None:
        rows.append((f"{about}.spoken", copy["spoken"]))
    if copy["birthday"] is not None:
        rows.append((f"{about}.birthday", days.birthday(copy["birthday"], pen.words.language)))
    rows += [
        ("copy.greeting", pen.text(f"screen.card.greet.{copy['greeting']}")),
        (f"{about}.since", pen.moment(copy["enrolled_at"])),
    ]
    if copy["paused_at"] is not None:
        rows.append(("copy.paused", pen.moment(copy["paused_at"])))
    if copy["last_pause"] is not None:
        rows.append(("copy.rested", " – ".join(pen.moment(at) for at in copy["last_pause"])))
    if copy["held_out"]:
        rows.append(("copy.held-out", pen.text("copy.yes")))
    if copy["forgot_at"] is not None:
        rows.append(("copy.forgot", pen.moment(copy["forgot_at"])))
    return [(pen.text(key), value, _source(pen, copy, key)) for key, value in rows]


def _source(pen: Pen, copy: Copy, key: str) -> str:
    """Where it comes from: written on the card, or as it was when they joined."""
    what = {"copy.greeting": "greeting", "screen.card.agree": "consents"}.get(key, key.rpartition(".")[2])
    if what == "since":
        return pen.text(f"screen.card.about.joined.{copy['joined']}")
    written = {one["what"]: one["at"] for one in copy["written"]}
    if what in written:
        return pen.text("screen.card.about.from.card", day=pen.moment(written[what]))
    return "" if what in ("paused", "rested", "forgot") else pen.text(f"screen.card.about.from.{copy['joined']}")


def _agreed(pen: Pen, copy: Copy) -> list[Row]:
    source = _source(pen, copy, "screen.card.agree")
    return [
        (pen.text(f"screen.card.agree.{one}"), pen.text("copy.yes" if copy["consents"][one] else "copy.no"), source)
        for one in CONSENTS
    ]


def _marks(pen: Pen, copy: Copy) -> list[Row]:
    """Also those that are no longer used. A bank card is known by a mark, not by its number."""
    rows: list[Row] = [(pen.text("screen.card.mark.card"), copy["card"], "")]
    for one in copy["links"]:
        ended = pen.text("copy.until", day=pen.moment(one["until"])) if one["until"] is not None else ""
        if one["kind"] == "card":
            if ended or one["value"] != copy["card"]:
                rows.append((pen.text("copy.card.earlier" if ended else "copy.card.other"), one["value"], ended))
            continue
        scrambled = one["kind"] == "fingerprint"
        value = pen.text("screen.card.mark.scrambled") if scrambled else one["value"] or ""
        rows.append((pen.text(f"screen.card.mark.{one['kind']}"), value, ended))
    return rows


def _learned(pen: Pen, copy: Copy) -> list[Row]:
    learned = copy["learned"]
    drinks = sorted(learned["drinks"].items(), key=lambda one: (-len(one[1]["in_visits"]), one[0]))
    return [
        (pen.text("copy.learned.visits"), pen.words.number(learned["visits"])),
        *(
            (", ".join((name, *seen["variations"], *seen["modifiers"])), _often(pen, len(seen["in_visits"])))
            for name, seen in drinks
        ),
    ]


def _often(pen: Pen, n: int) -> str:
    return pen.text("copy.learned.often", n=n)


def _cues(pen: Pen, copy: Copy) -> list[Row]:
    return [(pen.moment(one["at"]), plain(one["say"]), _outcome(pen, copy, one)) for one in copy["cues"]]


def _outcome(pen: Pen, copy: Copy, cue: dict[str, Any]) -> str:
    if cue["outcome"] is not None:
        return pen.text(f"screen.card.outcome.{cue['outcome']}")
    old = moment(datetime.fromisoformat(copy["taken_at"])) - moment(datetime.fromisoformat(cue["at"])) > DAY
    return pen.text("screen.card.outcome.expired") if old else ""


def _deeds(pen: Pen, copy: Copy) -> list[Row]:
    return [(pen.moment(one["at"]), pen.known(f"copy.deed.{one['what']}", "copy.deed.other")) for one in copy["deeds"]]


def _gifts(pen: Pen, copy: Copy) -> list[Row]:
    return [
        (
            pen.moment(one["at"]),
            one["name"] if one["kind"] == "perk" else pen.text("screen.card.gift.surprise"),
            one["said"] if one["reason"] == "other" else pen.text(f"screen.card.gift.{one['reason']}"),
            pen.text("copy.taken-back") if one["taken_back"] else "",
        )
        for one in copy["gifts"]
    ]


def _tiers(pen: Pen, copy: Copy) -> list[Row]:
    return [
        (pen.moment(one["set_at"]), one["tier"], pen.text("copy.until", day=pen.day(one["until"])), one["reason"])
        for one in copy["tiers_by_hand"]
    ]


def _sharers(pen: Pen, copy: Copy) -> list[Row]:
    return [(one["name"] or pen.text("screen.card.share.somebody"),) for one in copy["sharers"]]
