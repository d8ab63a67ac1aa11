"""The link breaks: the screen says so, keeps what is scanned, and comes back with no cue missing and none doubled."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import ExitStack
from itertools import pairwise

import pytest
from playwright.sync_api import expect

from tests.browser.glass import Glass, Profiles, plain
from tests.browser.guests import habit, known
from tests.browser.network import Door
from tests.running import Message, Service, Shop

pytestmark = pytest.mark.browser

WORD_S = 5.0  # a break that is shorter is only a word at the top
NOTICED_S = 20.0  # silence, and a question that stays unanswered


@pytest.fixture
def doors(service: Service) -> Iterator[tuple[Door, Door]]:
    with ExitStack() as stack:
        yield stack.enter_context(Door(service.port)), stack.enter_context(Door(service.port))


def fold(messages: list[Message]) -> dict[str, str]:
    """The open cues after these messages of a socket: their names by their ids."""
    shown: dict[str, str] = {}
    for message in messages:
        match message["type"]:
            case "snapshot":
                shown = {cue["id"]: plain(cue["name"]) for cue in message["cues"]}
            case "cue":
                shown[message["cue"]["id"]] = plain(message["cue"]["name"])
            case "closed":
                shown.pop(message["cue"], None)
    return shown


def answered(shop: Shop, cue: str) -> None:
    """By another screen of the shop."""
    with shop.counter(None) as other:
        other.opened()
        other.done(cue, "dismissed")
        assert other.next()["type"] == "closed"


def on_glass(glass: Glass, names: set[str]) -> list[str]:
    """Each of them as often as it is on the screen."""
    shown = [name for name in names if glass.say.count() and name in glass.sentence]
    return shown + glass.waiting


def assert_nothing_missing_or_doubled(shop: Shop, glass: Glass, names: set[str]) -> None:
    """What the service says is open, the numbers and ids it sent, and what is on the glass: all the same."""
    with shop.counter(None) as fresh:
        wanted = fold([fresh.opened()])
    assert set(wanted.values()) == names
    glass.until(lambda: sorted(on_glass(glass, names)) == sorted(names), f"just {names}")
    messages = glass.messages
    assert {message["type"] for message in messages} <= {"snapshot", "cue", "closed"}
    assert fold(messages) == wanted
    sent = [(row[0], row[2], row[3]) for row in shop.messages()]
    numbered = [message for message in messages if message["type"] != "snapshot"]
    assert len({message["seq"] for message in numbered}) == len(numbered), "no message comes twice"
    for before, message in pairwise(messages):
        if message["type"] != "snapshot":
            assert message["prev"] == before["seq"]
            id = message["cue"]["id"] if message["type"] == "cue" else message["cue"]
            assert (message["seq"], message["type"], id) in sent
    assert messages[-1]["seq"] == sent[-1][0]


def test_the_network_breaks_in_three_ways_and_comes_back_without_a_cue_missing_or_doubled(
    shop: Shop, profiles: Profiles, doors: tuple[Door, Door]
) -> None:
    """Refused, switched off in the browser, and pulled (half-open: nobody is told), on three screens at once."""
    amina, ben, thiri, juma, zoe = known(shop, "Amina", "Ben", "Thiri", "Juma", "Zoë")
    door, cable = doors
    refused, off, pulled = (profiles.counter(shop, door=through) for through in (door.url, None, cable.url))
    for glass in (refused, off, pulled):
        glass.idle()
    cut_at = time.monotonic()
    door.cut()
    off.page.context.set_offline(True)
    cable.stall()
    pulled.scan(thiri.card)
    for glass in (refused, off):
        expect(glass.net).to_contain_text("Reconnecting")
        assert glass.say.count() == 0, "a short break is only a word at the top"
    for glass, guest in ((refused, amina), (off, ben)):
        glass.shows("No link. Sell as usual.")
        assert time.monotonic() - cut_at > WORD_S - 1
        glass.scan(guest.card)
        expect(glass.page.locator(".sub")).to_contain_text("1 check-in kept here")
    pulled.shows("No link. The check-in is kept and sent later.")
    pulled.press("Escape")
    pulled.shows("No link. Sell as usual.", within_s=NOTICED_S)
    assert [glass.kept for glass in (refused, off, pulled)] == [1, 1, 1]
    with shop.stream() as stream:
        stream.deliver([shop.sale(who=juma.who, state="open"), shop.presence(zoe.who)])
    answered(shop, next(row[3] for row in shop.messages() if row[0] == 2))
    door.restore()
    off.page.context.set_offline(False)
    cable.restore()
    for glass in (refused, off, pulled):
        glass.ready()
        expect(glass.page.locator(".waits")).to_have_count(3)
    for glass in (refused, off, pulled):
        assert_nothing_missing_or_doubled(shop, glass, {"Amina", "Ben", "Thiri", "Juma"})
        assert glass.kept == 0


def test_the_service_is_killed_and_comes_back_without_a_cue_missing_or_doubled(
    service: Service, shop: Shop, profiles: Profiles
) -> None:
    amina, ben, thiri, juma = known(shop, "Amina", "Ben", "Thiri", "Juma")
    habit(shop, "Amina")
    glass = profiles.counter(shop, "1")
    shop.checkin(shop.presence(amina.who))
    shop.checkin(shop.presence(ben.who))
    glass.shows("Amina", waiting=["Ben"])
    service.kill()
    expect(glass.net).to_contain_text("Reconnecting")
    glass.shows("Amina", waiting=["Ben"])
    glass.press("1")
    glass.shows("Ben", waiting=[])
    glass.scan(thiri.card)
    glass.until(lambda: "kept" in glass.net.inner_text(), "the check-in is kept")
    service.start()
    glass.ready()
    glass.shows("Ben", waiting=["Thiri"])
    shop.checkin(shop.presence(juma.who))
    glass.shows("Ben", waiting=["Thiri", "Juma"])
    assert [row[4] for row in shop.messages() if row[2] == "closed"] == ["usual"]
    assert_nothing_missing_or_doubled(shop, glass, {"Ben", "Thiri", "Juma"})


def test_a_check_in_that_waited_too_long_is_reported_and_calls_nobody_to_the_counter(
    service: Service, shop: Shop, profiles: Profiles
) -> None:
    amina, ben = known(shop, "Amina", "Ben")
    glass = profiles.counter(shop, "1")
    shop.checkin(shop.presence(amina.who))
    glass.shows("Amina", waiting=[])
    service.kill()
    glass.scan(ben.card)
    expect(glass.net).to_contain_text("1 kept")
    service.pass_time(minutes=5)
    service.start()
    glass.ready()
    glass.idle()
    glass.until(lambda: glass.kept == 0, "the check-in is sent")
    assert [(row[2], row[4]) for row in shop.messages()] == [("cue", None), ("closed", "expired")]
    assert not any("Ben" in (told["say"] or "") for told in glass.told)
