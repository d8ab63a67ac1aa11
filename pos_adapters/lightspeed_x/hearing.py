"""What Lightspeed X says: webhooks as forms that hold JSON, and the sales that it answers with."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any
from urllib.parse import parse_qs

import msgspec

from loyalty.errors import Unfit
from pos_adapters.asking import document
from pos_adapters.base import Elsewhere, Event, Fetch, Headers, Ignored, Settings, Verdict
from pos_adapters.lightspeed_x.sales import sold
from pos_adapters.lightspeed_x.shapes import Customer, Outlet, Product, Sale, flat
from pos_adapters.reading import exact, read_each, shaped
from pos_adapters.signing import believed, header, in_base64, in_hex, key_of, parted

HEADER = "x-signature"
FIELDS_MAX = 20  # of a form


def verify(headers: Headers, raw: bytes, settings: Settings, now: datetime) -> Verdict:
    """HMAC-SHA256 by the client secret. Whether of the form or of the JSON in it, in hex or base64, is not documented.

    Business rules too: whoever asks unsigned would be told who is at the counter.
    """
    key = key_of("lightspeed_x", settings, "client_secret", "beside the app, in the developer portal")
    given = parted(header("lightspeed_x", headers, HEADER)).get("signature", [])
    signed = [raw, *(payload.encode() for payload in _form(raw).get("payload", []))]
    expected = [text(key, one) for one in signed for text in (in_hex, in_base64)]
    return believed("lightspeed_x", HEADER, given, *expected, why="is client_secret that of the app they belong to?")


def sign(raw: bytes, settings: Settings, now: datetime) -> Headers:
    """The headers with which Lightspeed would send these bytes."""
    kind = "application/json" if raw.lstrip().startswith(b"{") else "application/x-www-form-urlencoded"
    return {HEADER: f"signature={in_hex(settings['client_secret'], raw)},algorithm=HMAC-SHA256", "content-type": kind}


def _form(raw: bytes) -> dict[str, list[str]]:
    try:
        return parse_qs(raw.decode(), max_num_fields=FIELDS_MAX)
    except ValueError:
        return {}


def parse(raw: bytes, settings: Settings) -> list[Event]:
    """A webhook, a business rule, or what `fetch` and `pull` bring. One sale that cannot be read costs no other."""
    return read_each([("", raw)], lambda body: _read(body, settings))


def _read(raw: bytes, settings: Settings) -> Iterator[Event]:
    if raw.lstrip()[:1] not in (b"{", b"["):
        yield from _told(_form(raw), settings)
        return
    said = shaped(exact(raw), dict[str, Any])
    if "event_type" in said:
        yield Ignored("a business rule, which was answered when it came")
    elif "data" in said:
        yield from _found(said, settings)
    else:
        raise Unfit("expected a webhook or an answer of Lightspeed's")


# -- webhooks ---------------------------------------------------------------------------------------------------------
def _told(form: dict[str, list[str]], settings: Settings) -> Iterator[Event]:
    if not form.get("payload"):
        raise Unfit("expected a form with a payload", at="payload")
    kind = form.get("type", ["sale.update"])[0]
    if kind != "sale.update":
        yield Ignored(f"{kind} says nothing of a sale")
        return
    yield from read_each([("payload", form["payload"][0].encode())], lambda body: _webhook(body, settings))


def _webhook(raw: bytes, settings: Settings) -> list[Event]:
    """As it stands, or asked for where it leaves something out: a name, who it was, or for sure which outlet."""
    sale = shaped(flat(exact(raw)), Sale)
    nameless = any(not item.name for item in sale.items) or (bool(sale.customer_id) and sale.customer is None)
    elsewhere = bool(settings["outlet_id"]) and settings["outlet_id"] not in (sale.outlet_id, sale.market_id)
    if nameless or elsewhere or not settings["currency"]:
        return [Fetch("sale", sale.id)]
    return sold(sale, Outlet(), settings)


# -- what it answered -------------------------------------------------------------------------------------------------
def _found(said: dict[str, Any], settings: Settings) -> Iterator[Event]:
    """Sales without what belongs to them are asked for one by one."""
    found = said["data"] if isinstance(said["data"], list) else [said["data"]]
    bare = "products" not in said
    products = {one.id: one for one in shaped(said.get("products", []), list[Product], "products")}
    customers = {one.id: one for one in shaped(said.get("customers", []), list[Customer], "customers")}
    outlets = {one.id: one for one in shaped(said.get("outlets", []), list[Outlet], "outlets")}

    def read(raw: bytes) -> list[Event]:
        sale = shaped(flat(exact(raw)), Sale)
        if bare:
            return [Fetch("sale", sale.id)]
        outlet = outlets.get(sale.outlet_id, Outlet())
        if settings["outlet_id"] and sale.outlet_id != settings["outlet_id"]:
            return [Elsewhere(f"of another outlet, {outlet.name or sale.outlet_id}")]
        items = tuple(item.called(products.get(item.product_id)) for item in sale.items)
        whole = msgspec.structs.replace(sale, items=items, customer=customers.get(sale.customer_id))
        return sold(whole, outlet, settings)

    yield from read_each(((f"data[{place}]", document(one)) for place, one in enumerate(found)), read)
