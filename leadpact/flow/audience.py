"""Whom an audience means today, part by part."""

from dataclasses import dataclass
from datetime import datetime

from leadpact.handover.types import Stage
from leadpact.loop import campaigns
from leadpact.loop.reads import period_of
from leadpact.nurture.types import Audience
from leadpact.pact.types import POINT
from leadpact.team.reads import settings as company
from leadpact.worklist import reads as worklist
from leadpact.worklist.types import LeadFilter, Sort, View


@dataclass(frozen=True)
class Part:
    """Some persons of an audience, and where the next begin; None: these were the last."""

    persons: tuple[int, ...]
    next: str | None


def part_of(audience: Audience, *, after: str | None, limit: int, now: datetime) -> Part:
    """Return the next persons of an audience, those left out by hand included; raises `BadCursor`."""
    if audience.persons:
        return Part(audience.persons, None)
    if audience.campaign is not None:
        rows = campaigns.leads(audience.campaign, period_of("all", now=now), after=after, limit=limit)
        return Part(tuple(number for row in rows.rows if isinstance(number := row["person"], int)), rows.next)
    page = worklist.lines(filter_of(audience, now), sort=Sort.NAME, after=after, limit=limit)
    return Part(tuple(line.person for line in page.lines), page.next)


def count(audience: Audience, *, now: datetime) -> int:
    """Return how many persons an audience means today, those left out by hand included."""
    if audience.persons:
        return len(audience.persons)
    if audience.campaign is not None:
        return campaigns.count_leads(audience.campaign, period_of("all", now=now))
    return worklist.count(filter_of(audience, now))


def filter_of(audience: Audience, now: datetime) -> LeadFilter:
    """Return an audience as the list of leads asks for it."""
    return LeadFilter(
        stage=Stage(audience.stage) if audience.stage else None,
        owner=audience.owner,
        nobodys=audience.nobodys,
        search=audience.search,
        type=audience.type,
        min_score=None if audience.min_points is None else audience.min_points * POINT,
        company=audience.company,
        view=View(audience.view) if audience.view else None,
        me=audience.me,
        now=now,
        zone=company().zone,
    )
