"""The story of a lead page by page: each entry once, however many share one moment."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from leadpact.base import cursor
from leadpact.base.wording import worded
from leadpact.ledger.types import StoredEntry


@dataclass(frozen=True)
class Told:
    """Some entries, newest first, and where the next ones begin; None: these were the last."""

    entries: tuple[StoredEntry, ...]
    next: str | None


def story_of(entries: Sequence[StoredEntry], *, after: str | None, limit: int) -> Told:
    """Return a page of a lead's entries, which come newest first; raises `BadCursor`."""
    place = None if after is None else _place(after)
    beyond = [each for each in entries if place is None or (each.happened_at, each.id) < place]
    shown = beyond[:limit]
    following = cursor.encode(shown[-1].happened_at, shown[-1].id) if len(beyond) > limit else None
    return Told(tuple(shown), following)


def _place(after: str) -> tuple[datetime, int]:
    moment, number = cursor.decode(after, str, int)
    try:
        return datetime.fromisoformat(str(moment)).astimezone(UTC), int(number)
    except (ValueError, OverflowError) as error:
        raise cursor.BadCursor(worded("The story has no such place.")) from error
