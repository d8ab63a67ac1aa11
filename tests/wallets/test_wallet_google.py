"""Google's address holds the card, signed; the code its app makes is taken at the counter; changes are told by REST."""

from __future__ import annotations

import base64
import hashlib
import hmac
from collections.abc import Iterator
from typing import Any

import jwt
import pytest
from msgspec.structs import replace

from loyalty.core import rotating
from loyalty.core.days import moment
from loyalty.store import wallets
from loyalty.store.database import open_vault
from loyalty.wallet import google as passes
from loyalty.wallet import keys
from tests import make
from tests.running import Enrolled, Shop, wait_until
from tests.wallets import issuing
from tests.wallets.conftest import URL
from tests.wallets.makers import Google
from tests.wallets.test_wallet_files import FACE

pytestmark = pytest.mark.slow
PATIENCE = 30.0


def address(shop: Shop, known: Enrolled) -> str:
    answer = shop.http("POST", "/v1/card/wallet/google?language=en", known.card_key)
    assert answer.status_code == 200, answer.text
    found: str = answer.json()["url"]
    return found


def claims(url: str) -> dict[str, Any]:
    """What the address holds, its signature checked with the account's public key."""
    public = issuing.key_of("google").public_key()
    found: dict[str, Any] = jwt.decode(
        url.removeprefix(passes.SAVE), public, algorithms=["RS256"], audience="google", options={"verify_iat": False}
    )  # the test's own clock is not the machine's
    return found


def card(shop: Shop, known: Enrolled) -> dict[str, Any]:
    [found] = claims(address(shop, known))["payload"]["loyaltyObjects"]
    return found  # type: ignore[no-any-return]


def code(details: dict[str, Any], at_s: int) -> str:
    """What a telephone shows: RFC 6238, worked out from what the pass says and nothing of ours."""
    [parameter] = details["totpDetails"]["parameters"]
    step = at_s // (int(details["totpDetails"]["periodMillis"]) // 1_000)
    hashed = hmac.new(base64.b16decode(parameter["key"]), step.to_bytes(8, "big"), hashlib.sha1).digest()
    place = hashed[-1] & 15
    number = (int.from_bytes(hashed[place : place + 4], "big") & 0x7FFFFFFF) % 10 ** parameter["valueLength"]
    value = f"{number:0{parameter['valueLength']}}"
    pattern: str = details["valuePattern"]
    return pattern.replace("{totp_timestamp_seconds}", str(at_s)).replace("{totp_value_0}", value)


def test_the_address_is_signed_short_and_for_google(shop: Shop) -> None:
    amina = shop.enrol()
    url = address(shop, amina)
    assert url.startswith("https://pay.google.com/gp/v/save/")
    assert len(url) <= passes.ADDRESS_CHARS_MAX
    said = claims(url)
    assert (said["iss"], said["typ"], said["origins"]) == (issuing.EMAIL, "savetowallet", [URL])
    [shared], [mine] = said["payload"]["loyaltyClasses"], said["payload"]["loyaltyObjects"]
    assert mine["classId"] == shared["id"]
    assert (mine["accountName"], mine["loyaltyPoints"]["balance"]) == ("Amina", {"int": 0})
    assert amina.id not in url
    assert shared["programLogo"]["sourceUri"]["uri"] == f"{URL}/wallet/logo.png"
    logo = shop.http("GET", "/wallet/logo.png", None)
    assert (logo.status_code, logo.headers["content-type"]) == (200, "image/png")


def test_another_key_does_not_verify_it(shop: Shop) -> None:
    token = address(shop, shop.enrol()).removeprefix(passes.SAVE)
    with pytest.raises(jwt.InvalidSignatureError):
        jwt.decode(token, issuing.key_of("other").public_key(), algorithms=["RS256"], audience="google")


@pytest.mark.parametrize("late_s", [0, 7, 29])
def test_its_code_is_the_card_s_own_and_is_taken_at_the_counter(shop: Shop, late_s: int) -> None:
    """Google does not say whether its seconds are those of the period: any are taken."""
    amina = shop.enrol()
    details = card(shop, amina)["rotatingBarcode"]
    now = moment(shop.service.now)
    now_s = now // 1_000_000 // 30 * 30 + late_s
    vault = open_vault(shop.service.place)
    business = shop.service.one("SELECT business FROM shops WHERE id = ?", shop.id)
    ours = rotating.made(amina.card, vault.card_secret(business, amina.card), now_s * 1_000_000)
    shown = code(details, now_s)
    assert (shown[:8], shown[-8:]) == (ours[:8], ours[-8:])
    assert shown == ours or late_s
    answer = shop.http("POST", "/v1/checkins", shop.screen_key, {"shop": shop.id, "card": shown})
    assert answer.status_code == 200, answer.text
    assert answer.json()["customer"]["id"] == amina.id


@pytest.fixture
def listening(google: Google) -> Iterator[Google]:
    google.status = 200
    yield google
    google.status = 200


def change(google: Google, serial: str) -> tuple[str, str, dict[str, Any]]:
    """The next change of this pass."""
    while True:
        found = google.changes.get(timeout=PATIENCE)
        if found[0].endswith(serial):
            return found


def test_google_is_told_of_every_change_and_of_the_end(shop: Shop, listening: Google) -> None:
    amina = shop.enrol()
    id = card(shop, amina)["id"]
    shop.post(shop.sale(who=amina.who))
    path, bearer, said = change(listening, id)
    assert (path, bearer) == (f"/walletobjects/v1/loyaltyObject/{id}", "Bearer a-token")
    assert said["loyaltyPoints"]["balance"] == {"int": 1}
    asked = jwt.decode(
        listening.assertions[-1],
        issuing.key_of("google").public_key(),
        algorithms=["RS256"],
        audience=f"{listening.url}/token",
        options={"verify_iat": False, "verify_exp": False},
    )
    assert (asked["iss"], asked["scope"]) == (issuing.EMAIL, "https://www.googleapis.com/auth/wallet_object.issuer")
    assert shop.http("DELETE", f"/v1/customers/{amina.id}", shop.owner_key).status_code == 204
    _, _, said = change(listening, id)
    assert (said["state"], said["accountName"], said["textModulesData"]) == ("EXPIRED", "", [])
    assert "rotatingBarcode" not in said


def test_what_was_too_long_for_the_address_is_told_once_it_is_saved(shop: Shop, listening: Google) -> None:
    amina = shop.enrol()
    id = card(shop, amina)["id"]
    shop.service.pass_time(minutes=1)
    [reward] = change(listening, id)[2]["textModulesData"]
    assert (reward["id"], reward["body"]) == ("reward", "10 more to your free coffee")


def test_a_pass_that_was_not_saved_yet_is_tried_again(shop: Shop, listening: Google) -> None:
    amina = shop.enrol()
    id = card(shop, amina)["id"]
    listening.status = 404
    shop.post(shop.sale(who=amina.who))
    change(listening, id)
    listening.status = 200
    shop.service.pass_time(minutes=2)
    assert change(listening, id)[2]["loyaltyPoints"]["balance"] == {"int": 1}
    serial = id.partition(".")[2]
    sql = "SELECT due_at FROM pass_devices WHERE serial = ?"
    wait_until(lambda: shop.service.one(sql, serial) is None)


def test_who_was_erased_while_google_was_out_of_reach_for_days_is_taken_off_there(
    shop: Shop, listening: Google
) -> None:
    amina = shop.enrol()
    id = card(shop, amina)["id"]
    listening.status = 503
    assert shop.http("DELETE", f"/v1/customers/{amina.id}", shop.owner_key).status_code == 204
    for _ in range(wallets.TRIES_MAX + 2):
        change(listening, id)
        shop.service.pass_time(hours=7)
    listening.status = 200
    shop.service.pass_time(hours=7)
    serial = id.partition(".")[2]
    wait_until(lambda: shop.service.one("SELECT due_at FROM pass_devices WHERE serial = ?", serial) is None)
    assert change(listening, id)[2]["accountName"] == ""


def test_long_names_do_not_make_it_too_long(tmp_path) -> None:
    found = keys.read(issuing.fill(tmp_path, google=issuing.account()), issuing.ISSUER).google
    assert found is not None
    face = replace(FACE, shop="ကော်ဖီ" * 20, name="Ω" * 100, reward="နွားနို့" * 15, tier="Gold" * 10, business="b" * 16)
    url = passes.address(found, face, "5" * 32, b"s" * 20, URL, moment(make.at("12:00")))
    assert len(url) <= passes.ADDRESS_CHARS_MAX, len(url)
    [mine] = claims(url)["payload"]["loyaltyObjects"]
    assert mine["rotatingBarcode"]["alternateText"] == "7K4M 29QX"
