"""A small Loyverse on loopback: receipts newest first, as it lists them, and webhooks that an app signs."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from urllib.parse import parse_qs, urlsplit

from pos_adapters.pulling import text_of
from tests.adapters.fake import Fake, Json, Sold

TOKEN, SECRET, STORE = "the-token", "the-client-secret", "store-1"


@dataclass
class FakeLoyverse(Fake):
    vendor = "loyverse"

    receipts: dict[str, Json] = field(default_factory=dict)
    customers: dict[str, Json] = field(default_factory=dict)
    webhooks: list[Json] = field(default_factory=list)
    stores: list[Json] = field(default_factory=lambda: [{"id": STORE, "name": "Harbour"}])

    def settings(self) -> dict[str, str]:
        return {"access_token": TOKEN, "client_secret": SECRET, "store_id": STORE, "api_base": self.url}

    def allowed(self, headers: Mapping[str, str]) -> bool:
        return headers.get("authorization") == f"Bearer {TOKEN}"

    def refusal(self, status: int) -> Any:
        return {"errors": [{"code": "REFUSED", "details": f"refused with {status}"}]}

    def answer(self, method: str, target: str, body: bytes, headers: Mapping[str, str]) -> tuple[int, Any]:
        parts = urlsplit(target)
        _, kind, *id = parts.path.strip("/").split("/")
        query = {name: values[0] for name, values in parse_qs(parts.query).items()}
        match kind:
            case "merchant":
                return 200, {"id": "m", "currency": {"code": self.currency, "decimal_places": 2}}
            case "stores":
                return 200, {"stores": self.stores}
            case "webhooks":
                return 200, {"webhooks": self.webhooks}
            case "receipts" if not id:
                return 200, self._listed(query)
        found = {"receipts": self.receipts, "customers": self.customers}.get(kind, {}).get("".join(id))
        return (200, found) if found else (404, self.refusal(404))

    def _listed(self, query: Mapping[str, str]) -> Json:
        newest = sorted(self.receipts.values(), key=lambda one: one["updated_at"], reverse=True)
        since = datetime.fromisoformat(query["updated_at_min"])
        found = [one for one in newest if datetime.fromisoformat(one["updated_at"]) >= since]
        start = int(query.get("cursor", 0))
        end = start + min(self.page, int(query["limit"]))
        return {"receipts": found[start:end], **({"cursor": str(end)} if end < len(found) else {})}

    # -- what happens -------------------------------------------------------------------------------------------------
    def sell(self, sold: Sold) -> list[bytes]:
        return self.told(self._receipt(f"1-{sold.number}", sold, sold.at, sold.price))

    def give_back(self, sold: Sold, at: datetime, amount: int) -> list[bytes]:
        back = self._receipt(f"1-{sold.number}-r{at:%H%M%S}", sold, at, amount)
        return self.told(back | {"receipt_type": "REFUND", "refund_for": f"1-{sold.number}"})

    def void(self, sold: Sold, at: datetime) -> list[bytes]:
        return self.told(self.receipts[f"1-{sold.number}"] | {"cancelled_at": text_of(at), "updated_at": text_of(at)})

    def told(self, *receipts: Json) -> list[bytes]:
        self.receipts |= {one["receipt_number"]: one for one in receipts}
        return [json.dumps({"merchant_id": "m", "type": "receipts.update", "receipts": receipts}).encode()]

    def _receipt(self, number: str, sold: Sold, at: datetime, price: int) -> Json:
        """In KES, a hundredth of which is the minor unit."""
        who, tip = sold.who, sold.tip if price == sold.price else 0
        if who:
            self.customers[who.pos_id] = {
                "id": who.pos_id, "phone_number": who.phone, "email": who.email, "customer_code": who.reference,
            }  # fmt: skip
        item = {"item_name": "Latte", "quantity": 1, "price": price / 100, "gross_total_money": price / 100}
        total = (price + tip) / 100
        return {
            "receipt_number": number, "receipt_type": "SALE", "refund_for": None, "cancelled_at": None,
            "created_at": text_of(at), "updated_at": text_of(at), "receipt_date": text_of(at), "store_id": STORE,
            "pos_device_id": "device-1", "customer_id": who.pos_id if who else None, "total_money": total,
            "tip": tip / 100, "total_tax": 0, "line_items": [item],
            "payments": [{"type": "CASH", "money_amount": total}],
        }  # fmt: skip
