"""The tills of a `pos-adapter` configuration, read along by the service itself: one machine, one thing to start.

In a thread with a loop of its own, since sources block; to the service it speaks as any adapter does, over its own
stream, so what it finds is in its outbox until it is stored.
"""

from __future__ import annotations

import asyncio
import threading
from pathlib import Path

import structlog

from pos_adapters import config
from pos_adapters.carrying import carry
from pos_adapters.config import Config
from pos_adapters.database import Damaged
from pos_adapters.outbox import Outbox

OUTBOXES_MAX = 3  # a damaged one is set aside and a new one begun; one after another is the disk's fault
STOP_S = 10.0

log = structlog.get_logger()


def check(path: Path) -> None:
    """Raises Unfit, with every mistake, where the configuration cannot be."""
    config.read(path)


class Beside:
    """Raises Unfit, with every mistake, where the configuration cannot be; Conflict where its outbox is in use."""

    def __init__(self, path: Path) -> None:
        self._config = config.read(path)
        self._outbox = Outbox(self._config.outbox)
        self._loop = asyncio.new_event_loop()
        self._stop = asyncio.Event()
        self._thread = threading.Thread(target=self._run, name="tills", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        """What was found and not sent is in the outbox."""
        self._loop.call_soon_threadsafe(self._stop.set)
        self._thread.join(STOP_S)

    def _run(self) -> None:
        try:
            for _ in range(OUTBOXES_MAX):
                if self._carried(self._config):
                    return
                self._outbox = Outbox(self._config.outbox)
        except Exception as error:  # by its type alone: its message may quote what a sale says
            log.error("tills stopped", error=type(error).__name__, next="start the service again")
        finally:
            self._outbox.close()
            self._loop.close()

    def _carried(self, chosen: Config) -> bool:
        """False where the outbox is damaged: opened again it is set aside."""
        try:
            self._loop.run_until_complete(carry(chosen, self._outbox, self._stop))
        except ExceptionGroup as failed:
            if failed.subgroup(Damaged) is None:
                raise
            self._outbox.close()
            return False
        return True
