"""Erasure: leave to download that was given to an address."""

from collections.abc import Collection

from django.db.models import Q

from leadpact.base.mentions import Mentions
from leadpact.capture.models import Grant, Touch
from leadpact.ledger.containing import rows_naming


def erase(identities: Collection[int], emails: Collection[str], ids: Collection[str], mentions: Mentions) -> None:
    """Take back the grants of these addresses and visitors; how they first came stays, but for a name in it."""
    wanted = Q(anonymous_id__in=ids)
    for email in emails:
        wanted |= Q(email__iexact=email)
    Grant.objects.filter(wanted).delete()
    for touch in rows_naming(Touch.objects.filter(identity__in=identities), ["campaign_key", "channel"], mentions):
        Touch.objects.filter(pk=touch.pk).update(campaign_key="")
