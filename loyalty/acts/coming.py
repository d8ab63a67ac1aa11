"""A customer is on their way, and the counter is told; or they are not, after all."""

from __future__ import annotations

from loyalty.acts.cards import holder
from loyalty.acts.cues import close
from loyalty.core.coming import Coming
from loyalty.ingest import Line
from loyalty.store.coming import told_of
from loyalty.store.shops import home_shop


def say(line: Line, token: str, minutes: int) -> None:
    person, business = holder(line.session, token)
    line.run([Coming(business, home_shop(line.session, business, person), person, minutes)])


def take_back(line: Line, token: str) -> None:
    person, _ = holder(line.session, token)
    close(line, told_of(line.session, person, line.now), "dismissed", "age")
