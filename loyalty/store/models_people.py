"""The tables of people: who they are, by what they are known, and what was put right about them: who was merged, who
of two a shared card was, and which sales name two."""

from __future__ import annotations

from tortoise import fields
from tortoise.indexes import Index
from tortoise.models import Model

from loyalty.store.indexes import PartIndex
from loyalty.store.models import ID


class Customer(Model):
    """A person. `secret` is their own key, wrapped by the master key: without it the rest is unreadable."""

    id = fields.CharField(primary_key=True, max_length=ID)
    business = fields.CharField(max_length=ID, db_index=True)
    secret = fields.BinaryField(null=True)
    name = fields.BinaryField()
    card = fields.BinaryField()  # the card's code, to show it again
    token = fields.CharField(max_length=64, unique=True)  # hash of the card link's token
    greeting = fields.CharField(max_length=8)
    recognise = fields.BooleanField()
    remember = fields.BooleanField()
    messages = fields.BooleanField()
    offers = fields.BooleanField()
    enrolled_at = fields.BigIntField()
    erased_at = fields.BigIntField(null=True)
    reserved_until = fields.BigIntField(null=True)  # their last reservation of a reward
    held_out = fields.BooleanField(null=True)  # null, not part of the comparison
    other_at = fields.BigIntField(null=True)  # "not my usual today", until an order answers it
    hand_tier = fields.TextField(null=True)  # set by hand, and its last day: a floor until then
    hand_until = fields.IntField(null=True)
    brought_by = fields.CharField(max_length=ID, null=True)  # the customer who brought them along
    number = fields.BigIntField(null=True)  # grows with who enrols, or has another name: by no clock
    given_at = fields.BigIntField(null=True)  # when they were last given something
    surprised_at = fields.BigIntField(null=True)  # and when it was a surprise
    merged_into = fields.CharField(max_length=ID, null=True)  # who is kept in their place, at the end of all merges
    agreed = fields.BinaryField(null=True)  # what they chose themselves, while others are merged into them
    spoken = fields.BinaryField(null=True)  # how their name is said, as they wrote it
    birthday = fields.BinaryField(null=True)  # MM-DD
    wishes = fields.BinaryField(null=True)  # their usuals and what is never to be offered, in their own words
    paused_at = fields.BigIntField(null=True)  # since when they are left alone, until they say otherwise
    care_until = fields.BigIntField(null=True)  # their visits are to go right until then: the last one did not
    rested_from = fields.BigIntField(null=True)  # their last pause that is over
    rested_until = fields.BigIntField(null=True)
    forgot_at = fields.BigIntField(null=True)  # when they last had their usual forgotten
    joined = fields.CharField(max_length=8, null=True)  # by their own phone or at a counter; null: by another way
    written = fields.TextField(null=True)  # what they wrote on their card, each with when: JSON

    class Meta:
        table = "customers"
        indexes = (
            Index(fields=("business", "number"), name="customers_numbered"),
            Index(fields=("business", "erased_at"), name="customers_erased"),
            PartIndex(fields=("merged_into",), name="customers_merged", where="merged_into IS NOT NULL"),
        )


class Link(Model):
    """An identifier of a person, while it holds: found by keyed hash, readable only with the person's key."""

    id = fields.BigIntField(primary_key=True)
    business = fields.CharField(max_length=ID)
    kind = fields.CharField(max_length=12)
    hash = fields.CharField(max_length=32)
    value = fields.BinaryField()
    customer = fields.CharField(max_length=ID, db_index=True)
    since = fields.BigIntField()
    until = fields.BigIntField(null=True)

    class Meta:
        table = "links"
        indexes = (Index(fields=("business", "hash"), name="links_hash"),)


class MergeRow(Model):
    """Two customers were one person; until it is undone, `kept` stands for `gone`. Ids only."""

    id = fields.CharField(primary_key=True, max_length=ID)
    business = fields.CharField(max_length=ID)
    kept = fields.CharField(max_length=ID)
    gone = fields.CharField(max_length=ID)
    sent_key = fields.TextField()  # the sender's own
    at = fields.BigIntField()
    undone_at = fields.BigIntField(null=True)

    class Meta:
        table = "merges"
        unique_together = (("business", "sent_key"),)
        indexes = (
            Index(fields=("business", "at"), name="merges_at"),
            Index(fields=("kept",), name="merges_kept"),
            Index(fields=("gone",), name="merges_gone"),
        )


class ChoiceRow(Model):
    """Which of the two who share a card it was, said at a till by answering a cue."""

    id = fields.BigIntField(primary_key=True)
    business = fields.CharField(max_length=ID)
    card = fields.CharField(max_length=32)  # keyed hash
    shop = fields.CharField(max_length=ID)
    till = fields.TextField(null=True)
    customer = fields.CharField(max_length=ID)
    cue = fields.CharField(max_length=ID)
    at = fields.BigIntField()

    class Meta:
        table = "choices"
        indexes = (
            Index(fields=("business", "card", "at"), name="choices_card"),
            Index(fields=("cue",), name="choices_cue"),
            Index(fields=("customer",), name="choices_customer"),
        )


class TwoPeople(Model):
    """What a sale is found by that is nobody's, since it names two people: who they are may turn out to be one."""

    id = fields.BigIntField(primary_key=True)
    business = fields.CharField(max_length=ID)
    hash = fields.CharField(max_length=32)
    shop = fields.CharField(max_length=ID)
    source = fields.TextField()
    ref = fields.TextField()
    received_at = fields.BigIntField()

    class Meta:
        table = "two_people"
        indexes = (
            Index(fields=("business", "hash"), name="two_people_hash"),
            Index(fields=("shop", "source", "ref"), name="two_people_sale"),
        )
