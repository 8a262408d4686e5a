"""A lead's score as of any moment, by what is known now or by what was known at another moment."""

from datetime import UTC, datetime
from typing import Annotated

from django.http import HttpRequest
from ninja import Field, Router, Schema

from leadpact.scoring import known
from leadpact.scoring import reads as scoring
from leadpact.scoring.types import WhyPoints
from leadpact.web.api import shapes
from leadpact.web.api.access import Bearer
from leadpact.web.leads.views import page_of
from leadpact.web.shell.access import check, now_of

router = Router()


class ScoreReason(Schema):
    """`event`: the entry that earned the points; null for fit, caps and idle loss."""

    rule: str
    points: shapes.Figure
    event: int | None
    happened_at: datetime | None
    expires_at: datetime | None


class Score(Schema):
    """`reasons` add up to `score`.  `known_at` null: by all that is known today."""

    person: int
    at: datetime
    known_at: datetime | None
    score: shapes.Figure
    ready: bool
    ready_since: datetime | None
    lead_since: datetime | None
    reasons: list[ScoreReason]


@router.get(
    "/leads/{row:person_id}/score",
    auth=Bearer("timeline.see"),
    response=Score,
    summary="Its score as of a moment, also as known then",
)
def score(
    request: HttpRequest,
    person_id: int,
    at: Annotated[datetime | None, Field(description="As of when; without it now.")] = None,
    known_at: Annotated[datetime | None, Field(description="By what was recorded by then; without it by all.")] = None,
) -> Score:
    page = page_of(request, person_id)
    check(request, "timeline.see", page.subject)
    moment = _aware(at) or now_of(request)
    then = _aware(known_at)
    if then is None:
        found = scoring.why_of(page.person, moment, page.settings)
    else:
        found = known.why(page.person.id, moment, then)
    return Score(
        person=page.person.id, at=moment, known_at=then, score=shapes.points(found.score),
        ready=found.is_ready, ready_since=found.ready_since, lead_since=found.lead_since,
        reasons=[_reason(each) for each in found.reasons],
    )  # fmt: skip


def _aware(moment: datetime | None) -> datetime | None:
    if moment is None or moment.tzinfo is not None:
        return moment
    return moment.replace(tzinfo=UTC)


def _reason(why: WhyPoints) -> ScoreReason:
    return ScoreReason(
        rule=why.rule, points=shapes.points(why.points), event=why.event, happened_at=why.happened_at,
        expires_at=why.expires_at,
    )  # fmt: skip
