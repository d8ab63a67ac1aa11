"""The floor of fan-out: a bare asyncio socket loop that writes one frame to every screen for each check-in.

`python -m bench.bare PORT`; nothing is made durable, no library speaks WebSocket, nothing is queued.
"""

from __future__ import annotations

import asyncio
import base64
import hashlib
import re
import sys
from typing import ClassVar, cast

import uvloop

from bench.target import CUE_BYTES

NAME = re.compile(rb"Guest \d{7}")
KEY = re.compile(rb"sec-websocket-key: *(\S+)", re.IGNORECASE)
GUID = b"258EAFA5-E914-47DA-95CA-C5AB0DC85B11"


def message(text: bytes) -> bytes:
    padded = text.ljust(CUE_BYTES, b".")
    return b"\x81\x7e" + len(padded).to_bytes(2, "big") + padded


class Connection(asyncio.Protocol):
    screens: ClassVar[set[asyncio.Transport]] = set()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = cast("asyncio.Transport", transport)

    def data_received(self, data: bytes) -> None:
        key = KEY.search(data)
        name = NAME.search(data)
        if key is not None:
            accept = base64.b64encode(hashlib.sha1(key[1] + GUID).digest())
            self.transport.write(
                b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                b"Sec-WebSocket-Accept: %s\r\n\r\n" % accept
            )
        elif name is not None:
            cue = message(name[0])
            for screen in self.screens:
                screen.write(cue)
            self.transport.write(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}")
        elif data.startswith(b"GET /readyz"):
            self.transport.write(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")
        elif b"hello" in data:
            self.transport.write(message(b"snapshot"))
            self.screens.add(self.transport)

    def connection_lost(self, exc: Exception | None) -> None:
        self.screens.discard(self.transport)


async def main(port: int) -> None:
    server = await asyncio.get_running_loop().create_server(Connection, "127.0.0.1", port)
    await server.serve_forever()


if __name__ == "__main__":
    uvloop.run(main(int(sys.argv[1])))
