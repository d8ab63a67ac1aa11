from tortoise import fields
from tortoise.indexes import Index
from tortoise.migrations import operations as ops

from loyalty.store import forward


class Migration(forward.Migration):
    dependencies = [("regulars", "0002_turns")]

    operations = [
        ops.CreateModel(
            name="ConnectionRecord",
            fields=[
                ("id", fields.CharField(primary_key=True, unique=True, db_index=True, max_length=32)),
                ("business", fields.CharField(db_index=True, max_length=32)),
                ("shop", fields.CharField(max_length=32)),
                ("vendor", fields.CharField(max_length=32)),
                ("settings", fields.BinaryField()),
                ("cursor", fields.TextField(null=True, unique=False)),
                ("made_at", fields.BigIntField()),
                ("arrived_at", fields.BigIntField(null=True)),
                ("asked_at", fields.BigIntField(null=True)),
                ("ask_at", fields.BigIntField()),
                ("refused", fields.TextField(null=True, unique=False)),
                ("refused_at", fields.BigIntField(null=True)),
                ("trouble", fields.TextField(null=True, unique=False)),
                ("trouble_at", fields.BigIntField(null=True)),
            ],
            options={
                "table": "connections",
                "app": "regulars",
                "pk_attr": "id",
                "table_description": "A till, or a vendor's account. Its settings are sealed, since tokens and keys are among them.",
            },
            bases=["Model"],
        ),
        ops.CreateModel(
            name="DeliveryRecord",
            fields=[
                ("id", fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                ("connection", fields.CharField(max_length=32)),
                ("digest", fields.CharField(max_length=64)),
                ("verdict", fields.CharField(max_length=6)),
                ("body", fields.BinaryField()),
                ("received_at", fields.BigIntField(db_index=True)),
                ("state", fields.CharField(max_length=8)),
                ("due_at", fields.BigIntField()),
                ("tries", fields.IntField()),
                ("told", fields.BooleanField()),
            ],
            options={
                "table": "deliveries",
                "app": "regulars",
                "unique_together": (("connection", "digest"),),
                "indexes": [
                    Index(fields=["state", "due_at"], name="deliveries_due"),
                    Index(fields=["connection", "state"], name="deliveries_of"),
                ],
                "pk_attr": "id",
                "table_description": "A vendor's delivery as it came, sealed, until it is worked off, and for 30 days after.",
            },
            bases=["Model"],
        ),
    ]
