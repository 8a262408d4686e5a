"""The promise: who owes what to whom until when, and what became of it."""

from django.db import models


class Promise(models.Model):
    """One promise.  `terms` freezes the calendar and amount it was made under; `worked_seconds` is set when it closes.

    Open means `state` open and no `closed_at`; missed and not done yet means `state` missed and no `closed_at`.
    """

    key = models.CharField(max_length=120, unique=True)  # "answer:offer:7": making it twice is harmless
    kind = models.CharField(max_length=12)  # pact.types.PromiseKind
    owed_by_side = models.CharField(max_length=12)
    owed_by_user = models.ForeignKey("team.User", on_delete=models.SET_NULL, null=True, related_name="+")
    owed_by_team = models.ForeignKey("team.Team", on_delete=models.SET_NULL, null=True, related_name="+")
    owed_to_side = models.CharField(max_length=12)
    about = models.CharField(max_length=60, db_index=True)  # "pursuit:5"
    pact_version = models.PositiveIntegerField()
    terms = models.JSONField()  # {"amount": "4h", "calendar": {...}, "count": 3}
    made_at = models.DateTimeField()
    due_at = models.DateTimeField(db_index=True)
    state = models.CharField(max_length=10, default="open", db_index=True)  # open kept missed waived withdrawn
    missed_entry = models.BigIntegerField(null=True)  # stays when it is done later, waived or withdrawn
    closed_at = models.DateTimeField(null=True)
    closed_by = models.CharField(max_length=40, default="")
    worked_seconds = models.BigIntegerField(null=True)
    progress = models.PositiveIntegerField(default=0)  # attempts made so far
    reason = models.TextField(default="")
    made_entry = models.BigIntegerField()
    closed_entry = models.BigIntegerField(null=True)
