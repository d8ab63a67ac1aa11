"""What Apple and Google would give an owner, made here: a root, an intermediate, a pass certificate, an account."""

from __future__ import annotations

import ipaddress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path

import msgspec
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, generate_private_key
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    NoEncryption,
    PrivateFormat,
)
from cryptography.x509.oid import NameOID

KIND, TEAM, ISSUER = "pass.example.corner", "TEAM123456", "3388000000012345678"
EMAIL = "passes@corner.example"
BEGINS, YEAR = datetime(2020, 1, 1, tzinfo=UTC), timedelta(days=365)


@dataclass(frozen=True)
class Made:
    """A certificate and its key."""

    certificate: x509.Certificate
    key: RSAPrivateKey

    @property
    def pem(self) -> bytes:
        return self.certificate.public_bytes(Encoding.PEM)

    @property
    def whole(self) -> bytes:
        return self.pem + pem_of(self.key)


def pem_of(key: RSAPrivateKey, passphrase: bytes | None = None) -> bytes:
    kept = NoEncryption() if passphrase is None else BestAvailableEncryption(passphrase)
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, kept)


@cache
def key_of(name: str) -> RSAPrivateKey:
    """One for each name, since making them takes long."""
    return generate_private_key(65_537, 2_048)


def certificate(
    name: str, by: Made | None = None, ends: datetime = BEGINS + 20 * YEAR, ca: bool = False, **said: str
) -> Made:
    """Signed by another, or by itself. `said`: further parts of its subject."""
    key = key_of(name)
    parts = [x509.NameAttribute(NameOID.COMMON_NAME, name)]
    parts += [x509.NameAttribute(getattr(NameOID, part), value) for part, value in said.items()]
    subject, signer = x509.Name(parts), by.key if by else key
    usage = x509.KeyUsage(not ca, False, False, False, False, ca, ca, False, False)
    builder = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(by.certificate.subject if by else subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(BEGINS)
        .not_valid_after(ends)
        .add_extension(x509.BasicConstraints(ca, None), critical=True)
        .add_extension(usage, critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(signer.public_key()), critical=False)
    )
    if not ca:
        here = [x509.DNSName("localhost"), x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]
        builder = builder.add_extension(x509.SubjectAlternativeName(here), critical=False)
    return Made(builder.sign(signer, SHA256()), key)


@cache
def root() -> Made:
    return certificate("Test Root", ca=True)


@cache
def wwdr() -> Made:
    """In place of Apple's intermediate certificate."""
    return certificate("Test Worldwide Relations", root(), ca=True, ORGANIZATIONAL_UNIT_NAME="G4")


def own(ends: datetime = BEGINS + 20 * YEAR) -> Made:
    """In place of the owner's Pass Type ID certificate."""
    return certificate("Pass Type ID", wwdr(), ends, USER_ID=KIND, ORGANIZATIONAL_UNIT_NAME=TEAM)


def account(token_uri: str = "https://127.0.0.1:1/token") -> bytes:
    """In place of the key file of a service account."""
    said = {"type": "service_account", "client_email": EMAIL, "private_key": pem_of(key_of("google")).decode()}
    return msgspec.json.encode(said | {"token_uri": token_uri})


def fill(folder: Path, apple: Made | None = None, google: bytes | None = None) -> Path:
    """The owner's folder."""
    folder.mkdir(parents=True, exist_ok=True)
    if apple is not None:
        (folder / "apple.pem").write_bytes(apple.whole)
        (folder / "apple-wwdr.pem").write_bytes(wwdr().pem)
    if google is not None:
        (folder / "google.json").write_bytes(google)
    return folder
