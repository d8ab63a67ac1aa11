"""Lightspeed Retail (X-Series): webhooks, business rules that wait for an answer, and sales by its API."""

from __future__ import annotations

from pos_adapters.base import Adapter, Setting
from pos_adapters.checklist import checklist
from pos_adapters.hooks import POLL_S, PUBLIC_URL, api_base
from pos_adapters.lightspeed_x import api, hearing, rules
from pos_adapters.money import digits
from pos_adapters.tills import TILLS

ADAPTER = Adapter(
    vendor="lightspeed_x",
    title="Lightspeed Retail (X-Series): webhooks, and sales by its API",
    settings=(
        Setting(
            "client_secret", "the client secret of the app that the webhooks belong to", required=True, secret=True
        ),
        Setting("domain_prefix", "what stands before .retail.lightspeed.app in your store's address", required=True),
        Setting("access_token", "a personal token, or the app's access token", required=True, secret=True),
        Setting("client_id", "the app's client id; only where access_token is an app's, which expires"),
        Setting("refresh_token", "what a new access_token is got with; it is replaced at each use", secret=True),
        Setting("outlet_id", "which outlet this shop is; needed where the account has several"),
        Setting("currency", "the currency of the amounts, such as AUD; else the outlet is asked", fits=digits),
        Setting("prompt_field", "the sales' custom field whose dialog shows the cue; without one none is shown"),
        TILLS,
        PUBLIC_URL,
        POLL_S,
        api_base(""),
    ),
    checklist=checklist(__name__),
    verify=hearing.verify,
    parse=hearing.parse,
    fetch=api.fetch,
    pull=api.pull,
    asks=rules.asks,
    answer=rules.answer,
    renew=api.renew,
    check=api.check,
    sign=hearing.sign,
)
