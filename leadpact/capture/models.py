"""Campaigns and their cost, how somebody first came, forms, and papers to download."""

from django.db import models


class Campaign(models.Model):
    name = models.CharField(max_length=200)
    name_key = models.CharField(max_length=400, unique=True)  # folded; folding may make a name longer
    channel = models.CharField(max_length=80, default="")
    note = models.TextField(default="", blank=True)
    starts_on = models.DateField(null=True)
    ends_on = models.DateField(null=True)
    created_at = models.DateTimeField()


class CampaignName(models.Model):
    """Every name a campaign ever had, folded: links that carry an earlier one still count for it."""

    key = models.CharField(max_length=400, primary_key=True)
    campaign = models.ForeignKey(Campaign, on_delete=models.CASCADE, related_name="names")


class Touch(models.Model):
    """The earliest act of an identity that tells how they came; kept by identity, so that it follows every merge.

    `campaign_key` is the folded name as the act carried it, whether or not anybody has made that campaign yet.
    """

    identity = models.BigIntegerField(primary_key=True)
    happened_at = models.DateTimeField()
    campaign_key = models.CharField(max_length=400, default="")
    channel = models.CharField(max_length=80)

    class Meta:
        indexes = [models.Index(fields=["campaign_key", "happened_at"], name="touch_campaign")]


class CampaignCost(models.Model):
    campaign = models.ForeignKey(Campaign, on_delete=models.PROTECT, related_name="costs")
    on = models.DateField()
    amount_minor = models.BigIntegerField()
    currency = models.CharField(max_length=3)
    external = models.CharField(max_length=120, null=True, unique=True)
    entry = models.BigIntegerField()

    class Meta:
        indexes = [models.Index(fields=["on", "campaign"], name="cost_day")]


class Form(models.Model):
    """A hosted form.  `key` is the value of the `form` property of its submissions (contact, demo, download)."""

    slug = models.SlugField(unique=True)
    key = models.CharField(max_length=40)
    title = models.CharField(max_length=200)
    intro = models.TextField(default="", blank=True)
    thanks = models.TextField(default="", blank=True)
    fields = models.JSONField(default=list)
    consent_purposes = models.JSONField(default=list)
    created_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True)


class Paper(models.Model):
    """A file that people get for telling us who they are; the file lies under its digest."""

    slug = models.SlugField(unique=True)
    title = models.CharField(max_length=200)
    intro = models.TextField(default="", blank=True)
    campaign = models.ForeignKey(Campaign, on_delete=models.PROTECT, null=True, related_name="papers")
    form = models.OneToOneField(Form, on_delete=models.PROTECT, related_name="paper")
    file_name = models.CharField(max_length=120)
    digest = models.CharField(max_length=64)
    size = models.PositiveBigIntegerField()
    created_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True)


class Grant(models.Model):
    """Leave to download a paper until a moment; gone some days after it, as it names the person by address."""

    paper = models.ForeignKey(Paper, on_delete=models.CASCADE, related_name="grants")
    email = models.CharField(max_length=320)
    anonymous_id = models.CharField(max_length=200, default="")
    key = models.CharField(max_length=64, unique=True)  # a form sent twice is one grant
    expires_at = models.DateTimeField(db_index=True)
