from tortoise import fields, migrations
from tortoise.migrations import operations as ops


class Migration(migrations.Migration):
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
