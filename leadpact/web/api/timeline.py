"""The story of a lead page by page: each entry once, however many share one moment."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from leadpact.base import cursor
from leadpact.engagement import reads as engagement
from leadpact.handover import reads as handover
from leadpact.ledger import reads as ledger
from leadpact.ledger.types import StoredEntry
from leadpact.web.leads.page import LeadPage

TICK = timedelta(microseconds=1)


@dataclass(frozen=True)
class Told:
    """Some entries, newest first, and where the next ones begin; None: these were the last."""

    entries: tuple[StoredEntry, ...]
    next: str | None
    voided: Collection[int]


def story_of(page: LeadPage, *, after: str | None, limit: int) -> Told:
    """Return the entries of a person, of their hand-overs and deals; raises `BadCursor`."""
    place = None if after is None else _place(after)
    asked = limit + 1
    while True:
        found = _newest(page, None if place is None else place[0] + TICK, asked)
        beyond = [each for each in found if place is None or (each.happened_at, each.id) < place]
        if len(beyond) > limit or len(found) < asked:
            break
        asked *= 2  # many at the very moment where the last page ended
    shown = beyond[:limit]
    following = cursor.encode(shown[-1].happened_at, shown[-1].id) if len(beyond) > limit else None
    return Told(tuple(shown), following, engagement.voided([each.id for each in shown]))


def _newest(page: LeadPage, until: datetime | None, limit: int) -> list[StoredEntry]:
    abouts = [each.about for each in handover.pursuits_of(page.person.id)] + [deal.about for deal in page.deals]
    found = ledger.entries_of(page.person.identities, until=until, newest_first=True, limit=limit)
    for about in abouts:
        found += ledger.entries_about(about, until=until, newest_first=True, limit=limit)
    once = {entry.id: entry for entry in found if not page.discretion.hides_entry(entry)}.values()
    return sorted(once, key=lambda entry: (entry.happened_at, entry.id), reverse=True)[:limit]


def _place(after: str) -> tuple[datetime, int]:
    moment, number = cursor.decode(after, str, int)
    try:
        return datetime.fromisoformat(str(moment)).astimezone(UTC), int(number)
    except (ValueError, OverflowError) as error:
        raise cursor.BadCursor("The story has no such place.") from error
