"""Lightspeed Restaurant (K-Series): closed sales by its API; its webhooks tell only of orders at the table."""

from __future__ import annotations

from pos_adapters.base import Adapter, Setting
from pos_adapters.checklist import checklist
from pos_adapters.hooks import POLL_S, PUBLIC_URL, api_base
from pos_adapters.lightspeed_k import api, sales, signing
from pos_adapters.tills import TILLS

ADAPTER = Adapter(
    vendor="lightspeed_k",
    title="Lightspeed Restaurant K-Series: closed sales by its API",
    settings=(
        Setting("business_location_id", "which location this shop is", required=True),
        Setting("client_id", "the application's client id", required=True),
        Setting("client_secret", "the application's client secret", required=True, secret=True),
        Setting("refresh_token", "as the sign-in gave it; replaced by itself", required=True, secret=True),
        Setting("access_token", "made from the refresh token, by itself", secret=True),
        Setting("token_url", "where tokens are made, if not at {api_base}/oauth/token"),
        Setting("webhook_user", "the user name that the webhook was made with"),
        Setting("webhook_password", "and its password", secret=True),
        TILLS,
        PUBLIC_URL,
        POLL_S,
        api_base("https://api.lsk.lightspeed.app"),
    ),
    checklist=checklist(__name__),
    verify=signing.verify,
    parse=sales.parse,
    pull=api.pull,
    renew=api.renew,
    check=api.check,
    sign=signing.sign,
)
