"""A network printer on loopback, for tests: keeps what it is sent, job by job, and answers when it is asked."""

from __future__ import annotations

import socket
import threading
from contextlib import contextmanager, suppress

ASKED, ONLINE = b"\x10\x04\x01", b"\x12"  # DLE EOT 1, and "online"


class FakePrinter:
    """`jobs`: the bytes of each connection, growing. `breaks_after`: hangs up rudely after so many bytes."""

    def __init__(self):
        self.jobs: list[bytearray] = []
        self.ended: list[int] = []
        self.breaks_after: int | None = None
        self.port = 0

    @contextmanager
    def serving(self, port=0):
        server = socket.create_server(("127.0.0.1", port))
        self.port = server.getsockname()[1]
        threads: list[threading.Thread] = []
        accepting = threading.Thread(target=self._accept, args=(server, threads))
        accepting.start()
        try:
            yield self
        finally:
            with suppress(OSError):
                server.shutdown(socket.SHUT_RDWR)
            server.close()
            accepting.join()
            for thread in threads:
                thread.join(10)

    def _accept(self, server, threads):
        while True:
            try:
                connection, _ = server.accept()
            except OSError:
                return
            threads.append(threading.Thread(target=self._print, args=(connection,), daemon=True))
            threads[-1].start()

    def _print(self, connection):
        number, job = len(self.jobs), bytearray()
        with connection, suppress(OSError):
            while raw := connection.recv(4_096):
                if not job:
                    number = len(self.jobs)
                    self.jobs.append(job)
                job += raw
                if ASKED in raw:
                    connection.sendall(ONLINE)
                if self.breaks_after is not None and len(job) >= self.breaks_after:
                    return
            self.ended.append(number)
