"""The rules of the counter: for each, visits on which it fires, nearly fires, and stays silent."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import fields, replace

from loyalty.core.facts import Msg
from loyalty.core.rules import RULES, Fired, Near, Visit

ANY = Visit(
    first=False,
    visits=6,
    regular=False,
    becoming=False,
    turns_regular=False,
    turns_becoming=False,
    overdue=False,
    points=0,
    earns=0,
    reward=None,
    reward_name="",
    fresh=False,
    say_usual=False,
    p=0.0,
    because=Msg("why.nothing"),
)
SHARE = Msg("why.share", {"n": 7, "of": 8, "item": "Latte"})
COFFEE = {"reward": 10, "reward_name": "Free coffee", "earns": 1}
REWARD: dict[str, object] = {"reward": ["drink", "Free coffee", "", []]}  # said as an order is said


def thanks(key: str) -> tuple[str, Msg]:
    return "thank", Msg(key)


def reward(key: str) -> tuple[str, Msg]:
    return "reward", Msg(key, REWARD)


def visit(n: int) -> dict[str, object]:
    """The n-th, which is being made."""
    return {"visits": n - 1}


WAITING = Fired(Msg("why.reward-waiting", REWARD), act=reward("act.reward-waiting"))
ROUND = Fired(Msg("why.milestone"), tone="celebrate", act=thanks("act.thank"))

LARGE = Msg("act.larger", {"size": ["drink", "Medium", "", []], "larger": ["drink", "Large", "", []]})
OUNCES = Msg("act.larger-named", {"size": ["drink", "8 oz", "", []], "larger": ["drink", "12 oz", "", []]})

Row = tuple[dict[str, object], Fired | Near | None]
# Rule, what is different about the visit, what it answers.
EXAMPLES: dict[str, list[Row]] = {
    "first-visit": [
        ({"first": True, "visits": 0}, Fired(Msg("why.first-visit"), lead="welcome")),
        ({"first": False, "visits": 0}, None),  # who is not remembered may have come a hundred times
        ({"visits": 1}, None),
    ],
    "look-after": [
        ({"care": True}, Fired(Msg("why.look-after"), lead="care", tone="repair")),
        ({"care": False}, None),
    ],
    "welcome-back": [
        ({"overdue": True}, Fired(Msg("why.welcome-back"), lead="back")),
        ({"overdue": False}, None),
    ],
    "reward-due": [
        (
            COFFEE | {"points": 10, "fresh": True},
            Fired(
                Msg("why.reward-waiting", REWARD),
                lead="reward",
                tone="celebrate",
                act=("reward", Msg("act.reward-due", {"reward": "Free coffee"})),
            ),
        ),
        (COFFEE | {"points": 10}, WAITING),
        (
            COFFEE | {"points": 10, "stamps": True},
            Fired(Msg("why.stamps-waiting", REWARD), act=reward("act.reward-waiting")),
        ),
        (COFFEE | {"points": 12, "earns": 0}, WAITING),
        (COFFEE | {"points": 9, "fresh": True}, None),
        (COFFEE | {"points": -3}, None),
        ({"points": 9}, None),  # no reward to reach
    ],
    "surprise-due": [
        ({"surprise": "long"}, Fired(Msg("why.surprise-long"), act=("surprise", Msg("act.surprise")))),
        ({"surprise": "wrong"}, Fired(Msg("why.surprise-wrong"), act=("surprise", Msg("act.surprise")))),
        ({}, None),
    ],
    "milestone": [
        *[(visit(n), ROUND) for n in (10, 25, 50, 100, 150, 1000)],
        *[(visit(n - 1), Near(Msg("why.milestone-near"))) for n in (10, 25, 50, 100)],
        *[(visit(n), None) for n in (1, 2, 8, 11, 20, 26, 30, 75, 101)],
    ],
    "becoming-regular": [
        (
            {"turns_regular": True, "becoming": True},
            Fired(Msg("why.turns-regular"), tone="celebrate", act=thanks("act.turns-regular")),
        ),
        ({"turns_becoming": True}, Fired(Msg("why.becoming"), act=thanks("act.becoming"))),
        ({"becoming": True}, Near(Msg("why.becoming-near"))),
        ({"regular": True}, None),
        ({}, None),
    ],
    "permission": [
        ({"perk": "larger"}, Fired(Msg("why.perk"), act=("upgrade", Msg("act.larger-any")))),
        ({"perk": "larger", "sizes": ("Medium", "Large")}, Fired(Msg("why.perk"), act=("upgrade", LARGE))),
        ({"perk": "larger", "sizes": ("8 oz", "12 oz")}, Fired(Msg("why.perk"), act=("upgrade", OUNCES))),
        (
            {"perk": "extra", "perk_name": "A biscuit"},
            Fired(Msg("why.perk"), act=("extra", Msg("act.extra", {"extra": "A biscuit"}))),
        ),
        ({"perk": "first"}, Fired(Msg("why.perk"), act=("first", Msg("act.first")))),
        ({"perk": "used"}, Near(Msg("why.perk-used"))),
        ({}, None),
    ],
    "nearly-there": [
        (COFFEE | {"points": 10}, None),  # it is due
        (COFFEE | {"points": 9}, Fired(Msg("why.reward-next", REWARD), act=reward("act.reward-next"))),
        (COFFEE | {"points": 6, "earns": 4}, Fired(Msg("why.reward-next", REWARD), act=reward("act.reward-next"))),
        (COFFEE | {"points": 8}, Near(Msg("why.reward-near", REWARD | {"n": 2}))),
        (COFFEE | {"points": 7}, Near(Msg("why.reward-near", REWARD | {"n": 3}))),
        (COFFEE | {"points": 1, "earns": 4}, Near(Msg("why.reward-near", REWARD | {"n": 3}))),
        (COFFEE | {"points": 6}, None),
        (COFFEE | {"points": -3}, None),
        (COFFEE | {"points": 9, "earns": 0}, None),  # points come from spending: how near, nobody knows
        ({"points": 9}, None),  # no reward to reach
    ],
    "the-usual": [
        ({"say_usual": True, "p": 0.9, "because": SHARE, "free": True}, Near(Msg("why.not-today"))),
        ({"say_usual": True, "p": 0.83, "because": SHARE}, Fired(SHARE)),
        ({"p": 0.69, "because": SHARE}, Near(SHARE)),
        ({"p": 0.5, "because": SHARE}, Near(SHARE)),
        ({"p": 0.49, "because": SHARE}, None),
        ({}, None),
    ],
}
JUDGES = dict(RULES)
CASES = [(name, different, expected) for name, rows in EXAMPLES.items() for different, expected in rows]


def test_every_rule_has_examples_that_fire_nearly_fire_and_stay_silent():
    assert list(EXAMPLES) == [name for name, _ in RULES]
    for name, rows in EXAMPLES.items():
        kinds = {type(expected) for _, expected in rows}
        assert {Fired, type(None)} <= kinds, name


@pytest.mark.parametrize(("name", "different", "expected"), CASES)
def test_a_rule_answers(name, different, expected):
    assert JUDGES[name](replace(ANY, **different)) == expected


def test_rules_stand_in_order_of_priority():
    assert [name for name, _ in RULES] == [
        *("first-visit", "look-after", "welcome-back", "reward-due", "surprise-due", "milestone"),
        *("becoming-regular", "permission", "nearly-there", "the-usual"),
    ]


def test_a_rule_sees_no_money_and_no_dates():
    forbidden = {"spend", "amount", "total", "day", "at", "gap", "away", "last", "name", "tier"}
    assert forbidden.isdisjoint(each.name for each in fields(Visit))


VISITS = st.builds(
    Visit,
    first=st.booleans(),
    visits=st.integers(0, 10_000),
    regular=st.booleans(),
    becoming=st.booleans(),
    turns_regular=st.booleans(),
    turns_becoming=st.booleans(),
    overdue=st.booleans(),
    points=st.integers(-(10**12), 10**12),
    earns=st.integers(0, 10**12),
    reward=st.none() | st.integers(1, 10**12),
    reward_name=st.text(max_size=200),
    fresh=st.booleans(),
    say_usual=st.booleans(),
    p=st.floats(0, 1),
    because=st.just(SHARE),
    perk=st.sampled_from(["", "larger", "extra", "first", "used"]),
    perk_name=st.text(max_size=200),
    sizes=st.tuples(st.text(max_size=200), st.text(max_size=200)) | st.just(("", "")),
    surprise=st.sampled_from(["", "long", "wrong"]),
)


@given(VISITS)
def test_every_rule_answers_every_visit_with_its_reason(visit):
    for _, judge in RULES:
        answer = judge(visit)
        if answer is not None:
            assert answer.why.key.startswith("why.")
        if isinstance(answer, Fired) and answer.act is not None:
            kind, text = answer.act
            assert kind in ("thank", "reward", "upgrade", "extra", "first", "surprise")
            assert text.key.startswith("act.")
