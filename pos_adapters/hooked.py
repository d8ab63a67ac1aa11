"""A vendor's account beside a till: works off what was delivered, and asks for what was not, into the outbox.

The same steps as in the service (`loyalty/tills`), by the same `understanding`; only where things are kept differs.
"""

from __future__ import annotations

import hashlib
import time
from collections.abc import Callable
from datetime import UTC, datetime

import structlog

from loyalty.errors import RegularsError, Unfit, Unknown
from loyalty.wire import Fault
from pos_adapters import elapsed
from pos_adapters.asking import NotAllowed
from pos_adapters.base import Fetch, Later, Settings, Verdict
from pos_adapters.config import Connection
from pos_adapters.hooks import POLL_S
from pos_adapters.keeping import Kept
from pos_adapters.outbox import Outbox, Taken
from pos_adapters.understanding import Understood, look_on, look_over, look_up, older, understand

ROUND_MAX = 50  # deliveries read together; what several point to is asked for once
PAGES_MAX = 20  # of one look
TRIES_MAX = 6  # for what the vendor told of and does not have
KEPT_S = 3 * 86_400.0  # a vendor that gives no answer for so long will not
REST_S_MAX = 60.0
LOOK_EVERY_S = 0.2
CHECK_EVERY_S = 3_600.0  # between two looks whether the settings still work
WRONG_EVERY_S = 30.0  # the same, while they do not

log = structlog.get_logger()


class Hooked:
    """One connection. `look` is called again and again, by one thread at a time."""

    def __init__(self, connection: Connection, outbox: Outbox, *, ticks: Callable[[], float] = time.monotonic) -> None:
        self._adapter, self._given, self._outbox = connection.adapter, connection.settings, outbox
        self.space = f"{connection.adapter.vendor}/{connection.name}"
        self.kept = Kept(outbox, self.space)
        self._settings, self._renewed = self.kept.with_tokens(self._given), False
        self._ticks = ticks
        self._failures, self._rest_until, self._ask_at = 0, 0.0, 0.0
        self._said, self._check_at = "", 0.0
        self._sought: dict[int, tuple[int, float]] = {}  # tries, and when to try again
        self._stumbled: set[int] = set()  # for which the vendor gave no answer: tried last

    @property
    def settings(self) -> Settings:
        """With whatever a vendor has replaced since."""
        return self._settings

    @property
    def title(self) -> str:
        return self._adapter.title

    def look(self) -> float:
        """The vendor may be in trouble with one delivery alone: so that asking for what changed, and the others, have
        their turn before it is tried again."""
        answers: dict[Fetch, Understood] = {}
        try:
            read = [(taken, self._begin(taken)) for taken in self._outbox.taken(self.space, ROUND_MAX)]
            if self._failures:
                self._ask()
            for taken, found in sorted(read, key=lambda pair: pair[0].n in self._stumbled):
                if found.wanted and self._due(taken):
                    self._look_up(taken, found, answers)
            self._ask()
        except Later as trouble:
            self._rest(trouble)
        except (Unfit, Unknown) as error:  # a question that the vendor will not have: with other settings it may
            self._rest(Later(error.message))
        return LOOK_EVERY_S

    def _rest(self, trouble: Later) -> None:
        try:
            settings = None if self._renewed else self.kept.renewed(self._adapter, self._given, self._settings, trouble)
        except Later as other:
            settings, trouble = None, other
        if settings is not None:
            self._settings, self._renewed, self._check_at = settings, True, 0.0
            log.info("tokens-renewed", connection=self.space)
            return
        self._failures += 1
        pause = max(trouble.after_s, min(REST_S_MAX, 2.0 ** min(self._failures, 16) / 2))
        self._rest_until = self._ticks() + pause
        self.kept.note(trouble=trouble.message)
        log.warning("vendor-gives-no-answer", connection=self.space, because=trouble.message, again_in_s=pause)

    def _answered(self) -> None:
        self._failures, self._renewed = 0, False

    # -- what was delivered -------------------------------------------------------------------------------------------
    def _begin(self, taken: Taken) -> Understood:
        """What it says by itself first, even while the vendor gives no answers."""
        verdict: Verdict = "signed" if taken.verdict == "signed" else "hint"
        found = understand(self._adapter, taken.raw, verdict, self._settings)
        if not taken.told:
            self._tell(found, taken)
        return found

    def _tell(self, found: Understood, taken: Taken) -> None:
        self._park(found)
        self.kept.note(arrived_at=taken.since.wall, notice="; ".join(found.notices), refused="")
        waited, now = elapsed.waited_s(taken.since, elapsed.now()), datetime.fromtimestamp(taken.since.wall, UTC)
        events = [older(event, waited, now) for event in found.said]
        self._outbox.put(events, told=taken.n, done=0 if found.wanted else taken.n)

    def _look_up(self, taken: Taken, found: Understood, answers: dict[Fetch, Understood]) -> None:
        try:
            for wanted in found.wanted:
                if wanted not in answers:
                    answers[wanted] = look_up(self._adapter, wanted, self._settings)
                    self._answered()
            given = [answers[wanted] for wanted in found.wanted]
        except Later as trouble:
            if isinstance(trouble, NotAllowed) and taken.verdict == "hint":
                self._seek(taken, trouble)  # it may point to what is another's
                return
            if elapsed.waited_s(taken.since, elapsed.now()) > KEPT_S:
                self._give_up(taken, trouble)
                return
            self._stumbled.add(taken.n)
            raise
        except Unknown as error:
            self._seek(taken, error)
            return
        except RegularsError as error:
            self._give_up(taken, error)
            return
        for answer in given:
            self._park(answer)
        self._outbox.put([event for answer in given for event in answer.said], done=taken.n)
        self._forget(taken)

    def _forget(self, taken: Taken) -> None:
        self._sought.pop(taken.n, None)
        self._stumbled.discard(taken.n)

    def _due(self, taken: Taken) -> bool:
        return self._ticks() >= max(self._rest_until, self._sought.get(taken.n, (0, 0.0))[1])

    def _seek(self, taken: Taken, error: RegularsError) -> None:
        """A vendor may tell of something a moment before it can be asked for."""
        tries = self._sought.get(taken.n, (0, 0.0))[0] + 1
        self._sought[taken.n] = tries, self._ticks() + 2.0**tries / 2
        if tries >= TRIES_MAX:
            self._give_up(taken, error)

    def _give_up(self, taken: Taken, error: RegularsError) -> None:
        self._forget(taken)
        self._outbox.set_aside(taken.raw, Fault(code=error.code, at=error.at, message=error.message), done=taken.n)
        log.warning("delivery-set-aside", connection=self.space, code=error.code)

    def _park(self, found: Understood) -> None:
        """What comes up at every look is parked once."""
        for one in found.unreadable:
            mark = (f"{self.space}/odd", hashlib.blake2b(one.raw, digest_size=16).hexdigest())
            if self._outbox.mark(*mark) is not None:
                continue
            self._outbox.set_aside(one.raw, one.error)
            self._outbox.put(marks={mark: b""})
            log.warning("unreadable", connection=self.space, code=one.error.code, at=one.error.at)

    # -- what was not -------------------------------------------------------------------------------------------------
    def _ask(self) -> None:
        if self._adapter.pull is None or self._ticks() < max(self._ask_at, self._rest_until):
            return
        wrong = self._wrong()
        for _ in range(PAGES_MAX):
            cursor = (self._outbox.mark(self.space, "cursor") or b"").decode()
            page, found = look_on(
                self._adapter, cursor, self._settings, datetime.fromtimestamp(elapsed.now().wall, UTC)
            )
            self._park(found)
            self._outbox.put(found.said, {(self.space, "cursor"): page.cursor.encode()})
            self._answered()
            if not page.more:
                break
        self._ask_at = self._ticks() + float(self._settings[POLL_S.name])
        self.kept.note(asked_at=elapsed.now().wall, trouble=wrong)

    def _wrong(self) -> str:
        """What the vendor says of the settings, asked now and then."""
        if self._ticks() >= self._check_at:
            self._said = "; ".join(look_over(self._adapter, self._settings))
            self._check_at = self._ticks() + (WRONG_EVERY_S if self._said else CHECK_EVERY_S)
        return self._said
