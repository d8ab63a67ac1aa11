"""Shopify POS: webhooks, orders by its API, and an extension in the POS app that tells who is there before they pay."""

from __future__ import annotations

from pos_adapters.base import Adapter, Setting
from pos_adapters.checklist import checklist
from pos_adapters.hooks import POLL_S, PUBLIC_URL, api_base
from pos_adapters.shopify import api, hearing, signing, till
from pos_adapters.tills import TILLS


def _domain(text: str) -> None:
    if "/" in text or "." not in text:
        raise ValueError(f"expected a domain such as kestrel-coffee.myshopify.com, got {text!r}")


def _per_s(text: str) -> None:
    if not 0.1 <= float(text) <= 100:
        raise ValueError(f"expected from 0.1 to 100, got {text}")


ADAPTER = Adapter(
    vendor="shopify",
    title="Shopify POS: webhooks, orders by its API, and an extension on the till",
    settings=(
        Setting("client_secret", "the app's client secret: webhooks are signed with it", required=True, secret=True),
        Setting("old_client_secret", "the one before, for an hour after it was rotated", secret=True),
        Setting("client_id", "the app's client ID: for the extension, and for tokens"),
        Setting("shop_domain", "the shop's own domain, such as kestrel-coffee.myshopify.com", fits=_domain),
        Setting("access_token", "a custom app's Admin API token; else one is got by client_id", secret=True),
        Setting("location_id", "which location this shop is; needed where there are several"),
        Setting("per_s", "how many questions a second the plan allows: 4 with Advanced, 20 with Plus", default="2",
                fits=_per_s),
        TILLS,
        PUBLIC_URL,
        POLL_S,
        api_base(""),
    ),
    checklist=checklist(__name__),
    verify=signing.verify,
    parse=hearing.parse,
    fetch=api.fetch,
    pull=api.pull,
    check=api.check,
    asks=till.asks,
    answer=till.answer,
    sign=signing.sign,
)  # fmt: skip
