"""The list of disputes, and the same as a spreadsheet."""

from collections.abc import Iterator
from datetime import datetime
from typing import Final
from zoneinfo import ZoneInfo

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from leadpact.handover import disputed
from leadpact.team.policy import Subject
from leadpact.web.disputes.said import lead_of, said_of
from leadpact.web.shell.access import check, members_of, needs, settings_of
from leadpact.web.shell.spreadsheet import csv_response

PAGE: Final = 50
AT_ONCE: Final = 500
LONG: Final = 19  # digits that no number of ours has
WHICH: Final = {"open": True, "answered": False, "all": None}


@require_GET
@needs("dispute.see")
def disputes(request: HttpRequest) -> HttpResponse:
    which, members = _which(request), members_of(request)
    found = disputed.disputes(is_open=WHICH[which], before=_before(request), limit=PAGE + 1)
    shown = said_of(found[:PAGE])
    context = {
        "which": which,
        "tabs": [("open", _("Waiting")), ("answered", _("Answered")), ("all", _("All"))],
        "rows": [(each, members.get(each.dispute.raised_by or 0), lead_of(each.dispute)) for each in shown],
        "waiting": disputed.open_disputes(limit=1),
        "following": str(found[PAGE - 1].id) if len(found) > PAGE else "",
    }
    return render(request, "disputes/list.html", context)


@require_GET
@needs("dispute.see")
def disputes_csv(request: HttpRequest) -> HttpResponseBase:
    check(request, "export.run", Subject("disputes"))
    head = [
        _("Dispute"), _("Hand-over"), _("Person"), _("Company"), _("Outcome"), _("Reason"), _("Decided"), _("Why"),
        _("Words"), _("Raised by"), _("Raised"), _("Due"), _("Answer"), _("Answer in words"), _("Answered by"),
        _("Answered"),
    ]  # fmt: skip
    return csv_response("disputes", head, _rows(request, is_open=WHICH[_which(request)]))


def _rows(request: HttpRequest, *, is_open: bool | None) -> Iterator[list[object]]:
    names = {number: member.name for number, member in members_of(request).items()}
    zone, before = settings_of(request).zone, None
    while found := disputed.disputes(is_open=is_open, before=before, limit=AT_ONCE):
        for said in said_of(found):
            each = said.dispute
            yield [
                each.id, each.number, each.name, each.company, said.outcome, said.reason, _local(each.decided_at, zone),
                said.contest, each.words, names.get(each.raised_by or 0, ""), _local(each.raised_at, zone),
                _local(each.due_at, zone), said.ruling, each.answer_words, names.get(each.answered_by or 0, ""),
                _local(each.answered_at, zone),
            ]  # fmt: skip
        before = found[-1].id


def _local(moment: datetime | None, zone: ZoneInfo) -> str:
    return moment.astimezone(zone).isoformat(sep=" ", timespec="minutes") if moment is not None else ""


def _which(request: HttpRequest) -> str:
    asked = request.GET.get("show", "open")
    return asked if asked in WHICH else "open"


def _before(request: HttpRequest) -> int | None:
    asked = request.GET.get("after", "")
    return int(asked) if asked.isdecimal() and len(asked) < LONG else None
