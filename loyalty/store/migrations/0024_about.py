from tortoise import fields
from tortoise.migrations import operations as ops

from loyalty.store import forward


class Migration(forward.Migration):
    dependencies = [("regulars", "0023_wallets")]

    operations = [
        ops.AddField("Customer", "rested_from", fields.BigIntField(null=True)),
        ops.AddField("Customer", "rested_until", fields.BigIntField(null=True)),
        ops.AddField("Customer", "joined", fields.CharField(max_length=8, null=True)),
        ops.AddField("Customer", "written", fields.TextField(null=True, unique=False)),
        ops.AddField("SaleRow", "unlearned", fields.BooleanField(null=True)),
    ]
