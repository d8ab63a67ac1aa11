"""What is kept only for a while, and forgotten by itself."""

from __future__ import annotations

from loyalty.core.days import DAY
from loyalty.store import receipts, staff, used_codes, wallets
from loyalty.store.owners import purge_sessions
from loyalty.store.people import ADOPT
from loyalty.store.rows import pack
from loyalty.store.session import Session

RAW_DAYS = 30  # what could not be understood, and what the screens were told
# Up to the last one that closed a cue by then: only those are found by time.
FORGET_MESSAGES = (
    "DELETE FROM messages WHERE shop = ? AND seq <="
    " (SELECT seq FROM messages WHERE shop = ? AND kind = 'closed' AND at < ? ORDER BY at DESC LIMIT 1)"
)


def purge(session: Session, business: str, now: int) -> None:
    """Identifiers that nobody has, on the sales too; raw deliveries; old codes, old messages (the cues stay)."""
    old, raw = now - ADOPT, now - RAW_DAYS * DAY
    rows = session.rows("SELECT shop, source, ref FROM loose WHERE business = ? AND received_at < ?", (business, old))
    sql = "UPDATE sales SET marks = ? WHERE shop = ? AND source = ? AND ref = ? AND person IS NULL"
    session.many(sql, [(pack(()), *row) for row in rows])
    session.run("DELETE FROM loose WHERE business = ? AND received_at < ?", (business, old))
    session.run("DELETE FROM joins WHERE business = ? AND expires_at < ?", (business, now - DAY))
    session.run("DELETE FROM set_aside WHERE business = ? AND received_at < ?", (business, raw))
    sql = (
        "DELETE FROM deliveries WHERE received_at < ? AND connection IN (SELECT id FROM connections WHERE business = ?)"
    )
    session.run(sql, (raw, business))
    used_codes.purge(session, business, now)
    wallets.purge(session, business, now)
    receipts.purge(session, business, now)
    purge_sessions(session, business, now)
    staff.purge(session, business, now)
    for (shop,) in session.rows("SELECT id FROM shops WHERE business = ?", (business,)):
        session.run(FORGET_MESSAGES, (shop, shop, raw))


def businesses(session: Session) -> list[str]:
    return [row[0] for row in session.rows("SELECT id FROM businesses ORDER BY id")]
