"""Every word is in the catalogue, fits where it is shown, and nothing from outside can turn a sentence around."""

from __future__ import annotations

import ast
import json
import re
import string
import unicodedata
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

import pytest
from babel import Locale
from hypothesis import given
from hypothesis import strategies as st
from msgspec import msgpack
from msgspec.structs import replace

import loyalty
from loyalty import words
from loyalty.core import cues, usual
from loyalty.core.days import PARTS
from loyalty.core.facts import Drink, Msg
from loyalty.core.rules import Fired
from loyalty.wire import NAME_CHARS_MAX
from loyalty.words import catalogue, order
from loyalty.words.letters import FIRST_MARK, NO_BREAK, OPEN, ROOMLESS, SHUT, isolated, length, plain, shortened
from tests.core.test_cues import SENTENCES, amina
from tests.core.test_rules import ANY, CASES
from tests.core.test_usual import BECAUSE, EMPTY, known

CORE = Path(loyalty.__file__).parent / "core"
SPOKEN = ("say.", "act.", "why.")
ENGLISH = json.loads((words.FOLDER / "en.json").read_text("utf-8"))
OTHERS = sorted(words.languages() - {"en"})
PHRASE_MAX = 18
COUNTED = {key.removesuffix(".one") for key in ENGLISH if key.endswith(".one") and f"{key[:-3]}other" in ENGLISH}
MEANT = {"zero", "one", "two"}  # plural forms that may say their number by themselves
LEADS = {"greet"} | {answer.lead for _, _, answer in CASES if isinstance(answer, Fired) and answer.lead}
OFFERING = LEADS - {"reward"}  # it says what is on the house, not what they usually have
MADE_UP = {"say.{}": LEADS, "say.{}.usual": OFFERING, "why.share.{}": set(PARTS)}  # keys that code puts together
BIDI = "\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"


def used() -> set[str]:
    """Every key in the middle's code; `{}` stands for what is put in."""
    found = set()
    for path in CORE.rglob("*.py"):
        tree = ast.parse(path.read_text("utf-8"))
        parts = {id(part) for node in ast.walk(tree) if isinstance(node, ast.JoinedStr) for part in node.values}
        for node in ast.walk(tree):
            if isinstance(node, ast.JoinedStr):
                found.add("".join(str(p.value) if isinstance(p, ast.Constant) else "{}" for p in node.values))
            elif isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in parts:
                found.add(node.value)
    return {key for key in found if key.startswith(SPOKEN) and " " not in key}


def fields(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name is not None}


def messages() -> Iterator[Msg]:
    """What the middle says, as far as its own examples go."""
    for _, _, answer in CASES:
        if answer is not None:
            yield answer.why
        if isinstance(answer, Fired) and answer.act:
            yield answer.act[1]
    composed = [cues.compose(amina(mode), replace(ANY, **diff), seen) for mode, diff, seen, _, _ in SENTENCES]  # type: ignore[arg-type]
    for each in (*composed, cues.question(("amina", "ben")), cues.two_cards()):
        yield from (each.say, *(msg for _, msg in each.act), *each.why, *each.nearly, *each.choices)
    for part in range(len(PARTS)):
        yield usual.foresee(known(*["Latte"] * 5), EMPTY, 1, part).because
        yield from (because for _, _, because in BECAUSE)
    for lead in OFFERING:
        yield cues._sentence(lead, cues.Said("amina", offer=(SURE_DRINK,)))
    for name in PARTS:
        yield Msg(f"why.share.{name}", {"n": 5, "of": 6, "item": "Latte"})
    yield usual.foresee(known(), EMPTY, 1, 0).because
    yield Msg("why.popular")
    yield Msg("why.wished")
    yield Msg("why.unwanted")
    for seen in (usual.foresee(known(*["Latte"] * 5), EMPTY, 1, 0), usual.foresee(known(), EMPTY, 1, 0)):
        yield cues.coming(amina("full"), seen, 5, 15).say


SURE_DRINK = Drink("Latte", "Medium", ("Oat milk",))


# -- the catalogue ----------------------------------------------------------------------------------------------------
def stem(key: str) -> str:
    """What code asks for: the key, without the plural form that a number chooses."""
    start, _, _ = key.rpartition(".")
    return start if start in COUNTED else key


def written(language: str) -> dict[str, str]:
    found = json.loads((words.FOLDER / f"{language}.json").read_text("utf-8"))
    return {key: entry["text"] for key, entry in found.items()} if language == "en" else found


def wanted(language: str) -> set[str]:
    """Every key, and of those with a number every plural form that CLDR knows of this language."""
    forms = {"other", *Locale.parse(language).plural_form.tags}
    plain_ = {key for key in ENGLISH if stem(key) == key}
    return plain_ | {f"{key}.{form}" for key in COUNTED for form in forms}


def most(key: str) -> int:
    found: int = (ENGLISH.get(key) or ENGLISH[f"{stem(key)}.other"])["max"]
    return found


def test_every_word_that_is_said_is_in_the_catalogue_and_every_one_there_is_said():
    keys = used()
    assert {key for key in keys if "{}" in key} == MADE_UP.keys()
    said = {key for key in keys if "{}" not in key}
    said |= {key.format(name) for key, names in MADE_UP.items() for name in names}
    assert said == {stem(key) for key in ENGLISH if key.startswith(SPOKEN)}


def test_every_blank_is_filled_and_nothing_is_given_in_vain():
    given_ = defaultdict(set)
    for msg in messages():
        given_[msg.key].add(frozenset(msg.args))
    assert given_.keys() == {stem(key) for key in ENGLISH if key.startswith(SPOKEN)}
    for key in (key for key in ENGLISH if key.startswith(SPOKEN)):
        assert given_[stem(key)] == {frozenset(fields(ENGLISH[key]["text"]))}, key


def test_english_says_how_long_each_text_may_be_and_counts_in_one_and_other():
    assert all(entry.keys() == {"text", "max"} for entry in ENGLISH.values())
    assert ENGLISH.keys() == wanted("en")


@pytest.mark.parametrize("language", OTHERS)
def test_a_language_misses_no_text_and_differs_in_no_blank(language):
    texts = written(language)
    wrong = [f"missing: {key}" for key in wanted(language) - texts.keys()]
    wrong += [f"nobody asks for it: {key}" for key in texts.keys() - wanted(language)]
    for key in texts.keys() & wanted(language):
        blanks = fields((ENGLISH.get(key) or ENGLISH[f"{stem(key)}.other"])["text"])
        meant = {"n"} if stem(key) != key and key.rpartition(".")[2] in MEANT else set()
        if not blanks - meant <= fields(texts[key]) <= blanks:
            wrong.append(f"other blanks than {sorted(blanks)}: {key}")
    assert not wrong, "\n".join(sorted(wrong))


@pytest.mark.parametrize("language", sorted(words.languages()))
def test_every_text_fits_with_room_for_what_is_put_in(language):
    for key, text in written(language).items():
        blanks = fields(text)
        own = length(text.format_map(dict.fromkeys(blanks, "")))
        assert text == text.strip() != "", key
        assert own <= most(key) <= 140, key
        if key.startswith(SPOKEN):
            need = sum(3 if name in ("n", "of") else words.PART_CHARS_MIN for name in blanks)
            assert own + need <= most(key), key


@pytest.mark.parametrize("language", OTHERS)
def test_names_and_marks_of_direction_are_left_to_the_code(language):
    for key, text in written(language).items():
        assert not set(text) & set(BIDI), key


def test_burmese_is_broken_between_phrases_only():
    """A phrase stays whole on a screen: what is longer than this would not fit its narrowest."""
    for key, text in written("my").items():
        for phrase in re.split("[ \u200b]", text):
            assert length(phrase) <= PHRASE_MAX, f"{key}: where may {phrase} be broken?"


# -- texts ------------------------------------------------------------------------------------------------------------
def text(key: str, *, names: dict[str, str] | None = None, **args: object) -> str:
    return catalogue("en").text(Msg(key, args), (names or {"amina": "Amina", "ben": "Ben"}).__getitem__)


AMINA = ["person", "amina"]


def test_a_sentence_with_the_usual():
    said = text("say.greet.usual", name=AMINA, order=["drink", "Latte", "Medium", ["Oat milk"]])
    assert said == "Greet ⁨Amina⁩\u00a0— medium\u00a0latte, oat\u00a0milk?"


ORDERS = [
    # name, variation, modifiers, as one says it
    ("Latte", "", (), "latte"),
    ("Latte", "Medium", ("Oat milk",), "medium latte, oat milk"),
    ("Flat White", "Small", ("Extra hot", "No sugar"), "small flat white, extra hot, no sugar"),
    ("Kenya AA Pour Over", "", (), "Kenya AA Pour Over"),
    ("V60", "Large", (), "large V60"),
    ("McFlurry", "", (), "McFlurry"),
    ("Café crème", "", (), "café crème"),
    ("A Cup", "", (), "a cup"),
    ("قهوة", "", (), "قهوة"),
    ("Latte", " Medium ", ("  Oat \n milk ",), "medium latte, oat milk"),
]


@pytest.mark.parametrize(("name", "variation", "modifiers", "said"), ORDERS)
def test_an_order_is_put_as_one_says_it(name, variation, modifiers, said):
    assert order(name, variation, modifiers).replace(NO_BREAK, " ") == said


def test_lines_break_after_commas_and_between_long_words_only():
    assert order("Flat White", "Small", ("Oat milk",)) == "small\u00a0flat\u00a0white, oat\u00a0milk"
    assert order("Kenya AA Pour Over", "", ()) == "Kenya AA Pour Over"


TRIMMED = [
    # variation, modifiers, what is left of the order
    ("Medium", ["Oat milk"], "medium chocolate cappuccino, oat milk"),
    ("Medium", ["Oat milk", "Extra hot", "No sugar"], "medium chocolate cappuccino"),
    ("Medium, in your very own cup", [], "chocolate cappuccino"),
]


@pytest.mark.parametrize(("variation", "modifiers", "left"), TRIMMED)
def test_an_order_too_long_loses_its_modifiers_and_then_its_variation(variation, modifiers, left):
    said = text("say.greet.usual", name=AMINA, order=["drink", "Chocolate Cappuccino", variation, modifiers])
    assert said.replace(NO_BREAK, " ") == f"Greet ⁨Amina⁩ — {left}?"


CAKE = ["drink", "Cake", "", []]
TOGETHER = [
    # the first, the second, what is left of the two
    (["drink", "Latte", "Medium", ["Oat milk"]], CAKE, "medium latte, oat milk and cake"),
    (
        ["drink", "Latte", "Medium", ["Oat milk"]],
        ["drink", "Banana Bread of the Week", "", []],
        "medium latte, oat milk",
    ),
    (["drink", "Cappuccino Grande", "Medium", ["Oat milk", "Extra, extra hot"]], CAKE, "medium cappuccino grande"),
    (["drink", "Chocolate Cappuccino", "Medium, in your very own cup", ["Hot"]], CAKE, "chocolate cappuccino"),
]


@pytest.mark.parametrize(("first", "second", "left"), TOGETHER)
def test_of_two_drinks_too_long_the_second_goes_first(first, second, left):
    said = text("say.greet.usual", name=AMINA, order=["both", first, second])
    assert said.replace(NO_BREAK, " ") == f"Greet ⁨Amina⁩ — {left}?"


def test_only_the_longest_part_is_shortened_and_no_more_than_needed():
    said = text("why.share.afternoon", n=5, of=17, item="Kenya AA Pour Over With Everything")
    assert length(said) == ENGLISH["why.share.afternoon"]["max"]
    assert said.startswith("Kenya AA Pour Over")
    assert said.endswith("… in 5 of the last 17 afternoon visits")


def test_a_long_name_is_shortened_within_its_isolate():
    name = "Maximiliane Wilhelmine Adelgunde von und zu Oberschwaben-Hohenstein"
    said = text("say.greet", names={"amina": name}, name=AMINA)
    assert length(said) == ENGLISH["say.greet"]["max"]
    assert said.startswith(f"Greet {OPEN}Maximiliane Wilhelmine")
    assert said.endswith(f"…{SHUT}")


# What people and menus are called: anything that the wire lets through.
CALLED = st.one_of(
    st.text(max_size=NAME_CHARS_MAX),
    st.text(alphabet=st.sampled_from(f"Aa é{{}}%\n\t\x00م{BIDI}"), max_size=40),
    st.sampled_from(["Amina", "أمينة", "{name}", "%s", "<b>Amina</b>", "N" * NAME_CHARS_MAX, "x " * 100]),
)


DRINKS = st.builds(
    lambda name, size, extras: ["drink", name, size, extras], CALLED, CALLED, st.lists(CALLED, max_size=3)
)


@st.composite
def anything_said(draw) -> Msg:
    msg = draw(st.sampled_from(sorted(set(map(repr, messages())))).map(MESSAGES.__getitem__))
    args: dict[str, object] = {}
    for name, value in msg.args.items():
        match value:
            case ["drink", *_]:
                args[name] = draw(DRINKS)
            case ["both", *_]:
                args[name] = ["both", draw(DRINKS), draw(DRINKS)]
            case str():
                args[name] = draw(CALLED)
            case _:
                args[name] = value
    return Msg(msg.key, args)


MESSAGES = {repr(msg): msg for msg in messages()}


@given(st.sampled_from(sorted(words.languages())), anything_said(), CALLED, CALLED)
def test_whatever_things_are_called_the_text_fits_and_is_not_turned_around(language, msg, name, other):
    said = catalogue(language).text(msg, {"amina": name, "ben": other}.__getitem__)
    assert length(said) <= most(msg.key)
    depth = 0
    for letter in said:
        depth += (letter == OPEN) - (letter == SHUT)
        assert depth in (0, 1)
        assert letter not in BIDI or letter in (OPEN, SHUT)
        assert letter.isprintable() or letter == NO_BREAK or ord(letter) > 0x9F
        assert letter not in "\n\r\t\x00"
    assert depth == 0


@given(CALLED)
def test_a_name_stands_in_its_isolate(name):
    shown = isolated(name)
    inside = plain(name)
    assert shown in (f"{OPEN}{inside}{SHUT}", "")
    assert not set(inside) & set(BIDI)
    assert plain(inside) == inside


def test_a_message_survives_being_recorded():
    for msg in messages():
        kept = msgpack.decode(msgpack.encode(msg), type=Msg)
        names = {"amina": "Amina", "ben": "Ben"}.__getitem__
        assert catalogue("en").text(kept, names) == catalogue("en").text(msg, names)


OFFER, EITHER, POINTS = "say.greet.usual", "say.either", "say.points"


def offer(name: str, variation: str = "", *modifiers: str) -> dict[str, object]:
    return {"name": AMINA, "order": ["drink", name, variation, list(modifiers)]}


BOTH = {"name": AMINA, "order": ["both", ["drink", "قهوة", "", []], ["drink", "كعك", "", []]]}
SPOKEN_IN = [
    # language, key, arguments, what is said
    ("sw", OFFER, offer("Kahawa", "kubwa"), "Msalimie Amina — kahawa kubwa?"),
    ("sw", EITHER, {"name": AMINA, "first": CAKE, "second": CAKE}, "Amina yuko hapa — cake au cake leo?"),
    ("my", OFFER, offer("လက်ဖက်ရည်", "ချိုစိမ့်"), "Aminaကို နှုတ်ဆက်ပါ — လက်ဖက်ရည် ချိုစိမ့်လား?"),
    ("ar", OFFER, offer("لاتيه", "وسط", "حليب شوفان"), "ترحيب بـ Amina — لاتيه وسط، حليب شوفان؟"),
    ("ar", OFFER, BOTH, "ترحيب بـ Amina — قهوة مع كعك؟"),
    ("en", POINTS, {"n": 1}, "Card read — 1 point"),
    ("en", POINTS, {"n": 12345}, "Card read — 12,345 points"),
    ("ar", POINTS, {"n": 0}, "قُرئت البطاقة — لا نقاط بعد"),
    ("ar", POINTS, {"n": 1}, "قُرئت البطاقة — نقطة واحدة"),
    ("ar", POINTS, {"n": 2}, "قُرئت البطاقة — نقطتان"),
    ("ar", POINTS, {"n": 3}, "قُرئت البطاقة — 3 نقاط"),
    ("ar", POINTS, {"n": 11}, "قُرئت البطاقة — 11 نقطة"),
    ("my", POINTS, {"n": 1}, "ကတ် ဖတ်ပြီးပါပြီ — 1 မှတ်"),
]


@pytest.mark.parametrize(("language", "key", "args", "said"), SPOKEN_IN)
def test_every_language_counts_and_composes_by_its_own_rules(language, key, args, said):
    found = catalogue(language).text(Msg(key, args), {"amina": "Amina"}.__getitem__)
    assert "".join(" " if one == NO_BREAK else one for one in found if one not in f"{BIDI}\u200b") == said


@given(CALLED, st.integers(2, 60))
def test_what_is_shortened_keeps_its_letters_whole(name, room):
    shown = isolated(name)
    short = shortened(shown, room)
    assert length(short) <= max(room, 1)
    if short != shown:
        assert short.endswith(f"…{SHUT}" if shown.endswith(SHUT) else "…")
        assert short.count(OPEN) == short.count(SHUT)


def test_a_letter_is_not_parted_from_its_marks():
    assert length("သီရိ") == 2
    assert shortened("သီရိ နှင်း", 3) == "သီရိ…"
    assert shortened("ဗုဒ္ဓဟူး", 3) == "ဗု…"  # the stacked ဒ္ဓ goes as one


# -- languages --------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("asked", [None, "", "en", "en-GB", "EN_us", "xx", "xx-Latn-XX", "../en", "en.json", "e" * 35])
def test_a_language_that_is_not_there_is_english(asked):
    assert catalogue(asked).language == "en"


def test_asking_for_languages_that_are_not_there_costs_nothing():
    for number in range(1_000):
        assert catalogue(f"q{number}") is catalogue("en")
    assert words._catalogue.cache_info().currsize <= len(words.languages())


def test_what_takes_no_room_is_known_without_looking_it_up():
    for code in range(ord(FIRST_MARK)):
        letter = chr(code)
        assert length(f"a{letter}\u2068") == 1 + (unicodedata.category(letter) not in ROOMLESS), hex(code)
