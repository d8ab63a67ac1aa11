"""Promise 6: never creepy. What may be said holds only what the customer agreed to have said aloud."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace

from loyalty.core.cues import compose, greeting_of, question, two_cards
from loyalty.core.facts import CueRow, Drink, Msg, Person
from loyalty.core.memory import load
from loyalty.core.rules import RULES, Fired, Visit
from loyalty.core.usual import Foresight, Guess
from loyalty.wire import Consents, Cue, Greeting, Transaction
from loyalty.words.shown import show
from tests import make
from tests.promises.guests import guest
from tests.running import Enrolled, Message, Shop

MODES: tuple[Greeting, ...] = ("full", "name", "points", "none")
CONSENTS = tuple(itertools.product((True, False), repeat=2))  # recognise, remember
NAME = "Zawadi"
VISITS, POINTS, REWARD = 9_041, 7_013, 8_117  # figures that nothing else can come to
DRINK = Drink("Latte", "Medium", ("Oat milk",))
OTHER = Drink("Tea")
BECAUSE = Msg("why.share.morning", {"n": 14, "of": 17, "item": "Latte"})
MADE_ID = re.compile("'[0-9a-z]{16}'")  # as store/secrets.py makes them
AFTER_ISOLATES = re.compile("[\u2066-\u2069\u202a-\u202e]")


def visits() -> Iterator[Visit]:
    """Every combination of what a rule may see, with figures that would be noticed if they were said."""
    plain = Visit(
        visits=VISITS,
        first=False,
        regular=False,
        becoming=False,
        turns_regular=False,
        turns_becoming=False,
        overdue=False,
        points=POINTS,
        earns=1,
        reward=REWARD,
        reward_name="Free coffee",
        fresh=False,
        say_usual=False,
        p=0.6,
        because=BECAUSE,
    )
    for flags in itertools.product((False, True), repeat=7):
        names = ("first", "becoming", "turns_regular", "turns_becoming", "overdue", "fresh", "say_usual")
        for count in (VISITS, 9, 10, 24, 49, 99):
            for reward in (None, REWARD, POINTS + 1, POINTS + 2, POINTS):
                yield replace(plain, visits=count, reward=reward, **dict(zip(names, flags, strict=True)))


def foresights() -> Iterator[Foresight]:
    items = (Guess("latte", DRINK, 0.8137), Guess("tea", OTHER, 0.3137))
    for say, either in ((True, False), (False, True), (False, False)):
        yield Foresight(items, say, either, BECAUSE)
    yield Foresight((), False, False, Msg("why.nothing"))


def shown(person: Person, visit: Visit, foresight: Foresight) -> Cue:
    content = compose(person, visit, foresight)
    row = CueRow("c", "s", "1", person.id, "presence", 0, 0, content.lasts, content.tone, content.say)
    told = {name: getattr(content, name) for name in ("act", "why", "nearly", "choices", "named")}
    row = replace(row, **told)
    return show(row, "en", {person.id: NAME})


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize(("recognise", "remember"), CONSENTS)
def test_never_creepy_in_any_cue_for_anybody(mode: Greeting, recognise: bool, remember: bool) -> None:
    person = Person("p", mode, recognise, remember)
    said: set[str] = set()
    for visit, foresight in itertools.product(visits(), foresights()):
        if not remember and (visit.say_usual or foresight.say or foresight.either):
            continue  # nothing was learned that could be foreseen
        cue = shown(person, visit, foresight)
        said.add(cue.say)
        check(cue, greeting_of(person))
    assert said


def check(cue: Cue, mode: str) -> None:
    aloud = [cue.say, *(act.text for act in cue.act)]
    everything = [*aloud, *cue.why, *cue.nearly, *cue.choices, cue.name or ""]
    figures = [number.replace(",", "") for text in aloud for number in re.findall(r"\d+(?:,\d{3})*", text)]
    assert len(cue.act) <= 1, "at most one thing to do"
    assert not any(str(number) in text.replace(",", "") for text in everything for number in (VISITS, "8137", "3137"))
    match mode:
        case "none" | "points":
            assert cue.name is None
            assert not any(NAME in text for text in everything), everything
            assert not any(drink in text.lower() for text in everything for drink in ("latte", "oat", "tea"))
            assert set(figures) <= (
                {str(POINTS), str(REWARD), str(POINTS + 1), str(POINTS + 2)} if mode == "points" else set()
            )
        case _:
            assert figures == [], aloud
            assert cue.name == f"\u2068{NAME}\u2069"
            assert NAME not in "".join(re.sub("\u2068.*?\u2069", "", text) for text in everything)
    if mode != "full":
        assert not any(drink in text.lower() for text in everything for drink in ("latte", "oat", "tea"))


@pytest.mark.parametrize("first", MODES)
@pytest.mark.parametrize("second", MODES)
def test_never_creepy_in_a_question_between_two(first: Greeting, second: Greeting) -> None:
    quiet = {first, second} & {"points", "none"}
    content = two_cards() if quiet else question(("a", "b"))
    texts = repr(content)
    assert ("person" in texts) == (not quiet), "names only where both agreed to them"


def test_never_creepy_a_rule_is_not_told_what_it_must_not_say() -> None:
    """No money, no dates, no names: a rule cannot say what it lacks."""
    assert set(Visit.__struct_fields__) <= {
        *("visits", "first", "regular", "becoming", "turns_regular", "turns_becoming", "overdue", "points", "earns"),
        *("reward", "reward_name", "fresh", "say_usual", "p", "because", "free"),
        "stamps",  # what points are called
        "care",  # that this visit is to go right, and not why
        *("perk", "perk_name", "sizes", "surprise"),  # what may be done, and not by which tier or for what
    }
    for name, rule in RULES:
        for visit in visits():
            answer = rule(visit)
            if isinstance(answer, Fired) and answer.act is not None:
                assert VISITS not in answer.act[1].args.values(), name


@pytest.mark.parametrize(
    "name", ["Ev\u2069il", "\u202eevil", "E\u2066v\u2067i\u2068l", "two\nlines", "tab\tbed", "\u200fRTL"]
)
def test_never_creepy_a_name_stays_within_its_isolate(name: str) -> None:
    content = compose(Person("p", "full", True, True), next(visits()), next(foresights()))
    row = CueRow("c", "s", "1", "p", "presence", 0, 0, content.lasts, content.tone, content.say, named=True)
    cue = show(row, "en", {"p": name})
    for text in (cue.say, cue.name or ""):
        assert (text.count("\u2068"), text.count("\u2069")) == (1, 1)
        inside = text[text.index("\u2068") + 1 : text.index("\u2069")]
        assert not AFTER_ISOLATES.search(inside)
        assert not re.search(r"[\n\t\u200e\u200f\u061c]", text)


# -- through the whole house ------------------------------------------------------------------------------------------
LATTE = make.line("Latte", "Medium", "Oat milk", price=64_321)
TEA = make.line("Tea", price=64_321)


def history(shop: Shop, who: make.Who, kind: str) -> list[Transaction]:
    """What makes this kind of cue likely at the next visit."""
    days = {
        "new": [],
        "the usual": range(1, 16),
        "either": range(1, 9),
        "overdue": range(90, 105),
        "milestone": range(1, 10),
        "becoming": (2, 4),
        "reward": range(1, 11),
        "nearly": range(1, 9),
    }[kind]
    return [
        shop.sale(TEA if kind == "either" and day % 2 else LATTE, who=who, at=shop.service.now - timedelta(days=day))
        for day in days
    ]


KINDS = ("new", "the usual", "either", "overdue", "milestone", "becoming", "reward", "nearly")


def everybody(shop: Shop) -> dict[tuple[Any, ...], Enrolled]:
    """One of each kind, greeting and consent, with the history it takes."""
    people: dict[tuple[Any, ...], Enrolled] = {}
    sales: list[Transaction] = []
    for number, (kind, mode, (recognise, remember)) in enumerate(itertools.product(KINDS, MODES, CONSENTS)):
        who = guest(number, name=f"Zed {'abcdefgh'[number % 8]}{'klmnopqrstuvwxyz'[number // 8]}")
        consents = Consents(recognise=recognise, remember=remember)
        people[kind, mode, recognise, remember] = shop.enrol(
            who, "phone", "reference", greeting=mode, consents=consents
        )
        sales += history(shop, who, kind)
    for start in range(0, len(sales), 1_000):
        shop.post(sales[start : start + 1_000])
    return people


@pytest.mark.slow
def test_never_creepy_on_the_screen_of_the_running_shop(shop: Shop) -> None:
    people = everybody(shop)
    said: set[str] = set()
    with shop.counter(None) as screen:
        screen.opened()
        for (_, mode, recognise, remember), known in people.items():
            shop.checkin(shop.presence(known.who))
            cue = screen.next()["cue"]
            said.add(re.sub("\u2068.*?\u2069", "…", cue["say"]))
            on_the_screen(cue, known, greeting_of(Person("", mode, recognise, remember)))
    assert len(said) >= 8, said


def on_the_screen(cue: Message, known: Enrolled, mode: str) -> None:
    aloud = cue["say"] + "".join(act["text"] for act in cue["act"])
    shown = {name: value for name, value in cue.items() if name not in ("id", "at", "expires_at")}
    whole = MADE_ID.sub("", str(shown))  # also of a reservation: it may hold any three digits by chance
    for secret in (
        known.who.phone,
        known.who.phone[-4:],
        known.who.reference,
        known.card,
        "64321",
        "643",
        "2026",
        "KES",
    ):
        assert secret not in whole, cue
    if mode in ("points", "none"):
        assert cue["name"] is None
        assert known.who.name not in whole
    else:
        assert not re.search(r"\d", aloud), aloud
        assert cue["name"] == f"\u2068{known.who.name}\u2069"
    if mode != "full":
        assert not re.search("latte|oat|tea", whole, re.IGNORECASE), cue


@pytest.mark.slow
def test_never_creepy_people_who_do_not_agree_are_not_learned(shop: Shop) -> None:
    """Points, and nothing else: no drink, no day, no rhythm; and the house learns nothing from them either."""
    people = {
        mode: shop.enrol(guest(n), greeting=mode, consents=Consents(recognise=True)) for n, mode in enumerate(MODES)
    }
    for known in people.values():
        shop.post([shop.sale(LATTE, who=known.who, at=shop.service.now - timedelta(days=day)) for day in range(1, 30)])
    for known in people.values():
        memory = load(shop.service.one("SELECT memory FROM states WHERE customer = ?", known.id))
        assert (memory.visits, memory.habits, memory.days.day, memory.pace.days) == (0, {}, b"", 0)
        found = shop.customer(known)
        assert found["points"] == 29
        assert found["recognition"]["usual"] == {"say": False, "because": "Nothing is known yet", "items": []}
    assert {row[0] for row in shop.service.rows("SELECT gave FROM sales WHERE shop = ?", shop.id)} == {b"\x80"}


@pytest.mark.slow
def test_never_creepy_names_and_identifiers_are_nowhere_in_the_files_in_the_clear(shop: Shop) -> None:
    """Nor are they in what a till delivered, nor in the log."""
    secret = make.Who(
        "Zuberi-Xanthippe", shop.id, "REF-88412", "+254733884120", "zx88412@example.com", "PID-88412", "FP-88412"
    )
    shop.enrol(secret)
    for by in ("phone", "email", "reference", "pos_id", "fingerprint"):
        shop.post(shop.sale(who=secret, by=by))
    shop.checkin(shop.presence(secret))
    files = shop.service.files()
    assert {Path(path).name for path in files} >= {"loyalty.key", "serve.log"}
    for path, content in files.items():
        for value in (secret.name, secret.reference, secret.phone, secret.email, secret.pos_id, secret.fingerprint):
            assert value.lower().encode() not in content.lower(), (path, value)
    assert (shop.service.folder / "loyalty.key").stat().st_mode & 0o777 == 0o600
