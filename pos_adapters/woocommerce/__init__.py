"""WooCommerce: a web shop, and the tills that write their sales into it."""

from __future__ import annotations

from dataclasses import replace

from pos_adapters.base import Adapter, Setting
from pos_adapters.checklist import checklist
from pos_adapters.hooks import POLL_S, PUBLIC_URL, api_base
from pos_adapters.woocommerce import api, orders, signing

ADAPTER = Adapter(
    vendor="woocommerce",
    title="WooCommerce: webhooks, and orders by its REST API",
    settings=(
        replace(api_base(""), help="your shop's address, such as https://shop.example", required=True),
        Setting("webhook_secret", "the secret of the webhooks, the same for all of them", required=True, secret=True),
        Setting("consumer_key", "ck_…, of a key that may read", required=True, secret=True),
        Setting("consumer_secret", "cs_…, shown once, beside it", required=True, secret=True),
        Setting(
            "tip_names",
            "what fees are called that are tips; other fees are service charges",
            default="Tip, Tips, Gratuity, Trinkgeld, Pourboire, Propina, Mancia, Gorjeta, Fooi, Drikkepenge",
        ),
        Setting("member_field", "the order's own field that holds a member's number, such as _member_number"),
        Setting("created_via", "only orders made in this way, such as pos; else all: a web shop's as well"),
        PUBLIC_URL,
        POLL_S,
    ),
    checklist=checklist(__name__),
    verify=signing.verify,
    parse=orders.parse,
    fetch=api.fetch,
    pull=api.pull,
    check=api.check,
    sign=signing.sign,
)
