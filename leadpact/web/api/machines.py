"""Hits that machines made: the rules, what others would change, and judging the past by them."""

from datetime import datetime
from typing import Annotated

from django.http import HttpRequest
from ninja import Field, Query, Router, Schema
from pydantic import AwareDatetime

from leadpact.engagement import bots as rules
from leadpact.engagement import judging as verdicts
from leadpact.engagement.judging import JudgingView
from leadpact.flow import judging
from leadpact.web.api.access import Bearer
from leadpact.web.api.offers import Body
from leadpact.web.shell.access import actor_of, now_of

router = Router()
LOOKED_AT = 20_000


class Judging(Schema):
    """One look at the past; `share` of it that is done, 0 to 100."""

    id: int
    rules: int
    since: datetime | None
    started_at: datetime
    finished_at: datetime | None
    seen: int
    voided: int
    restored: int
    share: int


class BotVersions(Schema):
    versions: list[int]
    in_force: int
    judgings: list[Judging]


class BotPreview(Schema):
    """`is_whole` false: only the newest entries were looked at.  `asked` of `persons` touched were judged anew."""

    rules: int
    seen: int
    is_whole: bool
    voided: int
    restored: int
    persons: int
    asked: int
    became_ready: list[int]
    not_ready: list[int]


class JudgePast(Body):
    """`since`: what happened before stays as it was judged."""

    rules: Annotated[int, Field(ge=1, le=1000)]
    since: AwareDatetime | None = None


class BotVersionWanted(Schema):
    rules: Annotated[int, Field(ge=1, le=1000)]


@router.get("/bots", auth=Bearer("arrival.see"), response=BotVersions, summary="The bot rules and looks at the past")
def bots(request: HttpRequest) -> BotVersions:
    return BotVersions(
        versions=list(rules.VERSIONS),
        in_force=verdicts.in_force().version,
        judgings=[_shown(each) for each in verdicts.judgings()],
    )


@router.get("/bots/preview", auth=Bearer("arrival.see"), response=BotPreview, summary="What a version would change")
def bots_preview(request: HttpRequest, wanted: Query[BotVersionWanted]) -> BotPreview:
    found = judging.preview(wanted.rules, limit=LOOKED_AT, now=now_of(request))
    return BotPreview(
        rules=wanted.rules, seen=found.seen, is_whole=found.is_whole, voided=found.voided, restored=found.restored,
        persons=found.persons, asked=found.asked, became_ready=list(found.gained), not_ready=list(found.lost),
    )  # fmt: skip


@router.post("/bots/judge", auth=Bearer("arrival.mend"), response=Judging, summary="Judge the past by a version")
def bots_judge(request: HttpRequest, said: JudgePast) -> Judging:
    """The worker does it step by step: `share` says how far it is."""
    return _shown(verdicts.begin(said.rules, since=said.since, by=actor_of(request), now=now_of(request)))


def _shown(view: JudgingView) -> Judging:
    return Judging(
        id=view.id, rules=view.rules, since=view.since, started_at=view.started_at, finished_at=view.finished_at,
        seen=view.seen, voided=view.voided, restored=view.restored, share=view.share,
    )  # fmt: skip
