"""Leads: the list as the page filters it, one lead with its reasons, and its story."""

from datetime import datetime
from typing import Annotated, Literal

from django.http import HttpRequest
from ninja import Field, Query, Router, Schema

from leadpact.handover.types import Stage
from leadpact.pact.types import LeadType
from leadpact.scoring.types import WhyPoints
from leadpact.team import policy
from leadpact.web.api import shapes
from leadpact.web.api.access import Bearer
from leadpact.web.api.paging import Limit
from leadpact.web.api.timeline import story_of
from leadpact.web.leads.filters import asked_of
from leadpact.web.leads.page import LeadPage
from leadpact.web.leads.views import page_of
from leadpact.web.shell.access import check, member_of, now_of, settings_of
from leadpact.worklist import reads as worklist
from leadpact.worklist.rules import stage_for
from leadpact.worklist.types import Sort, View

router = Router()


class LeadsWanted(Schema):
    """The filters of the page by their names there; here one that nobody understands is an error."""

    view: View | None = None
    q: str = ""
    stage: Stage | None = None
    owner: Annotated[str, Field(pattern="^(|me|nobody|[0-9]{1,9})$")] = ""
    type: LeadType | None = None
    min: Annotated[int | None, Field(ge=0, le=10**9, description="Points the score has at least.")] = None
    company: Annotated[int | None, Field(ge=1, le=10**9)] = None
    campaign: Annotated[int | None, Field(ge=1, le=10**9, description="Of the first known touch.")] = None
    within: Annotated[int | None, Field(ge=1, le=3650, description="Days since the last act, at most.")] = None
    sort: Sort | None = None
    order: Literal["reversed"] | None = None
    after: str | None = None
    limit: Limit = 50


class Reason(Schema):
    """`event`: the entry that earned the points; null for fit, caps and idle loss."""

    rule: str
    points: shapes.Figure
    event: int | None
    happened_at: datetime | None
    expires_at: datetime | None


class Lead(Schema):
    """`reasons` add up to `score`; null where the caller may not see what the person did."""

    person: int
    name: str
    email: str
    phone: str
    title: str
    company: shapes.Named | None
    owner: shapes.Named | None
    stage: str
    score: shapes.Figure
    ready: bool
    ready_since: datetime | None
    falls_below_down_at: datetime | None
    reasons: list[Reason] | None
    pursuit: shapes.Pursuit | None


class Story(Schema):
    items: list[shapes.Entry]
    next: str | None


@router.get("/leads", auth=Bearer("lead.see"), response=shapes.LeadPage, summary="Leads, page by page")
def leads(request: HttpRequest, wanted: Query[LeadsWanted]) -> shapes.LeadPage:
    member = member_of(request)
    visible = policy.visible_owners(member)
    asked = asked_of(request.GET, member, now_of(request), zone=settings_of(request).zone)
    page = worklist.lines(
        asked.wanted, sort=asked.sort, is_reversed=asked.is_reversed, after=wanted.after or None,
        limit=wanted.limit, visible_owners=visible,
    )  # fmt: skip
    items = [shapes.lead_line(line, member) for line in page.lines]
    return shapes.LeadPage(items=items, next=page.next)


@router.get("/leads/{row:person_id}", auth=Bearer("lead.see"), response=Lead, summary="One lead")
def lead(request: HttpRequest, person_id: int) -> Lead:
    """Reading it here is not opening the offer: only a person who looks at the page has seen it."""
    page = page_of(request, person_id)
    person, verdict = page.person, page.why.verdict
    company = shapes.Named(id=person.company, name=person.company_name) if person.company is not None else None
    return Lead(
        person=person.id, name=person.name, email=person.email, phone=person.phone, title=person.title,
        company=company, owner=shapes.named(page.owner), stage=_stage(page), score=shapes.points(verdict.score),
        ready=verdict.is_ready, ready_since=verdict.ready_since, falls_below_down_at=verdict.below_down_at,
        reasons=[_reason(each) for each in verdict.reasons] if page.may_see_story else None,
        pursuit=_pursuit(page),
    )  # fmt: skip


@router.get(
    "/leads/{row:person_id}/timeline",
    auth=Bearer("timeline.see"),
    response=Story,
    summary="What they and both teams did, newest first",
)
def timeline(request: HttpRequest, person_id: int, after: str = "", limit: Limit = 50) -> Story:
    page = page_of(request, person_id)
    check(request, "timeline.see", page.subject)
    told = story_of(page.entries, after=after or None, limit=limit)
    earned = page.why.points_by_event
    items = [shapes.entry(each, milli=earned.get(each.id), is_void=each.id in page.voided) for each in told.entries]
    return Story(items=items, next=told.next)


def _stage(page: LeadPage) -> str:
    if page.line is not None:
        return page.line.stage.value
    return stage_for(is_known=page.person.is_known, standing=None, pursuit=page.pursuit).value


def _reason(reason: WhyPoints) -> Reason:
    return Reason(
        rule=reason.rule, points=shapes.points(reason.points), event=reason.event, happened_at=reason.happened_at,
        expires_at=reason.expires_at,
    )  # fmt: skip


def _pursuit(page: LeadPage) -> shapes.Pursuit | None:
    if page.pursuit is None:
        return None
    offers = [page.offer] if page.offer is not None else []
    owed = [each.promise for each in page.owed]
    return shapes.pursuit(page.pursuit, stages=page.stage_dates, offers=offers, promises=owed)
