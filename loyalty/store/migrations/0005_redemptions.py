from tortoise import fields
from tortoise.indexes import Index
from tortoise.migrations import operations as ops

from loyalty.store import forward


class Migration(forward.Migration):
    dependencies = [("regulars", "0004_hold_out")]

    operations = [
        ops.CreateModel(
            name="RedemptionRow",
            fields=[
                ("id", fields.CharField(primary_key=True, unique=True, db_index=True, max_length=32)),
                ("business", fields.CharField(max_length=32)),
                ("shop", fields.CharField(max_length=32)),
                ("till", fields.TextField(null=True, unique=False)),
                ("customer", fields.CharField(max_length=32)),
                ("reward", fields.TextField(unique=False)),
                ("name", fields.TextField(unique=False)),
                ("points", fields.BigIntField()),
                ("sent_key", fields.TextField(unique=False)),
                ("at", fields.BigIntField()),
                ("expires_at", fields.BigIntField()),
                ("state", fields.CharField(max_length=10)),
                ("ended_at", fields.BigIntField(null=True)),
                ("ended_by", fields.CharField(null=True, max_length=4)),
                ("used_shop", fields.CharField(null=True, max_length=32)),
                ("used_source", fields.TextField(null=True, unique=False)),
                ("used_ref", fields.TextField(null=True, unique=False)),
                ("used_at", fields.BigIntField(null=True)),
            ],
            options={
                "table": "redemptions",
                "app": "regulars",
                "unique_together": (("business", "sent_key"),),
                "indexes": [
                    Index(fields=["customer", "expires_at"], name="redemptions_customer"),
                    Index(fields=["state", "expires_at"], name="redemptions_open"),
                ],
                "pk_attr": "id",
                "table_description": "A reward reserved, and what became of it. Its points are in the entries that name it.",
            },
            bases=["Model"],
        ),
        ops.AddField("Customer", "reserved_until", fields.BigIntField(null=True)),
        ops.AddField("SaleRow", "used", fields.TextField(null=True)),
        ops.AddField("EntryRow", "redemption", fields.CharField(max_length=32, null=True)),
    ]
