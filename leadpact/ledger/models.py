"""The ledger's tables.  Entries are written once; only erasure may empty `salt` and `personal` (see guard)."""

from django.db import models


class Entry(models.Model):
    """One thing that happened.  `identity` is a number to the ledger; what it means is people's business."""

    kind = models.CharField(max_length=80)
    happened_at = models.DateTimeField()
    recorded_at = models.DateTimeField()
    identity = models.BigIntegerField(null=True)
    about = models.CharField(max_length=60, default="")  # "deal:12", "pursuit:5", "company:7"
    by = models.CharField(max_length=40)
    caused_by = models.BigIntegerField(null=True)
    source = models.BigIntegerField(null=True)
    message = models.BinaryField(max_length=16, null=True)  # blake2b of the message id
    content = models.BinaryField(max_length=16, null=True)  # blake2b of the event as it came
    facts = models.JSONField(default=dict)
    personal = models.JSONField(null=True)
    salt = models.BinaryField(max_length=16, null=True)
    digest = models.BinaryField(max_length=32)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["source", "message"],
                name="one_entry_per_message",
                condition=models.Q(message__isnull=False),
            )
        ]
        indexes = [
            models.Index(fields=["identity", "happened_at"], name="entry_identity_time"),
            models.Index(fields=["about"], name="entry_about", condition=~models.Q(about="")),
            models.Index(fields=["kind", "happened_at"], name="entry_kind_time"),
        ]


class Unsequenced(models.Model):
    """An entry without a position yet; a trigger writes the row with the entry, so that none is forgotten."""

    entry = models.BigIntegerField(primary_key=True)


class Position(models.Model):
    """The order readers follow, given after commit order is known; the chain runs over digests only."""

    position = models.BigIntegerField(primary_key=True)
    entry = models.OneToOneField(Entry, on_delete=models.PROTECT, related_name="sequenced")
    chain = models.BinaryField(max_length=32)


class Reader(models.Model):
    """How far a named reader has come, in positions; for "inbox:…" in numbers of that inbox."""

    name = models.CharField(max_length=80, primary_key=True)
    position = models.BigIntegerField(default=0)


class InboxRow(models.Model):
    """An arrival on PostgreSQL, where the inbox is a table; on SQLite it is a file of its own."""

    source = models.BigIntegerField()
    received_at = models.DateTimeField()
    channel = models.CharField(max_length=20)
    body = models.BinaryField()

    class Meta:
        db_table = "ledger_inbox"


class Received(models.Model):
    """How many arrivals of a source and hour were stored, counted where they were stored: what outcomes must add up to.

    `place` is an inbox by its name, or on PostgreSQL one of a few rows that collectors share out among themselves.
    """

    place = models.CharField(max_length=80)
    source = models.BigIntegerField()
    hour = models.DateTimeField()
    count = models.BigIntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["hour", "source", "place"], name="one_count_per_place")]


class Segment(models.Model):
    """A sealed Parquet file.  A file without a row here is an orphan; see types.SegmentView for the columns."""

    name = models.CharField(max_length=120, unique=True)
    sha256 = models.CharField(max_length=64)
    rows = models.BigIntegerField()
    first_position = models.BigIntegerField()
    last_position = models.BigIntegerField()
    first_identity = models.BigIntegerField(null=True)
    last_identity = models.BigIntegerField(null=True)
    bytes = models.BigIntegerField()
    generation = models.PositiveIntegerField()
    from_position = models.BigIntegerField()
    to_position = models.BigIntegerField()
    sealed_at = models.DateTimeField()
    retired_at = models.DateTimeField(null=True)  # replaced then; the file is removed after a grace period
