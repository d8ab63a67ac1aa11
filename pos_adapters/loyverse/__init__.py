"""Loyverse: receipts by webhook, and by its API; it says nothing before they are paid."""

from __future__ import annotations

from datetime import datetime

from loyalty.errors import Unfit
from pos_adapters import money
from pos_adapters.base import Adapter, Headers, Setting, Settings, Verdict
from pos_adapters.checklist import checklist
from pos_adapters.hooks import POLL_S, PUBLIC_URL, api_base
from pos_adapters.loyverse import api, receipts
from pos_adapters.signing import believed, header, in_base64, in_hex
from pos_adapters.tills import TILLS

HEADER = "x-loyverse-signature"
WHY = "is client_secret the one of the app that made the webhook?"


def verify(headers: Headers, raw: bytes, settings: Settings, now: datetime) -> Verdict:
    """HMAC-SHA1, in base64 by its documents and in hex by its forum. What a personal token set up nobody signs."""
    key = settings["client_secret"]
    if not key:
        return "hint"
    given = header("loyverse", headers, HEADER)
    return believed("loyverse", HEADER, given, in_base64(key, raw, "sha1"), in_hex(key, raw, "sha1"), why=WHY)


def sign(raw: bytes, settings: Settings, now: datetime) -> Headers:
    key = settings["client_secret"]
    return {HEADER: in_base64(key, raw, "sha1"), "content-type": "application/json"} if key else {}


def _currency(text: str) -> object:
    try:
        return money.digits(text)
    except Unfit as error:
        raise ValueError(error.message) from error


ADAPTER = Adapter(
    vendor="loyverse",
    title="Loyverse: receipts by webhook and by its API",
    settings=(
        Setting("access_token", "an access token of the Back Office, to ask for receipts", required=True, secret=True),
        Setting("client_secret", "the app's client secret, where an app set the webhook up and signs it", secret=True),
        Setting("store_id", "which store this shop is; needed where the account has several"),
        Setting("currency", "the currency of the account, such as KES; else Loyverse is asked", fits=_currency),
        TILLS,
        PUBLIC_URL,
        POLL_S,
        api_base("https://api.loyverse.com"),
    ),
    checklist=checklist(__name__),
    verify=verify,
    parse=receipts.parse,
    fetch=api.fetch,
    pull=api.pull,
    check=api.check,
    sign=sign,
)
