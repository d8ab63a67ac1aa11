"""A small Toast on loopback: tokens for its credentials, orders by GUID and by the time of their last change."""

from __future__ import annotations

import json
from collections.abc import Mapping
from copy import deepcopy
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, ClassVar
from urllib.parse import parse_qs, urlsplit

from tests.adapters.fake import Fake, Json, Sold

RESTAURANT = "5b1d8f0e-4f0a-4c8a-9a55-1f0c2ab30001"
LOGIN = "/authentication/v1/authentication/login"
NEVER = "1970-01-01T00:00:00.000+0000"


def stamp(at: datetime) -> str:
    return at.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "+0000")


def number(minor: int) -> float:
    """Major units, as a JSON double."""
    return minor / 100


@dataclass
class FakeToast(Fake):
    vendor: ClassVar[str] = "toast"

    orders: dict[str, Json] = field(default_factory=dict)
    guests: dict[str, Json] = field(default_factory=dict)  # guid → phone and e-mail; no webhook has them
    scopes: set[str] = field(default_factory=lambda: {"orders:read", "guest.pi:read", "restaurants:read"})
    restaurants: list[str] = field(default_factory=lambda: [RESTAURANT])
    secret: str = "the-client-secret"
    token: str = ""
    logins: int = 0

    def settings(self) -> dict[str, str]:
        return {
            "webhook_secret": "the-webhook-secret", "client_id": "the-client", "client_secret": "the-client-secret",
            "restaurant_guid": RESTAURANT, "currency": self.currency, "api_base": self.url,
        }  # fmt: skip

    def allowed(self, headers: Mapping[str, str]) -> bool:
        return bool(self.token) and headers.get("authorization") == f"Bearer {self.token}"

    def open_to_all(self, target: str) -> bool:
        return target == LOGIN

    def expire(self) -> None:
        self.token = ""

    # -- its API ------------------------------------------------------------------------------------------------------
    def answer(self, method: str, target: str, body: bytes, headers: Mapping[str, str]) -> tuple[int, Any]:
        path, query = urlsplit(target).path, parse_qs(urlsplit(target).query)
        if (method, path) == ("POST", LOGIN):
            return self._login(json.loads(body))
        if path == "/partners/v1/restaurants":
            return 200, [{"restaurantGuid": guid, "restaurantName": "Harbour"} for guid in self.restaurants]
        if headers.get("toast-restaurant-external-id") not in self.restaurants:
            return 403, self.refusal(403)
        match path.strip("/").split("/"):
            case ["restaurants", "v1", "restaurants", guid] if "restaurants:read" in self.scopes:
                return 200, {"guid": guid, "general": {"name": "Harbour", "currencyCode": self.currency}}
            case ["orders", "v2", "orders", guid] if "orders:read" in self.scopes:
                return (200, self._with_guests(self.orders[guid])) if guid in self.orders else (404, self.refusal(404))
            case ["orders", "v2", "ordersBulk"] if "orders:read" in self.scopes:
                return 200, self._bulk({name: given[0] for name, given in query.items()})
        return 403, self.refusal(403)

    def _login(self, given: Json) -> tuple[int, Any]:
        if given != {
            "clientId": "the-client", "clientSecret": self.secret, "userAccessType": "TOAST_MACHINE_CLIENT"
        }:  # fmt: skip
            return 401, self.refusal(401)
        self.logins += 1
        self.token = f"token-{self.logins}"
        token = {"tokenType": "Bearer", "accessToken": self.token, "expiresIn": 86_400}
        return 200, {"status": "SUCCESS", "token": token}

    def _bulk(self, query: dict[str, str]) -> list[Json]:
        since, until = query["startDate"], query["endDate"]
        found = sorted(
            (one for one in self.orders.values() if since <= one["modifiedDate"] < until),
            key=lambda one: (one["modifiedDate"], one["guid"]),
        )
        many = min(int(query["pageSize"]), self.page)
        start = (int(query["page"]) - 1) * many
        return [self._with_guests(one) for one in found[start : start + many]]

    def _with_guests(self, order: Json) -> Json:
        whole = deepcopy(order)
        for check in whole["checks"]:
            if check["customer"] and "guest.pi:read" in self.scopes:
                check["customer"] |= self.guests.get(check["customer"]["guid"], {})
        return whole

    # -- what happens at the till -------------------------------------------------------------------------------------
    def sell(self, sold: Sold) -> list[bytes]:
        at, guid = stamp(sold.at), f"order-{sold.number}"
        price, tip = number(sold.price), number(sold.tip)
        line = {
            "guid": f"line-{sold.number}", "displayName": "Latte", "quantity": 1.0, "preDiscountPrice": price,
            "price": price, "tax": 0.0, "voided": False, "modifiers": [], "refundDetails": None,
        }  # fmt: skip
        payment = {
            "guid": f"payment-{sold.number}", "type": "CREDIT" if sold.by_card else "CASH", "amount": price,
            "tipAmount": tip, "paidDate": at, "refundStatus": "NONE", "refund": None, "voidInfo": None,
        }  # fmt: skip
        named = {"guid": sold.who.pos_id, "phone": None, "email": None} if sold.who else None
        check = {
            "guid": f"check-{sold.number}", "createdDate": at, "openedDate": at, "modifiedDate": at, "paidDate": at,
            "closedDate": at, "deletedDate": NEVER, "deleted": False, "voided": False, "paymentStatus": "CLOSED",
            "amount": price, "taxAmount": 0.0, "totalAmount": price, "selections": [line], "payments": [payment],
            "appliedServiceCharges": [], "customer": named, "appliedLoyaltyInfo": None,
            "createdDevice": {"id": "TILL-1"},
        }  # fmt: skip
        self.orders[guid] = {
            "guid": guid, "createdDate": at, "openedDate": at, "modifiedDate": at, "deletedDate": NEVER,
            "deleted": False, "voided": False, "approvalStatus": "APPROVED", "createdInTestMode": False,
            "checks": [check],
        }  # fmt: skip
        return [self.tell(guid)]

    def give_back(self, sold: Sold, at: datetime, amount: int) -> list[bytes]:
        """One refund for each payment, which grows."""
        order, check, payment = self._of(sold)
        before = (payment["refund"] or {"refundAmount": 0.0})["refundAmount"]
        back, whose = before + number(amount), {"guid": f"refund-{sold.number}"}
        payment["refundStatus"] = "FULL" if back >= payment["amount"] else "PARTIAL"
        payment["refund"] = {
            "refundAmount": back, "tipRefundAmount": 0.0, "refundDate": stamp(at), "refundTransaction": whose
        }  # fmt: skip
        check["selections"][0]["refundDetails"] = {"refundAmount": back, "refundTransaction": whose}
        order["modifiedDate"] = stamp(at)
        return [self.tell(order["guid"])]

    def void(self, sold: Sold, at: datetime) -> list[bytes]:
        order, check, payment = self._of(sold)
        order |= {"voided": True, "voidDate": stamp(at), "modifiedDate": stamp(at)}
        check |= {"voided": True, "amount": 0.0, "totalAmount": 0.0}
        check["selections"][0]["voided"] = True
        payment |= {"voidInfo": {"voidDate": stamp(at)}, "paymentStatus": "VOIDED"}
        return [self.tell(order["guid"])]

    def tell(self, guid: str, restaurant: str = RESTAURANT) -> bytes:
        """The order as it is now, as a webhook."""
        order = self.orders[guid]
        kind = {"eventCategory": "order_updated", "eventType": "order_updated", "guid": f"event-{guid}"}
        details = {"restaurantGuid": restaurant, "order": order, "appliedPackagingInfo": None}
        return json.dumps({"timestamp": order["modifiedDate"], **kind, "details": details}).encode()

    def _of(self, sold: Sold) -> tuple[Json, Json, Json]:
        order = self.orders[f"order-{sold.number}"]
        check = order["checks"][0]
        return order, check, check["payments"][0]
