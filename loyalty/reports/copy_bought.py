"""Of a customer's copy as a page what they bought, how it was paid, what did not count; their points and rewards."""

from __future__ import annotations

from typing import Any

from loyalty.reports.pen import Copy, Pen, Row
from loyalty.words import days

FATES = {  # the first that holds for a sale of the visit
    "paused": "screen.card.fate.earned",
    "not-as-usual": "screen.card.fate.apart",
    "forgotten": "screen.card.fate.forgotten",
}
ENTRIES = {"give-back": "release"}  # said in the same words
LAST = "••"  # before the last digits of a bank card

Sold = dict[str, Any]
Ref = tuple[str, str, str]


# -- visits -----------------------------------------------------------------------------------------------------------
def visits(pen: Pen, copy: Copy) -> list[Row]:
    totals = days.amounts([visit["total"] for visit in copy["visits"]], pen.currency, pen.words.language)
    aside = {_ref(one): one["why"] for one in copy["not_learned"]}
    sales = {_ref(one): one for one in copy["sales"]}
    return [
        (
            pen.moment(visit["at"]),
            _ordered(pen, visit),
            _beside(_fate(pen, visit, aside), *(_paid(pen, sales[ref]) for ref in _refs(visit) if ref in sales)),
            total,
        )
        for visit, total in zip(copy["visits"], totals, strict=True)
    ]


def _ref(one: Sold) -> Ref:
    return one["shop"], one["source"], one["id"]


def _refs(visit: Sold) -> list[Ref]:
    return [_ref(sale) for sale in visit["sales"]]


def _beside(*said: str) -> str:
    """In one cell, so that a row stays narrow; what is said of several sales alike is said once."""
    return "; ".join(dict.fromkeys(part for part in said if part))


def _ordered(pen: Pen, sold: Sold) -> str:
    """Of a visit, or of a sale."""
    said = [
        pen.words.order(line["name"], line.get("variation") or "", tuple(line.get("modifiers", ())))
        for line in sold["lines"]
    ]
    return "; ".join(said) or pen.text("screen.card.knows.no-items")


def _fate(pen: Pen, visit: Sold, aside: dict[Ref, str]) -> str:
    why = {aside.get(ref) for ref in _refs(visit)} - {None}
    if not why:
        return ""
    return pen.text(next(text for found, text in FATES.items() if found in why))


def _paid(pen: Pen, sale: Sold) -> str:
    """By what; and how much by each, where it was by several."""
    tenders = sale.get("tenders", ())
    said = [_tender(pen, one) for one in tenders]
    if len(said) > 1:
        amounts = days.amounts([one["amount"] for one in tenders], sale["currency"], pen.words.language)
        said = [" ".join(each) for each in zip(said, amounts, strict=True)]
    return ", ".join(said)


def _tender(pen: Pen, tender: Sold) -> str:
    """Tills have names of their own for what is rare."""
    key = f"copy.paid.{tender['kind']}"
    kind = pen.text(key) if pen.words.knows(key) else tender["kind"].replace("_", " ")
    return f"{kind} {LAST}{tender['last4']}" if tender.get("last4") else kind


def aside(pen: Pen, copy: Copy) -> list[Row]:
    """Sales that did not count, and refunds."""
    return [
        (
            pen.moment(one["at"]),
            _ordered(pen, one),
            _beside(pen.text(_why_not(one)), _paid(pen, one)),
            days.amounts([one["total"]], one["currency"], pen.words.language)[0],
        )
        for one in copy["sales"]
        if not one["counts"]
    ]


def _why_not(sale: Sold) -> str:
    if sale.get("refund_of") is not None:
        return "copy.aside.refund"
    return {"open": "copy.aside.open", "voided": "screen.card.fate.voided"}.get(
        sale["state"], "screen.card.fate.given-back"
    )


# -- points -----------------------------------------------------------------------------------------------------------
def points(pen: Pen, copy: Copy) -> list[Row]:
    ends = [(pen.text("copy.ends", day=pen.day(one["on"])), pen.points(one["points"])) for one in copy["expiring"]]
    moved = [(pen.moment(one["at"]), _why(pen, one["reason"]), pen.points(one["points"])) for one in copy["entries"]]
    return [(pen.text("screen.card.knows.now", n=copy["points"]), ""), *ends, *moved]


def _why(pen: Pen, reason: str) -> str:
    return pen.known(f"screen.card.entry.{ENTRIES.get(reason, reason)}", "screen.card.entry.other")


def rewards(pen: Pen, copy: Copy) -> list[Row]:
    return [
        (pen.moment(one["at"]), one["name"], pen.text(f"copy.reward.{one['state']}"), pen.points(-one["points"]))
        for one in copy["rewards"]
    ]


def adjustments(pen: Pen, copy: Copy) -> list[Row]:
    return [
        (
            pen.moment(one["at"]),
            one["note"] or _why(pen, one["why"]),
            "" if one["standing"] else pen.text("copy.taken-back"),
            pen.points(one["points"]),
        )
        for one in copy["adjustments"]
    ]
