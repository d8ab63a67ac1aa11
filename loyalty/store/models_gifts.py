"""The tables of what staff give away: perks and surprises, and how many surprises a shop may give."""

from __future__ import annotations

from tortoise import fields
from tortoise.indexes import Index
from tortoise.models import Model

from loyalty.store.models import ID


class GiftRow(Model):
    """Something given at the counter, and what it cost. No points move."""

    id = fields.CharField(primary_key=True, max_length=ID)
    business = fields.CharField(max_length=ID)
    shop = fields.CharField(max_length=ID)
    till = fields.TextField(null=True)
    customer = fields.CharField(max_length=ID)
    kind = fields.CharField(max_length=8)  # perk, surprise
    perk = fields.TextField(null=True)  # its id in the program
    name = fields.TextField()
    cost = fields.BigIntField()
    staff = fields.TextField(null=True)
    reason = fields.CharField(max_length=12)
    said = fields.BinaryField(null=True)  # the reason in somebody's own words, under the customer's key
    sent_key = fields.TextField()  # the sender's own
    cue = fields.CharField(max_length=ID, null=True)
    at = fields.BigIntField()
    day = fields.IntField()
    undone_at = fields.BigIntField(null=True)

    class Meta:
        table = "gifts"
        unique_together = (("business", "sent_key"),)
        indexes = (
            Index(fields=("customer", "day"), name="gifts_customer"),
            Index(fields=("shop", "day"), name="gifts_shop"),
        )


class BudgetRow(Model):
    """How many surprises a week a shop may give, from a day on, a row for every change."""

    id = fields.BigIntField(primary_key=True)
    shop = fields.CharField(max_length=ID)
    version = fields.IntField()
    day = fields.IntField()
    a_week = fields.IntField()
    cost = fields.BigIntField()
    beyond = fields.BooleanField()
    made_at = fields.BigIntField()

    class Meta:
        table = "budgets"
        unique_together = (("shop", "version"),)
