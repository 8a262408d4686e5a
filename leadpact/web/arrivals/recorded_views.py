"""The rows behind what was recorded of a source in an hour."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from leadpact.base import cursor
from leadpact.engagement import reads, recorded
from leadpact.engagement.recorded import AT_ONCE, Recorded
from leadpact.ledger.inbox import hour_of
from leadpact.people import reads as people
from leadpact.people.types import PersonView
from leadpact.team.policy import Subject
from leadpact.web.leads.story import Names, say
from leadpact.web.shell.access import check, needs, settings_of
from leadpact.web.shell.spreadsheet import csv_response

ROWS: Final = 100
FIRST, LAST = 1990, 9000  # years of an hour


@dataclass(frozen=True)
class Hour:
    source: int
    name: str
    hour: datetime
    recorded: int

    def page(self, after: str, *, limit: int) -> tuple[list[Recorded], str]:
        """Return the entries after a place, and the place of the next page; "" where there is none."""
        part, last, shown = (int(each) for each in cursor.decode(after, int, int, int)) if after else (0, 0, 0)
        left = self.recorded - shown
        found = recorded.recorded(self.source, self.hour, expected=left, after=(part, last), limit=limit)
        is_more = len(found) == limit < left
        return found, cursor.encode(*found[-1].place, shown + len(found)) if is_more else ""


@dataclass(frozen=True)
class Row:
    recorded: Recorded
    says: SafeString
    person: PersonView | None


def hour_asked(source: int, hour: datetime) -> Hour:
    """Return what was recorded of a source in an hour; raises `Http404` for a source that is none."""
    names = reads.source_names()
    if source not in names:
        raise Http404
    return Hour(source, names[source], hour, recorded.count(source, hour))


def place_of(request: HttpRequest) -> tuple[int, datetime]:
    """Return the source and the hour of an address; raises `Http404`."""
    try:
        source, hour = int(request.GET["source"]), datetime.fromisoformat(request.GET["hour"])
    except (KeyError, ValueError) as error:
        raise Http404 from error
    if hour.tzinfo is None or not FIRST <= hour.year <= LAST or not 0 < source < 2**63:
        raise Http404
    return source, hour_of(hour)


def day_of(request: HttpRequest, hour: datetime) -> date:
    """Return the day an hour lies in, in the company's zone."""
    return hour.astimezone(settings_of(request).zone).date()


@require_GET
@needs("arrival.see")
def recorded_list(request: HttpRequest) -> HttpResponse:
    asked = hour_asked(*place_of(request))
    found, following = asked.page(request.GET.get("after", ""), limit=ROWS)
    context = {"rows": list(_rows(found)), "asked": asked, "next": following, "day": day_of(request, asked.hour)}
    return render(request, "arrivals/recorded.html", context)


@require_GET
@needs("arrival.see")
def recorded_csv(request: HttpRequest) -> HttpResponseBase:
    check(request, "export.run", Subject("arrival"))
    asked = hour_asked(*place_of(request))
    head = [_("Came in (UTC)"), _("Happened (UTC)"), _("Recorded (UTC)"), _("Entry"), _("Kind"), _("Person")]
    return csv_response("recorded", head, _lines(asked))


def _lines(asked: Hour) -> Iterator[tuple[object, ...]]:
    """Yield all of the hour, some at a time: memory stays flat."""
    after = ""
    while True:
        found, after = asked.page(after, limit=AT_ONCE)
        owners = owners_of(found)
        for row in found:
            times = (row.received_at, row.entry.happened_at, row.entry.recorded_at)
            owner = owners.get(row.entry.identity or 0, "")
            yield (*(at.isoformat() for at in times), row.entry.id, row.entry.kind, owner)
        if not after:
            return


def owners_of(found: Collection[Recorded]) -> dict[int, int]:
    """Return whose the identities are that entries hang on."""
    return people.persons_of_identities({row.entry.identity for row in found if row.entry.identity is not None})


def _rows(found: Collection[Recorded]) -> Iterator[Row]:
    owners, names = owners_of(found), Names({}, {}, {})
    persons = people.persons(set(owners.values()))
    for row in found:
        person = persons.get(owners.get(row.entry.identity or 0, 0))
        yield Row(row, say(row.entry, names), person)
