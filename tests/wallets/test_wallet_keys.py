"""What an owner put into the folder is read, or what is wrong with it said in words, with what to do."""

from __future__ import annotations

from pathlib import Path

import pytest

from loyalty.core.days import moment
from loyalty.settings import BadSetting, settings
from loyalty.wallet import keys
from tests.running import Service
from tests.wallets import issuing
from tests.wallets.conftest import URL
from tests.wallets.issuing import BEGINS, YEAR

ENDED = BEGINS + YEAR


def test_a_certificate_tells_itself_what_it_is_for(tmp_path: Path) -> None:
    found = keys.read(issuing.fill(tmp_path, issuing.own(), issuing.account()), issuing.ISSUER)
    assert found.troubles == ()
    assert found.apple is not None
    assert (found.apple.kind, found.apple.team) == (issuing.KIND, issuing.TEAM)
    assert found.offered(moment(BEGINS + YEAR)) == ("apple", "google")


def test_what_has_ended_is_not_offered(tmp_path: Path) -> None:
    found = keys.read(issuing.fill(tmp_path, issuing.own(ENDED)))
    assert found.offered(moment(ENDED) - 1) == ("apple",)
    assert found.offered(moment(ENDED)) == ()


def test_nothing_there_is_no_trouble(tmp_path: Path) -> None:
    assert keys.read(tmp_path / "nowhere", issuing.ISSUER) == keys.Wallets()


def test_a_certificate_before_its_issuer_and_after_other_text_is_found(tmp_path: Path) -> None:
    """As `openssl pkcs12` writes them."""
    issuing.fill(tmp_path, issuing.own())
    whole = b"Bag Attributes\n    friendlyName: Pass\n" + issuing.own().pem + issuing.wwdr().pem
    (tmp_path / "apple.pem").write_bytes(whole + b"Bag Attributes\n" + issuing.pem_of(issuing.own().key))
    assert keys.read(tmp_path).apple is not None


def broken(name: str) -> dict[str, bytes]:
    """Files in place of those that are as they should be."""
    own, other = issuing.own(), issuing.key_of("other")
    bare = issuing.certificate("Something else", issuing.wwdr())
    return {
        "no key": {"apple.pem": own.pem},
        "no certificate": {"apple.pem": issuing.pem_of(own.key)},
        "passphrase": {"apple.pem": own.pem + issuing.pem_of(own.key, b"secret")},
        "another key": {"apple.pem": own.pem + issuing.pem_of(other)},
        "another kind": {"apple.pem": bare.whole},
        "nonsense": {"apple.pem": b"\xff\x00"},
        "another issuer": {"apple-wwdr.pem": issuing.root().pem},
        "no issuer": {"apple-wwdr.pem": b""},
        "not json": {"google.json": b"{"},
        "no account": {"google.json": b"{}"},
        "bad key": {"google.json": b'{"client_email": "a", "private_key": "b"}'},
    }[name]


@pytest.mark.parametrize(
    ("name", "what", "do"),
    [
        ("no key", "there is no private key in", "put certificate and key"),
        ("no certificate", "there is no certificate in", "put certificate and key"),
        ("passphrase", "has a passphrase", "openssl pkey"),
        ("another key", "is not the one that its certificate was made for", "export"),
        ("another kind", "not one for a Pass Type ID", "docs/wallets.md"),
        ("nonsense", "there is no private key in", "put certificate and key"),
        ("another issuer", "not the one that yours was issued by", "Test Worldwide Relations, G4"),
        ("no issuer", "there is no certificate in", "docs/wallets.md"),
        ("not json", "not the key file of a Google service account", "JSON key"),
        ("no account", "not the key file of a Google service account", "JSON key"),
        ("bad key", "not the key file of a Google service account", "JSON key"),
    ],
)
def test_what_is_wrong_is_said(tmp_path: Path, name: str, what: str, do: str) -> None:
    issuing.fill(tmp_path, issuing.own(), issuing.account())
    for file, data in broken(name).items():
        (tmp_path / file).write_bytes(data)
    found = keys.read(tmp_path, issuing.ISSUER)
    [trouble] = found.troubles
    assert what in trouble.what
    assert do in trouble.do
    assert getattr(found, trouble.maker) is None
    assert len(found.offered(0)) == 1, "the other is not in its way"


def test_a_missing_intermediate_certificate_is_named(tmp_path: Path) -> None:
    issuing.fill(tmp_path, issuing.own())
    (tmp_path / "apple-wwdr.pem").unlink()
    [trouble] = keys.read(tmp_path).troubles
    assert "is missing" in trouble.what
    assert "Test Worldwide Relations, G4" in trouble.do


def test_what_cannot_be_read_is_said(tmp_path: Path) -> None:
    (tmp_path / "apple.pem").mkdir()
    [trouble] = keys.read(tmp_path).troubles
    assert "cannot be read" in trouble.what
    loop = tmp_path / "loop"
    loop.symlink_to(loop)
    assert keys.read(loop).offered(0) == ()


def test_the_key_of_an_account_is_loaded_once_and_its_text_let_go(tmp_path: Path) -> None:
    """To load it takes some twenty milliseconds, in which nobody else is answered."""
    found = keys.read(issuing.fill(tmp_path, google=issuing.account()), issuing.ISSUER).google
    assert found is not None
    assert found.key.private_numbers() == issuing.key_of("google").private_numbers()
    assert "PRIVATE KEY" not in repr(found)


@pytest.mark.parametrize("issuer", ["", "corner", "12a"])
def test_an_account_wants_an_issuer_id(tmp_path: Path, issuer: str) -> None:
    [trouble] = keys.read(issuing.fill(tmp_path, google=issuing.account()), issuer).troubles
    assert "--wallet-issuer" in trouble.do


@pytest.mark.parametrize("name", ["wallet_push", "wallet_google"])
def test_nobody_is_told_in_the_open(name: str) -> None:
    with pytest.raises(BadSetting, match="https"):
        settings({name: "http://127.0.0.1:1"}, {})


@pytest.mark.slow
def test_the_doctor_of_a_real_shop_looks_into_the_folder(service: Service) -> None:
    asked = ("doctor", "--port", str(service.port), "--public-url", URL)
    assert "Wallet" not in service.command(*asked, "--wallet-issuer", issuing.ISSUER).stdout
    done = service.command(*asked)
    assert (done.returncode, "say --wallet-issuer" in done.stdout) == (1, True), done.stdout
    done = service.command(*asked, "--wallet", "elsewhere")
    assert all(part in done.stdout for part in ("Apple Developer → Identifiers", "elsewhere/apple.pem", "google.json"))
