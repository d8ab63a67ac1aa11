"""The table of redemptions: rewards that are being used, or were."""

from __future__ import annotations

from tortoise import fields
from tortoise.indexes import Index
from tortoise.models import Model

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

    class Meta:
        table = "redemptions"
        unique_together = (("business", "sent_key"),)
        indexes = (
            Index(fields=("customer", "expires_at"), name="redemptions_customer"),
            Index(fields=("state", "expires_at"), name="redemptions_open"),
        )
