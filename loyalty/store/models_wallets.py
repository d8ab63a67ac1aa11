"""The tables of cards in the wallets of telephones."""

from __future__ import annotations

from tortoise import fields
from tortoise.indexes import Index
from tortoise.models import Model

from loyalty.store.indexes import PartIndex
from loyalty.store.models import ID


class PassRow(Model):
    """A card as a wallet has it, for as long as its letters hold; then it is void.

    Of who was erased it stays for a while without them, so that the telephone can be told.
    """

    serial = fields.CharField(primary_key=True, max_length=32)  # keyed hash of the person and the letters
    business = fields.CharField(max_length=ID)
    customer = fields.CharField(max_length=ID, null=True)
    kind = fields.CharField(max_length=8)  # apple, google
    mark = fields.CharField(max_length=32)  # keyed hash of the letters
    language = fields.TextField()
    shown = fields.CharField(max_length=32)  # digest of what it showed when telephones were last told
    changed_at = fields.BigIntField()  # grows within a business, and for each pass by a second or more
    ticket = fields.CharField(max_length=64, null=True)  # of a link that hands it over once
    ticket_until = fields.BigIntField(null=True)

    class Meta:
        table = "passes"
        indexes = (
            Index(fields=("business", "changed_at"), name="passes_changed"),
            Index(fields=("customer",), name="passes_customer"),
            PartIndex(fields=("ticket",), name="passes_ticket", where="ticket IS NOT NULL"),
        )


class PassDeviceRow(Model):
    """Who is told when a pass changes: a telephone, or Google."""

    id = fields.BigIntField(primary_key=True)
    serial = fields.CharField(max_length=32)
    customer = fields.CharField(max_length=ID, null=True)
    device = fields.CharField(max_length=64)  # hash
    push = fields.BinaryField()  # the address of its notices, under the person's key
    since = fields.BigIntField()
    due_at = fields.BigIntField(null=True)  # when it is to be told; null: it has been
    tries = fields.IntField()

    class Meta:
        table = "pass_devices"
        unique_together = (("serial", "device"),)
        indexes = (
            Index(fields=("device",), name="pass_devices_device"),
            Index(fields=("customer",), name="pass_devices_customer"),
            PartIndex(fields=("due_at",), name="pass_devices_due", where="due_at IS NOT NULL"),
        )
