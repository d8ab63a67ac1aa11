"""What the owner was given by Apple and Google, read from files in one folder; what is wrong with it, in words.

wallet/apple.pem        the Pass Type ID certificate and its key, without a passphrase
wallet/apple-wwdr.pem   the certificate of Apple's that it was issued by
wallet/google.json      the key file of a service account that may use the Google Wallet API
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import msgspec
from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePrivateKey
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.hazmat.primitives.serialization import load_pem_private_key
from cryptography.x509.oid import NameOID

from loyalty.core.days import moment
from loyalty.wire_card import Wallet

FOLDER = "wallet"  # beside the master key, unless a setting names another
APPLE, WWDR, GOOGLE = "apple.pem", "apple-wwdr.pem", "google.json"
HOW = "docs/wallets.md says how, step by step"


class Trouble(msgspec.Struct, frozen=True):
    """Why a wallet is not offered although something of it is there, and what to do."""

    maker: Wallet
    what: str
    do: str


@dataclass(frozen=True, slots=True)
class Apple:
    """A certificate with which passes are signed; what it says of itself is configured nowhere else."""

    certificate: x509.Certificate
    key: RSAPrivateKey | EllipticCurvePrivateKey
    issuer: x509.Certificate
    path: Path  # of certificate and key
    kind: str  # the pass type id
    team: str
    ends_at: int


class Account(msgspec.Struct, frozen=True):
    """Of Google's key file, what we use."""

    client_email: str
    private_key: str
    token_uri: str = "https://oauth2.googleapis.com/token"


@dataclass(frozen=True, slots=True)
class Google:
    """A service account. Its key is loaded once: to read it from its text takes longer than to sign."""

    email: str
    token_uri: str
    key: RSAPrivateKey
    issuer: str


@dataclass(frozen=True, slots=True)
class Wallets:
    """What there is; None: not offered."""

    apple: Apple | None = None
    google: Google | None = None
    troubles: tuple[Trouble, ...] = ()

    def offered(self, now: int) -> tuple[Wallet, ...]:
        """On a card, at a moment: no telephone takes a pass of a certificate that has ended."""
        apple: tuple[Wallet, ...] = ("apple",) if self.apple is not None and now < self.apple.ends_at else ()
        return (*apple, "google") if self.google is not None else apple


class _Bad(Exception):
    """What is wrong, and what to do."""


def folder(named: str, beside: Path) -> Path:
    """The one that a setting names, else the one beside the master key."""
    return Path(named) if named else beside / FOLDER


def read(folder: Path, issuer: str = "") -> Wallets:
    """`issuer`: the id of the Google Wallet issuer account. Never raises: what is wrong is told."""
    troubles: list[Trouble] = []
    apple = google = None
    try:
        apple = _apple(folder) if _is_there(folder / APPLE) else None
    except _Bad as bad:
        troubles.append(Trouble("apple", *bad.args))
    try:
        google = _google(folder / GOOGLE, issuer) if _is_there(folder / GOOGLE) else None
    except _Bad as bad:
        troubles.append(Trouble("google", *bad.args))
    return Wallets(apple, google, tuple(troubles))


def _is_there(path: Path) -> bool:
    try:
        return path.exists()
    except OSError as error:
        raise _unread(path, error) from error


def _bytes(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise _unread(path, error) from error


def _unread(path: Path, error: OSError) -> _Bad:
    return _Bad(f"{path} cannot be read ({error.strerror})", "let the service's own user read it")


# -- Apple ------------------------------------------------------------------------------------------------------------
def _apple(folder: Path) -> Apple:
    path = folder / APPLE
    raw = _bytes(path)
    key = _key(raw, path)
    found = _certificates(raw, path)
    own = next((one for one in found if one.public_key() == key.public_key()), None)
    if own is None:
        why = f"the key in {path} is not the one that its certificate was made for"
        raise _Bad(why, "export certificate and key together, from the machine on which the request was made")
    kind, team = _said(own, NameOID.USER_ID), _said(own, NameOID.ORGANIZATIONAL_UNIT_NAME)
    if not kind or not team:
        raise _Bad(f"the certificate in {path} is not one for a Pass Type ID", f"make one of those: {HOW}")
    return Apple(own, key, _issuer(own, folder / WWDR), path, kind, team, moment(own.not_valid_after_utc))


def _key(raw: bytes, path: Path) -> RSAPrivateKey | EllipticCurvePrivateKey:
    try:
        key = load_pem_private_key(raw, None)
    except TypeError as error:
        do = f"take it off: openssl pkey -in {path.name} -out key.pem, then put key.pem in the place of the old key"
        raise _Bad(f"the key in {path} has a passphrase, which nobody is there to type", do) from error
    except ValueError as error:
        raise _Bad(f"there is no private key in {path}", f"put certificate and key into it: {HOW}") from error
    if not isinstance(key, RSAPrivateKey | EllipticCurvePrivateKey):
        raise _Bad(f"the key in {path} is of a kind that Apple does not use", "make an RSA key of 2048 bits")
    return key


def _certificates(raw: bytes, path: Path) -> list[x509.Certificate]:
    try:
        return x509.load_pem_x509_certificates(raw)
    except ValueError as error:
        raise _Bad(f"there is no certificate in {path}", f"put certificate and key into it: {HOW}") from error


def _said(certificate: x509.Certificate, name: x509.ObjectIdentifier) -> str:
    found = certificate.subject.get_attributes_for_oid(name)
    return str(found[0].value) if found else ""


def _issuer(own: x509.Certificate, path: Path) -> x509.Certificate:
    """Telephones do not have it, so it goes into every pass."""
    wanted = _said_of_issuer(own)
    if not path.exists():
        raise _Bad(f"{path} is missing", f"fetch Apple's intermediate certificate {wanted}, as PEM: {HOW}")
    for one in _certificates(_bytes(path), path):
        try:
            own.verify_directly_issued_by(one)
        except (ValueError, TypeError, InvalidSignature):
            continue
        return one
    raise _Bad(f"the certificate in {path} is not the one that yours was issued by", f"fetch {wanted}: {HOW}")


def _said_of_issuer(own: x509.Certificate) -> str:
    """Apple has several of the same name, told apart by their unit, such as G4."""
    names = (NameOID.COMMON_NAME, NameOID.ORGANIZATIONAL_UNIT_NAME)
    found = [str(part.value) for name in names for part in own.issuer.get_attributes_for_oid(name)]
    return f"“{', '.join(found)}”"


# -- Google -----------------------------------------------------------------------------------------------------------
def _google(path: Path, issuer: str) -> Google:
    do = "make a JSON key of the service account again, and put the file there as it came"
    try:
        account = msgspec.json.decode(_bytes(path), type=Account)
        key = load_pem_private_key(account.private_key.encode(), None)
    except (msgspec.DecodeError, UnicodeDecodeError, ValueError, TypeError) as error:
        raise _Bad(f"{path} is not the key file of a Google service account", do) from error
    if not isinstance(key, RSAPrivateKey):
        raise _Bad(f"the key in {path} is not an RSA key", do)
    if not issuer.isascii() or not issuer.isdigit():
        raise _Bad(
            f"{path} is there, but the issuer id is not",
            "say --wallet-issuer with the number that the Google Pay & Wallet Console shows, or set"
            " LOYALTY_WALLET_ISSUER",
        )
    return Google(account.client_email, account.token_uri, key, issuer)
