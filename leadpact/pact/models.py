"""Pact versions.  A version is never edited; it comes in force from a moment on."""

from django.db import models


class PactVersion(models.Model):
    number = models.PositiveIntegerField(unique=True)
    document = models.TextField()
    digest = models.CharField(max_length=64)
    note = models.TextField(default="", blank=True)
    proposed_by = models.CharField(max_length=40)
    proposed_at = models.DateTimeField()


class InForce(models.Model):
    """From `since` on, `version` holds.  The newest row at or before a moment is the pact of that moment."""

    version = models.ForeignKey(PactVersion, on_delete=models.PROTECT, related_name="+")
    since = models.DateTimeField(unique=True)
    put_by = models.CharField(max_length=40)
    recorded_at = models.DateTimeField()
