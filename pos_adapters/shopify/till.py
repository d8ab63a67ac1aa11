"""What our extension in the POS app tells while somebody stands at the till, and what it hears in return.

A cart has no order yet, so it is no sale: as an open one under an invented id it would stay open for ever beside the
order that is paid. It only says who is there.
"""

from __future__ import annotations

import msgspec

from loyalty.wire import Presence
from pos_adapters.answering import Asked, Reply, Told
from pos_adapters.base import Event, Fetch, Headers, Ignored, Settings
from pos_adapters.shopify.sales import of_another
from pos_adapters.shopify.shapes import Post
from pos_adapters.tills import till_of

# The POS app runs the extension in a worker of another origin. The same holds for the OPTIONS that comes before.
CORS = {
    "access-control-allow-origin": "*",
    "access-control-allow-headers": "authorization,content-type",
    "access-control-max-age": "7200",
}
_POST = msgspec.json.Decoder(Post)


def event_of(post: Post, settings: Settings) -> Event:
    if elsewhere := of_another(post.session.locationId, settings):
        return elsewhere
    if post.event == "transactioncomplete":
        order = post.transaction.orderId
        return Fetch("order", str(order)) if order else Ignored("the till is offline: its order has no number yet")
    if post.event != "cart.updated":
        return Ignored("it says nothing of a sale")
    who = post.cart.customer
    if who is None or not who.id:
        return Ignored("a cart of nobody known")
    till = till_of(post.session.deviceId, settings)
    return Presence(shop=settings["shop"], till=till, pos_id=str(who.id))


def asks(headers: Headers, raw: bytes, settings: Settings) -> Asked | None:
    """Only the till waits to be told, and only of a cart with a customer."""
    try:
        said = event_of(_POST.decode(raw), settings) if "authorization" in headers else None
    except msgspec.MsgspecError:
        return None
    return Asked(who=said) if isinstance(said, Presence) else None


def answer(headers: Headers, raw: bytes, settings: Settings, told: Told) -> Reply:
    """What to say and to do, as the extension shows it; a webhook is answered with nothing."""
    if "authorization" not in headers:
        return Reply()
    cue = told.seen.cue if told.seen else None
    said = {"say": cue.say if cue else "", "act": [act.text for act in cue.act] if cue else []}
    return Reply(msgspec.json.encode(said), "application/json", headers=CORS)
