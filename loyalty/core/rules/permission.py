"""Something that the barista may do for them today: value as a permission. For whom it is, and why, is not said."""

from loyalty.core.facts import Msg
from loyalty.core.rules.base import Fired, Near, Visit

SPELT_MIN, SPELT_MAX = 3, 7  # letters of a size that is a word, no abbreviation and no name


def judge(visit: Visit) -> Fired | Near | None:
    match visit.perk:
        case "larger":
            return Fired(Msg("why.perk"), act=("upgrade", _larger(*visit.sizes)))
        case "extra":
            return Fired(Msg("why.perk"), act=("extra", Msg("act.extra", {"extra": visit.perk_name})))
        case "first":
            return Fired(Msg("why.perk"), act=("first", Msg("act.first")))
        case "used":
            return Near(Msg("why.perk-used"))
        case _:
            return None


def _larger(size: str, larger: str) -> Msg:
    if not size:
        return Msg("act.larger-any")
    args: dict[str, object] = {"size": ["drink", size, "", []], "larger": ["drink", larger, "", []]}
    return Msg("act.larger" if _plain(size) and _plain(larger) else "act.larger-named", args)


def _plain(size: str) -> bool:
    """Whether an article can stand before it: "a large", and not "a XL" or "a 12 oz"."""
    return size.isalpha() and SPELT_MIN <= len(size) <= SPELT_MAX and size[0].lower() not in "aeiou"
