"""Rows whose text names somebody, whichever column holds it."""

from collections.abc import Sequence
from typing import Any, Final

from django.db.models import Model, Q, QuerySet, TextField
from django.db.models.functions import Cast

from leadpact.base.mentions import Mentions

_MOST_QUESTIONS: Final = 400  # in one statement; SQLite goes 1,000 deep


def rows_naming[M: Model](rows: QuerySet[M], columns: Sequence[str], mentions: Mentions) -> list[M]:
    """Return the rows in which one of the columns (text or JSON) names them; the database looks, Python decides."""
    if not mentions.values:
        return []
    if len(mentions.written) * len(columns) > _MOST_QUESTIONS:
        return _by_reading(rows, columns, mentions)
    as_text: dict[str, Any] = {f"{column}_as_text": Cast(column, TextField()) for column in columns}
    wanted = Q()
    for name in as_text:
        for value in mentions.written:
            wanted |= Q(**{f"{name}__icontains": value})
    found = rows.annotate(**as_text).filter(wanted)
    return [row for row in found if any(mentions.within(getattr(row, name) or "") for name in as_text)]


def _by_reading[M: Model](rows: QuerySet[M], columns: Sequence[str], mentions: Mentions) -> list[M]:
    """For very many names: every row is read once, whatever their number."""
    as_text: dict[str, Any] = {f"{column}_as_text": Cast(column, TextField()) for column in columns}
    found = rows.annotate(**as_text).iterator(chunk_size=500)
    return [row for row in found if any(mentions.within(getattr(row, name) or "") for name in as_text)]
