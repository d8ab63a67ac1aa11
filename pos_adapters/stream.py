"""The client of `WS /v1/stream`: sends what waits in the outbox, in order, and forgets only what was acknowledged.

A thin shell around `sender.Sender`: it connects, backs off with jitter, starts again from the oldest event that was
not acknowledged, and keeps on for as long as the process lives. A dead service costs waiting, never an event.
"""

from __future__ import annotations

import asyncio
import random
from dataclasses import dataclass, field
from urllib.parse import urlsplit, urlunsplit

import structlog
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed, InvalidStatus, WebSocketException

from loyalty.errors import Passing
from loyalty.wire import FRAME_BYTES_MAX, Fault
from pos_adapters import elapsed
from pos_adapters.outbox import Outbox, Waiting
from pos_adapters.sender import Acknowledged, Declined, Sender, frame

FORGET_EVERY_S = 0.05  # each costs a write to the disk, which on a till is often a memory card

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Pauses:
    """Seconds. `first` doubles up to `most`; `denied`: no key becomes right by trying; `silent`: owing an answer."""

    first: float = 0.5
    most: float = 60.0
    denied: float = 300.0
    silent: float = 60.0

    def after(self, failures: int, *, denied: bool, chance: float) -> float:
        """Half to all of it by chance, so that tills that lost the service together do not come back together."""
        whole = self.denied if denied else min(self.most, self.first * 2 ** min(failures, 16))
        return whole * (0.5 + chance / 2)


@dataclass(frozen=True, slots=True)
class Trouble:
    """Why a connection ended, in words for the log."""

    why: str
    denied: bool = False


_KEY = "take the adapter key that `loyalty init` printed for this shop and put it into [service] key"
_DOOR = {
    401: Trouble(f"the service does not know this key (401): {_KEY}", denied=True),
    403: Trouble(f"the service does not let this key in (403): {_KEY}", denied=True),
    404: Trouble("there is no stream at this address (404): is [service] url the address of the service?"),
}
_CLOSED = {
    1009: Trouble("the service says a frame is too large (1009)"),
    1012: Trouble("the service restarts (1012)"),
    1013: Trouble("the service asks to try again later (1013)"),
    4401: _DOOR[401],
    4403: _DOOR[403],
}


async def run(
    outbox: Outbox, url: str, key: str, *, stop: asyncio.Event | None = None, pauses: Pauses | None = None
) -> None:
    """Send until `stop` is set. `url` is the service's own address, `https://…`."""
    stop, pauses, failures = stop or asyncio.Event(), pauses or Pauses(), 0
    while not stop.is_set():
        sender = Sender()
        trouble = await _attempt(outbox, sender, url, key, stop, pauses)
        if stop.is_set():
            break
        failures = 0 if sender.progressed else failures
        pause = pauses.after(failures, denied=trouble.denied, chance=random.random())
        tell = log.error if trouble.denied else log.warning
        tell("stream-lost", because=trouble.why, again_in_s=round(pause, 1), held=outbox.held)
        failures += 1
        await rest(stop, pause)


async def rest(stop: asyncio.Event, seconds: float) -> None:
    """Sleep, but not past `stop`."""
    try:
        async with asyncio.timeout(seconds):
            await stop.wait()
    except TimeoutError:
        pass


def stream_url(url: str) -> str:
    """`https://shop.example` → `wss://shop.example/v1/stream`."""
    parts = urlsplit(url)
    scheme = {"http": "ws", "https": "wss"}.get(parts.scheme, parts.scheme)
    return urlunsplit((scheme, parts.netloc, parts.path.rstrip("/") + "/v1/stream", "", ""))


async def _attempt(outbox: Outbox, sender: Sender, url: str, key: str, stop: asyncio.Event, pauses: Pauses) -> Trouble:
    """One connection from beginning to end, and why it ended."""
    headers = {"Authorization": f"Bearer {key}"}
    try:
        async with connect(
            stream_url(url), additional_headers=headers, compression=None, close_timeout=1, max_size=FRAME_BYTES_MAX
        ) as socket:
            log.info("stream-open", held=outbox.held)
            await _Talk(outbox, sender, socket, pauses).until(stop)
            return Trouble("stopped")
    except InvalidStatus as error:
        status = error.response.status_code
        return _DOOR.get(status, Trouble(f"the service answered {status} instead of opening the stream"))
    except ConnectionClosed as error:
        code = error.rcvd.code if error.rcvd else 1006
        return _CLOSED.get(code, Trouble(f"the connection was closed ({code})"))
    except TimeoutError:
        return Trouble("the service does not answer")
    except (WebSocketException, OSError, Passing) as error:
        return Trouble(f"{type(error).__name__}: {error}")


@dataclass(slots=True)
class _Talk:
    """An open connection: one task sends, one listens, one forgets; the first to end ends all."""

    outbox: Outbox
    sender: Sender
    socket: ClientConnection
    pauses: Pauses
    wake: asyncio.Event = field(default_factory=asyncio.Event)
    durable: int = 0
    acknowledged: asyncio.Event = field(default_factory=asyncio.Event)
    patience: asyncio.Timeout = field(default_factory=lambda: asyncio.timeout(None))

    async def until(self, stop: asyncio.Event) -> None:
        """Raises what ended it, unless that was `stop`."""
        loop = asyncio.get_running_loop()
        self.outbox.listen(lambda: loop.call_soon_threadsafe(self.wake.set))
        tasks = [asyncio.create_task(work) for work in (self._send(), self._listen(), self._forget(), stop.wait())]
        try:
            async with self.patience:
                done, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        finally:
            self.outbox.listen(None)
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
            self.outbox.acknowledge(self.durable)
        for task in done:
            task.result()

    async def _send(self) -> None:
        while True:
            self.wake.clear()
            while batch := self.outbox.waiting(self.sender.sent, self.sender.room):
                for item in batch:
                    await self._send_one(item)
            await self.wake.wait()

    async def _send_one(self, item: Waiting) -> None:
        content = frame(item, elapsed.now())
        if len(content) > FRAME_BYTES_MAX:  # the service would close the connection, and again, and again
            reason = f"{len(content)} bytes; the stream takes {FRAME_BYTES_MAX}"
            self.sender.passed_over(item.seq)
            self._park(Declined(item.seq, Fault(code="too-large", message=reason)))
            return
        owed = self.sender.owed
        self.sender.sending(item.seq)
        if not owed:
            self._be_patient()
        await self.socket.send(content, text=True)

    async def _listen(self) -> None:
        while True:
            match self.sender.heard(await self.socket.recv()):
                case Acknowledged(up_to):
                    self.durable = up_to
                    self.acknowledged.set()
                case Declined() as declined:
                    self._park(declined)
                case None:
                    continue
            self._be_patient()
            self.wake.set()

    async def _forget(self) -> None:
        """One commit for the acknowledgements of a moment. What a crash keeps is sent again, which changes nothing."""
        while True:
            await self.acknowledged.wait()
            self.acknowledged.clear()
            self.outbox.acknowledge(self.durable)
            await asyncio.sleep(FORGET_EVERY_S)

    def _be_patient(self) -> None:
        """For `silent` seconds more while an answer is owed: a service that hangs is left like one that is gone."""
        due = asyncio.get_running_loop().time() + self.pauses.silent
        self.patience.reschedule(due if self.sender.owed else None)

    def _park(self, declined: Declined) -> None:
        self.outbox.park(declined.seq, declined.reason)
        log.warning("parked", seq=declined.seq, code=declined.reason.code, at=declined.reason.at)
