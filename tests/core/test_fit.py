"""What the types cannot say: refused with the path of the field, at the very edge."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from msgspec.structs import replace

from loyalty.core import fit
from loyalty.errors import Unfit
from loyalty.wire import Enrolment, Identifier, NewShop, Refund, RefundOf
from tests import make

NOW = make.at("12:00")
TICK = timedelta(microseconds=1)
LATEST = NOW + timedelta(days=1)
EARLIEST = datetime(2000, 1, 1, tzinfo=UTC)


def given_back(at: datetime) -> Refund:
    return Refund(id="r1", at=at, amount=100)


FIT = [
    make.sale(),
    make.sale(at=LATEST),
    make.sale(at=EARLIEST),
    make.sale(changed_at=LATEST),
    make.sale(currency="JPY"),
    make.sale(currency="HRK"),
    make.refund_of(make.sale()),
    replace(make.sale(), refunds=(given_back(LATEST),)),
    replace(make.sale(), total=-5),  # odd, and kept
    replace(make.sale(), lines=()),
]
UNFIT = [
    (make.sale(currency="ZZZ"), "currency", "bad-field", "ZZZ"),
    (make.sale(at=LATEST + TICK), "at", "bad-time", "more than a day ahead"),
    (make.sale(at=datetime(2090, 1, 1, tzinfo=UTC)), "at", "bad-time", "more than a day ahead"),
    (make.sale(at=EARLIEST - TICK), "at", "bad-time", "before 2000"),
    (make.sale(at=datetime(1970, 1, 1, tzinfo=UTC)), "at", "bad-time", "before 2000"),
    (make.sale(changed_at=EARLIEST - TICK), "changed_at", "bad-time", "before 2000"),
    (make.sale(changed_at=LATEST + TICK), "changed_at", "bad-time", "ahead"),
    (replace(make.sale(), refunds=(given_back(NOW), given_back(LATEST + TICK))), "refunds[1].at", "bad-time", "ahead"),
    (replace(make.sale(id="7"), refund_of=RefundOf(id="7")), "refund_of.id", "bad-field", "of itself"),
]


@pytest.mark.parametrize("sale", FIT)
def test_what_can_be_is_let_through(sale):
    fit.check_transaction(sale, NOW)


@pytest.mark.parametrize(("sale", "path", "code", "says"), UNFIT)
def test_what_cannot_be_is_refused_with_its_path(sale, path, code, says):
    with pytest.raises(Unfit, match=says) as refused:
        fit.check_transaction(sale, NOW)
    assert (refused.value.at, refused.value.code) == (path, code)


@pytest.mark.parametrize("kind", ["phone", "email", "fingerprint", "pos_id"])
def test_a_check_in_has_one_identifier(kind):
    assert fit.check_presence(make.presence(by=kind), NOW) == (kind, getattr(make.AMINA, kind))
    card = replace(make.presence(), phone=None, card="7K4M29QX")
    assert fit.check_presence(card, NOW) == ("card", "7K4M29QX")


@pytest.mark.parametrize(
    ("presence", "path", "says"),
    [
        (replace(make.presence(), phone=None), "", "expected exactly one of card, phone.*got 0"),
        (replace(make.presence(), pos_id="CUST-1"), "", "got 2"),
        (make.presence(at=LATEST + TICK), "at", "more than a day ahead"),
        (make.presence(at=EARLIEST - TICK), "at", "before 2000"),
    ],
)
def test_a_check_in_that_cannot_be_is_refused(presence, path, says):
    with pytest.raises(Unfit, match=says) as refused:
        fit.check_presence(presence, NOW)
    assert refused.value.at == path


@pytest.mark.parametrize("at", [None, EARLIEST, LATEST])
def test_a_check_in_may_have_waited(at):
    assert fit.check_presence(make.presence(at=at), NOW)[0] == "phone"


LATTE_AND_CAKE = (make.line(price=700), make.line("Cake", price=300))


@pytest.mark.parametrize(
    ("told", "adds_up"),
    [
        ({}, True),
        ({"order_discount": 100}, True),
        ({"tax": 160, "tax_included": False}, True),
        ({"tax": 160, "tax_included": True}, True),
        ({"tip": 50, "service_charge": 20, "order_discount": 70, "tax": 9, "tax_included": False}, True),
        ({"total": 1000}, True),
        ({"total": 999}, False),
        ({"tax": 160, "tax_included": False, "total": 1000}, False),
        ({"tip": 50, "total": 1000}, False),
    ],
)
def test_a_sum_that_is_off_is_seen(told, adds_up):
    assert fit.sums_up(make.sale(*LATTE_AND_CAKE, **told)) is adds_up


# -- what an owner sets -----------------------------------------------------------------------------------------------
@pytest.mark.parametrize(("currency", "timezone"), [("KES", "Africa/Nairobi"), ("JPY", "Asia/Tokyo"), ("EUR", "UTC")])
def test_a_shop_that_can_be(currency, timezone):
    fit.check_shop(NewShop(name="Baraza", currency=currency, timezone=timezone))


@pytest.mark.parametrize(
    ("currency", "timezone", "path"),
    [
        ("ZZZ", "Africa/Nairobi", "currency"),
        ("XAU", "Africa/Nairobi", "currency"),
        *(
            ("KES", zone, "timezone")
            for zone in ("Africa/Nowhere", "Nairobi", "../../etc/passwd", "/etc/passwd", "Africa", "A\0B")
        ),
    ],
)
def test_a_shop_that_cannot_be_is_refused_with_the_path(currency, timezone, path):
    with pytest.raises(Unfit) as refused:
        fit.check_shop(NewShop(name="Baraza", currency=currency, timezone=timezone))
    assert refused.value.at == path


def test_a_shop_has_a_name():
    with pytest.raises(Unfit, match="expected a name") as refused:
        fit.check_shop(NewShop(name=" \t", currency="KES", timezone="Africa/Nairobi"))
    assert refused.value.at == "name"


# -- who enrols -------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("name", ["Amina", "أمينة", "မြ", "X Æ A-12", "☕", " Ben "])
@pytest.mark.parametrize("email", ["amina@example.com", "a@b", "x y@z"])
def test_somebody_who_can_be(name, email):
    fit.check_enrolment(Enrolment(name=name, identifiers=(Identifier(kind="email", value=email),)))


@pytest.mark.parametrize("name", [" ", "\u200b", "\u2068\u2069", "\n\t", "\u0301"])
def test_a_name_that_cannot_be_seen_is_refused(name):
    with pytest.raises(Unfit, match="can be seen") as refused:
        fit.check_enrolment(Enrolment(name=name))
    assert refused.value.at == "name"


@pytest.mark.parametrize("email", ["amina", "@example.com", "amina@", " @ ", "@"])
def test_an_address_that_cannot_be_one_is_refused(email):
    phone = Identifier(kind="phone", value="n/a")  # a till's phone numbers are as they are
    with pytest.raises(Unfit, match="e-mail") as refused:
        fit.check_enrolment(Enrolment(name="Amina", identifiers=(phone, Identifier(kind="email", value=email))))
    assert refused.value.at == "identifiers[1].value"
