from tortoise import fields, migrations
from tortoise.migrations import operations as ops


class Migration(migrations.Migration):
    dependencies = [("regulars", "0020_codes")]

    operations = [ops.AddField("Customer", "wishes", fields.BinaryField(null=True))]
