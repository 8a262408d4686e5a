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


class Quarantined(models.Model):
    """An event that was accepted but cannot be recorded as it is; kept whole, with the reason."""

    source = models.BigIntegerField()
    received_at = models.DateTimeField()
    reason = models.CharField(max_length=40)
    detail = models.TextField()
    body = models.TextField()
    message = models.BinaryField(max_length=16, null=True)  # with `content`, what makes a second arrival known
    content = models.BinaryField(max_length=16, null=True)
    outcome = models.CharField(max_length=12, default="quarantined")  # or conflict
    released_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=["source", "message"], name="quarantined_message")]


class Void(models.Model):
    """Which entries do not count now; the reason and history are `event.voided` and `event.restored` entries."""

    entry = models.BigIntegerField(primary_key=True)
    since = models.DateTimeField()
