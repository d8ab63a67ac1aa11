"""Two ways to be believed: webhooks are signed with a shared secret, loyalty questions carry a token of Toast's."""

from __future__ import annotations

from datetime import datetime

import msgspec

from loyalty.errors import NoKey, Unfit
from pos_adapters.base import Headers, Settings, Verdict
from pos_adapters.reading import BAD_ITEM
from pos_adapters.signing import believed, header, in_base64, key_of
from pos_adapters.toast import loyalty

HEADER = "toast-signature"


class Stamped(msgspec.Struct):
    timestamp: str


_STAMPED = msgspec.json.Decoder(Stamped)


def verify(headers: Headers, raw: bytes, settings: Settings, now: datetime) -> Verdict:
    if loyalty.KIND in headers:
        return _with_token(headers, raw, settings, now)
    key = key_of("toast", settings, "webhook_secret", "beside the webhook subscription, in Toast Web")
    return believed("toast", HEADER, header("toast", headers, HEADER), _signature(raw, key))


def sign(raw: bytes, settings: Settings, now: datetime) -> Headers:
    """The headers with which Toast would send this order. Raises Unfit on a loyalty question."""
    if loyalty.read(raw) is not None:
        raise Unfit("toast: a loyalty question is signed with a key that only Toast has")
    return {HEADER: _signature(raw, settings["webhook_secret"]), "content-type": "application/json"}


def _signature(raw: bytes, key: str) -> str:
    """Over the body and, behind it, the body's own timestamp."""
    try:
        stamp = _STAMPED.decode(raw).timestamp
    except BAD_ITEM as error:
        raise NoKey("toast: expected a body with a timestamp; was this sent by Toast?", at=HEADER) from error
    return in_base64(key, raw + stamp.encode())


# -- loyalty questions ------------------------------------------------------------------------------------------------
def key_in(text: str) -> str:
    """The PEM, whose line ends may be written as \\n. Raises ValueError."""
    from cryptography.hazmat.primitives.serialization import load_pem_public_key

    pem = text.replace("\\n", "\n").strip()
    try:
        load_pem_public_key(pem.encode())
    except Exception as error:  # UnsupportedAlgorithm is no ValueError
        raise ValueError("expected a public key that begins with -----BEGIN PUBLIC KEY-----") from error
    return pem


def _with_token(headers: Headers, raw: bytes, settings: Settings, now: datetime) -> Verdict:
    """The token does not cover the body, so it makes nothing believed but a question."""
    import jwt

    key = key_of("toast", settings, "loyalty_public_key", "at Toast's API under /usermgmt/v1/oauth/token_key")
    given = header("toast", headers, "authorization").split()
    if loyalty.read(raw) is None:
        raise NoKey("toast: a loyalty token was sent with something that is no loyalty question", at=loyalty.KIND)
    timeless = {"verify_exp": False, "verify_nbf": False, "verify_iat": False, "verify_aud": False}
    try:
        claims = jwt.decode(given[-1], key_in(key), algorithms=["RS256"], options=timeless)  # type: ignore[arg-type]
    except (jwt.PyJWTError, LookupError, ValueError) as error:
        raise NoKey(
            "toast: the token is not signed with loyalty_public_key: is it the key of this environment?",
            at="authorization",
        ) from error
    until = claims.get("exp")
    if isinstance(until, int | float) and until < now.timestamp():
        raise NoKey("toast: the token has expired: is a clock wrong, or was it sent again?", at="authorization")
    return "signed"
