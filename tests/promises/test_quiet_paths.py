"""Promise 6 on every way to the counter: whichever it takes, a cue says what was agreed to and nothing more."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from loyalty.core.cues import greeting_of
from loyalty.core.facts import Person
from loyalty.wire import Consents
from tests import make
from tests.past.sheet import put
from tests.promises.guests import guest
from tests.promises.test_quiet import CONSENTS, LATTE, MODES, TEA, on_the_screen
from tests.running import Counter, Enrolled, Message, Service, Shop, again, serving

pytestmark = pytest.mark.slow

Path_ = Callable[[Shop, Enrolled], list[Message]]


def shown(screen: Counter) -> Message:
    """The next cue; that those of earlier guests are over is told in between."""
    while (told := screen.next())["type"] != "cue":
        assert told["type"] == "closed", told
    cue: Message = told["cue"]
    return cue


# -- the ways to the counter, each answering every cue it showed ------------------------------------------------------
def by_checkin(shop: Shop, known: Enrolled) -> list[Message]:
    with shop.counter(None) as screen:
        screen.opened()
        answered = shop.checkin(shop.presence(known.who))
        return [shown(screen), answered["cue"]]


def by_presence_on_the_stream(shop: Shop, known: Enrolled) -> list[Message]:
    with shop.counter(None) as screen, shop.stream() as till:
        screen.opened()
        till.deliver([shop.presence(known.who)])
        return [shown(screen)]


def by_check_in_that_waited(shop: Shop, known: Enrolled) -> list[Message]:
    """Answered as of then, and never pushed."""
    waited = shop.presence(known.who, at=shop.service.now - timedelta(minutes=5))
    return [shop.checkin(waited)["cue"]]


def by_paid_sale(shop: Shop, known: Enrolled) -> list[Message]:
    with shop.counter(None) as screen:
        screen.opened()
        shop.post(shop.sale(LATTE, who=known.who))
        return [shown(screen)]


def by_sale_on_the_stream(shop: Shop, known: Enrolled) -> list[Message]:
    with shop.counter(None) as screen, shop.stream() as till:
        screen.opened()
        till.deliver([shop.sale(LATTE, who=known.who)])
        return [shown(screen)]


def by_open_order_and_its_change(shop: Shop, known: Enrolled) -> list[Message]:
    order = shop.sale(LATTE, who=known.who, state="open")
    with shop.counter(None) as screen:
        screen.opened()
        shop.post(order)
        shop.post(again(order, lines=(LATTE, TEA), total=LATTE.total + TEA.total))
        first, second = (shown(screen) for _ in range(2))
    assert first["id"] == second["id"]
    return [first, second]


def by_check_in_renewed(shop: Shop, known: Enrolled) -> list[Message]:
    return [cue for _ in range(2) for cue in by_checkin(shop, known)]


def by_snapshot_and_by_resume(shop: Shop, known: Enrolled) -> list[Message]:
    seq = max((row[0] for row in shop.messages()), default=0)
    shop.checkin(shop.presence(known.who))
    with shop.counter(None) as screen:
        [there] = screen.opened()["cues"]
    with shop.counter(None, after=seq) as screen:
        return [there, shown(screen)]


def by_answer_taken_back(shop: Shop, known: Enrolled) -> list[Message]:
    with shop.counter(None) as screen:
        screen.opened()
        shop.checkin(shop.presence(known.who))
        cue = shown(screen)
        screen.done(cue["id"], "other")
        while screen.next().get("cue") != cue["id"]:
            pass
        screen.undo(cue["id"])
        return [cue, shown(screen)]


def in_another_language_asked_for(shop: Shop, known: Enrolled) -> list[Message]:
    with shop.counter(None, language="sw") as screen:
        screen.opened()
        shop.checkin(shop.presence(known.who))
        return [shown(screen)]


WAYS: tuple[Path_, ...] = (
    by_checkin,
    by_presence_on_the_stream,
    by_check_in_that_waited,
    by_paid_sale,
    by_sale_on_the_stream,
    by_open_order_and_its_change,
    by_check_in_renewed,
    by_snapshot_and_by_resume,
    by_answer_taken_back,
    in_another_language_asked_for,
)


def learned(shop: Shop, known: Enrolled, days: int = 15) -> None:
    """A habit that would be said aloud, where it may be learned and said."""
    now = shop.service.now
    shop.post([shop.sale(LATTE, who=known.who, at=now - timedelta(days=day)) for day in range(1, days + 1)])


def walk(shop: Shop, known: Enrolled, way: Path_, mode: str) -> None:
    cues = way(shop, known)
    assert cues
    for cue in cues:
        on_the_screen(cue, known, mode)
    shop.service.pass_time(minutes=31)  # its cue is over, and the next is another visit


@pytest.mark.parametrize("way", WAYS, ids=lambda way: way.__name__)
def test_never_creepy_whichever_way_a_cue_takes(shop: Shop, way: Path_) -> None:
    for number, (mode, (recognise, remember)) in enumerate(itertools.product(MODES, CONSENTS)):
        consents = Consents(recognise=recognise, remember=remember)
        known = shop.enrol(guest(number, name=f"Zed {'abcdefghijklmnop'[number]}"), greeting=mode, consents=consents)
        learned(shop, known)
        walk(shop, known, way, greeting_of(Person("", mode, recognise, remember)))


@pytest.mark.parametrize(("recognise", "remember"), CONSENTS)
def test_never_creepy_what_a_check_in_is_answered_may_be_said(shop: Shop, recognise: bool, remember: bool) -> None:
    for number, mode in enumerate(MODES):
        known = shop.enrol(guest(number), greeting=mode, consents=Consents(recognise=recognise, remember=remember))
        learned(shop, known)
        answered = shop.checkin(shop.presence(known.who))
        greeted = greeting_of(Person("", mode, recognise, remember))
        assert answered["customer"]["greeting"] == greeted
        assert answered["recognition"]["usual"]["say"] == (greeted == "full")


@pytest.mark.parametrize(("before", "after"), list(itertools.permutations(MODES, 2)))
def test_never_creepy_what_is_chosen_on_the_card_holds_on_every_way_at_the_next_scan(
    shop: Shop, before: str, after: str
) -> None:
    known = shop.enrol(guest(1, name="Zed a"), greeting=before)
    learned(shop, known)
    by_checkin(shop, known)
    answer = shop.http("PUT", "/v1/card", known.card_key, {"greeting": after})
    assert answer.json()["greeting"] == after
    walk(shop, known, by_check_in_renewed, after)
    walk(shop, known, by_open_order_and_its_change, after)


@pytest.mark.parametrize(("recognise", "remember"), CONSENTS)
def test_never_creepy_sales_adopted_on_enrolling_say_no_more(shop: Shop, recognise: bool, remember: bool) -> None:
    who = guest(1, name="Zed a")
    shop.post([shop.sale(LATTE, who=who, at=shop.service.now - timedelta(days=day)) for day in range(1, 7)])
    known = shop.enrol(who, consents=Consents(recognise=recognise, remember=remember))
    mode = "full" if recognise and remember else "points"  # who chose nothing and did not agree to both
    for way in WAYS[:5]:
        walk(shop, known, way, mode)


@pytest.mark.parametrize("given", ["", "recognise", "remember", "recognise,remember"])
def test_never_creepy_whoever_was_imported_is_greeted_by_what_they_agreed_to(
    shop: Shop, tmp_path: Path, given: str
) -> None:
    who = guest(1, name="G1")
    days = [shop.service.now.astimezone(make.ZONE) - timedelta(days=day) for day in range(1, 16)]
    rows = [f"{who.reference},{day:%Y-%m-%d %H:%M},Latte,643.21" for day in days]
    path = put(tmp_path, "\n".join(["customer,datetime,item,amount", *rows]))
    done = shop.service.command("import", str(path), "--shop", shop.id, "--consents", given)
    assert done.returncode == 0, done.stderr
    mode = "full" if given == "recognise,remember" else "points"
    with shop.counter(None) as screen:
        screen.opened()
        shop.post(shop.sale(LATTE, who=who))
        cue = shown(screen)
    assert ("G1" in str(cue)) == (mode == "full")
    assert ("latte" in str(cue).lower()) == (mode == "full")


# -- held out ---------------------------------------------------------------------------------------------------------
def drawn(shop: Shop, count: int = 20, first: int = 0) -> tuple[list[Enrolled], list[Enrolled]]:
    """Newly enrolled people who chose nothing: those held out, and the others. Of so many there are some of each."""
    people = [shop.enrol(guest(first + n, name=f"Zed {'abcdefghijklmnopqrstuvwxyz'[n]}")) for n in range(count)]
    held = {row[0] for row in shop.service.rows("SELECT id FROM customers WHERE held_out")}
    return [one for one in people if one.id in held], [one for one in people if one.id not in held]


@pytest.fixture(scope="module")
def apart(tmp_path_factory: pytest.TempPathFactory, new_database: Callable[[], str]) -> Iterator[Service]:
    with serving(tmp_path_factory.mktemp("held"), make.at("12:00", 30), shops=40, database=new_database()) as service:
        yield service


@pytest.fixture
def holding(apart: Service) -> Shop:
    apart.move(make.at("12:00", 30))
    shop = apart.open_shop()
    assert shop.owner("PUT", "/v1/settings", {"hold_out": 50}) == {"hold_out": 50, "asks": True}
    return shop


@pytest.mark.parametrize("way", WAYS, ids=lambda way: way.__name__)
def test_held_out_a_scan_is_quiet_whichever_way_it_comes_and_others_are_greeted(holding: Shop, way: Path_) -> None:
    held, greeted = drawn(holding)
    for known, mode in ((held[0], "points"), (greeted[0], "full")):
        learned(holding, known)
        for cue in way(holding, known):
            on_the_screen(cue, known, mode)
            assert (cue["tone"] == "inform") == (mode == "points")
        holding.service.pass_time(minutes=31)


def test_held_out_rewards_are_whole_and_everything_is_learned(holding: Shop) -> None:
    held, _ = drawn(holding)
    learned(holding, held[0])
    found = holding.customer(held[0])
    assert (found["points"], found["recognition"]["visits"]) == (15, 15)
    assert found["greeting"] == "full"  # theirs, untouched: it holds once nobody is held out any more
    answered = holding.checkin(holding.presence(held[0].who))
    assert (answered["customer"]["greeting"], answered["recognition"]["usual"]["say"]) == ("points", False)


def test_held_out_is_off_unless_the_owner_asks_for_it(shop: Shop) -> None:
    assert shop.owner("GET", "/v1/settings") == {"hold_out": 0, "asks": True}
    known = shop.enrol(guest(1))
    assert shop.service.one("SELECT held_out FROM customers WHERE id = ?", known.id) is None


def test_held_out_is_about_the_share_that_was_asked_for_and_never_changes(holding: Shop) -> None:
    held, greeted = drawn(holding, 26)
    assert 4 <= len(held) <= 22
    holding.owner("PUT", "/v1/settings", {"hold_out": 10})
    rows = {row[0] for row in holding.service.rows("SELECT id FROM customers WHERE held_out")}
    assert {one.id for one in held} <= rows
    assert not {one.id for one in greeted} & rows


def test_held_out_ends_for_everybody_when_it_is_switched_off(holding: Shop) -> None:
    held, _ = drawn(holding)
    learned(holding, held[0])
    holding.owner("PUT", "/v1/settings", {"hold_out": 0})
    walk(holding, held[0], by_checkin, "full")


@pytest.mark.parametrize("mode", MODES)
def test_held_out_is_nobody_who_chose_how_to_be_greeted(holding: Shop, mode: str) -> None:
    chosen = [holding.enrol(guest(40 + n, name="Zed a"), greeting=mode) for n in range(8)]
    quiet = [holding.enrol(guest(60 + n), consents=Consents(remember=True)) for n in range(8)]
    for one in chosen + quiet:
        assert holding.service.one("SELECT held_out FROM customers WHERE id = ?", one.id) is None
    held, _ = drawn(holding)
    holding.http("PUT", "/v1/card", held[0].card_key, {"greeting": mode})
    learned(holding, held[0])
    walk(holding, held[0], by_checkin, mode)


@pytest.mark.parametrize("wanted", [{"hold_out": 51}, {"hold_out": -1}, {"hold_out": "ten"}])
def test_held_out_a_share_that_cannot_be_is_refused(shop: Shop, wanted: object) -> None:
    assert shop.http("PUT", "/v1/settings", shop.owner_key, wanted).status_code == 422
    assert shop.owner("GET", "/v1/settings") == {"hold_out": 0, "asks": True}
