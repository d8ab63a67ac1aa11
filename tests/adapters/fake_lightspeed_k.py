"""A small Lightspeed K on loopback: sales by when they were closed, and tokens that are used up."""

from __future__ import annotations

import base64
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, ClassVar
from urllib.parse import parse_qs, urlsplit

from tests.adapters.fake import Fake, Json, Sold

LOCATION = "55001122"
SIGN_IN = f"Basic {base64.b64encode(b'client:secret').decode()}"


def text(at: datetime) -> str:
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.000Z")


def major(amount: int) -> str:
    sign = "-" if amount < 0 else ""
    return f"{sign}{abs(amount) // 100}.{abs(amount) % 100:02}"


@dataclass
class FakeLightspeedK(Fake):
    """`refresh` is the one refresh token that is good, `access` the one access token."""

    vendor: ClassVar[str] = "lightspeed_k"

    sales: list[Json] = field(default_factory=list)
    access: str = "access-0"
    refresh: str = "refresh-0"
    made: int = 0

    def settings(self) -> dict[str, str]:
        return {
            "api_base": self.url, "business_location_id": LOCATION, "client_id": "client", "client_secret": "secret",
            "refresh_token": "refresh-0", "access_token": "access-0",
        }  # fmt: skip

    def allowed(self, headers: Mapping[str, str]) -> bool:
        return headers.get("authorization") == f"Bearer {self.access}"

    def open_to_all(self, target: str) -> bool:
        return target == "/oauth/token"

    def expire(self) -> None:
        self.access = "expired"

    def refusal(self, status: int) -> Any:
        return {"error": "refused", "status": status}

    def answer(self, method: str, target: str, body: bytes, headers: Mapping[str, str]) -> tuple[int, Any]:
        path, query = urlsplit(target).path, {k: v[0] for k, v in parse_qs(urlsplit(target).query).items()}
        match (method, path):
            case ("POST", "/oauth/token"):
                return self._token({k: v[0] for k, v in parse_qs(body.decode()).items()}, headers)
            case ("GET", "/f/data/businesses"):
                here = [{"blName": "Harbour", "blID": int(LOCATION)}]
                return 200, {"_embedded": {"businessList": [{"businessLocations": here}]}}
            case ("GET", held) if held == f"/f/v2/business-location/{LOCATION}/sales":
                return 200, self._sales(query)
        return 404, self.refusal(404)

    def _token(self, form: dict[str, str], headers: Mapping[str, str]) -> tuple[int, Any]:
        if headers.get("authorization") != SIGN_IN or form.get("refresh_token") != self.refresh:
            return 400, {"error": "invalid_grant", "error_description": "Token is not active"}
        self.made += 1
        self.access, self.refresh = f"access-{self.made}", f"refresh-{self.made}"
        return 200, {"access_token": self.access, "refresh_token": self.refresh, "expires_in": 1500}

    def _sales(self, query: dict[str, str]) -> Json:
        assert query["include"] == "consumer,payments"
        found = sorted((one for one in self.sales if one["timeClosed"] >= query["from"]), key=lambda o: o["timeClosed"])
        start = int(query.get("nextPageToken", "0"))
        end = start + min(self.page, int(query["pageSize"]))
        return {"sales": found[start:end], "nextPageToken": str(end) if end < len(found) else None}

    # -- what happens at the till -------------------------------------------------------------------------------------
    def sell(self, sold: Sold) -> list[bytes]:
        who = {"id": sold.who.pos_id, "phoneNumber1": sold.who.phone, "email": sold.who.email} if sold.who else None
        return self.close(f"A{sold.number}", sold.at, sold.price, sold.tip, who)

    def give_back(self, sold: Sold, at: datetime, amount: int) -> list[bytes]:
        link = {"initialAccountId": f"A{sold.number}", "previousAccountId": f"A{sold.number}"}
        return self.close(f"A{sold.number}.{len(self.sales)}", at, -amount, type="REFUND", source=link)

    def void(self, sold: Sold, at: datetime) -> list[bytes]:
        [one] = [one for one in self.sales if one["accountFiscId"] == f"A{sold.number}"]
        one |= {"cancelled": True, "timeClosed": text(at)}
        return []

    def close(
        self, id: str, at: datetime, price: int, tip: int = 0, consumer: Json | None = None, **fields: Any
    ) -> list[bytes]:
        line = {
            "id": "1", "name": "Latte", "quantity": "-1.000" if price < 0 else "1.000", "currency": self.currency,
            "totalNetAmountWithTax": major(price), "menuListPrice": major(abs(price)), "taxIncluded": True,
        }  # fmt: skip
        payment = {
            "code": "CASH", "netAmountWithTax": major(price), "currency": self.currency, "tip": major(tip),
            "consumer": consumer,
        }  # fmt: skip
        sale = {
            "accountFiscId": id, "source": {"initialAccountId": id}, "salesLines": [line], "payments": [payment],
            "timeOfOpening": text(at), "timeClosed": text(at), "cancelled": False, "type": "SALE", "deviceId": 2,
        }  # fmt: skip
        self.sales.append(sale | fields)
        return []  # Lightspeed tells of no sale at the till
