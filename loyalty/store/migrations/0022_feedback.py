from tortoise import fields
from tortoise.indexes import Index
from tortoise.migrations import operations as ops

from loyalty.store import forward
from loyalty.store.indexes import PartIndex


class Migration(forward.Migration):
    dependencies = [("regulars", "0021_wishes")]

    operations = [
        ops.CreateModel(
            name="QuestionRow",
            fields=[
                ("id", fields.CharField(primary_key=True, unique=True, db_index=True, max_length=32)),
                ("business", fields.CharField(max_length=32)),
                ("customer", fields.CharField(max_length=32)),
                ("shop", fields.CharField(max_length=32)),
                ("visit_at", fields.BigIntField()),
                ("asked_at", fields.BigIntField()),
                ("answer", fields.CharField(null=True, max_length=4)),
                ("answered_at", fields.BigIntField(null=True)),
                ("read_at", fields.BigIntField(null=True)),
                ("told_at", fields.BigIntField(null=True)),
                ("righted_at", fields.BigIntField(null=True)),
            ],
            options={
                "table": "questions",
                "app": "regulars",
                "pk_attr": "id",
                "indexes": [
                    Index(fields=["customer", "asked_at"], name="questions_customer"),
                    PartIndex(
                        fields=["business", "answered_at"], name="questions_answered", where="answered_at IS NOT NULL"
                    ),
                ],
            },
            bases=["Model"],
        ),
        ops.CreateModel(
            name="SentenceRow",
            fields=[
                ("id", fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                ("business", fields.CharField(max_length=32)),
                ("customer", fields.CharField(max_length=32)),
                ("question", fields.CharField(null=True, max_length=32)),
                ("by_shop", fields.BooleanField()),
                ("body", fields.BinaryField()),
                ("sent_key", fields.TextField(unique=False)),
                ("at", fields.BigIntField()),
                ("read_at", fields.BigIntField(null=True)),
            ],
            options={
                "table": "sentences",
                "app": "regulars",
                "pk_attr": "id",
                "unique_together": (("customer", "by_shop", "sent_key"),),
                "indexes": [
                    Index(fields=["customer", "at"], name="sentences_customer"),
                    Index(fields=["business", "at"], name="sentences_business"),
                ],
            },
            bases=["Model"],
        ),
        ops.AddField("Customer", "care_until", fields.BigIntField(null=True)),
        ops.AddField("Business", "unasked", fields.BooleanField(null=True)),
    ]
