"""Square: what it tells by webhook, and what it answers when it is asked."""

from __future__ import annotations

from pos_adapters.base import Adapter, Check, Setting
from pos_adapters.hooks import POLL_S, PUBLIC_URL, api_base
from pos_adapters.square import api, hearing, signing, tills

ADAPTER = Adapter(
    vendor="square",
    title="Square: webhooks, and orders by its API",
    settings=(
        Setting("signature_key", "the webhook subscription's signature key", required=True, secret=True),
        Setting("access_token", "the application's access token, to ask for orders", required=True, secret=True),
        Setting("location_id", "which location this shop is; needed where the account has several"),
        Setting(
            "tills", "names for devices, such as DEVICE1=1, DEVICE2=2; else a till is its device", fits=tills.named
        ),
        PUBLIC_URL,
        POLL_S,
        api_base("https://connect.squareup.com"),
    ),
    checklist={
        "refunds": Check("done", "return orders attach to their sale; so does a refund without one"),
        "voids": Check("done", "order state CANCELED; a return whose refunds all failed"),
        "tips": Check("done"),
        "tax": Check("done", "on top and inside the price"),
        "split tender": Check("done"),
        "open orders": Check("done", "those made by an API; one made at the till is first told of by its payment"),
        "customer": Check("done", "pos_id, phone, e-mail and reference_id, from the order or its payments"),
        "card fingerprint": Check("done", "from the tenders, and from a payment that is only approved"),
        "signing": Check("done", "HMAC-SHA256 of the address and the body"),
        "pull": Check("done", "orders by updated_at, looking back two minutes"),
    },
    verify=signing.verify,
    parse=hearing.parse,
    fetch=api.fetch,
    pull=api.pull,
    check=api.check,
    sign=signing.sign,
)
