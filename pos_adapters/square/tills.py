"""Which till it was: orders do not say, payments name the device they were taken with."""

from __future__ import annotations

from collections.abc import Sequence

from pos_adapters.base import Settings
from pos_adapters.square.shapes import Payment


def till_of(payments: Sequence[Payment], given: Settings) -> str | None:
    """As the settings name the device; one without a name there is called by its id."""
    if given["till"]:
        return given["till"]
    devices = (payment.device_details for payment in payments)
    device = next((one.device_id or one.device_name for one in devices if one.device_id or one.device_name), None)
    return named(given["tills"]).get(device, device) if device else None


def named(text: str) -> dict[str, str]:
    """`DEVICE=2, OTHER=1`. Raises ValueError."""
    pairs = [part.partition("=") for part in text.split(",") if part.strip()]
    for device, _, till in pairs:
        if not device.strip() or not till.strip():
            raise ValueError(f"expected DEVICE=TILL, with commas between, got {text!r}")
    return {device.strip(): till.strip() for device, _, till in pairs}
