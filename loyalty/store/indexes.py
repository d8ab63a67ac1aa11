"""Indexes of a part of a table: what has no place in one costs nothing to write."""

from __future__ import annotations

from typing import Any

from tortoise.indexes import Index


class PartIndex(Index):
    """`where`: the condition, in the words of both databases; a query that implies it is answered by the index."""

    def __init__(self, *, fields: tuple[str, ...] | list[str], name: str, where: str) -> None:
        super().__init__(fields=fields, name=name)
        self.where = where
        self.extra = f" WHERE {where}"

    def deconstruct(self) -> tuple[str, list[Any], dict[str, Any]]:
        path, args, kwargs = super().deconstruct()
        return path, args, kwargs | {"where": self.where}
