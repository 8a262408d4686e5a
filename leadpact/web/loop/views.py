"""The page of the five numbers, a page for each report with its charts and rows, and its spreadsheet."""

from collections.abc import Iterable, Mapping

from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from leadpact.loop import reads
from leadpact.loop.catalogue import FIVE, REPORTS
from leadpact.team import policy
from leadpact.web.loop import pages
from leadpact.web.loop.asked import LABELS, asked_of
from leadpact.web.loop.pages import Reader
from leadpact.web.loop.rows import COLUMNS, plain, table_of
from leadpact.web.shell.access import check, member_of, needs, now_of, settings_of
from leadpact.web.shell.spreadsheet import csv_response

PAGE = 50


@require_GET
@needs("loop.see")
def loop(request: HttpRequest) -> HttpResponse:
    reader = _reader(request, FIVE)
    return render(request, "loop/page.html", _common(reader) | {"tab": "five"} | pages.five(reader, _notes(reader)))


@require_GET
@needs("loop.see")
def rows(request: HttpRequest, key: str) -> HttpResponse:
    """A report: its figure, its charts, and the rows that add up to it."""
    if key not in REPORTS:
        raise Http404
    reader = _reader(request, (key,))
    context = (
        _common(reader) | pages.report(reader, key) | pages.list_of(reader, key, request.GET.get("after", ""), PAGE)
    )
    return render(request, "loop/rows.html", context | {"key": key, "tab": pages.TABS.get(key, "")})


@require_GET
@needs("loop.see")
def rows_csv(request: HttpRequest, key: str) -> HttpResponseBase:
    check(request, "export.run", policy.Subject("report", owner=member_of(request).id))
    if key not in REPORTS:
        raise Http404
    reader = _reader(request, (key,))
    head = [str(column.label) for column in COLUMNS[key]]

    def lines() -> Iterable[list[object]]:
        asked, where = reader.asked, reads.narrowed(key, reader.asked.where)
        found = reads.every_row(key, asked.chosen.period, now=reader.now, visible_owners=reader.visible, where=where)
        for some in found:
            yield from plain(table_of(some, reader.member, reader.ours))

    return csv_response(key, head, lines())


def _reader(request: HttpRequest, keys: tuple[str, ...]) -> Reader:
    now, member, ours = now_of(request), member_of(request), settings_of(request)
    asked = asked_of(request.GET, keys, now=now, ours=ours)
    return Reader(member, policy.visible_owners(member), now, ours, asked)


def _common(reader: Reader) -> dict[str, object]:
    return {"asked": reader.asked, "chosen": reader.asked.chosen}


def _notes(reader: Reader) -> Mapping[str, str]:
    """Say of each number which filters of the page do not touch it."""
    notes = {}
    for key in FIVE:
        untouched = [str(LABELS[name]) for name in reader.asked.where if name not in REPORTS[key].narrowed]
        if untouched:
            notes[key] = _("Not by %(filters)s: a cost has none") % {"filters": ", ".join(untouched).lower()}
    return notes
