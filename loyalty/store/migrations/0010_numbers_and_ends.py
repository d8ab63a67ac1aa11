from tortoise import fields
from tortoise.indexes import Index
from tortoise.migrations import operations as ops

from loyalty.store import forward

NUMBER_THEM = (
    "UPDATE customers SET number = counted.number FROM"
    " (SELECT id, ROW_NUMBER() OVER (PARTITION BY business ORDER BY enrolled_at, id) AS number FROM customers) AS counted"
    " WHERE counted.id = customers.id"
)


class Migration(forward.Migration):
    dependencies = [("regulars", "0009_part_indexes")]

    operations = [
        ops.AddField("Customer", "number", fields.BigIntField(null=True)),
        ops.RunSQL(NUMBER_THEM),
        ops.RemoveIndex("Customer", name="customers_new"),
        ops.AddIndex("Customer", Index(fields=["business", "number"], name="customers_numbered")),
        ops.AddField("ConnectionRecord", "ended_at", fields.BigIntField(null=True)),
    ]
