"""A small Square on loopback: its API over a few orders, its webhooks, and every way in which both go wrong."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, ClassVar
from urllib.parse import parse_qs, urlsplit

from tests.adapters.fake import Fake, Sold

Json = dict[str, Any]

LOCATION = "LHARBOUR"
TOKEN = "the-token"
KEY = "the-signature-key"
CURRENCY = "KES"


def money(amount: int, currency: str = CURRENCY) -> Json:
    return {"amount": amount, "currency": currency}


def order(
    id: str, at: str, *, name: str = "Latte", price: int = 38_000, tax: int = 0, tip: int = 0, **fields: Any
) -> Json:
    """Paid in cash by nobody known, unless that is said otherwise; `at` in RFC 3339."""
    total = price + tax + tip
    item = {
        "uid": "1", "quantity": "1", "name": name, "base_price_money": money(price),
        "total_tax_money": money(tax), "total_money": money(price + tax),
    }  # fmt: skip
    return {
        "id": id, "location_id": LOCATION, "state": "COMPLETED", "version": 2,
        "created_at": at, "updated_at": at, "closed_at": at, "line_items": [item],
        "total_money": money(total), "total_tax_money": money(tax), "total_tip_money": money(tip),
        "tenders": [{"type": "CASH", "amount_money": money(total), "payment_id": f"{id}-pay", "created_at": at}],
    } | fields  # fmt: skip


def payment(of: Json, status: str = "COMPLETED", fingerprint: str | None = None, **fields: Any) -> Json:
    """The one payment of an order, by card where there is a fingerprint."""
    card = {"status": "CAPTURED", "card": {"fingerprint": fingerprint, "last_4": "4417"}}
    return {
        "id": f"{of['id']}-pay", "status": status, "created_at": of["created_at"], "updated_at": of["updated_at"],
        "order_id": of["id"], "location_id": of["location_id"], "total_money": of["total_money"],
        "amount_money": of["total_money"], "source_type": "CARD" if fingerprint else "CASH",
        "device_details": {"device_id": "DEVICE1"}, **({"card_details": card} if fingerprint else {}),
    } | fields  # fmt: skip


def returned(id: str, of: Json, at: str, amount: int) -> Json:
    """An order of its own that gives back one item of another."""
    line = {"uid": "r", "quantity": "1", "name": of["line_items"][0]["name"], "total_money": money(amount)}
    return {
        "id": id, "location_id": of["location_id"], "state": "COMPLETED", "version": 2,
        "created_at": at, "updated_at": at, "closed_at": at, "total_money": None,
        "returns": [{"uid": "1", "source_order_id": of["id"], "return_line_items": [line]}],
        "return_amounts": {"total_money": money(amount), "tax_money": money(0)},
    }  # fmt: skip


def event(kind: str, id: str, about: Json, name: str | None = None) -> bytes:
    """A webhook's body."""
    name = name or kind.partition(".")[0]
    envelope = {"merchant_id": "M", "type": kind, "event_id": id, "created_at": "2026-10-05T05:00:00Z"}
    return json.dumps(envelope | {"data": {"type": name, "id": id, "object": {name: about}}}).encode()


def thin(of: Json, kind: str = "updated", id: str = "e") -> bytes:
    about = {"order_id": of["id"], "location_id": of["location_id"], "state": of["state"], "version": of["version"]}
    return event(f"order.{kind}", id, about, f"order_{kind}")


@dataclass
class FakeSquare(Fake):
    vendor: ClassVar[str] = "square"
    orders: dict[str, Json] = field(default_factory=dict)
    payments: dict[str, Json] = field(default_factory=dict)
    customers: dict[str, Json] = field(default_factory=dict)
    refunds: dict[str, Json] = field(default_factory=dict)
    locations: list[str] = field(default_factory=lambda: [LOCATION])
    token: str = TOKEN

    def settings(self) -> dict[str, str]:
        return {"access_token": self.token, "signature_key": KEY, "location_id": LOCATION, "api_base": self.url}

    def allowed(self, headers: Mapping[str, str]) -> bool:
        return headers.get("authorization") == f"Bearer {self.token}"

    def refusal(self, status: int) -> Json:
        return _refusal(status, "UNAUTHORIZED" if status == 401 else "FAULT")[1]

    def keep(self, sold: Json, paid: Json | None = None) -> Json:
        self.orders[sold["id"]] = sold
        if paid is not None:
            self.payments[paid["id"]] = paid
        return sold

    # -- what happens at its till -------------------------------------------------------------------------------------
    def sell(self, sold: Sold) -> list[bytes]:
        n, who = sold.number, sold.who
        named: Json = {"customer_id": who.pos_id} if who is not None and not sold.by_card else {}
        made = order(f"o{n}", text(sold.at), price=sold.price, tip=sold.tip, **named)
        paid = payment(made, fingerprint=who.fingerprint if who is not None and sold.by_card else None)
        told = []
        if "card_details" in paid:
            made["tenders"][0] |= {"type": "CARD", "card_details": paid["card_details"]}
            told.append(event("payment.created", f"a{n}", paid | {"status": "APPROVED"}))
        self.keep(made, paid)
        return [*told, event("payment.updated", f"p{n}", paid), thin(made, id=f"t{n}")]

    def give_back(self, sold: Sold, at: datetime, amount: int) -> list[bytes]:
        back = self.keep(returned(f"r{sold.number}", self.orders[f"o{sold.number}"], text(at), amount))
        about = {
            "id": f"rf{sold.number}", "status": "COMPLETED", "order_id": back["id"],
            "location_id": back["location_id"], "created_at": back["created_at"],
            "amount_money": back["return_amounts"]["total_money"],
        }  # fmt: skip
        return [event("refund.created", f"f{sold.number}", about)]

    def void(self, sold: Sold, at: datetime) -> list[bytes]:
        made = self.keep(self.orders[f"o{sold.number}"] | {"state": "CANCELED", "version": 3, "updated_at": text(at)})
        return [thin(made, id=f"v{sold.number}")]

    # -- its API ------------------------------------------------------------------------------------------------------
    def answer(self, method: str, target: str, body: bytes, headers: Mapping[str, str]) -> tuple[int, Json]:
        return self.said(method, target, json.loads(body or b"{}"))

    def said(self, method: str, target: str, body: Json) -> tuple[int, Json]:
        path, query = urlsplit(target).path, parse_qs(urlsplit(target).query)
        match (method, *path.strip("/").split("/")[1:]):
            case ("GET", "orders", id):
                return self._one("order", self.orders, id)
            case ("POST", "orders", "batch-retrieve"):
                return 200, {"orders": [self.orders[id] for id in body["order_ids"] if id in self.orders]}
            case ("POST", "orders", "search"):
                return self._search(body)
            case ("GET", "payments"):
                return 200, self._payments(query)
            case ("GET", "payments", id):
                return self._one("payment", self.payments, id)
            case ("GET", "refunds", id):
                return self._one("refund", self.refunds, id)
            case ("GET", "customers", id):
                return self._one("customer", self.customers, id)
            case ("GET", "locations"):
                return 200, {"locations": [{"id": id, "name": "Harbour"} for id in self.locations]}
        return _refusal(404, "NOT_FOUND")

    def _one(self, name: str, held: dict[str, Json], id: str) -> tuple[int, Json]:
        return (200, {name: held[id]}) if id in held else _refusal(404, "NOT_FOUND")

    def _payments(self, query: dict[str, list[str]]) -> Json:
        since, most = query["begin_time"][0], int(query["limit"][0])
        found = sorted((one for one in self.payments.values() if one["created_at"] >= since), key=_created)
        start = int(query.get("cursor", ["0"])[0])
        more = {"cursor": str(start + most)} if start + most < len(found) else {}
        return {"payments": found[start : start + most]} | more

    def _search(self, body: Json) -> tuple[int, Json]:
        if set(body["location_ids"]) - set(self.locations):
            return _refusal(400, "BAD_REQUEST")
        since = body["query"]["filter"]["date_time_filter"]["updated_at"]["start_at"]
        found = sorted((one for one in self.orders.values() if one["updated_at"] >= since), key=_updated)
        start = int(body.get("cursor") or 0)
        more = {"cursor": str(start + self.page)} if start + self.page < len(found) else {}
        return 200, {"orders": found[start : start + self.page]} | more


def text(at: datetime) -> str:
    return at.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _updated(one: Json) -> str:
    return str(one["updated_at"])


def _created(one: Json) -> str:
    return str(one["created_at"])


def _refusal(status: int, code: str) -> tuple[int, Json]:
    return status, {"errors": [{"category": "INVALID_REQUEST_ERROR", "code": code, "detail": code.lower()}]}
