"""One's own API tokens: made, shown once, revoked."""

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST

from leadpact.base.wording import worded
from leadpact.team import actions, reads
from leadpact.team.errors import NoSuchToken
from leadpact.team.scoping import ALL, READ
from leadpact.web.settings.forms import TokenForm
from leadpact.web.shell.access import actor_of, member_of, needs, now_of


@require_http_methods(["GET", "POST"])
@needs("token.own")
def tokens(request: HttpRequest) -> HttpResponse:
    member, plain = member_of(request), ""
    form = TokenForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        plain = actions.create_token(
            member.id, name=form.cleaned_data["name"], scopes=form.scopes, by=actor_of(request), now=now_of(request)
        )
        form = TokenForm()
    context = {"form": form, "plain": plain, "tokens": reads.tokens(member.id), "all_scopes": ALL, "read_only": (READ,)}
    response = render(request, "settings/tokens.html", context)
    response["Cache-Control"] = "no-store"
    return response


@require_POST
@needs("token.own")
def revoke_token(request: HttpRequest, token_id: int) -> HttpResponse:
    if token_id not in {token.id for token in reads.tokens(member_of(request).id)}:
        raise NoSuchToken(worded("There is no such token of yours."), details={"token": token_id})
    actions.revoke_token(token_id, by=actor_of(request), now=now_of(request))
    return HttpResponseRedirect(reverse("tokens"))
