"""What Adyen tells of a payment and of its changes. A card that is authorised in a shop has paid."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import Any, Literal

from loyalty.wire import RefundOf, Tender, Transaction
from pos_adapters import money
from pos_adapters.adyen import signing
from pos_adapters.adyen.shapes import Item, item_of, items_of
from pos_adapters.asking import document
from pos_adapters.base import Event, Ignored, Settings
from pos_adapters.bills import MS_BITS, evidence, since_epoch
from pos_adapters.reading import exact, fitting, read_each
from pos_adapters.tills import till_of

DIGITS = {"CLP": 2, "CVE": 0, "IDR": 0, "ISK": 2}  # Adyen's own, where they are not those of ISO 4217
CANCELED = ("CANCELLATION", "TECHNICAL_CANCEL")
GIVEN_BACK = ("REFUND", "CANCEL_OR_REFUND")
UNDONE = ("REFUND_FAILED", "REFUNDED_REVERSED")
State = Literal["paid", "voided"]


def parse(raw: bytes, settings: Settings) -> list[Event]:
    """A notification. One item that cannot be read, or is not signed, costs no other."""
    return read_each([("", raw)], lambda body: _read(body, settings))


def _read(raw: bytes, settings: Settings) -> list[Event]:
    items = ((f"notificationItems[{place}]", document(item)) for place, item in enumerate(items_of(raw)))
    return read_each(items, lambda body: _told(item_of(exact(body)), settings))


def _told(item: Item, settings: Settings) -> Iterator[Event]:
    if settings["hmac_key"]:
        signing.signed(item, settings)
    kind, action = item.event_code, item.additional_data.get("modification.action")
    reason = _elsewhere(item, settings)
    if reason:
        yield Ignored(reason)
    elif kind == "AUTHORISATION":
        yield _sale(item, settings) if item.success == "true" else Ignored("a card that was declined")
    elif kind not in (*CANCELED, *GIVEN_BACK, *UNDONE):
        yield Ignored(f"{kind} changes nothing of what was bought")
    elif item.success != "true" and kind not in UNDONE:
        yield Ignored(f"{kind} that was refused: all is as it was")
    elif not item.original_reference:
        yield Ignored(f"{kind} that names no payment")
    elif kind in CANCELED or action == "cancel":
        yield _transaction(item, item.original_reference, "voided", settings)
    else:
        state: State = "voided" if kind in UNDONE else "paid"
        yield _transaction(item, item.psp_reference, state, settings, refund_of=RefundOf(id=item.original_reference))


def _sale(item: Item, settings: Settings) -> Transaction:
    """Without lines: Adyen does not know what was bought. The tip is a part of the amount."""
    said = item.additional_data
    fingerprint = said.get("PaymentAccountReference") or said.get("alias")
    kind, last4 = ("card", said["cardSummary"]) if said.get("cardSummary") else (item.payment_method, None)
    paid = minor(item.amount.value, item.amount.currency)
    return _transaction(
        item, item.psp_reference, "paid", settings,
        tip=_tip(said.get("tipAmount") or "0", item.amount.currency),
        tenders=(Tender(kind=kind, amount=paid, fingerprint=fingerprint or None, last4=last4),),
        customer=evidence(reference=said.get("shopperReference"), email=said.get("shopperEmail")),
    )  # fmt: skip


def _transaction(item: Item, id: str, state: State, settings: Settings, **more: Any) -> Transaction:
    """What is called off stays so: it comes after whatever else is told of it, however late that arrives."""
    terminal = item.additional_data.get("uniqueTerminalId") or item.additional_data.get("terminalId")
    return fitting(
        Transaction(
            id=id,
            source="adyen",
            shop=settings["shop"],
            till=till_of(terminal, settings),
            revision=since_epoch(item.event_date) + ((state == "voided") << MS_BITS),
            state=state,
            at=item.event_date,
            currency=item.amount.currency,
            lines=(),
            total=minor(item.amount.value, item.amount.currency),
            **more,
        )
    )


def minor(value: int, currency: str) -> int:
    """Of Adyen's minor units: 1000 CLP are 10, 10 IDR are 1000."""
    return money.amount(Decimal(value).scaleb(-DIGITS.get(currency, money.digits(currency))), currency)


def _tip(text: str, currency: str) -> int:
    """In minor units; their documents do not say whether a point is ever in it, and what it would mean is clear."""
    return money.amount(text, currency) if "." in text else minor(int(text), currency)


def _elsewhere(item: Item, settings: Settings) -> str:
    """Why it is of another shop. Of a refund Adyen does not say in which store it was made."""
    own, store = settings["merchant_account"], item.additional_data.get("store")
    if own and item.merchant_account_code != own:
        return f"of another merchant account, {item.merchant_account_code}"
    return f"of another store, {store}" if settings["store"] and store and store != settings["store"] else ""
