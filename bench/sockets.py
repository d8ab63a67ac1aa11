"""The least client there is: plain sockets and bytes built beforehand.

A WebSocket or HTTP library costs as much for each message as the floor's whole server; with two cores it would be the
client that is measured.
"""

from __future__ import annotations

import base64
import os
import re
import socket
import struct

from bench.target import Target, hello

TIMEOUT_S = 15
READ_BYTES = 1 << 16  # more would be a fresh mapping from the kernel for every read
TEXT, CLOSE, PING, PONG = 0x1, 0x8, 0x9, 0xA
# A mask of zeros is a mask, and leaves the payload as it is: the server unmasks as ever, the client need not mask.
MASK = b"\0\0\0\0"
LENGTH = re.compile(rb"\r\ncontent-length:\s*(\d+)", re.IGNORECASE)


def connect(target: Target, receive_buffer: int | None = None) -> socket.socket:
    sock = socket.socket()
    if receive_buffer is not None:
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, receive_buffer)
    sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    # The kernel's own timeout, since Python's would poll before every read.
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVTIMEO, struct.pack("ll", TIMEOUT_S, 0))
    sock.connect((target.host, target.port))
    return sock


def frame(payload: bytes, opcode: int = TEXT) -> bytes:
    size = len(payload)
    if size < 126:
        return bytes((0x80 | opcode, 0x80 | size)) + MASK + payload
    assert size < 1 << 16, "longer than any message of the bench"
    return bytes((0x80 | opcode, 0x80 | 126)) + size.to_bytes(2, "big") + MASK + payload


class Channel:
    """One WebSocket as a client; `read` gives whatever complete messages one read brings."""

    def __init__(self, target: Target, path: str, key: str | None = None, receive_buffer: int | None = None) -> None:
        self.sock = connect(target, receive_buffer)
        authorization = f"Authorization: Bearer {key}\r\n" if key else ""
        nonce = base64.b64encode(os.urandom(16)).decode()
        self.sock.sendall(
            (
                f"GET {path} HTTP/1.1\r\nHost: {target.host}:{target.port}\r\nUpgrade: websocket\r\n"
                f"Connection: Upgrade\r\nSec-WebSocket-Key: {nonce}\r\nSec-WebSocket-Version: 13\r\n{authorization}\r\n"
            ).encode()
        )
        head = b""
        while b"\r\n\r\n" not in head:
            head += receive(self.sock)
        head, _, self._rest = head.partition(b"\r\n\r\n")
        if b" 101 " not in head[:20]:
            raise ConnectionError(f"{target.name} {path}: {head[:200]!r}")

    def send(self, payload: bytes) -> None:
        self.sock.sendall(frame(payload))

    def read(self) -> list[bytes]:
        data = self._rest + receive(self.sock)
        messages: list[bytes] = []
        start, size = 0, len(data)
        while size - start >= 2:
            opcode, length = data[start] & 0x0F, data[start + 1]
            body = start + 2
            if length == 126:
                body += 2
                length = int.from_bytes(data[start + 2 : body], "big")
            elif length == 127:
                body += 8
                length = int.from_bytes(data[start + 2 : body], "big")
            if size < body + length:
                break
            start = body + length
            if opcode == TEXT:
                messages.append(data[body:start])
            elif opcode == PING:
                self.sock.sendall(frame(data[body:start], PONG))
            elif opcode == CLOSE:
                raise ConnectionError(f"closed by the server: {data[body:start]!r}")
        self._rest = data[start:]
        return messages

    def close(self) -> None:
        self.sock.close()


class Http:
    """One kept-alive connection; `answer` waits, `poll` takes what has come."""

    def __init__(self, target: Target, key: str) -> None:
        self.target, self.key, self._rest = target, key, b""
        self.sock = connect(target)

    def request(self, path: str, body: bytes, method: str = "POST") -> bytes:
        """The bytes of a request, to be built before the clock starts."""
        head = (
            f"{method} {path} HTTP/1.1\r\nHost: {self.target.host}:{self.target.port}\r\n"
            f"Authorization: Bearer {self.key}\r\nContent-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
        )
        return head.encode() + body

    def poll(self) -> tuple[int, bytes] | None:
        self._rest += receive(self.sock)
        head, gap, body = self._rest.partition(b"\r\n\r\n")
        if not gap:
            return None
        length = LENGTH.search(head)
        if length is None:
            raise ConnectionError(f"an answer without a length: {head!r}")
        if len(body) < int(length[1]):
            return None
        self._rest = b""
        return int(head[9:12]), body

    def answer(self) -> bytes:
        while (answer := self.poll()) is None:
            pass
        return good(*answer)

    def post(self, path: str, body: bytes) -> bytes:
        self.sock.sendall(self.request(path, body))
        return self.answer()


def good(status: int, body: bytes) -> bytes:
    if not 200 <= status < 300:
        raise ConnectionError(f"answered {status}: {body[:300]!r}")
    return body


def receive(sock: socket.socket) -> bytes:
    try:
        data = sock.recv(READ_BYTES)
    except BlockingIOError:
        raise TimeoutError(f"nothing came for {TIMEOUT_S} s") from None
    if not data:
        raise ConnectionError("the server hung up")
    return data


def screen(target: Target, till: str | None = "2", receive_buffer: int | None = None) -> Channel:
    """A counter screen that has its snapshot."""
    channel = Channel(target, "/v1/counter", receive_buffer=receive_buffer)
    if target.hears:
        channel.send(hello(target, till))
        while not channel.read():
            pass
    return channel
