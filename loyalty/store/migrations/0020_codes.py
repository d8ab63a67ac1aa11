from tortoise import fields
from tortoise.indexes import Index
from tortoise.migrations import operations as ops

from loyalty.store import forward


class Migration(forward.Migration):
    dependencies = [("regulars", "0019_check_ins")]

    operations = [
        ops.CreateModel(
            name="UsedCode",
            fields=[
                ("id", fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                ("business", fields.CharField(max_length=32)),
                ("hash", fields.CharField(max_length=32)),
                ("step", fields.BigIntField()),
                ("shop", fields.CharField(max_length=32)),
                ("till", fields.TextField(null=True, unique=False)),
                ("used_at", fields.BigIntField()),
            ],
            options={
                "table": "used_codes",
                "app": "regulars",
                "pk_attr": "id",
                "unique_together": (("business", "hash", "step"),),
                "indexes": [Index(fields=("business", "used_at"), name="used_codes_at")],
            },
            bases=["Model"],
        ),
        ops.AddField(
            model_name="Customer",
            name="spoken",
            field=fields.BinaryField(null=True),
        ),
        ops.AddField(
            model_name="Customer",
            name="birthday",
            field=fields.BinaryField(null=True),
        ),
        ops.AddField(
            model_name="Customer",
            name="paused_at",
            field=fields.BigIntField(null=True),
        ),
    ]
