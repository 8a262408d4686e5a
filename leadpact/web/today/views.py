"""The page one lands on."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.dateformat import format as format_date
from django.views.decorators.http import require_GET

from leadpact.flow import beginning
from leadpact.team.policy import may
from leadpact.web.loop.cards import SHORT, say
from leadpact.web.settings.start_views import progress_of
from leadpact.web.shell.access import keep_unread, member_of, members_of, needs, now_of, settings_of
from leadpact.web.shell.thresholds import Thresholds, keep_thresholds
from leadpact.web.today.lede import sentences_of
from leadpact.web.today.page import Today, today_of
from leadpact.worklist.urgent import Part

LONG = 9  # a figure of more characters is set smaller


@require_GET
@needs("token.own")
def today(request: HttpRequest) -> HttpResponse:
    member, now, ours = member_of(request), now_of(request), settings_of(request)
    page = today_of(member, now=now, ours=ours)
    keep_unread(request, len(page.unread))
    if page.in_force:
        marks = page.in_force.pact.ready
        keep_thresholds(request, Thresholds(marks.up, marks.down, page.in_force.version))
    local = now.astimezone(ours.zone)
    context = {
        "page": page,
        "when": format_date(local, "l j F, H:i"),
        "month": format_date(local, "F"),
        "today": local.date(),
        "sentences": sentences_of(page),
        "five": _five(page),
        "parts": {part.value: some for part, some in page.parts.items()},
        "begun": _begun(request, page),
    }
    return render(request, "today/page.html", context)


def _begun(request: HttpRequest, page: Today) -> dict[str, object] | None:
    """Return the first steps, for who may take them and as long as nothing else is here to look at."""
    if page.is_clear and not page.became and not page.part(Part.NEARLY).lines and may(page.member, "settings.edit"):
        return progress_of(beginning.begun(page.ours, members_of(request).values()))
    return None


def _five(page: Today) -> list[dict[str, object]]:
    numbers = page.summary.five if page.summary else ()
    return [
        {"number": number, "title": SHORT[number.key], "figure": say(number), "is_long": len(say(number)) > LONG}
        for number in numbers
    ]
