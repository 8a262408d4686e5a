"""Where each person stands by the pact, and when that must be looked at again."""

from django.db import models


class Standing(models.Model):
    """The last verdict on a person.  A row with `due_at` in the past wants a new one; points in milli-points."""

    person = models.OneToOneField("people.Person", on_delete=models.CASCADE, primary_key=True, related_name="+")
    due_at = models.DateTimeField(null=True, db_index=True)
    judged_at = models.DateTimeField(null=True)
    pact_version = models.PositiveIntegerField(null=True)
    score = models.BigIntegerField(default=0)
    scores = models.JSONField(default=dict)
    is_in = models.BooleanField(default=False)
    is_ready = models.BooleanField(default=False)
    ready_since = models.DateTimeField(null=True)
    is_lead = models.BooleanField(default=False)
    lead_since = models.DateTimeField(null=True)
    direct_until = models.DateTimeField(null=True)
    falls_at = models.DateTimeField(null=True)
    falls_to = models.BigIntegerField(null=True)
    below_down_at = models.DateTimeField(null=True)
    tipped_by = models.BigIntegerField(null=True)
    score_week_ago = models.BigIntegerField(default=0)
    settled_until = models.DateTimeField(null=True)  # imported history up to here is not decided on


class ResetRow(models.Model):
    """A rejection, recycle or cooling: sums before it are 0 for the next qualification."""

    person = models.ForeignKey("people.Person", on_delete=models.CASCADE, related_name="+")
    happened_at = models.DateTimeField()
    why = models.CharField(max_length=20)
    entry = models.BigIntegerField()


class Crossing(models.Model):
    """A decision taken: the person became ready (or cooled) at `happened_at`, and we knew it at `recorded_at`."""

    person = models.ForeignKey("people.Person", on_delete=models.CASCADE, related_name="+")
    kind = models.CharField(max_length=16)  # scoring.rules_decisions.Decided
    happened_at = models.DateTimeField()
    recorded_at = models.DateTimeField()
    pact_version = models.PositiveIntegerField()
    tipped_by = models.BigIntegerField(null=True)
    entry = models.BigIntegerField(null=True)
    handled = models.BooleanField(default=False, db_index=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["person", "kind", "happened_at"], name="one_crossing_per_moment")
        ]


class LookBack(models.Model):
    """A look back over everybody that somebody asked for, done by a worker."""

    asked_at = models.DateTimeField()
    asked_by = models.CharField(max_length=40)
    part = models.CharField(max_length=10)  # scoring.looks.Part
    taken_at = models.DateTimeField(null=True)
    done_at = models.DateTimeField(null=True)
    found = models.JSONField(null=True)
    fault = models.CharField(max_length=300, default="")
