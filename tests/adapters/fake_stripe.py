"""A small Stripe on loopback: charges with their payment intents, refunds, events and webhooks."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, ClassVar
from urllib.parse import parse_qs, unquote, urlsplit

from tests.adapters.fake import Fake, Json, Sold

KEY = "rk_test_kestrel"
SECRET = "whsec_kestrel"
LOCATION = "tml_Harbour"


def listed(found: list[Json], more: bool = False) -> Json:
    return {"object": "list", "data": found, "has_more": more}


@dataclass
class FakeStripe(Fake):
    vendor: ClassVar[str] = "stripe"

    key: str = KEY
    charges: dict[str, Json] = field(default_factory=dict)
    intents: dict[str, Json] = field(default_factory=dict)
    customers: dict[str, Json] = field(default_factory=dict)
    refunds: dict[str, Json] = field(default_factory=dict)
    lines: dict[str, list[Json]] = field(default_factory=dict)
    locations: list[str] = field(default_factory=lambda: [LOCATION])
    hooks: list[Json] = field(default_factory=list)
    events: list[Json] = field(default_factory=list)  # the newest last
    denied: tuple[str, ...] = ()  # parts of paths that the key may not read

    def settings(self) -> dict[str, str]:
        return {"webhook_secret": SECRET, "api_key": KEY, "location_id": LOCATION, "api_base": self.url}

    def allowed(self, headers: Mapping[str, str]) -> bool:
        return headers.get("authorization") == f"Bearer {self.key}"

    def refusal(self, status: int) -> Any:
        return {"error": {"type": "invalid_request_error", "message": f"refused with {status}"}}

    # -- what happens -------------------------------------------------------------------------------------------------
    def charge(self, id: str, at: datetime, amount: int, *, tip: int = 0, **more: Any) -> Json:
        """Paid at the reader; its payment intent knows of the tip."""
        created = int(at.timestamp())
        card = {"fingerprint": f"fp-{id}", "last4": "4417", "location": LOCATION, "reader": "tmr_1"}
        self.intents[f"pi_{id}"] = {
            "id": f"pi_{id}", "object": "payment_intent", "amount": amount, "currency": self.currency.lower(),
            "created": created, "status": "succeeded", "latest_charge": f"ch_{id}", "customer": more.get("customer"),
            "metadata": {}, "amount_details": {"tip": {"amount": tip} if tip else {}},
        }  # fmt: skip
        self.charges[f"ch_{id}"] = {
            "id": f"ch_{id}", "object": "charge", "amount": amount, "amount_captured": amount, "amount_refunded": 0,
            "captured": True, "refunded": False, "status": "succeeded", "created": created, "metadata": {},
            "currency": self.currency.lower(), "payment_intent": f"pi_{id}", "customer": None,
            "payment_method_details": {"type": "card_present", "card_present": card},
        } | more  # fmt: skip
        return self.charges[f"ch_{id}"]

    def happens(self, kind: str, about: Json, at: datetime) -> bytes:
        """Stripe keeps it, and tells of it."""
        event = {
            "id": f"evt_{len(self.events)}", "object": "event", "type": kind, "created": int(at.timestamp()),
            "data": {"object": json.loads(json.dumps(about))},
        }  # fmt: skip
        self.events.append(event)
        return json.dumps(event).encode()

    def sell(self, sold: Sold) -> list[bytes]:
        id, who = str(sold.number), sold.who
        charge = self.charge(id, sold.at, sold.price + sold.tip, tip=sold.tip)
        if who is not None and sold.by_card:
            charge["payment_method_details"]["card_present"]["fingerprint"] = who.fingerprint
        elif who is not None:
            charge["customer"] = who.pos_id
            self.customers[who.pos_id] = {"id": who.pos_id, "object": "customer", "metadata": {}}
        return [
            self.happens("charge.succeeded", charge, sold.at),
            self.happens("payment_intent.succeeded", self.intents[f"pi_{id}"], sold.at),
        ]

    def give_back(self, sold: Sold, at: datetime, amount: int) -> list[bytes]:
        charge = self.charges[f"ch_{sold.number}"]
        refund = self.refund(f"re_{sold.number}_{len(self.refunds)}", charge, at, amount)
        return [self.happens("refund.created", refund, at), self.happens("charge.refunded", charge, at)]

    def void(self, sold: Sold, at: datetime) -> list[bytes]:
        """Of what is paid there is no void: all of it is given back."""
        charge = self.charges[f"ch_{sold.number}"]
        return self.give_back(sold, at, charge["amount"] - charge["amount_refunded"])

    def refund(self, id: str, charge: Json, at: datetime, amount: int) -> Json:
        charge["amount_refunded"] += amount
        charge["refunded"] = charge["amount_refunded"] >= charge["amount"]
        self.refunds[id] = {
            "id": id, "object": "refund", "amount": amount, "charge": charge["id"], "created": int(at.timestamp()),
            "currency": charge["currency"], "status": "succeeded",
        }  # fmt: skip
        return self.refunds[id]

    # -- its API ------------------------------------------------------------------------------------------------------
    def answer(self, method: str, target: str, body: bytes, headers: Mapping[str, str]) -> tuple[int, Any]:
        path, query = urlsplit(target).path, parse_qs(urlsplit(target).query)
        if any(name in path for name in self.denied):
            return 403, self.refusal(403)
        match [unquote(part) for part in path.strip("/").split("/")[1:]]:
            case ["charges", id] if id in self.charges:
                return 200, self._whole(self.charges[id], query)
            case ["refunds", id] if id in self.refunds:
                return 200, self.refunds[id]
            case ["payment_intents", id, "amount_details_line_items"]:
                return 200, self._paged(self.lines.get(id, []), query)
            case ["events"]:
                since = int(query.get("created[gte]", ["0"])[0])
                kinds = {value for name, values in query.items() if name.startswith("types") for value in values}
                found = [one for one in reversed(self.events) if one["created"] >= since]
                return 200, self._paged([one for one in found if not kinds or one["type"] in kinds], query)
            case ["terminal", "locations"]:
                return 200, self._paged([{"id": id, "display_name": "Harbour"} for id in self.locations], query)
            case ["webhook_endpoints"]:
                return 200, self._paged(self.hooks, query)
        return 404, self.refusal(404)

    def _whole(self, charge: Json, query: Mapping[str, list[str]]) -> Json:
        expanded = {value for name, values in query.items() if name.startswith("expand") for value in values}
        given_back = [one for one in self.refunds.values() if one["charge"] == charge["id"]]
        held = {"payment_intent": self.intents, "customer": self.customers}
        whole = {name: found.get(charge[name], charge[name]) for name, found in held.items() if name in expanded}
        return {**charge, **whole} | ({"refunds": listed(given_back[-10:])} if "refunds" in expanded else {})

    def _paged(self, found: list[Json], query: Mapping[str, list[str]]) -> Json:
        after = query.get("starting_after", [""])[0]
        start = 1 + next((place for place, one in enumerate(found) if one["id"] == after), -1)
        return listed(found[start : start + self.page], start + self.page < len(found))
