"""Erasure: what our own people were told of a person, what the API answered, and what a session remembers."""

from collections.abc import Collection
from datetime import datetime

from django.contrib.sessions.models import Session
from django.db.models import Q, QuerySet

from leadpact.base.mentions import Mentions
from leadpact.ledger.containing import rows_naming
from leadpact.team.models import KeptAnswer, MailState, Notice


def erase(addresses: Collection[str], mentions: Mentions) -> None:
    """Delete notices that lead to these pages or name the persons, kept answers and sessions that do.

    addresses  of pages about the persons alone: "/leads/7/"; a mail among the notices that is due is so stopped
    """
    leading = Q()
    for address in addresses:
        leading |= Q(url__startswith=address)
    if addresses:
        Notice.objects.filter(leading).delete()
    told = rows_naming(Notice.objects.all(), ["text", "url", "mail_subject", "mail_body"], mentions)
    Notice.objects.filter(pk__in=[row.pk for row in told]).delete()
    answered = rows_naming(KeptAnswer.objects.all(), ["body", "key"], mentions)
    KeptAnswer.objects.filter(pk__in=[row.pk for row in answered]).delete()
    Session.objects.filter(pk__in=sessions_naming(mentions)).delete()


def sessions_naming(mentions: Mentions) -> list[str]:
    """Return the sessions that name the persons; what one holds is packed, so each is unpacked and read."""
    return [row.pk for row in Session.objects.iterator() if mentions.within(repr(row.get_decoded()))]


def due_mail_bodies(before: datetime, *, at_most: int) -> int:
    """Return how many notices mailed before a moment still hold what was mailed, counted no further than `at_most`."""
    return _mailed(before)[:at_most].count()


def forget_mail_bodies(before: datetime, *, limit: int) -> int:
    """Empty what was mailed before a moment; returns of how many notices."""
    old = list(_mailed(before).order_by("pk").values_list("pk", flat=True)[:limit])
    return Notice.objects.filter(pk__in=old).update(mail_body="", mail_subject="")


def _mailed(before: datetime) -> QuerySet[Notice]:
    unsent = [MailState.DUE, MailState.SENDING]
    return Notice.objects.filter(created_at__lt=before).exclude(mail_body="").exclude(mail_state__in=unsent)
