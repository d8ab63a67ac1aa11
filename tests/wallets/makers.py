"""Apple and Google on loopback: an HTTP/2 server over TLS that wants the pass's certificate, and one for REST."""

from __future__ import annotations

import asyncio
import json
import queue
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs

from h2.config import H2Configuration
from h2.connection import H2Connection
from h2.events import DataReceived, RequestReceived, StreamEnded

from tests.wallets import issuing


@dataclass(frozen=True)
class Notice:
    """One request, as Apple would see it."""

    method: str
    token: str
    topic: str
    body: bytes
    by: str  # the pass type id of the certificate that the sender showed


@dataclass
class Apple:
    """Answers each telephone as it was told to; 200 else."""

    port: int = 0
    notices: queue.SimpleQueue[Notice] = field(default_factory=queue.SimpleQueue)
    answers: dict[str, tuple[int, str]] = field(default_factory=dict)  # by token: status and reason

    @property
    def url(self) -> str:
        return f"https://127.0.0.1:{self.port}"

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """One connection, for as long as it lasts."""
        secured = writer.get_extra_info("ssl_object")
        assert secured.selected_alpn_protocol() == "h2"
        subject = dict(pair for part in secured.getpeercert()["subject"] for pair in part)
        connection = H2Connection(H2Configuration(client_side=False, header_encoding="utf-8"))
        connection.initiate_connection()
        asked: dict[int, tuple[dict[str, str], bytearray]] = {}
        while True:
            writer.write(connection.data_to_send())
            data = await reader.read(65_536)
            if not data:
                break
            for event in connection.receive_data(data):
                if isinstance(event, RequestReceived):
                    asked[event.stream_id] = ({str(k): str(v) for k, v in event.headers}, bytearray())
                elif isinstance(event, DataReceived):
                    asked[event.stream_id][1].extend(event.data)
                elif isinstance(event, StreamEnded):
                    headers, body = asked.pop(event.stream_id)
                    self._answer(connection, event.stream_id, headers, bytes(body), subject["userId"])
        writer.close()

    def _answer(self, connection: H2Connection, stream: int, headers: dict[str, str], body: bytes, by: str) -> None:
        token = headers[":path"].removeprefix("/3/device/")
        status, reason = self.answers.get(token, (200, ""))
        connection.send_headers(stream, [(":status", str(status))])
        said = json.dumps({"reason": reason}).encode() if reason else b""
        connection.send_data(stream, said, end_stream=True)
        self.notices.put(Notice(headers[":method"], token, headers["apns-topic"], body, by))


@dataclass
class Google:
    """Gives tokens, and takes changes of loyalty objects."""

    port: int = 0
    changes: queue.SimpleQueue[tuple[str, str, dict[str, Any]]] = field(default_factory=queue.SimpleQueue)
    assertions: list[str] = field(default_factory=list)
    status: int = 200

    @property
    def url(self) -> str:
        return f"https://127.0.0.1:{self.port}"


def context(folder: Path) -> ssl.SSLContext:
    """A server of this machine, by the test's own root."""
    made = issuing.certificate("localhost", issuing.root())
    path = folder / "server.pem"
    path.write_bytes(made.whole)
    secured = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    secured.load_cert_chain(path)
    return secured


@contextmanager
def apple(folder: Path) -> Iterator[Apple]:
    """Runs in a thread of its own."""
    made, secured = Apple(), context(folder)
    secured.set_alpn_protocols(["h2"])
    secured.verify_mode = ssl.CERT_REQUIRED
    secured.load_verify_locations(cadata=(issuing.root().pem + issuing.wwdr().pem).decode())
    loop = asyncio.new_event_loop()
    server = loop.run_until_complete(asyncio.start_server(made.serve, "127.0.0.1", 0, ssl=secured))
    made.port = server.sockets[0].getsockname()[1]
    thread = threading.Thread(target=loop.run_forever, daemon=True)
    thread.start()
    try:
        yield made
    finally:
        loop.call_soon_threadsafe(server.close)
        loop.call_soon_threadsafe(loop.stop)
        thread.join()
        loop.run_until_complete(_cancelled(loop))
        loop.close()


async def _cancelled(loop: asyncio.AbstractEventLoop) -> None:
    left = asyncio.all_tasks(loop) - {asyncio.current_task()}
    for task in left:
        task.cancel()
    await asyncio.gather(*left, return_exceptions=True)


@contextmanager
def google(folder: Path) -> Iterator[Google]:
    made = Google()

    class Asked(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            made.assertions.append(parse_qs(self._body().decode())["assertion"][0])
            self._say(200, {"access_token": "a-token", "expires_in": 3600, "token_type": "Bearer"})

        def do_PATCH(self) -> None:
            found = (self.path, self.headers["authorization"], json.loads(self._body()))
            self._say(made.status, {})
            made.changes.put(found)

        def _body(self) -> bytes:
            return self.rfile.read(int(self.headers["content-length"]))

        def _say(self, status: int, said: dict[str, Any]) -> None:
            body = json.dumps(said).encode()
            self.send_response(status)
            self.send_header("content-length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Asked)
    server.socket = context(folder).wrap_socket(server.socket, server_side=True)
    made.port = server.server_address[1]
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield made
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
