"""What Stripe says: webhooks as it sends them, and what it answered when it was asked."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from loyalty.errors import Unfit
from loyalty.wire import Presence
from pos_adapters.asking import document
from pos_adapters.base import Event, Fetch, Ignored, Settings
from pos_adapters.reading import exact, read_each, shaped
from pos_adapters.stripe import sales
from pos_adapters.stripe.shapes import Action, Charge, Found, Intent, Refund
from pos_adapters.stripe.shapes import Event as Webhook
from pos_adapters.tills import till_of


def parse(raw: bytes, settings: Settings) -> list[Event]:
    """A webhook, or what `fetch` and `pull` brought. One event that cannot be read costs no other."""
    return read_each([("", raw)], lambda body: _read(body, settings))


def _read(raw: bytes, settings: Settings) -> Iterable[Event]:
    said = exact(raw)
    if not isinstance(said, dict):
        raise Unfit("expected an event or an answer of Stripe's, as a JSON object")
    if "events" in said:
        events = ((f"events[{place}]", document(event)) for place, event in enumerate(said["events"]))
        return read_each(events, lambda body: _told(shaped(exact(body), Webhook), settings))
    if "charge" in said:
        return _found(shaped(said, Found), settings)
    return _told(shaped(said, Webhook), settings)


# -- what it tells ----------------------------------------------------------------------------------------------------
def _told(event: Webhook, settings: Settings) -> Iterator[Event]:
    about, kind = event.data.object, event.data.object.get("object")
    if kind == "charge":
        yield from _charge(shaped(about, Charge, "data.object"), settings)
    elif kind == "payment_intent":
        yield from _intent(shaped(about, Intent, "data.object"), settings)
    elif kind == "refund":
        yield Fetch("refund", shaped(about, Refund, "data.object").id)
    elif event.type == "terminal.reader.action_succeeded":
        yield from _shown(event, settings)
    else:
        yield Ignored(f"{event.type} says nothing of a sale")


def _charge(charge: Charge, settings: Settings) -> Iterator[Event]:
    """The sale at once, without what only its payment intent knows; that is asked for."""
    said = _sale(Found(charge), settings)
    yield said
    if not isinstance(said, Ignored):
        yield Fetch("charge", charge.id)


def _intent(intent: Intent, settings: Settings) -> Iterator[Event]:
    """Before payment it may say who is there. It is no sale: that is its charge."""
    if intent.latest_charge is not None:
        yield Fetch("charge", intent.latest_charge)
    if intent.status == "succeeded":
        return
    if settings["location_id"] and intent.metadata.get("location") != settings["location_id"]:
        yield Ignored("a payment that is not begun yet says not at which location")
        return
    order = sales.order_of(intent, settings)
    yield order if order.customer is not None else Ignored("nobody is known who would pay: the sale is its charge")


def _shown(event: Webhook, settings: Settings) -> Iterator[Event]:
    """A card that was held to a reader, or a phone number that was typed into it, before anything is paid."""
    reader, said = event.data.object, event.data.object.get("action")
    elsewhere = _elsewhere(str(reader.get("location") or ""), settings)
    if elsewhere is not None or not isinstance(said, dict):
        yield elsewhere or Ignored("a reader that did nothing")
        return
    action = shaped(said.get(said.get("type"), {}), Action, "data.object.action")
    means = [("fingerprint", sales.means_of(action.payment_method).fingerprint)]
    typed = [(kind, getattr(one, kind).get("value")) for one in action.inputs for kind in ("phone", "email")]
    shown = [(kind, value) for kind, value in (*means, *typed) if value]
    where = {"shop": settings["shop"], "till": till_of(reader.get("id"), settings), "at": sales.time_of(event.created)}
    for kind, value in shown:
        yield shaped({**where, kind: value}, Presence, "data.object")
    if not shown:
        yield Ignored("a reader that was shown nobody")


# -- what it answered -------------------------------------------------------------------------------------------------
def _found(found: Found, settings: Settings) -> Iterator[Event]:
    said = _sale(found, settings)
    yield said
    if found.refund is not None and not isinstance(said, Ignored):
        yield sales.refund_of(found, found.refund, settings)


def _sale(found: Found, settings: Settings) -> Event:
    if found.charge.status == "failed":
        return Ignored("a card that was declined")
    location = sales.means_of(found.charge.payment_method_details).location
    return _elsewhere(location, settings) or sales.sale_of(found, settings)


def _elsewhere(location: str, settings: Settings) -> Ignored | None:
    """What was paid online has no location: it belongs to whoever takes it."""
    own = settings["location_id"]
    return Ignored(f"of another location, {location}") if own and location and location != own else None
