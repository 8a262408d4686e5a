"""Mails to many and their recipients."""

from django.db import models


class Mailing(models.Model):
    subject = models.CharField(max_length=200)
    body = models.TextField()
    campaign = models.BigIntegerField(null=True, db_index=True)  # capture's number for it, not its table
    audience = models.JSONField(null=True)  # nurture.types.Audience
    state = models.CharField(max_length=10, default="draft", db_index=True)  # nurture.types.MailingState
    place = models.TextField(default="")
    created_at = models.DateTimeField()
    created_by = models.BigIntegerField()
    started_by = models.BigIntegerField(null=True)
    starts_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)


class Recipient(models.Model):
    """One mail to one person, at most once: due -> sending -> sent, refused or unknown."""

    mailing = models.ForeignKey(Mailing, on_delete=models.PROTECT, related_name="recipients")
    person = models.ForeignKey("people.Person", on_delete=models.PROTECT, related_name="+")
    identity = models.BigIntegerField(null=True)
    address = models.CharField(max_length=320, default="")
    address_key = models.CharField(max_length=320, default="")
    state = models.CharField(max_length=8, default="due")  # nurture.types.SendState
    reason = models.CharField(max_length=16, default="")  # nurture.types.Refusal
    is_followed = models.BooleanField(default=False)
    attempts = models.PositiveSmallIntegerField(default=0)
    due_at = models.DateTimeField()
    claimed_at = models.DateTimeField(null=True)
    sent_at = models.DateTimeField(null=True)
    clicked_at = models.DateTimeField(null=True)
    unsubscribed_at = models.DateTimeField(null=True)
    held_at = models.DateTimeField(null=True)  # an unsubscribe that looked like a machine's
    held_why = models.CharField(max_length=16, default="")  # engagement.bots.Rule
    asked_at = models.DateTimeField(null=True)  # the mail that asks whether it was meant has left

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["mailing", "person"], name="one_mail_per_person"),
            models.UniqueConstraint(
                fields=["mailing", "address_key"], condition=~models.Q(state="refused"), name="one_mail_per_address"
            ),
        ]
        indexes = [
            models.Index(fields=["mailing", "state", "due_at"], name="recipient_due"),
            models.Index(
                fields=["mailing", "held_at"], name="recipient_held", condition=models.Q(held_at__isnull=False)
            ),
            models.Index(
                fields=["held_at"],
                name="recipient_to_ask",
                condition=models.Q(held_at__isnull=False, asked_at=None, unsubscribed_at=None),
            ),
        ]
