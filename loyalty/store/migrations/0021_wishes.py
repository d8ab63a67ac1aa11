from tortoise import fields
from tortoise.migrations import operations as ops

from loyalty.store import forward


class Migration(forward.Migration):
    dependencies = [("regulars", "0020_codes")]

    operations = [ops.AddField("Customer", "wishes", fields.BinaryField(null=True))]
