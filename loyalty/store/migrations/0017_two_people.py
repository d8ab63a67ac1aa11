from typing import Any

from tortoise import fields
from tortoise.indexes import Index
from tortoise.migrations import operations as ops

from loyalty.store import forward
from loyalty.store.rows import marks_of

PIECE = 500  # sales at once


async def find_them(_: Any, editor: Any) -> None:
    """Those that are there already, by their marks. Hashes are letters and digits, so they stand as they are."""
    _, found = await editor.client.execute_query("SELECT id FROM sales WHERE note = 'two-people' ORDER BY id")
    ids = [row["id"] for row in found]
    for start in range(0, len(ids), PIECE):
        listed = ", ".join(str(id) for id in ids[start : start + PIECE])
        _, rows = await editor.client.execute_query(f"SELECT id, marks FROM sales WHERE id IN ({listed})")
        pairs = [f"({row['id']}, '{mark.hash}')" for row in rows for mark in marks_of(row["marks"])]
        if pairs:
            await editor.client.execute_script(
                "INSERT INTO two_people (business, hash, shop, source, ref, received_at)"
                f" WITH w (sale, mark) AS (VALUES {', '.join(pairs)})"
                " SELECT h.business, w.mark, s.shop, s.source, s.ref, s.received_at FROM w"
                " JOIN sales s ON s.id = w.sale JOIN shops h ON h.id = s.shop"
            )


class Migration(forward.Migration):
    dependencies = [("regulars", "0016_referral_keys")]

    operations = [
        ops.CreateModel(
            name="TwoPeople",
            fields=[
                ("id", fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                ("business", fields.CharField(max_length=32)),
                ("hash", fields.CharField(max_length=32)),
                ("shop", fields.CharField(max_length=32)),
                ("source", fields.TextField(unique=False)),
                ("ref", fields.TextField(unique=False)),
                ("received_at", fields.BigIntField()),
            ],
            options={
                "table": "two_people",
                "app": "regulars",
                "indexes": [
                    Index(fields=["business", "hash"], name="two_people_hash"),
                    Index(fields=["shop", "source", "ref"], name="two_people_sale"),
                ],
                "pk_attr": "id",
            },
            bases=["Model"],
        ),
        ops.RunPython(find_them),
        ops.RemoveIndex("SaleRow", name="sales_two_people"),
    ]
