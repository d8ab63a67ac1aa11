from tortoise import fields
from tortoise.indexes import Index
from tortoise.migrations import operations as ops

from loyalty.store import forward
from loyalty.store.indexes import PartIndex


class Migration(forward.Migration):
    dependencies = [("regulars", "0024_about")]

    operations = [
        ops.CreateModel(
            name="ClaimRow",
            fields=[
                ("id", fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                ("business", fields.CharField(max_length=32)),
                ("customer", fields.CharField(max_length=32)),
                ("at", fields.BigIntField()),
                ("shop", fields.CharField(null=True, max_length=32)),
                ("source", fields.TextField(null=True, unique=False)),
                ("ref", fields.TextField(null=True, unique=False)),
            ],
            options={
                "table": "claims",
                "app": "regulars",
                "pk_attr": "id",
                "indexes": [
                    Index(fields=("customer", "at"), name="claims_customer"),
                    PartIndex(fields=("business", "at"), name="claims_missed", where="shop IS NULL"),
                ],
            },
            bases=["Model"],
        ),
    ]
