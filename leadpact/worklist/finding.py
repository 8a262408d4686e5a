"""Persons found by how a word of theirs begins: first name, family name, address.

The list's own search looks anywhere in the text and so reads every line there is; this one
walks three indexes from the place a word begins, and is as quick among a million.
"""

from typing import Final

from django.db import connection
from django.db.models import Q, QuerySet

from leadpact.base.text import fold
from leadpact.handover.types import Stage
from leadpact.worklist.models import LeadLine
from leadpact.worklist.reads import line_of
from leadpact.worklist.types import Line

KEYS: Final = ("name_key", "family_key", "email_key")
LOOKED_AT: Final = 50  # lines of each index, of which the ones with most points are shown
_LAST: Final = "\U0010ffff"


def beginning(text: str, *, limit: int = 8, visible_owners: tuple[int, ...] | None = None) -> list[Line]:
    """Return known persons of whom every word begins a name or stands in their line, the highest score first.

    visible_owners  only lines of these users; None: everybody's
    """
    words = fold(text).replace("\x00", "").split()
    if not words:
        return []
    rows = LeadLine.objects.exclude(stage=Stage.ANONYMOUS)
    if visible_owners is not None:  # few enough to be read one by one, so anywhere in the text will do
        for word in words:
            rows = rows.filter(search__contains=word)
        found = list(rows.filter(owner__in=visible_owners).order_by("-score", "pk")[:limit])
    else:
        found = _named(rows, words) or _with_words(rows, words)
    found.sort(key=lambda row: (-row.score, row.pk))
    return [line_of(row) for row in found[:limit]]


def _named(rows: QuerySet[LeadLine], words: list[str]) -> list[LeadLine]:
    """Return those whose name begins with the first two words together: one look where somebody's name was typed."""
    if len(words) < 2:
        return []
    for word in words[2:]:
        rows = rows.filter(search__contains=word)
    return list(_begins(rows, "name_key", " ".join(words[:2])).order_by("name_key")[:LOOKED_AT])


def _with_words(rows: QuerySet[LeadLine], words: list[str]) -> list[LeadLine]:
    """Return those of whom the first word begins a name or the address, and the others stand in the line."""
    for word in words[1:]:
        rows = rows.filter(search__contains=word)
    found = Q()
    for key in KEYS:
        found |= Q(pk__in=_begins(rows, key, words[0]).order_by(key).values("pk")[:LOOKED_AT])
    return list(LeadLine.objects.filter(found))


def _begins(rows: QuerySet[LeadLine], column: str, word: str) -> QuerySet[LeadLine]:
    """Ask in the way the database has an index for: SQLite compares bytes, PostgreSQL has one for LIKE."""
    if connection.vendor == "sqlite":
        return rows.filter(**{f"{column}__gte": word, f"{column}__lt": word + _LAST})
    return rows.filter(**{f"{column}__startswith": word})
