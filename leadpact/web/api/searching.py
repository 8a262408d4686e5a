"""The search of the top of every page."""

from typing import Annotated

from django.http import HttpRequest
from ninja import Field, Router, Schema

from leadpact.web.api.access import Bearer
from leadpact.web.search.finding import find
from leadpact.web.shell.access import member_of

router = Router()


class Hit(Schema):
    """`url`: the page of it."""

    label: str
    detail: str
    url: str


class Group(Schema):
    """Things of one kind: persons, companies, deals, campaigns, pages or actions."""

    key: str
    title: str
    hits: list[Hit]


class Found(Schema):
    groups: list[Group]


@router.get("/search", auth=Bearer("lead.see"), response=Found, summary="Find things by how they begin")
def search(request: HttpRequest, q: str = "", limit: Annotated[int, Field(ge=1, le=50)] = 12) -> Found:
    """At most `limit` of a kind; the lists find the others."""
    groups = find(member_of(request), q.replace("\x00", ""), each=limit)
    return Found(
        groups=[
            Group(
                key=group.key, title=group.title,
                hits=[Hit(label=hit.label, detail=hit.detail, url=hit.url) for hit in group.hits],
            )
            for group in groups
        ]
    )  # fmt: skip
