"""Adyen's signature stands inside each item: HMAC-SHA256, in base64, over eight of its fields with colons between."""

from __future__ import annotations

from datetime import datetime

from loyalty.errors import NoKey
from pos_adapters.adyen.shapes import Item, item_of, items_of
from pos_adapters.base import Headers, Settings, Verdict
from pos_adapters.reading import BAD_ITEM
from pos_adapters.signing import believed, in_base64, key_of

AT = "additionalData.hmacSignature"


def key(text: str) -> bytes:
    """The key is shown in hexadecimal. Raises ValueError."""
    try:
        return bytes.fromhex(text)
    except ValueError as error:
        raise ValueError("expected the HMAC key as Adyen shows it, in the digits 0-9 and A-F") from error


def verify(headers: Headers, raw: bytes, settings: Settings, now: datetime) -> Verdict:
    """One item that is signed will do: `parse` looks at each again, and takes no other."""
    key_of("adyen", settings, "hmac_key", "beside the webhook, under Security, HMAC Key")
    refused = NoKey("adyen: expected notificationItems; was this sent by adyen?", at=AT)
    try:
        items = items_of(raw)
    except BAD_ITEM:
        raise refused from None
    for item in items:
        try:
            return signed(item_of(item), settings)
        except NoKey as error:
            refused = error
        except BAD_ITEM:
            continue
    raise refused


def signed(item: Item, settings: Settings) -> Verdict:
    """Raises NoKey, in words."""
    given = item.additional_data.get("hmacSignature")
    if not given:
        raise NoKey("adyen: an item without a signature; generate an HMAC key for this webhook, and save it", at=AT)
    return believed("adyen", AT, given, signature(item, key(settings["hmac_key"])))


def signature(item: Item, secret: bytes) -> str:
    fields = (
        *(item.psp_reference, item.original_reference, item.merchant_account_code, item.merchant_reference),
        *(str(item.amount.value), item.amount.currency, item.event_code, item.success),
    )
    return in_base64(secret, ":".join(fields).encode())
