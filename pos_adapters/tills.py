"""Which till it was: vendors name devices, owners name tills."""

from __future__ import annotations

from pos_adapters.base import Setting, Settings


def named(text: str) -> dict[str, str]:
    """`DEVICE=2, OTHER=1`. Raises ValueError."""
    pairs = [part.partition("=") for part in text.split(",") if part.strip()]
    for device, _, till in pairs:
        if not device.strip() or not till.strip():
            raise ValueError(f"expected DEVICE=TILL, with commas between, got {text!r}")
    return {device.strip(): till.strip() for device, _, till in pairs}


TILLS = Setting("tills", "names for devices, such as DEVICE1=1, DEVICE2=2; else a till is its device", fits=named)


def till_of(device: str | int | None, settings: Settings) -> str | None:
    """As the settings name the device; one without a name there is called by its id."""
    if settings["till"]:
        return settings["till"]
    return named(settings[TILLS.name]).get(str(device), str(device)) if device else None
