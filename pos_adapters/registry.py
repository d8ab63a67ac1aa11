"""Every adapter: one line a vendor. Commands, tests and reference read this."""

from __future__ import annotations

from loyalty.errors import Unfit
from pos_adapters import (
    adyen,
    clover,
    escpos,
    files,
    generic,
    lightspeed_k,
    lightspeed_x,
    loyverse,
    odoo,
    shopify,
    square,
    stripe,
    sumup,
    toast,
    woocommerce,
    zettle,
)
from pos_adapters.base import Adapter

ADAPTERS: dict[str, Adapter] = {
    adapter.vendor: adapter
    for adapter in (
        adyen.ADAPTER,
        clover.ADAPTER,
        escpos.ADAPTER,
        files.ADAPTER,
        generic.ADAPTER,
        lightspeed_k.ADAPTER,
        lightspeed_x.ADAPTER,
        loyverse.ADAPTER,
        odoo.ADAPTER,
        shopify.ADAPTER,
        square.ADAPTER,
        stripe.ADAPTER,
        sumup.ADAPTER,
        toast.ADAPTER,
        woocommerce.ADAPTER,
        zettle.ADAPTER,
    )
}  # fmt: skip


def adapter(vendor: str) -> Adapter:
    """Raises Unfit, with the known ones."""
    if vendor not in ADAPTERS:
        raise Unfit(f"there is no adapter {vendor!r}; there is {', '.join(ADAPTERS)}", at="vendor")
    return ADAPTERS[vendor]
