from tortoise import fields
from tortoise.indexes import Index
from tortoise.migrations import operations as ops

from loyalty.store import forward


class Migration(forward.Migration):
    dependencies = [("regulars", "0007_chores")]

    operations = [
        ops.AddField("Key", "expires_at", fields.BigIntField(null=True)),
        ops.AddField("Customer", "other_at", fields.BigIntField(null=True)),
        ops.AddField("SaleRow", "freed", fields.CharField(max_length=32, null=True)),
        ops.AddField("StateRow", "business", fields.CharField(max_length=32, null=True)),
        ops.AddField("StateRow", "shop", fields.CharField(max_length=32, null=True)),
        ops.AddField("StateRow", "last_at", fields.BigIntField(null=True)),
        ops.AddField("StateRow", "regular_until", fields.IntField(null=True)),
        ops.AddField("StateRow", "becoming_until", fields.IntField(null=True)),
        ops.AddIndex(
            "StateRow",
            Index(fields=["business", "last_at", "regular_until", "becoming_until", "shop"], name="states_seen"),
        ),
        ops.CreateModel(
            name="Owner",
            fields=[
                ("id", fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                ("business", fields.CharField(db_index=True, max_length=32)),
                ("login", fields.CharField(unique=True, max_length=64)),
                ("password", fields.TextField(unique=False)),
                ("created_at", fields.BigIntField()),
                ("changed_at", fields.BigIntField()),
            ],
            options={"table": "owners", "app": "regulars", "pk_attr": "id"},
            bases=["Model"],
        ),
    ]
