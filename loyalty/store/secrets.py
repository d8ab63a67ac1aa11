"""Secrets from the first commit: what names somebody is encrypted, what is looked up is a keyed hash.

A person's name and identifiers are encrypted (AES-GCM) under a key of their own, which is wrapped by the master key;
destroying that key erases the person. Look-ups use BLAKE2b keyed with a key derived from the master key. Keys and
links of 256 random bits need no slow hash. The master key is `loyalty.key` beside the database, 0600.
"""

from __future__ import annotations

import hashlib
import os
import secrets
from collections.abc import Callable
from functools import partial
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from loyalty.errors import RegularsError

KEY_BYTES = 32
CODE_BYTES = 16
SECRET_BYTES = 20  # as RFC 4226 recommends
NONCE_BYTES = 12
CARD_LETTERS = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"  # no 0 O 1 I L
CARD_CHARS = 8
ID_LETTERS = "0123456789abcdefghjkmnpqrstvwxyz"
ID_CHARS = 16
TO_ID_LETTERS = ID_LETTERS.encode() * 8  # of a random byte, five bits make a letter


class NoMasterKey(RegularsError):
    """The database is there and its key is not."""


class Vault:
    """What the master key can do."""

    def __init__(self, master: bytes) -> None:
        if len(master) != KEY_BYTES:
            raise NoMasterKey(f"the master key has {len(master)} bytes, expected {KEY_BYTES}: is the file whole?")
        self._wrap = AESGCM(_derive(master, b"wrap"))
        self._raw = AESGCM(_derive(master, b"raw"))
        self._look_up = _derive(master, b"look-up")
        self._keys = _derive(master, b"keys")
        self._cards = _derive(master, b"cards")
        self._passes = _derive(master, b"passes")

    @property
    def fingerprint(self) -> str:
        """Tells one master key from another, and nothing about it."""
        return hashlib.blake2b(b"fingerprint", key=self._keys, digest_size=8).hexdigest()

    def mark(self, business: str, kind: str, value: str) -> str:
        """The keyed hash by which an identifier is found; the same value of another business has another."""
        text = f"{business}\0{kind}\0{value}".encode()
        return hashlib.blake2b(text, key=self._look_up, digest_size=16).hexdigest()

    def key_hash(self, key: str) -> str:
        """Of an API key, a set-up token or a card link."""
        return hashlib.blake2b(key.encode(), key=self._keys, digest_size=32).hexdigest()

    def card_secret(self, business: str, card: str) -> bytes:
        """What the renewing code of a card is made with (20 bytes): derived, so that nothing is read to prove one."""
        text = f"{business}\0{card}".encode()
        return hashlib.blake2b(text, key=self._cards, digest_size=SECRET_BYTES).digest()

    def pass_token(self, serial: str) -> str:
        """What a telephone shows to be told of a pass: derived, so that it is stored nowhere."""
        return hashlib.blake2b(serial.encode(), key=self._passes, digest_size=20).hexdigest()

    def new_person(self) -> tuple[Person, bytes]:
        """A person's own key, and how it is kept."""
        own = secrets.token_bytes(KEY_BYTES)
        return Person(own), _seal(self._wrap, own)

    def opens(self, wrapped: bytes) -> bool:
        """Whether this is the master key that a person's own key was wrapped with."""
        try:
            _open(self._wrap, wrapped)
        except InvalidTag:
            return False
        return True

    def person(self, wrapped: bytes) -> Person:
        return Person(_open(self._wrap, wrapped))

    def seal_raw(self, raw: bytes) -> bytes:
        """A delivery as it came, for the days that it is kept."""
        return _seal(self._raw, raw)

    def open_raw(self, sealed: bytes) -> bytes:
        return _open(self._raw, sealed)


class Person:
    """One person's key: seals and opens their texts."""

    def __init__(self, own: bytes) -> None:
        self._cipher = AESGCM(own)

    def seal(self, text: str) -> bytes:
        return _seal(self._cipher, text.encode())

    def open(self, sealed: bytes) -> str:
        return _open(self._cipher, sealed).decode()


def new_id() -> str:
    """80 random bits, in letters that survive being read aloud."""
    return os.urandom(ID_CHARS).translate(TO_ID_LETTERS).decode()


def new_card() -> str:
    """The eight letters under the QR code."""
    return "".join(secrets.choice(CARD_LETTERS) for _ in range(CARD_CHARS))


def new_key(role: str) -> str:
    return f"{role}_{secrets.token_urlsafe(KEY_BYTES)}"


def new_code() -> str:
    """128 random bits for a link that is used once and soon: the fewer letters, the coarser its QR code."""
    return f"join_{secrets.token_urlsafe(CODE_BYTES)}"


def master_key(path: Path, *, make: bool) -> bytes:
    """Reads the master key; makes one, readable by its owner alone, where there is no database yet."""
    if path.exists():
        return path.read_bytes()
    if not make:
        raise NoMasterKey(
            f"the master key {path} is missing: put the copy you kept there, without it no name can be read"
        )
    master = secrets.token_bytes(KEY_BYTES)
    _write_key(path, master)
    return master


def keep_key(path: Path, master: bytes, *, replace: bool) -> Callable[[], object]:
    """Puts a key beside a database that needs it, keeping another one that was there; answers what takes that back."""
    moved: Path | None = None
    if path.exists():
        if path.read_bytes() == master:
            return lambda: None
        if not replace:
            raise NoMasterKey(
                f"another key lies at {path}, and databases in one folder share one: restore into a folder of its own,"
                " or say --replace to put the backup's key in its place (the old one is kept)"
            )
        moved = path.with_name(f"{path.name}.before-restore")
        path.replace(moved)
    _write_key(path, master)
    return path.unlink if moved is None else partial(moved.replace, path)


def _write_key(path: Path, master: bytes) -> None:
    file = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        os.write(file, master)
        os.fsync(file)
    finally:
        os.close(file)


def _derive(master: bytes, purpose: bytes) -> bytes:
    return HKDF(SHA256(), KEY_BYTES, None, b"regulars " + purpose).derive(master)


def _seal(cipher: AESGCM, text: bytes) -> bytes:
    nonce = os.urandom(NONCE_BYTES)
    return nonce + cipher.encrypt(nonce, text, None)


def _open(cipher: AESGCM, sealed: bytes) -> bytes:
    return cipher.decrypt(sealed[:NONCE_BYTES], sealed[NONCE_BYTES:], None)
