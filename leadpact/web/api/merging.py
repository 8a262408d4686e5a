"""Two records of one person made one, and taken apart again."""

from typing import Annotated

from django.http import HttpRequest
from ninja import Field

from leadpact.flow import merging
from leadpact.web.api.access import Bearer
from leadpact.web.api.leads import Lead
from leadpact.web.api.leads import lead as one_lead
from leadpact.web.api.leads import router as router
from leadpact.web.api.offers import Body
from leadpact.web.leads.views import page_of
from leadpact.web.shell.access import actor_of, check, now_of


class Other(Body):
    other: Annotated[int, Field(ge=1, le=10**18, description="Whose record goes into this one.")]


@router.post("/leads/{row:person_id}/merge", auth=Bearer("lead.edit"), response=Lead, summary="Make one of two records")
def merge_leads(request: HttpRequest, person_id: int, said: Other) -> Lead:
    """This one stays; nothing is lost, and no clock begins by it."""
    kept, other = page_of(request, person_id), page_of(request, said.other)
    for page in (kept, other):
        check(request, "lead.edit", page.subject)
    merging.merge(kept.person.id, other.person.id, by=actor_of(request), now=now_of(request))
    return one_lead(request, kept.person.id)


@router.post(
    "/leads/{row:person_id}/unmerge", auth=Bearer("lead.edit"), response=Lead, summary="Take a record apart again"
)
def unmerge_leads(request: HttpRequest, person_id: int) -> Lead:
    """By the number of the record that went into another; answers with that other one."""
    page = page_of(request, person_id)
    check(request, "lead.edit", page.subject)
    return one_lead(request, merging.unmerge(person_id, by=actor_of(request), now=now_of(request)))
