"""The page of the five numbers, and the rows behind each."""

from urllib.parse import urlencode

from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET

from leadpact.handover.types import Stage
from leadpact.loop import reads, running
from leadpact.loop.types import Answer, Number, Unit
from leadpact.team import policy
from leadpact.web.leads.strip import STAGE_NAMES
from leadpact.web.loop.cards import TITLES, cards_of, funnel_of, say
from leadpact.web.loop.periods import Chosen, chosen_of
from leadpact.web.loop.rows import Table, plain
from leadpact.web.shell.access import check, member_of, needs, now_of
from leadpact.web.shell.spreadsheet import csv_response

PAGE = 100
COHORTS = 12
OTHER_TITLES = {
    "lead_conversion": gettext_lazy("Leads that led to a deal"),
    "campaign_cohorts": gettext_lazy("What became of each campaign's leads"),
    "campaign_won": gettext_lazy("What each campaign's leads bought"),
    "funnel": gettext_lazy("How far leads came"),
}


@require_GET
@needs("loop.see")
def loop(request: HttpRequest) -> HttpResponse:
    now, visible = now_of(request), policy.visible_owners(member_of(request))
    chosen = chosen_of(request.GET.get("period", ""), now)
    before = reads.five(chosen.before, now=now, visible_owners=visible) if chosen.before else []
    cohorts = reads.rows("campaign_cohorts", chosen.period, now=now, visible_owners=visible)
    largest = sorted(cohorts.rows, key=lambda row: -int(str(row["value"] or 0)))[:COHORTS]
    conversion = reads.number("lead_conversion", chosen.period, now=now, visible_owners=visible)
    context = {
        "chosen": chosen,
        "cards": cards_of(reads.five(chosen.period, now=now, visible_owners=visible), before, chosen),
        "funnel": funnel_of(reads.funnel(chosen.period, now=now, visible_owners=visible), chosen),
        "funnel_definition": running.query("funnel").counts,
        "cohorts": Table(cohorts, largest, member_of(request)),
        "cohorts_left": len(cohorts.rows) - len(largest),
        "conversion": conversion,
        "conversion_figure": say(conversion),
    }
    return render(request, "loop/page.html", context)


@require_GET
@needs("loop.see")
def rows(request: HttpRequest, key: str) -> HttpResponse:
    """The rows behind a number, whose values add up to it."""
    chosen, answer = _asked(request, key)
    now, visible = now_of(request), policy.visible_owners(member_of(request))
    first = _place(request.GET.get("after", ""))
    following = first + PAGE
    stage = request.GET.get("stage", "") if key == "funnel" else ""
    number = None if key == "funnel" else reads.number(key, chosen.period, now=now, visible_owners=visible)
    context = {
        "key": key,
        "title": _title(key),
        "stage_value": stage,
        "stage": str(STAGE_NAMES[Stage(stage)]) if stage in set(Stage) else stage,
        "chosen": chosen,
        "answer": answer,
        "number": number,
        "figure": say(number) if number else f"{len(answer.rows):,}",
        "total": _total(answer, number),
        "table": Table(answer, answer.rows[first:following], member_of(request)),
        "next": str(following) if following < len(answer.rows) else "",
        "csv": f"?{urlencode({name: value for name, value in (('period', chosen.name), ('stage', stage)) if value})}",
    }
    return render(request, "loop/rows.html", context)


@require_GET
@needs("loop.see")
def rows_csv(request: HttpRequest, key: str) -> HttpResponseBase:
    check(request, "export.run", policy.Subject("report", owner=member_of(request).id))
    _chosen, answer = _asked(request, key)
    table = Table(answer, answer.rows, member_of(request))
    head = [str(column.label) for column in table.columns]
    return csv_response(key, head, plain(table))


def _asked(request: HttpRequest, key: str) -> tuple[Chosen, Answer]:
    if key not in reads.REPORTS:
        raise Http404
    chosen = chosen_of(request.GET.get("period", ""), now_of(request))
    stage = request.GET.get("stage", "")
    where = {"stage": stage} if key == "funnel" and stage else None
    visible = policy.visible_owners(member_of(request))
    return chosen, reads.rows(key, chosen.period, now=now_of(request), visible_owners=visible, where=where)


def _title(key: str) -> str:
    return str(TITLES.get(key) or OTHER_TITLES[key])


def _place(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 8 else 0


def _total(answer: Answer, number: Number | None) -> str:
    """What the values of the rows add up to, as the foot of the table says it."""
    added = sum(int(str(row["value"] or 0)) for row in answer.rows)
    if answer.unit is Unit.MONEY and number is not None:
        return say(number)
    if answer.unit is Unit.SHARE:
        return _("%(added)s of %(all)s") % {"added": added, "all": len(answer.rows)}
    return f"{added:,}"
