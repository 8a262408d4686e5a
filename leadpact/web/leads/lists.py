"""The list of leads: ready-made views, filters in the address, pages by key, the same as a spreadsheet."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_POST

from leadpact.flow import following
from leadpact.handover import reads as handover
from leadpact.team import policy
from leadpact.team import reads as team
from leadpact.team.types import Member, Side
from leadpact.web.leads.filters import asked_of, chips_of, tabs_of
from leadpact.web.leads.page import subject_of_pursuit
from leadpact.web.leads.reach import line_for
from leadpact.web.leads.strip import SIDES, STAGE_NAMES
from leadpact.web.shell.access import actor_of, check, member_of, needs, now_of, settings_of
from leadpact.web.shell.spreadsheet import csv_response
from leadpact.web.shell.thresholds import say_points
from leadpact.worklist import reads as worklist
from leadpact.worklist.types import Line

PAGE = 50


@dataclass(frozen=True)
class Row:
    """A line as the table shows it."""

    line: Line
    stage: str
    side: str
    owner: Member | None


@require_GET
@needs("lead.see")
def leads(request: HttpRequest) -> HttpResponse:
    member, now = member_of(request), now_of(request)
    asked = asked_of(request.GET, member, now)
    visible = policy.visible_owners(member)
    page = worklist.lines(
        asked.wanted, sort=asked.sort, after=request.GET.get("after"), limit=PAGE, visible_owners=visible
    )
    members = {each.id: each for each in team.users()}
    total = worklist.count(asked.wanted, visible_owners=visible)
    context = {
        "asked": asked,
        "rows": [_row(line_for(line, member), members) for line in page.lines],
        "next": page.next or "",
        "total": total,
        "shown": _shown(len(page.lines), total),
        "tabs": tabs_of(asked),
        "chips": chips_of(asked, members, request.GET),
        "filters": _filters(members, member),
        "takers": [each for each in members.values() if each.is_active and each.side in (Side.SALES, Side.PARTNER)],
    }
    return render(request, "leads/list.html", context)


@require_GET
@needs("export.run")
def leads_csv(request: HttpRequest) -> HttpResponseBase:
    """The whole list that the page shows the beginning of; only what whoever asks may see."""
    member, now = member_of(request), now_of(request)
    asked = asked_of(request.GET, member, now)
    names = {each.id: each.name for each in team.users()}
    found = worklist.every(asked.wanted, sort=asked.sort, visible_owners=policy.visible_owners(member))
    lines = (line_for(line, member) for line in found)
    head = (
        _("Name"), _("E-mail"), _("Company"), _("Stage"), _("Score"), _("7 days ago"), _("Owner"), _("Due"),
        _("What is due"), _("Last act"), _("Last act at"), _("Type"),
    )  # fmt: skip
    return csv_response("leads", head, _cells(lines, names, request))


def _cells(lines: Iterator[Line], names: dict[int, str], request: HttpRequest) -> Iterator[tuple[object, ...]]:
    zone = settings_of(request).zone

    def local(moment: datetime | None) -> str:
        return moment.astimezone(zone).isoformat(sep=" ", timespec="minutes") if moment else ""

    for line in lines:
        last_act = ": ".join(part for part in (line.last_act, line.last_act_detail) if part)
        yield (
            line.name, line.email, line.company_name, STAGE_NAMES[line.stage], _number(line.score),
            _number(line.score_week_ago), names.get(line.owner or 0, ""), local(line.due_at), line.due_what,
            last_act, local(line.last_act_at), line.type,
        )  # fmt: skip


def _number(milli: int) -> object:
    """Whole points as a number that a spreadsheet can add up."""
    return milli // 1000 if milli % 1000 == 0 else say_points(milli)


@require_POST
@needs("lead.assign")
def hand_on(request: HttpRequest) -> HttpResponse:
    """Give the selected leads to a colleague; those that nobody works yet are left where they are."""
    to_user = request.POST.get("to", "")
    given = left = 0
    for person in dict.fromkeys(each for each in request.POST.getlist("lead") if each.isdigit()):
        pursuit = handover.active_of_person(int(person))
        if pursuit is None or not to_user.isdigit():
            left += 1
            continue
        check(request, "lead.assign", subject_of_pursuit(pursuit))
        following.hand_on(pursuit.id, int(to_user), by=actor_of(request), now=now_of(request))
        given += 1
    if given:
        messages.success(request, ngettext("%(n)s lead handed on.", "%(n)s leads handed on.", given) % {"n": given})
    if left:
        said = ngettext("%(n)s lead is with nobody yet.", "%(n)s leads are with nobody yet.", left) % {"n": left}
        messages.warning(request, said)
    query = request.POST.get("query", "")
    return HttpResponseRedirect(f"/leads/?{query}" if query else "/leads/")


def _row(line: Line, members: dict[int, Member]) -> Row:
    return Row(line, str(STAGE_NAMES[line.stage]), SIDES.get(line.stage, ""), members.get(line.owner or 0))


def _shown(here: int, total: int) -> str:
    return ngettext("%(here)s of %(total)s lead", "%(here)s of %(total)s leads", total) % {"here": here, "total": total}


def _filters(members: dict[int, Member], member: Member) -> dict[str, object]:
    """What the form of filters offers; a partner has nobody else's leads to choose from."""
    sees_all = policy.visible_owners(member) is None
    return {
        "stages": [(stage.value, str(name)) for stage, name in STAGE_NAMES.items()],
        "owners": [each for each in members.values() if each.is_active] if sees_all else [],
    }
