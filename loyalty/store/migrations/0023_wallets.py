from tortoise import fields
from tortoise.indexes import Index
from tortoise.migrations import operations as ops

from loyalty.store import forward
from loyalty.store.indexes import PartIndex


class Migration(forward.Migration):
    dependencies = [("regulars", "0022_feedback")]

    operations = [
        ops.CreateModel(
            name="PassRow",
            fields=[
                ("serial", fields.CharField(primary_key=True, unique=True, db_index=True, max_length=32)),
                ("business", fields.CharField(max_length=32)),
                ("customer", fields.CharField(null=True, max_length=32)),
                ("kind", fields.CharField(max_length=8)),
                ("mark", fields.CharField(max_length=32)),
                ("language", fields.TextField(unique=False)),
                ("shown", fields.CharField(max_length=32)),
                ("changed_at", fields.BigIntField()),
                ("ticket", fields.CharField(null=True, max_length=64)),
                ("ticket_until", fields.BigIntField(null=True)),
            ],
            options={
                "table": "passes",
                "app": "regulars",
                "pk_attr": "serial",
                "indexes": [
                    Index(fields=("business", "changed_at"), name="passes_changed"),
                    Index(fields=("customer",), name="passes_customer"),
                    PartIndex(fields=("ticket",), name="passes_ticket", where="ticket IS NOT NULL"),
                ],
            },
            bases=["Model"],
        ),
        ops.CreateModel(
            name="PassDeviceRow",
            fields=[
                ("id", fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                ("serial", fields.CharField(max_length=32)),
                ("customer", fields.CharField(null=True, max_length=32)),
                ("device", fields.CharField(max_length=64)),
                ("push", fields.BinaryField()),
                ("since", fields.BigIntField()),
                ("due_at", fields.BigIntField(null=True)),
                ("tries", fields.IntField()),
            ],
            options={
                "table": "pass_devices",
                "app": "regulars",
                "pk_attr": "id",
                "unique_together": (("serial", "device"),),
                "indexes": [
                    Index(fields=("device",), name="pass_devices_device"),
                    Index(fields=("customer",), name="pass_devices_customer"),
                    PartIndex(fields=("due_at",), name="pass_devices_due", where="due_at IS NOT NULL"),
                ],
            },
            bases=["Model"],
        ),
    ]
