"""A small Square on loopback: its API over a few orders, its webhooks, and every way in which both go wrong."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from copy import deepcopy
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx

from pos_adapters.settling import settled
from pos_adapters.square import ADAPTER

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
class FakeSquare:
    """`fault` is answered instead, `faults` times: an HTTP status, "slow", "hang", "hang up" or "garbage"."""

    orders: dict[str, Json] = field(default_factory=dict)
    payments: dict[str, Json] = field(default_factory=dict)
    customers: dict[str, Json] = field(default_factory=dict)
    refunds: dict[str, Json] = field(default_factory=dict)
    locations: list[str] = field(default_factory=lambda: [LOCATION])
    token: str = TOKEN
    fault: int | str = 0
    faults: int = 0
    retry_after: int = 1
    asked: list[tuple[float, str]] = field(default_factory=list)
    url: str = ""
    page: int = 2

    def sell(self, sold: Json, paid: Json | None = None) -> Json:
        self.orders[sold["id"]] = sold
        if paid is not None:
            self.payments[paid["id"]] = paid
        return sold

    @contextmanager
    def serving(self) -> Iterator[FakeSquare]:
        server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(self))
        server.daemon_threads = True
        thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
        thread.start()
        self.url = f"http://127.0.0.1:{server.server_address[1]}"
        try:
            yield self
        finally:
            server.shutdown()
            server.server_close()
            thread.join()

    # -- its API ------------------------------------------------------------------------------------------------------
    def answer(self, method: str, target: str, body: Json) -> tuple[int, Json]:
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

    # -- its webhooks -------------------------------------------------------------------------------------------------
    def deliver(self, url: str, body: bytes, key: str = KEY, address: str | None = None) -> httpx.Response:
        """Signed as Square signs, for the address that the subscription names."""
        chosen = settled(ADAPTER, {"signature_key": key, "public_url": address or url})
        headers = ADAPTER.sign(body, chosen, None)  # type: ignore[arg-type]
        return httpx.post(url, content=body, headers=dict(headers), timeout=20)


def _updated(one: Json) -> str:
    return str(one["updated_at"])


def _created(one: Json) -> str:
    return str(one["created_at"])


def _refusal(status: int, code: str) -> tuple[int, Json]:
    return status, {"errors": [{"category": "INVALID_REQUEST_ERROR", "code": code, "detail": code.lower()}]}


def _handler(square: FakeSquare) -> type[BaseHTTPRequestHandler]:
    return type("Handler", (Handler,), {"square": square})


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    square: FakeSquare

    def log_message(self, format: str, *args: Any) -> None:
        """Quiet."""

    def do_GET(self) -> None:
        self._answer("GET", {})

    def do_POST(self) -> None:
        self._answer("POST", json.loads(self.rfile.read(int(self.headers["Content-Length"]))))

    def _answer(self, method: str, body: Json) -> None:
        square = self.square
        square.asked.append((time.monotonic(), f"{method} {self.path}"))
        if square.faults > 0:
            square.faults -= 1
            self._fail()
        elif self.headers["Authorization"] != f"Bearer {square.token}":
            self._send(*_refusal(401, "UNAUTHORIZED"))
        else:
            self._send(*deepcopy(square.answer(method, self.path, body)))

    def _fail(self) -> None:
        if self.square.fault == "slow":
            time.sleep(1)
            self._send(*_refusal(503, "SERVICE_UNAVAILABLE"))
        elif self.square.fault == "hang":
            time.sleep(15)
            self.close_connection = True
        elif self.square.fault == "garbage":
            self._raw(200, b"<html>maintenance")
        elif self.square.fault == "hang up":
            self.close_connection = True
            self.connection.close()
        else:
            self._send(*_refusal(int(self.square.fault), "FAULT"))

    def _send(self, status: int, body: Json) -> None:
        self._raw(status, json.dumps(body).encode())

    def _raw(self, status: int, body: bytes) -> None:
        self.send_response(status)
        if status == 429:
            self.send_header("Retry-After", str(self.square.retry_after))
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        with suppress(OSError):  # whoever asked was killed
            self.wfile.write(body)
