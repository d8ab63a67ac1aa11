"""What the owner sets of a connection: checked in words, defaults filled in."""

from __future__ import annotations

from collections.abc import Mapping

from loyalty.errors import Unfit
from pos_adapters.base import Adapter, Setting, Settings

PLACE = (
    Setting("shop", "the id of the shop, as `loyalty init` printed it", required=True),
    Setting("till", "which till it is, as its counter screen names it"),
)


def settled(adapter: Adapter, given: Mapping[str, object]) -> Settings:
    """What was given, checked, with the defaults filled in. Raises Unfit, with the known names on an unknown one."""
    known = {setting.name: setting for setting in (*PLACE, *adapter.settings)}
    for name, value in given.items():
        if name not in known:
            raise Unfit(f"{adapter.vendor} has no setting {name}; it has {', '.join(known)}", at=name)
        if not isinstance(value, str | int | float):
            raise Unfit(f"expected text or a number for {name}, got a {type(value).__name__}", at=name)
    texts = {name: _text(given.get(name, setting.default)) for name, setting in known.items()}
    for name, text in texts.items():
        try:
            if text:
                known[name].fits(text)
        except ValueError as error:
            raise Unfit(f"{name}: {error}", at=name) from error
    return texts


def missing(adapter: Adapter, settings: Settings) -> list[str]:
    """The names that are still needed before it can work."""
    return [setting.name for setting in (*PLACE, *adapter.settings) if setting.required and not settings[setting.name]]


def _text(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)
