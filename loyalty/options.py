"""Settings as options of the commands."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

import click

from loyalty.settings import TABLE

HELP = {setting.name: f"{setting.help} [{setting.default or 'none'}]" for setting in TABLE}

F = TypeVar("F", bound=Callable[..., Any])


def option(name: str) -> Callable[[F], F]:
    """One setting as an option; the environment is read with the rest of the table."""
    return click.option(f"--{name.replace('_', '-')}", name, default=None, help=HELP[name])
