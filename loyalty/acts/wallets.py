"""What a customer and their telephone do with a card in a wallet."""

from __future__ import annotations

from loyalty.core.days import MINUTE
from loyalty.errors import NoKey
from loyalty.ingest import Line
from loyalty.store import wallets
from loyalty.store.secrets import new_key
from loyalty.store.wallets import Pass

TICKET_MINUTES = 2  # in which the link that hands over a pass can be used, once
SAVED_MINUTES = 1  # in which most have saved it
GOOGLE = "google"  # in place of a telephone: Google keeps the pass, and is told itself


def ticket(line: Line, one: Pass) -> str:
    """A link's end that hands over this pass, in place of the card's own token: addresses are written down."""
    made = new_key("pass")
    wallets.keep(line.session, one, line.now)
    wallets.give_ticket(line.session, one.serial, line.vault.key_hash(made), line.now + TICKET_MINUTES * MINUTE)
    return made


def taken(line: Line, made: str) -> None:
    """NoKey for who comes second."""
    if not wallets.take_ticket(line.session, line.vault.key_hash(made)):
        raise used()


def used() -> NoKey:
    return NoKey("this link was used already, or is too old; press the button on your card again", code="used")


def keep_google(line: Line, one: Pass) -> None:
    """Google has it from now on, if the customer saves it; then it is told what was too long for the address."""
    wallets.keep(line.session, one, line.now)
    _register(line, one, GOOGLE, "")
    wallets.tell_at(line.session, one.serial, line.now + SAVED_MINUTES * MINUTE)


def register(line: Line, serial: str, device: str, push: str) -> bool:
    """A telephone wants to be told when the pass changes; whether it is a new one."""
    one = wallets.of_serial(line.session, serial)
    if one is None or one.customer is None:
        raise NoKey("whose pass this was has been erased", code="unknown-pass")
    return _register(line, one, line.vault.key_hash(device), push)


def _register(line: Line, one: Pass, device: str, push: str) -> bool:
    row = line.session.row("SELECT secret FROM customers WHERE id = ?", (one.customer,))
    assert row is not None
    return wallets.register(line.session, one, device, line.vault.person(row[0]).seal(push), line.now)


def unregister(line: Line, serial: str, device: str) -> None:
    wallets.unregister(line.session, serial, line.vault.key_hash(device))


def part(line: Line, person: str) -> None:
    """Before somebody's own key is destroyed: what their telephones are told by goes under the one for raw things."""
    row = line.session.row("SELECT secret FROM customers WHERE id = ?", (person,))
    if row is not None and row[0] is not None:
        own = line.vault.person(row[0])
        pushes = [
            (id, line.vault.seal_raw(own.open(push).encode())) for id, push in wallets.pushes_of(line.session, person)
        ]
        wallets.part(line.session, person, pushes, line.now)
