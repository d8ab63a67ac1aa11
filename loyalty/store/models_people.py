"""The tables of what was put right about people: who was merged, who of two a shared card was, and which
sales name two."""

from __future__ import annotations

from tortoise import fields
from tortoise.indexes import Index
from tortoise.models import Model

from loyalty.store.models import ID


class MergeRow(Model):
    """Two customers were one person; until it is undone, `kept` stands for `gone`. Ids only."""

    id = fields.CharField(primary_key=True, max_length=ID)
    business = fields.CharField(max_length=ID)
    kept = fields.CharField(max_length=ID)
    gone = fields.CharField(max_length=ID)
    sent_key = fields.TextField()  # the sender's own
    at = fields.BigIntField()
    undone_at = fields.BigIntField(null=True)

    class Meta:
        table = "merges"
        unique_together = (("business", "sent_key"),)
        indexes = (
            Index(fields=("business", "at"), name="merges_at"),
            Index(fields=("kept",), name="merges_kept"),
            Index(fields=("gone",), name="merges_gone"),
        )


class ChoiceRow(Model):
    """Which of the two who share a card it was, said at a till by answering a cue."""

    id = fields.BigIntField(primary_key=True)
    business = fields.CharField(max_length=ID)
    card = fields.CharField(max_length=32)  # keyed hash
    shop = fields.CharField(max_length=ID)
    till = fields.TextField(null=True)
    customer = fields.CharField(max_length=ID)
    cue = fields.CharField(max_length=ID)
    at = fields.BigIntField()

    class Meta:
        table = "choices"
        indexes = (
            Index(fields=("business", "card", "at"), name="choices_card"),
            Index(fields=("cue",), name="choices_cue"),
            Index(fields=("customer",), name="choices_customer"),
        )


class TwoPeople(Model):
    """What a sale is found by that is nobody's, since it names two people: who they are may turn out to be one."""

    id = fields.BigIntField(primary_key=True)
    business = fields.CharField(max_length=ID)
    hash = fields.CharField(max_length=32)
    shop = fields.CharField(max_length=ID)
    source = fields.TextField()
    ref = fields.TextField()
    received_at = fields.BigIntField()

    class Meta:
        table = "two_people"
        indexes = (
            Index(fields=("business", "hash"), name="two_people_hash"),
            Index(fields=("shop", "source", "ref"), name="two_people_sale"),
        )
