from typing import Any

from tortoise import fields
from tortoise.indexes import Index
from tortoise.migrations import operations as ops

from loyalty.store import forward
from loyalty.store.indexes import PartIndex


def _id(null: bool = False) -> fields.Field[Any]:
    return fields.CharField(max_length=32, null=True) if null else fields.CharField(max_length=32)


class Migration(forward.Migration):
    dependencies = [("regulars", "0012_tiers")]

    operations = [
        ops.CreateModel(
            name="Member",
            fields=[
                ("id", fields.CharField(primary_key=True, unique=True, db_index=True, max_length=32)),
                ("business", _id()),
                ("shop", _id(null=True)),
                ("secret", fields.BinaryField(null=True)),
                ("name", fields.BinaryField()),
                ("pin", fields.TextField(unique=False)),
                ("mark", fields.CharField(max_length=32)),
                ("customer", _id(null=True)),
                ("made_at", fields.BigIntField()),
                ("ended_at", fields.BigIntField(null=True)),
            ],
            options={
                "table": "staff",
                "app": "regulars",
                "indexes": [Index(fields=["business", "ended_at"], name="staff_there")],
                "pk_attr": "id",
            },
            bases=["Model"],
        ),
        ops.CreateModel(
            name="StaffSession",
            fields=[
                ("token", fields.CharField(primary_key=True, unique=True, db_index=True, max_length=64)),
                ("business", _id()),
                ("shop", _id()),
                ("till", fields.TextField(null=True, unique=False)),
                ("staff", _id()),
                ("began_at", fields.BigIntField()),
                ("until", fields.BigIntField()),
                ("ended_at", fields.BigIntField(null=True)),
            ],
            options={
                "table": "staff_sessions",
                "app": "regulars",
                "indexes": [
                    Index(fields=["shop", "began_at"], name="staff_sessions_shop"),
                    Index(fields=["staff", "until"], name="staff_sessions_open"),
                ],
                "pk_attr": "token",
            },
            bases=["Model"],
        ),
        ops.CreateModel(
            name="Deed",
            fields=[
                ("id", fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                ("business", _id()),
                ("shop", _id(null=True)),
                ("till", fields.TextField(null=True, unique=False)),
                ("staff", _id(null=True)),
                ("what", fields.CharField(max_length=16)),
                ("customer", _id(null=True)),
                ("source", fields.TextField(null=True, unique=False)),
                ("ref", fields.TextField(null=True, unique=False)),
                ("redemption", _id(null=True)),
                ("points", fields.BigIntField(default=0)),
                ("at", fields.BigIntField()),
            ],
            options={
                "table": "deeds",
                "app": "regulars",
                "indexes": [
                    Index(fields=["business", "what", "at"], name="deeds_what"),
                    PartIndex(fields=["staff", "at"], name="deeds_staff", where="staff IS NOT NULL"),
                    PartIndex(fields=["customer", "at"], name="deeds_customer", where="customer IS NOT NULL"),
                ],
                "pk_attr": "id",
            },
            bases=["Model"],
        ),
        ops.CreateModel(
            name="Limit",
            fields=[
                ("business", fields.CharField(primary_key=True, unique=True, db_index=True, max_length=32)),
                ("till_hour", fields.IntField(null=True)),
                ("shift", fields.IntField(null=True)),
                ("customer_day", fields.IntField(null=True)),
                ("set_at", fields.BigIntField()),
            ],
            options={"table": "limits", "app": "regulars", "pk_attr": "business"},
            bases=["Model"],
        ),
    ]
