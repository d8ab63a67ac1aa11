"""A business, its shops, keys and program."""

from __future__ import annotations

from msgspec import Struct, msgpack

from loyalty.errors import NoKey
from loyalty.store.secrets import Vault, new_id, new_key
from loyalty.store.session import Session
from loyalty.wire import NewShop
from loyalty.wire_program import EarnVisit, HouseSettings, Program, Reward, TierRule

DEFAULT_PROGRAM = Program(
    earn=(EarnVisit(points=1),),
    rewards=(Reward(id="free-coffee", name="Free coffee", points=10),),
    tiers=(
        TierRule(id="bronze", name="Bronze", measure="visits", at_least=5),
        TierRule(id="silver", name="Silver", measure="visits", at_least=25),
        TierRule(id="gold", name="Gold", measure="visits", at_least=75),
    ),
    unit="stamps",
)


class Opened(Struct, frozen=True):
    """A new business: its first shop, and keys that are shown this once."""

    business: str
    shop: str
    owner_key: str
    adapter_key: str
    screen_key: str
    setup_token: str


def open_business(
    session: Session, vault: Vault, shop: NewShop, now: int, program: Program = DEFAULT_PROGRAM
) -> Opened:
    business = new_id()
    session.run(
        "INSERT INTO businesses (id, name, program, created_at) VALUES (?, ?, 1, ?)", (business, shop.name, now)
    )
    _put_version(session, business, 1, program, now)
    made = add_shop(session, business, shop, now)
    return Opened(
        business,
        made,
        add_key(session, vault, "owner", business, None, now),
        add_key(session, vault, "adapter", business, None, now),
        add_key(session, vault, "screen", business, made, now),
        add_key(session, vault, "setup", business, None, now),
    )


def add_shop(session: Session, business: str, shop: NewShop, now: int) -> str:
    made = new_id()
    session.run(
        "INSERT INTO shops (id, business, name, currency, timezone, day_ends, language, seq, created_at)"
        " VALUES (?, ?, ?, ?, ?, 240, ?, 0, ?)",
        (made, business, shop.name, shop.currency, shop.timezone, shop.language, now),
    )
    return made


def add_key(session: Session, vault: Vault, role: str, business: str, shop: str | None, now: int) -> str:
    """A new key, in the only moment it can be read."""
    key = new_key(role)
    session.run(
        "INSERT INTO keys (hash, business, shop, role, created_at) VALUES (?, ?, ?, ?, ?)",
        (vault.key_hash(key), business, shop, role, now),
    )
    return key


def check_setup(session: Session, token: str) -> None:
    """Whether a set-up link, by its token's hash, can still be used: asked before a password is hashed for it."""
    if not session.row("SELECT 1 FROM keys WHERE hash = ? AND role = 'setup' AND revoked_at IS NULL", (token,)):
        raise NoKey("this set-up link was used already, or never was one; `loyalty link` prints another", code="used")


def use_setup(session: Session, token: str, now: int) -> str:
    """The set-up link works once; whose business it opens."""
    check_setup(session, token)
    used = session.row("UPDATE keys SET revoked_at = ? WHERE hash = ? RETURNING business", (now, token))
    assert used is not None
    return str(used[0])


def put_program(session: Session, business: str, program: Program, now: int) -> int:
    """Every change is a version of its own; a sale stays judged by the one it was first decided under."""
    row = session.row("UPDATE businesses SET program = program + 1 WHERE id = ? RETURNING program", (business,))
    assert row is not None, business
    version: int = row[0]
    _put_version(session, business, version, program, now)
    return version


def put_settings(session: Session, business: str, wanted: HouseSettings) -> None:
    """Who is held out was drawn when they enrolled; at 0 nobody is, until it is more again."""
    session.run("UPDATE businesses SET hold_out = ? WHERE id = ?", (wanted.hold_out, business))
    if wanted.asks is not None:
        session.run("UPDATE businesses SET unasked = ? WHERE id = ?", (not wanted.asks, business))


def _put_version(session: Session, business: str, version: int, program: Program, now: int) -> None:
    session.run(
        "INSERT INTO programs (business, version, body, made_at) VALUES (?, ?, ?, ?)",
        (business, version, msgpack.encode(program), now),
    )
