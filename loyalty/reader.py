"""Pages are read beside the line, never in it: an owner who looks at a thousand regulars delays no till."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

from loyalty.errors import Passing
from loyalty.store.view import View

WAITING_MAX = 200  # questions
T = TypeVar("T")


class Reader:
    """One thread with a connection of its own, which can only read."""

    def __init__(self, view: View) -> None:
        self._view = view
        self._thread = ThreadPoolExecutor(1, "reader")
        self._waiting = 0

    async def ask(self, question: Callable[[View], T]) -> T:
        """The answer, from one state of the database."""
        if self._waiting >= WAITING_MAX:
            raise Passing("more is asked than we can answer; ask again in a moment")
        self._waiting += 1
        try:
            return await asyncio.get_running_loop().run_in_executor(self._thread, self._answer, question)
        finally:
            self._waiting -= 1

    def _answer(self, question: Callable[[View], T]) -> T:
        with self._view.session.snapshot():
            self._view.forget()
            return question(self._view)

    def stop(self) -> None:
        self._thread.shutdown()
        self._view.session.close()
