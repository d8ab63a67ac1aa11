"""The tables of the counter's own: the codes by which customers join, and the cards' codes that were used."""

from __future__ import annotations

from tortoise import fields
from tortoise.indexes import Index
from tortoise.models import Model

ID = 32


class JoinCode(Model):
    """A code that a customer scans to join. Where it was shown, and what had just been rung up there."""

    id = fields.CharField(primary_key=True, max_length=ID)
    token = fields.CharField(max_length=64, unique=True)  # its hash
    business = fields.CharField(max_length=ID)
    shop = fields.CharField(max_length=ID)
    till = fields.TextField(null=True)
    instead = fields.CharField(max_length=ID, null=True)  # the cue that was answered *wrong person*
    source = fields.TextField(null=True)
    ref = fields.TextField(null=True)
    made_at = fields.BigIntField()
    poster = fields.BooleanField()
    expires_at = fields.BigIntField()
    used_at = fields.BigIntField(null=True)

    class Meta:
        table = "joins"
        indexes = (Index(fields=("shop", "expires_at"), name="joins_shop"),)


class UsedCode(Model):
    """A card's renewing code that was shown at a till: nobody shows the same one again. Hashes only, for a while."""

    id = fields.BigIntField(primary_key=True)
    business = fields.CharField(max_length=ID)
    hash = fields.CharField(max_length=32)  # of the card
    step = fields.BigIntField()  # the half minute in which it was made
    shop = fields.CharField(max_length=ID)
    till = fields.TextField(null=True)
    used_at = fields.BigIntField()

    class Meta:
        table = "used_codes"
        unique_together = (("business", "hash", "step"),)
        indexes = (Index(fields=("business", "used_at"), name="used_codes_at"),)
