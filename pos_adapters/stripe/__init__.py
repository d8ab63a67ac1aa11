"""Stripe Terminal: payments and readers by webhook, and charges by its API."""

from __future__ import annotations

from pos_adapters.base import Adapter, Setting
from pos_adapters.checklist import checklist
from pos_adapters.hooks import POLL_S, PUBLIC_URL, api_base
from pos_adapters.stripe import api, hearing, signing
from pos_adapters.tills import TILLS

ADAPTER = Adapter(
    vendor="stripe",
    title="Stripe Terminal: payments and readers by webhook, charges by its API",
    settings=(
        Setting(
            "webhook_secret", "the webhook's signing secret; two with a comma between while it is rolled",
            required=True, secret=True,
        ),
        Setting("api_key", "a restricted or secret key, to ask for charges", required=True, secret=True),
        Setting("location_id", "which Terminal location this shop is; needed where the account has several"),
        TILLS,
        PUBLIC_URL,
        POLL_S,
        api_base("https://api.stripe.com"),
    ),
    checklist=checklist(__name__),
    verify=signing.verify,
    parse=hearing.parse,
    fetch=api.fetch,
    pull=api.pull,
    check=api.check,
    sign=signing.sign,
)  # fmt: skip
