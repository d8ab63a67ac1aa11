from tortoise import fields
from tortoise.migrations import operations as ops

from loyalty.store import forward


class Migration(forward.Migration):
    dependencies = [("regulars", "0025_claims")]

    operations = [
        ops.AddField("Customer", "forgot_at", fields.BigIntField(null=True)),
        ops.AddField("SaleRow", "forgotten", fields.CharField(max_length=32, null=True)),
        ops.AddField("SaleRow", "quiet_of", fields.CharField(max_length=32, null=True)),
    ]
