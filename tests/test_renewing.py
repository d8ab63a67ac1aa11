"""Whether another process has renewed a connection's tokens meanwhile."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest

from loyalty.tills import renewing


@pytest.mark.parametrize(("token", "replaced"), [("t1", False), ("t2", True)])
def test_a_setting_that_this_version_no_longer_has_replaces_nothing(
    monkeypatch: pytest.MonkeyPatch, token: str, replaced: bool
) -> None:
    """Else tokens would never be renewed."""
    given = {"access_token": token, "of_an_older_version": "x", "public_url": "https://regulars.example"}
    monkeypatch.setattr(renewing, "_given", lambda line, connection: given)
    connection: Any = SimpleNamespace(settings={"access_token": "t1", "public_url": "https://regulars.example/hooks/x"})
    line: Any = None
    assert renewing._replaced(line, connection) is replaced
