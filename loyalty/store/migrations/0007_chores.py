from tortoise import fields
from tortoise.migrations import operations as ops

from loyalty.store import forward


class Migration(forward.Migration):
    dependencies = [("regulars", "0006_joins")]

    operations = [
        ops.CreateModel(
            name="Chore",
            fields=[
                ("name", fields.CharField(primary_key=True, unique=True, db_index=True, max_length=32)),
                ("at", fields.BigIntField()),
                ("note", fields.TextField(unique=False)),
            ],
            options={"table": "chores", "app": "regulars", "pk_attr": "name"},
            bases=["Model"],
        ),
    ]
