"""Clover: webhooks that only point to something, and orders by its API."""

from __future__ import annotations

from pos_adapters.base import Adapter, Setting
from pos_adapters.checklist import checklist
from pos_adapters.clover import api, hearing
from pos_adapters.hooks import POLL_S, PUBLIC_URL, api_base
from pos_adapters.tills import TILLS

ADAPTER = Adapter(
    vendor="clover",
    title="Clover: webhooks, and orders by its API",
    settings=(
        Setting("auth_code", "the code that Clover sends along as X-Clover-Auth", required=True, secret=True),
        Setting("merchant_id", "which merchant this shop is, as in the address of its dashboard", required=True),
        Setting("access_token", "the merchant's API token, or the app's access token", required=True, secret=True),
        Setting("client_id", "the app's id; only where access_token is an app's, which expires"),
        Setting("refresh_token", "what a new access_token is got with; it is replaced at each use", secret=True),
        TILLS,
        PUBLIC_URL,
        POLL_S,
        api_base("https://api.clover.com"),
    ),
    checklist=checklist(__name__),
    verify=hearing.verify,
    parse=hearing.parse,
    fetch=api.fetch,
    pull=api.pull,
    renew=api.renew,
    check=api.check,
    sign=hearing.sign,
)
