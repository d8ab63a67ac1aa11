"""The tables of tills' connections: what is connected, what was delivered, what nobody understood."""

from __future__ import annotations

from tortoise import fields
from tortoise.indexes import Index
from tortoise.models import Model

from loyalty.store.models import ID


class ConnectionRecord(Model):
    """A till, or a vendor's account. Its settings are sealed, since tokens and keys are among them."""

    id = fields.CharField(primary_key=True, max_length=ID)
    business = fields.CharField(max_length=ID, db_index=True)
    shop = fields.CharField(max_length=ID)
    vendor = fields.CharField(max_length=32)
    settings = fields.BinaryField()
    cursor = fields.TextField(null=True)  # where the vendor is asked on from
    made_at = fields.BigIntField()
    arrived_at = fields.BigIntField(null=True)
    asked_at = fields.BigIntField(null=True)
    ask_at = fields.BigIntField()  # when it is asked next, by the machine's clock
    refused = fields.TextField(null=True)  # why the last delivery was not believed
    refused_at = fields.BigIntField(null=True)
    trouble = fields.TextField(null=True)  # why asking does not work
    trouble_at = fields.BigIntField(null=True)
    ended_at = fields.BigIntField(null=True)  # its settings are gone then

    class Meta:
        table = "connections"


class DeliveryRecord(Model):
    """A vendor's delivery as it came, sealed, until it is worked off, and for 30 days after."""

    id = fields.BigIntField(primary_key=True)
    connection = fields.CharField(max_length=ID)
    digest = fields.CharField(max_length=64)  # of a believed body: the same again is the same delivery
    verdict = fields.CharField(max_length=6)
    body = fields.BinaryField()
    received_at = fields.BigIntField(db_index=True)
    state = fields.CharField(max_length=8)  # waiting, done, aside
    due_at = fields.BigIntField()  # by the machine's clock; whoever works on it moves it on first
    tries = fields.IntField()
    told = fields.BooleanField()  # whether what needs no question is in the line already

    class Meta:
        table = "deliveries"
        unique_together = (("connection", "digest"),)
        indexes = (
            Index(fields=("state", "due_at"), name="deliveries_due"),
            Index(fields=("connection", "state"), name="deliveries_of"),
        )


class SetAside(Model):
    """What could not be understood: the raw form, encrypted, and the reason."""

    id = fields.BigIntField(primary_key=True)
    business = fields.CharField(max_length=ID)
    reason = fields.BinaryField()
    body = fields.BinaryField()
    received_at = fields.BigIntField(db_index=True)

    class Meta:
        table = "set_aside"
