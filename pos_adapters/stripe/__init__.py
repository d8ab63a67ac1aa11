"""Stripe Terminal: payments and readers by webhook, and charges by its API."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime

from loyalty.errors import NoKey
from loyalty.wire import Presence
from pos_adapters.base import Adapter, Elsewhere, Event, Fetch, Headers, Ignored, Setting, Settings, Verdict
from pos_adapters.checklist import checklist
from pos_adapters.hooks import POLL_S, PUBLIC_URL, api_base
from pos_adapters.reading import read_each, shaped
from pos_adapters.said import Said
from pos_adapters.signing import believed, fresh, header, in_hex, key_of, parted
from pos_adapters.stripe import api, sales
from pos_adapters.tills import TILLS, till_of

HEADER = "stripe-signature"
STALE_S = 300.0  # as in their library: a second that is still to come is no matter


# -- is it Stripe? ----------------------------------------------------------------------------------------------------
def verify(headers: Headers, raw: bytes, settings: Settings, now: datetime) -> Verdict:
    """HMAC-SHA256 in hex over the second it was signed in, a point, and the very bytes of the body.

    While a secret is rolled there are two signatures, and two secrets here. Older schemes (v0) count for nothing.
    """
    given = parted(header("stripe", headers, HEADER))
    at = given.get("t", [""])[0]
    if not at.isascii() or not at.isdigit() or len(at) > 20:
        raise NoKey("stripe: expected the second it was signed in, t=…; was this sent by stripe?", at=HEADER)
    verdict = believed("stripe", HEADER, given.get("v1", []), *_signed(at, raw, settings))
    fresh("stripe", HEADER, at, now, past_s=STALE_S, future_s=None)
    return verdict


def sign(raw: bytes, settings: Settings, now: datetime) -> Headers:
    at = str(int(now.timestamp()))
    signatures = "".join(f",v1={one}" for one in _signed(at, raw, settings))
    return {HEADER: f"t={at}{signatures}", "content-type": "application/json; charset=utf-8"}


def _signed(at: str, raw: bytes, settings: Settings) -> list[str]:
    secret = key_of("stripe", settings, "webhook_secret", "beside the webhook, under Signing secret")
    keys = [one.strip() for one in secret.split(",") if one.strip()]
    return [in_hex(key, f"{int(at)}.".encode() + raw) for key in keys]


# -- what it says -----------------------------------------------------------------------------------------------------
def parse(raw: bytes, settings: Settings) -> list[Event]:
    """A webhook, or what `fetch` and `pull` brought. One event that cannot be read costs no other."""
    return read_each([("", raw)], lambda body: _read(Said.of(body), settings))


def _read(said: Said, settings: Settings) -> Iterator[Event]:
    if "events" in said:
        yield from read_each(said.raws("events"), lambda one: _told(Said.of(one), settings))
    elif "charge" in said:
        yield from _found(said, settings)
    else:
        yield from _told(said, settings)


def _found(said: Said, settings: Settings) -> Iterator[Event]:
    """What `fetch` brings: a charge, the lines of its payment intent, and the refund that was asked for."""
    charge, asked = said["charge"], [said["refund"]] if "refund" in said else []
    sale = _sale(charge, settings, list(said.each("lines")), asked)
    yield sale
    if not isinstance(sale, Ignored):
        yield from (sales.refund_of(charge, refund, settings) for refund in asked)


def _told(event: Said, settings: Settings) -> Iterator[Event]:
    type, about = event.text("type"), event["data"]["object"]
    kind = about.text("object", "")
    if kind == "charge":
        sale = _sale(about, settings)
        yield sale
        if not isinstance(sale, Ignored):  # without what only its payment intent knows
            yield Fetch("charge", about.text("id"))
    elif kind == "payment_intent":
        yield from _intent(about, settings)
    elif kind == "refund":
        yield Fetch("refund", about.text("id"))
    elif type == "terminal.reader.action_succeeded":
        yield from _shown(about, event.time_s("created"), settings)
    else:
        yield Ignored(f"{type} says nothing of a sale")


def _sale(charge: Said, settings: Settings, items: Sequence[Said] = (), asked: Sequence[Said] = ()) -> Event:
    if charge.text("status") == "failed":
        return Ignored("a card that was declined")
    return _elsewhere(sales.means_of(charge), settings) or sales.sale_of(charge, items, asked, settings)


def _intent(intent: Said, settings: Settings) -> Iterator[Event]:
    """Before payment it may say who is there. It is no sale: that is its charge."""
    if "latest_charge" in intent:
        yield Fetch("charge", intent.text("latest_charge"))
    if intent.text("status") == "succeeded":
        return
    if settings["location_id"] and intent["metadata"].text("location", "") != settings["location_id"]:
        yield Ignored("a payment that is not begun yet says not at which location")
        return
    order = sales.order_of(intent, settings)
    yield order if order.customer is not None else Ignored("nobody is known who would pay: the sale is its charge")


def _shown(reader: Said, at: datetime, settings: Settings) -> Iterator[Event]:
    """A card that was held to a reader, or a phone number that was typed into it, before anything is paid."""
    if elsewhere := _elsewhere(reader, settings):
        yield elsewhere
        return
    action = reader["action"][reader["action"].text("type", "")]
    typed = [(kind, one[kind].text("value", "")) for one in action.each("inputs") for kind in ("phone", "email")]
    card = sales.means_of(action, "payment_method").text("fingerprint", "")
    shown = [(kind, value) for kind, value in (("fingerprint", card), *typed) if value]
    where = {"shop": settings["shop"], "till": till_of(reader.text("id", ""), settings), "at": at}
    yield from (shaped({**where, kind: value}, Presence, reader.at) for kind, value in shown)
    if not shown:
        yield Ignored("a reader that was shown nobody")


def _elsewhere(said: Said, settings: Settings) -> Ignored | None:
    """What was paid online has no location: it belongs to whoever takes it."""
    own, location = settings["location_id"], said.text("location", "")
    return Elsewhere(f"of another location, {location}") if own and location and location != own else None


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
        *(TILLS, PUBLIC_URL, POLL_S, api_base("https://api.stripe.com")),
    ),
    checklist=checklist(__name__), verify=verify, parse=parse, fetch=api.fetch, pull=api.pull, check=api.check,
    sign=sign,
)  # fmt: skip
