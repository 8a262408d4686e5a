"""Where events come from, what became of each, and those held back."""

from django.db import models


class Source(models.Model):
    """A write key.  Only the key's digest is kept; `prefix` shows which key it is.

    `users_of` names whose user ids its events carry: its own, or those of another key of the same site.
    """

    name = models.CharField(max_length=60, unique=True)
    users_of = models.CharField(max_length=60)
    kind = models.CharField(max_length=10)  # browser, server
    key_digest = models.BinaryField(max_length=32, unique=True)
    prefix = models.CharField(max_length=12)
    origins = models.JSONField(default=list)
    mapping = models.JSONField(default=dict)  # client event name -> our kind
    events_per_second = models.IntegerField(null=True)  # null: as the installation's settings say; 0: no limit
    created_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True)


class PublicKey(models.Model):
    """A browser key as it stands in pages, where anybody reads it: kept, so that the snippet can be shown again."""

    source = models.BigIntegerField(primary_key=True)
    plain = models.CharField(max_length=60)


class Sighting(models.Model):
    """When a browser key was last used on pages of an origin, and whether that origin may."""

    source = models.BigIntegerField()
    origin = models.CharField(max_length=200)
    is_refused = models.BooleanField()
    happened_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["source", "origin"], name="one_sighting_per_origin")]


class ArrivalCount(models.Model):
    """How many events of a source and hour ended how; received = the sum over outcomes."""

    source = models.BigIntegerField()
    hour = models.DateTimeField()
    outcome = models.CharField(max_length=12)  # recorded duplicate conflict quarantined dropped counted
    reason = models.CharField(max_length=40, default="")
    count = models.BigIntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["source", "hour", "outcome", "reason"], name="one_count_per_outcome")
        ]


class VisitCount(models.Model):
    """Visits of people who did not agree to be followed: path, campaign, hour, and nothing else is kept."""

    source = models.BigIntegerField()
    hour = models.DateTimeField()
    path = models.CharField(max_length=200)
    campaign = models.CharField(max_length=200)
    count = models.BigIntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["source", "hour", "path", "campaign"], name="one_count_per_visit")
        ]


class TurnedAway(models.Model):
    """Events that were answered with 429 or 503, so that they never counted as received: clients send them again."""

    source = models.BigIntegerField()
    hour = models.DateTimeField()
    reason = models.CharField(max_length=20)  # too_fast, busy, unavailable
    requests = models.BigIntegerField(default=0)
    count = models.BigIntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["source", "hour", "reason"], name="one_count_of_turned_away"),
        ]


class Quarantined(models.Model):
    """An event that was accepted but could not be recorded as it is; kept whole, with the reason.

    It waits until it is released or discarded: then `closed_at` is set, and `became` is the outcome it counts as.
    The body stays as it came; what somebody made of it stands in `mended`.
    """

    source = models.BigIntegerField()
    received_at = models.DateTimeField()
    reason = models.CharField(max_length=40)
    detail = models.TextField()
    name = models.CharField(max_length=200, default="")  # what the client calls it
    body = models.TextField()
    channel = models.CharField(max_length=20, default="http")
    message = models.BinaryField(max_length=16, null=True)  # with `content`, what makes a second arrival known
    content = models.BinaryField(max_length=16, null=True)
    outcome = models.CharField(max_length=12, default="quarantined")  # or conflict
    mended = models.TextField(default="")
    released_at = models.DateTimeField(null=True)
    discarded_at = models.DateTimeField(null=True)
    closed_at = models.DateTimeField(null=True)
    became = models.CharField(max_length=12, default="")
    note = models.CharField(max_length=200, default="")  # why it was discarded

    class Meta:
        indexes = [
            models.Index(fields=["source", "message"], name="quarantined_message"),
            models.Index(fields=["reason", "source", "id"], name="held_reason", condition=models.Q(closed_at=None)),
            models.Index(fields=["source", "id"], name="held_source", condition=models.Q(closed_at=None)),
            models.Index(fields=["id"], name="held_no_more", condition=models.Q(closed_at__isnull=False)),
            models.Index(fields=["received_at"], name="quarantined_received"),
        ]


class Void(models.Model):
    """Which entries do not count now; the reason and history are `event.voided` and `event.restored` entries."""

    entry = models.BigIntegerField(primary_key=True)
    since = models.DateTimeField()


class Judging(models.Model):
    """One look at the past by a version of the bot rules, which are in force from its beginning on."""

    rules = models.PositiveIntegerField()
    since = models.DateTimeField(null=True)  # what happened before stays as it was judged
    started_at = models.DateTimeField()
    started_by = models.CharField(max_length=40)
    first = models.BigIntegerField()  # positions of the ledger: after this one ...
    place = models.BigIntegerField()  # ... up to here it is done ...
    last = models.BigIntegerField()  # ... and here it ends
    finished_at = models.DateTimeField(null=True)
    seen = models.BigIntegerField(default=0)
    voided = models.BigIntegerField(default=0)
    restored = models.BigIntegerField(default=0)


class Trace(models.Model):
    """From which address an entry came.  Beside the entry, not in it: it goes after days, and the digest must hold."""

    entry = models.BigIntegerField(primary_key=True)
    identity = models.BigIntegerField(db_index=True)
    ip = models.CharField(max_length=45)
    seen_at = models.DateTimeField(db_index=True)
