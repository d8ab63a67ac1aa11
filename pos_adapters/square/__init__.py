"""Square: what it tells by webhook, and what it answers when it is asked."""

from __future__ import annotations

from pos_adapters.base import Adapter, Setting
from pos_adapters.checklist import checklist
from pos_adapters.hooks import POLL_S, PUBLIC_URL, api_base
from pos_adapters.square import api, hearing, signing
from pos_adapters.tills import TILLS

ADAPTER = Adapter(
    vendor="square",
    title="Square: webhooks, and orders by its API",
    settings=(
        Setting("signature_key", "the webhook subscription's signature key", required=True, secret=True),
        Setting("access_token", "the application's access token, to ask for orders", required=True, secret=True),
        Setting("location_id", "which location this shop is; needed where the account has several"),
        TILLS,
        PUBLIC_URL,
        POLL_S,
        api_base("https://connect.squareup.com"),
    ),
    checklist=checklist(__name__),
    verify=signing.verify,
    parse=hearing.parse,
    fetch=api.fetch,
    pull=api.pull,
    check=api.check,
    sign=signing.sign,
)
