"""Write keys: made, shown once, revoked."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from leadpact.engagement import actions, reads
from leadpact.engagement.types import SourceKind
from leadpact.web.settings.forms import KeyForm
from leadpact.web.shell.access import actor_of, needs, now_of
from leadpact.web.shell.forms import done


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


@require_POST
@needs("key.manage")
def revoke_key(request: HttpRequest, source_id: int) -> HttpResponse:
    actions.revoke_source(source_id, by=actor_of(request), now=now_of(request))
    messages.success(request, _("The key opens nothing any more. What it sent stays."))
    return HttpResponseRedirect(reverse("settings_keys"))


def _page(request: HttpRequest, form: KeyForm, plain: str = "", status: int = 200) -> HttpResponse:
    context = {"form": form, "plain": plain, "keys": reads.write_keys()}
    response = render(request, "settings/keys.html", context, status=status)
    response["Cache-Control"] = "no-store"
    return response
