"""Names of people: sealed in the database, opened where a sentence needs them, and only then."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import chain

from msgspec.structs import replace

from loyalty.core.facts import CueRow, Msg
from loyalty.store.save import Sent
from loyalty.store.secrets import Vault
from loyalty.store.session import Session

NAMES_MAX = 50_000  # kept in memory


class Name(str):
    """A name, and how it is said where its owner wrote that down."""

    spoken = ""


class Names:
    """Opened once, and kept for as long as the process runs."""

    def __init__(self, vault: Vault) -> None:
        self._vault = vault
        self._open: dict[str, str] = {}
        self._sealed: dict[str, tuple[bytes | None, bytes, bytes | None]] = {}

    def learn(self, person: str, secret: bytes | None, name: bytes, spoken: bytes | None) -> None:
        """Their name as it is stored, read along with the rest of them."""
        if person not in self._open:
            self._sealed[person] = (secret, name, spoken)

    def of(self, session: Session, people: Iterable[str]) -> dict[str, str]:
        """As plain text."""
        return {person: str(name) for person, name in self.said(session, people).items()}

    def said(self, session: Session, people: Iterable[str]) -> dict[str, str]:
        """As a cue's sentence takes them: each knows how it is said."""
        wanted = tuple(people)
        self._read(session, wanted)
        return {person: self._name(person) for person in wanted}

    def attach(self, session: Session, messages: list[Sent]) -> list[Sent]:
        """The messages, each with the names that its sentence needs."""
        mentioned = [people_of(message.row) if message.row is not None else () for message in messages]
        self._read(session, chain.from_iterable(mentioned))
        return [
            replace(message, names={person: self._name(person) for person in people}) if people else message
            for message, people in zip(messages, mentioned, strict=True)
        ]

    def ready(self, people: Iterable[str]) -> dict[str, str] | None:
        """The same without reading anything, from any thread: None where somebody's name has yet to be opened."""
        found = {person: self._open.get(person) for person in people}
        return None if None in found.values() else found  # type: ignore[return-value]

    def _read(self, session: Session, people: Iterable[str]) -> None:
        unread = {person for person in people if person not in self._open and person not in self._sealed}
        if unread:
            rows = session.matching(
                "WITH w (a) AS (VALUES {}) SELECT id, secret, name, spoken FROM w CROSS JOIN customers ON id = a",
                [(person,) for person in sorted(unread)],
            )
            self._sealed |= {person: (secret, name, spoken) for person, secret, name, spoken in rows}

    def _name(self, person: str) -> str:
        name = self._open.get(person)
        if name is None:
            secret, sealed, spoken = self._sealed.pop(person, (None, b"", None))
            if secret is None:
                return ""
            if len(self._open) >= NAMES_MAX:
                self._open.clear()
            own = self._vault.person(secret)
            name = self._open[person] = Name(own.open(sealed))
            if spoken is not None:
                name.spoken = own.open(spoken)
        return name

    def close(self) -> None:
        """After a batch: what was read along and not asked for is let go."""
        self._sealed.clear()

    def forget(self, person: str | None = None) -> None:
        self._sealed.clear()
        if person is None:
            self._open.clear()
        else:
            self._open.pop(person, None)


def people_of(cue: CueRow) -> tuple[str, ...]:
    """Everybody whose name the cue's texts mention, and whose cue it is."""
    found = [cue.person, *_mentioned(cue.say)]
    for msg in cue.choices:
        found += _mentioned(msg)
    return tuple(dict.fromkeys(found))


def _mentioned(msg: Msg) -> Iterator[str]:
    for value in msg.args.values():
        if isinstance(value, (list, tuple)) and value and value[0] == "person":
            yield str(value[1])
