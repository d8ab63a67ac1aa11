"""The other end of the stream, for tests: a real WebSocket server that keeps what it acknowledges, and may fail."""

from __future__ import annotations

import asyncio
import json
import random
from collections.abc import Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any

from websockets.asyncio.server import ServerConnection, serve
from websockets.exceptions import ConnectionClosed

KEY = "adapter-key"
QUIET_S = 0.02


@dataclass
class Sink:
    """`durable`: bodies in the order of their commit, repetitions too. Faults come by chance, from 0 to 1 a frame."""

    chance: random.Random = field(default_factory=lambda: random.Random(1))
    ack: float = 1.0  # else it waits for more, and is acknowledged with it
    close_1013: float = 0.0
    drop: float = 0.0
    refuses: Callable[[dict[str, Any]], bool] = lambda body: False
    silent: bool = False
    chatter: str = ""
    status: HTTPStatus | None = None
    durable: list[dict[str, Any]] = field(default_factory=list)
    refused: list[dict[str, Any]] = field(default_factory=list)
    connections: int = 0
    attempts: int = 0
    most_unanswered: int = 0

    @asynccontextmanager
    async def serving(self, port=0):
        async with serve(
            self._talk,
            "127.0.0.1",
            port,
            process_request=self._door,
            compression=None,
            max_queue=None,  # reads on while it closes
        ) as server:
            yield f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"

    def _door(self, connection, request):
        self.attempts += 1
        if self.status is not None:
            return connection.respond(self.status, "no\n")
        if request.path != "/v1/stream":
            return connection.respond(HTTPStatus.NOT_FOUND, "no stream here\n")
        if request.headers.get("Authorization") != f"Bearer {KEY}":
            return connection.respond(HTTPStatus.UNAUTHORIZED, "no key\n")
        return None

    async def _talk(self, socket: ServerConnection) -> None:
        self.connections += 1
        last, pending = -1, []
        try:
            if self.chatter:
                await socket.send(self.chatter)
            while True:
                frame = await self._receive(socket)
                if frame is not None:
                    assert frame["seq"] > last, "numbers grow within a connection"
                    last = frame["seq"]
                    pending.append(frame)
                    self.most_unanswered = max(self.most_unanswered, len(pending))
                    if await self._fails(socket):
                        return
                if pending and not self.silent and (frame is None or self.chance.random() < self.ack):
                    await self._commit(socket, pending)
                    pending = []
        except ConnectionClosed:
            return

    async def _receive(self, socket):
        try:
            async with asyncio.timeout(QUIET_S):
                return json.loads(await socket.recv())
        except TimeoutError:
            return None

    async def _fails(self, socket) -> bool:
        """Whatever was not committed by now is forgotten."""
        drawn = self.chance.random()
        if drawn < self.close_1013:
            await socket.close(1013)
        elif drawn < self.close_1013 + self.drop:
            socket.transport.abort()
        return drawn < self.close_1013 + self.drop

    async def _commit(self, socket, pending):
        for frame in pending:
            body = frame.get("transaction") or frame["presence"]
            if self.refuses(body):
                self.refused.append(body)
                error = {"code": "bad-field", "at": "total", "message": "for the test"}
                await socket.send(json.dumps({"refused": frame["seq"], "error": error}))
            else:
                self.durable.append(body)
        await socket.send(json.dumps({"ack": pending[-1]["seq"]}))
