from tortoise import fields
from tortoise.indexes import Index
from tortoise.migrations import operations as ops

from loyalty.store import forward


class Migration(forward.Migration):
    dependencies = [("regulars", "0005_redemptions")]

    operations = [
        ops.CreateModel(
            name="JoinCode",
            fields=[
                ("id", fields.CharField(primary_key=True, unique=True, db_index=True, max_length=32)),
                ("token", fields.CharField(unique=True, max_length=64)),
                ("business", fields.CharField(max_length=32)),
                ("shop", fields.CharField(max_length=32)),
                ("till", fields.TextField(null=True, unique=False)),
                ("instead", fields.CharField(null=True, max_length=32)),
                ("source", fields.TextField(null=True, unique=False)),
                ("ref", fields.TextField(null=True, unique=False)),
                ("made_at", fields.BigIntField()),
                ("poster", fields.BooleanField()),
                ("expires_at", fields.BigIntField()),
                ("used_at", fields.BigIntField(null=True)),
            ],
            options={
                "table": "joins",
                "app": "regulars",
                "indexes": [Index(fields=("shop", "expires_at"), name="joins_shop")],
                "pk_attr": "id",
            },
            bases=["Model"],
        ),
        ops.AddIndex("Customer", Index(fields=("business", "enrolled_at"), name="customers_new")),
        ops.AddIndex("Customer", Index(fields=("business", "erased_at"), name="customers_erased")),
    ]
