"""Deals.  Amounts are in minor units with their currency; None: not known yet."""

from django.db import models


class Deal(models.Model):
    title = models.CharField(max_length=300)
    company = models.ForeignKey("people.Company", on_delete=models.PROTECT, null=True, related_name="+")
    pursuit = models.BigIntegerField(null=True, db_index=True)  # handover's number for it, not its table
    stage = models.CharField(max_length=60)
    state = models.CharField(max_length=6, default="open", db_index=True)  # open won lost
    amount_minor = models.BigIntegerField(null=True)
    currency = models.CharField(max_length=3)
    owner = models.ForeignKey("team.User", on_delete=models.SET_NULL, null=True, related_name="+")
    next_step = models.CharField(max_length=300, default="")
    next_step_on = models.DateField(null=True)
    opened_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True)
    reason = models.CharField(max_length=60, default="")
    note = models.TextField(default="")
    inbound = models.BooleanField(default=False)  # the pursuit began by the person's own act
    external = models.CharField(max_length=120, null=True, unique=True)
    search = models.TextField(default="")  # folded title

    class Meta:
        indexes = [
            models.Index(fields=["company", "state"], name="deal_company_state"),
            models.Index(fields=["state", "closed_at"], name="deal_state_closed"),
            models.Index(fields=["owner", "state"], name="deal_owner_state"),
        ]


class DealPerson(models.Model):
    deal = models.ForeignKey(Deal, on_delete=models.CASCADE, related_name="persons")
    person = models.ForeignKey("people.Person", on_delete=models.PROTECT, related_name="+")
    role = models.CharField(max_length=60, default="")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["deal", "person"], name="one_role_per_deal")]


class DealStage(models.Model):
    """How a deal stood from `happened_at` on; one row for each change of stage, state or amount, never overwritten."""

    deal = models.ForeignKey(Deal, on_delete=models.CASCADE, related_name="history")
    stage = models.CharField(max_length=60)
    state = models.CharField(max_length=6)
    amount_minor = models.BigIntegerField(null=True)
    currency = models.CharField(max_length=3)
    happened_at = models.DateTimeField()
    entry = models.BigIntegerField()

    class Meta:
        indexes = [models.Index(fields=["deal", "happened_at", "id"], name="deal_stage_time")]
