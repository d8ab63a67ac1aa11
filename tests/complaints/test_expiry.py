"""C26 to C32: points end as the program says, or the program is refused; never an end that does nothing."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests import make
from tests.complaints.books import PROGRAM, points, reserve, saved
from tests.running import Shop

pytestmark = pytest.mark.slow


@pytest.mark.parametrize("field", ["expire_days", "pending_hours"])
def test_an_end_that_would_do_nothing_is_refused_in_words(shop: Shop, field: str) -> None:
    """C26, C27, C28, C29: the program stays what it was, and says where."""
    shop.owner("PUT", "/v1/program", PROGRAM)
    answer = shop.http("PUT", "/v1/program", shop.owner_key, PROGRAM | {field: 30})
    assert (answer.status_code, answer.json()["error"]["code"], answer.json()["error"]["at"]) == (422, "not-yet", field)
    assert shop.owner("GET", "/v1/program").get(field) in (None, 0)


def test_what_does_not_end_is_there_in_any_zone_after_any_time(shop: Shop) -> None:
    """C30, C31, C32: ten years later, at any hour, across clocks put on and back and a leap day."""
    shop.owner("PUT", "/v1/program", PROGRAM)
    amina = saved(shop, 1, make.AMINA)
    had = points(shop, amina)
    for days in (1, 143, 483, 3_650):
        shop.service.pass_time(days=days, hours=5)
        assert shop.checkin(shop.presence(amina.who))["recognition"]["points"] == had == points(shop, amina)
    late = shop.sale(who=amina.who, at=shop.service.now - timedelta(days=4_000))
    shop.post(late)
    assert points(shop, amina) == had + 46
    assert reserve(shop, amina)["state"] == "reserved"
