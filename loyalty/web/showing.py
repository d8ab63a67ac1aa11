"""A card's renewing code that is not taken, in words for whoever holds the scanner."""

from __future__ import annotations

from loyalty.core.decide import Answer
from loyalty.core.showing import Refusal
from loyalty.errors import Conflict, RegularsError, Unfit, Unknown

GUESSED = ("elsewhere", "forged")  # by who holds no card of ours: counted, as any miss
STRANGER = "nobody is known by this; enrol them with POST /v1/customers"


def code_refusal(answer: Answer) -> RegularsError | None:
    """None: they are here."""
    if answer.why is not None:
        return _error(answer.why)
    return Unknown(STRANGER, code="unknown-customer") if answer.kind == "stranger" else None


def is_guess(answer: Answer) -> bool:
    return answer.kind == "stranger" or answer.why in GUESSED


def _error(why: Refusal) -> RegularsError:
    match why:
        case "elsewhere":
            return Unknown("this is the card of another shop", at="card", code="card-elsewhere")
        case "forged":
            return Unfit("this code was not made by the card it names", at="card", code="code-forged")
        case "old":
            return Conflict("this code is too old, as on a picture of a card; show the card itself", code="code-old")
        case "early":
            return Conflict("the clock of this phone is ahead; type the letters under the code", code="code-early")
        case "used":
            return Conflict("this code was shown before; the card shows a new one in a moment", code="code-used")
