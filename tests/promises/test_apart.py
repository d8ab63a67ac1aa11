"""Promise 8: shops are apart. No key, link or socket of one business reaches another's data."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

import pytest
from msgspec.structs import replace
from websockets.exceptions import InvalidStatus

from loyalty.web.routes import ENDPOINTS, REGISTRATION
from loyalty.wire import RefundOf, Transaction
from tests import make
from tests.promises.guests import guest
from tests.promises.team import asked, hire, take
from tests.running import Counter, Enrolled, Service, Shop, Stream

pytestmark = pytest.mark.slow
CLOSED_DOORS = (401, 403, 404)
PIN = "73105"
TELEPHONE = "/wallet/apple/v1/devices/x/registrations/pass.x"


@dataclass(frozen=True)
class Two:
    """Cleo's shop with Cleo in it and her cue on its counter; and another business, which wants to know."""

    mine: Shop
    theirs: Shop
    cleo: Enrolled
    cue: str
    sale: Transaction
    redemption: str
    connection: str
    other: Enrolled  # of theirs, who shares Cleo's card
    merge: str  # of somebody into Cleo
    mine_too: str  # somebody of the other business
    member: str
    token: str
    gift: str

    def ref(self, shop: Shop) -> dict[str, object]:
        """Cleo's sale, as one of those that are moved."""
        return {"shop": shop.id, "source": self.sale.source, "id": self.sale.id}

    def assign(self, shop: Shop, customer: str | None = None) -> dict[str, object]:
        """Cleo's sale, as the owner's page sends it."""
        return {"shop": shop.id, "source": self.sale.source, "id": self.sale.id, "customer": customer}

    @property
    def aside(self) -> int:
        """Something of theirs that could not be understood."""
        business = self.theirs.service.one("SELECT business FROM shops WHERE id = ?", self.theirs.id)
        found: int = self.theirs.service.one("SELECT MAX(id) FROM set_aside WHERE business = ?", business)
        return found

    @property
    def mark(self) -> int:
        """One of Cleo's identifiers."""
        found: int = self.theirs.service.one("SELECT MIN(id) FROM links WHERE customer = ?", self.cleo.id)
        return found


@pytest.fixture
def two(service: Service) -> Two:
    return with_mine(opened(service))


@pytest.fixture
def two_untouched(service: Service, kept: dict[str, Two]) -> Two:
    """Where the test itself sees that nothing of theirs was touched, it is left to the next one; mine is new."""
    if service.database not in kept:
        kept[service.database] = opened(service)
    return with_mine(kept[service.database])


@pytest.fixture(scope="module")
def kept() -> dict[str, Two]:
    """By database."""
    return {}


def with_mine(two: Two) -> Two:
    mine = two.theirs.service.open_shop()
    return dataclasses.replace(two, mine=mine, mine_too=mine.enrol(guest(1)).id)


def opened(service: Service) -> Two:
    """Theirs alone: nobody wants to know anything yet."""
    theirs = service.open_shop()
    cleo = theirs.enrol(replace_shop(make.CLEO, theirs))
    sale = theirs.sale(who=cleo.who, id="7")
    theirs.post(sale)
    other, merged = theirs.enrol(guest(2)), theirs.enrol(guest(3))
    theirs.owner("POST", f"/v1/customers/{cleo.id}/sharers", {"customer": other.id})
    made = theirs.owner("POST", "/v1/merges", {"kept": cleo.id, "gone": merged.id, "key": "theirs"})
    theirs.refused({"id": "half a sale"}, 422)
    cue = theirs.checkin(theirs.presence(cleo.who))["cue"]["id"]
    theirs.owner("PUT", "/v1/program", {"earn": [], "rewards": [{"id": "one", "name": "One", "points": 1}]})
    wanted = {"customer": cleo.id, "reward": "one", "key": "theirs", "till": "1"}
    reserved = theirs.http("POST", "/v1/redemptions", theirs.screen_key, wanted).json()
    connection, _ = theirs.connect("square", signature_key="theirs")
    theirs.owner("PUT", "/v1/surprises/budget", {"shop": theirs.id, "a_week": 5, "cost": 1})
    given = {"customer": cleo.id, "reason": "thanks", "key": "given"}
    gift = theirs.http("POST", "/v1/surprises", theirs.screen_key, given).json()["id"]
    theirs.http("POST", "/v1/card/thread", cleo.card_key, {"text": "Cleo was here.", "key": "said"})
    member = hire(theirs, "Cleo's barista", PIN)
    theirs.owner("PUT", "/v1/limits", {"till_hour": 5})
    token = take(theirs, member, PIN)
    merge = made["id"]
    return Two(theirs, theirs, cleo, cue, sale, reserved["id"], connection, other, merge, "", member, token, gift)


def replace_shop(who: make.Who, shop: Shop) -> make.Who:
    return make.Who(who.name, shop.id, who.reference, who.phone, who.email, who.pos_id, who.fingerprint)


def theirs_now(two: Two) -> list[list[tuple[Any, ...]]]:
    """Everything that is stored of their business."""
    service, shop = two.theirs.service, two.theirs.id
    business = service.one("SELECT business FROM shops WHERE id = ?", shop)
    by_shop = ("sales", "cues", "messages", "house_days", "gifts", "budgets")
    by_business = (
        *("shops", "keys", "programs", "customers", "links", "loose", "set_aside", "redemptions", "hand_tiers"),
        *("staff", "staff_sessions", "deeds", "limits", "merges", "choices", "questions", "sentences", "passes"),
    )
    found = [service.rows(f"SELECT * FROM {table} WHERE shop = ?", shop) for table in by_shop]
    found += [service.rows(f"SELECT * FROM {table} WHERE business = ?", business) for table in by_business]
    found.append(service.rows("SELECT * FROM deliveries WHERE connection = ?", two.connection))
    found.append(service.rows("SELECT id, shop, settings, cursor FROM connections WHERE business = ?", business))
    found.append(service.rows("SELECT * FROM states WHERE customer = ?", two.cleo.id))
    return [sorted(rows, key=repr) for rows in found]  # a database promises no order


# What another business may try at each address: method and path as listed, the path it asks, the body it sends.
ATTEMPTS: dict[tuple[str, str], Callable[[Two], list[tuple[str, object]]]] = {
    ("POST", "/v1/transactions"): lambda two: [
        ("/v1/transactions", replace(two.sale, revision=9)),
        ("/v1/transactions", [replace(two.sale, revision=9), replace(two.sale, id="8")]),
    ],
    ("POST", "/v1/checkins"): lambda two: [
        ("/v1/checkins", two.theirs.presence(two.cleo.who)),
        ("/v1/checkins", two.mine.presence(two.cleo.who)),
        ("/v1/checkins", {"shop": two.mine.id, "card": two.cleo.card}),
        ("/v1/checkins", {"shop": "nowhere", "card": two.cleo.card}),
        ("/v1/checkins", {"shop": two.mine.id, "customer": two.cleo.id}),
        ("/v1/checkins", {"shop": two.mine.id, "card": two.cleo.card, "instead": two.cue}),
    ],
    ("POST", "/v1/customers/{customer}/adjustments"): lambda two: [
        (f"/v1/customers/{two.cleo.id}/adjustments", {"points": 5, "key": "theirs", "note": "mine now"}),
    ],
    ("POST", "/v1/customers"): lambda _: [],  # names no shop: see below
    ("POST", "/v1/people"): lambda two: [
        ("/v1/people", {"shop": two.theirs.id, "query": "Cleo"}),
        ("/v1/people", {"shop": "nowhere", "query": "Cleo"}),
    ],
    ("POST", "/v1/joins"): lambda two: [("/v1/joins", {"shop": two.theirs.id, "poster": True})],
    ("GET", "/v1/join"): lambda _: [("/v1/join", None)],
    ("POST", "/v1/join"): lambda _: [("/v1/join", {"name": "Cleo", "greeting": "full"})],
    ("GET", "/v1/customers"): lambda _: [],
    ("GET", "/v1/customers/{customer}"): lambda two: [(f"/v1/customers/{two.cleo.id}", None)],
    ("POST", "/v1/redemptions"): lambda two: [
        ("/v1/redemptions", {"customer": two.cleo.id, "reward": "one", "key": "k", "till": "1"}),
        ("/v1/redemptions", {"customer": two.cleo.id, "reward": "one", "key": "k", "shop": two.theirs.id}),
        ("/v1/redemptions", {"customer": two.cleo.id, "reward": "one", "key": two.redemption, "shop": two.mine.id}),
    ],
    ("POST", "/v1/redemptions/{redemption}/confirm"): lambda two: [(f"/v1/redemptions/{two.redemption}/confirm", None)],
    ("POST", "/v1/redemptions/{redemption}/release"): lambda two: [(f"/v1/redemptions/{two.redemption}/release", None)],
    ("GET", "/v1/perks"): lambda two: [
        (f"/v1/perks?shop={two.theirs.id}&customer={two.cleo.id}", None),
        (f"/v1/perks?customer={two.cleo.id}", None),
        (f"/v1/perks?cue={two.cue}", None),
    ],
    ("POST", "/v1/perks"): lambda two: [
        ("/v1/perks", {"customer": two.cleo.id, "perk": "any", "key": "k"}),
        ("/v1/perks", {"customer": two.cleo.id, "perk": "any", "key": "k", "shop": two.theirs.id}),
        ("/v1/perks", {"cue": two.cue, "perk": "any", "key": "k"}),
    ],
    ("POST", "/v1/perks/{gift}/undo"): lambda two: [(f"/v1/perks/{two.gift}/undo", None)],
    ("POST", "/v1/surprises"): lambda two: [
        ("/v1/surprises", {"customer": two.cleo.id, "reason": "thanks", "key": "k"}),
        ("/v1/surprises", {"customer": two.cleo.id, "reason": "thanks", "key": "k", "shop": two.theirs.id}),
        ("/v1/surprises", {"cue": two.cue, "reason": "thanks", "key": "k"}),
    ],
    ("GET", "/v1/surprises"): lambda two: [(f"/v1/surprises?shop={two.theirs.id}", None)],
    ("PUT", "/v1/surprises/budget"): lambda two: [
        ("/v1/surprises/budget", {"shop": two.theirs.id, "a_week": 9, "cost": 1})
    ],
    ("GET", "/v1/customers/{customer}/page"): lambda two: [(f"/v1/customers/{two.cleo.id}/page", None)],
    ("GET", "/v1/customers/{customer}/copy"): lambda two: [(f"/v1/customers/{two.cleo.id}/copy", None)],
    ("GET", "/v1/today"): lambda two: [(f"/v1/today?shop={two.theirs.id}", None)],
    ("GET", "/v1/sales"): lambda two: [(f"/v1/sales?shop={two.theirs.id}&query=7", None)],
    ("POST", "/v1/sales/assign"): lambda two: [
        ("/v1/sales/assign", two.assign(two.theirs)),
        ("/v1/sales/assign", two.assign(two.theirs, two.cleo.id)),
        ("/v1/sales/assign", two.assign(two.mine, two.cleo.id)),
    ],
    ("GET", "/v1/tills"): lambda two: [(f"/v1/tills?shop={two.theirs.id}", None)],
    ("POST", "/v1/aside/{aside}/replay"): lambda two: [(f"/v1/aside/{two.aside}/replay", None)],
    ("POST", "/v1/keys"): lambda two: [
        ("/v1/keys", {"role": role, "shop": two.theirs.id}) for role in ("screen", "adapter")
    ],
    ("GET", "/v1/merges"): lambda _: [],
    ("POST", "/v1/merges/preview"): lambda two: [
        ("/v1/merges/preview", {"kept": two.cleo.id, "gone": two.other.id}),
        ("/v1/merges/preview", {"kept": two.mine_too, "gone": two.cleo.id}),
    ],
    ("POST", "/v1/merges"): lambda two: [
        ("/v1/merges", {"kept": two.cleo.id, "gone": two.other.id, "key": "k"}),
        ("/v1/merges", {"kept": two.cleo.id, "gone": two.mine_too, "key": "k"}),
        ("/v1/merges", {"kept": two.mine_too, "gone": two.cleo.id, "key": "k"}),
    ],
    ("POST", "/v1/merges/{merge}/undo"): lambda two: [(f"/v1/merges/{two.merge}/undo", None)],
    ("POST", "/v1/visits/move"): lambda two: [
        ("/v1/visits/move", {"sales": [two.ref(two.theirs)], "customer": None}),
        ("/v1/visits/move", {"sales": [two.ref(two.theirs)], "customer": two.mine_too}),
        ("/v1/visits/move", {"sales": [two.ref(two.mine)], "customer": two.cleo.id}),
    ],
    ("GET", "/v1/customers/{customer}/marks"): lambda two: [(f"/v1/customers/{two.cleo.id}/marks", None)],
    ("DELETE", "/v1/customers/{customer}/marks/{mark}"): lambda two: [
        (f"/v1/customers/{two.cleo.id}/marks/{two.mark}", None),
        (f"/v1/customers/{two.mine_too}/marks/{two.mark}", None),
    ],
    ("POST", "/v1/customers/{customer}/card"): lambda two: [(f"/v1/customers/{two.cleo.id}/card", None)],
    ("POST", "/v1/customers/{customer}/sharers"): lambda two: [
        (f"/v1/customers/{two.cleo.id}/sharers", {"customer": two.mine_too}),
        (f"/v1/customers/{two.mine_too}/sharers", {"customer": two.cleo.id}),
    ],
    ("DELETE", "/v1/customers/{customer}/sharers/{other}"): lambda two: [
        (f"/v1/customers/{two.cleo.id}/sharers/{two.other.id}", None),
        (f"/v1/customers/{two.mine_too}/sharers/{two.cleo.id}", None),
    ],
    ("DELETE", "/v1/customers/{customer}"): lambda two: [(f"/v1/customers/{two.cleo.id}", None)],
    ("PUT", "/v1/customers/{customer}/tier"): lambda two: [
        (f"/v1/customers/{two.cleo.id}/tier", {"tier": tier, "until": "2026-12-31", "reason": "ours"})
        for tier in ("gold", "nowhere")
    ],
    ("DELETE", "/v1/customers/{customer}/tier"): lambda two: [(f"/v1/customers/{two.cleo.id}/tier", None)],
    ("GET", "/v1/program"): lambda _: [],
    ("PUT", "/v1/program"): lambda _: [],
    ("GET", "/v1/settings"): lambda _: [],
    ("PUT", "/v1/settings"): lambda _: [],
    ("GET", "/v1/shops"): lambda _: [],
    ("POST", "/v1/shops"): lambda _: [],
    ("GET", "/v1/connections"): lambda _: [],
    ("GET", "/v1/staff/here"): lambda _: [],
    ("POST", "/v1/staff/session"): lambda two: [("/v1/staff/session", {"staff": two.member, "pin": PIN})],
    ("DELETE", "/v1/staff/session"): lambda _: [],  # ends what the screen itself holds: see below
    ("GET", "/v1/staff"): lambda _: [],
    ("POST", "/v1/staff"): lambda two: [
        ("/v1/staff", {"name": "Ann", "pin": "1111", "shop": two.theirs.id}),
        ("/v1/staff", {"name": "Ann", "pin": "1111", "customer": two.cleo.id}),
    ],
    ("PUT", "/v1/staff/{member}"): lambda two: [
        (f"/v1/staff/{two.member}", {"name": "Ann", "shop": None, "customer": None}),
    ],
    ("PUT", "/v1/staff/{member}/pin"): lambda two: [(f"/v1/staff/{two.member}/pin", {"pin": "1111"})],
    ("DELETE", "/v1/staff/{member}"): lambda two: [(f"/v1/staff/{two.member}", None)],
    ("GET", "/v1/limits"): lambda _: [],
    ("PUT", "/v1/limits"): lambda _: [],
    ("GET", "/v1/integrity"): lambda two: [(f"/v1/integrity?shop={two.theirs.id}", None)],
    ("POST", "/hooks/{vendor}/{connection}"): lambda two: [
        ("/hooks/square/nobody", two.sale),
        (f"/hooks/square/{two.connection}", two.sale),
        (f"/hooks/files/{two.connection}", two.sale),
    ],
    ("OPTIONS", "/hooks/{vendor}/{connection}"): lambda _: [],  # the same to everybody, whatever is connected
    ("POST", "/v1/setup"): lambda two: [
        ("/v1/setup", {"token": two.mine.owner_key, "login": "cleo", "password": "long enough"})
    ],
    ("POST", "/v1/setup/check"): lambda two: [("/v1/setup/check", {"token": two.mine.owner_key})],
    ("POST", "/v1/sign-in"): lambda _: [("/v1/sign-in", {"login": "nobody", "password": "long enough"})],
    ("POST", "/v1/sign-out"): lambda _: [],
    ("GET", "/v1/card"): lambda _: [("/v1/card", None)],
    ("PUT", "/v1/card"): lambda _: [("/v1/card", {"greeting": "none"}), ("/v1/card", {"other_today": True})],
    ("DELETE", "/v1/card"): lambda two: [("/v1/card", {"letters": two.cleo.card[-4:]})],
    ("GET", "/v1/card/knows"): lambda _: [("/v1/card/knows", None)],
    ("GET", "/v1/card/copy"): lambda _: [("/v1/card/copy", None)],
    ("POST", "/v1/card/code"): lambda _: [("/v1/card/code", None)],
    ("DELETE", "/v1/card/marks/{mark}"): lambda two: [(f"/v1/card/marks/{two.mark}", None)],
    ("DELETE", "/v1/card/usual"): lambda _: [("/v1/card/usual", None)],
    ("PUT", "/v1/card/wishes"): lambda _: [("/v1/card/wishes", {"never": ["nuts"]})],
    ("PUT", "/v1/card/coming"): lambda _: [("/v1/card/coming", {"minutes": 5})],
    ("DELETE", "/v1/card/coming"): lambda _: [("/v1/card/coming", None)],
    ("GET", "/v1/card/menu"): lambda _: [("/v1/card/menu", None)],
    ("POST", "/v1/card/claims"): lambda _: [("/v1/card/claims", {"day": "2026-10-05", "time": "08:12", "total": 1})],
    ("POST", "/v1/card/answers"): lambda _: [("/v1/card/answers", {"question": "any", "thumb": "down", "text": "No."})],
    ("GET", "/v1/card/thread"): lambda _: [("/v1/card/thread", None)],
    ("POST", "/v1/card/thread"): lambda _: [("/v1/card/thread", {"text": "Hello.", "key": "k"})],
    ("GET", "/v1/threads"): lambda _: [],
    ("GET", "/v1/threads/{customer}"): lambda two: [(f"/v1/threads/{two.cleo.id}", None)],
    ("POST", "/v1/threads/{customer}"): lambda two: [
        (f"/v1/threads/{two.cleo.id}", {"text": "Hello.", "key": "k"}),
        (f"/v1/threads/{two.cleo.id}", {"text": "Hello.", "key": "k", "rights": "any"}),
    ],
    ("POST", "/v1/card/wallet/apple"): lambda _: [("/v1/card/wallet/apple", None)],
    ("POST", "/v1/card/wallet/google"): lambda _: [("/v1/card/wallet/google", None)],
    # What follows has no key; tests/wallets/test_wallet_apart.py tries it where there are passes.
    ("GET", "/wallet/apple/pass/{ticket}"): lambda _: [("/wallet/apple/pass/x", None)],
    ("POST", f"{REGISTRATION}/{{serial}}"): lambda _: [(f"{TELEPHONE}/x", {"pushToken": "aa"})],
    ("DELETE", f"{REGISTRATION}/{{serial}}"): lambda _: [(f"{TELEPHONE}/x", None)],
    ("GET", REGISTRATION): lambda _: [(TELEPHONE, None)],
    ("GET", "/wallet/apple/v1/passes/{kind}/{serial}"): lambda _: [("/wallet/apple/v1/passes/pass.x/x", None)],
    ("POST", "/wallet/apple/v1/log"): lambda _: [("/wallet/apple/v1/log", {"logs": ["x"]})],
    ("DELETE", "/v1/card/sharers/{other}"): lambda two: [(f"/v1/card/sharers/{two.other.id}", None)],
    ("GET", "/wallet/logo.png"): lambda _: [],  # our mark, for everybody
    ("GET", "/healthz"): lambda _: [],
    ("GET", "/readyz"): lambda _: [],
    ("GET", "/metrics"): lambda _: [],
}


def test_shops_are_apart_every_endpoint_is_tried() -> None:
    assert {(one.method, one.path) for one in ENDPOINTS} == set(ATTEMPTS), (
        "say here what another business may try there"
    )


@pytest.mark.parametrize(("method", "path"), ATTEMPTS)
def test_shops_are_apart_at(two_untouched: Two, method: str, path: str) -> None:
    two = two_untouched
    before = theirs_now(two)
    mine = (two.mine.owner_key, two.mine.adapter_key, two.mine.screen_key, None)
    for address, body in ATTEMPTS[method, path](two):
        for key in mine:
            answer = two.mine.http(method, address, key, body)
            assert answer.status_code in CLOSED_DOORS, (address, key, answer.text)
            assert set(answer.json()) == {"error"}
            assert leaks(answer.text, two) == []
    assert theirs_now(two) == before


@pytest.mark.parametrize(
    "path",
    [
        *("/v1/customers", "/v1/program", "/v1/shops", "/v1/customers?query=Cleo", "/v1/today", "/v1/sales?query=7"),
        *("/v1/sales", "/v1/tills", "/v1/connections", "/v1/staff", "/v1/limits", "/v1/integrity", "/v1/threads"),
    ],
)
def test_shops_are_apart_what_an_owner_reads_is_their_own(two: Two, path: str) -> None:
    answer = two.mine.http("GET", path, two.mine.owner_key)
    assert answer.status_code == 200
    assert leaks(answer.text, two) == []


def test_shops_are_apart_what_an_owner_writes_is_their_own(two: Two) -> None:
    before = theirs_now(two)
    two.mine.owner("PUT", "/v1/program", {"earn": [{"kind": "visit", "points": 50}]})
    two.mine.owner("POST", "/v1/shops", {"name": "B", "currency": "KES", "timezone": "Africa/Nairobi"})
    two.mine.owner("PUT", "/v1/limits", {"till_hour": 1})
    namesake = two.mine.enrol(two.cleo.who)
    two.mine.post(replace(two.sale, shop=two.mine.id))
    assert theirs_now(two) == before
    assert namesake.id != two.cleo.id, "the same telephone in two businesses is two people"
    assert two.mine.customer(namesake)["points"] == 50
    assert two.theirs.customer(two.cleo)["points"] == 0, "the one that they earned is reserved"


def test_shops_are_apart_a_token_of_their_staff_is_nobody_s_here(two: Two) -> None:
    before = theirs_now(two)
    answer = asked(two.mine, "POST", "/v1/customers", make.enrolment(make.BEN), two.token)
    assert (answer.status_code, answer.json()["error"]["code"]) == (401, "staff-signed-off")
    assert asked(two.mine, "DELETE", "/v1/staff/session", token=two.token).status_code == 204
    assert theirs_now(two) == before, "and holds their screen as before"


ROLES = ("owner", "adapter", "screen")
KEYED = [one for one in ENDPOINTS if set(ROLES) & set(one.keys.split())]


def filled(endpoint: Any, two: Two) -> str:
    """Its address, of what is theirs."""
    path: str = endpoint.path.replace("{customer}", two.cleo.id).replace("{redemption}", two.redemption)
    return path.replace("{gift}", two.gift)


@pytest.mark.parametrize("endpoint", KEYED, ids=lambda e: e.path)
def test_shops_are_apart_each_key_opens_its_own_doors_only(two: Two, endpoint: Any) -> None:
    """401 without a key, 403 with one's own key for another purpose."""
    path = filled(endpoint, two)
    answer = two.theirs.http(endpoint.method, path, None, {})
    assert (answer.status_code, answer.json()["error"]["code"]) == (401, "no-key")
    for role in ROLES:
        answer = two.theirs.http(endpoint.method, path, getattr(two.theirs, f"{role}_key"), {})
        if role in endpoint.keys.split():
            assert answer.status_code not in (401, 403), role
        else:
            assert (answer.status_code, answer.json()["error"]["code"]) == (403, "not-yours"), role


def test_shops_are_apart_nobodys_key_opens_no_door(two: Two) -> None:
    """All doors at once: keys that nobody has are looked for once a second."""

    def tried(endpoint: Any) -> tuple[int, Any]:
        answer = two.theirs.http(endpoint.method, filled(endpoint, two), "owner_" + "x" * 43, {})
        return answer.status_code, answer.json()["error"]["code"]

    with ThreadPoolExecutor(len(KEYED)) as pool:
        assert dict(zip(KEYED, pool.map(tried, KEYED), strict=True)) == dict.fromkeys(KEYED, (401, "no-key"))


@pytest.mark.parametrize("header", ["Basic eDp5", "Bearer", "Token x", "Bearer \xff"])
def test_shops_are_apart_a_header_that_is_no_key_is_refused(shop: Shop, header: str) -> None:
    answer = shop.http("GET", "/v1/program", None, headers={"Authorization": header.encode("latin-1")})
    assert answer.status_code == 401


# -- sockets ----------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("role", [*ROLES, "nonsense"])
def test_shops_are_apart_a_screen_with_a_wrong_key_is_closed_with_4401(two: Two, role: str) -> None:
    for shop in (two.mine, two.theirs):
        key = getattr(two.mine, f"{role}_key", "nonsense")
        expected = 4401 if role != "screen" else 4403 if shop is two.theirs else None
        with Counter(two.mine.service, {"type": "hello", "key": key, "shop": shop.id, "till": None}) as screen:
            if expected is None:
                assert screen.opened()["cues"] == []
            else:
                assert screen.closing_code() == expected


def test_shops_are_apart_a_screen_of_a_sister_shop_is_closed_with_4403(shop: Shop) -> None:
    """Within one business too: a screen key is for one shop."""
    sister = shop.owner("POST", "/v1/shops", {"name": "B", "currency": "KES", "timezone": "Africa/Nairobi"})
    for key, where in ((shop.screen_key, sister["id"]), (sister["screen_key"], shop.id)):
        with shop.counter(None, key=key, shop=where) as screen:
            assert screen.closing_code() == 4403
        answer = shop.http("POST", "/v1/checkins", key, {"shop": where, "phone": make.AMINA.phone})
        assert (answer.status_code, answer.json()["error"]["code"]) == (403, "other-shop")


def test_shops_are_apart_a_screen_gets_and_answers_its_own_cues_only(two: Two) -> None:
    before = theirs_now(two)
    with two.mine.counter(None) as screen:
        assert screen.opened()["cues"] == []
        for message in ({"type": "done", "cue": two.cue, "outcome": "wrong-person"}, {"type": "undo", "cue": two.cue}):
            screen.say(message)
            assert screen.next()["error"]["code"] == "unknown-cue"
        assert theirs_now(two) == before
        two.theirs.checkin(two.theirs.presence(two.cleo.who))
        mine = two.mine.checkin(two.mine.presence(guest(1)))
        assert screen.next()["cue"]["id"] == mine["cue"]["id"], "the first that this screen hears of"


def test_shops_are_apart_a_second_hello_is_for_the_same_shop(two: Two) -> None:
    mine = {"type": "hello", "key": two.mine.screen_key, "shop": two.mine.id, "till": None}
    with two.mine.counter(None) as screen:
        screen.opened()
        screen.say(mine)
        assert screen.opened()["cues"] == []
        others = ({"shop": two.theirs.id}, {"key": "x"}, {"shop": two.theirs.id, "key": two.theirs.screen_key})
        for other in others:
            screen.say(mine | other)
            assert screen.next()["error"]["at"] == "key", "another shop wants a connection of its own"
        two.theirs.checkin(two.theirs.presence(two.cleo.who))
        cue = two.mine.checkin(two.mine.presence(guest(1)))["cue"]
        assert screen.next()["cue"]["id"] == cue["id"]


def test_a_business_that_another_process_has_just_opened_enrols_at_once(two: Two) -> None:
    """Its keys are known as soon as anybody's are read again; its shop is looked for then."""
    new = two.mine.service.init("Quay")
    two.mine.owner("POST", "/v1/keys", {"role": "adapter", "shop": two.mine.id})
    amina = new.enrol(make.AMINA, "phone")
    assert new.customer(amina)["name"] == make.AMINA.name


def test_shops_are_apart_on_the_stream(two: Two) -> None:
    before = theirs_now(two)
    with two.mine.stream() as stream:
        seqs = [
            stream.send(replace(two.sale, revision=9)),
            stream.send(two.theirs.presence(two.cleo.who)),
            stream.send(two.mine.presence(two.cleo.who)),
            stream.send(replace(two.sale, id="R", shop=two.mine.id, refund_of=RefundOf(id=two.sale.id))),
        ]
        stream.settle()
    assert {seq: error["code"] for seq, error in stream.refused.items()} == dict.fromkeys(seqs[:2], "other-shop")
    assert theirs_now(two) == before


@pytest.mark.parametrize("role", ["owner", "screen", "nonsense"])
def test_shops_are_apart_the_stream_is_for_the_adapter_key(two: Two, role: str) -> None:
    key = getattr(two.mine, f"{role}_key", "nonsense")
    with pytest.raises(InvalidStatus) as refused, Stream(two.mine.service, key):
        pass
    assert refused.value.response.status_code == (401 if role == "nonsense" else 403)
    assert b'"error"' in (refused.value.response.body or b"")


def leaks(text: str, two: Two) -> list[str]:
    """What of theirs is in an answer to us."""
    secrets = (two.cleo.who.name, two.cleo.who.phone, two.cleo.who.email, two.cleo.id, two.cleo.card, two.theirs.id)
    return [secret for secret in secrets if secret in text]
