"""Persons found by how a word of theirs begins: first name, family name, address.

The list's own search looks anywhere in the text and so reads every line there is; this one
walks three indexes from the place a word begins, and is as quick among a million.
"""

from typing import Final

from django.db import connection
from django.db.models import QuerySet

from leadpact.base.text import fold
from leadpact.handover.types import Stage
from leadpact.worklist.models import LeadLine
from leadpact.worklist.reads import lines_of
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
    for word in words[1:]:
        rows = rows.filter(search__contains=word)
    found: dict[int, int] = {}  # the score of each
    if visible_owners is not None:  # few enough to be read one by one, so anywhere in the text will do
        held = rows.filter(owner__in=visible_owners, search__contains=words[0]).order_by("-score", "pk")
        found.update(held.values_list("pk", "score")[:LOOKED_AT])
    else:
        for key in KEYS:
            found.update(_begins(rows, key, words[0]).order_by(key).values_list("pk", "score")[:LOOKED_AT])
    best = sorted(found, key=lambda person: (-found[person], person))[:limit]
    lines = {line.person: line for line in lines_of(best, visible_owners=visible_owners)}
    return [lines[person] for person in best if person in lines]


def _begins(rows: QuerySet[LeadLine], column: str, word: str) -> QuerySet[LeadLine]:
    """Ask in the way the database has an index for: SQLite compares bytes, PostgreSQL has one for LIKE."""
    if connection.vendor == "sqlite":
        return rows.filter(**{f"{column}__gte": word, f"{column}__lt": word + _LAST})
    return rows.filter(**{f"{column}__startswith": word})
