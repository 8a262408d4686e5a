"""The list of campaigns: what each cost and brought, and how far its outcomes are known."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_GET

from leadpact.base.text import fold
from leadpact.loop import campaigns as figures
from leadpact.loop.campaigns import CampaignLine, Overview, Ripening
from leadpact.team import policy
from leadpact.web.campaigns.money import currencies, plain_sums, say_about
from leadpact.web.loop.periods import chosen_of
from leadpact.web.shell.access import check, member_of, needs, now_of, settings_of
from leadpact.web.shell.spreadsheet import csv_response

PAGE = 50
SORTS: Mapping[str, str | Promise] = {
    "cost": gettext_lazy("Cost"),
    "leads": gettext_lazy("Leads"),
    "ready": gettext_lazy("Ready"),
    "won": gettext_lazy("Won"),
    "value": gettext_lazy("Value won"),
    "ripe": gettext_lazy("Ripe"),
    "name": gettext_lazy("Campaign"),
}


@dataclass(frozen=True)
class Row:
    """A campaign as the table shows it; `number` 0: what no campaign brought."""

    line: CampaignLine
    cost: str
    value: str

    @property
    def number(self) -> int:
        return self.line.campaign.id if self.line.campaign else 0


@dataclass(frozen=True)
class Head:
    """A column that the list can be sorted by."""

    key: str
    label: str | Promise
    is_current: bool


@require_GET
@needs("campaign.see")
def campaigns(request: HttpRequest) -> HttpResponse:
    now = now_of(request)
    kept = {name: said for name in ("sort", "q") if (said := request.GET.get(name, ""))}
    chosen = chosen_of(request.GET.get("period", ""), now, settings_of(request), kept)
    found = figures.overview(chosen.period, now=now)
    sort = sort_of(request)
    lines = ordered(found, sort, request.GET.get("q", ""))
    first = _place(request.GET.get("after", ""))
    following = first + PAGE
    context = {
        "chosen": chosen,
        "rows": [_row(line) for line in lines[first:following]],
        "total": len(lines),
        "together": _row(found.together),
        "ripening": found.ripening,
        "ripeness_words": say_ripening(found.ripening),
        "next": str(following) if following < len(lines) else "",
        "heads": {key: Head(key, label, key == sort) for key, label in SORTS.items()},
        "sort": sort,
        "q": request.GET.get("q", ""),
        "definition": how_counted(found.ripening),
    }
    return render(request, "campaigns/list.html", context)


@require_GET
@needs("campaign.see")
def campaigns_csv(request: HttpRequest) -> HttpResponseBase:
    check(request, "export.run", policy.Subject("report", owner=member_of(request).id))
    now = now_of(request)
    chosen = chosen_of(request.GET.get("period", ""), now, settings_of(request))
    found = figures.overview(chosen.period, now=now)

    def rows() -> Iterator[tuple[object, ...]]:
        for line in ordered(found, sort_of(request), request.GET.get("q", "")):
            view = line.campaign
            yield (
                view.name if view else _("No campaign"), view.channel if view else "",
                plain_sums(line.costs), currencies(line.costs), line.leads, line.pursuits, line.ready, line.accepted,
                line.deals, line.won, plain_sums(line.value), currencies(line.value), line.decided, line.ripe,
                line.ripeness,
            )  # fmt: skip

    head = (
        "campaign", "channel", "cost", "cost_currency", "leads", "handovers", "ready", "accepted", "deals", "won",
        "value_won", "value_currency", "decided", "ripe", "ripe_percent",
    )  # fmt: skip
    return csv_response("campaigns", head, rows())


def ordered(found: Overview, sort: str, search: str = "") -> list[CampaignLine]:
    """The campaigns in the order asked for, what no campaign brought last."""
    words = fold(search).split()
    lines = [line for line in found.lines if all(word in fold(_name(line)) for word in words)]
    if sort == "name":
        return sorted(lines, key=lambda line: (line.campaign is None, fold(_name(line))))
    return sorted(lines, key=lambda line: (line.campaign is None, *(-each for each in _weight(line, sort))))


def sort_of(request: HttpRequest) -> str:
    asked = request.GET.get("sort", "")
    return asked if asked in SORTS else "cost"


def say_ripening(ripening: Ripening) -> str:
    """When a hand-over counts as old enough."""
    if not ripening.is_measured:
        said = ngettext(
            "older than %(days)s day, the usual time while there are few won deals to tell from",
            "older than %(days)s days, the usual time while there are few won deals to tell from",
            ripening.days,
        )
    else:
        said = ngettext(
            "older than %(days)s day, within which four of five of our won deals were won",
            "older than %(days)s days, within which four of five of our won deals were won",
            ripening.days,
        )
    return said % {"days": ripening.days}


def how_counted(ripening: Ripening) -> str:
    words = {
        "leads": figures.definition("campaign_leads"),
        "pursuits": figures.definition("campaign_pursuits"),
        "value": figures.definition("campaign_value"),
        "ripe": say_ripening(ripening),
    }
    return _(
        "Cost: what is dated in the period. Leads: %(leads)s Ready and won: %(pursuits)s Value won: %(value)s "
        "Ripe: the share of the hand-overs whose first known touch is %(ripe)s; the others may still be won."
    ) % words  # fmt: skip


def _weight(line: CampaignLine, sort: str) -> tuple[int, ...]:
    cost = max((money.minor for money in line.costs), default=0)
    value = max((money.minor for money in line.value), default=0)
    by = {"cost": cost, "leads": line.leads, "ready": line.ready, "won": line.won, "value": value}
    return by.get(sort, line.ripeness if line.ripeness is not None else -1), cost, line.leads


def _name(line: CampaignLine) -> str:
    return line.campaign.name if line.campaign else ""


def _row(line: CampaignLine) -> Row:
    return Row(line, say_about(line.costs), say_about(line.value))


def _place(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 8 else 0
