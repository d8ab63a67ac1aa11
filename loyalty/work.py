"""What waits for the line: batches of deliveries, and tasks that take their turn between them."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from loyalty.core.decide import Answer
from loyalty.core.facts import Delivery
from loyalty.store.session import EVERYBODY
from loyalty.wire import Fault

if TYPE_CHECKING:
    from loyalty.ingest import Line

TIDY_MAX = 2_000  # deliveries that may lie in the database's log alone
Done = Callable[[Any], None]  # called on the loop, with the result or the exception


@dataclass(frozen=True, slots=True)
class Aside:
    """What could not be understood, to be kept with its reason."""

    business: str
    raw: bytes
    fault: Fault


@dataclass(frozen=True, slots=True)
class Batch:
    """Deliveries that came together; answered together."""

    deliveries: Sequence[Delivery]
    done: Done
    aside: Sequence[Aside] = ()

    @property
    def businesses(self) -> Collection[str]:
        """Whose turn it takes."""
        return {delivery.business for delivery in self.deliveries}

    @property
    def size(self) -> int:
        """What it counts for in the queue; what was set aside is work too."""
        return len(self.deliveries) + len(self.aside)


@dataclass(frozen=True, slots=True)
class Task:
    """Anything else that changes what is stored: it takes its turn in the same line."""

    run: Callable[[Line], Any]
    done: Done
    of: str | None = EVERYBODY  # the business whose turn it takes; None: it only looks at what no turn protects
    size: int = 0  # bounded elsewhere: a connection has one at a time

    @property
    def businesses(self) -> Collection[str]:
        return () if self.of is None else (self.of,)


@dataclass(slots=True)
class Counts:
    """What the line has done since the start."""

    commits: int = 0
    deliveries: int = 0
    duplicates: int = 0
    aside: int = 0
    messages: int = 0

    def add(self, work: Batch | Task, result: Any) -> None:
        if isinstance(work, Batch) and isinstance(result, list):
            self.deliveries += len(result)
            self.duplicates += sum(1 for one in result if isinstance(one, Answer) and one.kind == "duplicate")
            self.aside += len(work.aside) + sum(1 for one in result if isinstance(one, Fault))


class Untidy:
    """When what was committed is to be copied out of the database's log: in a quiet moment.

    Each copying disturbs a dozen sales where they follow upon one another, so then it waits for TIDY_MAX of them.
    """

    def __init__(self) -> None:
        self._commits = -1  # at the last look
        self._tidied = (-1, 0)  # commits and deliveries when it was last due

    def is_due(self, counts: Counts) -> bool:
        """Asked every so often."""
        quiet, self._commits = counts.commits == self._commits, counts.commits
        commits, deliveries = self._tidied
        due = counts.commits != commits and (quiet or counts.deliveries - deliveries >= TIDY_MAX)
        if due:
            self._tidied = counts.commits, counts.deliveries
        return due
