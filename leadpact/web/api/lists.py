"""Saved views of the list of leads: kept, changed, shared, dropped; and how its owner wants the list."""

from datetime import datetime
from typing import Annotated, Literal

from django.http import Http404, HttpRequest, QueryDict
from ninja import Field, Query, Router, Schema

from leadpact.team import policy
from leadpact.team.types import Member
from leadpact.web.api.access import Bearer
from leadpact.web.api.offers import Body
from leadpact.web.api.paging import Paged, some_of
from leadpact.web.leads.columns import KEYS, USUAL, known
from leadpact.web.leads.filters import kept_query
from leadpact.web.leads.reach import sees_everybody
from leadpact.web.shell.access import actor_of, member_of, now_of
from leadpact.worklist import keeping
from leadpact.worklist.errors import UnknownView
from leadpact.worklist.types import KeptView

router = Router()

Column = Literal[
    "company", "score", "stage", "due", "owner", "type", "touch", "campaign", "email", "cools", "last"
]  # fmt: skip
Columns = Annotated[list[Column], Field(max_length=len(KEYS), description="Empty: the usual ones.")]
Name = Annotated[str, Field(min_length=1, max_length=keeping.LONGEST_NAME)]
Filters = Annotated[
    str, Field(max_length=keeping.LONGEST_QUERY, description="As the list's address has them: stage=ready&owner=me.")
]  # fmt: skip


class SavedView(Schema):
    """`query`: filters and order, as the address of the list writes them; `opens`: the caller's list begins with it."""

    id: int
    name: str
    owner: int
    query: str
    columns: list[str]
    is_shared: bool
    opens: bool
    changed_at: datetime


class SavedViewPage(Schema):
    items: list[SavedView]
    next: str | None


class NewView(Body):
    name: Name
    query: Filters = ""
    columns: Columns = []
    is_shared: bool = False


class ViewChange(Body):
    """What is left out stays."""

    name: Name | None = None
    query: Filters | None = None
    columns: Columns | None = None
    is_shared: bool | None = None


class Opens(Body):
    opens: Annotated[bool, Field(description="False: the list opens with all leads.")] = True


class ChosenColumns(Body):
    columns: Columns


class Dropped(Schema):
    id: int


class ListColumns(Schema):
    columns: list[str]


@router.get("/views", auth=Bearer("lead.see"), response=SavedViewPage, summary="Saved views of the list of leads")
def views(request: HttpRequest, wanted: Query[Paged]) -> SavedViewPage:
    """One's own, and for everybody inside the shared ones."""
    member = member_of(request)
    kept = keeping.kept_for(member.id, is_one_of_us=sees_everybody(member))
    page = some_of(kept.views, lambda each: (each.id,), int, asked=wanted)
    return SavedViewPage(items=[_told(each, kept.opens_with) for each in page.items], next=page.next)


@router.post("/views", auth=Bearer("lead.see"), response=SavedView, summary="Keep a view")
def add_view(request: HttpRequest, said: NewView) -> SavedView:
    """A partner's are their own: sharing them is left out."""
    shared = said.is_shared and sees_everybody(member_of(request))
    view = keeping.keep(
        said.name, kept_query(QueryDict(said.query)), columns=known(said.columns), is_shared=shared,
        by=actor_of(request), now=now_of(request),
    )  # fmt: skip
    return _shown(request, view)


@router.post("/views/{row:view_id}/change", auth=Bearer("lead.see"), response=SavedView, summary="Change a view")
def change_view(request: HttpRequest, view_id: int, said: ViewChange) -> SavedView:
    """Rename or share it, or let it show something else: by its owner, or whoever runs Leadpact."""
    member, view = member_of(request), _view(request, view_id)
    view = keeping.change(
        view, name=said.name, query=None if said.query is None else kept_query(QueryDict(said.query)),
        columns=None if said.columns is None else known(said.columns),
        is_shared=None if said.is_shared is None else said.is_shared and sees_everybody(member),
        keeps_house=_keeps_house(member), by=actor_of(request), now=now_of(request),
    )  # fmt: skip
    return _shown(request, view)


@router.post("/views/{row:view_id}/drop", auth=Bearer("lead.see"), response=Dropped, summary="Keep a view no longer")
def drop_view(request: HttpRequest, view_id: int) -> Dropped:
    view = _view(request, view_id)
    keeping.drop(view, keeps_house=_keeps_house(member_of(request)), by=actor_of(request))
    return Dropped(id=view.id)


@router.post(
    "/views/{row:view_id}/open-with", auth=Bearer("lead.see"), response=SavedView, summary="Begin one's list with it"
)
def open_with_view(request: HttpRequest, view_id: int, body: Opens | None = None) -> SavedView:
    view = _view(request, view_id)
    keeping.open_with(view if body is None or body.opens else None, by=actor_of(request))
    return _shown(request, view)


@router.post("/leads/columns", auth=Bearer("lead.see"), response=ListColumns, summary="Choose one's columns")
def choose_columns(request: HttpRequest, said: ChosenColumns) -> ListColumns:
    keys = known(said.columns)
    keeping.choose_columns(() if keys == USUAL else keys, by=actor_of(request))
    return ListColumns(columns=list(keys or USUAL))


def _view(request: HttpRequest, view_id: int) -> KeptView:
    member = member_of(request)
    try:
        return keeping.kept_view(view_id, member.id, is_one_of_us=sees_everybody(member))
    except UnknownView:
        raise Http404 from None


def _shown(request: HttpRequest, view: KeptView) -> SavedView:
    member = member_of(request)
    return _told(view, keeping.kept_for(member.id, is_one_of_us=sees_everybody(member)).opens_with)


def _told(view: KeptView, opens_with: int | None) -> SavedView:
    return SavedView(
        id=view.id, name=view.name, owner=view.owner, query=view.query, columns=list(view.columns),
        is_shared=view.is_shared, opens=view.id == opens_with, changed_at=view.changed_at,
    )  # fmt: skip


def _keeps_house(member: Member) -> bool:
    return policy.may(member, "settings.edit")
