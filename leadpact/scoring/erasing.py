"""Erasure: nobody is judged who is nobody any more; decisions that were taken stay, with their times."""

from collections.abc import Collection

from leadpact.scoring.models import ResetRow, Standing


def erase(persons: Collection[int]) -> None:
    """Drop the standing and the resets of these persons' rows."""
    Standing.objects.filter(person__in=persons).delete()
    ResetRow.objects.filter(person__in=persons).delete()
