"""Pursuits and offers."""

from django.db import models


class Pursuit(models.Model):
    """One hand-over of a company and one or more persons (or a person alone), from ready to its end."""

    number = models.PositiveBigIntegerField(unique=True)
    company = models.ForeignKey("people.Company", on_delete=models.PROTECT, null=True, related_name="+")
    type = models.CharField(max_length=20)  # pact.types.LeadType
    pact_version = models.PositiveIntegerField()
    stage = models.CharField(max_length=12, db_index=True)  # handover.types.Stage
    owner = models.ForeignKey("team.User", on_delete=models.SET_NULL, null=True, related_name="+")
    team = models.ForeignKey("team.Team", on_delete=models.SET_NULL, null=True, related_name="+")
    began_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    first_touch_at = models.DateTimeField(null=True)
    first_touch_campaign = models.BigIntegerField(null=True)
    first_touch_channel = models.CharField(max_length=80, default="")
    recycle_until = models.DateField(null=True)
    reason = models.CharField(max_length=60, default="")
    note = models.TextField(default="")
    asked_to_keep_at = models.DateTimeField(null=True)
    is_history = models.BooleanField(default=False)  # as recorded by the former system
    external = models.CharField(max_length=120, null=True, unique=True)


class PursuitPerson(models.Model):
    pursuit = models.ForeignKey(Pursuit, on_delete=models.CASCADE, related_name="members")
    person = models.ForeignKey("people.Person", on_delete=models.PROTECT, related_name="+")
    joined_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["pursuit", "person"], name="one_membership")]


class StageDate(models.Model):
    """When a pursuit first reached a stage; funnel numbers count those who ever reached it."""

    pursuit = models.ForeignKey(Pursuit, on_delete=models.CASCADE, related_name="stages")
    stage = models.CharField(max_length=40)
    happened_at = models.DateTimeField()
    entry = models.BigIntegerField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["pursuit", "stage"], name="first_time_at_stage")]


class Offer(models.Model):
    """A pursuit offered to one user, or to a team's queue (`user` None)."""

    pursuit = models.ForeignKey(Pursuit, on_delete=models.CASCADE, related_name="offers")
    user = models.ForeignKey("team.User", on_delete=models.SET_NULL, null=True, related_name="+")
    team = models.ForeignKey("team.Team", on_delete=models.SET_NULL, null=True, related_name="+")
    offered_at = models.DateTimeField()
    route = models.JSONField()  # the snapshot the routing decision was taken on, and its rule
    opened_at = models.DateTimeField(null=True)
    later_until = models.DateTimeField(null=True)
    answered_at = models.DateTimeField(null=True)
    answer = models.CharField(max_length=12, default="")  # accepted rejected withdrawn
    reason = models.CharField(max_length=60, default="")
    note = models.TextField(default="")
    entry = models.BigIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["pursuit"], condition=models.Q(answer=""), name="one_open_offer_per_pursuit"
            )
        ]


class Activity(models.Model):
    """A call, mail, meeting or note by sales on a person; attempts are counted from these."""

    person = models.ForeignKey("people.Person", on_delete=models.PROTECT, related_name="+")
    pursuit = models.ForeignKey(Pursuit, on_delete=models.SET_NULL, null=True, related_name="activities")
    user = models.ForeignKey("team.User", on_delete=models.SET_NULL, null=True, related_name="+")
    kind = models.CharField(max_length=24)
    happened_at = models.DateTimeField()
    note = models.TextField(default="")
    entry = models.BigIntegerField()


class SendBack(models.Model):
    """A worked lead that goes back to marketing at `due_at`, unless whoever said so thinks again before."""

    pursuit = models.OneToOneField(Pursuit, on_delete=models.CASCADE, related_name="+")
    user = models.ForeignKey("team.User", on_delete=models.CASCADE, related_name="+")
    said_at = models.DateTimeField()
    due_at = models.DateTimeField(db_index=True)
    reason = models.CharField(max_length=60)
    note = models.TextField(default="")
    until = models.DateField(null=True)


class Dispute(models.Model):
    """Marketing contests what became of a hand-over; sales answers.  The outcome's own entry is never changed."""

    pursuit = models.ForeignKey(Pursuit, on_delete=models.CASCADE, related_name="disputes")
    contested = models.BigIntegerField(unique=True)  # the entry that says what became of it: contested once
    outcome = models.CharField(max_length=12)  # handover.disputed.Outcome
    outcome_reason = models.CharField(max_length=60, default="")
    decided_by = models.ForeignKey("team.User", on_delete=models.SET_NULL, null=True, related_name="+")
    decided_at = models.DateTimeField()
    team = models.ForeignKey("team.Team", on_delete=models.SET_NULL, null=True, related_name="+")
    reason = models.CharField(max_length=24)  # handover.disputed.Contest
    words = models.TextField()
    raised_by = models.ForeignKey("team.User", on_delete=models.SET_NULL, null=True, related_name="+")
    raised_at = models.DateTimeField()
    answer = models.CharField(max_length=12, default="", db_index=True)  # handover.disputed.Ruling
    answer_words = models.TextField(default="")
    answered_by = models.ForeignKey("team.User", on_delete=models.SET_NULL, null=True, related_name="+")
    answered_at = models.DateTimeField(null=True)
    entry = models.BigIntegerField()
    answered_entry = models.BigIntegerField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["pursuit"], condition=models.Q(answer=""), name="one_open_dispute_per_pursuit"
            )
        ]
