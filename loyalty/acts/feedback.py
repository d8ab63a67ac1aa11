"""How was it? Asked, answered or skipped; and the thread of sentences between a customer and the shop."""

from __future__ import annotations

from loyalty.acts.cards import holder, own_id
from loyalty.core import fit
from loyalty.core.days import DAY
from loyalty.errors import Conflict, Unfit, Unknown
from loyalty.ingest import Line
from loyalty.store import feedback, lately, merges
from loyalty.store.feedback import Question, Sentence
from loyalty.store.secrets import new_id
from loyalty.wire_feedback import SENTENCES_MAX, CardAnswer, NewSentence, ShopSentence

NO_QUESTION = "you were not asked this; open the card again"


def ask(line: Line, token: str) -> None:
    """If it is still so that somebody is to be asked, they are: from now on the question counts."""
    person, business = holder(line.session, token)
    about = lately.due(line.session, lately.read(line.session, person, line.now), line.now)
    if about is None or business in line.settings.unasked:
        return
    made = Question(new_id(), own_id(line.session, token), about.ident.shop, about.at, line.now, *([None] * 5))
    feedback.ask(line.session, business, made)


def answer(line: Line, token: str, wanted: CardAnswer) -> None:
    """Sent again it changes nothing. The last thumb counts until a greeting was changed by it; the first sentence
    stays."""
    person, business = holder(line.session, token)
    question = feedback.question_of(line.session, person, wanted.question)
    if question is None:
        raise Unknown(NO_QUESTION, at="question", code="unknown-question")
    text = None if wanted.text is None else cleaned(wanted.text)
    if question.answer != wanted.thumb and not _is_used(question):
        feedback.answer(line.session, question, wanted.thumb, line.now)
    if text is not None and feedback.sentence_of_key(line.session, person, question.id, by_shop=False) is None:
        _say(line, business, question.customer, text, question.id, question.id, by_shop=False)


def _is_used(question: Question) -> bool:
    return question.told_at is not None or question.righted_at is not None


def say(line: Line, token: str, wanted: NewSentence) -> None:
    """The customer writes. The same key is the same sentence."""
    person, business = holder(line.session, token)
    text = cleaned(wanted.text)
    if _is_said(line, person, wanted.key, text, by_shop=False):
        return
    if feedback.said_since(line.session, person, line.now - DAY, line.now) >= SENTENCES_MAX:
        raise Conflict(f"{SENTENCES_MAX} messages within a day are the most; write again tomorrow", code="too-many")
    _say(line, business, own_id(line.session, token), text, wanted.key, None, by_shop=False)


def hear(line: Line, token: str) -> None:
    """The customer has read what the shop wrote."""
    person, _ = holder(line.session, token)
    feedback.read(line.session, person, line.now, by_shop=True)


# -- the owner --------------------------------------------------------------------------------------------------------
def read(line: Line, business: str, asked: str) -> None:
    """The owner has read what the customer wrote."""
    person = merges.kept_id(line.session, business, asked)
    feedback.read(line.session, person, line.now, by_shop=False)


def reply(line: Line, business: str, asked: str, wanted: ShopSentence) -> None:
    """The shop writes; with `rights` it says what was done about a visit that went wrong, and that is put right."""
    person = merges.kept_id(line.session, business, asked)
    text = cleaned(wanted.text)
    question = None
    if wanted.rights is not None:
        question = feedback.question_of(line.session, person, wanted.rights)
        if question is None or question.answer != "down":
            raise Unknown("there is no such visit to put right", at="rights", code="unknown-question")
    if _is_said(line, person, wanted.key, text, by_shop=True):
        return
    feedback.read(line.session, person, line.now, by_shop=False)
    whose = question.customer if question is not None else feedback.wrote_last(line.session, person)
    _say(line, business, whose, text, wanted.key, wanted.rights, by_shop=True)
    if question is not None:
        feedback.put_right(line.session, question, line.now)


# -- a sentence -------------------------------------------------------------------------------------------------------
def cleaned(text: str) -> str:
    """On one line, without what would act on its surroundings wherever it is read."""
    said = fit.one_line(text)
    if not said:
        raise Unfit("write a few words; there was nothing to read in it", at="text")
    return said


def _is_said(line: Line, person: str, key: str, text: str, *, by_shop: bool) -> bool:
    known = feedback.sentence_of_key(line.session, person, key, by_shop=by_shop)
    if known is None:
        return False
    if line.vault.person(_secret(line, known.customer)).open(known.body) != text:
        said = "this key was used for another sentence; every sentence takes a new one"
        raise Unfit(said, at="key", code="key-reused")
    return True


def _say(line: Line, business: str, person: str, text: str, key: str, about: str | None, *, by_shop: bool) -> None:
    body = line.vault.person(_secret(line, person)).seal(text)
    feedback.say(line.session, business, Sentence(0, person, about, by_shop, body, key, line.now, None))


def _secret(line: Line, person: str) -> bytes:
    row = line.session.row("SELECT secret FROM customers WHERE id = ?", (person,))
    assert row is not None, person
    return bytes(row[0])
