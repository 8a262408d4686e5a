"""Why an entry was written."""

from datetime import datetime

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest
from ninja import Router, Schema

from leadpact.flow import explaining
from leadpact.handover import reads as handover
from leadpact.ledger import reads as ledger
from leadpact.ledger.types import StoredEntry
from leadpact.people import reads as people
from leadpact.web.api import shapes
from leadpact.web.api.access import Bearer
from leadpact.web.leads.page import subject_of
from leadpact.web.shell.access import check, now_of
from leadpact.web.shell.performance import discretion_of, reasons_of

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
    told, discretion = explaining.explain(_entry(request, entry_id)), discretion_of(request)
    return Explanation(
        entry=shapes.entry(told.entry),
        chain=[shapes.entry(each) for each in told.chain if not discretion.hides_entry(each)],
        reasons=[_reason(each) for each in reasons_of(told, discretion, now_of(request))],
    )


def _entry(request: HttpRequest, entry_id: int) -> StoredEntry:
    """An entry about nobody, or about somebody whose story whoever asks may see."""
    found = ledger.entry(entry_id)
    if found is None:
        raise Http404
    person = explaining.person_of(found)
    if person is not None:
        subject = subject_of(people.person(person), handover.pursuit_of(person))
        check(request, "timeline.see", subject, hidden=True)
    if discretion_of(request).hides_entry(found):
        raise PermissionDenied
    return found


def _reason(each: explaining.Reason) -> Because:
    return Because(
        kind=each.kind, says=each.says, points=None if each.points is None else shapes.points(each.points),
        seconds=each.seconds, entry=each.entry, since=each.since, until=each.until,
    )  # fmt: skip
