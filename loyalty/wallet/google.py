"""A pass for Google Wallet: an address that holds the pass, signed with the service account's key.

Google keeps it, and its app makes the code that renews itself by the card's secret. So that secret goes to Google, and
into an address that the customer's own browser opens; nothing of ours writes it down.
"""

from __future__ import annotations

from json import JSONEncoder
from typing import Any

import jwt

from loyalty.core.days import SECOND
from loyalty.core.rotating import DIGITS, STEP_S
from loyalty.wallet.face import Face
from loyalty.wallet.keys import Google

SAVE = "https://pay.google.com/gp/v/save/"
ADDRESS_CHARS_MAX = 1_800  # beyond, some browsers cut it
LOGO = "/wallet/logo.png"  # below the public address, for Google to fetch
LOGO_SIDE = 660
CUT = (40, 20, 10)  # letters of a name, in an address that would be too long
BRAND = "#0B5B47"


def address(google: Google, face: Face, serial: str, secret: bytes, url: str, now: int) -> str:
    """Where the customer saves it. What would make it too long is left out or cut short, step by step; Google is
    told of the whole card once it is saved."""
    whole = thing(google, face, serial, secret)
    found = _address(google, whole, _class(google, face, url), url, now)
    bare = {name: value for name, value in whole.items() if name != "textModulesData"}
    for chars in CUT:
        if len(found) <= ADDRESS_CHARS_MAX:
            break
        if "accountName" in bare:
            bare["accountName"] = whole["accountName"][:chars]
        found = _address(google, bare, _class(google, face, url, chars), url, now)
    return found


def thing(google: Google, face: Face | None, serial: str, secret: bytes = b"") -> dict[str, Any]:
    """The loyalty object; without a face that it has ended, and names nobody."""
    id = f"{google.issuer}.{serial}"
    if face is None:
        return {"id": id, "state": "EXPIRED", "accountName": "", "textModulesData": []}
    found: dict[str, Any] = {
        "id": id,
        "classId": _class_id(google, face),
        "state": "ACTIVE",
        "loyaltyPoints": {"label": face.said(_label(face)), "balance": {"int": face.points}},
        "rotatingBarcode": _code(face, secret),
    }
    if face.name is not None:
        found["accountName"] = face.name
    lines = {"reward": face.next, "tier": face.tier}
    found["textModulesData"] = [
        {"id": key, "header": face.said(f"wallet.{key}"), "body": body} for key, body in lines.items() if body
    ]
    return found


def _label(face: Face) -> str:
    return "wallet.stamps" if face.stamps else "wallet.points"


def _code(face: Face, secret: bytes) -> dict[str, Any]:
    """Google says only that its seconds are when the code was made; `rotating` takes any within the half minute."""
    return {
        "type": "QR_CODE",
        "valuePattern": f"{face.letters}{{totp_timestamp_seconds}}{{totp_value_0}}",
        "alternateText": face.spoken,
        "totpDetails": {
            "periodMillis": str(STEP_S * 1_000),
            "algorithm": "TOTP_SHA1",
            "parameters": [{"key": secret.hex().upper(), "valueLength": DIGITS}],
        },
    }


def _class_id(google: Google, face: Face) -> str:
    return f"{google.issuer}.{face.business}"


def _class(google: Google, face: Face, url: str, chars: int | None = None) -> dict[str, Any]:
    """What all cards of a business share. Google makes it with the first card that somebody saves."""
    return {
        "id": _class_id(google, face),
        "issuerName": face.shop[:chars],
        "programName": face.shop[:chars],
        "programLogo": {"sourceUri": {"uri": f"{url}{LOGO}"}},
        "hexBackgroundColor": BRAND,
        "reviewStatus": "UNDER_REVIEW",
    }


def _address(google: Google, card: dict[str, Any], shared: dict[str, Any], url: str, now: int) -> str:
    claims = {
        "iss": google.email,
        "aud": "google",
        "typ": "savetowallet",
        "iat": now // SECOND,
        "origins": [url],
        "payload": {"loyaltyClasses": [shared], "loyaltyObjects": [card]},
    }
    return SAVE + jwt.encode(claims, google.key, algorithm="RS256", json_encoder=_Short)


class _Short(JSONEncoder):
    """Letters of other scripts as they are: six times shorter."""

    def __init__(self, **how: Any) -> None:
        super().__init__(**how | {"ensure_ascii": False})
