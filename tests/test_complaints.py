"""Every complaint of the field has a test that carries its number, and a line that says why it cannot happen here."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
TABLE = ROOT / "docs" / "complaints.md"
ROW = re.compile(r"^\| C(\d+) \|(.*)\|(.*)\|(.*)\|$", re.MULTILINE)
LINK = re.compile(r"\(\.\./(tests/[a-z_/]+\.py)\)")
NUMBER = re.compile(r"\bC(\d+)(?: to C(\d+))?\b")
ALL = range(1, 52)


@cache
def rows() -> dict[int, tuple[str, str, str]]:
    """What happened there, why not here, and where that is held, by number."""
    found = {int(row[0]): (row[1].strip(), row[2].strip(), row[3].strip()) for row in ROW.findall(TABLE.read_text())}
    assert found, "the table is there"
    return found


@cache
def carried(path: Path) -> frozenset[int]:
    """The numbers in the names and docstrings of a file's tests."""
    found: set[int] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and node.name.startswith("test_"):
            found.update(numbers(ast.get_docstring(node) or ""))
            found.update(int(number) for number in re.findall(r"_c(\d+)(?=_|$)", node.name))
    return frozenset(found)


def numbers(text: str) -> Iterator[int]:
    for first, last in NUMBER.findall(text):
        yield from range(int(first), int(last or first) + 1)


@pytest.mark.parametrize("number", ALL)
def test_every_complaint_is_carried_by_a_test(number: int) -> None:
    there, here, tests = rows()[number]
    assert there
    assert here
    linked = LINK.findall(tests)
    assert linked, f"C{number} names no test"
    for path in linked:
        assert number in carried(ROOT / path), f"no test in {path} carries C{number}"


def test_every_number_that_a_test_of_the_folder_carries_is_in_the_table() -> None:
    folder = sorted((ROOT / "tests" / "complaints").glob("test_*.py"))
    unknown = {path.name: sorted(carried(path) - rows().keys()) for path in folder}
    assert not {name: found for name, found in unknown.items() if found}
    assert all(carried(path) for path in folder), "every file of the folder is about complaints"


def test_the_table_stands_in_order_and_each_line_says_something_of_its_own() -> None:
    assert list(rows()) == sorted(rows())
    said = [there for there, _, _ in rows().values()]
    assert len(said) == len(set(said))


def test_numbers_are_read_as_people_write_them() -> None:
    assert list(numbers("C1, C12: and C19 to C21; not C or AC3")) == [1, 12, 19, 20, 21]
