"""Odoo: what its documents leave to be said, and its JSON-RPC on loopback."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import msgspec
import pytest

import pos_adapters
from loyalty.core.fit import sums_up
from loyalty.errors import Unfit, Unknown
from loyalty.wire import Transaction
from pos_adapters.base import Elsewhere, Fetch, Later
from pos_adapters.odoo import ADAPTER, api
from pos_adapters.settling import settled
from pos_adapters.understanding import look_on, look_up, understand
from tests.adapters.fake import Sold
from tests.adapters.fake_odoo import FakeOdoo, error, text
from tests.make import AMINA

FIXTURES = Path(pos_adapters.__file__).parent / "odoo" / "fixtures"
NOW = datetime(2026, 10, 5, 12, 15, tzinfo=UTC)
ADDRESS = "https://regulars.example/hooks/odoo/1"


@pytest.fixture
def odoo():
    with FakeOdoo().serving() as fake:
        yield fake


def settings(**given):
    return settled(ADAPTER, {"shop": "harbour", **given})


def found(name="found_orders.json"):
    return json.loads((FIXTURES / name).read_text())


def told(document, **given):
    return ADAPTER.parse(msgspec.json.encode(document), settings(**given))


def sale(document, **given):
    first = told(document, **given)[0]
    assert isinstance(first, Transaction), first
    return first


def changed(document, place=0, **fields):
    """The order at this place with other fields."""
    document["orders"][place] |= fields
    return document


def bought(understood):
    assert not understood.unreadable
    return [one for one in understood.said if isinstance(one, Transaction)]


def pulled(odoo, cursor="", now=NOW, **given):
    said: list[Transaction] = []
    for _ in range(20):
        page, found = look_on(ADAPTER, cursor, settings(**odoo.settings(), **given), now)
        said += bought(found)
        cursor = page.cursor
        if not page.more:
            return said, cursor
    raise AssertionError("it never ends")


# -- a webhook --------------------------------------------------------------------------------------------------------
def test_whatever_anybody_sends_only_points():
    for body in (b'{"_model": "pos.order", "_id": 7, "state": "paid"}', json.dumps(found()).encode()):
        verdict = ADAPTER.verify({}, body, settings(), NOW)
        assert understand(ADAPTER, body, verdict, settings()).said == ()


# -- an order ---------------------------------------------------------------------------------------------------------
def test_a_sale_has_one_identity_from_its_draft_to_its_refund():
    draft, [paid, refund] = sale(found("found_draft_with_partner.json")), told(found())
    assert draft.id == paid.id == refund.refund_of.id
    assert draft.revision < paid.revision


def test_what_happens_within_one_second_is_told_in_the_order_of_an_orders_life():
    def revision(**fields):
        return sale(changed(found(), **fields)).revision

    draft = {"state": "draft", "payment_ids": [], "partner_id": False}
    lives = [
        revision(**draft, lines=[]), revision(**draft), revision(**draft | {"partner_id": [412, "Mara"]}),
        revision(partner_id=False), revision(), revision(state="done"), revision(state="cancel"),
        revision(state="draft", write_date="2026-10-05 06:14:47"),
    ]  # fmt: skip
    assert lives == sorted(set(lives))


@pytest.mark.parametrize("wrong", [13.549999999999999, 13.550000000000001])
def test_floats_are_rounded_and_never_cut_off(wrong):
    assert sale(changed(found(), amount_total=wrong)).total == 1355


def test_the_change_is_taken_off_what_was_given_in_cash():
    document = found()
    document["payments"][0]["amount"] = 20.0
    document["payments"].append(document["payments"][0] | {"id": 503, "amount": -15.0, "is_change": True})
    document["orders"][0]["payment_ids"].append(503)
    assert [(one.kind, one.amount) for one in sale(document).tenders] == [("cash", 500), ("card", 855)]


def test_tax_on_top_is_told_from_tax_inside_by_what_the_lines_come_to():
    document = found("found_many_one_unreadable.json")
    sales = [one for one in told(document, config_id="2") if isinstance(one, Transaction)]
    assert {one.currency: one.tax_included for one in sales} == {"JPY": True, "KWD": True, "USD": False}
    assert all(sums_up(one) for one in sales)


def test_what_rounding_leaves_is_small_and_what_is_missing_is_not_hidden():
    cent, much = sale(changed(found(), amount_total=13.54)), sale(changed(found(), amount_total=9.99))
    assert (cent.order_discount, sums_up(cent)) == (1, True)
    assert (much.order_discount, sums_up(much)) == (0, False)


def test_a_tip_is_known_by_its_product():
    assert (sale(found()).tip, len(sale(found()).lines)) == (100, 2)
    assert (sale(found(), tip_product_id="72").tip, len(sale(found(), tip_product_id="72").lines)) == (670, 2)
    assert (sale(found() | {"configs": []}).tip, len(sale(found() | {"configs": []}).lines)) == (0, 3)


def test_choices_are_known_by_their_numbers_else_by_the_name():
    def latte(attributes, **given):
        first = sale(found() | {"attributes": attributes}, **given).lines[0]
        return first.name, first.variation, first.modifiers

    known = found()["attributes"]
    assert latte(known) == ("Latte", "Large", ("Oat milk", "Extra shot"))
    assert latte([]) == ("Latte", None, ("Large", "Oat milk", "Extra shot"))
    assert latte(known, size_names="Milk") == ("Latte", "Oat milk", ("Large", "Extra shot"))


def test_brackets_of_a_name_stay_where_nothing_was_chosen():
    document = found()
    document["lines"][1]["full_product_name"] = "Croissant (vegan)"
    assert sale(document).lines[1].name == "Croissant (vegan)"


@pytest.mark.parametrize(("tills", "till"), [
    ("", "Harbour till 2"), ("2=bar", "bar"), ("Harbour till 2=bar", "bar"), ("3=bar", "Harbour till 2"),
])  # fmt: skip
def test_a_till_is_named_by_its_number_or_its_name(tills, till):
    assert sale(found(), tills=tills).till == till


def test_other_points_of_sale_are_passed_over():
    assert {type(one) for one in told(found(), config_id="3, 4")} == {Elsewhere}
    assert len([one for one in told(found(), config_id="3,2") if isinstance(one, Transaction)]) == 2


# -- asked ------------------------------------------------------------------------------------------------------------
def test_an_order_is_fetched_with_everything_that_it_names(odoo):
    sold = Sold(7, NOW, 1_000, tip=200, who=AMINA)
    [body] = odoo.sell(sold)
    [wanted] = ADAPTER.parse(body, settings())
    assert isinstance(wanted, Fetch)
    [one] = bought(look_up(ADAPTER, wanted, settings(**odoo.settings())))
    assert (one.id, one.total, one.tip, one.state, one.till) == ("uuid-7", 1_200, 200, "paid", "Bar")
    assert one.customer
    assert (one.customer.phone, one.customer.email) == (AMINA.phone, AMINA.email)


def test_a_refund_whose_sale_was_long_ago_names_it_by_its_uuid(odoo):
    sold = Sold(7, NOW - timedelta(days=30), 1_000)
    odoo.sell(sold)
    odoo.give_back(sold, NOW, 400)
    [refund], _ = pulled(odoo)
    assert refund.refund_of
    assert (refund.refund_of.id, refund.total, refund.lines[0].total) == ("uuid-7", 400, 400)


def test_everything_is_found_page_by_page_also_what_was_written_in_one_second(odoo, monkeypatch):
    monkeypatch.setattr(api, "PAGE_MAX", 2)
    for number in range(1, 9):
        at = NOW - timedelta(minutes=30 if number < 7 else 10)
        odoo.sell(Sold(number, at, 1_000))
        odoo.written[number] = at + timedelta(microseconds=999_999 - number)
    said, cursor = pulled(odoo)
    assert {one.id for one in said} == {f"uuid-{n}" for n in range(1, 9)}
    odoo.sell(Sold(9, NOW + timedelta(minutes=1), 1_000))
    assert "uuid-9" in {one.id for one in pulled(odoo, cursor, NOW + timedelta(minutes=2))[0]}


def test_what_changes_between_two_pages_hides_nothing(odoo, monkeypatch):
    monkeypatch.setattr(api, "PAGE_MAX", 2)
    for number in range(1, 7):
        odoo.sell(Sold(number, NOW - timedelta(hours=10 - number), 1_000))
    page, first = look_on(ADAPTER, "", settings(**odoo.settings()), NOW)
    odoo.table("pos.order")[1]["write_date"] = text(NOW)
    said, _ = pulled(odoo, page.cursor)
    assert {one.id for one in (*bought(first), *said)} == {f"uuid-{n}" for n in range(1, 7)}


def test_a_gap_is_closed(odoo):
    _, cursor = pulled(odoo)
    odoo.sell(Sold(1, NOW + timedelta(hours=3), 1_000))
    assert [one.id for one in pulled(odoo, cursor, NOW + timedelta(hours=9))[0]] == ["uuid-1"]


def test_only_its_own_points_of_sale_are_asked_for(odoo):
    odoo.sell(Sold(1, NOW, 1_000))
    odoo.ring_up(2, NOW, [(1, "Latte", 1_000)], config_id=[3, "Airport"])
    assert [one.id for one in pulled(odoo, config_id="3")[0]] == ["uuid-2"]


def test_a_user_that_may_not_read_customers_still_tells_sales(odoo):
    odoo.forbidden = {"res.partner", "product.template.attribute.value", "pos.config"}
    odoo.sell(Sold(1, NOW, 1_000, who=AMINA))
    [one], _ = pulled(odoo)
    assert one.customer
    assert (one.customer.pos_id, one.customer.phone) == ("412", None)


@pytest.mark.parametrize(("fault", "words"), [
    (401, "refused"), (403, "may not read"), (429, "too often"), (500, "trouble of its own"),
    ("garbage", "no JSON"), ("hang up", "cannot be reached"),
])  # fmt: skip
def test_trouble_is_told_in_words_and_waited_for(odoo, fault, words):
    odoo.fault, odoo.faults, odoo.retry_after = fault, 3, 7
    for ask in (lambda: api.fetch(Fetch("pos.order", "1"), settings(**odoo.settings())),
                lambda: api.pull("", settings(**odoo.settings()), NOW)):  # fmt: skip
        with pytest.raises(Later, match=words) as said:
            ask()
        assert said.value.after_s == (7 if fault == 429 else 0)
    assert words in api.check(settings(**odoo.settings()))[0]


def test_a_key_that_is_replaced_while_it_runs_is_told_and_asked_anew(odoo):
    pulled(odoo)
    odoo.key = "key-2"
    with pytest.raises(Later, match="login and api_key are refused"):
        pulled(odoo)
    with pytest.raises(Later, match="is it the API key of this user"):
        pulled(odoo)
    odoo.key = "key-1"
    assert pulled(odoo)[0] == []


@pytest.mark.parametrize(("name", "kind"), [
    ("odoo.exceptions.AccessDenied", Later), ("odoo.exceptions.AccessError", Later),
    ("odoo.exceptions.UserError", Unfit), ("builtins.ValueError", Unfit), ("psycopg2.OperationalError", Later),
])  # fmt: skip
def test_what_odoo_refuses_with_200_is_a_refusal(odoo, monkeypatch, name, kind):
    monkeypatch.setattr(odoo, "answer", lambda *asked: (200, error(name, "why\nof Mara")))
    with pytest.raises(kind, match=r"why$"):
        api.fetch(Fetch("pos.order", "1"), settings(**odoo.settings()))


def test_an_order_that_is_not_there_and_a_number_that_is_none(odoo):
    with pytest.raises(Unknown):
        api.fetch(Fetch("pos.order", "1"), settings(**odoo.settings()))
    with pytest.raises(Unfit):
        api.fetch(Fetch("pos.order", "1 or 2"), settings(**odoo.settings()))


def test_what_is_not_set_up_is_told(odoo):
    odoo.sell(Sold(1, NOW, 1_000))
    chosen = settings(**odoo.settings(), public_url=ADDRESS)
    [said] = api.check(chosen)
    assert f"no automation rule is switched on that sends to {ADDRESS}" in said
    odoo.table("ir.actions.server")[5] = {"id": 5, "state": "webhook", "webhook_url": ADDRESS}
    [said] = api.check(chosen)
    assert "no automation rule" in said
    odoo.table("base.automation")[1] = {"id": 1, "name": "Regulars", "action_server_ids": 5}
    assert api.check(chosen) == []
    odoo.tables["base.automation"] = {}
    odoo.forbidden = {"ir.actions.server"}
    assert api.check(chosen) == []
    [said] = api.check(settings(**odoo.settings(), config_id="9"))
    assert said == "odoo: there is no point of sale 9; this user sees 2 (Bar)"
