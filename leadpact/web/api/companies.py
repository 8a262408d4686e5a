"""Companies: the list, one with the leads there, and what may be changed of it."""

from datetime import datetime
from typing import Annotated

from django.http import HttpRequest
from ninja import Field, Query, Router, Schema

from leadpact.base.criteria import Scalar
from leadpact.people import actions as people
from leadpact.people import listing
from leadpact.people.types import CompanyFilter, CompanySort, CompanyView
from leadpact.team import policy
from leadpact.web.api import shapes
from leadpact.web.api.access import Bearer
from leadpact.web.api.found import company_of, one_of
from leadpact.web.api.offers import Body
from leadpact.web.api.paging import Paged
from leadpact.web.companies import reach
from leadpact.web.companies.page import CompanyRecord
from leadpact.web.companies.views import record_of, takers_of
from leadpact.web.shell.access import actor_of, check, member_of, now_of
from leadpact.worklist import reads as worklist
from leadpact.worklist.types import LeadFilter

router = Router()
MOST = 200

Number = Annotated[int, Field(ge=1, le=10**9)]
Text = Annotated[str, Field(max_length=300)]


class CompanyRow(Schema):
    id: int
    name: str
    domains: list[str]
    owner: int | None
    facts: dict[str, str | int | bool]
    created_at: datetime


class CompanyPage(Schema):
    items: list[CompanyRow]
    next: str | None


class Company(CompanyRow):
    """`leads`: those there that the caller may see, the highest score first, at most 200; the list has them all."""

    leads: list[shapes.LeadLine]


class CompaniesWanted(Paged):
    q: str = ""
    owner: Number | None = None
    sort: CompanySort = CompanySort.NAME


class Changed(Body):
    """What is left out stays; null or an empty text: not known any more.  A company keeps a name."""

    name: Annotated[str | None, Field(min_length=1, max_length=300)] = None
    industry: Text | None = None
    country: Text | None = None
    city: Text | None = None
    size: Annotated[int | None, Field(ge=0, le=10**9, description="People who work there.")] = None


class Owned(Body):
    owner: Annotated[int | None, Field(ge=1, le=10**9, description="Somebody who sells; null: nobody.")]


@router.get("/companies", auth=Bearer("company.see"), response=CompanyPage, summary="Companies, page by page")
def companies(request: HttpRequest, wanted: Query[CompaniesWanted]) -> CompanyPage:
    page = listing.page(
        CompanyFilter(search=wanted.q[:200], owner=wanted.owner), sort=wanted.sort, after=wanted.after or None,
        limit=wanted.limit, within=reach.visible_companies(member_of(request)),
    )  # fmt: skip
    return CompanyPage(items=[_row(each) for each in page.companies], next=page.next)


@router.get("/companies/{row:company_id}", auth=Bearer("company.see"), response=Company, summary="One company")
def company(request: HttpRequest, company_id: int) -> Company:
    found = company_of(request, company_id)
    member = member_of(request)
    there = worklist.lines(LeadFilter(company=found.id), limit=MOST, visible_owners=policy.visible_owners(member))
    leads = [shapes.lead_line(line, member) for line in there.lines]
    return Company(**_row(found).model_dump(), leads=leads)


@router.post(
    "/companies/{row:company_id}/change",
    auth=Bearer("company.edit"),
    response=CompanyRow,
    summary="Put right its name or what is known of it",
)
def change_company(request: HttpRequest, company_id: int, said: Changed) -> CompanyRow:
    _edited(request, company_id)
    changes: dict[str, Scalar | None] = {name: getattr(said, name) or None for name in said.model_fields_set}
    if changes.get("name", "kept") is None:
        changes.pop("name")
    by, now = actor_of(request), now_of(request)
    if changes:
        people.change_company(company_id, changes, happened_at=now, by=by, now=now)
    return _row(company_of(request, company_id))


@router.post(
    "/companies/{row:company_id}/owner",
    auth=Bearer("company.edit"),
    response=CompanyRow,
    summary="Say to whom its leads go",
)
def own_company(request: HttpRequest, company_id: int, said: Owned) -> CompanyRow:
    record = _edited(request, company_id)
    owner = None if said.owner is None else one_of(takers_of(record), said.owner).id
    people.set_company_owner(company_id, owner, by=actor_of(request), now=now_of(request))
    return _row(record_of(request, company_id).company)


def _edited(request: HttpRequest, company_id: int) -> CompanyRecord:
    record = record_of(request, company_id)
    check(request, "company.edit", record.subject)
    return record


def _row(view: CompanyView) -> CompanyRow:
    return CompanyRow(
        id=view.id, name=view.name, domains=list(view.domains), owner=view.owner, facts=dict(view.facts),
        created_at=view.created_at,
    )  # fmt: skip
