from tortoise import fields
from tortoise.indexes import Index
from tortoise.migrations import operations as ops

from loyalty.store import forward


class Migration(forward.Migration):
    dependencies = [("regulars", "0011_lots")]

    operations = [
        ops.CreateModel(
            name="HandTier",
            fields=[
                ("id", fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                ("business", fields.CharField(max_length=32)),
                ("customer", fields.CharField(max_length=32)),
                ("tier", fields.TextField(unique=False)),
                ("from_day", fields.IntField()),
                ("until_day", fields.IntField()),
                ("staff", fields.CharField(null=True, max_length=32)),
                ("reason", fields.BinaryField()),
                ("set_at", fields.BigIntField()),
                ("ended_at", fields.BigIntField(null=True)),
            ],
            options={
                "table": "hand_tiers",
                "app": "regulars",
                "indexes": [Index(fields=["customer", "set_at"], name="hand_tiers_customer")],
                "pk_attr": "id",
            },
            bases=["Model"],
        ),
        ops.CreateModel(
            name="CutoffRow",
            fields=[
                ("id", fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                ("business", fields.CharField(max_length=32)),
                ("day", fields.IntField()),
                ("percent", fields.IntField()),
                ("window_days", fields.IntField()),
                ("value", fields.BigIntField(null=True)),
                ("of_many", fields.IntField()),
                ("made_at", fields.BigIntField()),
            ],
            options={
                "table": "cutoffs",
                "app": "regulars",
                "unique_together": (("business", "day", "percent", "window_days"),),
                "pk_attr": "id",
            },
            bases=["Model"],
        ),
        ops.AddField("Customer", "hand_tier", fields.TextField(null=True)),
        ops.AddField("Customer", "hand_until", fields.IntField(null=True)),
    ]
