"""The one writer: a bounded queue, and a thread that puts whatever waits through the line as one batch.

Without a timer: a calm shop's sale is a batch of one. A batch that fails for a reason nobody foresaw is decided again
one delivery at a time, and the one that cannot be worked on is set aside.
"""

from __future__ import annotations

import asyncio
import queue
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import structlog
from msgspec import json

from loyalty.core.decide import Answer
from loyalty.core.facts import Delivery, SaleIn
from loyalty.errors import Passing, RegularsError
from loyalty.ingest import Line
from loyalty.store.save import Sent
from loyalty.store.session import EVERYBODY
from loyalty.wire import Fault
from loyalty.work import Aside, Batch, Counts, Done, Task

BATCH_MAX = 1_000  # deliveries of one commit
QUEUE_MAX = 20_000  # deliveries waiting; beyond it tills are asked to wait

log = structlog.get_logger()


class Writer:
    """The queue in front of the line, and the thread that works it off."""

    def __init__(
        self,
        line: Line,
        publish: Callable[[list[Sent]], None],
        notices: Callable[[list[Sent]], list[str]] = lambda _: [],
        prepare: Callable[[list[Sent]], None] = lambda _: None,
    ) -> None:
        """`publish` hears of messages after the commit, `prepare` while it is made; `notices` go out within it."""
        self._line = line
        self._publish = publish
        self._notices = notices
        self._prepare = prepare
        self._queue: queue.SimpleQueue[Batch | Task | None] = queue.SimpleQueue()
        self._thread = threading.Thread(target=self._work, name="writer", daemon=True)
        self._loop: asyncio.AbstractEventLoop | None = None
        self._room = asyncio.Event()
        self._room.set()
        self._durable: list[Sent] = []  # messages of the commits that have returned, not yet told
        self.waiting = 0
        self.counts = Counts()

    def start(self) -> None:
        self._loop = asyncio.get_running_loop()
        self._thread.start()

    async def stop(self) -> None:
        """Works off what waits, then ends."""
        self._queue.put(None)
        await asyncio.to_thread(self._thread.join)

    # -- on the loop --------------------------------------------------------------------------------------------------
    def put(self, work: Batch | Task) -> None:
        self.waiting += work.size
        if self.waiting >= QUEUE_MAX:
            self._room.clear()
        self._queue.put(work)

    @property
    def full(self) -> bool:
        return self.waiting >= QUEUE_MAX

    async def room(self) -> None:
        """Waits until the queue has room again: how a fast till is slowed."""
        await self._room.wait()

    async def line(self, deliveries: Sequence[Delivery], aside: Sequence[Aside] = ()) -> list[Answer | Fault]:
        """Answers in the order of the deliveries; a Fault stands for one that was set aside."""
        found: list[Answer | Fault] = await self._ask(lambda done: Batch(deliveries, done, aside))
        return found

    async def task(
        self, run: Callable[[Line], Any], arrived: Callable[[Any], None] | None = None, *, of: str | None = EVERYBODY
    ) -> Any:
        """`of`: whose turn it takes. `arrived` gets the result in the very step in which the loop learns it."""
        return await self._ask(lambda done: Task(run, done, of), arrived)

    async def _ask(self, make: Callable[[Done], Batch | Task], arrived: Callable[[Any], None] | None = None) -> Any:
        future: asyncio.Future[Any] = asyncio.get_running_loop().create_future()

        def done(result: Any) -> None:
            if future.done():
                return
            if isinstance(result, BaseException):
                future.set_exception(result)
                return
            if arrived is not None:
                arrived(result)
            future.set_result(result)

        self.put(make(done))
        return await future

    def _finish(self, outcomes: list[tuple[Batch | Task, Any]], sent: list[Sent]) -> None:
        self.counts.commits += 1
        self.counts.messages += len(sent)
        self._answer(outcomes, Task)
        self._publish(sent)  # a screen that said hello in this commit has joined by now; tills are in no hurry
        self._answer(outcomes, Batch)
        if not self._room.is_set() and self.waiting < QUEUE_MAX // 2:
            self._room.set()

    def _answer(self, outcomes: list[tuple[Batch | Task, Any]], kind: type) -> None:
        for work, result in outcomes:
            if isinstance(work, kind):
                self.counts.add(work, result)
                self.waiting -= work.size
                work.done(result)

    # -- on the writer's thread ---------------------------------------------------------------------------------------
    def _work(self) -> None:
        assert self._loop is not None
        last = False
        while not last:
            works, last = self._take()
            if not works:
                continue
            outcomes = self._commit_or_hand_back(works)
            sent, self._durable = self._durable, []
            self._loop.call_soon_threadsafe(self._finish, outcomes, sent)

    def _take(self) -> tuple[list[Batch | Task], bool]:
        """Whatever waits, up to a batch; the flag says that nothing will come after."""
        works: list[Batch | Task] = []
        size = 0
        work = self._queue.get()
        while work is not None:
            works.append(work)
            size += work.size
            if size >= BATCH_MAX or self._queue.empty():
                return works, False
            work = self._queue.get()  # nobody else takes from it
        return works, True

    @contextmanager
    def _transaction(self, works: Sequence[Batch | Task]) -> Iterator[None]:
        """One commit. Its messages are told whatever becomes of the next one; those of one that failed never are."""
        self._line.sent = []
        with self._line.session.transaction():
            self._line.take_turn({business for work in works for business in work.businesses})
            yield
            self._line.session.announce(self._notices(self._line.sent))
            if self._line.sent and self._loop is not None:
                self._loop.call_soon_threadsafe(self._prepare, self._line.sent)
        self._durable += self._line.sent

    def _commit_or_hand_back(self, works: list[Batch | Task]) -> list[tuple[Batch | Task, Any]]:
        """Whatever happens, the thread lives on and everybody is answered: at worst, to send it again."""
        try:
            return self._commit(works)
        except Exception as fault:
            log.error("nothing could be written", works=len(works), fault=repr(fault))
            again = Passing("nothing could be written just now; send it again")
            return [(work, again) for work in works]

    def _commit(self, works: list[Batch | Task]) -> list[tuple[Batch | Task, Any]]:
        try:
            with self._transaction(works):
                results = self._through_the_line(works)
        except Passing as fault:
            self._line.forget()
            return [(work, fault) for work in works]
        except Exception as fault:
            self._line.forget()
            log.error("batch failed", works=len(works), fault=repr(fault), exc_info=len(works) == 1)
            if len(works) > 1:
                return [outcome for work in works for outcome in self._commit([work])]
            return [(works[0], self._piecemeal(works[0], fault))]
        return list(zip(works, results, strict=True))

    def _through_the_line(self, works: list[Batch | Task]) -> list[Any]:
        """Neighbouring batches go through as one; a task takes its turn between them."""
        results: list[Any] = [None] * len(works)
        together: list[int] = []
        for place, work in enumerate(works):
            if isinstance(work, Batch):
                together.append(place)
                continue
            self._run_batches(works, together, results)
            together = []
            results[place] = self._run_task(work)
        self._run_batches(works, together, results)
        return results

    def _run_batches(self, works: list[Any], places: list[int], results: list[Any]) -> None:
        batches: list[Batch] = [works[place] for place in places]
        aside = [one for batch in batches for one in batch.aside]
        if aside:
            self._line.set_aside(aside)
        deliveries = [delivery for batch in batches for delivery in batch.deliveries]
        answers = self._line.run(deliveries) if deliveries else []
        start = 0
        for place, batch in zip(places, batches, strict=True):
            results[place] = answers[start : start + len(batch.deliveries)]
            start += len(batch.deliveries)

    def _run_task(self, task: Task) -> Any:
        told = len(self._line.sent)
        try:
            with self._line.session.nested():
                return task.run(self._line)
        except RegularsError as refusal:
            del self._line.sent[told:]
            self._line.houses.forget()
            return refusal

    def _piecemeal(self, work: Batch | Task, fault: Exception) -> Any:
        """One delivery at a time; what still fails is our own fault, kept with its raw form to be replayed."""
        if isinstance(work, Task):
            return fault
        found: list[Any] = []
        for delivery in work.deliveries:
            alone = self._commit_alone(Batch([delivery], work.done))
            found += alone if isinstance(alone, list) else [alone]
        if work.aside:
            with self._transaction([]):
                self._line.set_aside(work.aside)
        return found

    def _commit_alone(self, batch: Batch) -> Any:
        try:
            with self._transaction([batch]):
                answers = self._line.run(batch.deliveries)
            return answers
        except Passing:
            raise
        except Exception as fault:
            self._line.forget()
            log.error("delivery set aside", fault=repr(fault), exc_info=True)
            reason = Fault(code="our-fault", message="we could not work on this; it was set aside and can be replayed")
            delivery = batch.deliveries[0]
            raw = json.encode(delivery.sale if isinstance(delivery, SaleIn) else delivery.presence)
            with self._transaction([]):
                self._line.set_aside([Aside(delivery.business, raw, reason)])
            return reason
