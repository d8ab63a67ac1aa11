"""What a vendor hears in return: mostly nothing but 200, and where it waits for us, who is there.

Who is there is looked up between `asks` and `answer`, by whoever took the delivery: an adapter looks nothing up.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from loyalty.wire import CheckinAnswer, Presence


@dataclass(frozen=True, slots=True)
class Reply:
    """What a delivery is answered with."""

    body: bytes = b""
    media_type: str = "text/plain"
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Asked:
    """What a vendor waits for while somebody stands at its till. `key` names the question: asked again, it is answered
    alike.

    `who` checks in, and names exactly one thing to know them by. `use` are rewards to reserve for them, `undo` the key
    of an earlier question whose rewards come back.
    """

    who: Presence | None = None
    use: tuple[str, ...] = ()
    undo: str = ""
    key: str = ""


@dataclass(frozen=True, slots=True)
class Offered:
    """A reward that they can have now; `off` in minor units, where it takes an amount off."""

    id: str
    name: str
    off: int | None = None


@dataclass(frozen=True, slots=True)
class Told:
    """What the house says to it. Without `seen` it is a stranger, or the house cannot say in time.

    `handle` is what the vendor may call them by, now and later: it says nothing of them. `rewards`: those that they can
    have now. `refused`: of `use`, with the reasons.
    """

    seen: CheckinAnswer | None = field(default=None, repr=False)
    handle: str = ""
    rewards: tuple[Offered, ...] = ()
    refused: tuple[tuple[str, str], ...] = ()


NOTHING_TOLD = Told()
