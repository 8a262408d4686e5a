"""One campaign: what it cost and brought so far, its leads, its costs, and what belongs to it."""

from collections.abc import Mapping
from dataclasses import dataclass

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET

from leadpact.base.money import Money
from leadpact.capture import papers, reads
from leadpact.capture.errors import UnknownCampaign
from leadpact.capture.types import CampaignView
from leadpact.handover.types import Stage
from leadpact.loop import campaigns as figures
from leadpact.loop.campaigns import CampaignLine
from leadpact.loop.reads import period_of
from leadpact.nurture import reads as mails
from leadpact.web.campaigns.forms import CostForm
from leadpact.web.campaigns.lists import how_counted, say_ripening
from leadpact.web.campaigns.money import say_about, say_sums
from leadpact.web.leads.strip import STAGE_NAMES
from leadpact.web.mailing.words import STATES
from leadpact.web.shell.access import needs, now_of, settings_of

LEADS, COSTS, MAILS = 10, 12, 5
# How far its leads came: label, what the rows are, colour.
STEPS: tuple[tuple[str, str | Promise, str], ...] = (
    ("leads", _("Leads"), "ink"),
    ("ready", _("Ready for sales"), "both"),
    ("accepted", _("Accepted by sales"), "sales"),
    ("deals", _("Deals"), "sales"),
    ("won", _("Won"), "both"),
)


@dataclass(frozen=True)
class Bar:
    what: str
    label: str | Promise
    side: str
    count: int
    width: str  # per cent, never with a decimal comma


@dataclass(frozen=True)
class LeadLine:
    row: Mapping[str, object]
    stage: str


@require_GET
@needs("campaign.see")
def campaign(request: HttpRequest, campaign_id: int) -> HttpResponse:
    view, now = campaign_of(campaign_id), now_of(request)
    ours, ripening = settings_of(request), figures.ripening_at(now)
    ever, today = period_of("all", now=now, ours=ours), now.astimezone(ours.zone).date()
    sums, costs, has_more_costs = reads.costs_and_sums(view.id, since=ever.first_day, until=ever.day_after, limit=COSTS)
    line = figures.line_of(view, ever, now=now, ripening=ripening, costs=sums)
    leads = figures.leads(view.id, ever, limit=LEADS)
    written, _more = mails.mailings(campaign=view.id, limit=MAILS)
    context = {
        "campaign": view,
        "line": line,
        "cost": say_about(line.costs),
        "value": say_about(line.value),
        "a_lead": _each(line.costs, line.leads),
        "a_win": _each(line.costs, line.won),
        "ripe_words": say_ripening(ripening),
        "definition": how_counted(ripening),
        "bars": bars_of(line),
        "leads": [LeadLine(row, _stage(str(row["stage"]))) for row in leads.rows],
        "more_leads": leads.next is not None,
        "costs": [(each, say_sums([each.amount])) for each in costs],
        "more_costs": has_more_costs,
        "cost_form": CostForm(initial={"on": today, "currency": ours.currency}),
        "papers": papers.papers(campaign=view.id),
        "mails": [(each, STATES[each.state]) for each in written],
        "is_running": (view.starts_on or today) <= today <= (view.ends_on or today),
    }
    return render(request, "campaigns/campaign.html", context)


def campaign_of(number: int) -> CampaignView:
    try:
        return reads.campaign(number)
    except UnknownCampaign:
        raise Http404 from None


def bars_of(line: CampaignLine) -> list[Bar]:
    counts = {"leads": line.leads, "ready": line.ready, "accepted": line.accepted, "deals": line.deals, "won": line.won}
    most = max(1, *counts.values())
    return [Bar(what, label, side, counts[what], _width(counts[what], most)) for what, label, side in STEPS]


def _width(count: int, most: int) -> str:
    return f"{count * 1000 // most / 10:g}"


def _each(costs: tuple[Money, ...], n: int) -> str:
    """What one of them cost; only where there is one currency, and something to divide by."""
    if len(costs) != 1 or not n:
        return ""
    return say_about([Money(round(costs[0].minor / n), costs[0].currency)])


def _stage(name: str) -> str:
    return str(STAGE_NAMES[Stage(name)]) if name in set(Stage) else name
