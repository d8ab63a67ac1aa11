from tortoise import fields
from tortoise.indexes import Index
from tortoise.migrations import operations as ops

from loyalty.store import forward


class Migration(forward.Migration):
    dependencies = [("regulars", "0013_staff")]

    operations = [
        ops.CreateModel(
            name="GiftRow",
            fields=[
                ("id", fields.CharField(primary_key=True, unique=True, db_index=True, max_length=32)),
                ("business", fields.CharField(max_length=32)),
                ("shop", fields.CharField(max_length=32)),
                ("till", fields.TextField(null=True, unique=False)),
                ("customer", fields.CharField(max_length=32)),
                ("kind", fields.CharField(max_length=8)),
                ("perk", fields.TextField(null=True, unique=False)),
                ("name", fields.TextField(unique=False)),
                ("cost", fields.BigIntField()),
                ("staff", fields.TextField(null=True, unique=False)),
                ("reason", fields.CharField(max_length=12)),
                ("said", fields.BinaryField(null=True)),
                ("sent_key", fields.TextField(unique=False)),
                ("cue", fields.CharField(null=True, max_length=32)),
                ("at", fields.BigIntField()),
                ("day", fields.IntField()),
                ("undone_at", fields.BigIntField(null=True)),
            ],
            options={
                "table": "gifts",
                "app": "regulars",
                "unique_together": (("business", "sent_key"),),
                "indexes": [
                    Index(fields=["customer", "day"], name="gifts_customer"),
                    Index(fields=["shop", "day"], name="gifts_shop"),
                ],
                "pk_attr": "id",
                "table_description": "Something given at the counter, and what it cost. No points move.",
            },
            bases=["Model"],
        ),
        ops.CreateModel(
            name="BudgetRow",
            fields=[
                ("id", fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                ("shop", fields.CharField(max_length=32)),
                ("version", fields.IntField()),
                ("day", fields.IntField()),
                ("a_week", fields.IntField()),
                ("cost", fields.BigIntField()),
                ("beyond", fields.BooleanField()),
                ("made_at", fields.BigIntField()),
            ],
            options={
                "table": "budgets",
                "app": "regulars",
                "unique_together": (("shop", "version"),),
                "pk_attr": "id",
                "table_description": "How many surprises a week a shop may give, from a day on, a row for every change.",
            },
            bases=["Model"],
        ),
        ops.AddField("Customer", "given_at", fields.BigIntField(null=True)),
        ops.AddField("Customer", "surprised_at", fields.BigIntField(null=True)),
    ]
