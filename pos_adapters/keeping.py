"""What a connection of the runner keeps beside its deliveries: tokens that replaced others, and how it stands."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from typing import TypeVar

import msgspec

from loyalty.errors import RegularsError
from pos_adapters.asking import Expired
from pos_adapters.base import Adapter, Later, Settings
from pos_adapters.outbox import Outbox

T = TypeVar("T")


class _Tokens(msgspec.Struct, frozen=True):
    """`of`: a digest of those that they replace: what the owner writes in their place later comes before."""

    of: str
    tokens: dict[str, str]


class Standing(msgspec.Struct, frozen=True):
    """Moments in seconds since 1970, by the machine's clock; `trouble` is in words."""

    arrived_at: float | None = None
    asked_at: float | None = None
    trouble: str = ""
    notice: str = ""
    refused: str = ""  # why the last delivery was not believed, until one is


class Kept:
    """In a space of the outbox of its own, where deliveries by the thousand trim nothing."""

    def __init__(self, outbox: Outbox, space: str) -> None:
        self._outbox, self._space = outbox, f"{space}/kept"
        self.standing = self._read("standing", Standing) or Standing()

    def note(self, **what: object) -> None:
        """Written only where it says something new."""
        new = msgspec.structs.replace(self.standing, **what)
        if new != self.standing:
            self.standing = new
            self._write("standing", new)

    def with_tokens(self, settings: Settings) -> Settings:
        kept = self._read("tokens", _Tokens)
        return (
            {**settings, **kept.tokens} if kept is not None and kept.of == _digest(settings, kept.tokens) else settings
        )

    def renewed(self, adapter: Adapter, given: Settings, now: Settings, trouble: Later) -> Settings | None:
        """Settings with new tokens, on disk before they are used; None where that is not what is wrong.

        `given`: as the file has them, `now`: as they are used. Raises Later where the vendor gives none.
        """
        if adapter.renew is None or not isinstance(trouble, Expired):
            return None
        try:
            tokens: Mapping[str, str] = adapter.renew(now)
        except Later:
            raise
        except RegularsError as error:
            raise Later(error.message) from error
        known = self._read("tokens", _Tokens)
        before = known.tokens if known is not None and known.of == _digest(given, known.tokens) else {}
        whole = {**before, **tokens}
        self._write("tokens", _Tokens(_digest(given, whole), whole))
        return {**now, **tokens}

    def _read(self, name: str, kind: type[T]) -> T | None:
        raw = self._outbox.mark(self._space, name)
        return msgspec.json.decode(raw, type=kind) if raw is not None else None

    def _write(self, name: str, value: msgspec.Struct) -> None:
        self._outbox.put(marks={(self._space, name): msgspec.json.encode(value)})


def _digest(settings: Settings, names: Iterable[str]) -> str:
    """Of these alone: another `poll_s` makes nothing of a token."""
    return hashlib.blake2b(
        repr([(name, settings.get(name)) for name in sorted(names)]).encode(), digest_size=16
    ).hexdigest()
