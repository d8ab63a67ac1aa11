from tortoise.migrations import operations as ops

from loyalty.store import forward
from loyalty.store.indexes import PartIndex


class Migration(forward.Migration):
    dependencies = [("regulars", "0018_hands")]

    operations = [
        ops.AddIndex(
            "CueRecord",
            PartIndex(fields=("shop", "till", "renewed_at"), name="cues_till", where="till IS NOT NULL"),
        ),
    ]
