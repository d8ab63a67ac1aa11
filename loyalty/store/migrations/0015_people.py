from tortoise import fields
from tortoise.indexes import Index
from tortoise.migrations import operations as ops

from loyalty.store import forward
from loyalty.store.indexes import PartIndex


class Migration(forward.Migration):
    dependencies = [("regulars", "0014_gifts")]

    operations = [
        ops.AddField("Customer", "merged_into", fields.CharField(null=True, max_length=32)),
        ops.AddField("Customer", "agreed", fields.BinaryField(null=True)),
        ops.AddIndex(
            "Customer",
            PartIndex(fields=("merged_into",), name="customers_merged", where="merged_into IS NOT NULL"),
        ),
        ops.AddField("SaleRow", "origin", fields.CharField(null=True, max_length=32)),
        ops.AddIndex(
            "SaleRow", PartIndex(fields=("shop", "at"), name="sales_two_people", where="note = 'two-people'")
        ),
        ops.AddField("RedemptionRow", "origin", fields.CharField(null=True, max_length=32)),
        ops.AddField("AdjustmentRow", "origin", fields.CharField(null=True, max_length=32)),
        ops.CreateModel(
            name="MergeRow",
            fields=[
                ("id", fields.CharField(primary_key=True, unique=True, db_index=True, max_length=32)),
                ("business", fields.CharField(max_length=32)),
                ("kept", fields.CharField(max_length=32)),
                ("gone", fields.CharField(max_length=32)),
                ("sent_key", fields.TextField(unique=False)),
                ("at", fields.BigIntField()),
                ("undone_at", fields.BigIntField(null=True)),
            ],
            options={
                "table": "merges",
                "app": "regulars",
                "unique_together": (("business", "sent_key"),),
                "indexes": [
                    Index(fields=("business", "at"), name="merges_at"),
                    Index(fields=("kept",), name="merges_kept"),
                    Index(fields=("gone",), name="merges_gone"),
                ],
                "pk_attr": "id",
            },
            bases=["Model"],
        ),
        ops.CreateModel(
            name="ChoiceRow",
            fields=[
                ("id", fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                ("business", fields.CharField(max_length=32)),
                ("card", fields.CharField(max_length=32)),
                ("shop", fields.CharField(max_length=32)),
                ("till", fields.TextField(null=True, unique=False)),
                ("customer", fields.CharField(max_length=32)),
                ("cue", fields.CharField(max_length=32)),
                ("at", fields.BigIntField()),
            ],
            options={
                "table": "choices",
                "app": "regulars",
                "indexes": [
                    Index(fields=("business", "card", "at"), name="choices_card"),
                    Index(fields=("cue",), name="choices_cue"),
                    Index(fields=("customer",), name="choices_customer"),
                ],
                "pk_attr": "id",
            },
            bases=["Model"],
        ),
    ]
