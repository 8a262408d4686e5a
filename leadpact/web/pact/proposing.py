"""A new version: checked beside its lines, read back as sentences, proposed, put in force."""

from dataclasses import dataclass

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from leadpact.engagement.kinds import ACTS
from leadpact.flow import agreeing
from leadpact.pact import reads
from leadpact.pact.adjusting import adjusted_text
from leadpact.pact.document import Document, read_document
from leadpact.pact.errors import BadPact
from leadpact.pact.rules import lint, meaningless
from leadpact.pact.sentences import changes
from leadpact.pact.types import Pact, Severity
from leadpact.scoring.replay.types import Mode
from leadpact.team import reads as team
from leadpact.web.pact.forms import InForceForm, ProposalForm
from leadpact.web.pact.pages import chapters_of
from leadpact.web.pact.replay_forms import MODES, ReplayForm
from leadpact.web.pact.replays import asked_of, result_of
from leadpact.web.pact.views import show_version, version_of
from leadpact.web.shell.access import actor_of, needs, now_of, settings_of
from leadpact.web.shell.forms import done
from leadpact.web.shell.thresholds import pact_of
from leadpact.web.shell.wording import translated


@dataclass(frozen=True)
class Remark:
    """Something found in a document, beside the line it is about."""

    line: int
    quoted: str
    path: str
    message: str
    what_to_do: str
    is_error: bool


@dataclass(frozen=True)
class Checked:
    """A document as far as it could be read; None: it is no pact document."""

    document: Document | None
    remarks: tuple[Remark, ...]

    @property
    def has_errors(self) -> bool:
        return any(remark.is_error for remark in self.remarks)


@require_http_methods(["GET", "HEAD", "POST"])
@needs("pact.propose")
def propose(request: HttpRequest) -> HttpResponse:
    """The editor.  `Check` reads the document back, `Propose` keeps it as the next version."""
    if request.method != "POST":
        start = version_of(_number(request.GET.get("from", "")) or reads.versions()[0].number).number
        return _editor(request, ProposalForm(initial={"text": _with_numbers(request, start)}), None)
    form = ProposalForm(request.POST)
    if not form.is_valid():
        return _editor(request, form, None, status=400)
    checked = check(form.cleaned_data["text"])
    if "rehearse" in request.POST and checked.document is not None:
        return _editor(request, form, checked, rehearsed=_rehearsed(request, checked.document.pact))
    if "propose" not in request.POST or checked.document is None:
        return _editor(request, form, checked, status=400 if checked.document is None else 200)
    kept = agreeing.propose(
        form.cleaned_data["text"], note=form.cleaned_data["note"], by=actor_of(request), now=now_of(request)
    )
    messages.success(request, _("Version %(number)s is proposed. It does not hold yet.") % {"number": kept.number})
    return HttpResponseRedirect(reverse("pact_version", args=[kept.number]))


@require_POST
@needs("pact.put_in_force")
def put_in_force(request: HttpRequest, number: int) -> HttpResponse:
    found = version_of(number)
    form = InForceForm(request.POST, zone=settings_of(request).zone, now=now_of(request))

    def act() -> None:
        agreeing.put_in_force(number, since=form.cleaned_data["since"], by=actor_of(request), now=now_of(request))

    if form.is_valid() and done(form, act, field="since"):
        messages.success(request, _("Version %(number)s is agreed. Every lead is judged by it.") % {"number": number})
        return HttpResponseRedirect(reverse("pact"))
    return show_version(request, found, form=form, status=400)


def check(text: str) -> Checked:
    """Read a document and say what is wrong with it, by line."""
    lines = text.split("\n")

    def quoted(line: int) -> str:
        return lines[line - 1].strip() if 0 < line <= len(lines) else ""

    try:
        document = read_document(text)
    except BadPact as bad:
        faults = tuple(
            Remark(each.line, quoted(each.line), each.path, each.message, each.what_to_do, is_error=True)
            for each in bad.faults
        )
        return Checked(None, faults)
    remarks = []
    for each in lint(document.pact, kinds=ACTS, calendars=team.calendars()):
        line, is_error = document.line(each.path), each.severity is Severity.ERROR
        remarks.append(Remark(line, quoted(line), each.path, each.message, each.what_to_do, is_error))
    return Checked(document, tuple(sorted(remarks, key=lambda remark: (not remark.is_error, remark.line))))


def _with_numbers(request: HttpRequest, number: int) -> str:
    """Return the text of a version, with the numbers that were tried in its replay."""
    asked = ReplayForm(request.GET, pact=reads.pact_of(number), now=now_of(request), mode=Mode.WHAT_IF)
    return adjusted_text(reads.text_of(number), asked.pact, asked.numbers)


def _rehearsed(request: HttpRequest, pact: Pact) -> dict[str, object]:
    """Replay a text that is not kept; one that nobody can tell the meaning of is not replayed."""
    wrong = meaningless(pact, kinds=ACTS)
    if wrong:
        return {"shown": None, "fault": translated(wrong[0].message)}
    now = now_of(request)
    data = {"mode": request.POST.get("mode", "")}
    name = _("This draft")
    asked = asked_of(data, pact, pact_of(request, now), name=name, tried_name=name, now=now)
    modes = [(value, label, asked.wanted.mode.value == value) for value, label in MODES]
    return {**result_of(request, asked), "modes": modes}


def _editor(
    request: HttpRequest,
    form: ProposalForm,
    checked: Checked | None,
    *,
    status: int = 200,
    rehearsed: dict[str, object] | None = None,
) -> HttpResponse:
    held = reads.in_force(now_of(request))
    pact = checked.document.pact if checked and checked.document else None
    changed = changes(held.pact, pact) if pact else ()
    context = {
        "form": form,
        "held": held,
        "checked": checked,
        "changes": changed,
        "chapters": chapters_of(pact, changed) if pact else [],
        "rehearsed": rehearsed,
    }
    return render(request, "pact/propose.html", context, status=status)


def _number(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 8 else None
