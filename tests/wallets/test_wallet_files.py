"""The pass file is what Apple's telephones check: `openssl` believes its signature, and every hash in its manifest."""

from __future__ import annotations

import hashlib
import io
import json
import subprocess
import zipfile
from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace
from PIL import Image

from loyalty.wallet import apple, keys
from loyalty.wallet.face import Face, digest
from loyalty.words import languages
from tests.wallets import issuing
from tests.wallets.phone import shown

URL = "https://cafe.example"
FACE = Face(
    shop="Corner", business="b", language="en", letters="7K4M29QX", name="Amina", points=7, stamps=True,
    reward="Free coffee", more=3, tier="Gold",
)  # fmt: skip


@pytest.fixture
def kept(tmp_path: Path) -> keys.Apple:
    found = keys.read(issuing.fill(tmp_path / "wallet", issuing.own()))
    assert found.apple is not None, found.troubles
    return found.apple


def content(kept: keys.Apple, face: Face | None = FACE, url: str = URL, language: str = "en") -> dict[str, Any]:
    return apple.content(kept, face, "a-serial", "t" * 40, url, language)


def unpacked(kept: keys.Apple, folder: Path) -> Path:
    """The pass, as files."""
    with zipfile.ZipFile(io.BytesIO(apple.file(kept, content(kept)))) as archive:
        archive.extractall(folder / "pass")
    (folder / "root.pem").write_bytes(issuing.root().pem)
    return folder / "pass"


def verified(found: Path) -> subprocess.CompletedProcess[str]:
    """By the `openssl` of this machine, which knows the root alone: the intermediate has to be in the signature."""
    return subprocess.run(
        ["openssl", "smime", "-verify", "-inform", "DER", "-in", "signature", "-content", "manifest.json",
         "-CAfile", "../root.pem", "-purpose", "any", "-out", "said.json"],
        cwd=found, capture_output=True, text=True,
    )  # fmt: skip


def test_openssl_believes_the_signature_and_the_manifest_names_every_file(kept: keys.Apple, tmp_path: Path) -> None:
    found = unpacked(kept, tmp_path)
    done = verified(found)
    assert done.returncode == 0, done.stderr
    assert "Verification successful" in done.stderr
    manifest = json.loads((found / "manifest.json").read_bytes())
    files = {path.name for path in found.iterdir()} - {"manifest.json", "signature", "said.json"}
    assert set(manifest) == files == {"pass.json", *apple.ICONS}
    for name, hashed in manifest.items():
        assert hashlib.sha1((found / name).read_bytes()).hexdigest() == hashed


def test_a_manifest_that_was_changed_is_not_believed(kept: keys.Apple, tmp_path: Path) -> None:
    found = unpacked(kept, tmp_path)
    said = (found / "manifest.json").read_bytes()
    (found / "manifest.json").write_bytes(said.replace(b"a", b"b", 1))
    assert verified(found).returncode != 0


def test_the_signature_says_when_it_was_made_and_by_whom(kept: keys.Apple, tmp_path: Path) -> None:
    found = unpacked(kept, tmp_path)
    command = ["openssl", "cms", "-cmsout", "-print", "-inform", "DER", "-in", "signature"]
    printed = subprocess.run(command, cwd=found, capture_output=True, text=True, check=True).stdout
    assert "signingTime" in printed, "Apple wants it"
    for name in (issuing.KIND, issuing.TEAM, "Test Worldwide Relations"):
        assert name in printed
    assert "eContent: <ABSENT>" in printed, "detached"


def test_the_pictures_are_our_mark_in_every_size(kept: keys.Apple, tmp_path: Path) -> None:
    found = unpacked(kept, tmp_path)
    for name, side in apple.ICONS.items():
        with Image.open(found / name) as picture:
            picture.load()
            assert (picture.size, picture.mode) == ((side, side), "RGB")
            assert picture.getpixel((0, 0)) == (0x0B, 0x5B, 0x47)
            assert picture.getpixel((side * 25 // 32, side * 16 // 32)) == (0x8F, 0xD6, 0xBC), "the full disc"


def test_what_a_pass_says(kept: keys.Apple) -> None:
    said = content(kept)
    assert (said["passTypeIdentifier"], said["teamIdentifier"]) == (issuing.KIND, issuing.TEAM)
    assert (said["webServiceURL"], len(said["authenticationToken"]) >= 16) == (f"{URL}/wallet/apple", True)
    assert said["barcodes"][0]["message"] == "7K4M29QX"
    assert said["barcodes"][0]["altText"] == "7K4M 29QX"
    assert shown(said) == {
        "points": "7 stamps",
        "reward": "3 more to your free coffee",
        "name": "Amina",
        "tier": "Gold",
        "card": f"{URL}/card.html",
        "stop": shown(said)["stop"],
    }
    assert "erase" in shown(said)["stop"]


def test_without_tls_a_telephone_is_not_told_where_to_ask(kept: keys.Apple) -> None:
    assert not {"webServiceURL", "authenticationToken"} & content(kept, url="http://cafe.lan").keys()


def test_a_reward_that_is_theirs_is_said_to_be(kept: keys.Apple) -> None:
    assert shown(content(kept, replace(FACE, more=0)))["reward"] == "Yours, whenever you like: Free coffee"
    assert "reward" not in shown(content(kept, replace(FACE, reward=None)))


@pytest.mark.parametrize("language", sorted(languages()))
def test_a_pass_speaks_the_language_of_the_card(kept: keys.Apple, language: str) -> None:
    said = content(kept, replace(FACE, language=language))
    english = content(kept)
    assert (shown(said) == shown(english)) is (language == "en")
    assert "free coffee" in shown(said)["reward"]
    assert "{" not in json.dumps(list(shown(said).values()))
    void = content(kept, None, language=language)
    assert (void["description"] == content(kept, None)["description"]) is (language == "en")


def test_a_pass_that_has_ended_names_nobody(kept: keys.Apple) -> None:
    said = content(kept, None)
    assert said["voided"] is True
    assert "barcodes" not in said
    assert not any(word in json.dumps(said) for word in ("Amina", "7K4M", "Corner", "coffee"))


def test_whatever_a_pass_shows_is_told_apart(kept: keys.Apple) -> None:
    others = [replace(FACE, points=8), replace(FACE, name=None), replace(FACE, tier=None), replace(FACE, more=2)]
    others += [replace(FACE, shop="C"), replace(FACE, language="sw"), replace(FACE, reward="Tea")]
    assert len({digest(face) for face in (FACE, *others)}) == 1 + len(others)
    assert digest(FACE) == digest(replace(FACE))
