"""A recorded cue as a screen gets it: text in its language, ready to show."""

from __future__ import annotations

from msgspec import UNSET, UnsetType

from loyalty import wire
from loyalty.core.days import when
from loyalty.core.facts import CueRow, Msg
from loyalty.words import Catalogue, Names, catalogue
from loyalty.words.letters import isolated, plain

SOMEBODY = Msg("cue.somebody")  # in the place of a name that is not there any more


def show(cue: CueRow, language: str, names: dict[str, str]) -> wire.Cue:
    """`names` of everybody whom its sentence mentions; of who was erased there is none."""
    words, own = catalogue(language), names.get(cue.person, "")

    def name(person: str) -> str:
        return names.get(person) or words.nameless(SOMEBODY)

    return wire.Cue(
        id=cue.id,
        till=cue.till,
        at=when(cue.at),
        expires_at=when(cue.expires_at),
        tone=cue.tone,
        say=words.text(cue.say, name),
        act=tuple(
            wire.Act(kind=kind, text=words.nameless(msg), redeem=redeem(cue, words, name), give=give(cue))
            for kind, msg in cue.act
        ),
        why=tuple(words.nameless(msg) for msg in cue.why),
        nearly=tuple(words.nameless(msg) for msg in cue.nearly),
        name=isolated(own) if cue.named else None,
        spoken=(getattr(own, "spoken", "") or None) if cue.named else None,
        choices=tuple(words.text(msg, name) for msg in cue.choices),
        offer=cue.offer,
        sale=cue.sale is not None,
        join=cue.join or None,
    )


def redeem(cue: CueRow, words: Catalogue, name: Names) -> wire.Redeem | UnsetType:
    """What the act of a cue changes, where it is to use a reward."""
    due = cue.redeem
    if due is None:
        return UNSET
    text = Msg("redeem.stamps" if due.stamps else "redeem.points", {"points": due.points, "stays": due.stays})
    ask = Msg("redeem.ask", {"name": ["person", cue.person], "reward": ["drink", due.name, "", []]})
    return wire.Redeem(
        customer=cue.person,
        reward=due.reward,
        name=due.name,
        points=due.points,
        stays=due.stays,
        off=due.off,
        percent=due.percent or None,
        minimum=due.minimum,
        of=plain(due.of) or None,
        currency=due.currency if due.off is not None or due.minimum else "",
        word=cue.bare,
        ask=words.text(ask, name),
        text=words.text(text, name),
    )


def give(cue: CueRow) -> wire.Giving | UnsetType:
    """What the act of a cue gives, where it gives something."""
    if cue.give is None:
        return UNSET
    return wire.Giving(customer=cue.person, perk=cue.give.perk, given=cue.give.given)
