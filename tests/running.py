"""The running service, for tests: `loyalty init` and `loyalty serve` as an owner runs them, a client for every door.

    with serving(tmp_path, now=make.MORNING) as service:
        shop = service.open_shop()
        amina = shop.enrol(make.AMINA)
        with shop.counter("1") as screen:
            shop.post(shop.sale(who=make.AMINA))
            assert screen.next()["type"] == "cue"

The clock is moved by `service.move(to)`; with `now=None` it is the machine's own.
"""

from __future__ import annotations

import json
import os
import sqlite3
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Self

import httpx
import msgspec
import psycopg
from msgspec.structs import replace
from websockets.exceptions import ConnectionClosed
from websockets.sync.client import ClientConnection, connect

from loyalty import clock as clocks
from loyalty.acts.shops import DEFAULT_PROGRAM, open_business
from loyalty.core.days import moment
from loyalty.store.database import Place, open_vault
from loyalty.store.session import EVERYBODY, Session
from loyalty.store.verify import differences_of
from loyalty.tills import connecting
from loyalty.wire import Enrolment, NewShop, Presence, Transaction
from loyalty.words.program import spoken
from tests import make
from tests.migrated import migrated
from tests.servers import free_port, listened_at

ROOT = Path(__file__).parent.parent
READY_SECONDS = 120.0
STOP_SECONDS = 60.0
PATIENCE = 40.0  # for one answer; a test that waits so long has failed, however busy the machine is
LOYALTY = (sys.executable, "-m", "loyalty")
PLAIN = NewShop(name="Corner", currency=make.CURRENCY, timezone=make.ZONE.key)
Message = dict[str, Any]


class _Enough(Exception):
    """Ends a transaction without a commit."""


class Service:
    """One `loyalty serve` in a process of its own, on a database that is its own unless another is given."""

    def __init__(self, folder: Path, now: datetime | None = None, database: str = "", *options: str) -> None:
        self.folder = folder
        self.port = free_port()
        self.path = folder / "loyalty.db"  # where it is SQLite
        self.database = database or f"sqlite:///{self.path}"
        self.key = folder / "loyalty.key"
        self.options = options
        self.log = folder / "serve.log"
        self.began = now
        self.clock = folder / "clock" if now is not None else None
        self._process: subprocess.Popen[bytes] | None = None
        self._spare: list[Shop] = []
        self._reading = threading.Lock()
        self._reader: Session | None = None
        self.client: httpx.Client  # of the running process; one pool, since a fresh one costs more than a request
        if now is not None:
            self.move(now)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def pid(self) -> int:
        assert self._process is not None, "the service is not running"
        return self._process.pid

    # -- the process --------------------------------------------------------------------------------------------------
    def start(self) -> None:
        with self.log.open("ab") as output:
            self._process = subprocess.Popen(
                [*LOYALTY, "serve", "--database", self.database, "--port", str(self.port), *self.options],
                cwd=self.folder,
                env=self._environment(),
                stdout=output,
                stderr=subprocess.STDOUT,
            )
        # The service lets idle connections go after five seconds: let go sooner, or a question may meet a closed one.
        idle = httpx.Limits(max_connections=100, max_keepalive_connections=20, keepalive_expiry=2)
        self.client = httpx.Client(base_url=self.url, timeout=PATIENCE, limits=idle)
        self._await_ready()

    def stop(self) -> None:
        """As an owner stops it: whatever it was told is worked off first."""
        if self._process is not None:
            self._process.terminate()
            self._ended()

    def kill(self) -> None:
        """`kill -9`: no farewell. Its workers, where it has any, end a moment later."""
        assert self._process is not None
        self._process.kill()
        self._ended()
        wait_until(lambda: not listened_at(self.port))

    def _ended(self) -> None:
        assert self._process is not None
        self.client.close()
        self._close_reader()
        self._process.wait(STOP_SECONDS)
        self._process = None

    def restart(self) -> None:
        self.stop()
        self.start()

    def command(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """`loyalty …` on this database, whether it is served or not."""
        return subprocess.run(
            [*LOYALTY, *arguments, "--database", self.database],
            cwd=self.folder,
            env=self._environment(),
            capture_output=True,
            text=True,
            timeout=READY_SECONDS,
        )

    def _environment(self) -> dict[str, str]:
        here = {name: value for name, value in os.environ.items() if not name.startswith("LOYALTY_")}
        here |= {"PYTHONPATH": str(ROOT), "LOYALTY_KEY": str(self.key)}
        if self.clock is not None:
            here["LOYALTY_TEST_CLOCK"] = str(self.clock)
        return here

    def _await_ready(self) -> None:
        assert self._process is not None
        end = time.monotonic() + READY_SECONDS
        while time.monotonic() < end and self._process.poll() is None:
            try:
                if self.client.get("/readyz").status_code == 200:
                    return
            except httpx.HTTPError:
                time.sleep(0.02)
        raise RuntimeError(f"the service did not become ready: {self.log.read_text()[-2000:]}")

    # -- time ---------------------------------------------------------------------------------------------------------
    def move(self, to: datetime) -> None:
        assert self.clock is not None, "this service runs by the machine's clock"
        clocks.move(self.clock, to)

    def pass_time(self, **duration: float) -> datetime:
        """`pass_time(minutes=2)`; answers what the clock says now."""
        to = self.now + timedelta(**duration)
        self.move(to)
        return to

    @property
    def now(self) -> datetime:
        if self.clock is None:
            return clocks.Clock().now()
        raw = self.clock.read_bytes()
        return clocks.EPOCH + timedelta(microseconds=int.from_bytes(raw, "little", signed=True))

    # -- what is stored -----------------------------------------------------------------------------------------------
    @property
    def place(self) -> Place:
        return Place.of(self.database, str(self.key))

    def rows(self, sql: str, *params: object) -> list[tuple[Any, ...]]:
        """What is committed, read beside the service."""
        if self.database.startswith("postgresql:"):
            return self._rows(sql, params)
        with closing(sqlite3.connect(f"file:{self.path}?mode=ro", uri=True, timeout=PATIENCE)) as database:
            return database.execute(sql, params).fetchall()

    def _rows(self, sql: str, params: Sequence[object]) -> list[tuple[Any, ...]]:
        """While it is served by one connection, since PostgreSQL starts a process for each."""
        if self._process is None:
            with closing(self.place.open(only_reads=True)) as session:
                return session.rows(sql, params)
        with self._reading:
            if self._reader is not None:
                with suppress(psycopg.OperationalError):  # lost with the server that it was a connection to
                    return self._reader.rows(sql, params)
                self._reader.close()
            self._reader = self.place.open(only_reads=True)
            return self._reader.rows(sql, params)

    def _close_reader(self) -> None:
        if self._reader is not None:
            self._reader.close()
            self._reader = None

    def files(self) -> dict[str, bytes]:
        """Everything that is on the disk of this service, and of its database."""
        found = [path for path in self.folder.iterdir() if path.is_file()]
        if self.database.startswith("postgresql:"):
            found += Path(self.one("SHOW data_directory")).rglob("*")
        contents: dict[str, bytes] = {}
        for path in found:
            with suppress(FileNotFoundError, IsADirectoryError):  # PostgreSQL's come and go
                contents[str(path)] = path.read_bytes()
        assert sum(map(len, contents.values())) > 50_000, "the database is among them"
        return contents

    def one(self, sql: str, *params: object) -> Any:
        """The one value that the statement finds."""
        [(value,)] = self.rows(sql, *params)
        return value

    @contextmanager
    def held(self) -> Iterator[None]:
        """Somebody else decides: the service's next commit waits until the end of the block."""
        with closing(self.place.open()) as session, suppress(_Enough), session.transaction():
            session.turn([EVERYBODY])
            yield
            raise _Enough

    def verified(self) -> None:
        """Everything in the database, by the command itself."""
        done = self.command("verify")
        assert done.returncode == 0, done.stdout

    def metric(self, name: str) -> float:
        """One figure of `/metrics`."""
        text = self.client.get("/metrics").text
        [value] = [line.split()[1] for line in text.splitlines() if line.startswith(f"{name} ")]
        return float(value)

    # -- shops --------------------------------------------------------------------------------------------------------
    def begin(self, name: str) -> None:
        """What `loyalty init` leaves in an empty database, without waiting for the migrations."""
        migrated(self.place)
        self._open([replace(PLAIN, name=name)])

    def init(self, name: str = "Corner", currency: str = make.CURRENCY, timezone: str = make.ZONE.key) -> Shop:
        """`loyalty init`: makes the database too."""
        done = self.command("init", "--shop", name, "--currency", currency, "--timezone", timezone, "--json")
        assert done.returncode == 0, done.stderr
        keys = json.loads(done.stdout)
        return Shop(self, keys["shop"], keys["owner_key"], keys["adapter_key"], keys["screen_key"], currency)

    def open_shop(
        self, name: str = "Corner", currency: str = make.CURRENCY, timezone: str = make.ZONE.key, language: str = "en"
    ) -> Shop:
        """Another business, as `loyalty init` opens it, without starting a process for it."""
        wanted = NewShop(name=name, currency=currency, timezone=timezone, language=language)
        if self._spare and wanted == PLAIN:
            return self._spare.pop()
        return self._open([wanted])[0]

    def keep_ready(self, count: int) -> None:
        """Plain businesses opened before the start: keys made later are looked for at most once a second."""
        self._spare += self._open([PLAIN] * count)

    def _open(self, wanted: Sequence[NewShop]) -> list[Shop]:
        vault, session, now = open_vault(self.place), self.place.open(), moment(self.now)
        try:
            with session.transaction():
                made = [
                    open_business(session, vault, shop, now, spoken(DEFAULT_PROGRAM, shop.language)) for shop in wanted
                ]
        finally:
            session.close()
        return [
            Shop(self, one.shop, one.owner_key, one.adapter_key, one.screen_key, shop.currency)
            for one, shop in zip(made, wanted, strict=True)
        ]


@dataclass(frozen=True)
class Enrolled:
    """Somebody the shop knows: as the tests call them, and as the service does."""

    who: make.Who
    id: str
    card: str
    card_url: str

    @property
    def card_key(self) -> str:
        return self.card_url.partition("#")[2]


@dataclass(frozen=True)
class Shop:
    """One business's keys, and what one does with them."""

    service: Service
    id: str
    owner_key: str
    adapter_key: str
    screen_key: str
    currency: str = make.CURRENCY
    ids: Iterator[str] = field(default_factory=make.ids, compare=False)

    # -- messages -----------------------------------------------------------------------------------------------------
    def verified(self) -> None:
        """What `loyalty verify` does, of this business alone: other tests have left much beside it."""
        with closing(self.service.place.open(only_reads=True)) as session, session.snapshot():
            people = session.rows(
                "SELECT id FROM customers WHERE business = (SELECT business FROM shops WHERE id = ?) ORDER BY id",
                (self.id,),
            )
            assert list(differences_of(session, [id for (id,) in people])) == []

    def sale(self, *lines: Any, **fields: Any) -> Transaction:
        """`make.sale` in this shop, now, with an id of its own and nobody's unless that is said otherwise."""
        given: dict[str, Any] = {"at": self.service.now, "who": None, "currency": self.currency, "shop": self.id}
        given |= fields
        return make.sale(*lines, **({"id": next(self.ids)} | given))

    def presence(self, who: make.Who = make.AMINA, **fields: Any) -> Presence:
        return make.presence(who, **({"shop": self.id} | fields))

    # -- HTTP ---------------------------------------------------------------------------------------------------------
    def http(self, method: str, path: str, key: str | None, body: object = None, **rest: Any) -> httpx.Response:
        """One request; a body that is not bytes is sent as JSON."""
        content = body if body is None or isinstance(body, bytes) else msgspec.json.encode(body)
        headers = {"Authorization": f"Bearer {key}"} if key is not None else {}
        headers |= rest.pop("headers", {})
        return self.service.client.request(method, path, headers=headers, content=content, **rest)

    def post(self, body: object, **rest: Any) -> Message:
        """Transactions that are all understood; answers what was accepted."""
        answer = self.http("POST", "/v1/transactions", self.adapter_key, body, **rest)
        assert answer.status_code == 200, answer.text
        found: Message = answer.json()
        return found

    def refused(self, body: object, status: int, path: str = "/v1/transactions", key: str | None = None) -> Message:
        """The error of a body that is not understood."""
        answer = self.http("POST", path, key or self.adapter_key, body)
        assert answer.status_code == status, (answer.status_code, answer.text)
        assert set(answer.json()) == {"error"}, answer.text
        error: Message = answer.json()["error"]
        assert set(error) == {"code", "at", "message"}, error
        return error

    def enrol(self, who: make.Who = make.AMINA, *kinds: Any, **fields: Any) -> Enrolled:
        return self.enrol_as(who, make.enrolment(who, *kinds, **fields))

    def enrol_as(self, who: make.Who, wanted: Enrolment) -> Enrolled:
        answer = self.http("POST", "/v1/customers", self.screen_key, wanted)
        assert answer.status_code == 201, answer.text
        made = answer.json()
        known = Enrolled(who, made["id"], made["card"], made["card_url"])
        return replace_card(known)

    def checkin(self, presence: Presence | None = None) -> Message:
        answer = self.http("POST", "/v1/checkins", self.screen_key, presence or self.presence())
        assert answer.status_code == 200, answer.text
        found: Message = answer.json()
        return found

    def customer(self, person: str | Enrolled, after: str | None = None) -> Message:
        """The whole of what is known of somebody."""
        id = person if isinstance(person, str) else person.id
        query = "" if after is None else f"?next={after}"
        answer = self.http("GET", f"/v1/customers/{id}{query}", self.owner_key)
        assert answer.status_code == 200, answer.text
        found: Message = answer.json()
        return found

    def owner(self, method: str, path: str, body: object = None) -> Message:
        answer = self.http(method, path, self.owner_key, body)
        assert answer.status_code < 300, answer.text
        found: Message = answer.json()
        return found

    def connect(self, vendor: str, **settings: str) -> tuple[str, str]:
        """As `loyalty connect` does it beside the running service, without a process for it: its id and address."""
        place = self.service.place
        vault, session = open_vault(place), place.open()
        pairs = [f"{name}={value}" for name, value in settings.items()]
        try:
            with session.transaction():
                made = connecting.connect(session, vault, vendor, self.id, pairs, self.service.url, 1)
        finally:
            session.close()
        return made.id, made.url

    # -- sockets ------------------------------------------------------------------------------------------------------
    def stream(self, first: int = 1) -> Stream:
        return Stream(self.service, self.adapter_key, first)

    def counter(self, till: str | None = "1", after: int | None = None, **fields: Any) -> Counter:
        """A screen that says hello; its first message is a snapshot, or what it missed since `after`."""
        hello = {"type": "hello", "key": self.screen_key, "shop": self.id, "till": till, "after": after}
        return Counter(self.service, hello | fields)

    def counter_url(self, till: str | None = None, language: str | None = None) -> str:
        """The address of the counter screen in a browser."""
        extra = "".join(f"&{name}={value}" for name, value in (("till", till), ("language", language)) if value)
        return f"{self.service.url}/counter.html#shop={self.id}&key={self.screen_key}{extra}"

    # -- what is stored -----------------------------------------------------------------------------------------------
    def messages(self) -> list[tuple[Any, ...]]:
        """Every message to this shop's screens: (seq, till, kind, cue, outcome)."""
        return self.service.rows(
            "SELECT seq, till, kind, cue, outcome FROM messages WHERE shop = ? ORDER BY seq", self.id
        )


class Socket:
    """A WebSocket whose messages are JSON; open within `with`."""

    def __init__(self, service: Service, path: str, **options: Any) -> None:
        self._connecting = connect(
            f"ws://127.0.0.1:{service.port}{path}", compression=None, open_timeout=PATIENCE, close_timeout=1, **options
        )
        self.socket: ClientConnection

    def __enter__(self) -> Self:
        self.socket = self._connecting.__enter__()
        return self

    def __exit__(self, *error: Any) -> None:
        self._connecting.__exit__(*error)

    def say(self, message: object) -> None:
        self.socket.send(message if isinstance(message, str) else msgspec.json.encode(message).decode())

    def say_all(self, messages: Iterable[object]) -> None:
        for message in messages:
            self.say(message)

    def next(self, timeout: float = PATIENCE) -> Message:
        found: Message = json.loads(self.socket.recv(timeout))
        return found

    def closing_code(self, timeout: float = PATIENCE) -> int:
        """Reads until the service closes; the code it closed with."""
        end = time.monotonic() + timeout
        try:
            while True:
                self.socket.recv(max(0.0, end - time.monotonic()))
        except ConnectionClosed as closed:
            return closed.rcvd.code if closed.rcvd else 1006


class Counter(Socket):
    """A counter screen, which has said hello."""

    def __init__(self, service: Service, hello: Message, **options: Any) -> None:
        super().__init__(service, "/v1/counter", **options)
        self._hello = hello

    def __enter__(self) -> Self:
        super().__enter__()
        self.say(self._hello)
        return self

    def opened(self) -> Message:
        """The snapshot a screen starts from."""
        found = self.next()
        assert found["type"] == "snapshot", found
        return found

    def take(self, count: int) -> list[Message]:
        return [self.next() for _ in range(count)]

    def done(self, cue: str, outcome: str) -> None:
        self.say({"type": "done", "cue": cue, "outcome": outcome})

    def undo(self, cue: str) -> None:
        self.say({"type": "undo", "cue": cue})


class Stream(Socket):
    """An adapter's connection: numbered frames out, acks and refusals in."""

    def __init__(self, service: Service, key: str, first: int = 1) -> None:
        super().__init__(service, "/v1/stream", additional_headers={"Authorization": f"Bearer {key}"})
        self.seq = first - 1
        self.acked = first - 1
        self.refused: dict[int, Message] = {}

    def send(self, message: Transaction | Presence | Message) -> int:
        """One frame; its number."""
        self.seq += 1
        kind = "presence" if isinstance(message, Presence) else "transaction"
        self.say({"seq": self.seq, kind: message})
        return self.seq

    def settle(self) -> None:
        """Until everything sent is acknowledged or refused."""
        while self.acked < self.seq:
            self.hear(self.next())

    def hear(self, answer: Message) -> None:
        if "refused" in answer:
            assert answer["refused"] > self.acked, "a refusal comes before any ack that passes over it"
            self.refused[answer["refused"]] = answer["error"]
        else:
            assert answer["ack"] > self.acked, "acks grow"
            self.acked = answer["ack"]

    def deliver(self, messages: Sequence[Transaction | Presence | Message]) -> None:
        for message in messages:
            self.send(message)
        self.settle()


def replace_card(known: Enrolled) -> Enrolled:
    """With the card's code on the person too, so that `make` can put it on a sale."""
    who = known.who
    carded = make.Who(who.name, who.shop, who.reference, who.phone, who.email, who.pos_id, who.fingerprint, known.card)
    return Enrolled(carded, known.id, known.card, known.card_url)


def again(sale: Transaction, **fields: Any) -> Transaction:
    """The next revision of a sale, with other contents."""
    return replace(sale, **({"revision": sale.revision + 1} | fields))


@contextmanager
def serving(
    folder: Path, now: datetime | None = None, shops: int = 1, database: str = "", *options: str
) -> Iterator[Service]:
    """A service in which `open_shop` has so many businesses ready; nobody is enrolled."""
    service = Service(folder, now, database, *options)
    service.begin("First")
    service.keep_ready(shops)
    service.start()
    try:
        yield service
    finally:
        service.stop()


def wait_until(reached: Callable[[], bool], seconds: float = 60, pause: float = 0.05) -> None:
    """Asks again and again, for what comes of itself."""
    end = time.monotonic() + seconds
    while not reached():
        assert time.monotonic() < end, "it did not come to that"
        time.sleep(pause)
