"""`lead_line`: the one read table behind lists, search, bulk actions and exports."""

from django.db import models


class LeadLine(models.Model):
    """One person as the lists show them; refreshed in the transaction of its cause, or by `rebuild lead-line`."""

    person = models.OneToOneField("people.Person", on_delete=models.CASCADE, primary_key=True, related_name="+")
    name = models.CharField(max_length=300, default="")
    email = models.CharField(max_length=320, default="")
    company = models.BigIntegerField(null=True)
    company_name = models.CharField(max_length=300, default="")
    search = models.TextField(default="")  # folded name, mail and company
    name_key = models.CharField(max_length=120, default="")  # folded name, else mail; the lists' order by name
    stage = models.CharField(max_length=12)
    score = models.BigIntegerField(default=0)
    score_week_ago = models.BigIntegerField(default=0)
    falls_at = models.DateTimeField(null=True)
    below_down_at = models.DateTimeField(null=True)
    owner = models.BigIntegerField(null=True)
    team = models.BigIntegerField(null=True)
    pursuit = models.BigIntegerField(null=True)
    due_at = models.DateTimeField(null=True)
    due_what = models.CharField(max_length=12, default="")
    last_act_at = models.DateTimeField(null=True)
    last_act_kind = models.CharField(max_length=80, default="")
    last_act_detail = models.CharField(max_length=200, default="")
    type = models.CharField(max_length=20, default="")

    class Meta:
        indexes = [
            models.Index(fields=["stage", "-score", "person"], name="line_stage_score"),
            models.Index(fields=["owner", "stage"], name="line_owner"),
            models.Index(fields=["-score", "person"], name="line_score"),
            models.Index(fields=["-last_act_at", "person"], name="line_last_act"),
            models.Index(fields=["due_at", "person"], name="line_due"),
            models.Index(fields=["below_down_at", "person"], name="line_cooling"),
            models.Index(fields=["name_key", "person"], name="line_name"),
            models.Index(fields=["company"], name="line_company"),
        ]
