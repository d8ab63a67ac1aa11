"""Questions, thumbs and sentences as rows. They stay with whom they were asked of and said by, under their own key;
whoever they were merged into reads them too, and is greeted by them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, NamedTuple

from loyalty.core.days import VISIT_GAP
from loyalty.core.feedback import ALWAYS
from loyalty.store.gifts import THEIRS
from loyalty.store.merges import members
from loyalty.store.session import Session

QUESTION = "id, customer, shop, visit_at, asked_at, answer, answered_at, read_at, told_at, righted_at"
SENTENCE = "id, customer, question, by_shop, body, sent_key, at, read_at"
ALL_MAX = 100_000  # of one thread, where all of it is wanted
ALL = "(SELECT id FROM customers WHERE id = ? OR merged_into = ?)"  # who is one person with them
OPEN = "answer = 'down' AND righted_at IS NULL"
CARE = (
    f"SELECT MAX(CASE WHEN told_at IS NULL THEN {ALWAYS} ELSE told_at + {VISIT_GAP} END) FROM questions"
    f" WHERE customer IN ({THEIRS}) AND {OPEN}"
)
CARE_AGAIN = f"UPDATE customers SET care_until = ({CARE}) WHERE id = ?"


class Question(NamedTuple):
    """A row of QUESTION."""

    id: str
    customer: str
    shop: str
    visit_at: int
    asked_at: int
    answer: str | None
    answered_at: int | None
    read_at: int | None
    told_at: int | None
    righted_at: int | None


class Sentence(NamedTuple):
    """A row of SENTENCE; the body is sealed."""

    id: int
    customer: str
    question: str | None
    by_shop: bool
    body: bytes
    key: str
    at: int
    read_at: int | None


# -- reading ----------------------------------------------------------------------------------------------------------
def questions(session: Session, person: str, most: int = ALL_MAX) -> list[Question]:
    """Theirs, and of whoever was merged into them, the newest first."""
    rows = session.rows(
        f"SELECT {QUESTION} FROM questions WHERE customer IN {ALL} ORDER BY asked_at DESC, id DESC LIMIT ?",
        (person, person, most),
    )
    return [Question(*row) for row in rows]


def asked_lately(session: Session, person: str, now: int, most: int) -> list[Question]:
    """The newest, without any that was asked later than now, by a clock that was wrong."""
    rows = session.rows(
        f"SELECT {QUESTION} FROM questions WHERE customer IN {ALL} AND asked_at <= ?"
        " ORDER BY asked_at DESC, id DESC LIMIT ?",
        (person, person, now, most),
    )
    return [Question(*row) for row in rows]


def thumbs(session: Session, person: str, most: int) -> list[Question]:
    """Of theirs those that a thumb answered, the newest answer first."""
    rows = session.rows(
        f"SELECT {QUESTION} FROM questions WHERE customer IN {ALL} AND answer IN ('up', 'down')"
        " ORDER BY answered_at DESC, id DESC LIMIT ?",
        (person, person, most),
    )
    return [Question(*row) for row in rows]


def named(session: Session, ids: Iterable[str]) -> list[Question]:
    """The questions with these ids."""
    columns = ", ".join(f"q.{name}" for name in QUESTION.split(", "))
    rows = session.matching(
        f"WITH w (a) AS (VALUES {{}}) SELECT {columns} FROM w CROSS JOIN questions q ON q.id = a",
        [(id,) for id in sorted(set(ids))],
    )
    return [Question(*row) for row in rows]


def sentences(session: Session, person: str, most: int = ALL_MAX) -> list[Sentence]:
    """The same, of what was said by either side."""
    rows = session.rows(
        f"SELECT {SENTENCE} FROM sentences WHERE customer IN {ALL} ORDER BY at DESC, id DESC LIMIT ?",
        (person, person, most),
    )
    return [_sentence(row) for row in rows]


def _sentence(row: tuple[Any, ...]) -> Sentence:
    return Sentence._make((*row[:3], bool(row[3]), *row[4:]))


def question_of(session: Session, person: str, id: str) -> Question | None:
    """A question to them, by its id."""
    row = session.row(f"SELECT {QUESTION} FROM questions WHERE id = ?", (id,))
    found = Question(*row) if row is not None else None
    there = found is not None and found.customer in {one for one, _ in members(session, person)}
    return found if there else None


def sentence_of_key(session: Session, person: str, key: str, *, by_shop: bool) -> Sentence | None:
    """What was sent under that key before, if anything was."""
    row = session.row(
        f"SELECT {SENTENCE} FROM sentences WHERE customer IN {ALL} AND by_shop = ? AND sent_key = ?",
        (person, person, by_shop, key),
    )
    return _sentence(row) if row is not None else None


def wrote_last(session: Session, person: str) -> str:
    """Who of those that are one person with them the shop answers; they themselves, where nobody wrote."""
    row = session.row(
        f"SELECT customer FROM sentences WHERE customer IN {ALL} AND NOT by_shop ORDER BY at DESC, id DESC LIMIT 1",
        (person, person),
    )
    return str(row[0]) if row is not None else person


def unread(session: Session, person: str) -> int:
    """Sentences of the shop that the customer has not read."""
    row = session.row(
        f"SELECT COUNT(*) FROM sentences WHERE customer IN {ALL} AND by_shop AND read_at IS NULL",
        (person, person),
    )
    return int(row[0]) if row is not None else 0


def said_since(session: Session, person: str, since: int, now: int) -> int:
    """How many sentences of theirs are younger. One that a wrong clock has dated later than now is none."""
    row = session.row(
        f"SELECT COUNT(*) FROM sentences WHERE customer IN {ALL} AND NOT by_shop AND at > ? AND at <= ?",
        (person, person, since, now),
    )
    return int(row[0]) if row is not None else 0


# -- writing ----------------------------------------------------------------------------------------------------------
def ask(session: Session, business: str, made: Question) -> None:
    session.run(
        f"INSERT INTO questions (business, {QUESTION}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", (business, *made)
    )


def say(session: Session, business: str, made: Sentence) -> None:
    """The number of the row is the database's."""
    session.run(
        "INSERT INTO sentences (business, customer, question, by_shop, body, sent_key, at, read_at)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
        (business, *made[1:]),
    )


def answer(session: Session, question: Question, thumb: str, now: int) -> None:
    """The last thumb counts; when they answered first stays."""
    session.run(
        "UPDATE questions SET answer = ?, answered_at = ? WHERE id = ?",
        (thumb, question.answered_at or now, question.id),
    )
    mark_again(session, [question.customer])


def put_right(session: Session, question: Question, now: int) -> None:
    session.run("UPDATE questions SET righted_at = ? WHERE id = ? AND righted_at IS NULL", (now, question.id))
    mark_again(session, [question.customer])


def tell(session: Session, people: Iterable[str], now: int) -> None:
    """A greeting of these people was changed by what they said: it is not changed again, once this visit is over."""
    wanted = sorted(people)
    for person in wanted:
        session.run(
            f"UPDATE questions SET told_at = ? WHERE {OPEN} AND told_at IS NULL AND customer IN {ALL}",
            (now, person, person),
        )
    mark_again(session, wanted)


def untell(session: Session, person: str, since: int) -> None:
    """The greeting that was changed from that moment on was somebody else's: theirs is still to come."""
    session.run(
        f"UPDATE questions SET told_at = NULL WHERE {OPEN} AND told_at >= ? AND customer IN {ALL}",
        (since, person, person),
    )
    mark_again(session, [person])


def read(session: Session, person: str, now: int, *, by_shop: bool) -> None:
    """What that side said was read by the other: a thumb too, by the owner."""
    session.run(
        f"UPDATE sentences SET read_at = ? WHERE read_at IS NULL AND by_shop = ? AND customer IN {ALL}",
        (now, by_shop, person, person),
    )
    if not by_shop:
        session.run(
            f"UPDATE questions SET read_at = ? WHERE read_at IS NULL AND answer IS NOT NULL AND customer IN {ALL}",
            (now, person, person),
        )


def mark_again(session: Session, people: Iterable[str]) -> None:
    """Until when these people, whoever is one with them, and whoever they are merged into are to be looked after."""
    rows = session.matching(
        "WITH w (a) AS (VALUES {}) SELECT m.id FROM w CROSS JOIN customers m ON m.id = a OR m.merged_into = a"
        " UNION SELECT m.merged_into FROM w CROSS JOIN customers m ON m.id = a AND m.merged_into IS NOT NULL",
        [(person,) for person in sorted(set(people))],
    )
    session.many(CARE_AGAIN, sorted(rows))
