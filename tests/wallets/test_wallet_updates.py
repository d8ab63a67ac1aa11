"""A pass on a telephone follows the card, by Apple's protocol: told over HTTP/2, asked for, fetched, void at last."""

from __future__ import annotations

import re

import pytest

from loyalty.store import wallets
from loyalty.web.passes import COMPLAINTS_A_MINUTE_MAX
from loyalty.wire import Consents
from loyalty.wire_wallet import LOG_CHARS_MAX, LOGS_MAX
from tests.running import Shop, wait_until
from tests.wallets import issuing
from tests.wallets.makers import Apple, Notice
from tests.wallets.phone import Phone, link, shown

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


def test_other_letters_make_the_old_pass_void_and_tell_the_telephone(shop: Shop, apple: Apple) -> None:
    """The card was on a telephone that is gone: what it has shows nobody's letters, and no new ones."""
    amina = shop.enrol()
    phone = Phone(shop, "b1", "bb02" * 16)
    serial = phone.add(amina)["serialNumber"]
    phone.register(serial)
    phone.changed(serial)
    fresh = shop.http("POST", "/v1/card/code", amina.card_key).json()["code"]
    told(apple, phone)
    assert phone.changed(serial) == [serial]
    void = phone.fetch(serial)
    assert void is not None
    assert void["voided"] is True
    assert not any(word in str(void) for word in ("Amina", amina.card, fresh))
    again = phone.add(amina)
    assert again["serialNumber"] != serial
    assert again["barcodes"][0]["message"] == fresh


def test_who_was_erased_is_on_no_telephone_any_more(shop: Shop, apple: Apple) -> None:
    amina = shop.enrol()
    phone = Phone(shop, "c1", "cc03" * 16)
    serial = phone.add(amina)["serialNumber"]
    phone.register(serial)
    phone.changed(serial)
    assert shop.http("DELETE", f"/v1/customers/{amina.id}", shop.owner_key).status_code == 204
    told(apple, phone)
    assert phone.changed(serial) == [serial]
    void = phone.fetch(serial)
    assert void is not None
    assert (void["voided"], "barcodes" in void) == (True, False)
    assert phone.register(serial) == 401
    assert phone.unregister(serial) == 200
    for table in ("passes", "pass_devices"):
        assert shop.service.one(f"SELECT COUNT(*) FROM {table} WHERE customer = ?", amina.id) == 0
    assert shop.service.one("SELECT mark FROM passes WHERE serial = ?", serial) == ""


def test_after_a_month_nothing_is_left_of_the_pass_and_it_is_void_all_the_same(shop: Shop) -> None:
    amina = shop.enrol()
    phone = Phone(shop, "c2", "cc04" * 16)
    serial = phone.add(amina)["serialNumber"]
    shop.http("DELETE", f"/v1/customers/{amina.id}", shop.owner_key)
    shop.service.pass_time(days=wallets.GONE_DAYS + 1)
    shop.service.restart()  # which looks for what is to be forgotten
    wait_until(lambda: shop.service.one("SELECT COUNT(*) FROM passes WHERE serial = ?", serial) == 0)
    void = phone.fetch(serial, since=False)
    assert void is not None
    assert void["voided"] is True


@pytest.mark.parametrize("how", ["none", "without consent"])
def test_who_wants_quiet_is_named_on_no_pass(shop: Shop, apple: Apple, how: str) -> None:
    consents = Consents(recognise=how == "none", remember=False)
    amina = shop.enrol(consents=consents)
    phone = Phone(shop, f"d{how[0]}", ("dd" if how == "none" else "de") * 32)
    if how == "none":
        serial = phone.add(amina)["serialNumber"]
        assert shown(phone.passes[serial])["name"] == "Amina"
        phone.register(serial)
        shop.http("PUT", "/v1/card", amina.card_key, {"greeting": "none"})
        told(apple, phone)
        assert phone.fetch(serial) is not None
    else:
        serial = phone.add(amina)["serialNumber"]
    assert "Amina" not in str(phone.passes[serial])
    assert shown(phone.passes[serial])["points"] == "0 stamps", "points are theirs all the same"


def test_a_pass_keeps_the_language_that_the_card_had(shop: Shop) -> None:
    amina = shop.enrol()
    phone = Phone(shop, "e1", "ee05" * 16)
    serial = phone.add(amina, "sw")["serialNumber"]
    phone.register(serial)
    shop.post(shop.sale(who=amina.who))
    assert shown(phone.fetch(serial, since=False) or {})["points"] == "muhuri 1"


def test_the_copy_tells_of_passes(shop: Shop) -> None:
    amina = shop.enrol()
    phone = Phone(shop, "l1", "a50f" * 16)
    serial = phone.add(amina, "ar")["serialNumber"]
    phone.register(serial)
    [told_of] = shop.http("GET", "/v1/card/copy", amina.card_key).json()["wallets"]
    assert (told_of["kind"], told_of["language"], len(told_of["devices"])) == ("apple", "ar", 1)


def test_a_link_hands_the_pass_over_once_and_soon(shop: Shop) -> None:
    amina = shop.enrol()
    first = link(shop, amina)
    assert shop.http("HEAD", first, None).status_code == 200, "a look takes nothing"
    assert shop.http("GET", first, None).status_code == 200
    answer = shop.http("GET", first, None)
    assert (answer.status_code, answer.json()["error"]["code"]) == (401, "used")
    late = link(shop, amina)
    shop.service.pass_time(minutes=2)
    assert shop.http("GET", late, None).status_code == 401
    older, newer = link(shop, amina), link(shop, amina)
    assert [shop.http("GET", one, None).status_code for one in (older, newer)] == [401, 200]


def test_a_telephone_that_is_gone_is_forgotten(shop: Shop, apple: Apple) -> None:
    amina = shop.enrol()
    gone, there = Phone(shop, "f1", "f106" * 16), Phone(shop, "f2", "f207" * 16)
    for phone in (gone, there):
        serial = phone.add(amina)["serialNumber"]
        phone.register(serial)
    apple.answers[gone.push] = (410, "Unregistered")
    shop.post(shop.sale(who=amina.who))
    told(apple, there)
    sql = "SELECT COUNT(*) FROM pass_devices WHERE serial = ?"
    wait_until(lambda: shop.service.one(sql, serial) == 1)
    assert there.changed(serial) == [serial]
    assert gone.changed(serial) == []


def test_a_notice_that_was_not_taken_comes_again_also_after_a_crash(shop: Shop, apple: Apple) -> None:
    amina = shop.enrol()
    phone = Phone(shop, "g1", "a108" * 16)
    serial = phone.add(amina)["serialNumber"]
    phone.register(serial)
    apple.answers[phone.push] = (503, "ServiceUnavailable")
    shop.post(shop.sale(who=amina.who))
    told(apple, phone)
    del apple.answers[phone.push]
    shop.service.kill()
    shop.service.start()
    shop.service.pass_time(minutes=2)
    told(apple, phone)
    sql = "SELECT due_at, tries FROM pass_devices WHERE serial = ?"
    wait_until(lambda: shop.service.rows(sql, serial) == [(None, 0)])


def test_a_notice_is_not_sent_for_ever(shop: Shop, apple: Apple) -> None:
    """TRIES_MAX."""
    amina = shop.enrol()
    phone = Phone(shop, "h1", "a209" * 16)
    serial = phone.add(amina)["serialNumber"]
    phone.register(serial)
    apple.answers[phone.push] = (503, "ServiceUnavailable")
    shop.post(shop.sale(who=amina.who))
    for _ in range(wallets.TRIES_MAX):
        told(apple, phone)
        shop.service.pass_time(hours=9)
    sql = "SELECT due_at, tries FROM pass_devices WHERE serial = ?"
    wait_until(lambda: shop.service.rows(sql, serial) == [(None, 0)])
    assert "a wallet could not be told of a change" in shop.service.log.read_text()
    shop.post(shop.sale(who=amina.who))
    told(apple, phone)


def test_a_pass_is_told_to_so_many_telephones_and_the_oldest_goes(shop: Shop) -> None:
    """DEVICES_MAX."""
    amina = shop.enrol()
    phones = [Phone(shop, f"i{n}", f"{n:04x}" * 16) for n in range(wallets.DEVICES_MAX + 1)]
    for phone in phones:
        serial = phone.add(amina)["serialNumber"]
        assert phone.register(serial) == 201
    assert [phone.changed(serial) for phone in phones] == [[], *[[serial]] * wallets.DEVICES_MAX]


def test_that_telephones_complain_is_in_our_log_and_no_word_of_it(shop: Shop) -> None:
    amina = shop.enrol()
    phone = Phone(shop, "j1", "a30a" * 16)
    serial = phone.add(amina)["serialNumber"]
    token = phone.passes[serial]["authenticationToken"]
    said = f"Get pass task (serial {serial}, token {token}) of Amina, +254 700 000 001: \x1b[31mcrumbs\nINFO forged"
    answer = shop.http("POST", "/wallet/apple/v1/log", None, {"logs": [said, "Amina"]})
    assert answer.status_code == 200
    for _ in range(3 * COMPLAINTS_A_MINUTE_MAX):
        shop.http("POST", "/wallet/apple/v1/log", None, {"logs": ["flood"] * LOGS_MAX})
    log = shop.service.log.read_text()
    assert len(re.findall(rf"complains of a pass.* chars={len(said) + 5} lines=2\b", log)) == 1
    assert not any(word in log for word in (serial, token, "Amina", "700 000", "crumbs", "forged", "flood"))
    assert log.count("complains of a pass") <= 2 * COMPLAINTS_A_MINUTE_MAX, "a minute may end meanwhile"
    for body in ({"logs": ["x"] * (LOGS_MAX + 1)}, {"logs": ["x" * (LOG_CHARS_MAX + 1)]}):
        shop.refused(body, 422, "/wallet/apple/v1/log")
