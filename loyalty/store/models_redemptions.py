"""The tables of the ledger: rewards that are being used, or were; adjustments by hand; every movement of points."""

from __future__ import annotations

from tortoise import fields
from tortoise.indexes import Index
from tortoise.models import Model

from loyalty.store.indexes import PartIndex
from loyalty.store.models import ID


class RedemptionRow(Model):
    """A reward reserved, and what became of it. Its points are in the entries that name it."""

    id = fields.CharField(primary_key=True, max_length=ID)
    business = fields.CharField(max_length=ID)
    shop = fields.CharField(max_length=ID)
    till = fields.TextField(null=True)
    customer = fields.CharField(max_length=ID)
    reward = fields.TextField()
    name = fields.TextField()
    points = fields.BigIntField()
    sent_key = fields.TextField()  # the sender's own
    at = fields.BigIntField()
    expires_at = fields.BigIntField()
    state = fields.CharField(max_length=10)
    ended_at = fields.BigIntField(null=True)
    ended_by = fields.CharField(max_length=4, null=True)
    used_shop = fields.CharField(max_length=ID, null=True)  # the sale it was used on
    used_source = fields.TextField(null=True)
    used_ref = fields.TextField(null=True)
    used_at = fields.BigIntField(null=True)
    origin = fields.CharField(max_length=ID, null=True)  # who reserved it, if they were merged into `customer`
    lots = fields.BinaryField(null=True)  # what it moved
    claims = fields.BinaryField(null=True)  # the sales that may have used it
    taken = fields.BooleanField(null=True)  # somebody at the counter said that it was used

    class Meta:
        table = "redemptions"
        unique_together = (("business", "sent_key"),)
        indexes = (
            Index(fields=("customer", "expires_at"), name="redemptions_customer"),
            Index(fields=("state", "expires_at"), name="redemptions_open"),
            Index(fields=("shop", "at"), name="redemptions_shop"),
        )


class AdjustmentRow(Model):
    """Points given or taken by hand, or for somebody who was brought along."""

    id = fields.CharField(primary_key=True, max_length=ID)
    business = fields.CharField(max_length=ID)
    shop = fields.CharField(max_length=ID)
    customer = fields.CharField(max_length=ID)
    points = fields.BigIntField()
    why = fields.CharField(max_length=12)
    at = fields.BigIntField()
    until = fields.BigIntField(null=True)
    made_by = fields.CharField(max_length=ID)
    note = fields.TextField(null=True)
    sent_key = fields.TextField()
    standing = fields.BooleanField()
    lots = fields.BinaryField()
    origin = fields.CharField(max_length=ID, null=True)  # whose they are, if merged into `customer`

    class Meta:
        table = "adjustments"
        unique_together = (("business", "sent_key"),)
        indexes = (Index(fields=("customer", "at"), name="adjustments_customer"),)


class EntryRow(Model):
    """A movement of points. Only ever inserted."""

    id = fields.BigIntField(primary_key=True)
    customer = fields.CharField(max_length=ID)
    n = fields.IntField()
    points = fields.BigIntField()
    reason = fields.CharField(max_length=12)
    shop = fields.CharField(max_length=ID, null=True)
    source = fields.TextField(null=True)
    ref = fields.TextField(null=True)
    at = fields.BigIntField()  # of the sale
    day = fields.IntField()
    made_at = fields.BigIntField()
    redemption = fields.CharField(max_length=ID, null=True)
    lot = fields.BigIntField(null=True)  # when its points end
    cause = fields.TextField(null=True)  # rules and lines of the sale, or the adjustment

    class Meta:
        table = "entries"
        unique_together = (("customer", "n"),)
        indexes = (PartIndex(fields=("customer", "lot"), name="entries_ended", where="reason = 'expire'"),)
