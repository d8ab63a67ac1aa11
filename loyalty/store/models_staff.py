"""The tables of staff: who works at a counter, who held which screen when, who did what, and how much may be done."""

from __future__ import annotations

from tortoise import fields
from tortoise.indexes import Index
from tortoise.models import Model

from loyalty.store.indexes import PartIndex
from loyalty.store.models import ID


class Member(Model):
    """One of the staff. Their name is sealed by a key of their own, as customers' are. Their PIN is a slow hash, and
    beside it a keyed one, by which two people with the same PIN are told."""

    id = fields.CharField(primary_key=True, max_length=ID)
    business = fields.CharField(max_length=ID)
    shop = fields.CharField(max_length=ID, null=True)  # null, all of them
    secret = fields.BinaryField(null=True)
    name = fields.BinaryField()
    pin = fields.TextField()  # argon2id, empty once they are gone
    mark = fields.CharField(max_length=32)  # keyed hash of the PIN, empty once they are gone
    customer = fields.CharField(max_length=ID, null=True)  # whose card is their own
    made_at = fields.BigIntField()
    ended_at = fields.BigIntField(null=True)

    class Meta:
        table = "staff"
        indexes = (Index(fields=("business", "ended_at"), name="staff_there"),)


class StaffSession(Model):
    """Who took a screen, and until when they held it."""

    token = fields.CharField(primary_key=True, max_length=64)  # its hash
    business = fields.CharField(max_length=ID)
    shop = fields.CharField(max_length=ID)
    till = fields.TextField(null=True)
    staff = fields.CharField(max_length=ID)
    began_at = fields.BigIntField()
    until = fields.BigIntField()
    ended_at = fields.BigIntField(null=True)  # signed off before

    class Meta:
        table = "staff_sessions"
        indexes = (
            Index(fields=("shop", "began_at"), name="staff_sessions_shop"),
            Index(fields=("staff", "until"), name="staff_sessions_open"),
        )


class Deed(Model):
    """Something that was done at a counter, and by whom. Written in the commit of what was done."""

    id = fields.BigIntField(primary_key=True)
    business = fields.CharField(max_length=ID)
    shop = fields.CharField(max_length=ID, null=True)
    till = fields.TextField(null=True)
    staff = fields.CharField(max_length=ID, null=True)
    screen = fields.CharField(max_length=64, null=True)  # by which key: its hash; null, by the owner's
    what = fields.CharField(max_length=16)
    customer = fields.CharField(max_length=ID, null=True)
    source = fields.TextField(null=True)  # the sale
    ref = fields.TextField(null=True)
    redemption = fields.CharField(max_length=ID, null=True)
    points = fields.BigIntField(default=0)
    at = fields.BigIntField()

    class Meta:
        table = "deeds"
        indexes = (
            Index(fields=("business", "what", "at"), name="deeds_what"),
            PartIndex(fields=("staff", "at"), name="deeds_staff", where="staff IS NOT NULL"),
            PartIndex(fields=("customer", "at"), name="deeds_customer", where="customer IS NOT NULL"),
            PartIndex(fields=("screen", "at"), name="deeds_screen", where="screen IS NOT NULL"),
        )


class Limit(Model):
    """The most rewards that may be used, as the owner set it, null where there is no limit."""

    business = fields.CharField(primary_key=True, max_length=ID)
    till_hour = fields.IntField(null=True)
    shift = fields.IntField(null=True)
    customer_day = fields.IntField(null=True)
    set_at = fields.BigIntField()

    class Meta:
        table = "limits"
