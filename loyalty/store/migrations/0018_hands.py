from tortoise import fields, migrations
from tortoise.migrations import operations as ops

from loyalty.store.indexes import PartIndex


class Migration(migrations.Migration):
    dependencies = [("regulars", "0017_two_people")]

    operations = [
        ops.AddField("Deed", "screen", fields.CharField(null=True, max_length=64)),
        ops.AddIndex("Deed", PartIndex(fields=("screen", "at"), name="deeds_screen", where="screen IS NOT NULL")),
    ]
