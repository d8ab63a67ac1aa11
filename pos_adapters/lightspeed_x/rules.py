"""Business rules (Plus plan): the till waits while it asks who was put on the sale, and shows what we answer."""

from __future__ import annotations

from typing import Any

import msgspec

from loyalty.wire import Presence
from pos_adapters.answering import Asked, Reply, Told
from pos_adapters.base import Headers, Settings
from pos_adapters.lightspeed_x.sales import NOBODY
from pos_adapters.reading import BAD_ITEM, exact, shaped
from pos_adapters.tills import till_of

WHO = "sale.customer.changed"  # the rest says nothing of who is there


def asks(headers: Headers, raw: bytes, settings: Settings) -> Asked | None:
    """Who is there, once somebody is put on the sale."""
    rule = _rule(raw)
    sale, elsewhere = _part(rule, "sale"), settings["outlet_id"]
    who = _part(sale, "customer") or _part(rule, "customer")
    id, code = str(who.get("id") or ""), str(who.get("customer_code") or "")
    outlet, register = (str(rule.get(name) or sale.get(name) or "") for name in ("outlet_id", "register_id"))
    if (
        rule.get("event_type") != WHO
        or not id
        or code.upper() == NOBODY
        or (elsewhere and outlet not in ("", elsewhere))
    ):
        return None
    try:
        there = Presence(shop=settings["shop"], till=till_of(register, settings), pos_id=id)
        return Asked(who=msgspec.convert(msgspec.to_builtins(there), Presence), key=f"{sale.get('id', '')}/{id}")
    except msgspec.ValidationError:
        return None


def answer(headers: Headers, raw: bytes, settings: Settings, told: Told) -> Reply:
    """A dialog that can be skipped, or nothing: a sale is never stopped, and a stranger sees none."""
    if not _rule(raw):
        return Reply()
    actions = [] if told.seen is None or not settings["prompt_field"] else [_dialog(told, settings["prompt_field"])]
    return Reply(msgspec.json.encode({"actions": actions}), "application/json")


def _dialog(told: Told, field: str) -> dict[str, Any]:
    """`add_custom_fields` came in 2025-06 for `require_custom_fields`, with `skippable`; the rest is as that has it."""
    assert told.seen is not None, "a dialog is for somebody"
    cue = told.seen.cue
    return {
        "type": "add_custom_fields",
        "title": cue.name or "Regulars",
        "message": " ".join([cue.say, *(act.text for act in cue.act)]),
        "entity": "sale",
        "skippable": True,
        "required_custom_fields": [{"name": field}],
    }


def _rule(raw: bytes) -> dict[str, Any]:
    """Empty where it is none."""
    try:
        said = shaped(exact(raw), dict[str, Any])
    except BAD_ITEM:
        return {}
    return said if isinstance(said.get("event_type"), str) else {}


def _part(said: dict[str, Any], name: str) -> dict[str, Any]:
    found = said.get(name)
    return found if isinstance(found, dict) else {}
