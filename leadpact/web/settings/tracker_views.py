"""The snippet of a browser key: what to put into the site, whether it works, and where it may."""

from datetime import timedelta

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from leadpact.engagement import actions, reads
from leadpact.engagement.types import KeyView, SourceKind
from leadpact.web.settings.arrivals import said_of
from leadpact.web.settings.forms import OriginsForm
from leadpact.web.settings.snippets import MODES, Mode, consent_call, form_example, snippet
from leadpact.web.shell.access import actor_of, needs, now_of
from leadpact.web.shell.forms import done

SINCE = timedelta(hours=24)
FRESH = timedelta(minutes=1)


@require_GET
@needs("key.manage")
def tracker(request: HttpRequest, source_id: int) -> HttpResponse:
    key = _key(source_id)
    return _page(request, key, OriginsForm(initial={"origins": key.origins}))


@require_GET
@needs("key.manage")
def seen(request: HttpRequest, source_id: int) -> HttpResponse:
    """The live part of the page alone: asked for again and again."""
    answer = render(request, "settings/seen.html", _seen(request, _key(source_id)))
    answer["Cache-Control"] = "no-store"
    return answer


@require_POST
@needs("key.manage")
def set_origins(request: HttpRequest, source_id: int) -> HttpResponse:
    key, form = _key(source_id), OriginsForm(request.POST)

    def act() -> None:
        actions.set_origins(source_id, form.cleaned_data["origins"], by=actor_of(request), now=now_of(request))

    if form.is_valid() and done(form, act, field="origins"):
        messages.success(request, _("The key is good for these sites from now on."))
        return HttpResponseRedirect(reverse("settings_tracker", args=[source_id]))
    return _page(request, key, form, status=400)


def _key(source_id: int) -> KeyView:
    key = reads.write_key(source_id)
    if key is None or key.kind is not SourceKind.BROWSER:
        raise Http404
    return key


def _page(request: HttpRequest, key: KeyView, form: OriginsForm, status: int = 200) -> HttpResponse:
    mode = Mode(request.GET["consent"]) if request.GET.get("consent") in set(Mode) else Mode.ASK
    home = settings.BASE_URL if settings.HTTPS else f"{request.scheme}://{request.get_host()}"
    context = {
        "key": key,
        "form": form,
        "mode": mode,
        "modes": [(each, *MODES[each]) for each in Mode],
        "snippet": snippet(home, reads.public_key(key.id), mode),
        "consent_call": consent_call(),
        "form_example": form_example(),
        "honours_signal": settings.HONOURS_PRIVACY_SIGNAL,
        **_seen(request, key),
    }
    return render(request, "settings/tracker.html", context, status=status)


def _seen(request: HttpRequest, key: KeyView) -> dict[str, object]:
    now = now_of(request)
    sightings = reads.sightings(key.id)
    return {
        "key": key,
        "sightings": [
            (each, now - each.happened_at < FRESH, "\n".join((*key.origins, each.origin))) for each in sightings
        ],
        "is_seen": any(not each.is_refused for each in sightings),
        "arrivals": [said_of(each) for each in reads.arrivals_of(key.id, since=now - SINCE)],
    }
