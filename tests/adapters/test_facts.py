"""One normal form: whatever a vendor calls it, each captured body says the facts that were written down beside it.

`fixtures/facts.json` was written from the vendors' documents before there was an adapter, so it does not follow from
what `parse` happens to do (`expected.json` holds that to the last field). Amounts in minor units, times in UTC.
"""

from __future__ import annotations

import json
from datetime import datetime
from decimal import Decimal
from pathlib import Path

import pytest

import pos_adapters
from loyalty.core.fit import sums_up
from loyalty.wire import Presence, Transaction
from pos_adapters.registry import ADAPTERS
from pos_adapters.settling import settled

FOLDER = Path(pos_adapters.__file__).parent
VENDORS = [vendor for vendor in ADAPTERS if (FOLDER / vendor / "fixtures" / "facts.json").exists()]
CUSTOMER = {"id": "pos_id", "phone": "phone", "email": "email", "loyalty_id": "reference"}


def read(vendor, name):
    return json.loads((FOLDER / vendor / "fixtures" / name).read_text(encoding="utf-8"))


CASES = [(vendor, name, place) for vendor in VENDORS for name, facts in read(vendor, "facts.json").items()
         for place in range(len(facts))]  # fmt: skip


def said(vendor, name):
    given = read(vendor, "expected.json")[name]["settings"]
    body = (FOLDER / vendor / "fixtures" / name).read_bytes()
    events = ADAPTERS[vendor].parse(body, settled(ADAPTERS[vendor], {"shop": "harbour", **given}))
    return [event for event in events if isinstance(event, Transaction | Presence)]


@pytest.mark.parametrize(("vendor", "name", "place"), CASES)
def test_a_body_says_the_facts_that_were_written_down(vendor, name, place):
    facts = read(vendor, "facts.json")[name][place]
    kind = Presence if facts.get("kind") == "presence" else Transaction
    found = [one for one in said(vendor, name) if isinstance(one, kind) and facts.get("id") in (None, _id(one))]
    assert len(found) == 1, f"{len(found)} of {kind.__name__} {facts.get('id')}"
    assert _as_facts(found[0], facts) == facts


def _id(one):
    return getattr(one, "id", None)


def _as_facts(event, facts):
    """What the event says of everything that the facts speak of."""
    return {name: _SAYS[name](event, facts[name]) for name in facts}


def _time(event, wanted):
    return wanted if event.at == datetime.fromisoformat(wanted) else event.at.isoformat()


def _kind(event, _):
    if isinstance(event, Presence):
        return "presence"
    return "refund" if event.refund_of is not None else "sale"


def _state(event, _):
    back = sum(refund.amount for refund in event.refunds)
    if event.state == "paid" and back:
        return "refunded" if back >= event.total else "partially_refunded"
    return event.state


def _customer(event, wanted):
    if wanted is None:
        return event.customer
    who = event if isinstance(event, Presence) else event.customer
    return {name: getattr(who, CUSTOMER[name], None) for name in wanted}


def _lines(event, wanted):
    found = [
        {
            "name": line.name, "variation": line.variation, "modifiers": list(line.modifiers),
            "qty": line.quantity, "unit": line.list_price, "total": line.total,
        }
        for line in event.lines
    ]  # fmt: skip
    if len(found) != len(wanted):
        return found
    return [{name: line[name] for name in one} for line, one in zip(found, wanted, strict=True)]


def _tenders(event, wanted):
    found = [
        {"type": t.kind, "amount": t.amount, "last4": t.last4, "fingerprint": t.fingerprint} for t in event.tenders
    ]
    if len(found) != len(wanted):
        return found
    return [{name: tender[name] for name in one} for tender, one in zip(found, wanted, strict=True)]


def _plain(name):
    return lambda event, _: getattr(event, name)


PLAIN = ("currency", "order_discount", "tax", "tax_included", "tip", "total", "fingerprint")
_SAYS = {
    "id": lambda event, _: event.id,
    "kind": _kind,
    "state": _state,
    "time": _time,
    "device_id": lambda event, _: event.till,
    "customer": _customer,
    "lines": _lines,
    "tenders": _tenders,
    "refunded": lambda event, _: sum(refund.amount for refund in event.refunds),
    "refund_id": lambda event, _: event.refunds[0].id if event.refunds else None,
    "parent_id": lambda event, _: event.refund_of.id if event.refund_of else None,
    **{name: _plain(name) for name in PLAIN},
}


@pytest.mark.parametrize("vendor", ADAPTERS)
def test_every_bill_sums_up(vendor):
    """A refund that only says what it came to, or a sale that is open and has nothing on it yet, has nothing to sum."""
    off = {
        (name, one.id): one.total
        for name in read(vendor, "expected.json")
        for one in said(vendor, name)
        if isinstance(one, Transaction) and one.lines and not sums_up(one)
    }
    assert off == {}


@pytest.mark.parametrize("vendor", ADAPTERS)
def test_amounts_are_whole_numbers_and_quantities_are_exact(vendor):
    for name in read(vendor, "expected.json"):
        for one in said(vendor, name):
            if isinstance(one, Transaction):
                assert all(type(line.total) is int and Decimal(line.quantity) >= 0 for line in one.lines)
