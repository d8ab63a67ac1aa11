"""`docs/reference.md`, generated from the code, so that no document says what the house does not do.

`python -m loyalty.reference --write` writes it; `make check` fails while it is not current.
"""

from __future__ import annotations

import argparse
import inspect
import re
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path

import click
from starlette.routing import WebSocketRoute

from loyalty import errors, wire
from loyalty.__main__ import commands
from loyalty.core.rules import RULES
from loyalty.settings import PREFIX, TABLE
from loyalty.web.routes import ENDPOINTS, Endpoint, routes
from pos_adapters.base import Adapter
from pos_adapters.registry import ADAPTERS
from pos_adapters.runner import main as adapter_commands
from pos_adapters.settling import PLACE

ROOT = Path(__file__).parent.parent
TARGET = ROOT / "docs" / "reference.md"
LIMIT = re.compile(r"^(\w+_MAX) = ([^#\n]+?)(?:  # (.+))?$", re.MULTILINE)
WIRE = "loyalty/wire.py"
ASIDE = {"loyalty/wire_ts.py", "loyalty/demo/people.py"}  # what they limit is no running house
HEAD = """# Reference

Generated from the code by `python -m loyalty.reference --write`, so change it there; `make check` fails while it is not
current."""


def render() -> str:
    """The whole of reference.md."""
    parts = (HEAD, *_commands(), _settings(), _addresses(), _sockets(), _errors(), _rules(), *_adapters(), *_limits())
    return "\n\n".join(parts) + "\n"


# -- commands and settings --------------------------------------------------------------------------------------------
def _commands() -> Iterator[str]:
    yield "## Commands"
    for name, group in (("loyalty", commands), ("pos-adapter", adapter_commands)):
        for command in group.commands.values():
            yield from _command(f"{name} {command.name}", command)


def _command(name: str, command: click.Command) -> Iterator[str]:
    arguments = [one.human_readable_name for one in command.params if isinstance(one, click.Argument)]
    yield f"### `{' '.join((name, *arguments))}`"
    yield inspect.cleandoc(command.help or "")
    options = [one for one in command.params if isinstance(one, click.Option)]
    known = {setting.name for setting in TABLE}
    own = [(f"`{one.opts[-1]}`{_needed(one.required)}", one.help) for one in options if one.name not in known]
    if own:
        yield _table(("option", "what it says"), own)
    settings = [f"`{one.opts[-1]}`" for one in options if one.name in known]
    if settings:
        yield f"Settings: {', '.join(settings)}."


def _settings() -> str:
    rows = ((f"`--{_dashed(s.name)}`", f"`{PREFIX}{s.name.upper()}`", _code(s.default), s.help) for s in TABLE)
    table = _table(("option", "environment", "default", "what it says"), rows)
    said = "The command line comes first, then the environment, then the default."
    return f"## Settings\n\n{said}\n\n{table}"


# -- addresses and errors ---------------------------------------------------------------------------------------------
def _addresses() -> str:
    table = _table(("", "address", "key", "takes", "answers", "status", ""), map(_row, ENDPOINTS))
    said = "Types are those of `loyalty/wire.py`; `/openapi.json` has them as JSON Schema."
    return f"## Addresses\n\n{said} A key goes in the header `Authorization: Bearer <key>`.\n\n{table}"


def _row(one: Endpoint) -> tuple[str, ...]:
    does = _first(inspect.getdoc(one.run))
    return one.method, _address(one), one.keys, _type(one.takes), _type(one.answers), str(one.status), does


def _address(one: Endpoint) -> str:
    asks = "&".join(f"{name}=" for name in one.asks)
    return f"`{one.path}{'?' if asks else ''}{asks}`"


def _sockets() -> str:
    found = [one for one in routes(ROOT) if isinstance(one, WebSocketRoute)]
    rows = ((f"`{one.path}`", _first(sys.modules[one.endpoint.__module__].__doc__)) for one in found)
    return f"## Sockets\n\n{_table(('address', ''), rows)}"


def _errors() -> str:
    found = [one for one in vars(errors).values() if isinstance(one, type) and issubclass(one, errors.RegularsError)]
    rows = ((str(one.status), f"`{one.code}`", f"`{one.__name__}`") for one in found)
    said = 'Every error is `{"error": {"code": …, "message": …, "at": …}}`, one of these codes or a more exact one.'
    return f"## Errors\n\n{said}\n\n{_table(('status', 'code', 'raised as'), rows)}"


# -- rules, adapters, limits ------------------------------------------------------------------------------------------
def _rules() -> str:
    rows = ((str(n), f"`{name}`", sys.modules[judge.__module__].__doc__) for n, (name, judge) in enumerate(RULES, 1))
    return f"## Rules of the counter\n\nIn the order of their priority.\n\n{_table(('', 'rule', 'what it does'), rows)}"


def _adapters() -> Iterator[str]:
    yield "## Adapters\n\nWhat a `[[connection]]` of `pos-adapter run` may set, and how far each adapter goes."
    for adapter in ADAPTERS.values():
        yield f"### `{adapter.vendor}`\n\n{adapter.title}"
        yield _table(("setting", "default", "what it says"), _adapter_settings(adapter))
        points = ((point, check.state, check.why) for point, check in adapter.checklist.items())
        yield _table(("point", "", ""), points)


def _adapter_settings(adapter: Adapter) -> Iterator[tuple[str, str, str]]:
    for one in (*PLACE, *adapter.settings):
        yield f"`{one.name}`{_needed(one.required)}", _code(one.default), one.help


def _limits() -> Iterator[str]:
    found = {path: LIMIT.findall((ROOT / path).read_text(encoding="utf-8")) for path in _modules()}
    yield "## Limits"
    yield "What a message may hold, as `loyalty/wire.py` says:"
    yield _table(("limit", "value", "of"), ((f"`{name}`", _code(value), why) for name, value, why in found.pop(WIRE)))
    yield "And what bounds the work in the house and in an adapter:"
    rows = ((f"`{name}`", _code(value), why, f"`{path}`") for path, all_ in found.items() for name, value, why in all_)
    yield _table(("limit", "value", "of", "in"), rows)


def _modules() -> list[str]:
    found = (path.relative_to(ROOT).as_posix() for folder in ("loyalty", "pos_adapters") for path in _python(folder))
    return sorted(path for path in found if path not in ASIDE)


def _python(folder: str) -> Iterable[Path]:
    return (ROOT / folder).rglob("*.py")


# -- Markdown ---------------------------------------------------------------------------------------------------------
def _table(heading: tuple[str, ...], rows: Iterable[tuple[str | None, ...]]) -> str:
    lines = [heading, ("---",) * len(heading), *rows]
    return "\n".join(f"| {' | '.join(_cell(cell or '') for cell in line)} |" for line in lines)


def _cell(text: str) -> str:
    return " ".join(text.split()).replace("|", "\\|")


def _first(docstring: str | None) -> str:
    """Its first paragraph."""
    return (docstring or "").partition("\n\n")[0]


def _type(kind: type | None) -> str:
    if kind is None or kind.__module__ != wire.__name__:
        return "text" if kind is str else ""
    return f"`{kind.__name__}`"


def _needed(required: bool) -> str:
    return " (needed)" if required else ""


def _code(text: str) -> str:
    return f"`{text}`" if text else ""


def _dashed(name: str) -> str:
    return name.replace("_", "-")


def main(arguments: list[str] | None = None) -> int:
    """Write the file, or say whether it is current: exit 0 if so, 1 if not."""
    parser = argparse.ArgumentParser(prog="python -m loyalty.reference", description=__doc__)
    mode = parser.add_mutually_exclusive_group(required=True)
    mode.add_argument("--write", action="store_true", help="write docs/reference.md")
    mode.add_argument("--check", action="store_true", help="fail if it is not current")
    if parser.parse_args(arguments).write:
        TARGET.write_text(render(), encoding="utf-8")
        return 0
    if TARGET.is_file() and TARGET.read_text(encoding="utf-8") == render():
        return 0
    sys.stderr.write("docs/reference.md is not what the code says: run `python -m loyalty.reference --write`\n")
    return 1


if __name__ == "__main__":
    raise SystemExit(main())
