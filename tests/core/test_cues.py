"""One sentence and at most one thing to do, in the way the customer chose to be greeted and never more than that."""

from __future__ import annotations

from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec import json
from msgspec.structs import replace

from loyalty.core import cues
from loyalty.core.cues import CUE_SECONDS, QUIET_SECONDS, REASONS_MAX, TICK_SECONDS, compose, greeting_of
from loyalty.core.facts import Drink, Msg, Person
from loyalty.core.redemption import Redeem
from loyalty.core.rules import RULES
from loyalty.core.usual import Foresight, Guess
from loyalty.wire import Greeting, Tone
from tests.core.test_rules import ANY, COFFEE, SHARE, VISITS

NAME = ["person", "amina"]
LATTE, TEA = Drink("Latte", "Medium", ("Oat milk",)), Drink("Tea", "Large")
ITEMS = (Guess("latte", LATTE, 0.83), Guess("tea", TEA, 0.3), Guess("cake", Drink("Cake"), 0.1))
SURE = Foresight(ITEMS, say=True, either=False, because=SHARE)
TORN = Foresight(ITEMS, say=False, either=True, because=SHARE)
BOTH = Foresight(ITEMS, say=True, either=False, because=SHARE, order=(LATTE, TEA))
UNSURE = Foresight(ITEMS, say=False, either=False, because=SHARE)
STRANGE = Foresight((), say=False, either=False, because=Msg("why.nothing"))
ORDER: dict[str, object] = {"name": NAME, "order": ["drink", "Latte", "Medium", ["Oat milk"]]}
DUE = {"points": 10, "fresh": True}
USUAL_VISIT = {"say_usual": True, "p": 0.83, "because": SHARE}


def amina(greeting: Greeting = "full", *, recognise: bool = True, remember: bool = True) -> Person:
    return Person("amina", greeting, recognise, remember)


GREETED = [
    # chosen, recognise, remember, greeted
    ("full", True, True, "full"),
    ("full", True, False, "name"),
    ("full", False, True, "points"),
    ("full", False, False, "points"),
    ("name", True, True, "name"),
    ("name", True, False, "name"),
    ("name", False, True, "points"),
    ("points", True, True, "points"),
    ("points", False, False, "points"),
    ("none", True, True, "none"),
    ("none", False, False, "none"),
]


@pytest.mark.parametrize(("chosen", "recognise", "remember", "greeted"), GREETED)
def test_nobody_is_greeted_with_more_than_they_agreed_to(chosen, recognise, remember, greeted):
    assert greeting_of(amina(chosen, recognise=recognise, remember=remember)) == greeted


SENTENCES = [
    # how greeted, what is different about the visit, foresight, tone, sentence
    ("full", USUAL_VISIT, SURE, "greet", Msg("say.greet.usual", ORDER)),
    (
        "full",
        USUAL_VISIT,
        BOTH,
        "greet",
        Msg("say.greet.usual", ORDER | {"order": ["both", ORDER["order"], ["drink", "Tea", "Large", []]]}),
    ),
    ("full", {"p": 0.6}, UNSURE, "greet", Msg("say.greet", {"name": NAME})),
    ("full", {"care": True} | USUAL_VISIT, SURE, "repair", Msg("say.care.usual", ORDER)),
    ("name", {"care": True}, UNSURE, "repair", Msg("say.care", {"name": NAME})),
    (
        "full",
        {},
        TORN,
        "ask",
        Msg("say.either", {"name": NAME, "first": ["drink", "Latte", "", []], "second": ["drink", "Tea", "", []]}),
    ),
    ("full", {"first": True, "visits": 0}, STRANGE, "greet", Msg("say.welcome", {"name": NAME})),
    ("full", USUAL_VISIT | {"overdue": True}, SURE, "greet", Msg("say.back.usual", ORDER)),
    ("full", {"overdue": True}, UNSURE, "greet", Msg("say.back", {"name": NAME})),
    ("full", USUAL_VISIT | {"visits": 9}, SURE, "celebrate", Msg("say.greet.usual", ORDER)),
    ("full", {"visits": 24, "overdue": True}, UNSURE, "celebrate", Msg("say.back", {"name": NAME})),
    ("full", {"turns_regular": True}, UNSURE, "celebrate", Msg("say.greet", {"name": NAME})),
    ("full", COFFEE | USUAL_VISIT | DUE, SURE, "celebrate", Msg("say.reward", {"name": NAME})),
    ("full", COFFEE | DUE, TORN, "celebrate", Msg("say.reward", {"name": NAME})),
    ("full", COFFEE | USUAL_VISIT | {"points": 12}, SURE, "greet", Msg("say.greet.usual", ORDER)),  # said once
    ("full", COFFEE | DUE | {"overdue": True}, UNSURE, "celebrate", Msg("say.back", {"name": NAME})),
    ("name", COFFEE | DUE, SURE, "celebrate", Msg("say.reward", {"name": NAME})),
    ("points", COFFEE | DUE, SURE, "inform", Msg("say.points-of", {"n": 10, "of": 10})),
    ("points", COFFEE | DUE | {"stamps": True}, SURE, "inform", Msg("say.stamps", {"n": 10, "of": 10})),
    ("none", COFFEE | DUE, SURE, "inform", Msg("say.tick")),
    ("name", USUAL_VISIT, SURE, "greet", Msg("say.greet", {"name": NAME})),
    ("name", {}, TORN, "greet", Msg("say.greet", {"name": NAME})),
    ("name", {"overdue": True}, SURE, "greet", Msg("say.back", {"name": NAME})),
    ("points", {"points": 7}, SURE, "inform", Msg("say.points", {"n": 7})),
    ("points", COFFEE | {"points": 7}, SURE, "inform", Msg("say.points-of", {"n": 7, "of": 10})),
    ("points", {"points": -2}, SURE, "inform", Msg("say.points", {"n": 0})),
    ("none", USUAL_VISIT | {"overdue": True, "visits": 9}, SURE, "inform", Msg("say.tick")),
]


@pytest.mark.parametrize(("mode", "different", "foresight", "tone", "say"), SENTENCES)
def test_several_facts_become_one_sentence(mode, different, foresight, tone, say):
    found = compose(amina(mode), replace(ANY, **different), foresight)
    assert (found.tone, found.say) == (tone, say)
    assert found.offer is ("order" in say.args)  # only what was offered can be had


def test_an_honest_question_has_its_two_answers():
    found = compose(amina(), ANY, TORN)
    assert found.choices == (Msg("say.item", {"item": "Latte"}), Msg("say.item", {"item": "Tea"}))
    assert compose(amina(), ANY, SURE).choices == compose(amina("name"), ANY, TORN).choices == ()


def test_at_most_one_thing_to_do_and_it_is_the_one_that_matters_most():
    everything = {"visits": 9, "turns_becoming": True, "points": 10} | COFFEE
    assert [kind for kind, _ in compose(amina(), replace(ANY, **everything), SURE).act] == ["reward"]
    short = everything | {"points": 9}
    assert [kind for kind, _ in compose(amina(), replace(ANY, **short), SURE).act] == ["thank"]
    only_reward = compose(amina(), replace(ANY, **(COFFEE | {"points": 10})), SURE)
    assert [kind for kind, _ in only_reward.act] == ["reward"]
    assert compose(amina(), ANY, SURE).act == ()


REDEEM = Redeem("free-coffee", "Free coffee", 10, 2, 30_000, "KES")


@pytest.mark.parametrize(("mode", "carried"), [("full", True), ("name", True), ("points", False), ("none", False)])
def test_a_due_reward_carries_what_using_it_changes_and_a_quiet_card_does_not(mode, carried):
    found = compose(amina(mode), replace(ANY, **(COFFEE | {"points": 12})), SURE, REDEEM)
    assert (found.redeem == REDEEM, [kind for kind, _ in found.act] == ["reward"]) == (carried, carried)
    assert found.redeem in (REDEEM, None)


def test_the_reasons_are_those_of_the_rules_that_fired_and_few():
    visit = replace(
        ANY, **({"overdue": True, "visits": 9, "turns_becoming": True, "points": 10} | COFFEE | USUAL_VISIT)
    )
    found = compose(amina(), visit, SURE)
    keys = [why.key for why in found.why]
    assert keys == ["why.welcome-back", "why.reward-waiting", "why.milestone", "why.becoming"]
    assert len(keys) == REASONS_MAX


def test_what_nearly_fired_is_told_apart():
    visit = replace(ANY, **({"visits": 8, "becoming": True, "points": 8, "p": 0.6, "because": SHARE} | COFFEE))
    found = compose(amina(), visit, UNSURE)
    assert [near.key for near in found.nearly] == [
        *("why.milestone-near", "why.becoming-near", "why.reward-near", "why.share"),
    ]
    assert found.why == ()


@pytest.mark.parametrize("mode", get_args(Greeting))
def test_explained_every_decision_carries_every_rule_and_its_verdict(mode):
    visit = replace(ANY, **({"visits": 8, "overdue": True} | USUAL_VISIT))
    assert compose(amina(mode), visit, SURE).because == (
        *(("first-visit", "silent"), ("look-after", "silent"), ("welcome-back", "fired")),
        *(("reward-due", "silent"), ("surprise-due", "silent"), ("milestone", "near"), ("becoming-regular", "silent")),
        *(("permission", "silent"), ("nearly-there", "silent"), ("the-usual", "fired")),
    )


@pytest.mark.parametrize(
    ("mode", "named", "seconds"),
    [
        ("full", True, CUE_SECONDS),
        ("name", True, CUE_SECONDS),
        ("points", False, QUIET_SECONDS),
        ("none", False, TICK_SECONDS),
    ],
)
def test_a_quiet_card_names_nobody_and_is_soon_gone(mode, named, seconds):
    found = compose(amina(mode), ANY, SURE)
    assert (found.named, found.seconds, found.lasts) == (named, seconds, seconds * 1_000_000)


FORESIGHTS = st.sampled_from([SURE, BOTH, TORN, UNSURE, STRANGE])


def words_of(found: cues.Composed) -> str:
    """Everything a screen could be shown."""
    shown = (found.say, *(msg for _, msg in found.act), *found.why, *found.nearly, *found.choices)
    return json.encode(shown).decode()


@given(VISITS, FORESIGHTS, st.sampled_from(get_args(Greeting)), st.booleans(), st.booleans())
def test_never_creepy(visit, foresight, greeting, recognise, remember):
    visit = replace(visit, reward_name="Free coffee")
    person = amina(greeting, recognise=recognise, remember=remember)
    found = compose(person, visit, foresight)
    mode, shown = greeting_of(person), words_of(found)
    if mode != "full":
        assert not any(drink in shown for drink in ("Latte", "Tea", "Medium", "Oat milk"))
    if mode in ("points", "none"):
        assert "amina" not in shown
        assert not found.named
        assert (found.act, found.why, found.nearly, found.choices) == ((), (), (), ())
    if mode == "none":
        assert found.say == Msg("say.tick")
    assert found.tone in get_args(Tone)
    assert len(found.act) <= 1
    assert len(found.why) <= REASONS_MAX
    assert len(found.nearly) <= REASONS_MAX
    assert [name for name, _ in found.because] == [name for name, _ in RULES]


def test_two_people_are_a_question():
    found = cues.question(("amina", "ben"))
    assert found.tone == "ask"
    assert found.say == Msg("say.which", {"name": NAME, "other": ["person", "ben"]})
    assert found.choices == (Msg("say.person", {"name": NAME}), Msg("say.person", {"name": ["person", "ben"]}))
    assert found.why == (Msg("why.two-people"),)
    assert found.between == ("amina", "ben")
    assert ("two-people", "fired") in found.because


def test_two_people_of_whom_one_is_not_to_be_named_are_two_cards():
    found = cues.two_cards()
    assert (found.tone, found.say, found.named, found.choices) == ("inform", Msg("say.two-cards"), False, ())
    assert "person" not in words_of(found)
    assert ("two-people", "fired") in found.because


def test_who_is_looked_after_is_so_by_what_is_done_and_what_is_due_stays_the_act():
    found = compose(
        amina(), replace(ANY, **({"care": True, "overdue": True, "points": 10} | COFFEE | USUAL_VISIT)), SURE
    )
    assert (found.tone, found.say.key) == ("repair", "say.care.usual")
    assert [kind for kind, _ in found.act] == ["reward"]
    assert found.why[0].key == "why.look-after"


@pytest.mark.parametrize("mode", ["points", "none"])
def test_a_quiet_card_stays_quiet_whatever_its_customer_said_of_a_visit(mode):
    found = compose(amina(mode), replace(ANY, care=True), UNSURE)
    assert (found.tone, found.why) == ("inform", ())
