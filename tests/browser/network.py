"""A door between a screen and the service that a test can cut, stall and open again."""

from __future__ import annotations

import socket
import threading
from contextlib import closing, suppress
from typing import Self

READ_BYTES = 1 << 16


class Door:
    """TCP through `port` to the service's. Cut: connections break and none is taken. Stalled: nothing gets through, and
    nobody is told, as when a cable is pulled."""

    def __init__(self, to: int) -> None:
        self._to = to
        self._flows = threading.Event()
        self._flows.set()
        self._sockets: set[socket.socket] = set()
        self._listener = _listener(0)
        self.port: int = self._listener.getsockname()[1]
        self._accept_in_background()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *error: object) -> None:
        self.cut()
        self._flows.set()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def cut(self) -> None:
        _hang_up(self._listener)
        for one in tuple(self._sockets):
            _hang_up(one)

    def stall(self) -> None:
        self._flows.clear()

    def restore(self) -> None:
        self._flows.set()
        if self._listener.fileno() < 0:
            self._listener = _listener(self.port)
            self._accept_in_background()

    def _accept_in_background(self) -> None:
        threading.Thread(target=self._accept, args=(self._listener,), daemon=True).start()

    def _accept(self, listener: socket.socket) -> None:
        with suppress(OSError):
            while True:
                near, _ = listener.accept()
                threading.Thread(target=self._serve, args=(near,), daemon=True).start()

    def _serve(self, near: socket.socket) -> None:
        """Bytes there and back until either side hangs up."""
        with closing(near), suppress(OSError), socket.create_connection(("127.0.0.1", self._to)) as far:
            self._sockets |= {near, far}
            back = threading.Thread(target=self._pump, args=(far, near), daemon=True)
            back.start()
            self._pump(near, far)
            back.join()
            self._sockets -= {near, far}

    def _pump(self, source: socket.socket, sink: socket.socket) -> None:
        with suppress(OSError):
            while data := source.recv(READ_BYTES):
                self._flows.wait()
                sink.sendall(data)
        self._flows.wait()
        with suppress(OSError):
            sink.shutdown(socket.SHUT_RDWR)


def _listener(port: int) -> socket.socket:
    return socket.create_server(("127.0.0.1", port))


def _hang_up(one: socket.socket) -> None:
    with suppress(OSError):
        one.shutdown(socket.SHUT_RDWR)
    one.close()
