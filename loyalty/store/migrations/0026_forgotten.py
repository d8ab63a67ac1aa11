from tortoise import fields, migrations
from tortoise.migrations import operations as ops


class Migration(migrations.Migration):
    dependencies = [("regulars", "0025_claims")]

    operations = [
        ops.AddField("Customer", "forgot_at", fields.BigIntField(null=True)),
        ops.AddField("SaleRow", "forgotten", fields.CharField(max_length=32, null=True)),
        ops.AddField("SaleRow", "quiet_of", fields.CharField(max_length=32, null=True)),
    ]
