"""Asking Odoo by JSON-RPC: orders with their lines, payments, customers and choices, as one document for `parse`."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from typing import Any

from loyalty.errors import RegularsError, Unfit, Unknown
from pos_adapters.asking import Api, Expired, NotAllowed, document
from pos_adapters.base import Fetch, Later, Page, Settings
from pos_adapters.pulling import pulled, time_in
from pos_adapters.tokens import Token, Tokens

PAGE_MAX = 100
SIGNED_IN_S = 3_600.0
FIELDS = {
    "pos.order": "uuid write_date date_order config_id partner_id email mobile currency_id state amount_total"
    " amount_tax refunded_order_id lines payment_ids",
    "pos.order.line": "full_product_name product_id qty price_unit discount price_subtotal price_subtotal_incl"
    " attribute_value_ids combo_parent_id",
    "pos.payment": "amount payment_method_id card_type is_change",
    "product.template.attribute.value": "name attribute_id",
    "res.partner": "phone email barcode",
    "pos.config": "name tip_product_id",
}
_USERS = Tokens()


class Odoo:
    """As one user of one database. Raises Later where nothing can be asked at all."""

    def __init__(self, settings: Settings) -> None:
        for name in ("api_base", "database", "login", "api_key"):
            if not settings[name]:
                raise Later(f"odoo: {name} is missing")
        self._api = Api("odoo", settings["api_base"], per_s=5.0)
        self._database, self._login, self._key = settings["database"], settings["login"], settings["api_key"]
        self._user = (settings["api_base"], self._database, self._login, self._key)

    def search(self, model: str, domain: Sequence[Any], **how: Any) -> list[Any]:
        how = {"fields": FIELDS.get(model, "name").split(), **how}
        try:
            asked = [self._database, int(_USERS.get(self._user, self._sign_in)), self._key, model, "search_read"]
            return self._call("object", "execute_kw", [*asked, [domain], how]) or []
        except Expired:
            _USERS.forget(self._user)  # it may be another user's number by now
            raise

    def perhaps(self, model: str, ids: Iterable[Any]) -> list[Any]:
        """What is good to have: nothing where the user may not read it, or this Odoo has no such fields."""
        wanted = sorted({id for id in ids if id})
        try:
            return self.search(model, [["id", "in", wanted]]) if wanted else []
        except (Unknown, Unfit, NotAllowed):
            return []

    def _sign_in(self) -> Token:
        user = self._call("common", "authenticate", [self._database, self._login, self._key, {}])
        if not isinstance(user, int) or not user:
            raise Expired("odoo: login and api_key are refused; is it the API key of this user, and not expired?")
        return Token(str(user), SIGNED_IN_S)

    def _call(self, service: str, method: str, args: list[Any]) -> Any:
        params = {"service": service, "method": method, "args": args}
        said = self._api.ask("POST", "/jsonrpc", json={"jsonrpc": "2.0", "method": "call", "id": 1, "params": params})
        if not isinstance(said, dict):
            raise Later("odoo: the API answered with something that is not Odoo's; is api_base right?")
        if "error" in said:
            raise _refusal(said["error"])
        return said.get("result")


def _refusal(error: Any) -> Exception:
    """Odoo answers everything with 200. The message may quote rows, so only its first line is told."""
    data = error.get("data") or {} if isinstance(error, dict) else {}
    name, words = str(data.get("name", "")), str(data.get("message", "")).partition("\n")[0][:200]
    if name.endswith("AccessDenied"):
        return Expired(f"odoo: login and api_key are refused: {words}")
    if name.endswith("AccessError"):
        return NotAllowed(f"odoo: this user may not read that; give it rights in Point of Sale: {words}")
    if name.startswith("odoo.exceptions") or name in ("builtins.ValueError", "builtins.KeyError"):
        return Unfit(f"odoo: the question is refused: {words}", code="vendor-refused")
    return Later(f"odoo: the server has trouble of its own: {words}")


# -- orders -----------------------------------------------------------------------------------------------------------
def fetch(wanted: Fetch, settings: Settings) -> bytes:
    odoo = Odoo(settings)
    if not wanted.id.isdecimal():
        raise Unfit(f"odoo: expected the number of an order, got {wanted.id[:40]!r}", at="id")
    found = odoo.search("pos.order", [["id", "=", int(wanted.id)]])
    if not found:
        raise Unknown(f"odoo: there is no order {wanted.id}")
    return _whole(odoo, found)


def pull(cursor: str, settings: Settings, now: datetime) -> Page:
    """Orders in the order in which they were written. A page begins at the second in which the last one ended, behind
    what was seen of that second: Odoo keeps microseconds and tells none."""
    odoo, shops = Odoo(settings), numbers(settings["config_id"])

    def search(since: datetime, page: str) -> tuple[Sequence[Any], str | None]:
        start, _, seen = (page or f"{_text(since)}/0").partition("/")
        domain: list[Any] = [["write_date", ">=", start], *([["config_id", "in", shops]] if shops else [])]
        order = "write_date asc, id asc"
        found = odoo.search("pos.order", domain, order=order, limit=PAGE_MAX, offset=int(seen))
        if len(found) < PAGE_MAX:
            return found, None
        last = found[-1]["write_date"]
        same = sum(one["write_date"] == last for one in found) + (int(seen) if last == start else 0)
        return found, f"{last}/{same}"

    return pulled(cursor, now, search, lambda one: time_in(f"{one['write_date']}Z"), lambda them: _whole(odoo, them))


def _whole(odoo: Odoo, orders: Sequence[Any]) -> bytes:
    """With everything that they only name by its number."""
    line_ids, payment_ids = ([id for one in orders for id in one[name]] for name in ("lines", "payment_ids"))
    lines = _all(odoo, "pos.order.line", line_ids)
    parents = {id_of(one["refunded_order_id"]) for one in orders} - {None}
    found = {
        "orders": orders,
        "lines": lines,
        "payments": _all(odoo, "pos.payment", payment_ids),
        "parents": odoo.search("pos.order", [["id", "in", sorted(parents)]], fields=["uuid"]) if parents else [],
        "attributes": odoo.perhaps(
            "product.template.attribute.value", (id for one in lines for id in one["attribute_value_ids"])
        ),
        "partners": odoo.perhaps("res.partner", (id_of(one["partner_id"]) for one in orders)),
        "configs": odoo.perhaps("pos.config", (id_of(one["config_id"]) for one in orders)),
    }
    return document(found)


def _all(odoo: Odoo, model: str, ids: list[Any]) -> list[Any]:
    return odoo.search(model, [["id", "in", ids]], order="id asc") if ids else []


def id_of(link: Any) -> int | None:
    """`[412, "Mara Okafor"]`, or false."""
    return link[0] if link else None


def numbers(text: str) -> list[int]:
    return [int(part) for part in text.split(",") if part.strip().isdecimal()]


def _text(at: datetime) -> str:
    return at.astimezone(UTC).strftime("%Y-%m-%d %H:%M:%S")


# -- is all well? -----------------------------------------------------------------------------------------------------
def check(settings: Settings) -> list[str]:
    """What keeps it from working, in words."""
    try:
        odoo = Odoo(settings)
        odoo.search("pos.order", [], limit=1)
        shops = {one["id"]: one["name"] for one in odoo.search("pos.config", [])}
    except RegularsError as trouble:
        return [trouble.message]
    if missing := [id for id in numbers(settings["config_id"]) if id not in shops]:
        known = ", ".join(f"{id} ({name})" for id, name in shops.items()) or "none"
        return [f"odoo: there is no point of sale {missing[0]}; this user sees {known}"]
    return _hooks(odoo, settings["public_url"])


def _hooks(odoo: Odoo, address: str) -> list[str]:
    """Nothing where the user may not read them, which only an administrator may."""
    try:
        posts = odoo.search("ir.actions.server", [["state", "=", "webhook"]], fields=["webhook_url"]) if address else []
        ours = [one["id"] for one in posts if str(one["webhook_url"]).rstrip("/") == address.rstrip("/")]
        if not address or (ours and odoo.search("base.automation", [["action_server_ids", "in", ours]])):
            return []
    except (Unknown, Unfit, NotAllowed):
        return []
    return [f"odoo: no automation rule is switched on that sends to {address}; add it under Settings → Technical"]
