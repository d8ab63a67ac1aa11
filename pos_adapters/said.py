"""What a vendor said, read field by field: each with its kind, and with its path in every complaint.

    told = Said.of(raw)                      # numbers with a point are Decimals, as they were written
    for line in told.each("line_items"):
        line.text("name"), line.cents("total"), line["price"].text("currency")

A field that is null is one that is missing, as it is to most vendors. What has no default must be there.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, tzinfo
from decimal import Decimal
from typing import Any

from loyalty.errors import Unfit
from pos_adapters import money
from pos_adapters.asking import document
from pos_adapters.reading import exact

NEEDED: Any = object()


class Said:
    """A JSON object; `at` is where it stands in the whole."""

    __slots__ = ("at", "held")

    def __init__(self, held: dict[str, Any], at: str = "") -> None:
        self.held, self.at = held, at

    @classmethod
    def of(cls, raw: bytes) -> Said:
        """Raises what `read_each` takes for a bad item."""
        return cls(_kind(exact(raw), dict, ""))

    def __contains__(self, name: str) -> bool:
        return name in self.held

    def __getitem__(self, name: str) -> Said:
        """The object under a name; an empty one where there is none."""
        return Said(_kind(self.held.get(name, {}), dict, self._path(name)), self._path(name))

    def each(self, name: str) -> Iterator[Said]:
        """The objects of a list; none where there is none."""
        for place, one in enumerate(_kind(self.held.get(name, []), list, self._path(name))):
            at = f"{self._path(name)}[{place}]"
            yield Said(_kind(one, dict, at), at)

    def raws(self, name: str) -> list[tuple[str, bytes]]:
        """The elements of a list, each with where it stands, for `read_each`: a bad one costs no other."""
        held = _kind(self.held.get(name, []), list, self._path(name))
        return [(f"{self._path(name)}[{place}]", document(one)) for place, one in enumerate(held)]

    def needs(self, name: str) -> None:
        """Raises Unfit where it is missing: this is something else."""
        self._get(name, NEEDED)

    def first(self, *names: str) -> str:
        """Whichever of these names comes first that it has; else the last."""
        return next((name for name in names if name in self), names[-1])

    # -- one field ----------------------------------------------------------------------------------------------------
    def text(self, name: str, default: str = NEEDED) -> str:
        """Numbers count as what they are written as: ids are either."""
        found = self._get(name, default)
        if isinstance(found, bool) or not isinstance(found, str | int | Decimal):
            raise self._unlike(name, "a text", found)
        return str(found)

    def flag(self, name: str, default: bool = False) -> bool:
        found = self.held.get(name, default)
        return bool(_kind(found, bool, self._path(name)))

    def whole(self, name: str, default: int = NEEDED) -> int:
        found = self._get(name, default)
        if isinstance(found, bool) or not isinstance(found, int):
            raise self._unlike(name, "a whole number", found)
        return found

    def decimal(self, name: str, default: Decimal | int = NEEDED) -> Decimal:
        """A number, or a text that is one."""
        found = self._get(name, default)
        if isinstance(found, bool) or not isinstance(found, str | int | Decimal):
            raise self._unlike(name, "a number", found)
        try:
            return Decimal(found)
        except ArithmeticError as error:
            raise self._unlike(name, "a number", found) from error

    def amount(self, name: str, currency: str, default: int = NEEDED) -> int:
        """Major units, exactly, into minor ones: "4.50" → 450."""
        if default is not NEEDED and name not in self.held:
            return default
        return self._minor(money.amount, name, currency)

    def nearest(self, name: str, currency: str, default: int = NEEDED) -> int:
        """As `amount`, of vendors that calculate in binary floats."""
        if default is not NEEDED and name not in self.held:
            return default
        return self._minor(money.nearest, name, currency)

    def time(self, name: str, zone: tzinfo | None = UTC) -> datetime:
        """RFC 3339. `zone` is meant by one that names none; None: such a time is refused."""
        text = self.text(name)
        try:
            at = datetime.fromisoformat(text)
        except ValueError as error:
            raise self._unlike(name, "a time", text) from error
        at = at if at.tzinfo is not None else at.replace(tzinfo=zone)
        if at.tzinfo is None:
            raise self._unlike(name, "a time with its zone", text)
        return at

    def time_ms(self, name: str) -> datetime:
        """Milliseconds since 1970."""
        return self._moment(name, Decimal(self.whole(name)) / 1000)

    def time_s(self, name: str) -> datetime:
        """Seconds since 1970."""
        return self._moment(name, Decimal(self.whole(name)))

    # -- what goes wrong ----------------------------------------------------------------------------------------------
    def _moment(self, name: str, seconds: Decimal) -> datetime:
        try:
            return datetime.fromtimestamp(float(seconds), UTC)
        except (OverflowError, OSError, ValueError) as error:
            raise self._unlike(name, "a time", seconds) from error

    def _get(self, name: str, default: Any) -> Any:
        found = self.held.get(name, default)
        if found is NEEDED:
            raise Unfit(f"{name} is missing", at=self._path(name))
        return found

    def _minor(self, read: Callable[[Decimal, str], int], name: str, currency: str) -> int:
        try:
            return read(self.decimal(name), currency)
        except Unfit as error:
            raise Unfit(error.message, at=error.at or self._path(name)) from error

    def _path(self, name: str) -> str:
        return f"{self.at}.{name}" if self.at else name

    def _unlike(self, name: str, kind: str, found: object) -> Unfit:
        return Unfit(f"expected {kind}, got {str(found)[:40]!r}", at=self._path(name))


def _kind(found: Any, kind: type, at: str) -> Any:
    if not isinstance(found, kind):
        words = {dict: "an object", list: "a list", bool: "true or false"}[kind]
        raise Unfit(f"expected {words}, got {str(found)[:40]!r}", at=at)
    return found
