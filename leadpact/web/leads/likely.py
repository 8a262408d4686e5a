"""What a lead is likely worth, on its page; and the hand-overs that stands on."""

from typing import Final

from django.core.cache import cache
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from leadpact.base.money import Money
from leadpact.handover.types import Stage
from leadpact.loop import likely as loop
from leadpact.loop.likely import Likely, Tally, TooFew
from leadpact.loop.types import Row
from leadpact.pact.types import LeadType
from leadpact.team import policy
from leadpact.team.policy import Subject
from leadpact.web.leads.page import LeadPage
from leadpact.web.leads.strip import STAGE_NAMES
from leadpact.web.shell.access import check, needs, settings_of
from leadpact.web.shell.spreadsheet import csv_response
from leadpact.worklist import reads as worklist

PAGE: Final = 50
AN_HOUR: Final = 3600
LONG: Final = 19  # digits that no number of ours has
_DONE: Final = frozenset({Stage.CUSTOMER, Stage.LOST, Stage.DISQUALIFIED})


def worth_of(page: LeadPage) -> Likely | TooFew | None:
    """Return it for a lead that is handed over and not decided, to those who may see the numbers it stands on."""
    is_open = page.pursuit is not None and page.pursuit.stage not in _DONE and not page.person.facts.get("customer")
    if page.pursuit is None or not is_open or not policy.may(page.member, "loop.see"):
        return None
    currency = page.settings.currency
    return loop.likely(page.pursuit.type.value, tallies_of(currency, page.decided), currency)


def tallies_of(currency: str, decided: str) -> tuple[Tally, ...]:
    """Return what is decided by type; counted again when more is, and once an hour for what was put right since."""
    key = f"likely:{currency}:{decided}"
    found: tuple[Tally, ...] | None = cache.get(key)
    if found is None:
        found = loop.tallies(currency)
        cache.set(key, found, AN_HOUR)
    return found


@require_GET
@needs("loop.see")
def rows(request: HttpRequest) -> HttpResponse:
    """The hand-overs behind a likely value, of one type or of all."""
    asked, currency = _type(request), settings_of(request).currency
    found = loop.decided(currency, type=asked, after=_after(request), limit=PAGE + 1)
    shown = found[:PAGE]
    lines = {line.person: line for line in worklist.lines_of([_number(row["person"]) for row in shown])}
    tallies = loop.tallies(currency)
    context = {
        "asked": asked,
        "types": [("", _("All types")), *((each.value, each.value) for each in LeadType)],
        "decided": sum(each.decided for each in tallies if asked in {"", each.type}),
        "won": sum(each.won for each in tallies if asked in {"", each.type}),
        "worth": loop.likely(asked, tallies, currency) if asked else None,
        "rows": [(row, lines.get(_number(row["person"])), _stage(row), _sale(row, currency)) for row in shown],
        "following": str(shown[-1]["pursuit"]) if len(found) > PAGE else "",
    }
    return render(request, "leads/likely_rows.html", context)


@require_GET
@needs("loop.see")
def rows_csv(request: HttpRequest) -> HttpResponseBase:
    check(request, "export.run", Subject("likely"))
    currency = settings_of(request).currency
    head = [_("Hand-over"), _("Type"), _("Stage"), _("Ended"), _("Won"), _("First sale, minor units"), _("Currency")]
    found = loop.decided(currency, type=_type(request), limit=loop.LAST)
    keys = ("number", "type", "stage", "ended_at", "won", "first_sale")
    return csv_response("likely-value", head, ([*(row[key] for key in keys), currency] for row in found))


def _stage(row: Row) -> str:
    return str(STAGE_NAMES[Stage(str(row["stage"]))])


def _sale(row: Row, currency: str) -> Money | None:
    sale = row["first_sale"]
    return Money(sale, currency) if isinstance(sale, int) else None


def _type(request: HttpRequest) -> str:
    asked = request.GET.get("type", "")
    return asked if asked in set(LeadType) else ""


def _after(request: HttpRequest) -> int | None:
    asked = request.GET.get("after", "")
    return int(asked) if asked.isdecimal() and len(asked) < LONG else None


def _number(value: object) -> int:
    return value if isinstance(value, int) else 0
