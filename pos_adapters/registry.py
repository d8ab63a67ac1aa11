"""Every adapter: one line a vendor. Commands, tests and reference read this."""

from __future__ import annotations

from loyalty.errors import Unfit
from pos_adapters import files, shopify, square
from pos_adapters.base import Adapter

ADAPTERS: dict[str, Adapter] = {
    adapter.vendor: adapter
    for adapter in (
        files.ADAPTER,
        shopify.ADAPTER,
        square.ADAPTER,
    )
}  # fmt: skip


def adapter(vendor: str) -> Adapter:
    """Raises Unfit, with the known ones."""
    if vendor not in ADAPTERS:
        raise Unfit(f"there is no adapter {vendor!r}; there is {', '.join(ADAPTERS)}", at="vendor")
    return ADAPTERS[vendor]
