"""Rows whose text names somebody, whichever column holds it."""

from collections.abc import Sequence
from typing import Any

from django.db.models import Model, Q, QuerySet, TextField
from django.db.models.functions import Cast

from leadpact.base.mentions import Mentions


def rows_naming[M: Model](rows: QuerySet[M], columns: Sequence[str], mentions: Mentions) -> list[M]:
    """Return the rows in which one of the columns (text or JSON) names them; the database looks, Python decides."""
    if not mentions.values:
        return []
    as_text: dict[str, Any] = {f"{column}_as_text": Cast(column, TextField()) for column in columns}
    wanted = Q()
    for name in as_text:
        for value in mentions.written:
            wanted |= Q(**{f"{name}__icontains": value})
    found = rows.annotate(**as_text).filter(wanted)
    return [row for row in found if any(mentions.within(getattr(row, name) or "") for name in as_text)]
