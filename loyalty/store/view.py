"""What is kept, as somebody reads it: the connection, and what is remembered beside it."""

from __future__ import annotations

from loyalty.clock import Clock
from loyalty.core.days import moment
from loyalty.store.cutoffs import CutoffRows
from loyalty.store.houses import Houses
from loyalty.store.names import Names
from loyalty.store.roster import Roster
from loyalty.store.secrets import Vault
from loyalty.store.session import Session
from loyalty.store.shops import Settings


class View:
    """Used by one thread: the writer's, or the reader's."""

    def __init__(self, session: Session, vault: Vault, clock: Clock, *, writes: bool = False) -> None:
        self.session = session
        self.vault = vault
        self.clock = clock
        self.settings = Settings()
        self.houses = Houses(keeps=writes)
        self.cutoffs = CutoffRows()
        self.names = Names(vault)
        self.roster = Roster(vault)

    @property
    def now(self) -> int:
        return moment(self.clock.now())

    def forget(self) -> None:
        """Nothing that was remembered is certain: after a rollback, and before every read beside the writer."""
        self.houses.forget()
        self.cutoffs.forget()
        self.names.forget()
        self.settings.read(self.session)
