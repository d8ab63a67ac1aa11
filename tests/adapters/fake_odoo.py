"""A small Odoo on loopback: JSON-RPC over a few tables."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any, ClassVar

from tests.adapters.fake import Fake, Json, Sold
from tests.make import Who

DATABASE, LOGIN, USER = "cafe", "till@cafe.example", 7


def text(at: datetime) -> str:
    return at.astimezone(UTC).strftime("%Y-%m-%d %H:%M:%S")


def major(amount: int) -> float:
    return float(Decimal(amount) / 100)


@dataclass
class FakeOdoo(Fake):
    """`written`: the microseconds at which each order was written, which Odoo keeps and does not tell."""

    vendor: ClassVar[str] = "odoo"

    tables: dict[str, dict[int, Json]] = field(default_factory=dict)
    key: str = "key-1"
    written: dict[int, datetime] = field(default_factory=dict)
    forbidden: set[str] = field(default_factory=set)
    broken: dict[int, str] = field(default_factory=dict)  # orders that it refuses to look at, and by what name

    def settings(self) -> dict[str, str]:
        return {"api_base": self.url, "database": DATABASE, "login": LOGIN, "api_key": "key-1"}

    def allowed(self, headers: Mapping[str, str]) -> bool:
        return True

    def table(self, model: str) -> dict[int, Json]:
        return self.tables.setdefault(model, {})

    def answer(self, method: str, target: str, body: bytes, headers: Mapping[str, str]) -> tuple[int, Any]:
        if (method, target) != ("POST", "/jsonrpc"):
            return 404, self.refusal(404)
        asked = json.loads(body)["params"]
        if asked["service"] == "common":
            return 200, {"result": USER if asked["args"] == [DATABASE, LOGIN, self.key, {}] else False}
        database, user, key, model, verb, (domain,), how = asked["args"]
        if (database, user, key, verb) != (DATABASE, USER, self.key, "search_read"):
            return 200, error("odoo.exceptions.AccessDenied", "Access Denied")
        if model in self.forbidden:
            return 200, error("odoo.exceptions.AccessError", f"You are not allowed to access '{model}'\nfor Mara")
        for term in domain:
            if term[:2] == ["id", "="] and term[2] in self.broken:
                return 200, error(self.broken[term[2]], "this one not")
        return 200, {"result": self._search(model, domain, **how)}

    def _search(
        self, model: str, domain: list[Any], fields: list[str], order: str = "", limit: int = 1000, offset: int = 0
    ) -> list[Json]:
        found = [one for one in self.table(model).values() if all(self._fits(one, *term) for term in domain)]
        assert order in ("", "id asc", "write_date asc, id asc")
        found.sort(key=lambda one: (self._written(one) if order.startswith("write") else 0, one["id"]))
        return [{name: one[name] for name in ("id", *fields)} for one in found[offset : offset + limit]]

    def _written(self, one: Json) -> str:
        at = self.written.get(one["id"])
        return at.astimezone(UTC).strftime("%Y-%m-%d %H:%M:%S.%f") if at else one["write_date"]

    def _fits(self, one: Json, name: str, how: str, wanted: Any) -> bool:
        held = self._written(one) if name == "write_date" else one[name]
        match how:
            case ">=":
                return bool(held >= wanted)
            case "=":
                return bool(held == wanted)
            case "in":
                return bool({held[0] if isinstance(held, list) else held} & set(wanted))
        raise AssertionError(how)

    # -- what happens at the till -------------------------------------------------------------------------------------
    def sell(self, sold: Sold) -> list[bytes]:
        tip = [(99, "Tips", sold.tip)] if sold.tip else []
        return self.ring_up(sold.number, sold.at, [(1, "Latte", sold.price), *tip], who=sold.who)

    def give_back(self, sold: Sold, at: datetime, amount: int) -> list[bytes]:
        id = sold.number * 1_000 + sum(one["amount_total"] < 0 for one in self.table("pos.order").values())
        return self.ring_up(id, at, [(1, "Latte", -amount)], refunded_order_id=[sold.number, "Latte"])

    def void(self, sold: Sold, at: datetime) -> list[bytes]:
        self.table("pos.order")[sold.number] |= {"state": "cancel", "write_date": text(at)}
        return [self.hook(sold.number)]

    def ring_up(
        self, id: int, at: datetime, sold: list[tuple[int, str, int]], who: Who | None = None, **fields: Any
    ) -> list[bytes]:
        self.table("pos.config").setdefault(2, {"id": 2, "name": "Bar", "tip_product_id": [99, "Tips"]})
        total, lines = sum(amount for _, _, amount in sold), []
        for place, (product, name, amount) in enumerate(sold):
            lines.append(id * 10 + place)
            self.table("pos.order.line")[lines[-1]] = {
                "id": lines[-1], "full_product_name": name, "product_id": [product, name],
                "qty": -1.0 if amount < 0 else 1.0, "price_unit": abs(major(amount)), "discount": 0.0,
                "price_subtotal": major(amount), "price_subtotal_incl": major(amount),
                "attribute_value_ids": [], "combo_parent_id": False,
            }  # fmt: skip
        self.table("pos.payment")[id] = {
            "id": id, "amount": major(total), "payment_method_id": [1, "Cash"], "card_type": False, "is_change": False,
        }  # fmt: skip
        if who:
            self.table("res.partner")[_id(who)] = {
                "id": _id(who), "phone": who.phone, "email": who.email, "barcode": False
            }  # fmt: skip
        self.table("pos.order")[id] = {
            "id": id, "uuid": f"uuid-{id}", "state": "paid", "write_date": text(at), "date_order": text(at),
            "config_id": [2, "Bar"], "currency_id": [1, self.currency],
            "partner_id": [_id(who), who.name] if who else False,
            "email": False, "mobile": False, "amount_total": major(total), "amount_tax": 0.0,
            "refunded_order_id": False, "lines": lines, "payment_ids": [id],
        } | fields  # fmt: skip
        return [self.hook(id)]

    def hook(self, id: int) -> bytes:
        return json.dumps({"_action": "Regulars(#1)", "_id": id, "_model": "pos.order", "id": id}).encode()


def error(name: str, message: str) -> Json:
    return {"error": {"code": 200, "message": "Odoo Server Error", "data": {"name": name, "message": message}}}


def _id(who: Who) -> int:
    """Of the partner: Amina's is 412."""
    return 412 + ord(who.name[0]) - ord("A")
