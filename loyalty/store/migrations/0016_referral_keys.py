from tortoise.migrations import operations as ops

from loyalty.store import forward
from loyalty.core.referral import OURS


class Migration(forward.Migration):
    """What was given for bringing somebody along had a key that an owner could send too."""

    dependencies = [("regulars", "0015_people")]

    operations = [
        ops.RunSQL(f"UPDATE adjustments SET sent_key = '{OURS}' || sent_key WHERE why = 'referral'"),
    ]
