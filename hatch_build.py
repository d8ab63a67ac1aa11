"""Builds the screens with Node into loyalty/screens/, so that every package carries them; nothing while current.

Run by `pip install .` as hatchling's build hook and by make as a script. Current means: made from exactly these
sources, told by a digest that is kept beside the screens, so that a source package with built screens needs no Node.
"""

from __future__ import annotations

import hashlib
import re
import shutil
import subprocess
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

ROOT = Path(__file__).parent
NODE_MIN = (20, 19)
NOT_SOURCES = {"node_modules", "coverage"}


class ScreensHook(BuildHookInterface[Any]):
    """Screens first, package after; an editable install has nothing to carry, make builds its screens."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        if version != "editable":
            build(Path(self.root))


def build(root: Path) -> None:
    """Make loyalty/screens/ current, installing the locked packages first where that is needed."""
    frontend, made = root / "frontend", root / "loyalty" / "screens" / ".made-from"
    sources = _digest(root, _sources(root))
    if _said(made) == sources:
        return
    npm = _npm()
    _install(npm, frontend)
    subprocess.run([npm, "run", "build"], cwd=frontend, check=True)
    made.write_text(sources, encoding="utf-8")


def _install(npm: str, frontend: Path) -> None:
    lock, installed = frontend / "package-lock.json", frontend / "node_modules" / ".installed-from"
    locked = _digest(frontend, [lock])
    if _said(installed) != locked:
        subprocess.run([npm, "ci"], cwd=frontend, check=True)
        installed.write_text(locked, encoding="utf-8")


def _npm() -> str:
    wanted = f"The screens are built with Node {'.'.join(map(str, NODE_MIN))} or newer and its npm (nodejs.org)"
    node, npm = shutil.which("node"), shutil.which("npm")
    if node is None or npm is None:
        raise SystemExit(f"{wanted}: none was found.")
    version = subprocess.run([node, "--version"], check=True, capture_output=True, text=True).stdout.strip()
    found = tuple(int(number) for number in re.findall(r"\d+", version))
    if found < NODE_MIN:
        raise SystemExit(f"{wanted}: this is {version}.")
    return npm


def _sources(root: Path) -> Iterator[Path]:
    for top in (root / "frontend").iterdir():
        if top.is_file():
            yield top
        elif top.name not in NOT_SOURCES:
            yield from (path for path in top.rglob("*") if path.is_file())
    yield from (root / "loyalty" / "words").glob("*.json")


def _digest(root: Path, paths: Iterable[Path]) -> str:
    digest = hashlib.sha256()
    for name, path in sorted((path.relative_to(root).as_posix(), path) for path in paths):
        digest.update(name.encode() + b"\0" + hashlib.sha256(path.read_bytes()).digest())
    return digest.hexdigest()


def _said(stamp: Path) -> str | None:
    return stamp.read_text(encoding="utf-8") if stamp.is_file() else None


if __name__ == "__main__":
    build(ROOT)
