"""Passwords: hashed slowly (argon2id), a few at a time and beside the loop; guesses are counted for each name.

What other processes count is counted here too, so that an attacker has no more guesses where there are more of them.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from loyalty.errors import SlowDown

GUESSES_MAX = 10  # wrong ones, a name and quarter of an hour
WITHIN_SECONDS = 900.0
_SLOW = f"{GUESSES_MAX} wrong passwords; wait a quarter of an hour, or use a new set-up link"
_SHARED_SLOW = f"{GUESSES_MAX} wrong PINs at the screens of this link; wait a quarter of an hour"
LOGINS_MAX = 10_000  # names that guesses are remembered of
AT_ONCE_MAX = 2  # each takes 64 MB for a moment
SHARED = "screen "  # begins the name of what several people type their PINs at: who knows one may guess at the others


class Passwords:
    def __init__(
        self, monotonic: Callable[[], float], tell: Callable[[str, bool], None] = lambda _login, _right: None
    ) -> None:
        """`tell`: to other processes, a login that is guessed at, or that was right."""
        self._monotonic = monotonic
        self._tell = tell
        self._hasher = PasswordHasher()
        self._room = asyncio.Semaphore(AT_ONCE_MAX)
        self._guesses: dict[str, deque[float]] = {}
        self._nobodys = ""

    async def hash(self, password: str) -> str:
        async with self._room:
            return await asyncio.to_thread(self._hasher.hash, password)

    async def check(self, login: str, password: str, known: str | None) -> bool:
        """Takes as long for a name that nobody has. Raises SlowDown after too many wrong ones."""
        self._not_too_often(login)
        self._note(login, right=False)  # before it is known to be wrong: guesses made side by side are counted too
        if known is None and not self._nobodys:
            self._nobodys = await self.hash("nobody has this")
        async with self._room:
            right = await asyncio.to_thread(self._matches, known or self._nobodys, password)
        if not right or known is None:
            return False
        self._note(login, right=True)
        return True

    def _note(self, login: str, *, right: bool) -> None:
        self.count(login, right)
        self._tell(login, right)

    def count(self, login: str, right: bool) -> None:
        """A guess made here or elsewhere; one that is right forgives those before it, or itself alone."""
        if right and login.startswith(SHARED):
            self._forgive_one(login)
        elif right:
            self._guesses.pop(login, None)
        else:
            self._miss(login)

    def _forgive_one(self, login: str) -> None:
        times = self._guesses.get(login)
        if times:
            times.pop()

    def _matches(self, known: str, password: str) -> bool:
        try:
            return self._hasher.verify(known, password)
        except (VerificationError, InvalidHashError):
            return False

    def _not_too_often(self, login: str) -> None:
        times = self._guesses.get(login, deque())
        since = self._monotonic() - WITHIN_SECONDS
        while times and times[0] <= since:
            times.popleft()
        if len(times) >= GUESSES_MAX:
            raise SlowDown(_SHARED_SLOW if login.startswith(SHARED) else _SLOW)

    def _miss(self, login: str) -> None:
        if len(self._guesses) >= LOGINS_MAX and login not in self._guesses:
            del self._guesses[next(iter(self._guesses))]
        self._guesses.setdefault(login, deque(maxlen=GUESSES_MAX)).append(self._monotonic())
