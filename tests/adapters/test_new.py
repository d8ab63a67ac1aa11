"""`pos-adapter new` and `pos-adapter send`."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner

import pos_adapters
from loyalty.errors import Conflict, Unfit
from pos_adapters import new, runner
from pos_adapters.base import POINTS
from pos_adapters.registry import ADAPTERS

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
