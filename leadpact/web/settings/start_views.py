"""The first hour: what to set up, in order; every step can be left out and taken up again."""

from dataclasses import dataclass
from typing import Final

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_GET, require_POST

from leadpact.flow import beginning, looking_back
from leadpact.flow.beginning import Begun, LookedBack, Step
from leadpact.scoring import looks
from leadpact.scoring.looks import Part
from leadpact.team import actions
from leadpact.team.types import Side
from leadpact.web.shell.access import actor_of, members_of, needs, now_of, settings_of
from leadpact.worklist import reads as worklist


@dataclass(frozen=True)
class Told:
    """What the page says of a step, whatever its state.

    gives    what one has of it
    minutes  how long it takes, about
    tick     the words of a button that says it is done where nothing else would show it; "": there is none
    """

    title: str | Promise
    gives: str | Promise
    minutes: int
    action: str | Promise
    route: str
    tick: str | Promise = ""


@dataclass(frozen=True)
class Shown:
    """One step as it stands; `state` is done, left_out, next or open; `said`: done because somebody said so."""

    step: Step
    told: Told
    url: str
    state: str
    said: bool
    stands: str  # what is there now


TOLD: Final[dict[Step, Told]] = {
    Step.COMPANY: Told(
        gettext_lazy("Your company"),
        gettext_lazy(
            "Name, time zone and currency stand on every report. With your own mail domains, colleagues never "
            "become leads."
        ),
        2, gettext_lazy("Name the company"), "settings",
    ),
    Step.HOURS: Told(
        gettext_lazy("Working hours"),
        gettext_lazy(
            "Promises run only while people are at work: an answer due within four working hours on Friday evening "
            "is due on Monday. Public holidays are known for each country and region."
        ),
        3, gettext_lazy("Set the hours"), "settings_hours", gettext_lazy("Mon to Fri, 09:00 to 17:30 is right"),
    ),
    Step.TEAM: Told(
        gettext_lazy("Your team"),
        gettext_lazy(
            "Leads are offered to people in sales, and marketing hears what became of them: at least one of each."
        ),
        5, gettext_lazy("Add people"), "settings_people",
    ),
    Step.HISTORY: Told(
        gettext_lazy("What your old tool knows"),
        gettext_lazy(
            "People, what they did and what became of them, from spreadsheets. You see what would happen before "
            "anything does. What is older than 14 days is history: nobody is offered, nobody is told."
        ),
        15, gettext_lazy("Import a file"), "import",
    ),
    Step.PACT: Told(
        gettext_lazy("What the pact would have done"),
        gettext_lazy(
            "The pact says who is ready for sales. See what it would have made of your own past, before it decides "
            "on anybody."
        ),
        10, gettext_lazy("Read the pact"), "pact", gettext_lazy("We have read it"),
    ),
    Step.TRACKER: Told(
        gettext_lazy("Your site"),
        gettext_lazy(
            "One line in your pages, and visits begin to arrive; a page says live whether we see them. Without it, "
            "forms, imports and the API work all the same."
        ),
        5, gettext_lazy("Get the line"), "settings_keys",
    ),
    Step.CAMPAIGN: Told(
        gettext_lazy("A first campaign"),
        gettext_lazy("With its cost and its links, the loop can say what came of the money."),
        3, gettext_lazy("Plan a campaign"), "campaign_add",
    ),
}  # fmt: skip


# What the worker does of a look back, in order.
PARTS: Final[dict[Part, str | Promise]] = {
    Part.WAITS: gettext_lazy("Waits for the worker"),
    Part.READS: gettext_lazy("Reads what everybody did"),
    Part.REPLAYS: gettext_lazy("Replays it under the pact"),
    Part.COUNTS: gettext_lazy("Counts who was ready and who bought"),
}


def progress_of(begun: Begun) -> dict[str, object] | None:
    """Return how far the first hour has come, as Today says it; None when every step is settled."""
    if begun.next is None:
        return None
    return {
        "steps": [(step, TOLD[step].title, step in begun.settled) for step in Step],
        "next": begun.next,
        "told": TOLD[begun.next],
        "settled": len(begun.settled),
        "percent": round(100 * len(begun.settled) / len(Step)),
        "minutes": sum(TOLD[step].minutes for step in Step if step not in begun.settled),
    }


@require_GET
@needs("settings.edit")
def start(request: HttpRequest) -> HttpResponse:
    begun = beginning.begun(settings_of(request), members_of(request).values())
    back = looking_back.found_by(begun.look) if begun.look else None
    steps = [_shown(step, begun, request) for step in Step]
    context = {
        "steps": steps,
        "settled": len(begun.settled),
        "percent": round(100 * len(begun.settled) / len(steps)),
        "minutes": sum(each.told.minutes for each in steps if each.step not in begun.settled),
        "has_history": Step.HISTORY in begun.done,
        "look": begun.look,
        "parts": list(PARTS.items()) if begun.look and begun.look.is_running else [],
        "back": back,
        "unforeseen": _lines(back),
    }
    return render(request, "settings/start.html", context)


@require_POST
@needs("settings.edit")
def leave_out(request: HttpRequest, step: str) -> HttpResponse:
    """Leave a step out, or take it up again."""
    is_left_out = request.POST.get("again") != "1"
    actions.leave_out_step(_step(step), is_left_out=is_left_out, by=actor_of(request), now=now_of(request))
    return HttpResponseRedirect(f"{reverse('settings_start')}#{step}")


@require_POST
@needs("settings.edit")
def tick(request: HttpRequest, step: str) -> HttpResponse:
    """Say that a step is done where nothing else shows it, or that it is not; to ask for a look back counts as done."""
    found = _step(step)
    if not TOLD[found].tick:
        raise Http404
    is_done = request.POST.get("again") != "1"
    actions.tick_step(found, is_done=is_done, by=actor_of(request), now=now_of(request))
    if found is Step.PACT and request.POST.get("look") == "1":
        looks.ask(by=actor_of(request), now=now_of(request))
    return HttpResponseRedirect(f"{reverse('settings_start')}#{step}")


def _step(word: str) -> Step:
    if word not in list(Step):
        raise Http404
    return Step(word)


def _shown(step: Step, begun: Begun, request: HttpRequest) -> Shown:
    state = (
        "done" if step in begun.done else "left_out" if step in begun.left_out
        else "next" if step is begun.next else "open"
    )  # fmt: skip
    told = TOLD[step]
    is_site = step is Step.TRACKER and begun.key is not None
    url = reverse("settings_tracker", args=[begun.key]) if is_site else reverse(told.route)
    return Shown(step, told, url, state, step in begun.said, _stands(step, begun, request) if state == "done" else "")


def _stands(step: Step, begun: Begun, request: HttpRequest) -> str:
    """Say in a few words what is there of a step that is done."""
    ours = settings_of(request)
    if step is Step.COMPANY:
        return f"{ours.name} · {ours.zone.key} · {ours.currency}"
    if step is Step.HOURS:
        return _("Mon to Fri, 09:00 to 17:30") if step in begun.said else _("Hours of your own are set.")
    if step is Step.TEAM:
        sides = [each.side for each in members_of(request).values() if each.is_active]
        words = {"sales": sides.count(Side.SALES), "marketing": sides.count(Side.MARKETING)}
        return _("%(sales)s in sales, %(marketing)s in marketing") % words
    if step is Step.HISTORY:
        return _("Leads are there.")
    if step is Step.PACT:
        return _("You have looked at it.")
    if step is Step.TRACKER:
        return _("Seen on %(sites)s") % {"sites": ", ".join(begun.seen_on[:2])}
    return ngettext("%(n)s campaign", "%(n)s campaigns", begun.campaigns) % {"n": begun.campaigns}


def _lines(back: LookedBack | None) -> list[object]:
    return list(worklist.lines_of(back.unforeseen)) if back and back.unforeseen else []
