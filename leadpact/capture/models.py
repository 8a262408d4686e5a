"""Campaigns and their cost, and forms."""

from django.db import models


class Campaign(models.Model):
    name = models.CharField(max_length=200)
    name_key = models.CharField(max_length=400, unique=True)  # folded; folding may make a name longer
    channel = models.CharField(max_length=80, default="")
    created_at = models.DateTimeField()


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
