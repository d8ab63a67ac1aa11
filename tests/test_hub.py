"""In order, without gaps, within bounds: what each screen is told, and what it is never told."""

from __future__ import annotations

from datetime import UTC, datetime
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec import json
from msgspec.structs import replace

from loyalty.core.days import MINUTE, moment
from loyalty.core.facts import CueRow, Msg
from loyalty.frame import Frame
from loyalty.hub import PENDING_MAX, Hub, Screen
from loyalty.store.save import Sent
from loyalty.wire import Act, Closed, CueMessage
from loyalty.words.shown import show

NOW = datetime(2026, 10, 5, 5, 12, tzinfo=UTC)
AT = moment(NOW)
AMINA = ["person", "amina"]
CUE = CueRow(
    id="cue-1",
    shop="a",
    till="1",
    person="amina",
    raised_by="presence",
    at=AT,
    renewed_at=AT,
    expires_at=AT + 2 * MINUTE,
    tone="greet",
    say=Msg("say.greet.usual", {"name": AMINA, "order": ["drink", "Latte", "Medium", ["Oat milk"]]}),
    act=(("thank", Msg("act.thank")),),
    why=(Msg("why.share.morning", {"n": 7, "of": 8, "item": "Latte"}),),
    nearly=(Msg("why.milestone-near"),),
    choices=(Msg("say.person", {"name": AMINA}),),
    offer=True,
)
NAMES = {"amina": "Amina"}


def raised(seq: int, *, shop: str = "a", till: str | None = "1") -> Sent:
    return Sent(shop, seq, till, "cue", "cue-1", None, replace(CUE, shop=shop, till=till), NAMES)


def closed(seq: int, *, shop: str = "a", till: str | None = "1") -> Sent:
    return Sent(shop, seq, till, "closed", "cue-1", "usual", None)


class Watched(Screen):
    """A screen that counts how often it is woken, and reads what it was told."""

    def __init__(self, till: str | None = None, shop: str = "a", language: str = "en") -> None:
        self.woken = 0
        self.written: list[bytes] = []
        super().__init__(shop, till, language, self._woken, self.written.append)

    def _woken(self) -> None:
        self.woken += 1

    def told(self) -> list[CueMessage | Closed]:
        """What was written at once, then what it has yet to take. Rows write lines, for the tests."""
        lines = b"".join(self.written).splitlines()
        return [json.decode(frame, type=CueMessage | Closed) for frame in (*lines, *self.frames)]

    def numbers(self) -> list[tuple[int, int]]:
        return [(message.prev, message.seq) for message in self.told()]


def hub_of(*screens: Screen, prev: int = 0) -> Hub:
    hub = Hub(lambda: NOW, lambda frame: frame + b"\n")
    for screen in screens:
        hub.join(screen, prev)
    return hub


# -- what is told -----------------------------------------------------------------------------------------------------
def test_a_cue_is_told_as_the_contract_has_it():
    screen = Watched()
    hub_of(screen, prev=815).publish([raised(816)])
    assert json.decode(screen.frames[0]) == {
        "type": "cue",
        "seq": 816,
        "prev": 815,
        "cue": {
            "id": "cue-1",
            "till": "1",
            "at": "2026-10-05T05:12:00Z",
            "expires_at": "2026-10-05T05:14:00Z",
            "tone": "greet",
            "say": "Greet ⁨Amina⁩\u00a0— medium\u00a0latte, oat\u00a0milk?",
            "act": [{"kind": "thank", "text": "Thank them for coming so often"}],
            "why": ["Latte in 7 of the last 8 morning visits"],
            "nearly": ["The next visit is a round one"],
            "name": "⁨Amina⁩",
            "spoken": None,
            "choices": ["⁨Amina⁩"],
            "offer": True,
            "sale": False,
            "join": None,
        },
        "now": "2026-10-05T05:12:00Z",
    }


def test_a_cue_that_is_over_is_told_as_the_contract_has_it():
    screen = Watched()
    hub_of(screen, prev=816).publish([closed(819)])
    assert json.decode(screen.frames[0]) == {
        "type": "closed",
        "seq": 819,
        "prev": 816,
        "cue": "cue-1",
        "outcome": "usual",
    }


def test_a_quiet_card_has_no_name():
    shown = show(replace(CUE, named=False, say=Msg("say.tick"), choices=()), "en", NAMES)
    assert (shown.name, shown.say, shown.act) == (
        None,
        "✓",
        (Act(kind="thank", text="Thank them for coming so often"),),
    )
    assert "Amina" not in json.encode(shown).decode()


def test_of_who_was_erased_no_name_is_shown():
    assert show(CUE, "en", {}).say == "Greet \u2068somebody\u2069\u00a0— medium\u00a0latte, oat\u00a0milk?"
    assert show(CUE, "en", {}).name in (None, "")


def test_a_message_is_put_into_words_once_for_each_language():
    frame = Frame(raised(5), NOW)
    first, again = frame.to("en", 4), frame.to("en", 3)
    assert json.decode(first) | {"prev": 3} == json.decode(again)
    assert json.decode(frame.to("en-GB", 4)) == json.decode(first)
    assert set(frame._halves) == {"en", "en-GB"}


# -- who is told ------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("screen", "till", "wanted"),
    [("1", "1", True), ("1", "2", False), ("1", None, True), (None, "1", True), (None, None, True)],
)
def test_a_screen_gets_the_cues_of_its_till(screen, till, wanted):
    watched = Watched(screen)
    hub_of(watched).publish([raised(1, till=till), closed(2, till=till)])
    assert len(watched.frames) == 2 * wanted
    assert watched.woken == wanted  # once for all that a commit brought


def test_shops_are_apart():
    here, there = Watched(shop="a"), Watched(shop="b")
    hub_of(here, there).publish(
        [raised(1, shop="a"), raised(1, shop="b"), closed(2, shop="b"), raised(9, shop="nobody")]
    )
    assert here.numbers() == [(0, 1)]
    assert there.numbers() == [(0, 1), (1, 2)]


def test_what_was_put_into_words_before_is_what_is_told():
    """Told once, to whoever is there by then; what was prepared and never committed is told to nobody."""
    screen, late = Watched(), Watched()
    hub = hub_of(screen)
    never, sent = raised(1), raised(1)
    hub.prepare([never])
    hub.prepare([sent])
    assert screen.numbers() == []
    hub.join(late, 0)
    hub.publish([sent])
    assert screen.numbers() == late.numbers() == [(0, 1)]


def test_who_has_left_is_told_nothing_more():
    stays, leaves = Watched(), Watched()
    hub = hub_of(stays, leaves)
    assert hub.count == 2
    hub.leave(leaves)
    hub.leave(leaves)
    hub.leave(Watched(shop="never joined"))
    hub.publish([raised(1)])
    assert (hub.count, len(stays.frames), len(leaves.frames)) == (1, 1, 0)


def test_a_screen_joins_where_it_was_and_gets_what_comes_after():
    hub, screen = hub_of(), Watched()
    hub.publish([raised(815)])
    hub.join(screen, 815)
    hub.publish([raised(816), closed(819)])
    assert screen.numbers() == [(815, 816), (816, 819)]


def test_what_a_screen_had_from_its_start_is_not_told_again():
    screen = Watched()
    hub_of(screen, prev=815).publish([raised(814), raised(815), raised(816)])
    assert screen.numbers() == [(815, 816)]


# -- in rows ----------------------------------------------------------------------------------------------------------
def test_who_keeps_up_is_told_at_once_with_one_write_and_who_does_not_from_its_queue():
    quick, slow = Watched(), Watched()
    hub = hub_of(quick, slow)
    hub.keeps_up(quick)
    hub.publish([raised(1), closed(2)])
    assert (len(quick.written), len(quick.frames), quick.woken) == (1, 0, 0)
    assert (len(slow.written), len(slow.frames), slow.woken) == (0, 2, 1)
    assert quick.numbers() == slow.numbers() == [(0, 1), (1, 2)]


def test_screens_that_were_told_the_same_are_written_the_very_same():
    early, late = Watched(), Watched()
    hub = hub_of(early)
    hub.keeps_up(early)
    hub.publish([raised(1)])
    hub.join(late, 0)
    hub.keeps_up(late)
    hub.publish([raised(2)])
    assert (early.numbers(), late.numbers()) == ([(0, 1), (1, 2)], [(0, 2)])
    hub.publish([raised(3)])
    assert early.written[-1] is late.written[-1]


def test_who_can_take_no_more_while_it_is_written_to_is_behind_and_misses_nothing():
    class Narrow(Watched):
        def _full(self, together: bytes) -> None:
            self.written.append(together)
            hub.falls_behind(self)

    beside, narrow = Watched(), Narrow()
    narrow.write = narrow._full
    hub = hub_of(beside, narrow)
    hub.keeps_up(beside)
    hub.keeps_up(narrow)
    for seq in range(1, 4):
        hub.publish([raised(seq)])
    assert (len(narrow.written), len(narrow.frames)) == (1, 2)
    assert narrow.numbers() == beside.numbers() == [(0, 1), (1, 2), (2, 3)]


def test_who_has_left_is_in_no_row():
    stays, leaves = Watched(), Watched()
    hub = hub_of(stays, leaves)
    for screen in (stays, leaves):
        hub.keeps_up(screen)
    hub.leave(leaves)
    for change in (hub.keeps_up, hub.falls_behind):
        change(leaves)
        change(Watched(shop="never joined"))
    hub.publish([raised(1)])
    assert (hub.count, stays.numbers(), leaves.numbers()) == (1, [(0, 1)], [])


# -- without gaps -----------------------------------------------------------------------------------------------------
TILLS = st.sampled_from([None, "1", "2"])


PACES = st.lists(st.tuples(st.integers(0, 5), st.booleans()), max_size=4)  # which screen, and whether it keeps up


@given(
    st.lists(st.tuples(st.sampled_from("ab"), TILLS, st.booleans()), max_size=30),
    st.integers(0, 3),
    st.lists(PACES, min_size=31, max_size=31),
)
def test_in_order_every_screen_has_an_unbroken_chain_of_its_own(told, batch, paces):
    screens = [Watched(till, shop) for shop in "ab" for till in (None, "1", "2")]
    hub = hub_of(*screens, prev=100)
    messages = [
        (raised if is_cue else closed)(seq, shop=shop, till=till) for seq, (shop, till, is_cue) in enumerate(told, 101)
    ]
    for start in range(0, len(messages), batch + 1):
        for place, keeps_up in paces[start]:
            pace(hub, screens[place], keeps_up=keeps_up)
        hub.publish(messages[start : start + batch + 1])
    for screen in screens:
        here = [sent for sent in messages if sent.shop == screen.shop]
        mine = [sent for sent in here if screen.till is None or sent.till in (None, screen.till)]
        assert [seq for _, seq in screen.numbers()] == [sent.seq for sent in mine]
        assert all(later[0] == earlier[1] for earlier, later in pairwise(screen.numbers()))
        assert [prev for prev, _ in screen.numbers()][:1] == [100] * bool(mine)
        assert screen.prev == (mine[-1].seq if mine else 100)


def pace(hub: Hub, screen: Watched, *, keeps_up: bool) -> None:
    """As its socket does it: what waits is written first."""
    if keeps_up:
        screen.written += [frame + b"\n" for frame in screen.frames]
        screen.frames.clear()
        hub.keeps_up(screen)
    else:
        hub.falls_behind(screen)


# -- within bounds ----------------------------------------------------------------------------------------------------
def test_a_screen_too_far_behind_is_let_go_and_delays_nobody():
    slow, quick = Watched(), Watched()
    hub = hub_of(slow, quick)
    for seq in range(1, PENDING_MAX + 1):
        hub.publish([raised(seq)])
        quick.frames.clear()
    assert not slow.dropped
    woken = slow.woken
    hub.publish([raised(PENDING_MAX + 1)])
    assert slow.dropped
    assert slow.woken > woken  # to be closed
    slow.frames.popleft()
    hub.publish([raised(PENDING_MAX + 2)])
    assert slow.numbers()[-1] == (PENDING_MAX - 1, PENDING_MAX)  # what it got has no gap, whatever it reads meanwhile
    assert quick.numbers() == [(PENDING_MAX + n, PENDING_MAX + n + 1) for n in range(2)]
    assert not quick.dropped


def test_complaints_are_within_the_bounds_too():
    screen = Watched()
    for _ in range(PENDING_MAX + 1):
        screen.put(b"{}")
    assert screen.dropped
    assert len(screen.frames) == PENDING_MAX
    assert screen.prev == 0
