"""A season in a generated café: habits survive an "extra hot" and a renamed drink; the memory is the fold of it all."""

from __future__ import annotations

import random
from collections import Counter
from dataclasses import dataclass, field
from datetime import date

import pytest

from loyalty.core.days import Calendar
from loyalty.core.facts import Drink
from loyalty.core.known import ShopFacts
from loyalty.core.usual import Foresight
from loyalty.demo import days, menu, people
from loyalty.demo.days import Happening
from loyalty.demo.hours import ZONE
from loyalty.demo.people import Person, part_of
from loyalty.wire import Presence, Transaction
from tests.core.cafe import BUSINESS, PROGRAM, Cafe
from tests.make import Who

SEED = 23
START = date(2025, 8, 4)  # a Monday, with four months before the café shuts for New Year
DAYS = 140
COUNT = 26  # every taste once, and three of them twice
PRACTISED = 8  # visits from which a habit should be known
SHOP = ShopFacts("demo", BUSINESS, menu.SHOP_NAME, menu.CURRENCY, Calendar(ZONE), menu.LANGUAGE, 1)


@dataclass
class Season:
    """The café at the end, and what was foreseen of everybody's sales, in order, with what they then bought."""

    cafe: Cafe
    crowd: tuple[Person, ...]
    story: list[Happening]
    foreseen: dict[str, list[tuple[Foresight, Transaction]]] = field(default_factory=dict)


def known_as(person: Person) -> Who:
    shown = dict.fromkeys(("reference", "phone", "email", "pos_id", "fingerprint"), "")
    shown["reference" if person.shows == "card" else person.shows] = person.identifier
    card = f"CARD-{person.key}" if person.shows == "card" else None
    return Who(person.key, "demo", card=card, **shown)


def opened(crowd: tuple[Person, ...]) -> Cafe:
    cafe = Cafe(PROGRAM, shops=(SHOP,))
    for person in crowd:
        consents = person.consents
        cafe.enrol(known_as(person), greeting=person.greeting, recognise=consents.recognise, remember=consents.remember)
    return cafe


@pytest.fixture(scope="module")
def season() -> Season:
    """Told one by one, each at the moment it got through."""
    crowd = people.everybody(random.Random(SEED), START, days=DAYS, count=COUNT)
    cards = {person.key: f"CARD-{person.key}" for person in crowd if person.shows == "card"}
    year = days.year(SEED, START, crowd, days=DAYS, shop="demo", cards=cards, walk_ins=3)
    made = Season(opened(crowd), crowd, [each for day in year for each in day])
    shown: dict[str, Foresight] = {}  # by a check-in, for the sale that follows
    for happening in made.story:
        answer = made.cafe.say(happening.event, now=happening.deliver_at)
        if answer.reading is not None and answer.person is not None:
            shown[answer.person] = answer.reading.foresight
        if isinstance(happening.event, Transaction) and answer.person in shown:
            made.foreseen.setdefault(answer.person, []).append((shown[answer.person], happening.event))
    return made


def wanted(person: Person, sale: Transaction) -> menu.Choice:
    """Their habit in the part of the day of a sale."""
    minute = sale.at.hour * 60 + sale.at.minute
    return person.takes(part_of(minute if minute >= 240 else minute + 1440))


def is_habit(drink: Drink, choice: menu.Choice) -> bool:
    return drink.name in (choice.item.name, choice.item.new_name)


def guesses(season: Season, person: Person) -> list[tuple[Drink, menu.Choice, Transaction]]:
    """What was thought the most probable, and the habit, from some visits on."""
    rows = season.foreseen.get(person.key, [])[PRACTISED:]
    return [(foresight.items[0].drink, wanted(person, sale), sale) for foresight, sale in rows]


def practised(season: Season) -> list[Person]:
    """Who is remembered and has come often enough for a habit to be known."""
    return [person for person in season.crowd if person.consents.remember and len(guesses(season, person)) >= 20]


def test_the_season_is_one_in_which_habits_are_put_to_the_test(season):
    sold = [line for each in season.story if isinstance(each.event, Transaction) for line in each.event.lines]
    known = practised(season)
    assert len(known) >= 15
    assert sum(bool(choice.modifiers) for person in known for choice in person.usual[:1]) >= 8
    assert sum(menu.EXTRA_HOT in line.modifiers for line in sold) >= 80
    assert {"Flat White", "Kilimani White"} <= {line.name for line in sold}
    assert sum(isinstance(each.event, Presence) for each in season.story) >= 300


def test_a_habit_stays_the_first_guess_through_moods(season):
    for person in practised(season):
        hits = [is_habit(drink, choice) for drink, choice, _ in guesses(season, person)]
        assert sum(hits) / len(hits) >= 0.9, person.key


def test_one_extra_hot_does_not_change_how_a_drink_is_taken(season):
    rows = [row for person in practised(season) for row in guesses(season, person) if is_habit(row[0], row[1])]
    as_usual = [
        (drink.variation, drink.modifiers) == (choice.size or "", choice.modifiers) for drink, choice, _ in rows
    ]
    assert len(rows) > 1_000
    assert sum(as_usual) / len(rows) >= 0.99
    bought_hot = [menu.EXTRA_HOT in line.modifiers for _, _, sale in rows for line in sale.lines]
    assert sum(bought_hot) > 50


def test_a_renamed_drink_keeps_its_habit(season):
    """Nobody who drank it has to be learned anew, and it is shown under the name it has now."""
    fond = [person for person in practised(season) if person.takes(person.part).item.new_name == "Kilimani White"]
    assert len(fond) >= 2
    for person in fond:
        names = [drink.name for drink, choice, _ in guesses(season, person) if choice.item.new_name]
        assert Counter(names).keys() <= {"Flat White", "Kilimani White"}
        assert names[-1] == "Kilimani White"
        assert "Flat White" not in names[names.index("Kilimani White") :]
        known = season.cafe.memory(known_as(person))
        assert known.skus["COF-FLW"] == "flat white"
        assert "kilimani white" not in known.habits


def test_the_three_guesses_are_three_drinks(season):
    for rows in season.foreseen.values():
        for foresight, _ in rows:
            names = [item.drink.name for item in foresight.items]
            assert len(set(names)) == len(names)


def test_what_is_said_aloud_is_mostly_right(season):
    said = [
        foresight.items[0].drink.name in {line.name for line in sale.lines}
        for rows in season.foreseen.values()
        for foresight, sale in rows
        if foresight.say
    ]
    assert len(said) > 700
    assert sum(said) / len(said) >= 0.8  # moods are one visit in eight


def test_of_who_is_not_remembered_nothing_is_learned(season):
    for person in season.crowd:
        if not person.consents.remember:
            known = season.cafe.memory(known_as(person))
            assert (known.habits, known.visits, known.days.last) == ({}, 0, 0)


def test_one_memory_refoldable(season):
    assert season.cafe.differences() == []


def test_once_a_season_told_at_once_and_in_disorder_comes_to_the_same(season):
    told = [each.event for each in season.story if isinstance(each.event, Transaction)]
    random.Random(SEED).shuffle(told)
    again = opened(season.crowd)
    for start in range(0, len(told), 500):
        again.tell(*told[start : start + 500], *told[:50], now=season.story[-1].deliver_at)
    assert again.outcome() == season.cafe.outcome()
    assert again.differences() == []


def test_cues_came_while_it_was_sold(season):
    """Every paid sale that was told in time found its customer greeted, and closed what was open."""
    outcomes = Counter(cue.outcome for cue in season.cafe.cues.values())
    assert outcomes["usual"] > outcomes["other"] > 0
    for cue in season.cafe.cues.values():
        assert cue.person in season.cafe.people
        assert cue.renewed_at >= cue.at
    assert {cue.tone for cue in season.cafe.cues.values()} >= {"greet", "celebrate", "inform"}
    assert len(season.cafe.notes) == sum(note.kind == "cue" for note in season.cafe.notes) + sum(
        cue.closed_at is not None for cue in season.cafe.cues.values()
    )
