"""The tables. Moments are microseconds since the epoch, days ordinals, ids random text, hashes keyed. Foreign keys are
plain columns: nothing is deleted by cascade. A semicolon in a model's docstring ends its CREATE TABLE."""

from __future__ import annotations

from tortoise import fields
from tortoise.indexes import Index
from tortoise.models import Model

from loyalty.store.indexes import PartIndex

ID = 32


class Business(Model):
    id = fields.CharField(primary_key=True, max_length=ID)
    name = fields.TextField()
    program = fields.IntField(default=1)  # the version now in force
    hold_out = fields.IntField(default=0)  # percent of newly enrolled people
    unasked = fields.BooleanField(null=True)  # nobody is asked how their visit was
    turn = fields.BigIntField(default=0)  # how often somebody decided for it, where several processes do
    created_at = fields.BigIntField()

    class Meta:
        table = "businesses"


class Shop(Model):
    id = fields.CharField(primary_key=True, max_length=ID)
    business = fields.CharField(max_length=ID, db_index=True)
    name = fields.TextField()
    currency = fields.CharField(max_length=3)
    timezone = fields.CharField(max_length=64)
    day_ends = fields.IntField(default=240)  # minutes after midnight
    language = fields.CharField(max_length=35, default="en")
    seq = fields.BigIntField(default=0)  # number of the last message to its screens
    created_at = fields.BigIntField()

    class Meta:
        table = "shops"


class Key(Model):
    """A key is shown once, only its hash is here."""

    hash = fields.CharField(max_length=64, unique=True)
    business = fields.CharField(max_length=ID, db_index=True)
    shop = fields.CharField(max_length=ID, null=True)
    role = fields.CharField(max_length=12)  # owner, adapter, screen, setup
    created_at = fields.BigIntField()
    revoked_at = fields.BigIntField(null=True)
    expires_at = fields.BigIntField(null=True)  # of an owner who signed in

    class Meta:
        table = "keys"


class ProgramVersion(Model):
    business = fields.CharField(max_length=ID)
    version = fields.IntField()
    body = fields.BinaryField()
    made_at = fields.BigIntField()

    class Meta:
        table = "programs"
        unique_together = (("business", "version"),)


class SaleRow(Model):
    id = fields.BigIntField(primary_key=True)
    shop = fields.CharField(max_length=ID)
    source = fields.TextField()
    ref = fields.TextField()  # the till's id of it
    revision = fields.BigIntField()
    state = fields.CharField(max_length=6)
    at = fields.BigIntField()
    day = fields.IntField()
    part = fields.SmallIntField()
    till = fields.TextField(null=True)
    body = fields.BinaryField()
    marks = fields.BinaryField()
    refund_of = fields.TextField(null=True)
    program = fields.IntField()
    received_at = fields.BigIntField()
    person = fields.CharField(max_length=ID, null=True)
    assigned = fields.CharField(max_length=ID, null=True)
    counts = fields.BooleanField()
    taken = fields.BinaryField()
    gave = fields.BinaryField()
    earned = fields.BinaryField()
    note = fields.CharField(max_length=20)
    odd = fields.CharField(max_length=20)
    used = fields.TextField(null=True)  # ids of redemptions
    freed = fields.CharField(max_length=ID, null=True)
    origin = fields.CharField(max_length=ID, null=True)  # whose it would be, had nobody been merged
    unlearned = fields.BooleanField(null=True)  # its customer had paused
    forgotten = fields.CharField(max_length=ID, null=True)  # the customer who had their usual forgotten since
    quiet_of = fields.CharField(max_length=ID, null=True)  # whose pause it was in, while it is somebody else's
    lot = fields.BigIntField(null=True)  # in which its points lie
    owed = fields.BigIntField(null=True)  # how many of them settled a debt
    times = fields.IntField(null=True)  # percent

    class Meta:
        table = "sales"
        unique_together = (("shop", "source", "ref"),)
        indexes = (
            Index(fields=("shop", "day"), name="sales_day"),
            PartIndex(fields=("person", "at"), name="sales_person", where="person IS NOT NULL"),
            PartIndex(fields=("shop", "source", "refund_of"), name="sales_refund", where="refund_of IS NOT NULL"),
        )


class Loose(Model):
    """A sale whose identifier nobody has (yet): kept for seven days, in case they enrol."""

    id = fields.BigIntField(primary_key=True)
    business = fields.CharField(max_length=ID)
    hash = fields.CharField(max_length=32)
    shop = fields.CharField(max_length=ID)
    source = fields.TextField()
    ref = fields.TextField()
    received_at = fields.BigIntField(db_index=True)

    class Meta:
        table = "loose"
        indexes = (
            Index(fields=("business", "hash"), name="loose_hash"),
            Index(fields=("shop", "source", "ref"), name="loose_sale"),
        )


class StateRow(Model):
    customer = fields.CharField(primary_key=True, max_length=ID)
    memory = fields.BinaryField()
    points = fields.BigIntField()
    entries = fields.IntField()
    business = fields.CharField(max_length=ID, null=True)  # from here on: what the owner's lists are read by
    shop = fields.CharField(max_length=ID, null=True)
    last_at = fields.BigIntField(null=True)
    regular_until = fields.IntField(null=True)  # the last day of it, if nothing more comes, 0 for who is none
    becoming_until = fields.IntField(null=True)
    account = fields.BinaryField(null=True)  # of the ledger, what the balance alone does not tell
    ends = fields.BigIntField(null=True)  # when the first of their points do

    class Meta:
        table = "states"
        indexes = (
            PartIndex(fields=("ends",), name="states_ends", where="ends IS NOT NULL"),
            Index(fields=("business", "last_at", "regular_until", "becoming_until", "shop"), name="states_seen"),
        )


class CheckpointRow(Model):
    id = fields.BigIntField(primary_key=True)
    customer = fields.CharField(max_length=ID)
    at = fields.BigIntField()
    source = fields.TextField()
    ref = fields.TextField()
    shop = fields.CharField(max_length=ID)
    memory = fields.BinaryField()
    account = fields.BinaryField(null=True)

    class Meta:
        table = "checkpoints"
        unique_together = (("customer", "at", "source", "ref", "shop"),)


class Meta:
    table = "entries"
    unique_together = (("customer", "n"),)
    indexes = (PartIndex(fields=("customer", "lot"), name="entries_ended", where="reason = 'expire'"),)


class CueRecord(Model):
    id = fields.CharField(primary_key=True, max_length=ID)
    shop = fields.CharField(max_length=ID)
    customer = fields.CharField(max_length=ID)
    till = fields.TextField(null=True)
    renewed_at = fields.BigIntField()
    expires_at = fields.BigIntField()
    closed_at = fields.BigIntField(null=True)
    body = fields.BinaryField()

    class Meta:
        table = "cues"
        indexes = (
            Index(fields=("customer", "renewed_at"), name="cues_customer"),
            PartIndex(fields=("expires_at",), name="cues_open", where="closed_at IS NULL"),
            PartIndex(fields=("shop", "till", "renewed_at"), name="cues_till", where="till IS NOT NULL"),
        )


class Message(Model):
    """What the screens of a shop were told, numbered."""

    id = fields.BigIntField(primary_key=True)
    shop = fields.CharField(max_length=ID)
    seq = fields.BigIntField()
    till = fields.TextField(null=True)
    kind = fields.CharField(max_length=6)
    cue = fields.CharField(max_length=ID)
    outcome = fields.CharField(max_length=12, null=True)
    at = fields.BigIntField()

    class Meta:
        table = "messages"
        unique_together = (("shop", "seq"),)
        indexes = (PartIndex(fields=("shop", "at"), name="messages_closed", where="kind = 'closed'"),)


class HouseDay(Model):
    """The sum of what the sales of a day gave, summed again when it is dirty and somebody reads it."""

    id = fields.BigIntField(primary_key=True)
    shop = fields.CharField(max_length=ID)
    day = fields.IntField()
    dirty = fields.BooleanField()
    sums = fields.BinaryField()

    class Meta:
        table = "house_days"
        unique_together = (("shop", "day"),)
