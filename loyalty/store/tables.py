"""Every table, as its model describes it: what a backup holds. Row numbers that the database gives are left out."""

from __future__ import annotations

from importlib import import_module
from inspect import isclass

from msgspec import Struct
from tortoise import fields
from tortoise.models import Model

from loyalty.store.database import MODELS

KINDS = ((fields.BinaryField, "bytes"), (fields.BooleanField, "bool"), (fields.IntField, "int"))
KINDS += ((fields.BigIntField, "int"), (fields.SmallIntField, "int"), (fields.FloatField, "float"))  # type: ignore[assignment]


class Table(Struct, frozen=True):
    """`order`: the column by which its rows are walked through."""

    name: str
    order: str
    columns: tuple[tuple[str, str], ...]  # name and kind: text, int, float, bool or bytes

    @property
    def names(self) -> str:
        return ", ".join(name for name, _ in self.columns)


def tables() -> list[Table]:
    """Of the models that a database is made from, by name."""
    found = [_table(model) for module in MODELS for model in _models(module)]
    return sorted(found, key=lambda table: table.name)


def _models(module: str) -> list[type[Model]]:
    there = vars(import_module(module)).values()
    return [one for one in there if isclass(one) and issubclass(one, Model) and one.__module__ == module]


def _table(model: type[Model]) -> Table:
    meta = model._meta
    columns = tuple(
        (name, _kind(field))
        for name, field in meta.fields_map.items()
        if not (name == meta.pk_attr and field.generated)  # given anew, in the same order
    )
    return Table(meta.db_table, meta.pk_attr, columns)


def _kind(field: fields.Field[object]) -> str:
    return next((kind for type_, kind in KINDS if isinstance(field, type_)), "text")
