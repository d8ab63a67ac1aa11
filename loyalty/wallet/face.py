"""What a card shows in a wallet. Others read over a shoulder there, so the usual, money and dates are not in it."""

from __future__ import annotations

import hashlib

from msgspec import Struct, msgpack

from loyalty.core.facts import Msg
from loyalty.words import catalogue


class Face(Struct, frozen=True, kw_only=True):
    """One card, from which the passes of both makers are put together."""

    shop: str
    business: str
    language: str
    letters: str
    name: str | None  # none for who wants to be left alone, or did not agree to be told apart
    points: int
    stamps: bool  # what points are called
    reward: str | None
    more: int  # points that are missing to the reward; none, if it is theirs already
    tier: str | None

    def said(self, key: str, **args: object) -> str:
        """A text of the catalogue, in the language of this pass."""
        return said(self.language, key, **args)

    @property
    def count(self) -> str:
        """What there is: seven stamps."""
        return self.said("screen.lots.stamps" if self.stamps else "screen.lots.points", n=self.points)

    @property
    def next(self) -> str | None:
        """The reward, and what is missing to it."""
        if self.reward is None:
            return None
        if self.more > 0:
            more = self.said("screen.card.more.count", n=self.more)
            return self.said("screen.card.more", more=more, reward=_lowered(self.reward))
        return self.said("screen.card.ready", reward=self.reward)

    @property
    def spoken(self) -> str:
        """The letters as one reads them aloud: in two groups."""
        half = len(self.letters) // 2
        return f"{self.letters[:half]} {self.letters[half:]}"


def _lowered(name: str) -> str:
    """Within a sentence, as on the card: what is written with other capitals is a name, and stays."""
    rest = name[1:]
    return name[:1].lower() + rest if rest and rest == rest.lower() else name


def said(language: str, key: str, **args: object) -> str:
    return catalogue(language).text(Msg(key, args), lambda _: "")


def digest(face: Face) -> str:
    """Tells whether a pass shows something else than before (32 characters)."""
    return hashlib.blake2b(msgpack.encode(face), digest_size=16).hexdigest()
