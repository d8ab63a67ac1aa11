from tortoise import fields
from tortoise.migrations import operations as ops

from loyalty.store import forward
from loyalty.store.indexes import PartIndex


class Migration(forward.Migration):
    dependencies = [("regulars", "0017_two_people")]

    operations = [
        ops.AddField("Deed", "screen", fields.CharField(null=True, max_length=64)),
        ops.AddIndex("Deed", PartIndex(fields=("screen", "at"), name="deeds_screen", where="screen IS NOT NULL")),
    ]
