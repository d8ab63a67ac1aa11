"""Whose sale it is: the strongest evidence wins, and two people claimed by one sale is a question, never a merge."""

from __future__ import annotations

from itertools import permutations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from loyalty.core.facts import Mark
from loyalty.core.recognise import STRENGTH, Claim, claim

LINKS = {("baraza", f"{who}'s {kind}"): who for who in ("amina", "ben", "dan") for kind in STRENGTH}


def of(who: str, kind: str) -> Mark:
    return Mark(kind, f"{who}'s {kind}")


NOBODY = Mark("phone", "a stranger's")
CASES = [
    ("no evidence", (), Claim()),
    ("a stranger", (NOBODY,), Claim()),
    ("one identifier", (of("amina", "phone"),), Claim("amina", "phone")),
    ("a stranger's beside it", (NOBODY, of("amina", "fingerprint")), Claim("amina", "fingerprint")),
    ("the same person twice", (of("amina", "fingerprint"), of("amina", "card")), Claim("amina", "card")),
    (
        "a partner's bank card",
        (of("ben", "fingerprint"), of("amina", "phone")),
        Claim("amina", "phone", ("amina", "ben")),
    ),
    ("two phones", (of("amina", "phone"), of("ben", "phone")), Claim(None, "phone", ("amina", "ben"))),
    (
        "two cards, and a phone of one of them",
        (of("ben", "card"), of("amina", "card"), of("amina", "phone")),
        Claim(None, "card", ("amina", "ben")),
    ),
    (
        "three people",
        (of("dan", "fingerprint"), of("ben", "email"), of("amina", "card")),
        Claim("amina", "card", ("amina", "ben")),
    ),
    (
        "one of the rivals also by something weaker",
        (of("amina", "reference"), of("ben", "email"), of("amina", "fingerprint")),
        Claim("amina", "reference", ("amina", "ben")),
    ),
]


@pytest.mark.parametrize(("marks", "expected"), [case[1:] for case in CASES], ids=[case[0] for case in CASES])
def test_the_strongest_evidence_wins_in_whatever_order_it_stands(marks, expected):
    for order in permutations(marks):
        assert claim("baraza", order, LINKS) == expected


def test_evidence_of_another_business_is_no_evidence():
    assert claim("other", (of("amina", "card"),), LINKS) == Claim()


@given(st.lists(st.tuples(st.sampled_from(["amina", "ben", "dan"]), st.sampled_from(STRENGTH)), min_size=1))
def test_nobody_is_claimed_by_weaker_evidence_than_there_is(given_):
    found = claim("baraza", tuple(of(*each) for each in given_), LINKS)
    strongest = min(STRENGTH.index(kind) for _, kind in given_)
    claimants = {who for who, kind in given_ if STRENGTH.index(kind) == strongest}
    assert found.by == STRENGTH[strongest]
    assert claimants == {found.person} if found.person else len(claimants) > 1
    assert bool(found.between) is (len({who for who, _ in given_}) > 1)
    assert len(set(found.between)) == len(found.between)
