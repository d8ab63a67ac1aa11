"""Our mark as PNG pictures: two rings and a full disc, the third visit. Wallets take no SVG."""

from __future__ import annotations

import math
import struct
import zlib
from functools import cache

SIGNATURE = b"\x89PNG\r\n\x1a\n"
GROUND = (0x0B, 0x5B, 0x47)
MARK = (0x8F, 0xD6, 0xBC)
BOX = 32  # the square in which the mark is drawn, as in `card-icon.svg`
RINGS = ((7.0, 18.0), (16.0, 18.0))
RING, STROKE = 3.5, 2.0
DISC = (25.0, 16.0, 5.0)


@cache
def picture(side: int) -> bytes:
    """A square of so many pixels, with the ground of the brand."""
    pixels = [bytes((0, *(part for x in range(side) for part in _colour(x, y, BOX / side)))) for y in range(side)]
    header = struct.pack(">IIBBBBB", side, side, 8, 2, 0, 0, 0)  # eight bits of red, green and blue
    body = zlib.compress(b"".join(pixels), 9)
    return SIGNATURE + _chunk(b"IHDR", header) + _chunk(b"IDAT", body) + _chunk(b"IEND", b"")


def _chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def _colour(x: int, y: int, unit: float) -> tuple[int, ...]:
    """Of one pixel; at an edge both colours, by how much of it the mark covers."""
    inside = _cover((x + 0.5) * unit, (y + 0.5) * unit, unit)
    return tuple(round(under + (over - under) * inside) for under, over in zip(GROUND, MARK, strict=True))


def _cover(x: float, y: float, unit: float) -> float:
    far = [STROKE / 2 - abs(math.hypot(x - cx, y - cy) - RING) for cx, cy in RINGS]
    far.append(DISC[2] - math.hypot(x - DISC[0], y - DISC[1]))
    return min(1.0, max(0.0, 0.5 + max(far) / unit))
