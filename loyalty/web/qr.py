"""QR codes, as the outline that a screen draws."""

from __future__ import annotations

from functools import lru_cache

import qrcode
from qrcode.constants import ERROR_CORRECT_M

QUIET_ZONE = 4  # modules, as the standard asks
MASK = 3  # trying all eight for the finest takes ten milliseconds, and every reader reads any


@lru_cache(1_000)
def outline(text: str) -> tuple[str, int]:
    """The dark modules of a QR code as one SVG path, and the side of the square with its quiet zone."""
    code = qrcode.QRCode(error_correction=ERROR_CORRECT_M, border=0, mask_pattern=MASK)
    code.add_data(text)
    code.make(fit=True)
    rows = code.get_matrix()
    parts: list[str] = []
    for y, row in enumerate(rows, QUIET_ZONE):
        x = 0
        while x < len(row):
            run = next((n for n in range(len(row) - x) if not row[x + n]), len(row) - x)
            if run:
                parts.append(f"M{x + QUIET_ZONE} {y}h{run}v1h-{run}z")
            x += max(run, 1)
    return "".join(parts), len(rows) + 2 * QUIET_ZONE
