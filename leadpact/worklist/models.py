"""`lead_line`, the one read table behind lists, search, bulk actions and exports; and the views people keep of it."""

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
    family_key = models.CharField(max_length=120, default="", db_index=True)  # folded last word of the name
    email_key = models.CharField(max_length=120, default="", db_index=True)  # folded
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
    title = models.CharField(max_length=200, default="")
    company_key = models.CharField(max_length=120, null=True)  # folded; null without a company, which sorts last
    campaign = models.BigIntegerField(null=True)  # of the first known touch of the pursuit, as the reports count
    channel = models.CharField(max_length=80, default="")
    recycle_until = models.DateField(null=True)
    lead_since = models.DateTimeField(null=True)
    began_at = models.DateTimeField()  # when they became a lead, or when we first met somebody who is none yet
    came_at = models.DateTimeField()  # their first known touch, or when we first met them
    came_by = models.CharField(max_length=400, default="")  # folded name of the campaign of that touch

    class Meta:
        indexes = [
            models.Index(fields=["stage", "-score", "person"], name="line_stage_score"),
            # Most leads are nobody's.  What one user holds is counted for every page of theirs, from this alone.
            models.Index(
                fields=["owner", "stage", "due_at", "pursuit"],
                name="line_owner",
                condition=models.Q(owner__isnull=False),
            ),
            models.Index(
                fields=["owner", "-score", "person"],
                name="line_owner_score",
                condition=models.Q(owner__isnull=False),
            ),
            models.Index(fields=["pursuit", "person"], name="line_pursuit", condition=models.Q(pursuit__isnull=False)),
            models.Index(fields=["-score", "person"], name="line_score"),
            models.Index(fields=["-last_act_at", "person"], name="line_last_act"),
            # Few owe anything: known to be few, it is what a list of the late is found by.
            models.Index(fields=["due_at", "person"], name="line_due", condition=models.Q(due_at__isnull=False)),
            models.Index(fields=["below_down_at", "person"], name="line_cooling"),
            models.Index(fields=["name_key", "person"], name="line_name", condition=~models.Q(stage="anonymous")),
            models.Index(
                fields=["name_key", "person"], name="line_name_begins", opclasses=["varchar_pattern_ops", "int8_ops"]
            ),
            models.Index(fields=["company"], name="line_company"),
            models.Index(
                fields=["company_key", "person"],
                name="line_company_name",
                condition=models.Q(company_key__isnull=False),
            ),
            models.Index(
                fields=["type", "-score", "person"], name="line_type", condition=models.Q(pursuit__isnull=False)
            ),
            models.Index(
                fields=["campaign", "-score", "person"],
                name="line_campaign",
                condition=models.Q(campaign__isnull=False),
            ),
            # Numbers count these: each names all that they look at, so that the lines themselves need not be read.
            models.Index(
                fields=["stage", "began_at", "owner"], name="line_began", condition=models.Q(pursuit__isnull=True)
            ),
            models.Index(
                fields=["lead_since", "owner"],
                name="line_lead",
                condition=models.Q(pursuit__isnull=True, lead_since__isnull=False),
            ),
            models.Index(
                fields=["came_by", "came_at", "person"],
                name="line_came",
                condition=~models.Q(stage__in=["anonymous", "contact"]),
            ),
        ]


class SavedView(models.Model):
    """A list somebody keeps: its filters and order as the address of the page writes them, and its columns."""

    owner = models.ForeignKey("team.User", on_delete=models.CASCADE, related_name="+")
    name = models.CharField(max_length=60)
    name_key = models.CharField(max_length=120)  # folded
    query = models.CharField(max_length=1000)
    columns = models.CharField(max_length=300, default="")  # names with commas between; "": the reader's own
    is_shared = models.BooleanField(default=False)
    changed_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["owner", "name_key"], name="one_view_of_a_name")]
        indexes = [models.Index(fields=["name_key"], name="shared_views", condition=models.Q(is_shared=True))]


class ListChoice(models.Model):
    """How one user wants the list: the view it opens with, and the columns where no view says otherwise."""

    user = models.OneToOneField("team.User", on_delete=models.CASCADE, primary_key=True, related_name="+")
    view = models.ForeignKey(SavedView, on_delete=models.SET_NULL, null=True, related_name="+")
    columns = models.CharField(max_length=300, default="")
