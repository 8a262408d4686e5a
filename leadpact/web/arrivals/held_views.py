"""Held-back events: the list, one of them, and letting go, mending, mapping, discarding."""

from dataclasses import dataclass
from typing import Final

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_POST

from leadpact.base import cursor
from leadpact.base.errors import LeadpactError
from leadpact.engagement import held, holding, reads
from leadpact.engagement.kinds import ACTS, kind_of
from leadpact.engagement.types import Cleaned, Counted, Dropped, Held, HeldCount, HeldFilter, State, Verdict
from leadpact.flow import releasing
from leadpact.flow.releasing import BY_NAME, Released
from leadpact.team.policy import Subject
from leadpact.web.arrivals import bodies
from leadpact.web.arrivals.bodies import Fault
from leadpact.web.arrivals.filters import STATES, asked_of
from leadpact.web.arrivals.words import OUTCOMES, Said, reason_of, said_of
from leadpact.web.shell.access import actor_of, check, needs, now_of, settings_of
from leadpact.web.shell.narrowing import Tab
from leadpact.web.shell.spreadsheet import csv_response
from leadpact.web.shell.wording import told, translated

ROWS: Final = 50
MOST_IN_CSV: Final = 50_000
MOST_COUNTED: Final = 10_000
_UNDO: Final = "arrivals_undo"


@dataclass(frozen=True)
class Row:
    event: Held
    title: str
    source: str
    said: Said
    became: str | Promise


@require_GET
@needs("arrival.see")
def held_list(request: HttpRequest) -> HttpResponse:
    asked, names = asked_of(request.GET, settings_of(request).zone), reads.source_names()
    after = request.GET.get("after", "")
    place = int(cursor.decode(after, int)[0]) if after else None
    found = held.some(asked.wanted, after=place, limit=ROWS + 1)
    shown = found[:ROWS]
    counts = held.reasons(source=asked.wanted.source)
    context = {
        "rows": [_row(event, names) for event in shown],
        "next": cursor.encode(shown[-1].id) if len(found) > ROWS else "",
        "asked": asked,
        "tabs": [
            Tab(str(name), _tab_url(request, state), state is asked.wanted.state) for state, name in STATES.items()
        ],
        "reasons": _reasons(request, counts, asked.wanted),
        "together": sum(one.count for one in counts),
        "sources": sorted(names.items(), key=lambda each: each[1]),
        "source": names.get(asked.wanted.source or 0, ""),
        "matching": held.count(asked.wanted, at_most=releasing.MOST) if _may_all(asked.wanted) else 0,
        "searched": held.SEARCHED,
    }
    return render(request, "arrivals/held.html", context)


@require_GET
@needs("arrival.see")
def held_csv(request: HttpRequest) -> HttpResponseBase:
    """The list without bodies: those hold what the page of one event shows."""
    check(request, "export.run", Subject("arrival"))
    asked, names = asked_of(request.GET, settings_of(request).zone), reads.source_names()
    head = [_("Number"), _("Came in (UTC)"), _("Source"), _("Event"), _("What is wrong"), _("State"), _("Became")]
    rows = (
        (
            event.id, event.received_at.isoformat(), names.get(event.source, event.source), event.name,
            reason_of(event.why), STATES[event.state], OUTCOMES[event.became] if event.became else "",
        )
        for event in held.some(asked.wanted, limit=MOST_IN_CSV)
    )  # fmt: skip
    return csv_response("held-back", head, rows)


@require_GET
@needs("arrival.see")
def one(request: HttpRequest, held_id: int) -> HttpResponse:
    event = _event(held_id)
    text = bodies.parts_of(event.newest_body).event
    fault = bodies.known_fault(event, text) if event.state is State.HELD else None
    return _page(request, event, text, fault)


@require_POST
@needs("arrival.mend")
def mend(request: HttpRequest, held_id: int) -> HttpResponse:
    """Look whether the text can be recorded; release it only when it can."""
    event, text = _event(held_id), request.POST.get("event", "").replace("\r\n", "\n")
    parts = bodies.parts_of(event.body)
    if event.state is not State.HELD or parts.is_long:
        return HttpResponseRedirect(reverse("held_one", args=[held_id]))
    body = bodies.joined(text, parts.request)
    verdict = releasing.check(event, body)
    fault = bodies.fault_in(text, verdict)
    if fault is not None:
        return _page(request, event, text, fault, status=400)
    if request.POST.get("do") != "release":
        return _page(request, event, text, None, would=_would(verdict))
    done = releasing.mend(held_id, body, by=actor_of(request), now=now_of(request))
    _tell(request, done)
    return HttpResponseRedirect(reverse("held_one", args=[held_id]))


@require_POST
@needs("arrival.mend")
def release(request: HttpRequest) -> HttpResponse:
    """Release what was chosen, or with `all` everything the filters match."""
    if request.POST.get("all"):
        wanted = asked_of(request.POST, settings_of(request).zone).wanted
        done = releasing.release_matching(wanted, by=actor_of(request), now=now_of(request))
    else:
        done = releasing.release(_chosen(request), by=actor_of(request), now=now_of(request))
    _tell(request, done)
    return _back(request)


@require_POST
@needs("arrival.mend")
def map_name(request: HttpRequest) -> HttpResponse:
    """Say what a client's event name stands for and release all that is held back for it."""
    source, name, kind = (request.POST.get(each, "") for each in ("source", "name", "kind"))
    number = int(source) if source.isdecimal() and len(source) < 18 else 0
    done = releasing.map_and_release(number, name, kind, by=actor_of(request), now=now_of(request))
    messages.success(
        request, _("{name} is {kind} from now on.").format(name=name, kind=translated(kind_of(kind).label).lower())
    )
    _tell(request, done)
    return _back(request)


@require_POST
@needs("arrival.mend")
def discard(request: HttpRequest) -> HttpResponse:
    try:
        gone = holding.discard(
            _chosen(request), request.POST.get("note", ""), by=actor_of(request), now=now_of(request)
        )
    except LeadpactError as error:
        messages.error(request, told(error))
        return _back(request)
    request.session[_UNDO] = gone
    said = ngettext("{n} event discarded.", "{n} events discarded.", len(gone))
    undo = f"undo={reverse('held_restore')}?last=1" if gone else ""
    messages.success(request, said.format(n=len(gone)), extra_tags=undo)
    return _back(request)


@require_POST
@needs("arrival.mend")
def restore(request: HttpRequest) -> HttpResponse:
    """Hold back again what was chosen, or with `last` what was discarded last."""
    numbers = request.session.pop(_UNDO, []) if request.GET.get("last") else _chosen(request)
    back = holding.restore(numbers, by=actor_of(request), now=now_of(request))
    said = ngettext("{n} event is held back again.", "{n} events are held back again.", len(back))
    messages.success(request, said.format(n=len(back)))
    return _back(request)


def _event(number: int) -> Held:
    event = held.one(number)
    if event is None:
        raise Http404
    return event


def _page(
    request: HttpRequest, event: Held, text: str, fault: Fault | None, *, would: str = "", status: int = 200
) -> HttpResponse:
    names, parts = reads.source_names(), bodies.parts_of(event.body)
    same = HeldFilter(source=event.source, why=event.why, name=event.name)
    is_by_name = event.state is State.HELD and event.why in BY_NAME and event.name != ""
    context = {
        "row": _row(event, names),
        "text": text,
        "lines": bodies.lines_of(text, fault),
        "fault": fault,
        "would": would,
        "is_held": event.state is State.HELD,
        "is_long": parts.is_long,
        "request_lines": sorted((name, str(value)) for name, value in parts.request.items()),
        "original": parts.event if event.mended else "",
        "same": held.count(same, at_most=MOST_COUNTED) if is_by_name else 0,
        "is_most": MOST_COUNTED,
        "kinds": sorted(((name, translated(kind_of(name).label)) for name in ACTS), key=lambda each: each[1]),
    }
    answer = render(request, "arrivals/one.html", context, status=status)
    answer["Cache-Control"] = "no-store"
    return answer


def _row(event: Held, names: dict[int, str]) -> Row:
    became = OUTCOMES[event.became] if event.became else ""
    return Row(event, bodies.title_of(event), names.get(event.source, str(event.source)), said_of(event), became)


def _reasons(
    request: HttpRequest, counts: list[HeldCount], wanted: HeldFilter
) -> list[tuple[str | Promise, int, str, bool]]:
    sums: dict[str, int] = {}
    for one in counts:
        sums[one.why.value] = sums.get(one.why.value, 0) + one.count
    query = request.GET.copy()
    query.pop("after", None)
    query.pop("outcome", None)
    found = []
    for why, n in sorted(sums.items(), key=lambda each: (-each[1], each[0])):
        is_current = wanted.why is not None and wanted.why.value == why
        query["reason"] = "" if is_current else why
        name = reason_of(next(each.why for each in counts if each.why.value == why))
        found.append((name, n, f"?{query.urlencode()}", is_current))
    return found


def _tab_url(request: HttpRequest, state: State) -> str:
    query = request.GET.copy()
    for name in ("after", "outcome", "reason"):
        query.pop(name, None)
    query["state"] = state.value
    return f"?{query.urlencode()}"


def _may_all(wanted: HeldFilter) -> bool:
    """Everything at once only of one reason: whoever releases knows then what was wrong."""
    return wanted.state is State.HELD and wanted.why is not None


def _chosen(request: HttpRequest) -> list[int]:
    said = request.POST.getlist("held")[: releasing.AT_ONCE]
    return [int(each) for each in said if each.isdecimal() and len(each) < 18]


def _back(request: HttpRequest) -> HttpResponse:
    url = request.POST.get("back", "")
    is_ours = url_has_allowed_host_and_scheme(url, allowed_hosts=None)
    return HttpResponseRedirect(url if url and is_ours else reverse("held"))


def _tell(request: HttpRequest, done: Released) -> None:
    if done.released:
        said = ngettext("{n} event released: {how}.", "{n} events released: {how}.", done.released)
        how = ", ".join(f"{n} {str(OUTCOMES[outcome]).lower()}" for outcome, n in sorted(done.outcomes.items()))
        messages.success(request, said.format(n=done.released, how=how))
    if done.still:
        said = ngettext("{n} event stays held back.", "{n} events stay held back.", len(done.still))
        messages.warning(request, said.format(n=len(done.still)))
    if done.left:
        messages.info(request, _("There are more than are released at once. Release again for the rest."))
    if not (done.released or done.still):
        messages.info(request, _("Nothing of it was held back any more."))


def _would(verdict: Verdict) -> str:
    match verdict:
        case Cleaned():
            return _("It can be recorded: “{kind}”.").format(kind=translated(kind_of(verdict.kind).label))
        case Dropped():
            return _("It would not be wanted: the event itself switches Leadpact off.")
        case Counted():
            return _("It would only be counted: whom it is of did not agree to be followed.")
    return ""
