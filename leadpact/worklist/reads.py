"""What lists, search, bulk actions and exports ask: lines, page by page."""

from collections.abc import Collection, Iterator
from datetime import datetime
from typing import Final

from leadpact.engagement.kinds import kind_of
from leadpact.handover.types import Stage
from leadpact.ledger import by_hand
from leadpact.worklist.matching import SOON as SOON
from leadpact.worklist.matching import matching, to_count
from leadpact.worklist.models import LeadLine
from leadpact.worklist.paging import page_from, place_after
from leadpact.worklist.types import LeadFilter, Line, Page, Sort

ALL: Final = LeadFilter()


def line(person: int) -> Line | None:
    """Return one person's line, None for a person without one."""
    row = LeadLine.objects.filter(pk=person).first()
    return None if row is None else line_of(row)


def lines_of(persons: Collection[int], *, visible_owners: tuple[int, ...] | None = None) -> list[Line]:
    """Return the lines of these persons by name; those without one, or of owners out of sight, are left out."""
    rows = matching(ALL, visible_owners).filter(person__in=persons).order_by("name_key", "person")
    return [line_of(row) for row in rows]


def lines_question(persons: Collection[int]) -> by_hand.Question[dict[int, Line]]:
    """Ask for the lines of these persons, by person."""
    chosen = LeadLine.objects.filter(pk__in=persons)
    return by_hand.question_of(chosen, lambda rows: {row.pk: line_of(row) for row in rows})


def is_any_question() -> by_hand.Question[bool]:
    """Ask whether there is any line."""
    return by_hand.Question("SELECT person_id FROM worklist_leadline LIMIT 1", (), 1, bool)


def lines(
    wanted: LeadFilter = ALL,
    *,
    sort: Sort = Sort.SCORE,
    is_reversed: bool = False,
    after: str | None = None,
    limit: int = 50,
    count_to: int = 0,
    late_at: datetime | None = None,
    visible_owners: tuple[int, ...] | None = None,
) -> Page:
    """Return one page of lines, beginning after a place that an earlier page named; raises `BadCursor`.

    count_to        say in `total` how many lines there are on all pages, counting no further than to here
    late_at         say of those how many wait for sales, and how many are past due at that moment
    visible_owners  only lines of these users; None: everybody's
    """
    rows = matching(wanted, visible_owners, order=sort)
    found = [
        *page_from(
            rows, sort, after=after, limit=limit + 1, is_reversed=is_reversed, count_to=count_to,
            counted=to_count(rows, wanted) if count_to else None, late_at=late_at,
            are_few=visible_owners is not None,
        )
    ]  # fmt: skip
    shown = found[:limit]
    following = place_after(shown[-1], sort) if len(found) > limit else None
    total, ready, late = (int(getattr(found[0], name, 0)) if found else 0 for name in ("total", "ready", "late"))
    return Page(tuple(line_of(row) for row in shown), following, total, ready, late)


def count(
    wanted: LeadFilter = ALL, *, visible_owners: tuple[int, ...] | None = None, at_most: int | None = None
) -> int:
    """Return how many lines there are; `at_most`: stop counting there, so that many cost no more than some."""
    rows = matching(wanted, visible_owners)
    return (rows if at_most is None else rows[:at_most]).count()


def every(
    wanted: LeadFilter = ALL,
    *,
    sort: Sort = Sort.SCORE,
    is_reversed: bool = False,
    visible_owners: tuple[int, ...] | None = None,
) -> Iterator[Line]:
    """Yield all lines, as an export writes them; memory stays flat."""
    after: str | None = None
    while True:
        page = lines(
            wanted, sort=sort, is_reversed=is_reversed, after=after, limit=1_000, visible_owners=visible_owners
        )
        yield from page.lines
        if page.next is None:
            return
        after = page.next


def line_of(row: LeadLine) -> Line:
    """Return a line of the table as others see it."""
    return Line(
        person=row.person_id,
        name=row.name,
        email=row.email,
        company=row.company,
        company_name=row.company_name,
        stage=Stage(row.stage),
        score=row.score,
        score_week_ago=row.score_week_ago,
        falls_at=row.falls_at,
        below_down_at=row.below_down_at,
        owner=row.owner,
        team=row.team,
        pursuit=row.pursuit,
        due_at=row.due_at,
        due_what=row.due_what,
        last_act_at=row.last_act_at,
        last_act=kind_of(row.last_act_kind).label if row.last_act_kind else "",
        last_act_kind=row.last_act_kind,
        last_act_detail=row.last_act_detail,
        type=row.type,
        title=row.title,
        campaign=row.campaign,
        channel=row.channel,
        recycle_until=row.recycle_until,
    )
