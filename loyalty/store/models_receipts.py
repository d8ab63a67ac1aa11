"""The table of receipts that customers claim from their own cards."""

from __future__ import annotations

from tortoise import fields
from tortoise.indexes import Index
from tortoise.models import Model

from loyalty.store.indexes import PartIndex
from loyalty.store.models import ID


class ClaimRow(Model):
    """One claim, and the sale that it found, if it found one. Nothing of what was typed."""

    id = fields.BigIntField(primary_key=True)
    business = fields.CharField(max_length=ID)
    customer = fields.CharField(max_length=ID)
    at = fields.BigIntField()
    shop = fields.CharField(max_length=ID, null=True)
    source = fields.TextField(null=True)
    ref = fields.TextField(null=True)

    class Meta:
        table = "claims"
        indexes = (
            Index(fields=("customer", "at"), name="claims_customer"),
            PartIndex(fields=("business", "at"), name="claims_missed", where="shop IS NULL"),
        )
