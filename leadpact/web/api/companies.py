"""Companies and the leads there."""

from datetime import datetime

from django.http import HttpRequest
from ninja import Router, Schema

from leadpact.team import policy
from leadpact.web.api import shapes
from leadpact.web.api.access import Bearer
from leadpact.web.api.found import company_of
from leadpact.web.shell.access import member_of
from leadpact.worklist import reads as worklist
from leadpact.worklist.types import LeadFilter

router = Router()
MOST = 200


class Company(Schema):
    """`leads`: those there that the caller may see, the highest score first, at most 200; the list has them all."""

    id: int
    name: str
    domains: list[str]
    owner: int | None
    facts: dict[str, str | int | bool]
    created_at: datetime
    leads: list[shapes.LeadLine]


@router.get("/companies/{row:company_id}", auth=Bearer("company.see"), response=Company, summary="One company")
def company(request: HttpRequest, company_id: int) -> Company:
    found = company_of(request, company_id)
    member = member_of(request)
    there = worklist.lines(LeadFilter(company=found.id), limit=MOST, visible_owners=policy.visible_owners(member))
    return Company(
        id=found.id, name=found.name, domains=list(found.domains), owner=found.owner, facts=dict(found.facts),
        created_at=found.created_at,
        leads=[shapes.lead_line(line, member) for line in there.lines],
    )  # fmt: skip
