"""A small Lightspeed X on loopback: sales by version, webhooks as forms, returns as sales of their own."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, ClassVar
from urllib.parse import parse_qs, urlencode, urlsplit

from pos_adapters.money import digits
from tests.adapters.fake import Json, Renewing, Sold

SECRET = "the-client-secret"
OUTLET = "outlet-harbour"


@dataclass
class FakeLightspeedX(Renewing):
    vendor: ClassVar[str] = "lightspeed_x"

    sales: dict[str, Json] = field(default_factory=dict)
    customers: dict[str, Json] = field(default_factory=dict)
    products: dict[str, Json] = field(
        default_factory=lambda: {"latte": {"id": "latte", "name": "Latte", "variant_name": "Latte / Large"}}
    )
    outlets: list[Json] = field(default_factory=lambda: [_outlet(OUTLET)])
    hooks: list[Json] = field(default_factory=list)
    version: int = 2_847_000_000

    def settings(self) -> dict[str, str]:
        return {
            "client_secret": SECRET, "domain_prefix": "harbour", "access_token": self.token, "client_id": "APP",
            "refresh_token": self.refresh, "currency": self.currency, "api_base": self.url,
        }  # fmt: skip

    def open_to_all(self, target: str) -> bool:
        return target == "/api/1.0/token"

    # -- its API ------------------------------------------------------------------------------------------------------
    def answer(self, method: str, target: str, body: bytes, headers: Mapping[str, str]) -> tuple[int, Any]:
        path, query = urlsplit(target).path, parse_qs(urlsplit(target).query)
        match (method, *path.strip("/").split("/")[1:]):
            case ("POST", "1.0", "token"):
                given = {name: held[0] for name, held in parse_qs(body.decode()).items()}
                known = {"client_id": "APP", "client_secret": SECRET, "grant_type": "refresh_token"}
                return self.renewed(given, known, {"expires_in": 86_400})
            case ("GET", "2026-07", "sales"):
                return 200, self._listed(int(query["after"][0]), int(query["page_size"][0]))
            case ("GET", "2026-07", "sales", id) if id in self.sales:
                return 200, {"data": self.sales[id]}
            case ("GET", "2026-07", "customers", id) if id in self.customers:
                return 200, {"data": self.customers[id]}
            case ("GET", "2026-07", "products", id) if id in self.products:
                return 200, {"data": self.products[id]}
            case ("GET", "2026-07", "outlets"):
                return 200, {"data": self.outlets}
            case ("GET", "2026-07", "outlets", id) if id in {one["id"] for one in self.outlets}:
                return 200, {"data": next(one for one in self.outlets if one["id"] == id)}
            case ("GET", "2026-07", "webhooks"):
                return 200, {"data": self.hooks}
        return 404, self.refusal(404)

    def refusal(self, status: int) -> Any:
        return {"error": f"refused with {status}"}

    def _listed(self, after: int, most: int) -> Json:
        newer = sorted((one for one in self.sales.values() if _version(one) > after), key=_version)
        found = newer[: min(most, self.page)]
        versions = [_version(one) for one in found]
        return {"data": found, "version": {"min": min(versions, default=None), "max": max(versions, default=None)}}

    # -- its till -----------------------------------------------------------------------------------------------------
    def sell(self, sold: Sold) -> list[bytes]:
        """Parked with whoever it is for, then paid."""
        if sold.who is not None:
            code = f"C-{sold.who.pos_id}"
            self.customers[sold.who.pos_id] = {"id": sold.who.pos_id, "customer_code": code, "phone": None}
        who = sold.who.pos_id if sold.who else None
        made: Json = {"date": _time(sold.at), "customer_id": who, "payments": [], "adjustments": []}
        parked = self._keep(sale_id(sold), sold.at, 1, sold.price, state="parked", **made)
        told = [self.form(parked)]
        tips = [{"adjustment_type": "TIP", "total": self._major(sold.tip)}] if sold.tip else []
        paid = [{"amount": self._major(sold.price + sold.tip), "type": {"name": "Cash"}}]
        made |= {"payments": paid, "adjustments": tips}
        closed = self._keep(sale_id(sold), sold.at, 1, sold.price, state="closed", **made)
        return [*told, self.form(closed)]

    def give_back(self, sold: Sold, at: datetime, amount: int) -> list[bytes]:
        number = sum(one.get("return", {}).get("original_sale_id") == sale_id(sold) for one in self.sales.values())
        back = {"is_return": True, "original_sale_id": sale_id(sold)}
        paid = [{"amount": self._major(-amount), "type": {"name": "Cash"}}]
        made = {"date": _time(at), "payments": paid, "return": back, "customer_id": None}
        return [self.form(self._keep(f"{sale_id(sold)}r{number}", at, -1, amount, state="closed", **made))]

    def void(self, sold: Sold, at: datetime) -> list[bytes]:
        self.version += 1
        changed = {"state": "voided", "updated_at": _time(at), "_metadata": {"version": self.version}}
        self.sales[sale_id(sold)] = self.sales[sale_id(sold)] | changed
        return [self.form(self.sales[sale_id(sold)])]

    def form(self, sale: Json, kind: str = "sale.update") -> bytes:
        """A webhook's body: the sale as API 1.0 had it, with times and names of its own."""
        who = self.customers.get(sale["customer_id"] or "", {"id": "walkin", "customer_code": "WALKIN"})
        [line] = sale["line_items"]
        payload = {
            "id": sale["id"], "register_id": "REG1", "market_id": OUTLET, "customer_id": who["id"], "customer": who,
            "status": {"parked": "SAVED", "closed": "CLOSED", "voided": "VOIDED"}[sale["state"]],
            "sale_date": sale["date"].replace("T", " ")[:19], "updated_at": sale["updated_at"].replace("T", " ")[:19],
            "total_price": sale["totals"]["price"], "total_tax": 0,
            "return_for": sale.get("return", {}).get("original_sale_id", ""),
            "register_sale_products": [{
                "product_id": "latte", "name": "Latte / Large", "quantity": line["quantity"],
                "price": line["pricing"]["price"], "price_total": line["pricing"]["total"],
                "display_retail_price_tax_inclusive": "1",
            }],
            "register_sale_payments": [{"amount": one["amount"], "name": "Cash"} for one in sale["payments"]],
        }  # fmt: skip
        fields = {"domain_prefix": "harbour", "environment": "prod", "payload": json.dumps(payload), "type": kind}
        return urlencode(fields).encode()

    def _keep(self, id: str, at: datetime, quantity: int, price: int, **fields: Any) -> Json:
        self.version += 1
        each = self._major(price)
        line = {"product": {"id": "latte"}, "quantity": quantity, "pricing": {"price": each, "total": each * quantity}}
        self.sales[id] = {
            "id": id, "updated_at": _time(at), "source": {"outlet_id": OUTLET, "register_id": "REG1"},
            "line_items": [line], "totals": {"price": each * quantity, "tax": 0},
            "_metadata": {"version": self.version}, **fields,
        }  # fmt: skip
        return self.sales[id]

    def _major(self, amount: int) -> float:
        return float(amount / 10.0 ** digits(self.currency))


def sale_id(sold: Sold) -> str:
    return f"s{sold.number}"


def _outlet(id: str) -> Json:
    return {"id": id, "name": "Harbour", "currency": FakeLightspeedX.currency, "display_prices": "inclusive"}


def _version(one: Json) -> int:
    return int(one["_metadata"]["version"])


def _time(at: datetime) -> str:
    return at.astimezone(UTC).isoformat(timespec="seconds")
