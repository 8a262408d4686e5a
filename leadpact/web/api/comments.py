"""Comments on a lead: read, written, changed, taken back, put back."""

from datetime import datetime
from typing import Annotated

from django.http import Http404, HttpRequest
from ninja import Field, Query, Schema

from leadpact.base.wording import worded
from leadpact.flow import commenting
from leadpact.handover.comments import CommentView
from leadpact.ledger import reads as ledger
from leadpact.web.api import shapes
from leadpact.web.api.access import Bearer
from leadpact.web.api.leads import router as router
from leadpact.web.api.offers import Body
from leadpact.web.api.paging import Paged, some_of
from leadpact.web.api.refusals import FieldsWrong
from leadpact.web.leads.comments import page_to_comment
from leadpact.web.leads.views import page_of
from leadpact.web.shell.access import actor_of, check


class Comment(Schema):
    """`id`: the entry it began with; `changed_at` null: its writer never changed it."""

    id: int
    by: str
    text: str
    written_at: datetime
    changed_at: datetime | None
    is_removed: bool


class CommentPage(Schema):
    items: list[Comment]
    next: str | None


class Words(Body):
    text: Annotated[str, Field(min_length=1, max_length=4000, description="@ and a name tells that person.")]


@router.get(
    "/leads/{row:person_id}/comments",
    auth=Bearer("timeline.see"),
    response=CommentPage,
    summary="Comments on the lead, the oldest first",
)
def comments(request: HttpRequest, person_id: int, wanted: Query[Paged]) -> CommentPage:
    lead = page_of(request, person_id)
    check(request, "timeline.see", lead.subject)
    page = some_of(lead.comments, lambda each: (each.entry,), int, asked=wanted)
    return CommentPage(items=[_told(each) for each in page.items], next=page.next)


@router.post(
    "/leads/{row:person_id}/comments", auth=Bearer("lead.note"), response=shapes.Entry, summary="Comment on the lead"
)
def comment(request: HttpRequest, person_id: int, said: Words) -> shapes.Entry:
    page = page_to_comment(request, person_id)
    number = commenting.comment(page.person.id, _text(said), names=page.nameable, by=actor_of(request), now=page.now)
    found = ledger.entry(number)
    assert found is not None, "it was written just now"
    return shapes.entry(found)


@router.post(
    "/leads/{row:person_id}/comments/{row:comment_id}/change",
    auth=Bearer("lead.note"),
    response=Comment,
    summary="Give one's comment other words",
)
def change_comment(request: HttpRequest, person_id: int, comment_id: int, said: Words) -> Comment:
    """Only those are told who were not named before."""
    page = page_to_comment(request, person_id, comment_id)
    by = actor_of(request)
    commenting.change(page.person.id, comment_id, _text(said), names=page.nameable, by=by, now=page.now)
    return _one(request, person_id, comment_id)


@router.post(
    "/leads/{row:person_id}/comments/{row:comment_id}/remove",
    auth=Bearer("lead.note"),
    response=Comment,
    summary="Take one's comment back",
)
def remove_comment(request: HttpRequest, person_id: int, comment_id: int) -> Comment:
    page = page_to_comment(request, person_id, comment_id)
    commenting.remove(comment_id, by=actor_of(request), now=page.now)
    return _one(request, person_id, comment_id)


@router.post(
    "/leads/{row:person_id}/comments/{row:comment_id}/restore",
    auth=Bearer("lead.note"),
    response=Comment,
    summary="Put a comment back that was taken back",
)
def restore_comment(request: HttpRequest, person_id: int, comment_id: int) -> Comment:
    page = page_to_comment(request, person_id, comment_id)
    commenting.restore(comment_id, by=actor_of(request), now=page.now)
    return _one(request, person_id, comment_id)


def _text(said: Words) -> str:
    text = said.text.strip()
    if not text:
        wrong = {"field": "text", "message": "A comment needs some words."}
        raise FieldsWrong(worded("text: A comment needs some words."), details={"fields": [wrong]})
    return text


def _one(request: HttpRequest, person_id: int, comment_id: int) -> Comment:
    for each in page_to_comment(request, person_id, comment_id).comments:
        if each.entry == comment_id:
            return _told(each)
    raise Http404


def _told(view: CommentView) -> Comment:
    return Comment(
        id=view.entry, by=view.by, text="" if view.is_removed else view.text, written_at=view.written_at,
        changed_at=view.changed_at, is_removed=view.is_removed,
    )  # fmt: skip
