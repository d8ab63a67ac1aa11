"""What the doctor looks at, and what he says of it: pure, from facts to findings in words, each with what to do."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from msgspec import Struct

from loyalty.care import wallets
from loyalty.care.finding import Finding
from loyalty.core.days import DAY, MINUTE, when

BACKUP_DAYS_MAX = 7
QUIET_DAYS_MAX = 3  # without a sale
FREE_BYTES_MIN = 1_000_000_000
WAL_BYTES_MAX = 200_000_000
CLOCK_MINUTES_MAX = 5  # that what is stored may be ahead of the clock
EVERY_NIGHT = "`loyalty backup FILE`, every night, onto another disk"
CLOCK_EARLIEST = 1_735_689_600_000_000  # 2025: before, the machine has forgotten the time


class House(Struct, frozen=True, kw_only=True):
    """One business as the doctor sees it."""

    name: str
    people: int
    setup_unused: bool
    sales: int
    last_sale: int | None


class Facts(Struct, frozen=True, kw_only=True):
    """Everything that was looked at. Modes are permissions; None, it is not there or cannot be told."""

    now: int
    clock_moved: bool
    newest: int | None  # the newest moment at which anything was stored
    database: str
    database_mode: int | None
    key: str
    key_mode: int | None
    key_fits: bool
    key_copied: bool
    free_bytes: int
    wal_bytes: int
    missing: tuple[str, ...]  # migrations that this version knows and the database lacks
    strange: tuple[str, ...]  # and the other way round
    public_url: str
    address: str
    reachable: bool
    screens: int | None
    houses: tuple[House, ...]
    backup: int | None
    purse: wallets.Purse


def findings(facts: Facts) -> list[Finding]:
    """Everything there is to say, what is wrong first."""
    found = [finding for look in LOOKS for finding in look(facts)]
    return sorted(found, key=lambda one: one.level != "wrong")


def _key(facts: Facts) -> Iterator[Finding]:
    if facts.key_mode is None:
        yield Finding(
            "wrong",
            f"the key {facts.key} is missing: no name can be read, and the service does not start",
            "put the copy that you kept in its place",
        )
    elif not facts.key_fits:
        yield Finding(
            "wrong",
            f"the key {facts.key} is not the one that this database was made with",
            "put the copy that belongs to it in its place",
        )
    elif not facts.key_copied and not facts.missing:
        yield Finding(
            "wrong",
            "nobody has confirmed that there is a copy of the key: if this disk is lost, so is every name",
            f"copy {facts.key} to another place than the backups, then say `loyalty doctor --key-copied`",
        )


def _permissions(facts: Facts) -> Iterator[Finding]:
    for path, mode in ((facts.key, facts.key_mode), (facts.database, facts.database_mode)):
        if mode is not None and mode & 0o077:
            yield Finding("wrong", f"others on this machine can read {path}", f"chmod 600 {path}")


def _version(facts: Facts) -> Iterator[Finding]:
    if facts.strange:
        yield Finding(
            "wrong",
            f"the database is of a newer version of Regulars (it has {', '.join(facts.strange)})",
            "install that version again",
        )
    elif facts.missing:
        yield Finding(
            "wrong",
            f"the database is of an older version of Regulars (it lacks {', '.join(facts.missing)})",
            "start `loyalty serve` of this version: it makes a copy and brings it up to date",
        )


def _disk(facts: Facts) -> Iterator[Finding]:
    if facts.free_bytes < FREE_BYTES_MIN:
        yield Finding(
            "wrong",
            f"only {facts.free_bytes // 10**6:,} MB are free on the disk: when it is full, no sale can be taken",
            "make room; old backups beside the database are a place to begin",
        )
    if facts.wal_bytes > WAL_BYTES_MAX:
        yield Finding(
            "off",
            f"the log beside the database has grown to {facts.wal_bytes // 10**6:,} MB: something reads without an end",
            "see whether a backup or another program hangs; starting the service again makes it small",
        )


def _clock(facts: Facts) -> Iterator[Finding]:
    if facts.clock_moved:
        yield Finding("off", "the clock is moved by a file (LOYALTY_TEST_CLOCK): this is a test", "unset it in a shop")
    elif facts.now < CLOCK_EARLIEST or (facts.newest or 0) - facts.now > CLOCK_MINUTES_MAX * MINUTE:
        shown = f"{when(facts.now):%Y-%m-%d %H:%M} UTC"
        yield Finding(
            "wrong",
            f"the clock of this machine says {shown}, which is before what is stored already",
            "set it, and have it follow a time server (timedatectl set-ntp true)",
        )


def _service(facts: Facts) -> Iterator[Finding]:
    if not facts.reachable:
        yield Finding(
            "wrong",
            f"nobody answers at {facts.address}",
            "start `loyalty serve`; if it runs elsewhere, say --host and --port as it was told",
        )
    elif facts.screens == 0:
        yield Finding(
            "off",
            "no counter screen is connected: cues are seen by nobody",
            "open the counter's link, which `loyalty init` printed, on the tablet",
        )


def _address(facts: Facts) -> Iterator[Finding]:
    if not facts.public_url:
        yield Finding(
            "off",
            "public_url is not set: links to cards lead to this machine alone, and customers' phones cannot open them",
            "say --public-url https://… to `loyalty serve`, or set LOYALTY_PUBLIC_URL",
        )
    elif not facts.public_url.startswith("https://"):
        yield Finding(
            "off",
            f"{facts.public_url} is not https: a tablet's camera cannot scan, its screen may sleep, and keys travel in"
            " the open",
            "put a proxy with a certificate in front (docs/running.md); hand scanners and typed codes work without",
        )


def _houses(facts: Facts) -> Iterator[Finding]:
    if not facts.houses:
        yield Finding("wrong", "there is no shop yet", "`loyalty init` opens one")
    for house in facts.houses:
        if house.setup_unused:
            yield Finding(
                "off",
                f"{house.name}: the owner's set-up link was never used",
                "open it; `loyalty link --shop ID` prints another",
            )
        if not house.people:
            yield Finding(
                "off", f"{house.name}: nobody is enrolled yet", "press N on the counter, or `loyalty import` past sales"
            )
        yield from _sales(facts, house)


def _sales(facts: Facts, house: House) -> Iterator[Finding]:
    if house.last_sale is None:
        yield Finding("off", f"{house.name}: no sale has come in yet", "is the till's adapter running, with its key?")
    elif facts.now - house.last_sale > QUIET_DAYS_MAX * DAY:
        days = (facts.now - house.last_sale) // DAY
        yield Finding(
            "off", f"{house.name}: the last sale came in {days} days ago", "is the till's adapter still running?"
        )


def _backup(facts: Facts) -> Iterator[Finding]:
    if facts.missing or not any(house.people or house.sales for house in facts.houses):
        return  # an older version has not noted it, or there is nothing to lose yet
    if facts.backup is None:
        yield Finding("wrong", "there has never been a backup", EVERY_NIGHT)
    elif facts.now - facts.backup > BACKUP_DAYS_MAX * DAY:
        days = (facts.now - facts.backup) // DAY
        yield Finding("wrong", f"the last backup is {days} days old", EVERY_NIGHT)


def _wallets(facts: Facts) -> Iterator[Finding]:
    yield from wallets.findings(facts.purse, facts.public_url, facts.now)


Look = Callable[[Facts], Iterator[Finding]]
LOOKS: tuple[Look, ...] = (_key, _permissions, _version, _disk, _clock, _service, _address, _houses, _backup, _wallets)
