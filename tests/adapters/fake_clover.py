"""A small Clover on loopback: orders that hold their payments and refunds, webhooks that only point to them."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, ClassVar
from urllib.parse import parse_qs, urlsplit

from tests.adapters.fake import Json, Renewing, Sold

MERCHANT = "MHARBOUR00001"
CODE = "the-auth-code"


@dataclass
class FakeClover(Renewing):
    vendor: ClassVar[str] = "clover"

    orders: dict[str, Json] = field(default_factory=dict)
    payments: dict[str, str] = field(default_factory=dict)  # which order each is for
    customers: dict[str, Json] = field(default_factory=dict)
    changes: int = 0

    def settings(self) -> dict[str, str]:
        return {
            "auth_code": CODE, "merchant_id": MERCHANT, "access_token": self.token, "client_id": "APP",
            "refresh_token": self.refresh, "api_base": self.url,
        }  # fmt: skip

    def open_to_all(self, target: str) -> bool:
        return target == "/oauth/v2/refresh"

    # -- its API ------------------------------------------------------------------------------------------------------
    def answer(self, method: str, target: str, body: bytes, headers: Mapping[str, str]) -> tuple[int, Any]:
        path, query = urlsplit(target).path, parse_qs(urlsplit(target).query)
        match (method, *path.strip("/").split("/")):
            case ("POST", "oauth", "v2", "refresh"):
                return self.renewed(json.loads(body), {"client_id": "APP"}, {"access_token_expiration": 1})
            case (_, "v3", "merchants", merchant, *_) if merchant != MERCHANT:
                return 404, self.refusal(404)
            case ("GET", _, _, _, "properties"):
                return 200, {"defaultCurrency": self.currency}
            case ("GET", _, _, _, "orders"):
                return 200, self._searched(query)
            case ("GET", _, _, _, "orders", id) if id in self.orders:
                return 200, self.orders[id]
            case ("GET", _, _, _, "payments", id) if id in self.payments:
                return 200, {"id": id, "order": {"id": self.payments[id]}}
            case ("GET", _, _, _, "customers", id) if id in self.customers:
                return 200, self.customers[id]
        return 404, self.refusal(404)

    def _searched(self, query: dict[str, list[str]]) -> Json:
        since = int(query.get("filter", ["modifiedTime>=0"])[0].removeprefix("modifiedTime>="))
        found = sorted((one for one in self.orders.values() if one["modifiedTime"] >= since), key=_modified)
        start, most = int(query.get("offset", ["0"])[0]), min(self.page, int(query["limit"][0]))
        return {"elements": found[start : start + most]}

    # -- its till -----------------------------------------------------------------------------------------------------
    def sell(self, sold: Sold) -> list[bytes]:
        at, id = self._now(sold.at), order_id(sold)
        line = {"id": f"{id}L", "name": "Latte", "price": sold.price, "item": {"id": "LATTE"}}
        paid: Json = {
            "id": f"{id}P", "amount": sold.price, "tipAmount": sold.tip, "taxAmount": 0, "result": "SUCCESS",
            "createdTime": at, "modifiedTime": at, "tender": {"labelKey": "com.clover.tender.cash"},
        }  # fmt: skip
        named = {"customers": elements({"id": sold.who.pos_id, "firstName": sold.who.name})} if sold.who else {}
        self.orders[id] = {
            "id": id, "currency": self.currency, "createdTime": at, "modifiedTime": at, "total": sold.price,
            "paymentState": "PAID", "lineItems": elements(line), "payments": elements(paid),
            "device": {"id": "DEVICE1"}, **named,
        }  # fmt: skip
        self.payments[paid["id"]] = id
        return [told(f"O:{id}", "CREATE", ts=at), told(f"P:{paid['id']}", "CREATE", ts=at), told(f"O:{id}", ts=at)]

    def give_back(self, sold: Sold, at: datetime, amount: int) -> list[bytes]:
        order = self.orders[order_id(sold)]
        held = order.setdefault("refunds", elements())["elements"]
        back: Json = {"id": f"{order['id']}R{len(held)}", "amount": amount, "createdTime": self._now(at)}
        held.append(back | {"lineItems": elements({"id": order["lineItems"]["elements"][0]["id"]})})
        order |= {"paymentState": "PARTIALLY_REFUNDED", "modifiedTime": back["createdTime"]}
        return [told(f"O:{order['id']}", ts=back["createdTime"])]

    def void(self, sold: Sold, at: datetime) -> list[bytes]:
        """Its payment: the order is open again."""
        order, now = self.orders[order_id(sold)], self._now(at)
        paid = order.pop("payments")["elements"]
        gone = [one | {"result": "VOIDED", "createdTime": now} for one in paid]
        order |= {"paymentState": "OPEN", "modifiedTime": now, "voids": elements(*gone)}
        return [told(f"O:{order['id']}", ts=now)]

    def delete(self, sold: Sold, at: datetime) -> list[bytes]:
        del self.orders[order_id(sold)]
        return [told(f"O:{order_id(sold)}", "DELETE", ts=self._now(at))]

    def _now(self, at: datetime) -> int:
        """No two changes in the same millisecond."""
        self.changes += 1
        return int(at.timestamp()) * 1000 + self.changes


def order_id(sold: Sold) -> str:
    return f"O{sold.number}"


def elements(*found: Json) -> Json:
    return {"elements": list(found)}


def told(object_id: str, kind: str = "UPDATE", *, ts: int = 0, merchant: str = MERCHANT) -> bytes:
    """A webhook's body."""
    return json.dumps(
        {"appId": "APP", "merchants": {merchant: [{"objectId": object_id, "type": kind, "ts": ts}]}}
    ).encode()


def _modified(one: Json) -> int:
    return int(one["modifiedTime"])
