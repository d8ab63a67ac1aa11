"""Adyen in person: what the standard webhook tells, each item of it signed by itself."""

from __future__ import annotations

from pos_adapters.adyen import hearing, signing
from pos_adapters.answering import Reply
from pos_adapters.base import Adapter, Setting
from pos_adapters.checklist import checklist
from pos_adapters.hooks import PUBLIC_URL
from pos_adapters.tills import TILLS

ADAPTER = Adapter(
    vendor="adyen",
    title="Adyen in person: standard webhooks",
    settings=(
        Setting("hmac_key", "the webhook's HMAC key", required=True, secret=True, fits=signing.key),
        Setting("merchant_account", "which merchant account is this shop's; others are passed over"),
        Setting("store", "which store this shop is; needed where the merchant account has several"),
        TILLS,
        PUBLIC_URL,
    ),
    checklist=checklist(__name__),
    verify=signing.verify,
    parse=hearing.parse,
    answer=lambda headers, raw, settings, told: Reply(b"[accepted]"),
)
