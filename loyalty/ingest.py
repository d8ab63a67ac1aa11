"""The line: a batch is read for, decided, saved in one commit, and only then answered and shown.

    load    store.load    one read: people, memories, ledger heads, program (more, if the decision finds it needs more)
    decide  core.decide   pure: recognise → remember → earn → tier → usual → rules → cue
    save    store.save    one commit: sales, memories, entries, numbered messages

`writer` takes whatever waits as one batch and gives it to the line; after the commit `hub` tells the screens.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence

from msgspec import json

from loyalty.clock import Clock
from loyalty.core.decide import Answer, Decision, Request, decide
from loyalty.core.facts import Delivery
from loyalty.core.known import Known
from loyalty.store.histories import load_more
from loyalty.store.load import load
from loyalty.store.save import Sent, save
from loyalty.store.secrets import Vault, new_id
from loyalty.store.session import Session
from loyalty.store.view import View
from loyalty.work import Aside

ROUNDS_MAX = 10  # times a batch may find that it needs more

Answers = list[Answer]


class Line(View):
    """What a batch passes through. Used by the writer thread alone."""

    def __init__(self, session: Session, vault: Vault, clock: Clock) -> None:
        super().__init__(session, vault, clock, writes=True)
        self.sent: list[Sent] = []

    def take_turn(self, businesses: Collection[str]) -> None:
        """First in every transaction: nobody else decides for these businesses until the commit."""
        if not self.session.turn(businesses):
            self.forget()

    def run(self, deliveries: Sequence[Delivery | Request]) -> Answers:
        """load → decide → save, inside the caller's transaction."""
        now = self.now
        known = load(self.session, self.settings, self.houses, self.names, self.cutoffs, deliveries, now)
        decision = self._decide(known, deliveries, now)
        self.publish(save(self.session, self.settings, self.houses, decision.desk, now))
        self.names.close()
        return decision.answers

    def _decide(self, known: Known, deliveries: Sequence[Delivery | Request], now: int) -> Decision:
        for _ in range(ROUNDS_MAX):
            decision = decide(known, deliveries, now, new_id)
            if not decision.desk.missing:
                return decision
            load_more(self.session, self.houses, self.cutoffs, known, decision.desk.missing)
        raise AssertionError("a decision kept asking for more")

    def publish(self, sent: list[Sent]) -> None:
        """To be told to the screens once the commit has returned."""
        if sent:
            self.sent += self.names.attach(self.session, sent)

    def set_aside(self, aside: Sequence[Aside]) -> None:
        rows = [(a.business, json.encode(a.fault), self.vault.seal_raw(a.raw), self.now) for a in aside]
        self.session.many("INSERT INTO set_aside (business, reason, body, received_at) VALUES (?, ?, ?, ?)", rows)

    def forget(self) -> None:
        self.sent = []
        super().forget()
