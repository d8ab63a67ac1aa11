"""How far a file has been read, and whether it is still that file.

Its identity is what stands in it: the first bytes, and those before the place that was reached. The number of the
inode and the name only say where to look for it, since both change hands: files are renamed, copied, written anew.
"""

from __future__ import annotations

import os
import uuid
from hashlib import sha256
from typing import BinaryIO

import msgspec

from pos_adapters.files.formats import Kind

CHECKED_BYTES = 256  # at the beginning, and before the place that was reached


class Position(msgspec.Struct, frozen=True, kw_only=True):
    """`check` is over what was read; `told` digests an unfinished last line that was already reported."""

    reading: str
    kind: Kind = ""
    name: str = ""
    offset: int = 0
    line: int = 0
    heading: bytes = b""
    check: str = ""
    told: str = ""


def beginning() -> Position:
    return Position(reading=uuid.uuid4().hex, check=sha256().hexdigest())


def check(file: BinaryIO, offset: int) -> str:
    """Over the bytes at the beginning and before `offset`."""
    file.seek(0)
    head = file.read(min(CHECKED_BYTES, offset))
    file.seek(max(0, offset - CHECKED_BYTES))
    tail = file.read(min(CHECKED_BYTES, offset))
    return sha256(head + tail).hexdigest()


def still(position: Position, file: BinaryIO) -> bool:
    """Whether what was read of it stands there unchanged; a file that was cut short or replaced is another one."""
    size = os.fstat(file.fileno()).st_size
    return position.offset <= size and position.check == check(file, position.offset)
