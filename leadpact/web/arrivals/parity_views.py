"""What came in against what became of it, hour by hour."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Final
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from leadpact.base import cursor
from leadpact.engagement import reads
from leadpact.engagement.types import Outcome, TurnedAway, Why
from leadpact.flow import parity
from leadpact.flow.parity import Hour
from leadpact.ledger.inbox import open_inbox
from leadpact.team.policy import Subject
from leadpact.web.arrivals.recorded_views import day_of, place_of
from leadpact.web.arrivals.words import AWAY, OUTCOMES, reason_of
from leadpact.web.shell.access import check, needs, now_of, settings_of
from leadpact.web.shell.spreadsheet import csv_response

DAYS: Final = (1, 7, 31)
ROWS: Final = 100


@dataclass(frozen=True)
class Cell:
    """One number, and where its rows are; "" where none are kept."""

    name: str | Promise
    count: int
    url: str = ""


@dataclass(frozen=True)
class Row:
    hour: Hour
    day: date  # in the company's zone
    source: str
    cells: Sequence[Cell]
    away: int


@dataclass(frozen=True)
class Asked:
    days: int
    source: int | None
    since: datetime
    until: datetime


@require_GET
@needs("arrival.see")
def arrivals(request: HttpRequest) -> HttpResponse:
    asked, names = _asked(request), reads.source_names()
    found, away = _found(asked)
    after = request.GET.get("after", "")
    begun = list(_after(found, after))
    shown, is_more = begun[:ROWS], len(begun) > ROWS
    sums = parity.together(found)
    context = {
        "rows": list(_rows(shown, names, away, settings_of(request).zone)),
        "next": cursor.encode(_moment(shown[-1].hour), shown[-1].source) if is_more else "",
        "sums": [(OUTCOMES[outcome], sums[outcome]) for outcome in Outcome],
        "received": sum(row.received for row in found),
        "waiting": sum(row.waiting for row in found),
        "away": sum(one.count for one in away),
        "away_reasons": _away_reasons(away),
        "dropped": _dropped(found),
        "difference": sums[None],
        "is_moving": any(row.is_moving for row in found),
        "asked": asked,
        "periods": [(days, _period_name(days), days == asked.days) for days in DAYS],
        "sources": sorted(names.items(), key=lambda each: each[1]),
        "columns": [OUTCOMES[outcome] for outcome in Outcome],
    }
    return render(request, "arrivals/parity.html", context)


@require_GET
@needs("arrival.see")
def arrivals_csv(request: HttpRequest) -> HttpResponseBase:
    """The whole period, also what the page shows on later pages."""
    check(request, "export.run", Subject("arrival"))
    asked, names = _asked(request), reads.source_names()
    found, away = _found(asked)
    turned = _by_place(away)
    head = (
        _("Hour (UTC)"), _("Source"), _("Received"), *(OUTCOMES[outcome] for outcome in Outcome), _("Waiting"),
        _("Difference"), _("Turned away"),
    )  # fmt: skip
    rows = (
        (
            row.hour.isoformat(), names.get(row.source, row.source), row.received,
            *(row.of(outcome) for outcome in Outcome), row.waiting, "" if row.is_moving else row.difference,
            turned.get((row.source, row.hour), 0),
        )
        for row in found
    )  # fmt: skip
    return csv_response("arrivals", [str(each) for each in head], rows)


@require_GET
@needs("arrival.see")
def visits(request: HttpRequest) -> HttpResponse:
    """The rows behind what was only counted: pages and campaigns of an hour."""
    names, (source, hour) = reads.source_names(), place_of(request)
    if source not in names:
        raise Http404
    counted = reads.visits_counted(source, hour)
    together = sum(n for _, _, n in counted)
    context = {
        "rows": counted, "source": names[source], "hour": hour, "day": day_of(request, hour), "sum": together,
    }  # fmt: skip
    return render(request, "arrivals/visits.html", context)


def _asked(request: HttpRequest) -> Asked:
    """The period ends with the hour that runs; a day begins at midnight in the company's zone."""
    said = request.GET.get("days", "")
    days = int(said) if said in {str(each) for each in DAYS} else DAYS[1]
    source = request.GET.get("source", "")
    now, zone = now_of(request), settings_of(request).zone
    first = now.astimezone(zone).date() - timedelta(days=days - 1)
    since = datetime.combine(first, time(), zone).astimezone(UTC)
    return Asked(
        days, int(source) if source.isdecimal() and len(source) < 18 else None, since, now + timedelta(hours=1)
    )


def _found(asked: Asked) -> tuple[list[Hour], list[TurnedAway]]:
    found = parity.hours(open_inbox(), since=asked.since, until=asked.until, source=asked.source)
    away = reads.turned_away(since=asked.since, source=asked.source)
    known = {(row.source, row.hour) for row in found}
    # An hour in which everything was turned away stands there too: the rows add up to the number above.
    found += [Hour(source, hour, 0, 0) for source, hour in {(one.source, one.hour) for one in away} - known]
    return sorted(found, key=lambda row: (-_moment(row.hour), row.source)), away


def _after(found: Sequence[Hour], after: str) -> Iterable[Hour]:
    if not after:
        return found
    moment, source = cursor.decode(after, int, int)
    return (row for row in found if (-_moment(row.hour), row.source) > (-int(moment), int(source)))


def _rows(shown: Iterable[Hour], names: dict[int, str], away: Sequence[TurnedAway], zone: ZoneInfo) -> Iterator[Row]:
    turned = _by_place(away)
    for row in shown:
        cells = [Cell(OUTCOMES[outcome], row.of(outcome), _rows_of(row, outcome)) for outcome in Outcome]
        day, name = row.hour.astimezone(zone).date(), names.get(row.source, str(row.source))
        yield Row(row, day, name, cells, turned.get((row.source, row.hour), 0))


def _rows_of(row: Hour, outcome: Outcome) -> str:
    """Return where the rows behind a number are; "" where none are kept one by one."""
    place = {"source": row.source, "hour": row.hour.isoformat()}
    if not row.of(outcome):
        return ""
    if outcome is Outcome.RECORDED:
        return f"{reverse('arrivals_recorded')}?{urlencode(place)}"
    if outcome is Outcome.COUNTED:
        return f"{reverse('arrivals_visits')}?{urlencode(place)}"
    if outcome in (Outcome.QUARANTINED, Outcome.CONFLICT):
        return f"{reverse('held')}?{urlencode({**place, 'outcome': outcome.value})}"
    if outcome is Outcome.DROPPED and (outcome, Why.DISCARDED) in row.endings:
        return f"{reverse('held')}?{urlencode({**place, 'state': 'discarded'})}"
    return ""


def _by_place(away: Iterable[TurnedAway]) -> dict[tuple[int, datetime], int]:
    found: dict[tuple[int, datetime], int] = {}
    for one in away:
        found[one.source, one.hour] = found.get((one.source, one.hour), 0) + one.count
    return found


def _away_reasons(away: Iterable[TurnedAway]) -> list[tuple[object, int]]:
    sums: dict[object, int] = {}
    for one in away:
        sums[AWAY[one.why]] = sums.get(AWAY[one.why], 0) + one.count
    return sorted(sums.items(), key=lambda each: -each[1])


def _dropped(found: Iterable[Hour]) -> list[tuple[object, int]]:
    """Return why events were not wanted or only counted, the most first."""
    sums: dict[Why, int] = {}
    for row in found:
        for (outcome, why), n in row.endings.items():
            if outcome in (Outcome.DROPPED, Outcome.COUNTED) and why is not None:
                sums[why] = sums.get(why, 0) + n
    return [(reason_of(why), n) for why, n in sorted(sums.items(), key=lambda each: (-each[1], each[0]))]


def _period_name(days: int) -> str:
    return _("Today") if days == 1 else _("{days} days").format(days=days)


def _moment(hour: datetime) -> int:
    return int(hour.timestamp())
