"""What customers say of their visits, and what the shop answers: one private thread with each of them.

The rules of `wire.py` hold: times with an offset, every text and list with a limit.
"""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal

from msgspec import Meta, Struct

from loyalty.wire import Id

SENTENCE_CHARS_MAX = 500
SENTENCES_MAX = 10  # of one customer within a day
SAID_MAX = 100  # of one thread that are shown: the newest
THREADS_MAX = 50  # that the owner is shown: the newest

Sentence = Annotated[str, Meta(min_length=1, max_length=SENTENCE_CHARS_MAX)]
Answered = Literal["up", "down", "skip"]
Speaker = Literal["customer", "shop"]


class CardQuestion(Struct, frozen=True, kw_only=True):
    """One visit that the customer is asked about: when it was, in the shop's own time, and what was had."""

    id: str
    at: datetime
    timezone: str
    items: tuple[str, ...]


class Said(Struct, frozen=True, kw_only=True):
    """One line of a thread: a sentence, a thumb about a visit, or both. `seen`: the other side has read it.

    `question` names the visit that it is about. `righted`: a thumb down that the shop has put right since.
    """

    at: datetime
    by: Speaker
    text: str | None
    thumb: Literal["up", "down"] | None
    question: str | None
    visit_at: datetime | None
    seen: bool
    righted: bool


# -- the customer's card ----------------------------------------------------------------------------------------------
class CardAnswer(Struct, frozen=True, kw_only=True):
    """How the visit was. Sent again it changes nothing; a sentence may follow the thumb, once."""

    question: Id
    thumb: Answered
    text: Sentence | None = None


class NewSentence(Struct, frozen=True, kw_only=True):
    """`key` is the sender's own: the same key is the same sentence, however often it is sent."""

    text: Sentence
    key: Id


class CardThread(Struct, frozen=True, kw_only=True):
    """The newest of what was said, the oldest of it first. `left`: how many more sentences may be sent today."""

    said: tuple[Said, ...]
    timezone: str
    left: int


# -- the owner --------------------------------------------------------------------------------------------------------
class ThreadRow(Struct, frozen=True, kw_only=True):
    """One customer's thread: when something was last said, by whom, the sentence if it was one. `bad`: a visit that
    went wrong is still to be put right."""

    customer: str
    name: str
    at: datetime
    by: Speaker
    text: str | None
    thumb: Literal["up", "down"] | None
    unread: int
    bad: bool


class Threads(Struct, frozen=True, kw_only=True):
    """The newest first. `unread` and `bad` count threads; `up` and `down` the thumbs of four weeks."""

    rows: tuple[ThreadRow, ...]
    unread: int
    bad: int
    up: int
    down: int


class Thread(Struct, frozen=True, kw_only=True):
    """One customer's thread, for the owner: the newest of it, the oldest of those first."""

    customer: str
    name: str
    timezone: str
    said: tuple[Said, ...]
    open: str | None  # the newest visit that went wrong and was not put right


class ShopSentence(Struct, frozen=True, kw_only=True):
    """The shop's answer. `rights`: the visit that it puts right; then it says what was done."""

    text: Sentence
    key: Id
    rights: Id | None = None
