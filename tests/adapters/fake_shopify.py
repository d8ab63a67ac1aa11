"""A small Shopify on loopback: its REST API over a few orders, its webhooks, and every way in which both go wrong."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any, ClassVar
from urllib.parse import parse_qs

from tests.adapters.fake import Answer, Fake, Json, Sold

SECRET = "shpss_the-secret-of-this-app-000000001"
CLIENT = "the-client-id"
SHOP = "harbour.myshopify.com"
LOCATION = 7041
DEVICE = 3
ADMIN = "/admin/api/2026-07/"


@dataclass
class FakeShopify(Fake):
    vendor: ClassVar[str] = "shopify"

    orders: dict[str, Json] = field(default_factory=dict)
    transactions: dict[str, list[Json]] = field(default_factory=dict)
    webhooks: list[Json] = field(default_factory=list)
    locations: list[int] = field(default_factory=lambda: [LOCATION])
    tokens: list[str] = field(default_factory=list)
    minted: int = 0

    def settings(self) -> dict[str, str]:
        return {
            "client_secret": SECRET, "client_id": CLIENT, "shop_domain": SHOP, "location_id": str(LOCATION),
            "api_base": self.url, "per_s": "100",
        }  # fmt: skip

    def allowed(self, headers: Mapping[str, str]) -> bool:
        return headers.get("x-shopify-access-token") in self.tokens

    def open_to_all(self, target: str) -> bool:
        return target == "/admin/oauth/access_token"

    def expire(self) -> None:
        self.tokens.clear()

    def refusal(self, status: int) -> Any:
        return {"errors": f"refused with {status}"}

    # -- its API ------------------------------------------------------------------------------------------------------
    def answer(self, method: str, target: str, body: bytes, headers: Mapping[str, str]) -> Answer:
        path, _, asked = target.partition("?")
        query = {name: found[0] for name, found in parse_qs(asked).items()}
        if self.open_to_all(path):
            return self._token(parse_qs(body.decode()))
        match path.removeprefix(ADMIN).removesuffix(".json").split("/"):
            case ["orders"]:
                return self._page(query)
            case ["orders", id] if id in self.orders:
                return 200, {"order": self.orders[id]}
            case ["orders", id, "transactions"] if id in self.orders:
                return 200, {"transactions": self.transactions[id]}
            case ["webhooks"]:
                return 200, {"webhooks": self.webhooks}
            case ["locations"]:
                return 200, {"locations": [{"id": id, "name": "Harbour"} for id in self.locations]}
        return 404, {"errors": "Not Found"}

    def _token(self, given: Mapping[str, list[str]]) -> Answer:
        if (given["client_id"], given["client_secret"]) != ([CLIENT], [SECRET]):
            return 400, {"error": "application_cannot_be_found"}
        self.minted += 1
        self.tokens.append(f"token-{self.minted}")
        return 200, {"access_token": self.tokens[-1], "scope": "read_orders", "expires_in": 86_399}

    def _page(self, query: Mapping[str, str]) -> Answer:
        """The next page is named by a header; asked for by it, nothing else may be asked."""
        if "page_info" in query:
            if "updated_at_min" in query or "status" in query:
                return 400, {"errors": {"page_info": "must not be used with other filters"}}
            since, _, start = query["page_info"].partition("+")
        else:
            since, start = query["updated_at_min"], "0"
        changed = [one for one in self.orders.values() if _time(one["updated_at"]) >= _time(since)]
        found = sorted(changed, key=lambda one: _time(one["updated_at"]))
        end = int(start) + min(self.page, int(query["limit"]))
        more = f'<https://{SHOP}{ADMIN}orders.json?limit={self.page}&page_info={since}%2B{end}>; rel="next"'
        headers = {"Link": more} if end < len(found) else {}
        return 200, {"orders": found[int(start) : end]}, headers

    # -- what happens at its till -------------------------------------------------------------------------------------
    def sell(self, sold: Sold) -> list[bytes]:
        """orders/create and orders/paid are of the same bytes, so that one of them is as good as both."""
        at, id = _text(sold.at), 61_000 + sold.number
        lines = [_line("Latte", sold.price), *([_tip(sold.tip)] if sold.tip else [])]
        self.orders[str(id)] = {
            "id": id, "order_number": sold.number, "created_at": at, "processed_at": at, "updated_at": at,
            "cancelled_at": None, "location_id": LOCATION, "currency": self.currency, "financial_status": "paid",
            "taxes_included": True, "total_price": _amount(sold.price + sold.tip), "total_tax": "0.00",
            "total_tip_received": _amount(sold.tip), "line_items": lines, "shipping_lines": [], "refunds": [],
            "customer": {"id": sold.who.pos_id} if sold.who else None, "phone": None, "email": "",
        }  # fmt: skip
        self.transactions[str(id)] = [_paid("sale", id, at, sold.price + sold.tip, self.currency)]
        return [self.told(id)]

    def give_back(self, sold: Sold, at: datetime, amount: int) -> list[bytes]:
        id, when = 61_000 + sold.number, _text(at)
        order = self.orders[str(id)]
        paid = _paid("refund", id, when, amount, self.currency)
        number = 98_000 + sold.number * 10 + len(order["refunds"])
        line = {"quantity": 1, "subtotal": amount / 100, "total_tax": 0.0, "line_item": _line("Latte", sold.price)}
        refund = {
            "id": number, "order_id": id, "created_at": when, "processed_at": when,
            "refund_line_items": [line], "transactions": [paid],
        }  # fmt: skip
        self.transactions[str(id)].append(paid)
        whole = amount >= sold.price + sold.tip
        status = "refunded" if whole else "partially_refunded"
        order |= {"updated_at": when, "financial_status": status, "refunds": [*order["refunds"], refund]}
        return [json.dumps(refund).encode(), self.told(id)]

    def void(self, sold: Sold, at: datetime) -> list[bytes]:
        id, when = 61_000 + sold.number, _text(at)
        self.orders[str(id)] |= {"updated_at": when, "cancelled_at": when, "financial_status": "voided"}
        return [self.told(id)]

    def told(self, id: int) -> bytes:
        """The order as a webhook tells it."""
        return json.dumps(self.orders[str(id)]).encode()


def _line(title: str, price: int) -> Json:
    return {"title": title, "price": _amount(price), "quantity": 1, "properties": [], "discount_allocations": []}


def _tip(amount: int) -> Json:
    return {**_line("Tip", amount), "tip_payment_gateway": None}


def _paid(kind: str, order: int, at: str, amount: int, currency: str) -> Json:
    return {
        "order_id": order, "kind": kind, "status": "success", "amount": _amount(amount), "currency": currency,
        "gateway": "cash", "device_id": DEVICE, "location_id": LOCATION, "processed_at": at,
    }  # fmt: skip


def _amount(minor: int) -> str:
    return str(Decimal(minor).scaleb(-2))


def _text(at: datetime) -> str:
    """Shopify writes whole seconds."""
    return at.astimezone(UTC).isoformat(timespec="seconds")


def _time(text: str) -> datetime:
    return datetime.fromisoformat(text)
