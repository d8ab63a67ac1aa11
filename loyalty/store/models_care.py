"""The tables of what keeps the house safe, and of what it could not understand."""

from __future__ import annotations

from tortoise import fields
from tortoise.models import Model


class Chore(Model):
    """When it was done last: a backup, a copy of the key, the forgetting of what is old."""

    name = fields.CharField(primary_key=True, max_length=32)
    at = fields.BigIntField()
    note = fields.TextField()

    class Meta:
        table = "chores"
