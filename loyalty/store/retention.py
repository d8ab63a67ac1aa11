"""What is kept only for a while, and forgotten by itself."""

from __future__ import annotations

from loyalty.core.days import DAY
from loyalty.store.people import ADOPT
from loyalty.store.session import Session

RAW_DAYS = 30  # what could not be understood, and what the screens were told


def purge(session: Session, now: int) -> None:
    """Identifiers that nobody has, on the sales too; raw deliveries; old messages (the cues themselves stay)."""
    rows = session.rows("SELECT shop, source, ref FROM loose WHERE received_at < ?", (now - ADOPT,))
    session.many("UPDATE sales SET marks = x'90' WHERE shop = ? AND source = ? AND ref = ? AND person IS NULL", rows)
    session.run("DELETE FROM loose WHERE received_at < ?", (now - ADOPT,))
    session.run("DELETE FROM set_aside WHERE received_at < ?", (now - RAW_DAYS * DAY,))
    session.run("DELETE FROM messages WHERE at < ?", (now - RAW_DAYS * DAY,))
