"""The floor: the least code that parses a sale, makes it durable and sends one cue to the screens. It knows nobody.

`python -m bench.floor PORT DATABASE`; its wire is the product's, so the same clients load both.
"""

from __future__ import annotations

import asyncio
import queue
import sqlite3
import sys
import threading
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import msgspec
import uvicorn
from starlette.applications import Starlette
from starlette.routing import Route, WebSocketRoute
from starlette.types import Receive, Scope, Send

from bench.target import CUE_BYTES

WAL_GROWN_BYTES = 16 * 1024 * 1024
CHECKPOINT_EVERY_S = 1.0


class Customer(msgspec.Struct):
    reference: str


class Sale(msgspec.Struct):
    id: str
    customer: Customer


class Here(msgspec.Struct):
    pos_id: str


class Frame(msgspec.Struct):
    seq: int
    transaction: Sale


class Waiting(msgspec.Struct, gc=False):
    """One delivery on its way: what to store, whom to name, and whom to tell that it is durable."""

    id: str
    name: str
    body: str | bytes
    seq: int = 0
    send: Send | None = None
    done: asyncio.Future[None] | None = None


FRAME = msgspec.json.Decoder(Frame)
SALE = msgspec.json.Decoder(Sale)
HERE = msgspec.json.Decoder(Here)


class Floor:
    def __init__(self, database: Path) -> None:
        self.database = database
        self.waiting: queue.SimpleQueue[Waiting] = queue.SimpleQueue()
        self.committed: asyncio.Queue[list[Waiting]] = asyncio.Queue()
        self.screens: list[Send] = []
        shape = '{"type":"cue","seq":1,"prev":0,"cue":{"say":"Greet %s%s"}}'
        self.cue = shape % ("%s", "." * (CUE_BYTES - len(shape % ("Guest 0000000", ""))))

    @asynccontextmanager
    async def lifespan(self, app: Starlette) -> AsyncIterator[None]:
        self.loop = asyncio.get_running_loop()
        threading.Thread(target=self.write, daemon=True).start()
        threading.Thread(target=self.checkpoint, daemon=True).start()
        publisher = asyncio.create_task(self.publish())
        yield
        publisher.cancel()

    def open(self) -> sqlite3.Connection:
        connection = sqlite3.connect(self.database, isolation_level=None)
        connection.executescript("pragma journal_mode=wal; pragma synchronous=full; pragma wal_autocheckpoint=0")
        return connection

    def write(self) -> None:
        """Commits whatever waits, without a timer."""
        connection = self.open()
        connection.execute("create table if not exists sale (id text, body blob)")
        connection.execute("insert into sale values ('', zeroblob(?))", (WAL_GROWN_BYTES,))
        connection.execute("delete from sale")
        connection.execute("pragma wal_checkpoint(restart)")
        while True:
            batch = [self.waiting.get()]
            while not self.waiting.empty():
                batch.append(self.waiting.get_nowait())
            connection.execute("begin immediate")
            connection.executemany("insert into sale values (?, ?)", [(one.id, one.body) for one in batch])
            connection.execute("commit")
            self.loop.call_soon_threadsafe(self.committed.put_nowait, batch)

    def checkpoint(self) -> None:
        connection = self.open()
        while True:
            threading.Event().wait(CHECKPOINT_EVERY_S)
            connection.execute("pragma wal_checkpoint(passive)")

    async def publish(self) -> None:
        while True:
            batch = await self.committed.get()
            for one in batch:
                message = {"type": "websocket.send", "text": self.cue % one.name}
                for send in self.screens:
                    await send(message)
                if one.done is not None:
                    one.done.set_result(None)
            last = {id(one.send): one for one in batch if one.send is not None}
            for one in last.values():
                assert one.send is not None
                await one.send({"type": "websocket.send", "text": f'{{"ack":{one.seq}}}'})

    async def stream(self, receive: Receive, send: Send) -> None:
        while (message := await receive())["type"] == "websocket.receive":
            text = message["text"]
            frame = FRAME.decode(text)
            sale = frame.transaction
            self.waiting.put(Waiting(id=sale.id, name=sale.customer.reference, body=text, seq=frame.seq, send=send))

    async def counter(self, receive: Receive, send: Send) -> None:
        await receive()
        await send({"type": "websocket.send", "text": '{"type":"snapshot","seq":0,"cues":[]}'})
        self.screens.append(send)
        while (await receive())["type"] == "websocket.receive":
            pass
        self.screens.remove(send)

    async def post(self, path: str, receive: Receive, send: Send) -> None:
        body = b""
        more = True
        while more:
            message = await receive()
            body += message.get("body", b"")
            more = message.get("more_body", False)
        done: asyncio.Future[None] = self.loop.create_future()
        if path == "/v1/checkins":
            one = Waiting(id="", name=HERE.decode(body).pos_id, body=body, done=done)
        else:
            sale = SALE.decode(body)
            one = Waiting(id=sale.id, name=sale.customer.reference, body=body, done=done)
        self.waiting.put(one)
        await done
        await send({"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"2")]})
        await send({"type": "http.response.body", "body": b"{}"})


class Endpoint:
    """An object and not a function, so that starlette hands it the bare ASGI call."""

    def __init__(self, floor: Floor, name: str) -> None:
        self.floor, self.name = floor, name

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if self.name == "post":
            return await self.floor.post(scope["path"], receive, send)
        await receive()
        await send({"type": "websocket.accept"})
        serve: Any = getattr(self.floor, self.name)
        await serve(receive, send)


class Ready:
    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"0")]})
        await send({"type": "http.response.body"})


def main(port: int, database: Path) -> None:
    floor = Floor(database)
    app = Starlette(
        routes=[
            Route("/v1/transactions", Endpoint(floor, "post"), methods=["POST"]),
            Route("/v1/checkins", Endpoint(floor, "post"), methods=["POST"]),
            WebSocketRoute("/v1/stream", Endpoint(floor, "stream")),
            WebSocketRoute("/v1/counter", Endpoint(floor, "counter")),
            Route("/readyz", Ready()),
        ],
        lifespan=floor.lifespan,
    )
    uvicorn.run(
        app, host="127.0.0.1", port=port, loop="uvloop", http="httptools", ws="websockets-sansio", log_level="error",
        access_log=False, ws_per_message_deflate=False,
    )  # fmt: skip


if __name__ == "__main__":
    main(int(sys.argv[1]), Path(sys.argv[2]))
