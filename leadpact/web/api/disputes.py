"""Disputes: an outcome that marketing contests, and what sales answers."""

from datetime import datetime
from typing import Annotated, Final, Literal

from django.http import HttpRequest
from ninja import Field, Query, Router, Schema

from leadpact.base import cursor
from leadpact.base.wording import worded
from leadpact.flow import disputing
from leadpact.handover import disputed
from leadpact.handover.disputed import Contest, DisputeView, Ruling
from leadpact.handover.errors import NothingToContest
from leadpact.team.policy import Subject
from leadpact.web.api.access import Bearer
from leadpact.web.api.offers import Body
from leadpact.web.api.paging import Paged
from leadpact.web.disputes.views import dispute_of, subject_of
from leadpact.web.leads.views import page_of
from leadpact.web.shell.access import actor_of, check, now_of

router = Router()
WHICH: Final = {"open": True, "answered": False, "all": None}

Words = Annotated[str, Field(min_length=1, max_length=2000)]


class Dispute(Schema):
    """`number`: which hand-over of the lead; `decided_by` gave the outcome; `ruling` is empty while it is open."""

    id: int
    pursuit: int
    number: int
    person: int | None
    name: str
    company: str
    outcome: str
    outcome_reason: str
    decided_by: int | None
    decided_at: datetime
    reason: str
    words: str
    raised_by: int | None
    raised_at: datetime
    due_at: datetime | None
    ruling: str
    answer: str
    answered_by: int | None
    answered_at: datetime | None


class DisputePage(Schema):
    items: list[Dispute]
    next: str | None


class DisputesWanted(Paged):
    show: Literal["open", "answered", "all"] = "open"


class Contested(Body):
    reason: Contest
    words: Words


class Ruled(Body):
    """`upheld`: the outcome stands; `taken_back`: the lead is offered again, where nobody has it by now."""

    ruling: Literal["upheld", "taken_back"]
    words: Words


@router.get("/disputes", auth=Bearer("dispute.see"), response=DisputePage, summary="Disputes, the newest first")
def disputes(request: HttpRequest, wanted: Query[DisputesWanted]) -> DisputePage:
    before = int(cursor.decode(wanted.after, int)[0]) if wanted.after else None
    found = disputed.disputes(is_open=WHICH[wanted.show], before=before, limit=wanted.limit + 1)
    shown = found[: wanted.limit]
    following = cursor.encode(shown[-1].id) if len(found) > wanted.limit else None
    return DisputePage(items=[_told(each) for each in shown], next=following)


@router.get("/disputes/{row:dispute_id}", auth=Bearer("dispute.see"), response=Dispute, summary="One dispute")
def dispute(request: HttpRequest, dispute_id: int) -> Dispute:
    return _told(dispute_of(dispute_id))


@router.post(
    "/leads/{row:person_id}/dispute", auth=Bearer("dispute.raise"), response=Dispute, summary="Contest an outcome"
)
def contest(request: HttpRequest, person_id: int, said: Contested) -> Dispute:
    """What became of the lead's newest hand-over; the clock of the answer runs."""
    page = page_of(request, person_id)
    if page.pursuit is None:
        raise NothingToContest(worded("Nobody has been handed this lead."))
    check(request, "dispute.raise", Subject("dispute", disputing.planned_by(page.pursuit.first_touch.campaign)))
    return _told(disputing.contest(page.pursuit.id, said.reason, said.words, by=actor_of(request), now=page.now))


@router.post(
    "/disputes/{row:dispute_id}/answer", auth=Bearer("dispute.answer"), response=Dispute, summary="Answer a dispute"
)
def answer_dispute(request: HttpRequest, dispute_id: int, said: Ruled) -> Dispute:
    found = dispute_of(dispute_id)
    check(request, "dispute.answer", subject_of(request, found))
    by, now = actor_of(request), now_of(request)
    return _told(disputing.answer(found.id, Ruling(said.ruling), said.words, by=by, now=now)[0])


def _told(view: DisputeView) -> Dispute:
    return Dispute(
        id=view.id, pursuit=view.pursuit, number=view.number, person=view.person, name=view.name,
        company=view.company, outcome=view.outcome, outcome_reason=view.outcome_reason, decided_by=view.decided_by,
        decided_at=view.decided_at, reason=view.reason, words=view.words, raised_by=view.raised_by,
        raised_at=view.raised_at, due_at=view.due_at, ruling=view.ruling, answer=view.answer_words,
        answered_by=view.answered_by, answered_at=view.answered_at,
    )  # fmt: skip
