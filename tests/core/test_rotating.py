"""A card's renewing code: RFC 6238's own numbers, its window, and what is none."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as some

from loyalty.core import rotating
from loyalty.core.days import SECOND

SECRET = b"12345678901234567890"  # of the RFC's appendix B
NOW_S = 1_795_735_200
LETTERS = "7K4M29QX"


@pytest.mark.parametrize(
    ("at_s", "digits"),
    [
        (59, "94287082"),
        (1_111_111_109, "07081804"),
        (1_111_111_111, "14050471"),
        (1_234_567_890, "89005924"),
        (2_000_000_000, "69279037"),
        (20_000_000_000, "65353130"),
    ],
)
def test_the_numbers_of_the_rfc(at_s: int, digits: str) -> None:
    assert rotating.digits(SECRET, at_s // rotating.STEP_S) == digits


def code(age_s: int = 0, secret: bytes = SECRET) -> rotating.Signed:
    found = rotating.read(rotating.made(LETTERS, secret, (NOW_S - age_s) * SECOND))
    assert found is not None
    return found


@given(some.integers(-99, 120))
def test_a_clock_ninety_seconds_wrong_and_a_slow_hand_are_good(age_s: int) -> None:
    assert rotating.judge(code(age_s), SECRET, NOW_S * SECOND) == "good"


@given(some.integers(181, 10**8))
def test_a_picture_is_too_old(age_s: int) -> None:
    assert rotating.judge(code(age_s), SECRET, NOW_S * SECOND) == "old"


@given(some.integers(131, 10**8))
def test_a_code_from_tomorrow_is_not_good_yet(ahead_s: int) -> None:
    assert rotating.judge(code(-ahead_s), SECRET, NOW_S * SECOND) == "early"


@given(some.binary(min_size=20, max_size=20).filter(lambda other: other != SECRET), some.integers(-200, 400))
def test_another_secret_proves_nothing_and_is_told_nothing_of_clocks(other: bytes, age_s: int) -> None:
    assert rotating.judge(code(age_s, other), SECRET, NOW_S * SECOND) == "forged"


def test_neither_is_the_time_alone_changed() -> None:
    old = code(600)
    fresh = rotating.Signed(LETTERS, NOW_S, old.digits)
    assert rotating.judge(fresh, SECRET, NOW_S * SECOND) == "forged"


@pytest.mark.parametrize("between", ["", "-", " ", ".", "ß"])
def test_a_scanner_on_another_keyboard_may_write_another_mark(between: str) -> None:
    text = between.join((LETTERS.lower(), "1795735200", "04917263"))
    assert rotating.read(f" {text}\r\n") == rotating.Signed(LETTERS, 1_795_735_200, "04917263")


@pytest.mark.parametrize(
    "text",
    [
        "",
        LETTERS,
        "7K4M-29QX",
        "254712555014",
        f"{LETTERS}1795735200",
        f"{LETTERS}179573520004917263 1",
        "7K4M29Q0179573520004917263",
        f"https://example.org/card.html#{LETTERS}179573520004917263",
        "7K4M29QX\N{ARABIC-INDIC DIGIT ONE}79573520004917263",
    ],
)
def test_anything_else_is_something_else(text: str) -> None:
    assert rotating.read(text) is None
