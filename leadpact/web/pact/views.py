"""The pact in force, one version of it, and its document."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from leadpact.engagement.kinds import ACTS
from leadpact.flow.replaying import preparing
from leadpact.pact import reads
from leadpact.pact.errors import NoSuchVersion
from leadpact.pact.rules import lint
from leadpact.pact.sentences import changes
from leadpact.pact.types import PactVersion
from leadpact.team import reads as team
from leadpact.web.pact.forms import InForceForm
from leadpact.web.pact.pages import chapters_of, editions, proposer_of
from leadpact.web.shell.access import needs, now_of, settings_of

SHOWN = 10
LANDMARKS = frozenset({"lead", "ready", "marketing", "sales", "reasons"})  # chapters that have a tab


@require_GET
@needs("pact.see")
def pact(request: HttpRequest) -> HttpResponse:
    now = now_of(request)
    held = reads.in_force(now)
    shown = editions(now, limit=None if request.GET.get("all") else SHOWN + 1)
    chapters = chapters_of(held.pact)
    context = {
        "held": held,
        "version": reads.version(held.version),
        "chapters": chapters,
        "landmarks": [chapter for chapter in chapters if chapter.anchor in LANDMARKS],
        "editions": shown if request.GET.get("all") else shown[:SHOWN],
        "has_older": len(shown) > SHOWN and not request.GET.get("all"),
        "waiting": [each for each in shown if each.since is None and each.version.number > held.version],
        "coming": [each for each in shown if each.since is not None and each.since > now],
    }
    preparing.warm()  # the page leads to the replay
    return render(request, "pact/page.html", context)


@require_GET
@needs("pact.see")
def version(request: HttpRequest, number: int) -> HttpResponse:
    return show_version(request, version_of(number))


@require_GET
@needs("pact.see")
def document(request: HttpRequest, number: int) -> HttpResponse:
    """The document as it was proposed, for a file."""
    found = version_of(number)
    response = HttpResponse(reads.text_of(found.number), content_type="application/yaml; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="pact-v{found.number}.yaml"'
    return response


def version_of(number: int) -> PactVersion:
    try:
        return reads.version(number)
    except NoSuchVersion:
        raise Http404 from None


def show_version(
    request: HttpRequest, found: PactVersion, *, form: InForceForm | None = None, status: int = 200
) -> HttpResponse:
    """A version beside the one in force: what it changes, what it says, its document."""
    now, zone = now_of(request), settings_of(request).zone
    held, said = reads.in_force(now), reads.pact_of(found.number)
    changed = changes(held.pact, said)
    context = {
        "version": found,
        "proposer": proposer_of(found, {each.id: each.name for each in team.users()}),
        "held": held,
        "is_in_force": held.version == found.number,
        "since": found.in_force_since[-1] if found.in_force_since else None,
        "changes": changed,
        "chapters": chapters_of(said, changed),
        "findings": lint(said, kinds=ACTS, calendars=team.calendars()),
        "text": reads.text_of(found.number),
        "form": form or InForceForm(zone=zone, now=now),
    }
    preparing.warm()  # the page leads to the replay
    return render(request, "pact/version.html", context, status=status)
