"""The rules of the house: who may import whom, how long things are, where time and settings are read, what docs name.

Each failure names the place and says what to do instead. Lint and types hold the rest.
"""

from __future__ import annotations

import ast
import json
import os
import re
import statistics
import subprocess
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

import loyalty

ROOT = Path(__file__).parent.parent
PRODUCT = ("loyalty", "pos_adapters")
CODE = (*PRODUCT, "bench", "tests", ".ci")
SCREENS = ROOT / "frontend" / "src"
GENERATED = {"wire.ts"}

FUNCTION_LINES_MAX = 70
FUNCTION_LINES_MEDIAN_MAX = 10
FUNCTION_LINES_P90_MAX = 32
FILE_LINES_MAX = 250
DEPTH_MAX = 2

# Longer than the rule, and why; the number is a ratchet: it may go down, never up.
FILE_EXEMPT = {
    "loyalty/wire.py": (671, "one list of every message: split, it would have to be read together all the same"),
}

WIRE = {  # every message in and out
    *("loyalty.wire", "loyalty.wire_program", "loyalty.wire_ledger", "loyalty.wire_tiers", "loyalty.wire_gifts"),
    *("loyalty.wire_staff", "loyalty.wire_people", "loyalty.wire_tills", "loyalty.wire_card", "loyalty.wire_feedback"),
    "loyalty.wire_joins",
    "loyalty.wire_wallet",
}
# Folders are permissions. What is named here imports these of the house, these libraries, and the standard library.
PERMITTED = {
    "loyalty/errors.py": set(),
    "loyalty/clock.py": set(),
    "loyalty/wire.py": {"msgspec"},
    "loyalty/wire_program.py": {"loyalty.wire", "msgspec"},
    "loyalty/wire_ledger.py": {"loyalty.wire", "msgspec"},
    "loyalty/wire_tiers.py": {"loyalty.wire", "msgspec"},
    "loyalty/wire_tills.py": {"msgspec"},
    "loyalty/wire_staff.py": {"loyalty.wire", "loyalty.wire_pages", "msgspec"},
    "loyalty/wire_gifts.py": {"loyalty.wire", "msgspec"},
    "loyalty/wire_joins.py": {"loyalty.wire", "msgspec"},
    "loyalty/wire_feedback.py": {"loyalty.wire", "msgspec"},
    "loyalty/wire_card.py": {*WIRE, "msgspec"},
    "loyalty/wire_pages.py": {*WIRE, "msgspec"},
    "loyalty/wire_people.py": {"loyalty.wire", "loyalty.wire_card", "msgspec"},
    "loyalty/wire_wallet.py": {"msgspec"},
    "loyalty/core": {"loyalty.core", *WIRE, "loyalty.errors", "msgspec", "babel"},
    "loyalty/words": {
        "loyalty.words",
        "loyalty.core",
        *WIRE,
        "loyalty.errors",
        "msgspec",
        "babel",
    },
    "loyalty/store": {
        *("loyalty.core", *WIRE, "loyalty.errors", "loyalty.clock", "loyalty.store"),
        *("tortoise", "psycopg", "cryptography", "phonenumbers", "msgspec", "babel"),
    },
    "loyalty/wallet": {
        *("loyalty.core", *WIRE, "loyalty.words", "loyalty.wallet"),
        *("cryptography", "httpx", "jwt", "msgspec", "structlog"),
    },
    "loyalty/acts": {
        *(
            "loyalty.core",
            *WIRE,
            "loyalty.errors",
            "loyalty.clock",
            "loyalty.store",
            "loyalty.ingest",
        ),
        *("loyalty.acts", "loyalty.wire_people", "loyalty.wire_pages", "loyalty.wire_staff", "msgspec"),
    },
    "loyalty/care": {
        *(
            "loyalty.core",
            *WIRE,
            "loyalty.errors",
            "loyalty.clock",
            "loyalty.store",
            "loyalty.ingest",
        ),
        *("loyalty.acts", "loyalty.care", "loyalty.options", "loyalty.settings", "msgspec", "click", "rich"),
        "loyalty.wallet",
    },
    "loyalty/past": {
        *(
            "loyalty.core",
            *WIRE,
            "loyalty.errors",
            "loyalty.clock",
            "loyalty.store",
            "loyalty.ingest",
        ),
        *("loyalty.acts", "loyalty.past", "loyalty.options", "loyalty.settings", "pos_adapters"),
        *("msgspec", "click", "rich"),
    },
    "loyalty/reports": {
        *(
            "loyalty.core",
            *WIRE,
            "loyalty.errors",
            "loyalty.clock",
            "loyalty.store",
            "loyalty.ingest",
        ),
        *(
            "loyalty.words",
            "loyalty.wallet",
            "loyalty.reports",
            "loyalty.wire_people",
            "loyalty.wire_pages",
            "loyalty.wire_staff",
            "qrcode",
            "msgspec",
        ),
    },
    "loyalty/tills": {
        *(
            "loyalty.core",
            *WIRE,
            "loyalty.errors",
            "loyalty.clock",
            "loyalty.store",
            "loyalty.ingest",
        ),
        *(
            "loyalty.writer",
            "loyalty.work",
            "loyalty.arriving",
            "loyalty.tills",
            "pos_adapters",
            "structlog",
            "msgspec",
        ),
    },
    "loyalty/web": {
        *(
            "loyalty.core",
            *WIRE,
            "loyalty.errors",
            "loyalty.clock",
            "loyalty.store",
            "loyalty.ingest",
        ),
        *("loyalty.writer", "loyalty.reader", "loyalty.work", "loyalty.acts", "loyalty.reports", "loyalty.hub"),
        *(
            "loyalty.frame",
            "loyalty.feed",
            "loyalty.bus",
            "loyalty.cards",
            "loyalty.tills",
            "loyalty.arriving",
            "loyalty.wire_people",
            "loyalty.wire_pages",
            "loyalty.wire_staff",
            "argon2",
        ),
        *(
            "loyalty.words",
            "loyalty.wallet",
            "loyalty.web",
            "starlette",
            "uvicorn",
            "websockets",
            "msgspec",
            "structlog",
            "qrcode",
            "prometheus_client",
        ),
    },
    "pos_adapters": {
        *("pos_adapters", "loyalty.wire", "loyalty.wire_tills", "loyalty.errors"),
        *("websockets", "httpx", "click", "rich", "structlog", "cryptography", "msgspec", "babel", "uvicorn"),
        *("square", "stripe", "sumup", "jwt"),
    },
}
# Only these may import that.
OWNED = {
    "loyalty.app": {"loyalty/serving.py"},
    "loyalty.web": {"loyalty/web", "loyalty/app.py", "loyalty/serving.py", "loyalty/reference.py"},
    "loyalty.store.models": {"loyalty/store"},
    "tortoise": {"loyalty/store"},
    "sqlite3": {"loyalty/store", "pos_adapters"},
    "psycopg": {"loyalty/store"},
    "redis": {"loyalty/bus.py"},
    "starlette": {"loyalty/web", "loyalty/app.py", "loyalty/reference.py"},
    "uvicorn": {"loyalty/web/channel.py", "loyalty/serving.py", "loyalty/demo", "pos_adapters/listening.py"},
    "websockets": {"loyalty/web/channel.py", "pos_adapters"},
    "pos_adapters": {"pos_adapters", "loyalty/tills", "loyalty/past", "loyalty/demo", "loyalty/reference.py"},
    "square": {"pos_adapters/square"},
    "stripe": {"pos_adapters/stripe"},
    "sumup": {"pos_adapters/sumup"},
}
# What reads the world, and the only places that may. Adapters run beside a till, by a clock of their own.
READS = {
    "datetime.now": {"loyalty/clock.py"},
    "datetime.utcnow": set(),
    "datetime.today": set(),
    "date.today": set(),
    "time.time": {"loyalty/clock.py", "pos_adapters/elapsed.py"},
    "time.time_ns": set(),
    "time.monotonic": {"loyalty/web", "loyalty/app.py", "loyalty/ingest.py", "pos_adapters"},
    "os.environ": {"loyalty/settings.py", "loyalty/clock.py"},
    "os.getenv": set(),
}
BANNED_NAMES = {
    "utils": "name the thing that it does",
    "helpers": "name the thing that it does",
    "manager": "name what it keeps",
    "service": "name what it serves",
}


@cache
def modules(*folders: str) -> tuple[Path, ...]:
    """Every Python file below, as paths from the root; the migrations are Tortoise's own."""
    found = (path.relative_to(ROOT) for folder in folders for path in (ROOT / folder).rglob("*.py"))
    return tuple(sorted(path for path in found if not {"migrations", "screens"} & set(path.parts)))


@cache
def tree(path: Path) -> ast.Module:
    return ast.parse((ROOT / path).read_text(encoding="utf-8"), filename=str(path))


def imports(module: ast.Module) -> Iterator[tuple[str, int]]:
    """Every imported name in full, with its line: `from loyalty import wire` is loyalty.wire."""
    for node in ast.walk(module):
        if isinstance(node, ast.Import):
            yield from ((alias.name, node.lineno) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield from ((f"{node.module}.{alias.name}", node.lineno) for alias in node.names)


def reads(module: ast.Module) -> Iterator[tuple[str, int]]:
    """Every `a.b` and every `from a import b`, with its line."""
    for node in ast.walk(module):
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name | ast.Attribute):
            owner = node.value.id if isinstance(node.value, ast.Name) else node.value.attr
            yield f"{owner}.{node.attr}", node.lineno
    yield from imports(module)


def test_every_task_says_whose_turn_it_takes():
    """Without `of` it takes everybody's: right, and as slow as the whole house."""
    silent = [
        f"{path}:{node.lineno}: writer.task(…) says no `of`"
        for path in modules("loyalty")
        for node in ast.walk(tree(path))
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and (node.func.attr, getattr(node.func.value, "attr", "")) == ("task", "writer")
        and "of" not in {keyword.arg for keyword in node.keywords}
    ]
    assert not silent, "\n".join(silent)


def within(name: str, allowed: set[str], separator: str = ".") -> bool:
    return any(name == one or name.startswith(one + separator) for one in allowed)


def lengths(module: ast.Module) -> Iterator[tuple[str, int, int]]:
    """Every function: its name, line and number of lines."""
    for node in ast.walk(module):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            assert node.end_lineno is not None
            yield node.name, node.lineno, node.end_lineno - node.lineno + 1


def test_folders_are_permissions():
    broken = [
        f"{path}:{line}: {place} may not import {name}"
        for path in modules(*PRODUCT)
        for place, permitted in PERMITTED.items()
        if within(path.as_posix(), {place}, "/")
        for name, line in imports(tree(path))
        if name.split(".")[0] not in sys.stdlib_module_names and not within(name, permitted | {"loyalty.__version__"})
    ]
    assert not broken, "\n".join(broken)


def test_what_belongs_to_one_folder_is_imported_there_only():
    broken = [
        f"{path}:{line}: only {', '.join(sorted(owners))} may import {owned}"
        for path in modules(*PRODUCT)
        for owned, owners in OWNED.items()
        if not within(path.as_posix(), owners, "/")
        for name, line in imports(tree(path))
        if within(name, {owned})
    ]
    assert not broken, "\n".join(broken)


def test_time_and_settings_are_read_in_one_place():
    broken = [
        f"{path}:{line}: {name} is read only in {', '.join(sorted(READS[name])) or 'no place at all'}"
        for path in modules(*PRODUCT)
        for name, line in reads(tree(path))
        if name in READS and not within(path.as_posix(), READS[name], "/")
    ]
    assert not broken, "\n".join(broken)


def test_the_rules_see_every_way_to_import():
    source = "import os\nfrom loyalty import wire\nfrom loyalty.store.models import Sale\nfrom time import time"
    assert [name for name, _ in imports(ast.parse(source))] == [
        *("os", "loyalty.wire", "loyalty.store.models.Sale", "time.time"),
    ]
    assert ("os.environ", 1) in reads(ast.parse("os.environ['HOME']"))
    assert ("datetime.now", 1) in reads(ast.parse("datetime.datetime.now()"))
    assert not within("loyalty.wire_ts", {"loyalty.wire"})


def test_functions_are_short():
    broken = [
        f"{path}:{line}: {name} has {lines} lines: at most {FUNCTION_LINES_MAX}"
        for path in modules(*CODE)
        for name, line, lines in lengths(tree(path))
        if lines > FUNCTION_LINES_MAX
    ]
    assert not broken, "\n".join(broken)


def test_most_functions_are_very_short():
    sizes = [lines for path in modules(*PRODUCT) for _, _, lines in lengths(tree(path))]
    median, p90 = statistics.median(sizes), statistics.quantiles(sizes, n=10)[-1]
    assert median <= FUNCTION_LINES_MEDIAN_MAX, f"{len(sizes)} functions have {median} lines at the median"
    assert p90 <= FUNCTION_LINES_P90_MAX, f"{len(sizes)} functions have {p90} lines at the 90th percentile"


def sized_files() -> Iterator[Path]:
    yield from modules(*PRODUCT, "bench", ".ci")
    for ending in ("*.ts", "*.tsx", "*.css"):
        written = (path for path in SCREENS.rglob(ending) if path.name not in GENERATED and ".test." not in path.name)
        yield from (path.relative_to(ROOT) for path in written)


def test_files_are_short():
    broken = []
    for path in sized_files():
        lines = (ROOT / path).read_text(encoding="utf-8").count("\n")
        allowed, _ = FILE_EXEMPT.get(path.as_posix(), (FILE_LINES_MAX, ""))
        if lines > allowed:
            broken.append(f"{path} has {lines} lines: at most {allowed}; one idea a file")
    assert not broken, "\n".join(broken)


def test_exemptions_are_still_needed():
    for name in FILE_EXEMPT:
        lines = (ROOT / name).read_text(encoding="utf-8").count("\n")
        assert lines > FILE_LINES_MAX, f"{name} has {lines} lines now: take it off FILE_EXEMPT"


def test_folders_are_two_deep():
    deep = [str(path) for path in modules(*PRODUCT, "bench", "tests") if len(path.parent.parts) > 1 + DEPTH_MAX]
    assert not deep, f"deeper than {DEPTH_MAX} folders: {deep}"


def test_names_say_what_a_file_is_about():
    broken = [
        f"{path}: not `{word}`: {instead}"
        for path in modules(*CODE)
        for word, instead in BANNED_NAMES.items()
        if word in re.split(r"[_.]", path.stem) or word in path.parent.parts
    ]
    assert not broken, "\n".join(broken)


def test_every_module_says_what_it_promises():
    silent = [str(path) for path in modules(*CODE) if tree(path).body and ast.get_docstring(tree(path)) is None]
    assert not silent, f"without a docstring: {silent}"


def make_targets() -> list[str]:
    found = re.search(r"^\.PHONY: (.*)$", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE)
    assert found
    return [target for target in found[1].split() if target != "help"]


@pytest.mark.parametrize("target", make_targets())
def test_docs_name_every_make_target(target):
    docs = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *(ROOT / "docs").glob("*.md")]
    named = re.compile(rf"\bmake {target}\b")
    assert any(named.search(doc.read_text(encoding="utf-8")) for doc in docs), f"no document names `make {target}`"


def test_the_changelog_has_a_section_for_this_version():
    changelog = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    assert re.search(rf"^## \[?{re.escape(loyalty.__version__)}\b", changelog, re.MULTILINE)


@pytest.mark.parametrize("name", ["run.txt", "dev.txt"])
def test_python_locks_are_pinned_hashed_and_hold_no_address(name):
    text = (ROOT / "requirements" / name).read_text(encoding="utf-8").replace("\\\n", "")
    pin = re.compile(r"[a-z0-9.-]+==\S+( ; [^;]+?)?(\s+--hash=sha256:[0-9a-f]{64})+")
    for line in text.splitlines():
        assert pin.fullmatch(line), f"not a pin with hashes: {line[:80]}"


def test_the_screens_lock_is_hashed_and_holds_no_address():
    lock = json.loads((ROOT / "frontend" / "package-lock.json").read_text(encoding="utf-8"))
    for name, package in lock["packages"].items():
        assert "resolved" not in package, f"{name}: `make lock` writes none"
        assert name == "" or "integrity" in package, name


@pytest.mark.parametrize("workers", ["0", "2"])
@pytest.mark.parametrize(("ci", "exit_code"), [("true", 1), ("", 0)])
def test_a_skip_fails_in_ci(tmp_path, ci, exit_code, workers):
    (tmp_path / "test_it.py").write_text("import pytest\ndef test_it():\n    pytest.skip('no database')\n")
    (tmp_path / "conftest.py").write_text((ROOT / "tests" / "conftest.py").read_text(encoding="utf-8"))
    command = [sys.executable, "-m", "pytest", "-q", "-n", workers, "-p", "no:cacheprovider", "-c", os.devnull]
    done = subprocess.run(
        [*command, "--rootdir", tmp_path, tmp_path], env=os.environ | {"CI": ci}, capture_output=True, text=True
    )
    assert done.returncode == exit_code, done.stdout
    assert "no database" in done.stdout or exit_code == 0


# -- adapters ---------------------------------------------------------------------------------------------------------
ADAPTER_LINES_MEDIAN_MAX = 150
BASE_LINES_MAX = 200


def test_adapters_are_short():
    """What an adapter is: `verify` and `parse`, with everything of its own that they use. Asking the vendor stands
    beside it, and so do settings; without blank lines, comments and docstrings."""
    folders = [path.parent for path in (ROOT / "pos_adapters").glob("*/checklist.toml")]
    assert statistics.median(adapter_lines(folder) for folder in folders) <= ADAPTER_LINES_MEDIAN_MAX
    assert len((ROOT / "pos_adapters" / "base.py").read_text().splitlines()) <= BASE_LINES_MAX


def adapter_lines(folder):
    known: dict[str, list[tuple[list[str], ast.stmt]]] = {}
    for path in folder.glob("*.py"):
        text = path.read_text(encoding="utf-8")
        for node in ast.parse(text).body:
            for name in _names_of(node):
                known.setdefault(name, []).append((text.splitlines(), node))
    used, found = {"ADAPTER"}, ["verify", "parse"]
    while found:
        name = found.pop()
        if name not in used and name in known:
            used.add(name)
            inside = [inner for _, node in known[name] for inner in ast.walk(node)]
            found += [inner.id for inner in inside if isinstance(inner, ast.Name)]
            found += [inner.attr for inner in inside if isinstance(inner, ast.Attribute)]
    return sum(_code_lines(*one) for name in used - {"ADAPTER"} for one in known[name])


def _names_of(node):
    if isinstance(node, ast.FunctionDef | ast.ClassDef):
        return [node.name]
    targets = node.targets if isinstance(node, ast.Assign) else [getattr(node, "target", None)]
    return [target.id for target in targets if isinstance(target, ast.Name)]


def _code_lines(lines, node):
    said: set[int] = set()
    for inner in ast.walk(node):
        if isinstance(inner, ast.FunctionDef | ast.ClassDef) and ast.get_docstring(inner) is not None:
            said.update(range(inner.body[0].lineno, (inner.body[0].end_lineno or 0) + 1))
    numbered = enumerate(lines[node.lineno - 1 : node.end_lineno], node.lineno)
    return sum(bool(line.strip()) and not line.strip().startswith("#") for n, line in numbered if n not in said)
