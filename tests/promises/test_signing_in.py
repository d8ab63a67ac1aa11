"""The owner signs in: by the set-up link once, then by name and password; a session ends, and no guess gets in."""

from __future__ import annotations

import asyncio
import itertools
from collections.abc import Iterator

import httpx
import pytest

from loyalty.errors import SlowDown
from loyalty.store.owners import SESSION_DAYS
from loyalty.web.gate import COOKIE, PAGE_HEADER
from loyalty.web.passwords import AT_ONCE_MAX, GUESSES_MAX, LOGINS_MAX, Passwords
from tests.running import Service, Shop

pytestmark = pytest.mark.slow
PASSWORD = "a long sentence"
PAGE = {PAGE_HEADER: "1"}
names = itertools.count(1)


def login(name: str = "") -> str:
    """A name that no other test has taken."""
    return f"{name or 'owner'} {next(names)}@example.com"


def token_of(shop: Shop) -> str:
    made = shop.service.command("link", "--shop", shop.id)
    assert made.returncode == 0, made.stderr
    return made.stdout.strip().partition("#setup=")[2]


def client(service: Service) -> httpx.Client:
    """A browser of its own: cookies are kept, and our own page's header is sent."""
    browser = httpx.Client(base_url=service.url, headers=PAGE, timeout=20)
    opened.append(browser)
    return browser


opened: list[httpx.Client] = []


@pytest.fixture(autouse=True)
def closed() -> Iterator[None]:
    yield
    while opened:
        opened.pop().close()


def set_up(shop: Shop, name: str, password: str = PASSWORD) -> httpx.Client:
    browser = client(shop.service)
    answer = browser.post("/v1/setup", json={"token": token_of(shop), "login": name, "password": password})
    assert answer.status_code == 201, answer.text
    return browser


def sign_in(service: Service, name: str, password: str = PASSWORD) -> httpx.Client:
    browser = client(service)
    answer = browser.post("/v1/sign-in", json={"login": name, "password": password})
    assert answer.status_code == 200, answer.text
    return browser


def shops(browser: httpx.Client) -> int:
    return browser.get("/v1/shops").status_code


def test_a_name_and_a_password_open_the_page_in_any_spelling_of_the_name(shop: Shop) -> None:
    name = login("Wanjiru")
    assert shops(set_up(shop, name)) == 200
    for spelling in (name, name.upper(), f"  {name} "):
        browser = sign_in(shop.service, spelling)
        assert browser.get("/v1/shops").json()["shops"][0]["id"] == shop.id
    wrong = client(shop.service).post("/v1/sign-in", json={"login": name, "password": "another long one"})
    assert (wrong.status_code, wrong.json()["error"]["code"]) == (401, "wrong-password")


def test_the_session_is_a_cookie_that_no_script_reads_and_no_other_site_sends(shop: Shop) -> None:
    name = login()
    set_up(shop, name)
    answer = client(shop.service).post("/v1/sign-in", json={"login": name, "password": PASSWORD})
    cookie = answer.headers["set-cookie"].lower()
    assert all(part in cookie for part in ("httponly", "samesite=strict", "path=/v1", "max-age="))
    assert COOKIE in cookie
    assert "session_" not in answer.text


def test_what_changes_something_needs_the_header_of_our_own_page(shop: Shop) -> None:
    browser = set_up(shop, login())
    del browser.headers[PAGE_HEADER]
    assert shops(browser) == 200, "looking needs none"
    for path, body in (("/v1/shops", {"name": "B"}), ("/v1/sign-out", None), ("/v1/keys", {})):
        answer = browser.post(path, json=body)
        assert (answer.status_code, answer.json()["error"]["code"]) == (403, "not-our-page"), path


def test_a_session_ends_by_signing_out_and_by_itself(shop: Shop) -> None:
    name = login()
    browser = set_up(shop, name)
    kept = browser.cookies.get(COOKIE)
    assert browser.post("/v1/sign-out").status_code == 204
    assert shop.http("GET", "/v1/shops", kept).status_code == 401, "the secret itself is dead"
    other = sign_in(shop.service, name)
    shop.service.pass_time(days=SESSION_DAYS, seconds=-1)
    assert shops(other) == 200
    shop.service.pass_time(seconds=2)
    answer = other.get("/v1/shops")
    assert (answer.status_code, answer.json()["error"]["code"]) == (401, "session-ended")
    assert shops(sign_in(shop.service, name)) == 200


def test_an_owner_key_is_no_session_and_signing_out_does_not_end_it(shop: Shop) -> None:
    assert shop.http("POST", "/v1/sign-out", shop.owner_key).status_code == 204
    assert shop.http("GET", "/v1/shops", shop.owner_key).status_code == 200


def test_a_new_link_sets_another_password_and_ends_the_old_sessions(shop: Shop) -> None:
    name = login()
    old = set_up(shop, name)
    set_up(shop, name, "quite another one")
    assert shops(old) == 401
    sign_in(shop.service, name, "quite another one")
    assert client(shop.service).post("/v1/sign-in", json={"login": name, "password": PASSWORD}).status_code == 401


def test_a_name_belongs_to_one_business(service: Service) -> None:
    name = login()
    set_up(service.open_shop(), name)
    other = service.open_shop()
    token = token_of(other)
    answer = client(service).post("/v1/setup", json={"token": token, "login": name, "password": PASSWORD})
    assert (answer.status_code, answer.json()["error"]["code"]) == (409, "taken")
    again = {"token": token, "login": login(), "password": PASSWORD}
    assert client(service).post("/v1/setup", json=again).status_code == 201, "the link was not used up by that"


def test_a_set_up_link_can_be_asked_about_without_using_it(service: Service) -> None:
    shop = service.open_shop()
    token = token_of(shop)
    ask = {"token": token}
    assert [client(service).post("/v1/setup/check", json=ask).status_code for _ in range(2)] == [204, 204]
    chosen = ask | {"login": login(), "password": PASSWORD}
    assert client(service).post("/v1/setup", json=chosen).status_code == 201
    answer = client(service).post("/v1/setup/check", json=ask)
    assert (answer.status_code, answer.json()["error"]["code"]) == (401, "used")


@pytest.mark.parametrize(("password", "status"), [("short", 422), ("p" * 201, 422), ("p" * 200, 201)])
def test_a_password_is_neither_short_nor_endless(shop: Shop, password: str, status: int) -> None:
    wanted = {"token": token_of(shop), "login": login(), "password": password}
    assert client(shop.service).post("/v1/setup", json=wanted).status_code == status


def test_guesses_are_slowed_down_for_each_name(shop: Shop) -> None:
    """GUESSES_MAX in a quarter of an hour; a name that nobody has is answered alike; others sign in meanwhile."""
    name, other, nobody = login(), login(), login("nobody")
    set_up(shop, name)
    set_up(shop, other)
    browser = client(shop.service)
    for guessed in (name, nobody):
        codes = [
            browser.post("/v1/sign-in", json={"login": guessed, "password": f"guess {n}"}).status_code
            for n in range(GUESSES_MAX + 1)
        ]
        assert codes == [401] * GUESSES_MAX + [429]
    assert browser.post("/v1/sign-in", json={"login": name, "password": PASSWORD}).status_code == 429
    sign_in(shop.service, other)


async def test_guesses_side_by_side_are_no_more_than_one_after_the_other() -> None:
    passwords = Passwords(lambda: 0.0)
    known = await passwords.hash(PASSWORD)
    guesses = (passwords.check("name", f"guess {n}", known) for n in range(3 * GUESSES_MAX))
    found = await asyncio.gather(*guesses, return_exceptions=True)
    assert [found.count(False), sum(isinstance(one, SlowDown) for one in found)] == [GUESSES_MAX, 2 * GUESSES_MAX]
    assert await passwords.check("other", PASSWORD, known)


async def test_guesses_are_forgotten_in_time_and_names_are_not_kept_without_end() -> None:
    """LOGINS_MAX names, AT_ONCE_MAX hashes at a time."""
    now = [0.0]
    passwords = Passwords(lambda: now[0])
    for _ in range(GUESSES_MAX):
        passwords._miss("name")
    with pytest.raises(SlowDown):
        await passwords.check("name", "x", None)
    now[0] += 901
    assert not await passwords.check("name", "x", None)
    for number in range(LOGINS_MAX + 5):
        passwords._miss(str(number))
    assert len(passwords._guesses) == LOGINS_MAX
    assert passwords._room._value == AT_ONCE_MAX


def test_nothing_of_it_is_stored_readable(shop: Shop) -> None:
    name = login("Readable")
    browser = set_up(shop, name)
    stored = str(shop.service.rows("SELECT * FROM owners")) + str(shop.service.rows("SELECT * FROM keys"))
    for secret in (name, PASSWORD, str(browser.cookies.get(COOKIE))):
        assert secret not in stored
    assert "$argon2id$" in stored
