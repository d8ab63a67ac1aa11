"""What is asked and told of cards in wallets. Apple's own names stand as its telephones send and want them."""

from __future__ import annotations

from typing import Annotated

from msgspec import Meta, Struct

PUSH_CHARS_MAX = 200
LOGS_MAX = 20
LOG_CHARS_MAX = 4_000


class WalletLink(Struct, frozen=True):
    """Where the browser goes to put the card into the wallet. Ours works once, within two minutes."""

    url: str


class PassRegistration(Struct, frozen=True, kw_only=True, rename="camel"):
    """A telephone that has the pass, and where it is told that it has changed."""

    push_token: Annotated[str, Meta(pattern="^[0-9A-Fa-f]+$", max_length=PUSH_CHARS_MAX)]


class ChangedPasses(Struct, frozen=True, kw_only=True, rename="camel"):
    """Which passes on a telephone have changed; `last_updated` is what it asks with next time."""

    serial_numbers: tuple[str, ...]
    last_updated: str


class PassLog(Struct, frozen=True, kw_only=True):
    """What a telephone has to complain of."""

    logs: Annotated[tuple[Annotated[str, Meta(max_length=LOG_CHARS_MAX)], ...], Meta(max_length=LOGS_MAX)]
