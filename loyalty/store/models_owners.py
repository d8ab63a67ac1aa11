"""Owners: who may sign in to a business's page. Their name is not kept, only its keyed hash, and a slow hash of the
password."""

from __future__ import annotations

from tortoise import fields
from tortoise.models import Model

from loyalty.store.models import ID


class Owner(Model):
    id = fields.BigIntField(primary_key=True)
    business = fields.CharField(max_length=ID, db_index=True)
    login = fields.CharField(max_length=64, unique=True)  # hash of an e-mail address or a name
    password = fields.TextField()  # argon2id
    created_at = fields.BigIntField()
    changed_at = fields.BigIntField()

    class Meta:
        table = "owners"
