"""The first hour: what to set up, in order; every step can be left out."""

from dataclasses import dataclass

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET, require_POST

from leadpact.engagement import reads as engagement
from leadpact.engagement.types import SourceKind
from leadpact.flow import beginning
from leadpact.flow.beginning import MOST, LookedBack, Step
from leadpact.team import actions, reads
from leadpact.web.shell.access import actor_of, needs, now_of
from leadpact.worklist import reads as worklist


@dataclass(frozen=True)
class Shown:
    """One step as it stands; `state` is done, left_out, next or open."""

    step: Step
    title: str | Promise
    text: str | Promise
    action: str | Promise
    url: str
    state: str


_SAID: dict[Step, tuple[str | Promise, str | Promise, str | Promise, str]] = {
    Step.COMPANY: (
        _("Your company"),
        _(
            "Its name, time zone and currency stand on every report. Add your own mail domains, so that "
            "colleagues never become leads."
        ),
        _("Open the settings"),
        "settings",
    ),
    Step.HOURS: (
        _("Working hours"),
        _(
            "Promises count working time only: say when each side works and which public holidays it keeps. The "
            "usual week from 09:00 to 17:30 holds until then."
        ),
        _("Set the hours"),
        "settings_hours",
    ),
    Step.TEAM: (
        _("Your team"),
        _("Leads are offered to people in sales, and marketing hears what became of them: add at least one of each."),
        _("Add people"),
        "settings_people",
    ),
    Step.HISTORY: (
        _("What your old tool knows"),
        _(
            "Bring in people, what they did, and what became of them, as spreadsheets. What is older than 14 days"
            " is taken as history: nobody is offered and nobody is told."
        ),
        _("Import a file"),
        "import",
    ),
    Step.PACT: (
        _("What the pact would have done"),
        _(
            "The pact says who is ready for sales. Look at what it would have made of your own past, before it "
            "decides on anybody."
        ),
        _("Read the pact"),
        "pact",
    ),
    Step.TRACKER: (
        _("Your site"),
        _(
            "One line in your pages, and visits begin to arrive. "
            "Without it, forms, imports and the API work all the same."
        ),
        _("Make a key"),
        "settings_keys",
    ),
    Step.CAMPAIGN: (
        _("A first campaign"),
        _("With its cost and its links, the loop can say what came of it."),
        _("Plan a campaign"),
        "campaigns",
    ),
}


@require_GET
@needs("settings.edit")
def start(request: HttpRequest) -> HttpResponse:
    done, left_out = beginning.done(), reads.steps_left_out()
    back = _looked_back(request) if Step.HISTORY in done else None
    if back is not None:
        done |= {Step.PACT}
    steps, is_next_found = [], False
    for step, (title, text, action, route) in _SAID.items():
        state = "done" if step in done else "left_out" if step in left_out else "open"
        if state == "open" and not is_next_found:
            state, is_next_found = "next", True
        steps.append(Shown(step, title, text, action, _url(step, route), state))
    settled = sum(each.state in {"done", "left_out"} for each in steps)
    return render(
        request,
        "settings/start.html",
        {"steps": steps, "settled": settled, "back": back, "most": MOST, "unforeseen": _lines(back)},
    )


@require_POST
@needs("settings.edit")
def leave_out(request: HttpRequest, step: str) -> HttpResponse:
    """Leave a step out, or take it up again."""
    if step not in list(Step):
        raise Http404
    is_left_out = request.POST.get("again") != "1"
    actions.leave_out_step(step, is_left_out=is_left_out, by=actor_of(request), now=now_of(request))
    return HttpResponseRedirect(f"{reverse('settings_start')}#{step}")


def _looked_back(request: HttpRequest) -> LookedBack | None:
    """Return what the pact would have made of the past, once it is asked for."""
    return beginning.looked_back(now=now_of(request)) if "look" in request.GET else None


def _lines(back: LookedBack | None) -> list[object]:
    return list(worklist.lines_of(back.unforeseen)) if back and back.unforeseen else []


def _url(step: Step, route: str) -> str:
    if step is Step.TRACKER:
        keys = [key for key in engagement.write_keys() if key.kind == SourceKind.BROWSER and not key.is_revoked]
        if keys:
            return reverse("settings_tracker", args=[keys[0].id])
    return reverse(route)
