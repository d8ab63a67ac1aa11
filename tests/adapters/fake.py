"""A small vendor on loopback: its API over a few sales, its deliveries, and every way in which both go wrong.

A vendor of its own is a subclass: `answer` speaks its API, `sell`, `give_back` and `void` keep what happened and return
the deliveries that tell of it. `fault` is answered instead, `faults` times: an HTTP status, "slow", "hang", "hang up",
"garbage" or "expired" (the tokens that were given so far are refused from then on).
"""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from copy import deepcopy
from dataclasses import dataclass, field
from datetime import datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, ClassVar, Self

import httpx

from pos_adapters.base import Adapter, Settings
from pos_adapters.registry import ADAPTERS
from pos_adapters.settling import settled
from pos_adapters.understanding import look_on
from tests.make import MORNING, Who

Json = dict[str, Any]
SIGNED_WITH = ("signature_key", "webhook_secret", "client_secret", "auth_code")
Answer = tuple[int, Any] | tuple[int, Any, Mapping[str, str]]  # with headers, where the vendor pages by them


@dataclass(frozen=True)
class Sold:
    """What happened at the till: one thing for `price`, with a tip, in minor units of `Fake.currency`.

    `by_card`: told by the fingerprint of the card where the vendor gives one; else, and where it gives none, by pos_id.
    """

    number: int
    at: datetime
    price: int
    tip: int = 0
    who: Who | None = None
    by_card: bool = False


def follower(adapter: Adapter, today: datetime) -> Callable[..., tuple[list[Any], str]]:
    """Asks an adapter for every page after a cursor, until there are no more: what they say, and the cursor then."""

    def followed(chosen: Settings, cursor: str = "", now: datetime = today) -> tuple[list[Any], str]:
        said: list[Any] = []
        more = True
        while more:
            page, found = look_on(adapter, cursor, chosen, now)
            said += found.said
            cursor, more = page.cursor, page.more
        return said, cursor

    return followed


@dataclass
class Fake:
    vendor: ClassVar[str]
    currency: ClassVar[str] = "KES"

    fault: int | str = 0
    faults: int = 0
    retry_after: int = 1
    asked: list[tuple[float, str]] = field(default_factory=list)
    url: str = ""
    page: int = 2  # how many things stand on a page of its API, at most

    @property
    def secrets(self) -> list[str]:
        """The names of what its deliveries are signed with; none where nobody signs them."""
        return [name for name in SIGNED_WITH if name in self.settings()]

    # -- a vendor of its own ------------------------------------------------------------------------------------------
    def settings(self) -> dict[str, str]:
        """What `loyalty connect` is to be told, but for public_url and poll_s."""
        raise NotImplementedError

    def allowed(self, headers: Mapping[str, str]) -> bool:
        """Whether these credentials may ask. Names of headers in lower case."""
        raise NotImplementedError

    def answer(self, method: str, target: str, body: bytes, headers: Mapping[str, str]) -> Answer:
        raise NotImplementedError

    def open_to_all(self, target: str) -> bool:
        """Where a token is asked for: without one."""
        return False

    def expire(self) -> None:
        """Tokens that were given so far are refused from now on; without any, nothing happens."""

    def refusal(self, status: int) -> Any:
        return {"message": f"refused with {status}"}

    def sell(self, sold: Sold) -> list[bytes]:
        raise NotImplementedError

    def give_back(self, sold: Sold, at: datetime, amount: int) -> list[bytes]:
        """A part of it, by line where the vendor has lines."""
        raise NotImplementedError

    def void(self, sold: Sold, at: datetime) -> list[bytes]:
        raise NotImplementedError

    # -- what they share ----------------------------------------------------------------------------------------------
    def deliver(
        self, url: str, body: bytes, now: datetime = MORNING, address: str | None = None, **wrong: str
    ) -> httpx.Response:
        """Signed as the vendor signs, for the address that it knows; `wrong` are settings to sign with instead."""
        given = {**self.settings(), "public_url": address or url} | wrong
        known = {setting.name for setting in ADAPTERS[self.vendor].settings}
        chosen = settled(ADAPTERS[self.vendor], {name: value for name, value in given.items() if name in known})
        headers = ADAPTERS[self.vendor].sign(body, chosen, now)
        return httpx.post(url, content=body, headers=dict(headers), timeout=20)

    @contextmanager
    def serving(self) -> Iterator[Self]:
        server = ThreadingHTTPServer(("127.0.0.1", 0), type("Handler", (Handler,), {"fake": self}))
        server.daemon_threads = True
        thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
        thread.start()
        self.url = f"http://127.0.0.1:{server.server_address[1]}"
        try:
            yield self
        finally:
            server.shutdown()
            server.server_close()
            thread.join()


@dataclass
class Renewing(Fake):
    """A vendor whose refresh tokens are good once: each use gives a new pair."""

    token: str = "token-0"
    refresh: str = "refresh-0"
    lost: str = ""  # the one before, until what replaced it is used: a kill may come between an answer and its keeping
    renewals: int = 0

    def allowed(self, headers: Mapping[str, str]) -> bool:
        if headers.get("authorization") != f"Bearer {self.token}":
            return False
        self.lost = ""
        return True

    def expire(self) -> None:
        self.token = "one that nobody has"

    def renewed(self, given: Json, known: Json, lasts: Json) -> tuple[int, Any]:
        """A new pair, where it was asked for with a good refresh token and all of what else is `known`."""
        if given not in ({**known, "refresh_token": one} for one in (self.refresh, self.lost) if one):
            return 401, self.refusal(401)
        self.renewals += 1
        self.lost = str(given["refresh_token"])
        self.token, self.refresh = f"token-{self.renewals}", f"refresh-{self.renewals}"
        return 200, {"access_token": self.token, "refresh_token": self.refresh, **lasts}


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    fake: Fake

    def log_message(self, format: str, *args: Any) -> None:
        """Quiet."""

    def do_GET(self) -> None:
        self._answer("GET", b"")

    def do_POST(self) -> None:
        self._answer("POST", self.rfile.read(int(self.headers["Content-Length"] or 0)))

    def _answer(self, method: str, body: bytes) -> None:
        fake = self.fake
        fake.asked.append((time.monotonic(), f"{method} {self.path}"))
        headers = {name.lower(): value for name, value in self.headers.items()}
        if fake.faults > 0 and fake.fault == "expired":
            fake.faults -= 1
            fake.expire()
        if fake.faults > 0:
            fake.faults -= 1
            self._fail()
        elif not fake.open_to_all(self.path) and not fake.allowed(headers):
            self._send(401, fake.refusal(401))
        else:
            self._send(*deepcopy(fake.answer(method, self.path, body, headers)))

    def _fail(self) -> None:
        fault = self.fake.fault
        if fault == "slow":
            time.sleep(1)
            self._send(503, self.fake.refusal(503))
        elif fault == "hang":
            time.sleep(15)
            self.close_connection = True
        elif fault == "garbage":
            self._raw(200, b"<html>maintenance")
        elif fault == "hang up":
            self.close_connection = True
            self.connection.close()
        else:
            self._send(int(fault), self.fake.refusal(int(fault)))

    def _send(self, status: int, body: Any, headers: Mapping[str, str] | None = None) -> None:
        self._raw(status, json.dumps(body).encode(), headers)

    def _raw(self, status: int, body: bytes, headers: Mapping[str, str] | None = None) -> None:
        self.send_response(status)
        for name, value in (headers or {}).items():
            self.send_header(name, value)
        if status == 429:
            self.send_header("Retry-After", str(self.fake.retry_after))
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        with suppress(OSError):  # whoever asked was killed
            self.wfile.write(body)
