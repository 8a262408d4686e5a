"""Rows about somebody: whose text names them, whichever column holds it, or that say what they are about."""

from collections.abc import Collection, Sequence
from typing import Any, Final

from django.db.models import Model, Q, QuerySet, TextField
from django.db.models.functions import Cast

from leadpact.base.mentions import Mentions

_MOST_QUESTIONS: Final = 400  # in one statement; SQLite goes 1,000 deep


def about_any(abouts: Collection[str]) -> Q:
    """Ask for entries about any of these; the index is of entries about something, and asks to be told so."""
    return Q(about__in=abouts) & ~Q(about="")


def naming[M: Model](rows: QuerySet[M], columns: Sequence[str], mentions: Mentions) -> QuerySet[M] | None:
    """Return the rows in which one of the columns may name them, as the database sees it; None: too many names."""
    if len(mentions.written) * len(columns) > _MOST_QUESTIONS:
        return None
    as_text = _as_text(columns)
    wanted = Q(pk=None)
    for name in as_text:
        for value in mentions.written:
            wanted |= Q(**{f"{name}__icontains": value})
    found: QuerySet[M] = rows.annotate(**as_text).filter(wanted)
    return found


def rows_naming[M: Model](rows: QuerySet[M], columns: Sequence[str], mentions: Mentions) -> list[M]:
    """Return the rows in which one of the columns (text or JSON) names them; the database looks, Python decides."""
    if not mentions.values:
        return []
    found = naming(rows, columns, mentions)
    if found is None:
        return _by_reading(rows, columns, mentions)
    as_text = _as_text(columns)
    return [row for row in found if any(mentions.within(getattr(row, name) or "") for name in as_text)]


def _by_reading[M: Model](rows: QuerySet[M], columns: Sequence[str], mentions: Mentions) -> list[M]:
    """For very many names: every row is read once, whatever their number."""
    as_text = _as_text(columns)
    found = rows.annotate(**as_text).iterator(chunk_size=500)
    return [row for row in found if any(mentions.within(getattr(row, name) or "") for name in as_text)]


def _as_text(columns: Sequence[str]) -> dict[str, Any]:
    return {f"{column}_as_text": Cast(column, TextField()) for column in columns}
