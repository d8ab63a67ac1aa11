"""A small Zettle on loopback: tokens for an API key, purchases oldest first, subscriptions, and webhooks."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any
from urllib.parse import parse_qs, urlsplit

from tests.adapters.fake import Fake, Json, Sold

KEY, CLIENT, SIGNING = "the-api-key", "the-client-id", "the-signing-key"
GRANT = "urn:ietf:params:oauth:grant-type:jwt-bearer"


@dataclass
class FakeZettle(Fake):
    vendor = "zettle"

    purchases: dict[str, Json] = field(default_factory=dict)
    subscriptions: list[Json] = field(default_factory=list)
    tokens: int = 0  # the last that was given is the one that holds

    def settings(self) -> dict[str, str]:
        hosts = dict.fromkeys(("api_base", "oauth_base", "pusher_base"), self.url)
        return {"api_key": KEY, "client_id": CLIENT, "signing_key": SIGNING, **hosts}

    def open_to_all(self, target: str) -> bool:
        return target == "/token"

    def allowed(self, headers: Mapping[str, str]) -> bool:
        return headers.get("authorization") == f"Bearer token-{self.tokens}"

    def expire(self) -> None:
        self.tokens += 1

    def refusal(self, status: int) -> Any:
        return {"error": "refused", "error_description": f"refused with {status}"}

    def answer(self, method: str, target: str, body: bytes, headers: Mapping[str, str]) -> tuple[int, Any]:
        parts = urlsplit(target)
        query = {name: values[0] for name, values in parse_qs(parts.query).items()}
        match method, parts.path.strip("/").split("/"):
            case "POST", ["token"]:
                given = {name: values[0] for name, values in parse_qs(body.decode()).items()}
                if given != {"grant_type": GRANT, "client_id": CLIENT, "assertion": KEY}:
                    return 400, {"error": "invalid_grant"}
                self.tokens += 1
                return 200, {"access_token": f"token-{self.tokens}", "expires_in": 7200}
            case "GET", ["organizations", "self", "subscriptions"]:
                return 200, self.subscriptions
            case "GET", ["purchases", "v2"]:
                return 200, self._listed(query)
            case "GET", ["purchase", "v2", id] if id in self.purchases:
                return 200, self.purchases[id]
        return 404, self.refusal(404)

    def _listed(self, query: Mapping[str, str]) -> Json:
        start = datetime.fromisoformat(query.get("startDate", "2020-01-01T00:00")).replace(tzinfo=UTC)
        since = query.get("lastPurchaseHash", "")
        found = [one for one in sorted(self.purchases.values(), key=_hash) if _hash(one) > since]
        found = [one for one in found if datetime.fromisoformat(one["timestamp"]) >= start]
        page = found[: min(self.page, int(query["limit"]))]
        links = ["<…>; rel=next"] if len(found) > len(page) else []
        return {"purchases": page, "lastPurchaseHash": _hash(page[-1]) if page else "", "linkUrls": links}

    # -- what happens -------------------------------------------------------------------------------------------------
    def sell(self, sold: Sold) -> list[bytes]:
        return [self._made(f"p-{sold.number}", sold.at, sold.price, sold.tip, 1)]

    def give_back(self, sold: Sold, at: datetime, amount: int) -> list[bytes]:
        of = f"p-{sold.number}"
        told = self._made(f"{of}-r{at:%H%M%S}", at, amount, 0, -1, {"refundsPayment": f"{of}-pay"})
        self.purchases[f"{of}-r{at:%H%M%S}"] |= {"refund": True, "refundsPurchaseUUID1": of}
        return [told]

    def void(self, sold: Sold, at: datetime) -> list[bytes]:
        """There is no such thing at Zettle: everything is given back."""
        return self.give_back(sold, at, sold.price + sold.tip)

    def _made(self, id: str, at: datetime, price: int, tip: int, sign: int, references: Json | None = None) -> bytes:
        payment = {
            "uuid": f"{id}-pay", "amount": sign * (price + tip), "gratuityAmount": tip, "type": "IZETTLE_CARD",
            "attributes": {"maskedPan": "453201******4417"}, "references": references or {},
        }  # fmt: skip
        made = {
            "currency": self.currency, "amount": sign * price, "vatAmount": 0, "udid": "device-1",
            "products": [{"name": "Latte", "quantity": str(sign), "unitPrice": price}], "discounts": [],
            "payments": [payment], "taxationMode": "INCLUSIVE",
        }  # fmt: skip
        text = f"{at.astimezone(UTC):%Y-%m-%dT%H:%M:%S.}{at.microsecond // 1000:03}+0000"
        self.purchases[id] = {"purchaseUUID": "short", "purchaseUUID1": id, "timestamp": text, "refund": False, **made}
        inner = {"purchaseUuid": id, "timestamp": round(at.timestamp() * 1000), **made}
        told = {"eventName": "PurchaseCreated", "payload": json.dumps(inner), "timestamp": "2026-10-05T07:00:00.000Z"}
        return json.dumps(told).encode()


def _hash(purchase: Json) -> str:
    return f"{purchase['timestamp']}{purchase['purchaseUUID1']}"
