"""Which till it was: orders do not say, payments name the device they were taken with."""

from __future__ import annotations

from collections.abc import Sequence

from pos_adapters import tills
from pos_adapters.base import Settings
from pos_adapters.square.shapes import Payment


def till_of(payments: Sequence[Payment], given: Settings) -> str | None:
    devices = (payment.device_details for payment in payments)
    names = (one.device_id or one.device_name for one in devices)
    return tills.till_of(next((name for name in names if name), None), given)
