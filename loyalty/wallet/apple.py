"""A pass for Apple Wallet: a zip of what it says, its pictures, a list of their hashes, and a signature of that list.

It is made in the language in which the customer reads their card. Apple would choose among texts by the telephone's
language; but "two more" needs the plural forms of each language, and many telephones speak none of a shop's.
"""

from __future__ import annotations

import hashlib
import io
import zipfile
from typing import Any

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.hazmat.primitives.serialization.pkcs7 import PKCS7Options, PKCS7SignatureBuilder
from msgspec import json

from loyalty.wallet import mark
from loyalty.wallet.face import Face, said
from loyalty.wallet.keys import Apple

MEDIA_TYPE = "application/vnd.apple.pkpass"
SERVICE = "/wallet/apple"  # where telephones ask, below the public address; they add `/v1/…`
ICONS = {"icon.png": 29, "icon@2x.png": 58, "icon@3x.png": 87, "logo.png": 50, "logo@2x.png": 100, "logo@3x.png": 150}
COLOURS = {
    "backgroundColor": "rgb(11, 91, 71)",
    "foregroundColor": "rgb(255, 255, 255)",
    "labelColor": "rgb(143, 214, 188)",
}
ZIPPED_AT = (1980, 1, 1, 0, 0, 0)  # the same pass is the same file


def file(apple: Apple, content: dict[str, Any]) -> bytes:
    """The whole of it, signed."""
    files = {"pass.json": json.encode(content)} | {name: mark.picture(side) for name, side in ICONS.items()}
    manifest = json.encode({name: hashlib.sha1(data).hexdigest() for name, data in files.items()})
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in {**files, "manifest.json": manifest, "signature": signature(apple, manifest)}.items():
            archive.writestr(zipfile.ZipInfo(name, ZIPPED_AT), data, zipfile.ZIP_DEFLATED)
    return packed.getvalue()


def signature(apple: Apple, manifest: bytes) -> bytes:
    """PKCS #7, detached, with Apple's intermediate certificate in it."""
    builder = PKCS7SignatureBuilder().set_data(manifest).add_signer(apple.certificate, apple.key, SHA256())
    options = [PKCS7Options.DetachedSignature, PKCS7Options.Binary]
    return builder.add_certificate(apple.issuer).sign(Encoding.DER, options)


def content(apple: Apple, face: Face | None, serial: str, token: str, url: str, language: str = "en") -> dict[str, Any]:
    """`pass.json`. Without a face: of who was erased, or whose letters are others now; it is void and names nobody.

    `language` is that of one that is void. `token` is what the telephone asks for news with, below `url`; it does so
    over TLS alone.
    """
    found: dict[str, Any] = {
        "formatVersion": 1,
        "passTypeIdentifier": apple.kind,
        "teamIdentifier": apple.team,
        "serialNumber": serial,
        "sharingProhibited": True,  # it is one person's card
        **COLOURS,
    }
    if url.startswith("https://"):
        found |= {"webServiceURL": f"{url}{SERVICE}", "authenticationToken": token}
    return found | (_shown(face, url) if face is not None else _void(language))


def _void(language: str) -> dict[str, Any]:
    ended = said(language, "wallet.ended")
    fields = {"primaryFields": [_field("ended", ended)]}
    return {"voided": True, "organizationName": "Regulars", "description": ended, "storeCard": fields}


def _shown(face: Face, url: str) -> dict[str, Any]:
    front = {
        "primaryFields": [_field("points", face.count)],
        "secondaryFields": _told(face, reward=face.next),
        "auxiliaryFields": _told(face, name=face.name, tier=face.tier),
    }
    back = [
        _field("card", f"{url}/card.html", face.said("screen.card.title")),
        _field("stop", face.said("wallet.stop"), face.said("wallet.stop.label")),
    ]
    code = {
        "format": "PKBarcodeFormatQR",
        "message": face.letters,
        "messageEncoding": "iso-8859-1",
        "altText": face.spoken,
    }
    return {
        "organizationName": face.shop,
        "logoText": face.shop,
        "description": face.said("wallet.description", shop=face.shop),
        "barcodes": [code],
        "storeCard": {**front, "backFields": back},
    }


def _told(face: Face, **values: str | None) -> list[dict[str, str]]:
    """Each with its label; what there is not is left out."""
    return [_field(key, value, face.said(f"wallet.{key}")) for key, value in values.items() if value is not None]


def _field(key: str, value: str, label: str = "") -> dict[str, str]:
    return {"key": key, "value": value, "label": label} if label else {"key": key, "value": value}
