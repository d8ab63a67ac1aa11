"""What customers say of themselves comes before what was counted; what they never want is never offered."""

from __future__ import annotations

from datetime import date

import pytest

from loyalty.core.facts import Drink, Msg
from loyalty.core.mine import NONE, Days, Mine, Part, Wishes, together
from loyalty.core.usual import Foresight, Guess
from loyalty.core.wishes import offends, usual_at, wished

MONDAY, SATURDAY, SUNDAY = (date(2026, 11, day).toordinal() for day in (23, 28, 29))
MORNING, EVENING = 0, 3
LATTE, TEA, COCOA = Drink("Latte", "Medium", ("Oat milk",)), Drink("Tea"), Drink("Hot Chocolate")
BECAUSE = Msg("why.share", {"n": 6, "of": 8, "item": "Latte"})


def seen(*drinks: Drink, say: bool = True, either: bool = False) -> Foresight:
    items = tuple(Guess(one.name.casefold(), one, 0.8 - 0.1 * place) for place, one in enumerate(drinks))
    return Foresight(items, say, either, BECAUSE, drinks[:1] if say else ())


def mine(drink: Drink, days: Days = "any", part: Part = "any", label: str = "") -> Mine:
    return Mine(drink.name, drink.variation, drink.modifiers, days, part, label)


def test_without_a_word_nothing_changes() -> None:
    foresight = seen(LATTE, TEA)
    assert wished(foresight, NONE, MONDAY, MORNING) is foresight


def test_their_own_word_is_offered_and_gives_itself_as_the_reason() -> None:
    found = wished(seen(LATTE, TEA, say=False), Wishes((mine(COCOA),)), MONDAY, MORNING)
    assert (found.say, found.order, found.because.key) == (True, (COCOA,), "why.wished")
    assert [item.drink for item in found.items] == [COCOA, LATTE, TEA]


def test_also_of_somebody_who_was_never_here() -> None:
    found = wished(Foresight((), False, False, Msg("why.nothing")), Wishes((mine(TEA),)), MONDAY, MORNING)
    assert (found.say, found.first) == (True, "tea")


def test_what_they_have_anyway_is_said_as_they_say_it() -> None:
    large = Drink("Latte", "Large")
    found = wished(seen(LATTE, TEA), Wishes((mine(large),)), MONDAY, MORNING)
    assert [item.drink for item in found.items] == [large, TEA]


@pytest.mark.parametrize(
    ("day", "part", "wanted"),
    [
        (MONDAY, MORNING, LATTE),
        (MONDAY, EVENING, None),
        (SATURDAY, MORNING, COCOA),
        (SUNDAY, EVENING, COCOA),
    ],
)
def test_two_usuals_each_have_their_time(day: int, part: int, wanted: Drink | None) -> None:
    wishes = Wishes((mine(LATTE, "weekdays", "morning", "before work"), mine(COCOA, "weekend")))
    found = usual_at(wishes, day, part)
    assert (found.name if found else None) == (wanted.name if wanted else None)


def test_the_narrower_one_comes_first() -> None:
    wishes = Wishes((mine(LATTE), mine(TEA, part="evening"), mine(COCOA, "weekend", "evening")))
    found = [usual_at(wishes, day, part) for day, part in ((MONDAY, 0), (MONDAY, 3), (SATURDAY, 3))]
    assert [one.name if one else None for one in found] == ["Latte", "Tea", "Hot Chocolate"]


def test_what_is_never_wanted_is_not_said_asked_or_listed() -> None:
    found = wished(seen(LATTE, TEA), Wishes(never=("oat milk",)), MONDAY, MORNING)
    assert (found.say, found.order, [item.drink for item in found.items]) == (False, (), [TEA])
    assert found.because.key == "why.unwanted"
    asked = wished(seen(LATTE, TEA, say=False, either=True), Wishes(never=("tea",)), MONDAY, MORNING)
    assert (asked.either, [item.drink for item in asked.items]) == (False, [LATTE])


def test_what_is_further_down_goes_and_the_usual_stays() -> None:
    found = wished(seen(LATTE, TEA, COCOA), Wishes(never=("chocolate",)), MONDAY, MORNING)
    assert (found.say, found.order, len(found.items)) == (True, (LATTE,), 2)


def test_never_beats_their_own_usual() -> None:
    found = wished(seen(TEA), Wishes((mine(LATTE),), ("oat",)), MONDAY, MORNING)
    assert [item.drink for item in found.items] == [TEA]


@pytest.mark.parametrize(
    ("never", "offended"),
    [
        ("oat", True),
        ("OAT MILK", True),
        ("medium latte", True),
        ("milk chocolate", False),
        ("oats", False),
        ("", False),
        ("…", False),
    ],
)
def test_by_whole_words(never: str, offended: bool) -> None:
    assert offends(LATTE, (never,)) is offended


@pytest.mark.parametrize(
    ("never", "name", "offended"),
    [
        ("cre\u0300me", "Cr\u00e8me br\u00fbl\u00e9e latte", True),
        ("creme", "Cr\u00e8me br\u00fbl\u00e9e latte", True),
        ("\uff2d\uff29\uff2c\uff2b", "Oat milk", True),
        ("\u062d\u064e\u0644\u0650\u064a\u0628", "\u0644\u0627\u062a\u064a\u0647 \u062d\u0644\u064a\u0628", True),
        ("\u1014\u102d\u102f\u1037", "\u1014\u102d\u102f\u1037\u1000\u1031\u102c\u103a\u1016\u102e", True),
        ("\u1014\u102d\u102f\u1037", "\u101b\u1031\u1014\u103d\u1031\u1038", False),
        ("nut", "Hazelnut latte", False),
    ],
)
def test_however_it_is_written(never: str, name: str, offended: bool) -> None:
    assert offends(Drink(name), (never,)) is offended


def test_of_people_who_are_one_all_that_any_never_wants() -> None:
    amina, ben = Wishes((mine(TEA),), ("nuts",)), Wishes((mine(COCOA),), ("latte", "nuts"))
    assert together(amina, (ben,)) == Wishes(amina.usuals, ("nuts", "latte"))
    assert together(NONE, (ben,)) == ben
    assert together(NONE, ()) is NONE
