"""Where a vendor's deliveries arrive: the settings that say so, and the address that comes of them."""

from __future__ import annotations

from urllib.parse import urlsplit

from loyalty.errors import Unfit
from pos_adapters.base import Adapter, Setting, Settings
from pos_adapters.money import digits

BODY_BYTES_MAX = 4 * 1024 * 1024  # of one delivery: a vendor's largest are below one megabyte
PATH = "/hooks/"
POLL_S_MAX = 86_400.0


def _address(text: str) -> None:
    parts = urlsplit(text)
    if parts.scheme not in ("http", "https") or not parts.netloc:
        raise ValueError(f"expected an address such as https://regulars.example, got {text!r}")


def _seconds(text: str) -> None:
    if not 0.2 <= float(text) <= POLL_S_MAX:
        raise ValueError(f"expected seconds, from 0.2 to {POLL_S_MAX:.0f}, got {text}")


PUBLIC_URL = Setting(
    "public_url", "the address at which the vendor reaches Regulars, such as https://regulars.example", fits=_address
)
POLL_S = Setting(
    "poll_s", "how often the vendor is asked for what no delivery told, in seconds", default="30", fits=_seconds
)


def _currency(text: str) -> None:
    try:
        digits(text)
    except Unfit as error:
        raise ValueError(error.message) from error


CURRENCY = Setting("currency", "the currency of the account, such as KES; else it is asked for", fits=_currency)


def api_base(default: str) -> Setting:
    """Every adapter that fetches takes it: for a vendor's sandbox, and for tests."""
    return Setting("api_base", "where the vendor's API is", default=default, fits=_address)


def hook_url(adapter: Adapter, connection: str, settings: Settings) -> str:
    """The whole address of a connection. A `public_url` that names its /hooks/ is taken as it is."""
    base = settings.get(PUBLIC_URL.name, "")
    if not base or PATH in base:
        return base
    return f"{base.rstrip('/')}{PATH}{adapter.vendor}/{connection}"


def at_address(adapter: Adapter, connection: str, settings: Settings) -> Settings:
    """The settings as `verify` wants them: `public_url` is the whole address, as the vendor signs it."""
    return {**settings, PUBLIC_URL.name: hook_url(adapter, connection, settings)}
