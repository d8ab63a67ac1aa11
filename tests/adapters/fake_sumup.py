"""A small SumUp on loopback: transactions that only their history tells of, and webhooks of checkouts.

Everything is sold by a checkout, so that there is a webhook; that it was given back or cancelled, SumUp tells nobody.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from urllib.parse import parse_qs, urlsplit

from pos_adapters.pulling import text_of
from tests.adapters.fake import Fake, Json, Sold

KEY, SECRET, CODE = "sup_sk_1", "the-webhook-secret", "MHARBOUR"


@dataclass
class FakeSumup(Fake):
    vendor = "sumup"

    sales: dict[str, Json] = field(default_factory=dict)  # by id
    changed: dict[str, datetime] = field(default_factory=dict)
    hidden: set[str] = field(default_factory=set)  # listed, and not found

    def settings(self) -> dict[str, str]:
        return {"api_key": KEY, "merchant_code": CODE, "webhook_secret": SECRET, "api_base": self.url}

    def allowed(self, headers: Mapping[str, str]) -> bool:
        return headers.get("authorization") == f"Bearer {KEY}"

    def refusal(self, status: int) -> Any:
        return {"type": "about:blank", "title": "Refused", "status": status, "detail": f"refused with {status}"}

    def answer(self, method: str, target: str, body: bytes, headers: Mapping[str, str]) -> tuple[int, Any]:
        parts = urlsplit(target)
        query = {name: values[0] for name, values in parse_qs(parts.query).items()}
        match parts.path.strip("/").split("/"):
            case ["v2.1", "merchants", code, "transactions", "history"] if code == CODE:
                return 200, self._history(query)
            case ["v2.1", "merchants", code, "transactions"] if code == CODE and query["id"] not in self.hidden:
                found = self.sales.get(query["id"])
                return (200, found) if found else (404, self.refusal(404))
            case ["v0.1", "checkouts", id] if id.removeprefix("checkout-") in self.sales:
                thin = self.sales[id.removeprefix("checkout-")]
                return 200, {"id": id, "checkout_reference": id, "transactions": [{"id": thin["id"]}]}
            case ["v0.1", "memberships"]:
                at, what = "2026-01-01T00:00:00Z", {"id": CODE, "name": "Harbour", "type": "merchant"}
                member = {"id": "1", "resource_id": CODE, "type": "merchant", "status": "accepted"}
                both = {"created_at": at, "updated_at": at}
                item = member | both | {"permissions": [], "roles": [], "resource": what | both}
                return 200, {"items": [item], "total_count": 1}
        return 404, self.refusal(404)

    def _history(self, query: Mapping[str, str]) -> Json:
        since = datetime.fromisoformat(query.get("changes_since", "2020-01-01T00:00:00+00:00"))
        found = sorted((one for one in self.sales.values() if self.changed[one["id"]] >= since), key=_at)
        start = next((at + 1 for at, one in enumerate(found) if one["id"] == query.get("oldest_ref")), 0)
        page = found[start : start + min(self.page, int(query["limit"]))]
        more = (
            {"rel": "next", "href": f"limit={query['limit']}&oldest_ref={page[-1]['id']}&order=ascending"}
            if page
            else {}
        )
        thin = [
            {name: one[name] for name in ("id", "transaction_code", "amount", "timestamp", "status")} for one in page
        ]
        return {"items": thin, "links": [more] if found[start + len(page) :] else []}

    # -- what happens -------------------------------------------------------------------------------------------------
    def sell(self, sold: Sold) -> list[bytes]:
        id, price, tip = f"t-{sold.number}", sold.price / 100, sold.tip / 100
        reference = sold.who.fingerprint if sold.who else None
        self.sales[id] = {
            "id": id, "transaction_code": f"T{sold.number}", "amount": price + tip, "currency": self.currency,
            "timestamp": text_of(sold.at), "status": "SUCCESSFUL", "payment_type": "POS", "merchant_code": CODE,
            "tip_amount": tip, "vat_amount": 0.0, "events": [],
            "card": {"last_4_digits": "4417", "payment_account_reference": reference},
            "products": [{"name": "Latte", "quantity": 1, "price_with_vat": price, "total_with_vat": price}],
        }  # fmt: skip
        self.changed[id] = sold.at
        about = {"id": f"checkout-{id}", "type": "checkout", "url": f"{self.url}/v0.1/checkouts/checkout-{id}"}
        event = {"id": f"evt-{id}", "type": "checkouts.paid", "created_at": text_of(sold.at), "object": about}
        return [json.dumps(event).encode()]

    def give_back(self, sold: Sold, at: datetime, amount: int) -> list[bytes]:
        sale = self._changed(sold, at, "REFUNDED")
        number = len(sale["events"]) + 1
        sale["events"] += [{"id": number, "type": "REFUND", "status": "REFUNDED", "amount": amount / 100,
                            "timestamp": text_of(at)}]  # fmt: skip
        return []

    def void(self, sold: Sold, at: datetime) -> list[bytes]:
        self._changed(sold, at, "CANCELLED")
        return []

    def _changed(self, sold: Sold, at: datetime, status: str) -> Json:
        sale = self.sales[f"t-{sold.number}"]
        sale["status"], self.changed[sale["id"]] = status, at
        return sale


def _at(sale: Json) -> str:
    return str(sale["timestamp"])
