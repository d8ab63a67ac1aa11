"""The tables of tiers: those set by hand, and where the best of a business begin on each day."""

from __future__ import annotations

from tortoise import fields
from tortoise.indexes import Index
from tortoise.models import Model

from loyalty.store.models import ID


class HandTier(Model):
    """A tier that somebody set. What holds is beside the person, as `hand_tier` and `hand_until` - this is how it came
    about. The reason is sealed with the person's key."""

    id = fields.BigIntField(primary_key=True)
    business = fields.CharField(max_length=ID)
    customer = fields.CharField(max_length=ID)
    tier = fields.TextField()
    from_day = fields.IntField()
    until_day = fields.IntField()
    staff = fields.CharField(max_length=ID, null=True)  # the owner where nobody is named
    reason = fields.BinaryField()
    set_at = fields.BigIntField()
    ended_at = fields.BigIntField(null=True)  # taken away, or another put in its place

    class Meta:
        table = "hand_tiers"
        indexes = (Index(fields=("customer", "set_at"), name="hand_tiers_customer"),)


class CutoffRow(Model):
    """Where the best so many percent of a business begin on a day, of who spent in the window. Only ever inserted."""

    id = fields.BigIntField(primary_key=True)
    business = fields.CharField(max_length=ID)
    day = fields.IntField()
    percent = fields.IntField()
    window_days = fields.IntField()
    value = fields.BigIntField(null=True)  # none where they were too few
    of_many = fields.IntField()
    made_at = fields.BigIntField()

    class Meta:
        table = "cutoffs"
        unique_together = (("business", "day", "percent", "window_days"),)
