"""Of a customer's copy what they said themselves: what they have, what is never to be offered, what they wrote."""

from __future__ import annotations

from loyalty.reports.pen import Copy, Pen, Row

THUMBS = {"up": "\N{THUMBS UP SIGN}", "down": "\N{THUMBS DOWN SIGN}", None: ""}


def usuals(pen: Pen, copy: Copy) -> list[Row]:
    mine = "screen.card.mine"
    rows: list[Row] = [
        (
            pen.words.order(one["name"], one["variation"], tuple(one["modifiers"])),
            ", ".join(pen.text(f"{mine}.{what}.{one[what]}") for what in ("days", "part")),
            one["label"],
        )
        for one in copy["usuals"]
    ]
    never: list[Row] = (
        [(pen.text(f"{mine}.never.shown", what=", ".join(copy["never"])), "", "")] if copy["never"] else []
    )
    return rows + never


def said(pen: Pen, copy: Copy) -> list[Row]:
    tell = "screen.card.tell"
    return [
        (
            pen.moment(one["at"]),
            pen.text(f"{tell}.{'us' if one['by'] == 'shop' else 'you'}"),
            " ".join(part for part in (THUMBS[one["thumb"]], one["text"]) if part),
        )
        for one in copy["said"]
    ]
