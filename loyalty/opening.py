"""Opening a shop, and bringing a database up to date before it is served."""

from __future__ import annotations

from collections.abc import Sequence

from msgspec import Struct

from loyalty.acts.shops import DEFAULT_PROGRAM, add_key, open_business
from loyalty.clock import clock_of
from loyalty.core.days import moment
from loyalty.core.fit import check_shop
from loyalty.errors import Unknown
from loyalty.settings import Settings
from loyalty.store.database import Place, open_vault, prepare
from loyalty.tills.connecting import connect, disconnect
from loyalty.tills.connections import Connection
from loyalty.wire import NewShop
from loyalty.words import DEFAULT, check_language
from loyalty.words.program import spoken


class Keys(Struct, frozen=True):
    """What `init` prints, this once."""

    shop: str
    owner_url: str
    owner_key: str
    adapter_key: str
    screen_key: str
    counter_url: str


async def open_shop(settings: Settings, name: str, currency: str, timezone: str, language: str = DEFAULT) -> Keys:
    """A business of its own with one shop. Refuses what does not exist (currency, zone, language) before it writes."""
    shop = NewShop(name=name, currency=currency.upper(), timezone=timezone, language=language)
    check_shop(shop)
    check_language(language)
    place = Place.of(settings.database, settings.key)
    vault = await prepare(place)
    session = place.open()
    try:
        with session.transaction():
            now = moment(clock_of(settings.test_clock).now())
            made = open_business(session, vault, shop, now, spoken(DEFAULT_PROGRAM, language))
    finally:
        session.close()
    return Keys(
        shop=made.shop,
        owner_url=f"{settings.url}/owner.html#setup={made.setup_token}",
        owner_key=made.owner_key,
        adapter_key=made.adapter_key,
        screen_key=made.screen_key,
        counter_url=f"{settings.url}/counter.html#shop={made.shop}&key={made.screen_key}",
    )


async def connect_till(
    settings: Settings, vendor: str, shop: str, pairs: Sequence[str], existing: str | None
) -> Connection:
    """On a database that may be served meanwhile: the service looks for connections every second."""
    place = Place.of(settings.database, settings.key)
    open_vault(place)  # connects nothing where there is nothing
    vault = await prepare(place)
    session = place.open()
    try:
        with session.transaction():
            now = moment(clock_of(settings.test_clock).now())
            return connect(session, vault, vendor, shop, pairs, settings.url, now, existing)
    finally:
        session.close()


async def disconnect_till(settings: Settings, connection: str) -> int:
    """On a database that may be served meanwhile; how many deliveries were set aside."""
    place = Place.of(settings.database, settings.key)
    open_vault(place)
    vault = await prepare(place)
    session = place.open()
    try:
        with session.transaction():
            return disconnect(session, vault, connection, moment(clock_of(settings.test_clock).now()))
    finally:
        session.close()


def new_link(settings: Settings, shop: str) -> str:
    """Another one-time set-up link of the shop's business: for a forgotten password, or one more owner."""
    place = Place.of(settings.database, settings.key)
    vault, session = open_vault(place), place.open()
    now = moment(clock_of(settings.test_clock).now())
    try:
        with session.transaction():
            row = session.row("SELECT business FROM shops WHERE id = ?", (shop,))
            if row is None:
                raise Unknown(f"there is no shop {shop} in this database", at="shop")
            token = add_key(session, vault, "setup", row[0], None, now)
    finally:
        session.close()
    return f"{settings.url}/owner.html#setup={token}"


async def bring_up_to_date(settings: Settings) -> bool:
    """Whether it was made just now."""
    place = Place.of(settings.database, settings.key)
    fresh = not place.holds_anything()
    await prepare(place)
    return fresh
