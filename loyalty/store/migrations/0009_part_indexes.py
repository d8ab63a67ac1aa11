from tortoise.migrations import operations as ops

from loyalty.store import forward
from loyalty.store.indexes import PartIndex

NARROWED = (
    ("SaleRow", "sales_refund", PartIndex(fields=["shop", "source", "refund_of"], name="sales_refund", where="refund_of IS NOT NULL")),
    ("SaleRow", "sales_person", PartIndex(fields=["person", "at"], name="sales_person", where="person IS NOT NULL")),
    ("CueRecord", "cues_open", PartIndex(fields=["expires_at"], name="cues_open", where="closed_at IS NULL")),
    ("Message", "messages_at", PartIndex(fields=["shop", "at"], name="messages_closed", where="kind = 'closed'")),
)  # fmt: skip


class Migration(forward.Migration):
    dependencies = [("regulars", "0008_owners")]

    operations = [
        op
        for model, was, index in NARROWED
        for op in (ops.RemoveIndex(model, name=was), ops.AddIndex(model, index))
    ]
