"""Why an entry was written."""

from datetime import datetime

from django.http import HttpRequest
from ninja import Router, Schema

from leadpact.flow import explaining
from leadpact.web.api import shapes
from leadpact.web.api.access import Bearer
from leadpact.web.leads.explained import explained

router = Router()


class Because(Schema):
    """`kind`: score (`points` add up to it), routing, or deadline (`seconds` of working time)."""

    kind: str
    says: str
    points: shapes.Figure | None
    seconds: int | None
    entry: int | None
    since: datetime | None
    until: datetime | None


class Explanation(Schema):
    """`chain`: what caused the entry, what caused that, and so on."""

    entry: shapes.Entry
    chain: list[shapes.Entry]
    reasons: list[Because]


@router.get(
    "/explain/{row:entry_id}", auth=Bearer("ledger.see"), response=Explanation, summary="Why this entry was written"
)
def explain(request: HttpRequest, entry_id: int) -> Explanation:
    told = explained(request, entry_id)
    return Explanation(
        entry=shapes.entry(told.entry),
        chain=[shapes.entry(each) for each in told.chain],
        reasons=[_reason(each) for each in told.reasons],
    )


def _reason(each: explaining.Reason) -> Because:
    return Because(
        kind=each.kind, says=each.says, points=None if each.points is None else shapes.points(each.points),
        seconds=each.seconds, entry=each.entry, since=each.since, until=each.until,
    )  # fmt: skip
