"""Whether a delivery was signed with the key that we know: compared in constant time, and refused in words."""

from __future__ import annotations

import base64
import hmac
from collections.abc import Iterable
from datetime import datetime

from loyalty.errors import NoKey
from pos_adapters.base import Headers, Settings, Verdict

WORDS = "did you copy the key of another subscription?"


def in_hex(key: bytes | str, signed: bytes, kind: str = "sha256") -> str:
    """HMAC; a key that is text counts as UTF-8."""
    return hmac.digest(_bytes(key), signed, kind).hex()


def in_base64(key: bytes | str, signed: bytes, kind: str = "sha256") -> str:
    return base64.b64encode(hmac.digest(_bytes(key), signed, kind)).decode()


def basic(user: str, password: str) -> str:
    """As the header authorization gives a user name and a password."""
    return f"Basic {base64.b64encode(f'{user}:{password}'.encode()).decode()}"


def key_of(vendor: str, settings: Settings, name: str, where: str) -> str:
    """The secret to check with; `where` says where it stands. Raises NoKey while nobody has set it."""
    if not settings[name]:
        raise NoKey(f"{vendor}: {name} is not set; it stands {where}", at=name)
    return settings[name]


def header(vendor: str, headers: Headers, name: str) -> str:
    """Raises NoKey where the delivery has no such header."""
    if not headers.get(name):
        raise NoKey(f"{vendor}: expected the header {name}; was this sent by {vendor}?", at=name)
    return headers[name]


def believed(vendor: str, at: str, given: str | Iterable[str], *expected: str, why: str = WORDS) -> Verdict:
    """If any of the signatures given is any of those expected; the time it takes says nothing of how near it was."""
    texts = [given] if isinstance(given, str) else list(given)
    alike = [hmac.compare_digest(one.encode(), other.encode()) for one in texts for other in expected]
    if not any(alike):
        raise NoKey(f"{vendor}: the signature does not match: {why}", at=at)
    return "signed"


def fresh(vendor: str, at: str, signed_at: str, now: datetime, *, past_s: float, future_s: float | None) -> None:
    """Only for vendors that document a tolerance. `signed_at` in seconds since 1970. None: the future is no matter."""
    age_s = now.timestamp() - int(signed_at)
    if age_s > past_s or (future_s is not None and -age_s > future_s):
        raise NoKey(f"{vendor}: signed {age_s:.0f} seconds ago: is a clock wrong, or was it sent again?", at=at)


def parted(text: str, between: str = ",") -> dict[str, list[str]]:
    """`t=1,v1=a,v1=b` → {"t": ["1"], "v1": ["a", "b"]}."""
    found: dict[str, list[str]] = {}
    for part in text.split(between):
        name, _, value = part.strip().partition("=")
        found.setdefault(name, []).append(value)
    return found


def _bytes(key: bytes | str) -> bytes:
    return key.encode() if isinstance(key, str) else key
