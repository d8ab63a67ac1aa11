"""Asking Odoo by JSON-RPC: orders with their lines, payments, customers and choices, as one document for `parse`."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any

from loyalty.errors import Unfit, Unknown
from pos_adapters import checking
from pos_adapters.asking import Api, Expired, NotAllowed, document, no_json
from pos_adapters.base import Fetch, Later, Page, Settings
from pos_adapters.pulling import pulled, time_in

PAGE_MAX = 100
Ask = Callable[[Settings, str, str, Sequence[Any]], list[Any] | None]
ACCOUNT = ("api_base", "database", "login", "api_key")
ORDER = (
    "uuid write_date date_order config_id partner_id email mobile currency_id state amount_total amount_tax"
    " refunded_order_id lines payment_ids"
)
LINE = (
    "full_product_name product_id qty price_unit discount price_subtotal price_subtotal_incl attribute_value_ids"
    " combo_parent_id"
)


def search(settings: Settings, model: str, fields: str, domain: Sequence[Any], **how: Any) -> list[Any]:
    """Raises Later where nothing can be asked at all."""
    if missing := [name for name in ACCOUNT if not settings[name]]:
        raise Later(f"odoo: {missing[0]} is missing")
    base, database, login, key = (settings[name] for name in ACCOUNT)
    how = {"fields": fields.split(), **how}
    try:
        user = _user(base, database, login, key)
        asked = (database, user, key, model, "search_read", [domain], how)
        return list(_call(base, "object", "execute_kw", *asked) or ())
    except Expired:
        _user.cache_clear()  # it may be another user's number by now
        raise


def perhaps(settings: Settings, model: str, fields: str, domain: Sequence[Any]) -> list[Any] | None:
    """What is good to have: None where the user may not read it, or this Odoo has no such fields."""
    try:
        return search(settings, model, fields, domain)
    except (Unknown, Unfit, NotAllowed):
        return None


@lru_cache(64)
def _user(base: str, database: str, login: str, key: str) -> int:
    """The number by which the user asks."""
    user = _call(base, "common", "authenticate", database, login, key, {})
    if not isinstance(user, int) or not user:
        raise Expired("odoo: login and api_key are refused; is it the API key of this user, and not expired?")
    return user


def _call(base: str, service: str, method: str, *args: Any) -> Any:
    params = {"service": service, "method": method, "args": args}
    asked = {"jsonrpc": "2.0", "method": "call", "id": 1, "params": params}
    match Api("odoo", base, per_s=5.0).ask("POST", "/jsonrpc", json=asked):
        case {"error": {"data": {"name": str(name), "message": str(message)}}}:
            raise _refusal(name, message.partition("\n")[0][:200])
        case {"result": result}:
            return result
    raise Later(no_json("odoo"))


def _refusal(name: str, words: str) -> Exception:
    """Odoo answers everything with 200. `words`: the first line, since the others may quote rows."""
    if name.endswith("AccessDenied"):
        return Expired(f"odoo: login and api_key are refused: {words}")
    if name.endswith("AccessError"):
        return NotAllowed(f"odoo: this user may not read that; give it rights in Point of Sale: {words}")
    if name.startswith("odoo.exceptions") or name in ("builtins.ValueError", "builtins.KeyError"):
        return Unfit(f"odoo: the question is refused: {words}", code="vendor-refused")
    return Later(f"odoo: the server has trouble of its own: {words}")


# -- orders -----------------------------------------------------------------------------------------------------------
def fetch(wanted: Fetch, settings: Settings) -> bytes:
    if not wanted.id.isdecimal():
        raise Unfit(f"odoo: expected the number of an order, got {wanted.id[:40]!r}", at="id")
    found = search(settings, "pos.order", ORDER, [["id", "=", int(wanted.id)]])
    if not found:
        raise Unknown(f"odoo: there is no order {wanted.id}")
    return _whole(found, settings)


def pull(cursor: str, settings: Settings, now: datetime) -> Page:
    """Orders in the order in which they were written. A page begins at the second in which the last one ended, behind
    what was seen of that second: Odoo keeps microseconds and tells none."""
    shops = numbers(settings["config_id"])
    own = [["config_id", "in", shops]] if shops else []

    def look(since: datetime, page: str) -> tuple[Sequence[Any], str | None]:
        start, _, seen = (page or f"{since.astimezone(UTC):%Y-%m-%d %H:%M:%S}/0").partition("/")
        how = {"order": "write_date asc, id asc", "limit": PAGE_MAX, "offset": int(seen)}
        found = search(settings, "pos.order", ORDER, [["write_date", ">=", start], *own], **how)
        last = found[-1]["write_date"] if found else start
        same = [one["write_date"] for one in found].count(last) + (int(seen) if last == start else 0)
        return found, f"{last}/{same}" if len(found) == PAGE_MAX else None

    return pulled(cursor, now, look, lambda one: time_in(f"{one['write_date']}Z"), lambda all: _whole(all, settings))


def _whole(orders: Sequence[Any], settings: Settings) -> bytes:
    """With everything that they only name: by numbers (`[11, 21]`), by one and a word (`[2, "Bar"]`), or false."""

    def those(model: str, fields: str, name: str, of: Sequence[Any] = orders, ask: Ask = search) -> list[Any]:
        wanted = sorted({id for one in of for id in one[name] or () if isinstance(id, int)})
        return (ask(settings, model, fields, [["id", "in", wanted]]) or []) if wanted else []

    lines = those("pos.order.line", LINE, "lines")
    choice = "product.template.attribute.value"
    found = {
        "orders": orders,
        "lines": lines,
        "payments": those("pos.payment", "amount payment_method_id card_type is_change", "payment_ids"),
        "parents": those("pos.order", "uuid", "refunded_order_id"),
        "attributes": those(choice, "name attribute_id", "attribute_value_ids", lines, perhaps),
        "partners": those("res.partner", "phone email barcode", "partner_id", ask=perhaps),
        "configs": those("pos.config", "tip_product_id", "config_id", ask=perhaps),
    }
    return document(found)


def numbers(text: str) -> list[int]:
    return [int(part) for part in text.split(",") if part.strip().isdecimal()]


# -- is all well? -----------------------------------------------------------------------------------------------------
@checking.told
def check(settings: Settings) -> list[str]:
    search(settings, "pos.order", "uuid", [], limit=1)
    shops = {one["id"]: one["name"] for one in search(settings, "pos.config", "name", [])}
    if missing := [id for id in numbers(settings["config_id"]) if id not in shops]:
        known = ", ".join(f"{id} ({name})" for id, name in shops.items()) or "none"
        return [f"odoo: there is no point of sale {missing[0]}; this user sees {known}"]
    return _hooks(settings, settings["public_url"].rstrip("/")) if settings["public_url"] else []


def _hooks(settings: Settings, url: str) -> list[str]:
    """Nothing where the user may not read them, which only an administrator may."""
    sends = [["state", "=", "webhook"], ["webhook_url", "in", [url, f"{url}/"]]]
    posts = perhaps(settings, "ir.actions.server", "state", sends)
    ours = ["action_server_ids", "in", [one["id"] for one in posts or ()]]
    rules = posts and perhaps(settings, "base.automation", "name", [ours])
    wrong = f"odoo: no automation rule is switched on that sends to {url}; add it under Settings → Technical"
    return [wrong] if rules == [] else []
