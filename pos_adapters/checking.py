"""Whether a connection's settings work, asked of the vendor and told in words."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from functools import wraps
from typing import Any

from loyalty.errors import RegularsError
from pos_adapters.asking import no_json
from pos_adapters.base import Later, Settings

Check = Callable[[Settings], list[str]]


def told(check: Check) -> Check:
    """A check that may ask: what keeps it from an answer is what is wrong."""

    @wraps(check)
    def checked(settings: Settings) -> list[str]:
        try:
            return check(settings)
        except RegularsError as trouble:
            return [trouble.message]

    return checked


def listed(vendor: str, answer: Any, name: str) -> list[dict[str, Any]]:
    """The objects of a list in an answer; none where there was no answer. Raises Later where it is no list."""
    if answer is None:
        return []
    if not isinstance(answer, dict) or not isinstance(answer.get(name), list):
        raise Later(no_json(vendor))
    return [one for one in answer[name] if isinstance(one, dict)]


def place(vendor: str, setting: str, own: str, known: Mapping[str, str]) -> list[str]:
    """Whether this is one of the shops that the account has; `known`: names by id; without any, nobody can say."""
    named = ", ".join(f"{id} ({name})" for id, name in known.items())
    if own and known and own not in known:
        return [f"{vendor}: there is no {setting} {own}; this account has {named}"]
    return [f"{vendor}: set {setting}, since this account has several: {named}"] if not own and len(known) > 1 else []


def hook(vendor: str, states: Iterable[bool], url: str, again: str) -> list[str]:
    """`states`: of the subscriptions for our address, whether each is on. `again`: what the owner does about it."""
    found = list(states)
    if any(found) or not url:
        return []
    if not found:
        return [f"{vendor}: there is no webhook for {url}: {again}; until then sales come late"]
    return [f"{vendor}: the webhook for {url} is switched off, as after failures: {again}"]
