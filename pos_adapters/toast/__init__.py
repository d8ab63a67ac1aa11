"""Toast: orders told by webhook and asked for by its API, and its till's questions to a loyalty programme."""

from __future__ import annotations

from loyalty.errors import Unfit
from pos_adapters import money
from pos_adapters.base import Adapter, Setting
from pos_adapters.checklist import checklist
from pos_adapters.hooks import POLL_S, PUBLIC_URL, api_base
from pos_adapters.tills import TILLS
from pos_adapters.toast import api, hearing, loyalty, signing


def _currency(text: str) -> object:
    try:
        return money.digits(text)
    except Unfit as error:
        raise ValueError(error.message) from error


ADAPTER = Adapter(
    vendor="toast",
    title="Toast: webhooks, orders by its API, and its till's loyalty questions",
    settings=(
        Setting("webhook_secret", "the secret of the order webhook's subscription", secret=True),
        Setting("client_id", "of the standard API access credentials", required=True),
        Setting("client_secret", "of the same credentials", required=True, secret=True),
        Setting("restaurant_guid", "which location this shop is", required=True),
        Setting("currency", "such as USD: with it a cue need not wait until Toast was asked for it", fits=_currency),
        Setting("loyalty_public_key", "Toast's public key, for its loyalty integration alone", fits=signing.key_in),
        TILLS,
        PUBLIC_URL,
        POLL_S,
        api_base("https://ws-api.toasttab.com"),
    ),
    checklist=checklist(__name__),
    verify=signing.verify,
    parse=hearing.parse,
    fetch=api.fetch,
    pull=api.pull,
    asks=loyalty.asks,
    answer=loyalty.answer,
    check=api.check,
    sign=signing.sign,
)
