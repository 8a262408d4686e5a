"""Write keys: made, shown once, revoked."""

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
from leadpact.web.arrivals.words import AWAY
from leadpact.web.settings.arrivals import said_of
from leadpact.web.settings.forms import KeyForm, LimitForm
from leadpact.web.shell.access import actor_of, needs, now_of
from leadpact.web.shell.forms import done

SINCE = timedelta(days=7)
MOST_HOURS = 48


@require_GET
@needs("key.manage")
def keys(request: HttpRequest) -> HttpResponse:
    return _page(request, KeyForm(initial={"kind": SourceKind.BROWSER.value}))


@require_POST
@needs("key.manage")
def add_key(request: HttpRequest) -> HttpResponse:
    form, made = KeyForm(request.POST), []

    def act() -> None:
        said = form.cleaned_data
        kind = SourceKind(said["kind"])
        made.append(
            actions.create_source(
                said["name"], kind, origins=said["origins"], by=actor_of(request), now=now_of(request)
            )
        )

    if form.is_valid() and done(form, act, field="origins"):
        return _page(request, KeyForm(initial={"kind": SourceKind.BROWSER.value}), plain=made[0])
    return _page(request, form, status=400)


@require_GET
@needs("key.manage")
def key(request: HttpRequest, source_id: int) -> HttpResponse:
    found = _key(source_id)
    return _key_page(request, found, LimitForm(initial={"events_per_second": found.events_per_second}))


@require_POST
@needs("key.manage")
def set_limit(request: HttpRequest, source_id: int) -> HttpResponse:
    found, form = _key(source_id), LimitForm(request.POST)

    def act() -> None:
        limit = form.cleaned_data["events_per_second"]
        actions.set_limit(source_id, limit, by=actor_of(request), now=now_of(request))

    if form.is_valid() and done(form, act, field="events_per_second"):
        messages.success(request, _("The key has this limit from now on; it takes some seconds everywhere."))
        return HttpResponseRedirect(reverse("settings_key", args=[source_id]))
    return _key_page(request, found, form, status=400)


@require_POST
@needs("key.manage")
def revoke_key(request: HttpRequest, source_id: int) -> HttpResponse:
    actions.revoke_source(source_id, by=actor_of(request), now=now_of(request))
    messages.success(request, _("The key opens nothing any more. What it sent stays."))
    return HttpResponseRedirect(reverse("settings_keys"))


def _key(source_id: int) -> KeyView:
    found = reads.write_key(source_id)
    if found is None:
        raise Http404
    return found


def _key_page(request: HttpRequest, found: KeyView, form: LimitForm, status: int = 200) -> HttpResponse:
    """What came in with a key this week, what was turned away, and how fast it may send."""
    since = now_of(request) - SINCE
    context = {
        "key": found,
        "form": form,
        "usual": settings.EVENTS_PER_SECOND,
        "arrivals": [said_of(each) for each in reads.arrivals_of(found.id, since=since)],
        "turned_away": [
            (AWAY[each.why], each) for each in reads.turned_away(since=since, source=found.id)[:MOST_HOURS]
        ],
        "mapping": sorted(found.mapping.items()),
    }
    return render(request, "settings/key.html", context, status=status)


def _page(request: HttpRequest, form: KeyForm, plain: str = "", status: int = 200) -> HttpResponse:
    context = {"form": form, "plain": plain, "keys": reads.write_keys()}
    response = render(request, "settings/keys.html", context, status=status)
    response["Cache-Control"] = "no-store"
    return response
