"""Shopify's signatures: HMAC-SHA256 over the very bytes of a webhook, and the token with which the POS app vouches for
what our extension tells (a JWT by the same secret)."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from loyalty.errors import NoKey
from pos_adapters.base import Headers, Settings, Verdict
from pos_adapters.signing import WORDS, believed, header, in_base64, key_of

HEADERS = ("x-shopify-hmac-sha256", "shopify-hmac-sha256")  # the second is that of their newer Events
SHOPS = ("x-shopify-shop-domain", "shopify-shop-domain")
LEEWAY_S = 10.0  # as their own library has it
WHY = f"{WORDS} What is set up by hand under Settings > Notifications is signed with another key than an app's"


def verify(headers: Headers, raw: bytes, settings: Settings, now: datetime) -> Verdict:
    """There is no time in a webhook's signature to go stale; the till's token has one."""
    secrets = _secrets(settings)
    given = next((headers[name] for name in HEADERS if headers.get(name)), "")
    if not given and headers.get("authorization"):
        claims = _claims(headers["authorization"], secrets, settings, now)
        _of_this_shop(str(claims.get("dest", "")).removeprefix("https://"), settings)
        return "signed"
    given = given or header("shopify", headers, HEADERS[0])
    verdict = believed("shopify", HEADERS[0], given, *(in_base64(key, raw) for key in secrets), why=WHY)
    _of_this_shop(next((headers[name] for name in SHOPS if headers.get(name)), ""), settings)
    return verdict


def sign(raw: bytes, settings: Settings, now: datetime) -> Headers:
    """The headers with which Shopify would send these bytes as a webhook."""
    shop = {SHOPS[0]: settings["shop_domain"]} if settings["shop_domain"] else {}
    return {HEADERS[0]: in_base64(settings["client_secret"], raw), "content-type": "application/json", **shop}


def _secrets(settings: Settings) -> list[str]:
    """For an hour after a new one was made Shopify goes on signing with the old one."""
    newest = key_of("shopify", settings, "client_secret", "in the Dev Dashboard, under the app's Settings")
    return [newest, *filter(None, [settings["old_client_secret"]])]


def _of_this_shop(domain: str, settings: Settings) -> None:
    """The same app, and so the same secret, may serve several shops. A webhook's domain is not signed: this finds
    mistakes, no attacks."""
    own = settings["shop_domain"]
    if own and domain and domain.lower() != own.lower():
        raise NoKey(f"shopify: sent by {domain[:100]}, and shop_domain is {own}: is this its address?", at=SHOPS[0])


# -- the till's token -------------------------------------------------------------------------------------------------
def _claims(authorization: str, secrets: list[str], settings: Settings, now: datetime) -> dict[str, Any]:
    import jwt

    client = key_of("shopify", settings, "client_id", "in the Dev Dashboard, under the app's Settings")
    scheme, _, token = authorization.partition(" ")
    if scheme != "Bearer":
        raise NoKey("shopify: expected a Bearer token; was this sent by the POS app?", at="authorization")
    trouble = ""
    for key in secrets:
        try:
            claims: dict[str, Any] = jwt.decode(token, key, ["HS256"], audience=client, options=_UNTIMED)
        except jwt.PyJWTError as error:
            trouble = str(error)
        else:
            _fresh(claims, now)
            return claims
    raise NoKey(f"shopify: the token of the POS app does not hold ({trouble}): is it this app's?", at="authorization")


_UNTIMED: Any = {"verify_exp": False, "verify_nbf": False, "verify_iat": False, "require": ["exp", "aud"]}


def _fresh(claims: dict[str, Any], now: datetime) -> None:
    """By the clock that we were given."""
    seconds = now.timestamp()
    begins, ends = (float(claims.get(name, fallback)) for name, fallback in (("nbf", 0), ("exp", 0)))
    if not begins - LEEWAY_S <= seconds < ends + LEEWAY_S:
        raise NoKey("shopify: the token of the POS app is not of now: is a clock wrong?", at="authorization")
