"""What the caller was told, and that they read it."""

from datetime import datetime
from typing import Annotated

from django.http import HttpRequest
from ninja import Field, Query, Router, Schema
from pydantic import AwareDatetime

from leadpact.base import cursor
from leadpact.base.wording import worded
from leadpact.team import actions, reads
from leadpact.web.api.access import Bearer
from leadpact.web.api.offers import Body
from leadpact.web.api.paging import Paged
from leadpact.web.api.refusals import FieldsWrong
from leadpact.web.shell.access import member_of, now_of

router = Router()


class Notice(Schema):
    id: int
    kind: str
    text: str
    url: str
    created_at: datetime
    is_read: bool


class NoticePage(Schema):
    items: list[Notice]
    next: str | None


class Marked(Schema):
    """How many were unread until now; with `read_at` all of them can be marked as not read again."""

    marked: int
    read_at: datetime


class Unmarked(Schema):
    """How many were read until now."""

    unmarked: int


class NoticesWanted(Paged):
    unread: bool = False


class Read(Body):
    """`notices` left out: all of them."""

    notices: Annotated[list[Annotated[int, Field(ge=1, le=10**18)]], Field(max_length=200)] | None = None


class Unread(Body):
    """One of both: these notices, or all that were marked as read at that very moment."""

    notices: Annotated[list[Annotated[int, Field(ge=1, le=10**18)]], Field(max_length=200)] | None = None
    read_at: AwareDatetime | None = None


@router.get("/notices", auth=Bearer("token.own"), response=NoticePage, summary="One's own notices, the newest first")
def notices(request: HttpRequest, wanted: Query[NoticesWanted]) -> NoticePage:
    before = int(cursor.decode(wanted.after, int)[0]) if wanted.after else None
    page = reads.notice_page(member_of(request).id, is_unread=wanted.unread, before=before, limit=wanted.limit)
    items = [
        Notice(
            id=each.id, kind=each.kind, text=each.text, url=each.url, created_at=each.created_at, is_read=each.is_read
        )
        for each in page.notices
    ]
    return NoticePage(items=items, next=None if page.next is None else cursor.encode(page.next))


@router.post("/notices/read", auth=Bearer("token.own"), response=Marked, summary="Mark notices as read")
def read_notices(request: HttpRequest, body: Read | None = None) -> Marked:
    """Of one's own; others are left as they are."""
    chosen = body.notices if body else None
    now = now_of(request)
    return Marked(marked=actions.mark_read(member_of(request).id, chosen, now=now), read_at=now)


@router.post("/notices/unread", auth=Bearer("token.own"), response=Unmarked, summary="Mark notices as not read")
def unread_notices(request: HttpRequest, said: Unread) -> Unmarked:
    """Of one's own; others are left as they are."""
    if (said.notices is None) is (said.read_at is None):
        wrong = {"field": "notices", "message": "Send either notices or read_at."}
        raise FieldsWrong(worded("notices: Send either notices or read_at."), details={"fields": [wrong]})
    member = member_of(request).id
    if said.read_at is not None:
        return Unmarked(unmarked=actions.mark_unread(member, read_at=said.read_at))
    return Unmarked(unmarked=sum(actions.mark_unread(member, notice_id=each) for each in said.notices or ()))
