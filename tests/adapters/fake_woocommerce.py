"""A small WooCommerce on loopback."""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, ClassVar
from urllib.parse import parse_qs, urlsplit

from tests.adapters.fake import Fake, Json, Sold

KEY, SECRET = "ck_1", "cs_1"


def text(at: datetime) -> str:
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S")


def major(amount: int) -> str:
    return f"{amount // 100}.{amount % 100:02}"


@dataclass
class FakeWooCommerce(Fake):
    vendor: ClassVar[str] = "woocommerce"

    orders: dict[int, Json] = field(default_factory=dict)
    refunds: dict[int, list[Json]] = field(default_factory=dict)
    webhooks: list[Json] = field(default_factory=list)

    def settings(self) -> dict[str, str]:
        return {"api_base": self.url, "webhook_secret": "w", "consumer_key": KEY, "consumer_secret": SECRET}

    def allowed(self, headers: Mapping[str, str]) -> bool:
        return headers.get("authorization") == f"Basic {base64.b64encode(f'{KEY}:{SECRET}'.encode()).decode()}"

    def answer(self, method: str, target: str, body: bytes, headers: Mapping[str, str]) -> tuple[int, Any]:
        path, query = urlsplit(target).path, {k: v[0] for k, v in parse_qs(urlsplit(target).query).items()}
        match (method, *path.strip("/").split("/")[3:]):
            case ("GET", "orders"):
                return 200, self._paged(self._orders(query), query)
            case ("GET", "orders", id):
                return (200, self.orders[int(id)]) if int(id) in self.orders else (404, self.refusal(404))
            case ("GET", "orders", id, "refunds"):
                return 200, self.refunds.get(int(id), [])
            case ("GET", "webhooks"):
                return 200, self._paged(self.webhooks, query)
        return 404, self.refusal(404)

    def _orders(self, query: dict[str, str]) -> list[Json]:
        wanted = [one for one in self.orders.values() if (one["status"] == "trash") == (query.get("status") == "trash")]
        after = query.get("modified_after", "")
        return sorted(
            (o for o in wanted if o["date_modified_gmt"] > after), key=lambda o: (o["date_modified_gmt"], o["id"])
        )

    def _paged(self, found: list[Json], query: dict[str, str]) -> list[Json]:
        most, page = int(query["per_page"]), int(query.get("page", "1"))
        return found[(page - 1) * most : page * most]

    # -- what happens at the till -------------------------------------------------------------------------------------
    def sell(self, sold: Sold) -> list[bytes]:
        at = text(sold.at)
        order = {
            "id": sold.number, "status": "completed", "currency": self.currency, "customer_id": 0,
            "total": major(sold.price + sold.tip), "total_tax": "0.00", "shipping_total": "0.00", "created_via": "pos",
            "date_created_gmt": at, "date_modified_gmt": at, "date_paid_gmt": at, "payment_method": "cod",
            "billing": {"email": sold.who.email, "phone": sold.who.phone} if sold.who else {"email": "", "phone": ""},
            "line_items": [{
                "name": "Latte", "quantity": 1, "subtotal": major(sold.price), "total": major(sold.price), "price": 1.5,
            }],
            "fee_lines": [{"name": "Tip", "total": major(sold.tip)}] if sold.tip else [], "refunds": [],
        }  # fmt: skip
        return [self.keep(order)]

    def give_back(self, sold: Sold, at: datetime, amount: int) -> list[bytes]:
        order, id = self.orders[sold.number], sold.number * 10 + len(self.refunds.get(sold.number, []))
        back = {"name": "Latte", "quantity": -1, "subtotal": f"-{major(amount)}", "total": f"-{major(amount)}"}
        made = {"id": id, "amount": major(amount), "date_created_gmt": text(at), "line_items": [back]}
        self.refunds.setdefault(sold.number, []).append(made)
        refunds = [*order["refunds"], {"id": id, "reason": "", "total": f"-{major(amount)}"}]
        return [self.keep(order | {"refunds": refunds, "date_modified_gmt": text(at)})]

    def void(self, sold: Sold, at: datetime) -> list[bytes]:
        self.keep(self.orders[sold.number] | {"status": "trash", "date_modified_gmt": text(at)})
        return [json.dumps({"id": sold.number}).encode()]

    def keep(self, order: Json) -> bytes:
        self.orders[order["id"]] = order
        return json.dumps(order).encode()
