"""Erasure: the line goes, the search index with it (by trigger), and views that search for the person."""

from collections.abc import Collection

from leadpact.base.mentions import Mentions
from leadpact.ledger.containing import rows_naming
from leadpact.worklist.models import LeadLine, SavedView


def erase(persons: Collection[int], mentions: Mentions) -> None:
    """Drop the lines of these persons' rows, and kept views that name them."""
    LeadLine.objects.filter(person__in=persons).delete()
    named = [row.pk for row in rows_naming(SavedView.objects.all(), ["name", "name_key", "query"], mentions)]
    SavedView.objects.filter(pk__in=named).delete()
