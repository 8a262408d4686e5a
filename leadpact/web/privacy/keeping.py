"""Settings, Privacy: how long things are kept, what the next run takes, and what the last ones took."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from leadpact.flow import retaining
from leadpact.flow.retaining import Kept, WouldTake
from leadpact.people import erasing as erasures
from leadpact.people.erasing import Reason
from leadpact.team import policy, retention
from leadpact.team.retention import Rule
from leadpact.web.privacy.erasing import row_of
from leadpact.web.privacy.forms import RetentionForm
from leadpact.web.privacy.words import FIXED, RULES
from leadpact.web.shell.access import actor_of, member_of, members_of, needs, now_of

RUNS: Final = 20
LAST: Final = 5  # erasures


@dataclass(frozen=True)
class Line:
    name: str | Promise
    why: str | Promise
    kept: Kept


@dataclass(frozen=True)
class Taken:
    """What one run of the worker took."""

    name: str | Promise
    count: int
    happened_at: datetime
    entry: int


@require_GET
@needs("settings.see")
def privacy(request: HttpRequest) -> HttpResponse:
    return _page(request, RetentionForm(days=retention.days()))


@require_POST
@needs("settings.edit")
def set_retention(request: HttpRequest) -> HttpResponse:
    form = RetentionForm(request.POST, days=retention.days())
    if not form.is_valid():
        return _page(request, form, status=400)
    try:
        entry = retaining.change(
            form.days, is_sure=request.POST.get("sure") == "1", by=actor_of(request), now=now_of(request)
        )
    except WouldTake as lost:
        counts = lost.details["lost"]
        assert isinstance(counts, dict)
        context = {"form": form, "lost": [(RULES[Rule(rule)][0], count) for rule, count in counts.items()]}
        return render(request, "privacy/sure.html", context, status=409)
    if entry is not None:
        undo = reverse("settings_undo_retention", args=[entry])
        messages.success(request, _("From now on things are kept for so long."), extra_tags=f"undo={undo}")
    return HttpResponseRedirect(reverse("settings_privacy"))


@require_POST
@needs("settings.edit")
def undo_retention(request: HttpRequest, entry_id: int) -> HttpResponse:
    retention.set_back(entry_id, by=actor_of(request), now=now_of(request))
    messages.success(request, _("Things are kept for as long as before."))
    return HttpResponseRedirect(reverse("settings_privacy"))


def _page(request: HttpRequest, form: RetentionForm, *, status: int = 200) -> HttpResponse:
    may_erase = policy.may(member_of(request), "person.erase")
    found = erasures.erasures(limit=LAST, but=(Reason.RETENTION,)) if may_erase else []
    context = {
        "form": form,
        "lines": [Line(*RULES[each.rule], each) for each in retaining.overview(now=now_of(request))],
        "fixed": FIXED,
        "runs": [
            Taken(RULES[each.rule][0], each.count, each.happened_at, each.entry) for each in retaining.runs(limit=RUNS)
        ],
        "erasures": [row_of(each, members_of(request)) for each in found],
        "may_erase": may_erase,
    }
    return render(request, "privacy/privacy.html", context, status=status)
