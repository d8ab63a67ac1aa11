from tortoise import fields
from tortoise.indexes import Index
from tortoise.migrations import operations as ops

from loyalty.store import forward
from loyalty.store.indexes import PartIndex


class Migration(forward.Migration):
    dependencies = [("regulars", "0010_numbers_and_ends")]

    operations = [
        ops.CreateModel(
            name="AdjustmentRow",
            fields=[
                ("id", fields.CharField(primary_key=True, unique=True, db_index=True, max_length=32)),
                ("business", fields.CharField(max_length=32)),
                ("shop", fields.CharField(max_length=32)),
                ("customer", fields.CharField(max_length=32)),
                ("points", fields.BigIntField()),
                ("why", fields.CharField(max_length=12)),
                ("at", fields.BigIntField()),
                ("until", fields.BigIntField(null=True)),
                ("made_by", fields.CharField(max_length=32)),
                ("note", fields.TextField(null=True, unique=False)),
                ("sent_key", fields.TextField(unique=False)),
                ("standing", fields.BooleanField()),
                ("lots", fields.BinaryField()),
            ],
            options={
                "table": "adjustments",
                "app": "regulars",
                "unique_together": (("business", "sent_key"),),
                "indexes": [Index(fields=["customer", "at"], name="adjustments_customer")],
                "pk_attr": "id",
                "table_description": "Points given or taken by hand, or for somebody who was brought along.",
            },
            bases=["Model"],
        ),
        ops.AddField("RedemptionRow", "lots", fields.BinaryField(null=True)),
        ops.AddField("RedemptionRow", "claims", fields.BinaryField(null=True)),
        ops.AddField("RedemptionRow", "taken", fields.BooleanField(null=True)),
        ops.AddIndex("RedemptionRow", Index(fields=["shop", "at"], name="redemptions_shop")),
        ops.AddField("SaleRow", "lot", fields.BigIntField(null=True)),
        ops.AddField("SaleRow", "owed", fields.BigIntField(null=True)),
        ops.AddField("SaleRow", "times", fields.IntField(null=True)),
        ops.AddField("StateRow", "account", fields.BinaryField(null=True)),
        ops.AddField("StateRow", "ends", fields.BigIntField(null=True)),
        ops.AddIndex("StateRow", PartIndex(fields=["ends"], name="states_ends", where="ends IS NOT NULL")),
        ops.AddField("CheckpointRow", "account", fields.BinaryField(null=True)),
        ops.AddField("EntryRow", "lot", fields.BigIntField(null=True)),
        ops.AddField("EntryRow", "cause", fields.TextField(null=True)),
        ops.AddIndex(
            "EntryRow", PartIndex(fields=["customer", "lot"], name="entries_ended", where="reason = 'expire'")
        ),
        ops.AddField("Customer", "brought_by", fields.CharField(max_length=32, null=True)),
    ]
