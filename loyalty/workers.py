"""`loyalty serve --workers N`: N processes on one socket, and a parent that does nothing but keep them at work.

A worker that dies is started again; the others serve on meanwhile. Told to stop, the parent passes that on and waits
until they have worked off what they have. Should the parent itself be killed, its workers end as if told to.
"""

from __future__ import annotations

import os
import signal
import sys
import threading
import time
from collections.abc import Callable
from types import FrameType

import structlog

STOP_SECONDS = 20  # to work off what waits, before a worker is ended without a farewell
AGAIN_SECONDS = 0.5  # before a worker that died is started again

log = structlog.get_logger()


class Workers:
    """The parent's view of its children."""

    def __init__(self, count: int, work: Callable[[], None]) -> None:
        self._count = count
        self._work = work
        self._alive: set[int] = set()
        self._stopping = False
        self._parent, self._guard = os.pipe()  # its children read the end of the parent off this pipe

    def run(self) -> None:
        """Until it is told to stop, and all have stopped."""
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, self._stop)
        signal.signal(signal.SIGALRM, self._end)
        for _ in range(self._count):
            self._start()
        while self._alive:
            died, status = os.wait()
            self._alive.discard(died)
            if not self._stopping:
                log.error("a worker died and is started again", worker=died, status=os.waitstatus_to_exitcode(status))
                time.sleep(AGAIN_SECONDS)
            if not self._stopping:  # it may have been told to, while it waited
                self._start()

    def _start(self) -> None:
        sys.stdout.flush()
        sys.stderr.flush()
        child = os.fork()
        if child:
            self._alive.add(child)
            if self._stopping:
                os.kill(child, signal.SIGTERM)
            return
        code = 1
        try:
            os.close(self._guard)
            for number in (signal.SIGTERM, signal.SIGINT, signal.SIGALRM):
                signal.signal(number, signal.SIG_DFL)
            threading.Thread(target=self._outlive_nobody, name="guard", daemon=True).start()
            self._work()
            code = 0
        finally:
            sys.stderr.flush()
            os._exit(code)

    def _outlive_nobody(self) -> None:
        """In a child: the read ends when the parent does, however it does."""
        os.read(self._parent, 1)
        os.kill(os.getpid(), signal.SIGTERM)

    def _stop(self, _: int, __: FrameType | None) -> None:
        self._stopping = True
        self._tell(signal.SIGTERM)
        signal.alarm(STOP_SECONDS)

    def _end(self, _: int, __: FrameType | None) -> None:
        self._tell(signal.SIGKILL)

    def _tell(self, number: signal.Signals) -> None:
        for child in tuple(self._alive):
            os.kill(child, number)
