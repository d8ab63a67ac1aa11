"""`pos-adapter new` and `pos-adapter send`."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import httpx
import pytest
from click.testing import CliRunner

import pos_adapters
from loyalty.errors import Conflict, Unfit
from pos_adapters import new, runner
from pos_adapters.base import POINTS
from pos_adapters.registry import ADAPTERS
from pos_adapters.settling import settled

FOLDER = Path(pos_adapters.__file__).parent
ROOT = FOLDER.parent
USE = """
from pos_adapters.registry import ADAPTERS
from pos_adapters.settling import settled
chosen = ADAPTERS["abacus"]
given = settled(chosen, {"shop": "harbour", "signature_key": "k"})
raw = (__import__("pathlib").Path("pos_adapters/abacus/fixtures/first.json")).read_bytes()
assert chosen.verify(chosen.sign(raw, given, None), raw, given, None) == "signed"
print(list(ADAPTERS), chosen.parse(raw, given))
"""


@pytest.fixture
def copy(tmp_path):
    """Of the adapters, where something may be written."""
    shutil.copytree(FOLDER, tmp_path / "pos_adapters", ignore=shutil.ignore_patterns("fixtures", "__pycache__"))
    (tmp_path / "loyalty").symlink_to(ROOT / "loyalty")
    return tmp_path / "pos_adapters"


def test_a_new_adapter_works_at_once_and_says_what_is_to_do(copy):
    place = new.make("abacus", copy)
    done = subprocess.run([sys.executable, "-c", USE], cwd=copy.parent, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert f'{sorted({*ADAPTERS, "abacus"})} [Ignored(reason="TO DO' in done.stdout
    to_do = "\n".join(new.left(place))
    assert all(name in to_do for name in ("__init__.py:", "NOTES.md:", "expected.json:", "first.json:"))
    assert to_do.count("done, or why it cannot be") == len(POINTS)
    lint = subprocess.run([sys.executable, "-m", "ruff", "check", "--config", ROOT / "ruff.toml", place])
    assert lint.returncode == 0
    assert (copy / "registry.py").read_text().count("abacus") == 2


@pytest.mark.parametrize("name", ["", "Abacus", "a-b", "../x", "1st", "a" * 40])
def test_a_name_that_cannot_be_is_refused_and_nothing_written(copy, name):
    before = sorted(copy.rglob("*"))
    with pytest.raises(Unfit, match="expected a name such as abacus"):
        new.make(name, copy)
    assert before == sorted(copy.rglob("*"))


@pytest.mark.parametrize("name", ["square", "money"])
def test_what_is_there_is_not_written_over(copy, name):
    with pytest.raises(Conflict, match="is there already"):
        new.make(name, copy)


def test_an_adapter_is_begun_in_the_working_copy_that_one_stands_in(copy, tmp_path, monkeypatch):
    """Not in the package that is installed, which the next version takes away."""
    (tmp_path / "pyproject.toml").touch()
    (tmp_path / "docs").mkdir()
    for here in (tmp_path, tmp_path / "docs"):
        assert new.source(here) == copy
    monkeypatch.setattr(new, "FOLDER", tmp_path / "site-packages" / "pos_adapters")
    with pytest.raises(Unfit, match="clone the repository, and run `pos-adapter new` in it"):
        new.source(Path("/"))


def invoke(*arguments):
    return CliRunner().invoke(runner.main, [*map(str, arguments)])


def test_send_says_in_words_what_it_lacks():
    fixture = FOLDER / "square" / "fixtures" / "payment_created_cash.json"
    url = "http://127.0.0.1:9/hooks/square/1"
    for arguments, words in [
        ((fixture, "--to", url, "--set", "signature_key=k"), "cannot be reached"),
        ((fixture, "--to", "http://127.0.0.1:9/hooks/abacus/1"), "there is no adapter 'abacus'"),
        (("none.json", "--to", url), "none.json cannot be read"),
        ((fixture, "--to", url, "--set", "colour=green"), "square has no setting colour"),
        ((fixture, "--to", url, "--set", "signature_key"), "--set expects NAME=VALUE"),
    ]:
        answered = invoke("send", *arguments)
        assert (answered.exit_code, words in answered.output) == (1, True), answered.output


@pytest.mark.parametrize("vendor", [name for name in ADAPTERS if name not in ("escpos", "files")])
def test_a_fixture_is_sent_as_it_was_captured_with_its_own_secret(vendor, monkeypatch):
    """No secret has to be looked up for it; signed anew, so that it is not stale."""
    fixtures = FOLDER / vendor / "fixtures"
    cases = json.loads((fixtures / "signatures.json").read_bytes())["cases"]
    case = next(one for one in cases if one["expect"] in ("signed", "hint"))
    went = {}
    monkeypatch.setattr(httpx, "post", lambda url, **more: went.update(more) or httpx.Response(200))
    url = f"http://127.0.0.1:9/hooks/{vendor}/1"
    assert invoke("send", fixtures / case["body_file"], "--to", url).exit_code == 0
    given = case["settings"] | ({"public_url": url} if vendor == "square" else {})
    headers = {name.lower(): value for name, value in went["headers"].items()}
    verdict = ADAPTERS[vendor].verify(headers, went["content"], settled(ADAPTERS[vendor], given), datetime.now(UTC))
    assert verdict == case["expect"]


def test_a_capture_with_nothing_but_its_key_is_signed_with_it(tmp_path, monkeypatch):
    case = {"body_file": "sale.json", "expect": "valid", "headers": {"X-Shopify-Topic": "orders/paid"}, "key": "k"}
    (tmp_path / "signatures.json").write_text(json.dumps({"cases": [case]}))
    (tmp_path / "sale.json").write_text("{}")
    went = {}
    monkeypatch.setattr(httpx, "post", lambda url, **more: went.update(more) or httpx.Response(200))
    assert invoke("send", tmp_path / "sale.json", "--to", "http://127.0.0.1:9/hooks/shopify/1").exit_code == 0
    settings = settled(ADAPTERS["shopify"], {"client_secret": "k"})
    assert ADAPTERS["shopify"].verify(went["headers"], went["content"], settings, datetime.now(UTC)) == "signed"
    assert went["headers"]["x-shopify-topic"] == "orders/paid"


def test_send_says_which_secret_a_script_signs_with(tmp_path):
    (tmp_path / "sale.json").write_text("{}")
    answered = invoke("send", tmp_path / "sale.json", "--to", "http://127.0.0.1:9/hooks/generic/1")
    assert (answered.exit_code, "signing_secret is not set" in answered.output) == (1, True)
