"""A small Adyen: it has nothing to be asked for, and notifications whose items are signed one by one."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from itertools import count
from typing import Any, ClassVar

import httpx
from Adyen.util import generate_notification_sig

from tests.adapters.fake import Fake, Json, Sold
from tests.make import MORNING

KEY = "44782DEF547AAA06C910C43932B1EB0C71FC68D9D0C057550C48EC2ACF6BA056"
ACCOUNT = "HarbourPOS"


def item(psp: str, kind: str, at: datetime, value: int, *, key: str = KEY, currency: str = "EUR", **more: Any) -> Json:
    """As it stands in a notification. `more`: fields of it, and `said` of its additionalData."""
    said = more.pop("said", {})
    one = {
        "amount": {"currency": currency, "value": value}, "eventCode": kind, "eventDate": at.isoformat(),
        "merchantAccountCode": ACCOUNT, "merchantReference": f"K-{psp}", "originalReference": "",
        "paymentMethod": "visa", "pspReference": psp, "reason": "", "success": "true",
    } | more  # fmt: skip
    signature = generate_notification_sig(one, key).decode()
    return {"NotificationRequestItem": {**one, "additionalData": {**said, "hmacSignature": signature}}}


def notification(*items: Json) -> bytes:
    return json.dumps({"live": "false", "notificationItems": items}).encode()


@dataclass
class FakeAdyen(Fake):
    vendor: ClassVar[str] = "adyen"

    numbers: count[int] = field(default_factory=count)

    def settings(self) -> dict[str, str]:
        return {"hmac_key": KEY, "merchant_account": ACCOUNT}

    def allowed(self, headers: Mapping[str, str]) -> bool:
        return False

    def answer(self, method: str, target: str, body: bytes, headers: Mapping[str, str]) -> tuple[int, Any]:
        return 404, self.refusal(404)

    def sell(self, sold: Sold) -> list[bytes]:
        said = {"tipAmount": str(sold.tip), "uniqueTerminalId": "V400m-1", "cardSummary": "4417"}
        if sold.who is not None:
            known = {"PaymentAccountReference": sold.who.fingerprint}
            said |= known if sold.by_card else {"shopperReference": sold.who.reference}
        return [self._tells(f"P{sold.number}", "AUTHORISATION", sold.at, sold.price + sold.tip, said=said)]

    def give_back(self, sold: Sold, at: datetime, amount: int) -> list[bytes]:
        original, said = f"P{sold.number}", {"modification.action": "refund"}
        id = f"R{sold.number}-{next(self.numbers)}"
        return [self._tells(id, "CANCEL_OR_REFUND", at, amount, originalReference=original, said=said)]

    def void(self, sold: Sold, at: datetime) -> list[bytes]:
        original, value = f"P{sold.number}", sold.price + sold.tip
        return [self._tells(f"V{sold.number}", "CANCELLATION", at, value, originalReference=original)]

    def _tells(self, psp: str, kind: str, at: datetime, value: int, **more: Any) -> bytes:
        return notification(item(psp, kind, at, value, currency=self.currency, **more))

    def deliver(
        self, url: str, body: bytes, now: datetime = MORNING, address: str | None = None, **wrong: str
    ) -> httpx.Response:
        """Signed inside; with another key where `wrong` names one."""
        if "hmac_key" in wrong:
            told = json.loads(body)
            for one in told["notificationItems"]:
                inner = one["NotificationRequestItem"]
                signature = generate_notification_sig(inner, wrong["hmac_key"]).decode()
                inner["additionalData"]["hmacSignature"] = signature
            body = json.dumps(told).encode()
        return httpx.post(url, content=body, headers={"content-type": "application/json"}, timeout=20)
