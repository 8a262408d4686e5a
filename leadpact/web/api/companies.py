"""Companies: the list, one with the leads there, and what may be changed of it."""

from datetime import datetime
from typing import Annotated, Literal

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest
from ninja import Field, Query, Router, Schema

from leadpact.base.criteria import Scalar
from leadpact.base.wording import worded
from leadpact.people import actions as people
from leadpact.people.types import CompanyView
from leadpact.team import policy
from leadpact.web.api import shapes
from leadpact.web.api.access import Bearer
from leadpact.web.api.found import company_of, one_of
from leadpact.web.api.offers import Body
from leadpact.web.api.paging import Paged
from leadpact.web.api.refusals import FieldsWrong
from leadpact.web.companies import reach
from leadpact.web.companies.filters import asked_of
from leadpact.web.companies.lists import Row, page_of, rows_of
from leadpact.web.companies.page import CompanyRecord
from leadpact.web.companies.views import record_of, takers_of
from leadpact.web.leads.reach import sees_everybody
from leadpact.web.shell.access import actor_of, check, member_of, now_of
from leadpact.worklist import reads as worklist
from leadpact.worklist.types import LeadFilter

router = Router()
MOST = 200

Text = Annotated[str, Field(max_length=300)]


class CompanyRow(Schema):
    id: int
    name: str
    domains: list[str]
    owner: int | None
    facts: dict[str, str | int | bool]
    created_at: datetime


class CompanyLine(CompanyRow):
    """A company as the list shows it; of leads and deals those that the caller may see.

    waiting      persons who wait for sales
    last_act_at  null too for those who may not see every story
    """

    persons: int
    waiting: int
    best_score: shapes.Figure
    last_act_at: datetime | None
    open_deals: int
    worth: list[shapes.Amount]


class CompanyPage(Schema):
    items: list[CompanyLine]
    next: str | None


class Company(CompanyRow):
    """`leads`: those there that the caller may see, the highest score first, at most 200; the list has them all."""

    leads: list[shapes.LeadLine]


class CompaniesWanted(Paged):
    """The filters of the page; ordered by score or last act, companies where nobody ever did anything are left out."""

    view: Literal["", "engaged", "deals", "customers", "mine"] = ""
    q: str = ""
    owner: Annotated[str, Field(pattern="^(|me|nobody|[0-9]{1,9})$")] = ""
    sort: Annotated[Literal["name", "newest", "score", "last_act"] | None, Field(description="Else the view's.")] = None


class NewCompany(Body):
    name: Annotated[str, Field(min_length=1, max_length=300)]


class DomainMarked(Body):
    """`is_shared`: many firms have it, as a mail provider's; new persons with it get no company by themselves."""

    domain: Annotated[str, Field(min_length=1, max_length=253, description="One of the company's.")]
    is_shared: bool


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
    member = member_of(request)
    asked = asked_of(request.GET, member)
    page = page_of(asked, member, reach.visible_companies(member), wanted.after or None, wanted.limit)
    return CompanyPage(items=[_line(each) for each in rows_of(page.companies, member, {})], next=page.next)


@router.post(
    "/companies", auth=Bearer("deal.edit"), response=CompanyRow, summary="Find a company by its name, or make it"
)
def add_company(request: HttpRequest, said: NewCompany) -> CompanyRow:
    """Not for partners: a name that is known already would tell who our customers are."""
    if not sees_everybody(member_of(request)):
        raise PermissionDenied
    made = people.find_or_create_company(said.name.strip(), by=actor_of(request), now=now_of(request))
    if made is None:
        wrong = {"field": "name", "message": "A company needs a name."}
        raise FieldsWrong(worded("name: A company needs a name."), details={"fields": [wrong]})
    return _row(company_of(request, made))


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


@router.post(
    "/companies/{row:company_id}/domains",
    auth=Bearer("company.edit"),
    response=CompanyRow,
    summary="Say whether a domain is shared by many firms",
)
def mark_domain(request: HttpRequest, company_id: int, said: DomainMarked) -> CompanyRow:
    record = _edited(request, company_id)
    if said.domain not in {each.name for each in record.domains}:
        wrong = {"field": "domain", "message": "It is no domain of this company."}
        raise FieldsWrong(worded("domain: It is no domain of this company."), details={"fields": [wrong]})
    by, now = actor_of(request), now_of(request)
    people.mark_domain_shared(said.domain, is_shared=said.is_shared, by=by, now=now)
    return _row(company_of(request, company_id))


def _edited(request: HttpRequest, company_id: int) -> CompanyRecord:
    record = record_of(request, company_id)
    check(request, "company.edit", record.subject)
    return record


def _line(row: Row) -> CompanyLine:
    amounts = [amount for each in row.amounts if (amount := shapes.amount_of(each)) is not None]
    return CompanyLine(
        **_row(row.company).model_dump(), persons=row.there.persons, waiting=row.there.waiting,
        best_score=shapes.points(row.there.best), last_act_at=row.there.last_act_at, open_deals=row.deals,
        worth=amounts,
    )  # fmt: skip


def _row(view: CompanyView) -> CompanyRow:
    return CompanyRow(
        id=view.id, name=view.name, domains=list(view.domains), owner=view.owner, facts=dict(view.facts),
        created_at=view.created_at,
    )  # fmt: skip
