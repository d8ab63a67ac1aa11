"""A pass on a telephone follows the card, by Apple's protocol: told over HTTP/2, asked for, fetched, void at last."""

from __future__ import annotations

import pytest

from tests.running import Shop
from tests.wallets import issuing
from tests.wallets.makers import Apple, Notice
from tests.wallets.phone import Phone, shown

pytestmark = pytest.mark.slow

PATIENCE = 30.0


def told(apple: Apple, phone: Phone) -> Notice:
    """The next notice to this telephone; those of others are passed over."""
    while True:
        notice = apple.notices.get(timeout=PATIENCE)
        if notice.token == phone.push:
            return notice


def test_the_whole_life_of_a_pass(shop: Shop, apple: Apple) -> None:
    amina = shop.enrol()
    phone = Phone(shop, "a1b2c3d4e5f6", "aa01" * 16)
    serial = phone.add(amina)["serialNumber"]
    assert shown(phone.passes[serial])["points"] == "0 stamps"
    assert (phone.register(serial), phone.register(serial)) == (201, 200)
    assert phone.changed(serial) == [serial]
    assert phone.changed(serial) == []
    assert phone.fetch(serial) is None, "304: it has the newest"
    shop.post(shop.sale(who=amina.who))
    notice = told(apple, phone)
    assert (notice.method, notice.topic, notice.by) == ("POST", issuing.KIND, issuing.KIND)
    assert notice.body == b"{}", "nothing about anybody is in it"
    assert phone.changed(serial) == [serial]
    fresh = phone.fetch(serial)
    assert fresh is not None
    assert shown(fresh)["points"] == "1 stamp"
    assert phone.fetch(serial) is None
    assert phone.unregister(serial) == 200
    assert phone.changed(serial) == []
