"""The replay of a version, with marks to drag, the rows behind every number, and why any one of them."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from leadpact.base.errors import LeadpactError
from leadpact.base.text import BadTime, parse_moment
from leadpact.pact import reads
from leadpact.pact.adjusting import numbers_of
from leadpact.pact.types import POINT, Pact, PactInForce
from leadpact.people import reads as people
from leadpact.people.errors import NoSuchPerson
from leadpact.scoring.replay.types import Mode
from leadpact.team.policy import Subject
from leadpact.web.pact import rehearsals
from leadpact.web.pact.rehearsals import EXPLAINED, Shown
from leadpact.web.pact.replay_forms import EVER, MODES, ReplayForm, Wanted
from leadpact.web.pact.replay_rows import MOST, SHOWN, Row, finding_of, found_in, may_list, named, told_of
from leadpact.web.pact.views import version_of
from leadpact.web.shell.access import check, member_of, needs, now_of
from leadpact.web.shell.spreadsheet import csv_response
from leadpact.web.shell.thresholds import pact_of
from leadpact.web.shell.wording import told as told_error

if TYPE_CHECKING:
    from leadpact.flow.replaying.looking import Looked
    from leadpact.flow.replaying.rehearsing import Span


@dataclass(frozen=True)
class Asked:
    """A pact to be replayed, what it is called, and the one it is held against; None: itself."""

    form: ReplayForm
    name: str
    against: Pact | None
    beside_name: str

    @property
    def wanted(self) -> Wanted:
        return self.form.wanted


@dataclass(frozen=True)
class Slider:
    """A number that can be dragged; whole points or days."""

    name: str
    value: str
    most: int
    usual: str
    label: str
    errors: list[str]


@require_GET
@needs("pact.see")
def replay(request: HttpRequest, number: int) -> HttpResponse:
    """What a version would have done.  For a mark that is being dragged, only the part that changes."""
    asked = _asked(request, number)
    context = _common(request, number, asked) | result_of(request, asked)
    if context["shown"] is not None:
        context |= _list_of(request, asked, context)
    template = "pact/replay_result.html" if request.headers.get("HX-Request") else "pact/replay.html"
    return render(request, template, context, status=200 if asked.form.is_valid() else 400)


@require_GET
@needs("pact.see")
def replay_csv(request: HttpRequest, number: int) -> HttpResponseBase:
    """The rows of one list."""
    check(request, "export.run", Subject("replay"))
    if not may_list(member_of(request)):
        raise PermissionDenied
    asked = _asked(request, number)
    looked = looked_at(request, asked)
    found = found_in(looked, span_of(asked.wanted), _which(request, looked), limit=MOST)
    head = [_("Person"), _("Name"), _("Mail"), _("Company"), _("Ready from"), _("Ready until"), _("In truth")]
    zone = asked.wanted.pact.zone

    def local(moment: datetime | None) -> str:
        return moment.astimezone(zone).isoformat(sep=" ", timespec="minutes") if moment is not None else ""

    def rows() -> Iterator[list[object]]:
        for start in range(0, len(found), SHOWN):
            for row in named(found[start : start + SHOWN]):
                each = row.found
                yield [each.person, row.name, row.email, row.company, local(each.since), local(each.until), row.says]

    return csv_response(f"pact-v{number}-replay", head, rows())


@require_GET
@needs("pact.see")
def replay_why(request: HttpRequest, number: int, person: int) -> HttpResponse:
    """Why a pact would have had one person ready at a moment, beside the pact in force."""
    if not may_list(member_of(request)):
        raise Http404
    asked = _asked(request, number)
    try:
        found = people.person(person)
        at = parse_moment(request.GET.get("at", "") or asked.wanted.as_of.isoformat(), asked.wanted.pact.zone)
    except (BadTime, NoSuchPerson):
        raise Http404 from None
    told = [told_of(found.id, asked.wanted.pact, name=asked.name, wanted=asked.wanted, at=at)]
    if asked.against is not None:
        told.append(told_of(found.id, asked.against, name=asked.beside_name, wanted=asked.wanted, at=at))
    context = {
        "number": number, "person": found, "at": at, "explained": EXPLAINED[asked.wanted.mode],
        "told": [(each, finding_of(each)) for each in told], "query": _query(request, "at"),
    }  # fmt: skip
    return render(request, "pact/replay_why.html", context)


def asked_of(
    data: Mapping[str, Any], pact: Pact, held: PactInForce, *, name: str, tried_name: str, now: datetime
) -> Asked:
    """Return what is asked of a pact, beside the one in force."""
    is_held = pact.digest == held.pact.digest
    form = ReplayForm(data, pact=pact, now=now, mode=Mode.WHAT_IF)
    is_tried = form.wanted.is_tried
    return Asked(
        form, tried_name if is_tried else name, None if is_held and not is_tried else held.pact,
        _("the pact in force"),
    )  # fmt: skip


def span_of(wanted: Wanted) -> "Span":
    from leadpact.flow.replaying.rehearsing import Span

    return Span(wanted.as_of, wanted.since, wanted.until)


def looked_at(request: HttpRequest, asked: Asked) -> "Looked":
    """Replay what is asked.  Raises `NotCompiledYet`, `NotReadYet`."""
    from leadpact.flow.replaying import looking  # numpy and DuckDB: only for who looks at a replay

    wanted, now = asked.wanted, now_of(request)
    return looking.look(wanted.pact, against=asked.against, mode=wanted.mode, span=span_of(wanted), now=now)


def result_of(request: HttpRequest, asked: Asked) -> dict[str, Any]:
    """Return the replay for a page: `shown`, or why there is none."""
    try:
        looked = looked_at(request, asked)
    except LeadpactError as error:
        fault = told_error(error)
        return {"shown": None, "fault": fault, "looked": None, "waits": _waits(error), "share": _share(error)}
    shown = rehearsals.shown_of(
        looked.told, looked.beside, asked.wanted, name=asked.name, beside_name=asked.beside_name
    )
    return {"shown": shown, "fault": "", "looked": looked}


def _waits(error: LeadpactError) -> bool:
    """Say whether the page is worth looking at again soon."""
    return error.code in {"replay_not_read", "replay_not_compiled"}


def _share(error: LeadpactError) -> int | None:
    """Return how much of the history the worker has read, in per cent."""
    return getattr(error, "share", None)


def _asked(request: HttpRequest, number: int) -> Asked:
    version_of(number)
    words = {"number": number}
    return asked_of(
        request.GET, reads.pact_of(number), pact_of(request, now_of(request)), now=now_of(request),
        name=_("Version %(number)s") % words, tried_name=_("Version %(number)s with these numbers") % words,
    )  # fmt: skip


def _common(request: HttpRequest, number: int, asked: Asked) -> dict[str, Any]:
    wanted = asked.wanted
    kept = _kept_numbers(asked)
    return {
        "number": number,
        "form": asked.form,
        "wanted": wanted,
        "sliders": sliders_of(asked.form),
        "modes": [(value, label, wanted.mode.value == value, _query(request, "mode", mode=value))
                  for value, label in MODES],
        "is_ever": request.GET.get("since") == EVER,
        "ever_query": _query(request, "since", "until", since=EVER),
        "year_query": _query(request, "since", "until"),
        "keep_query": urlencode({"from": number, **kept}),
        "rows_query": _query(request, "show"),
    }  # fmt: skip


def _kept_numbers(asked: Asked) -> dict[str, str]:
    tried, usual = asked.form.numbers, numbers_of(asked.form.pact)
    names = ("up", "down", "days")
    return {name: _plain(name, getattr(tried, name)) for name in names if getattr(tried, name) != getattr(usual, name)}


def sliders_of(form: ReplayForm) -> list[Slider]:
    """Return the numbers that can be dragged."""
    usual, found = numbers_of(form.pact), []
    for name, room in (("up", 100), ("down", 100), ("days", 120)):
        standing, tried = getattr(usual, name), getattr(form.numbers, name)
        if standing is None:
            continue
        text = _plain(name, standing)
        most = max(room, 2 * int(float(text)), int(float(_plain(name, tried))))
        said = form.data.get(name) or _plain(name, tried)
        errors = [str(each) for each in form.errors.get(name, [])]
        found.append(Slider(name, said, most, text, str(form.fields[name].label), errors))
    return found


def _plain(name: str, number: int) -> str:
    if name == "days":
        return str(number)
    return f"{number / POINT:.3f}".rstrip("0").rstrip(".")


def _list_of(request: HttpRequest, asked: Asked, context: Mapping[str, Any]) -> dict[str, Any]:
    """Return the chosen list, for those who may see whose they are."""
    shown: Shown = context["shown"]
    looked: Looked = context["looked"]
    if not may_list(member_of(request)):
        return {"rows_are_open": False}
    which = _which(request, looked)
    found = found_in(looked, span_of(asked.wanted), which, limit=SHOWN)
    tab = next((each for each in shown.tabs if each.key == which), None)
    bar = next((each for each in shown.bars if each.month == which), None)
    rows: list[Row] = list(named(found, _query(request, "show", "at")))
    total = tab.count if tab else bar.total if bar else 0
    return {
        "rows_are_open": True,
        "rows": rows,
        "which": which,
        "tab": tab,
        "bar": bar,
        "has_more": total > len(rows),
        "total": total,
    }


def _which(request: HttpRequest, looked: "Looked") -> str:
    """Return which list is asked for: by default who would be lost, or who is gained where nobody is lost."""
    asked, against = request.GET.get("show", ""), looked.told.against
    if asked or against is None:
        return asked or "missed"
    return "gained" if against.gained.handovers and not against.lost.handovers else "lost"


def _query(request: HttpRequest, *without: str, **changed: str) -> str:
    query = request.GET.copy()
    for name in without:
        query.pop(name, None)
    for name, value in changed.items():
        query[name] = value
    return query.urlencode()
