"""The tables of what customers say: which visits they were asked about, and the thread of sentences with each."""

from __future__ import annotations

from tortoise import fields
from tortoise.indexes import Index
from tortoise.models import Model

from loyalty.store.indexes import PartIndex
from loyalty.store.models import ID


class QuestionRow(Model):
    """A visit that somebody was asked about, by its last sale. Asked is asked, whatever became of it."""

    id = fields.CharField(primary_key=True, max_length=ID)
    business = fields.CharField(max_length=ID)
    customer = fields.CharField(max_length=ID)
    shop = fields.CharField(max_length=ID)
    visit_at = fields.BigIntField()  # when it ended
    asked_at = fields.BigIntField()
    answer = fields.CharField(max_length=4, null=True)  # up, down, skip
    answered_at = fields.BigIntField(null=True)
    read_at = fields.BigIntField(null=True)  # by the owner
    told_at = fields.BigIntField(null=True)  # when a greeting was changed by it
    righted_at = fields.BigIntField(null=True)

    class Meta:
        table = "questions"
        indexes = (
            Index(fields=("customer", "asked_at"), name="questions_customer"),
            PartIndex(fields=("business", "answered_at"), name="questions_answered", where="answered_at IS NOT NULL"),
        )


class SentenceRow(Model):
    """A sentence between somebody and the shop, under the customer's key."""

    id = fields.BigIntField(primary_key=True)
    business = fields.CharField(max_length=ID)
    customer = fields.CharField(max_length=ID)
    question = fields.CharField(max_length=ID, null=True)  # that it was said to
    by_shop = fields.BooleanField()
    body = fields.BinaryField()
    sent_key = fields.TextField()  # the sender's own
    at = fields.BigIntField()
    read_at = fields.BigIntField(null=True)  # by the other side

    class Meta:
        table = "sentences"
        unique_together = (("customer", "by_shop", "sent_key"),)
        indexes = (
            Index(fields=("customer", "at"), name="sentences_customer"),
            Index(fields=("business", "at"), name="sentences_business"),
        )
