"""Adyen in person: what the standard webhook tells, each item of it signed by itself; there is nothing to ask for.

A card that is authorised in a shop has paid. What was bought Adyen does not know.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from decimal import Decimal
from itertools import islice
from typing import Any, Literal

import msgspec

from loyalty.errors import NoKey
from loyalty.wire import RefundOf, Tender, Transaction
from pos_adapters import money
from pos_adapters.answering import Reply
from pos_adapters.base import Adapter, Elsewhere, Event, Headers, Ignored, Setting, Settings, Verdict
from pos_adapters.bills import MS_BITS, evidence, since_epoch
from pos_adapters.checklist import checklist
from pos_adapters.hooks import PUBLIC_URL
from pos_adapters.reading import BAD_ITEM, fitting, read_each
from pos_adapters.said import Said
from pos_adapters.signing import believed, in_base64, key_of
from pos_adapters.tills import TILLS, till_of

SIGNATURE = "additionalData.hmacSignature"
DIGITS = {"CLP": 2, "CVE": 0, "IDR": 0, "ISK": 2}  # Adyen's own, where they are not those of ISO 4217
CANCELED = ("CANCELLATION", "TECHNICAL_CANCEL")
GIVEN_BACK = ("REFUND", "CANCEL_OR_REFUND")
UNDONE = ("REFUND_FAILED", "REFUNDED_REVERSED")
ITEMS_MAX = 100  # looked at whether any is signed; Adyen sends one
State = Literal["paid", "voided"]


class _Told(msgspec.Struct):
    notificationItems: list[msgspec.Raw]


_TOLD = msgspec.json.Decoder(_Told)


# -- signatures -------------------------------------------------------------------------------------------------------
def key(text: str) -> bytes:
    """The key is shown in hexadecimal. Raises ValueError."""
    try:
        return bytes.fromhex(text)
    except ValueError as error:
        raise ValueError("expected the HMAC key as Adyen shows it, in the digits 0-9 and A-F") from error


def verify(headers: Headers, raw: bytes, settings: Settings, now: datetime) -> Verdict:
    """One item that is signed will do: `parse` looks at each again, and takes no other."""
    key_of("adyen", settings, "hmac_key", "beside the webhook, under Security, HMAC Key")
    refused = NoKey("adyen: expected notificationItems; was this sent by adyen?", at=SIGNATURE)
    try:
        items = _items(raw)
    except BAD_ITEM:
        raise refused from None
    for _, one in islice(items, ITEMS_MAX):
        try:
            return _signed(_item(one), settings)
        except NoKey as error:
            refused = error
        except BAD_ITEM:
            continue
    raise refused


def _signed(item: Said, settings: Settings) -> Verdict:
    """HMAC-SHA256, in base64, over eight of its fields with colons between. Raises NoKey, in words."""
    given, amount = item["additionalData"].text("hmacSignature", ""), item["amount"]
    if not given:
        why = "adyen: an item without a signature; generate an HMAC key for this webhook, and save it"
        raise NoKey(why, at=SIGNATURE)
    fields = (
        *(item.text("pspReference"), item.text("originalReference", "")),
        *(item.text("merchantAccountCode", ""), item.text("merchantReference", "")),
        *(str(amount.whole("value")), amount.text("currency")),
        *(item.text("eventCode"), item.text("success", "")),
    )
    return believed("adyen", SIGNATURE, given, in_base64(key(settings["hmac_key"]), ":".join(fields).encode()))


# -- what it says -----------------------------------------------------------------------------------------------------
def parse(raw: bytes, settings: Settings) -> list[Event]:
    """A notification. One item that cannot be read, or is not signed, costs no other."""
    return read_each([("", raw)], lambda body: read_each(_items(body), lambda one: _told(_item(one), settings)))


def _items(raw: bytes) -> Iterator[tuple[str, bytes]]:
    """Cut apart, and not read: strangers may send millions."""
    told = _TOLD.decode(raw)
    return ((f"notificationItems[{place}]", bytes(one)) for place, one in enumerate(told.notificationItems))


def _item(raw: bytes) -> Said:
    """One without a time is none of theirs, and not even believed."""
    said = Said.of(raw)
    said.needs("NotificationRequestItem")
    item = said["NotificationRequestItem"]
    item.time("eventDate")
    return item


def _told(item: Said, settings: Settings) -> Iterator[Event]:
    if settings["hmac_key"]:
        _signed(item, settings)
    kind, action = item.text("eventCode"), item["additionalData"].text("modification.action", "")
    succeeded, original = item.text("success", "") == "true", item.text("originalReference", "")
    if reason := _elsewhere(item, settings):
        yield Elsewhere(reason)
    elif kind == "AUTHORISATION":
        yield _sale(item, settings) if succeeded else Ignored("a card that was declined")
    elif kind not in (*CANCELED, *GIVEN_BACK, *UNDONE):
        yield Ignored(f"{kind} changes nothing of what was bought")
    elif not succeeded and kind not in UNDONE:
        yield Ignored(f"{kind} that was refused: all is as it was")
    elif not original:
        yield Ignored(f"{kind} that names no payment")
    elif kind in CANCELED or action == "cancel":
        yield _transaction(item, original, "voided", settings)
    else:
        state: State = "voided" if kind in UNDONE else "paid"
        yield _transaction(item, item.text("pspReference"), state, settings, refund_of=RefundOf(id=original))


def _elsewhere(item: Said, settings: Settings) -> str:
    """Why it is of another shop. Of a refund Adyen does not say in which store it was made."""
    account, store = item.text("merchantAccountCode", ""), item["additionalData"].text("store", "")
    if settings["merchant_account"] not in ("", account):
        return f"of another merchant account, {account}"
    return f"of another store, {store}" if store and settings["store"] not in ("", store) else ""


def _sale(item: Said, settings: Settings) -> Transaction:
    """Without lines. The tip is a part of the amount."""
    said, currency = item["additionalData"], item["amount"].text("currency")
    last4 = said.text("cardSummary", "")
    tender = Tender(
        kind="card" if last4 else item.text("paymentMethod", "card"),
        amount=minor(item["amount"].whole("value"), currency),
        fingerprint=said.text("PaymentAccountReference", "") or said.text("alias", "") or None,
        last4=last4 or None,
    )
    return _transaction(
        item, item.text("pspReference"), "paid", settings,
        tip=_tip(said.text("tipAmount", "") or "0", currency), tenders=(tender,),
        customer=evidence(reference=said.text("shopperReference", ""), email=said.text("shopperEmail", "")),
    )  # fmt: skip


def _transaction(item: Said, id: str, state: State, settings: Settings, **more: Any) -> Transaction:
    """What is called off stays so: it comes after whatever else is told of it, however late that arrives."""
    said, at, currency = item["additionalData"], item.time("eventDate"), item["amount"].text("currency")
    sale = Transaction(
        id=id, source="adyen", shop=settings["shop"],
        till=till_of(said.text("uniqueTerminalId", "") or said.text("terminalId", ""), settings),
        revision=since_epoch(at) + ((state == "voided") << MS_BITS), state=state,
        at=at, currency=currency, lines=(), total=minor(item["amount"].whole("value"), currency), **more,
    )  # fmt: skip
    return fitting(sale)


def minor(value: int, currency: str) -> int:
    """Of Adyen's minor units: 1000 CLP are 10, 10 IDR are 1000."""
    return money.amount(Decimal(value).scaleb(-DIGITS.get(currency, money.digits(currency))), currency)


def _tip(text: str, currency: str) -> int:
    """In minor units; their documents do not say whether a point is ever in it, and what it would mean is clear."""
    return money.amount(text, currency) if "." in text else minor(int(text), currency)


ADAPTER = Adapter(
    vendor="adyen",
    title="Adyen in person: standard webhooks",
    settings=(
        Setting("hmac_key", "the webhook's HMAC key", required=True, secret=True, fits=key),
        Setting("merchant_account", "which merchant account is this shop's; others are passed over"),
        Setting("store", "which store this shop is; needed where the merchant account has several"),
        *(TILLS, PUBLIC_URL),
    ),
    checklist=checklist(__name__), verify=verify, parse=parse,
    answer=lambda headers, raw, settings, told: Reply(b"[accepted]"),
)  # fmt: skip
