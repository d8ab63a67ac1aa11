"""Toast's loyalty questions: its till asks who somebody is and what they may have, and waits for the answer.

LOYALTY_SEARCH finds an account, _INQUIRE asks about it while a check is open (each time that the check changes, and
once more before payment), _REDEEM uses rewards, _REVERSE gives them back. _ACCRUE says that the check is paid: points
are earned by the sale itself.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any

from msgspec import Struct

from loyalty.wire import CheckinAnswer, Presence
from pos_adapters import money
from pos_adapters.answering import Asked, Offered, Reply, Told
from pos_adapters.asking import document
from pos_adapters.base import Headers, Settings
from pos_adapters.reading import BAD_ITEM, exact, shaped
from pos_adapters.tills import till_of
from pos_adapters.toast.shapes import Device

KIND, KEY, RESTAURANT = "toast-transaction-type", "toast-transaction-guid", "toast-restaurant-external-id"
ISOLATES = dict.fromkeys(map(ord, "\u2066\u2067\u2068\u2069"))  # a till that does not know them shows boxes

TWICE = "A check takes a reward once."


class Criteria(Struct, frozen=True, rename="camel"):
    phone: str = ""
    email: str = ""


class Search(Struct, frozen=True, rename="camel"):
    search_criteria: Criteria = Criteria()


class Check(Struct, frozen=True, rename="camel"):
    created_device: Device = Device()


class About(Struct, frozen=True, rename="camel"):
    loyalty_identifier: str = ""
    check: Check = Check()
    redemptions: tuple[dict[str, Any], ...] = ()


class Reverse(Struct, frozen=True, rename="camel"):
    transaction_id: str


class Question(Struct, frozen=True, rename="camel"):
    search_transaction_information: Search | None = None
    check_transaction_information: About | None = None
    reverse_transaction_information: Reverse | None = None


def is_question(said: Any) -> bool:
    return isinstance(said, dict) and any(name.endswith("TransactionInformation") for name in said)


def read(raw: bytes) -> Any:
    """None where it is no loyalty question."""
    try:
        said = exact(raw)
    except BAD_ITEM:
        return None
    return said if is_question(said) else None


# -- what it asks -----------------------------------------------------------------------------------------------------
def asks(headers: Headers, raw: bytes, settings: Settings) -> Asked | None:
    if KIND not in headers or _elsewhere(headers, settings):
        return None
    try:
        return _asked(headers[KIND], headers.get(KEY, ""), shaped(read(raw), Question), settings)
    except BAD_ITEM:
        return None


def _asked(kind: str, key: str, question: Question, settings: Settings) -> Asked | None:
    search, about, back = (
        question.search_transaction_information,
        question.check_transaction_information,
        question.reverse_transaction_information,
    )
    if kind == "LOYALTY_SEARCH" and search:
        wanted = search.search_criteria
        known = {"phone": wanted.phone} if wanted.phone else {"email": wanted.email}
        return Asked(_presence(known, "", settings), key=key) if any(known.values()) else None
    if kind in ("LOYALTY_INQUIRE", "LOYALTY_REDEEM") and about:
        who = _presence({"reference": about.loyalty_identifier}, about.check.created_device.id, settings)
        return Asked(who, use=tuple(_uses(about)) if kind == "LOYALTY_REDEEM" else (), key=key)
    if kind == "LOYALTY_REVERSE" and back:
        return Asked(undo=back.transaction_id, key=key)
    return None


def _presence(known: dict[str, str], device: str, settings: Settings) -> Presence:
    return shaped({"shop": settings["shop"], "till": till_of(device, settings), **known}, Presence)


def _uses(about: About) -> Iterator[str]:
    return (str(one["identifier"]) for one in about.redemptions if one not in _surplus(about))


def _surplus(about: About) -> list[dict[str, Any]]:
    """What is on the check twice: one question reserves a reward once, and would give it away for nothing then."""
    ids = [one.get("identifier") for one in about.redemptions]
    return [one for one in about.redemptions if one.get("quantity", 1) > 1 or ids.count(one.get("identifier")) > 1]


def _elsewhere(headers: Headers, settings: Settings) -> bool:
    own = settings["restaurant_guid"]
    return bool(own) and headers.get(RESTAURANT, own) != own


# -- what it is answered ----------------------------------------------------------------------------------------------
def answer(headers: Headers, raw: bytes, settings: Settings, told: Told) -> Reply:
    if KIND not in headers:
        return Reply()
    if _elsewhere(headers, settings):
        return _refused("ERROR_INVALID_RESTAURANT")
    try:
        return _answered(headers[KIND], shaped(read(raw), Question), settings, told)
    except BAD_ITEM:
        return _refused("ERROR_INVALID_INPUT_PROPERTIES")


def _answered(kind: str, question: Question, settings: Settings, told: Told) -> Reply:
    match kind:
        case "LOYALTY_SEARCH" if question.search_transaction_information:
            return _accepted(searchResponse={"accounts": [_account(told.seen, told)] if told.seen else []})
        case "LOYALTY_INQUIRE" | "LOYALTY_REDEEM" if question.check_transaction_information:
            return _of_check(kind, question.check_transaction_information, settings, told)
        case "LOYALTY_ACCRUE" | "LOYALTY_REVERSE":
            return _accepted()
        case "LOYALTY_TRANSFER":
            return _refused("ERROR_INVALID_TRANSFER", "Cards are put together on the owner's page of Regulars.")
        case "LOYALTY_SIGNUP":
            return _refused("ERROR", "People join on the counter's screen of Regulars, or by its code.")
        case "LOYALTY_SEARCH" | "LOYALTY_INQUIRE" | "LOYALTY_REDEEM":
            return _refused("ERROR_INVALID_INPUT_PROPERTIES")
    return _refused("ERROR_INVALID_TOAST_TRANSACTION_TYPE")


def _of_check(kind: str, about: About, settings: Settings, told: Told) -> Reply:
    if told.seen is None:
        return _refused("ERROR_ACCOUNT_INVALID")
    rejected = list(_rejected(about, dict(told.refused)))
    if kind == "LOYALTY_REDEEM":
        return _accepted(checkResponse={"rejectedRedemptions": rejected})
    offers = [_offer(one, one.off, settings) for one in told.rewards if one.off is not None]
    message = {"userMessage": _message(told.seen), "offers": offers, "rejectedRedemptions": rejected}
    return _accepted(checkResponse=message)


def _rejected(about: About, why: Mapping[str, str]) -> Iterator[dict[str, Any]]:
    """As they were asked for, so that the till knows them again."""
    for one in about.redemptions:
        message = TWICE if one in _surplus(about) else why.get(one.get("identifier", ""))
        if message is not None:
            yield {"redemption": one, "message": message}


def _account(seen: CheckinAnswer, told: Told) -> dict[str, Any]:
    """Whoever is greeted without a name has none here either."""
    named = {"firstName": seen.customer.name} if seen.customer.greeting in ("full", "name") else {}
    counted = {"pointsBalance": str(seen.recognition.points)} if seen.customer.greeting != "none" else {}
    return {"identifier": told.handle, **named, **counted}


def _message(seen: CheckinAnswer) -> str:
    """The cue, and the points of who hears more than them: the cue of the others says them, or may not."""
    say, points = seen.cue.say.translate(ISOLATES), seen.recognition.points
    if seen.customer.greeting not in ("full", "name"):
        return say
    stop = "" if say.endswith((".", "?", "!", "…", "؟", "။")) else "."
    return f"{say}{stop} {points} point{'' if points == 1 else 's'}."


def _offer(one: Offered, off: int, settings: Settings) -> dict[str, Any]:
    """Off the whole check. One off a certain item must name the line, which the house does not choose: it is left out.

    Toast is in no country whose money has other than two digits.
    """
    amount = Decimal(off).scaleb(-money.digits(settings["currency"] or "USD"))
    return {
        "identifier": one.id, "name": one.name, "applicable": True, "selectionType": "CHECK", "amount": amount,
        "quantity": 1, "expiration": [],
    }  # fmt: skip


def _accepted(**said: Any) -> Reply:
    return Reply(document({"transactionStatus": "ACCEPT", **said}), "application/json")


def _refused(status: str, message: str = "") -> Reply:
    said = {"transactionStatus": status, **({"message": message} if message else {})}
    return Reply(document(said), "application/json", 400)
