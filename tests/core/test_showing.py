"""A card's code in the decision: good once, the same scan while its cue is open, and asked again by the same till."""

from __future__ import annotations

from msgspec.structs import replace

from loyalty.core.days import MINUTE
from loyalty.core.decide import Answer, decide
from loyalty.core.facts import PresenceIn
from loyalty.core.rotating import Proof, Shown, Used
from tests import make
from tests.core.cafe import Cafe


class Counter:
    """One café whose codes are remembered from batch to batch."""

    def __init__(self) -> None:
        self.cafe = Cafe()
        self.cafe.enrol(make.AMINA)
        self.used: dict[tuple[str, str, int], Used] = {}

    def show(self, *, till: str = "1", step: int = 7, proof: Proof = "good", again: bool = False) -> Answer:
        told = self.cafe.delivery(make.presence(make.AMINA, till=till, by="phone"))
        assert isinstance(told, PresenceIn)
        delivery = replace(told, shown=Shown(proof, step), again=again)
        known = self.cafe.load([delivery])
        known.used = dict(self.used)
        decision = decide(known, [delivery], self.cafe.now, lambda: f"cue-{till}-{len(self.cafe.cues)}")
        if decision.desk.missing:
            self.cafe._load_more(known, decision.desk)
            decision = decide(known, [delivery], self.cafe.now, lambda: f"cue-{till}-{len(self.cafe.cues)}")
        self.cafe._save(decision.desk)
        self.used |= decision.desk.used
        return decision.answers[0]

    def later(self, minutes: int) -> None:
        self.cafe.now += minutes * MINUTE


def test_good_once_and_the_same_scan_while_its_cue_is_open() -> None:
    counter = Counter()
    first, again = counter.show(), counter.show()
    assert first.cue is not None
    assert again.cue is not None
    assert first.cue.id == again.cue.id
    counter.later(3)
    assert counter.show().why == "used"
    assert counter.show(step=8).kind == "present"


def test_elsewhere_it_is_a_copy() -> None:
    counter = Counter()
    counter.show()
    assert counter.show(till="2").why == "used"


def test_what_it_is_worth_is_told_before_anything_else() -> None:
    counter = Counter()
    for proof in ("forged", "old", "early"):
        answer = counter.show(proof=proof)
        assert (answer.kind, answer.why) == ("refused", proof)
    assert counter.used == {}


def test_a_till_that_asks_with_every_change_says_the_same_one_all_the_while() -> None:
    counter = Counter()
    assert counter.show(again=True).kind == "present"
    counter.later(5)
    assert counter.show(again=True, proof="old").kind == "present"
    assert counter.show(again=True, proof="forged").why == "forged"
    assert counter.show(again=True, till="2", proof="old").why == "old"
    counter.later(40)
    assert counter.show(again=True, proof="old").why == "old"
