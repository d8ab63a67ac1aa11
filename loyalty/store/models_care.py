"""The tables of what keeps the house safe, and of what it could not understand."""

from __future__ import annotations

from tortoise import fields
from tortoise.models import Model

from loyalty.store.models import ID


class Chore(Model):
    """What the owner did last of it: a backup, a copy of the key."""

    name = fields.CharField(primary_key=True, max_length=32)
    at = fields.BigIntField()
    note = fields.TextField()

    class Meta:
        table = "chores"


class SetAside(Model):
    """What could not be understood: the raw form, encrypted, and the reason."""

    id = fields.BigIntField(primary_key=True)
    business = fields.CharField(max_length=ID)
    reason = fields.BinaryField()
    body = fields.BinaryField()
    received_at = fields.BigIntField(db_index=True)

    class Meta:
        table = "set_aside"
