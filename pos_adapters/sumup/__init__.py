"""SumUp: its webhooks tell of checkouts, and only point to them; what is typed into the till has to be asked for."""

from __future__ import annotations

import re
from datetime import datetime

from loyalty.errors import NoKey
from pos_adapters.base import Adapter, Headers, Setting, Settings, Verdict
from pos_adapters.checklist import checklist
from pos_adapters.hooks import POLL_S, PUBLIC_URL, api_base
from pos_adapters.signing import believed, fresh, in_hex
from pos_adapters.sumup import api, sales
from pos_adapters.tills import TILLS

HEADER = "x-sumup-webhook-signature"
PARTS = re.compile(r"t=([0-9]{1,15}),v1=([0-9a-fA-F]{64})")
TOLERANCE_S = 300.0


def verify(headers: Headers, raw: bytes, settings: Settings, now: datetime) -> Verdict:
    """HMAC-SHA256 of version, time and body. Everything only points to something, so that a hint does as well: the
    older return_url, which nobody signs, and whatever comes before its key is known."""
    given, key = headers.get(HEADER, ""), settings["webhook_secret"]
    if not given or not key:
        return "hint"
    parts = PARTS.fullmatch(given.strip())
    if parts is None:
        raise NoKey("sumup: expected a signature t=…,v1=…; was this sent by SumUp?", at=HEADER)
    verdict = believed("sumup", HEADER, parts[2].lower(), in_hex(key, _signed(parts[1], raw)))
    fresh("sumup", HEADER, parts[1], now, past_s=TOLERANCE_S, future_s=TOLERANCE_S)
    return verdict


def sign(raw: bytes, settings: Settings, now: datetime) -> Headers:
    at, key = str(int(now.timestamp())), settings["webhook_secret"]
    return {HEADER: f"t={at},v1={in_hex(key, _signed(at, raw))}", "content-type": "application/json"} if key else {}


def _signed(at: str, raw: bytes) -> bytes:
    return b"v1:%s:%s" % (at.encode(), raw)


ADAPTER = Adapter(
    vendor="sumup",
    title="SumUp: transactions by its API, and webhooks of its checkouts",
    settings=(
        Setting("api_key", "a secret API key, to ask for transactions", required=True, secret=True),
        Setting("merchant_code", "the merchant's code, such as MH4H92C7", required=True),
        Setting("webhook_secret", "the webhook's signing secret, where there is a webhook", secret=True),
        TILLS,
        PUBLIC_URL,
        POLL_S,
        api_base("https://api.sumup.com"),
    ),
    checklist=checklist(__name__),
    verify=verify,
    parse=sales.parse,
    fetch=api.fetch,
    pull=api.pull,
    check=api.check,
    sign=sign,
)
