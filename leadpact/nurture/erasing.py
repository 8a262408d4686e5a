"""Erasure: a mail on its way is stopped, and no recipient is left by address; how many were sent stays."""

from collections.abc import Collection

from django.db.models import CharField, F, Value
from django.db.models.functions import Cast, Concat

from leadpact.base.mentions import Mentions
from leadpact.ledger.containing import rows_naming
from leadpact.nurture.models import Mailing, Recipient
from leadpact.nurture.types import Refusal, SendState


def erase(persons: Collection[int], mentions: Mentions) -> int:
    """Refuse what is due to these persons and drop their addresses; returns how many mails were stopped."""
    mine = Recipient.objects.filter(person__in=persons)
    stopped = mine.filter(state=SendState.DUE).update(state=SendState.REFUSED, reason=Refusal.NO_ADDRESS)
    # Still one of a kind within a mailing, as the table demands.
    mine.update(address="", address_key=Concat(Value("erased:"), Cast(F("pk"), CharField())))
    for mailing in rows_naming(Mailing.objects.filter(audience__isnull=False), ["audience"], mentions):
        Mailing.objects.filter(pk=mailing.pk).update(audience=None)
    for mailing in rows_naming(Mailing.objects.all(), ["place"], mentions):
        Mailing.objects.filter(pk=mailing.pk).update(place="")
    return stopped
