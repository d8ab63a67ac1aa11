"""From what fired to one sentence and at most one thing to do.

What may be *said* and what may only be *acted on* are different types: a sentence is built from `Said`, which holds
only what the customer agreed to have said aloud for their way of being greeted. Rules never see spend, and `Said`
has no place for it.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

from msgspec import Struct
from msgspec.structs import replace

from loyalty.core.days import SECOND
from loyalty.core.facts import Drink, Msg, Person
from loyalty.core.gifts import Offer
from loyalty.core.redemption import Redeem
from loyalty.core.rules import RULES, Fired, Near, Visit
from loyalty.core.usual import Foresight
from loyalty.wire import Greeting, Tone

MINUTE_S = 60
CUE_SECONDS = 120  # a cue that nobody answers is stale after two minutes
QUIET_SECONDS = 8
TICK_SECONDS = 2
REASONS_MAX = 4
ORDERS = ("the-usual",)  # rules whose reasons tell what somebody drinks: only for who agreed to hear it

GIVES = {"upgrade": "larger"}  # the kind of an act, where it is called otherwise than what it gives
NONE: Mapping[str, Offer] = {}

Verdict = Literal["fired", "near", "silent"]
HELD_OUT: tuple[str, Verdict] = ("held-out", "fired")  # why a cue says so little


class Said(Struct, frozen=True, gc=False):
    """What may be said aloud of somebody: nothing else can get into a sentence."""

    person: str | None = None
    offer: tuple[Drink, ...] = ()
    either: tuple[Drink, ...] = ()


class Composed(Struct, frozen=True, gc=False):
    """A cue's content, in no language yet."""

    tone: Tone
    say: Msg
    seconds: int
    act: tuple[tuple[str, Msg], ...] = ()
    why: tuple[Msg, ...] = ()
    nearly: tuple[Msg, ...] = ()
    choices: tuple[Msg, ...] = ()
    between: tuple[str, ...] = ()
    offer: bool = False
    named: bool = True
    because: tuple[tuple[str, str], ...] = ()
    redeem: Redeem | None = None  # what its act changes, if that is to use a reward
    give: Offer | None = None  # and what it gives, if it gives something

    @property
    def lasts(self) -> int:
        return self.seconds * SECOND


def greeting_of(person: Person) -> Greeting:
    """The way somebody is greeted: as they chose, and never more than they agreed to. Held out: by points alone.
    Who has paused is left alone."""
    if person.paused is not None:
        return "none"
    if not person.recognise and person.greeting in ("full", "name"):
        return "points"
    if person.held and person.greeting in ("full", "name"):
        return "points"
    if not person.remember and person.greeting == "full":
        return "name"
    return person.greeting


def compose(
    person: Person, visit: Visit, foresight: Foresight, due: Redeem | None = None, offers: Mapping[str, Offer] = NONE
) -> Composed:
    """One sentence, in the way the customer chose to be greeted; `due`: the reward they may use now; `offers`: what
    acts of that kind give."""
    mode = greeting_of(person)
    because, fired, nearly = _judged(visit, aloud=mode == "full")
    if person.held:
        because = (HELD_OUT, *because)
    match mode:
        case "none":
            return Composed("inform", Msg("say.tick"), TICK_SECONDS, named=False, because=because)
        case "points":
            return _quiet(visit, because)
        case "name":
            said = Said(person.id)
        case _:
            said = _said(person.id, foresight)
    lead, tone, act = "", None, None
    for found in fired:
        lead, tone, act = lead or found.lead, tone or found.tone, act or found.act
    if lead == "reward":
        said = Said(person.id)  # whether it is for their usual, nobody knows
    return Composed(
        tone or ("ask" if said.either else "greet"),
        _sentence(lead or "greet", said),
        CUE_SECONDS,
        act=(act,) if act else (),
        why=tuple([found.why for found in fired[:REASONS_MAX]]),
        nearly=tuple([found.why for found in nearly[:REASONS_MAX]]),
        choices=tuple([Msg("say.item", {"item": drink.name}) for drink in said.either]),
        offer=bool(said.offer),
        because=because,
        redeem=due if act and act[0] == "reward" else None,
        give=offers.get(GIVES.get(act[0], act[0])) if act else None,
    )


def _judged(visit: Visit, *, aloud: bool) -> tuple[tuple[tuple[str, str], ...], list[Fired], list[Near]]:
    """Every rule's verdict, and what of it may be said to who agreed to hear it all (`aloud`), or only a part."""
    because: list[tuple[str, Verdict]] = []
    fired: list[Fired] = []
    nearly: list[Near] = []
    for name, rule in RULES:
        answer = rule(visit)
        if answer is None:
            because.append((name, "silent"))
            continue
        because.append((name, "fired" if isinstance(answer, Fired) else "near"))
        if aloud or name not in ORDERS:
            fired.append(answer) if isinstance(answer, Fired) else nearly.append(answer)
    return tuple(because), fired, nearly


def coming(person: Person, foresight: Foresight, minutes: int, lasts: int) -> Composed:
    """They will be here in so many minutes; for `lasts` minutes it is worth knowing."""
    said = _said(person.id, foresight) if greeting_of(person) == "full" else Said(person.id)
    if said.either:
        said = Said(person.id)
    msg = _sentence("coming", said)
    return Composed("inform", replace(msg, args=msg.args | {"n": minutes}), lasts * MINUTE_S)


UNASKED = (("two-people", "fired"), *((name, "silent") for name, _ in RULES))


def question(between: tuple[str, ...]) -> Composed:
    """Two people are named by one sale: the barista is asked, nobody is merged."""
    names = tuple(Msg("say.person", {"name": ["person", person]}) for person in between)
    args: dict[str, object] = {"name": ["person", between[0]], "other": ["person", between[1]]}
    why = (Msg("why.two-people"),)
    return Composed(
        "ask", Msg("say.which", args), CUE_SECONDS, why=why, choices=names, between=between, because=UNASKED
    )


def two_cards() -> Composed:
    """The same, where one of the two asked not to be named."""
    return Composed(
        "inform", Msg("say.two-cards"), QUIET_SECONDS, why=(Msg("why.two-people"),), named=False, because=UNASKED
    )


def _said(person: str, foresight: Foresight) -> Said:
    if foresight.say:
        return Said(person, offer=foresight.order or (foresight.items[0].drink,))
    if foresight.either:
        return Said(person, either=tuple(item.drink for item in foresight.items[:2]))
    return Said(person)


def _sentence(lead: str, said: Said) -> Msg:
    args: dict[str, object] = {"name": ["person", said.person]}
    if said.offer:
        order = [["drink", drink.name, drink.variation, list(drink.modifiers)] for drink in said.offer]
        return Msg(f"say.{lead}.usual", args | {"order": order[0] if len(order) == 1 else ["both", *order]})
    if said.either:
        first, second = said.either
        return Msg(
            "say.either", args | {"first": ["drink", first.name, "", []], "second": ["drink", second.name, "", []]}
        )
    return Msg(f"say.{lead}", args)


def _quiet(visit: Visit, because: tuple[tuple[str, str], ...]) -> Composed:
    args: dict[str, object] = {"n": max(0, visit.points)}
    if visit.reward is None:
        say = Msg("say.points", args)
    else:
        say = Msg("say.stamps" if visit.stamps else "say.points-of", args | {"of": visit.reward})
    return Composed("inform", say, QUIET_SECONDS, named=False, because=because)
