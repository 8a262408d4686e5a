"""Saved views of the list: kept under a name, shared, changed, opened with, dropped; and the reader's columns."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from leadpact.base.errors import LeadpactError
from leadpact.team import policy
from leadpact.team.types import Member
from leadpact.web.leads import columns, undoing
from leadpact.web.leads.filters import VIEWS, Names, asked_of, chips_of, kept_query
from leadpact.web.leads.lists import names_for
from leadpact.web.leads.reach import sees_everybody
from leadpact.web.leads.undoing import Deed, Undo
from leadpact.web.shell.access import actor_of, member_of, needs, now_of, settings_of
from leadpact.web.shell.wording import told
from leadpact.worklist import keeping
from leadpact.worklist.errors import UnknownView
from leadpact.worklist.rules import may_change
from leadpact.worklist.types import KeptView


@require_GET
@needs("lead.see")
def views(request: HttpRequest) -> HttpResponse:
    """All views a reader has: their own and those shared with everybody, and what can be done with each."""
    member = member_of(request)
    kept = keeping.kept_for(member.id, is_one_of_us=sees_everybody(member))
    names = names_for(request)
    rows = [
        {
            "view": view,
            "owner": names.members.get(view.owner),
            "says": _says(request, view, names),
            "may_change": may_change(view, member.id, keeps_house=_keeps_house(member)),
            "opens": view.id == kept.opens_with,
        }
        for view in kept.views
    ]
    context = {"rows": rows, "may_share": sees_everybody(member), "undo": undoing.offered(request)}
    return render(request, "leads/views.html", context)


def _says(request: HttpRequest, view: KeptView, names: Names) -> str:
    """A view's filters in words: "Ready for sales; Owner: me"."""
    query = QueryDict(view.query)
    asked = asked_of(query, member_of(request), now_of(request), zone=settings_of(request).zone)
    ready_made = str(VIEWS[asked.view.value if asked.view else "all"])
    said = [
        _("%(filter)s: %(value)s") % {"filter": chip.name, "value": chip.value}
        for chip in chips_of(asked, names, query)
    ]
    return "; ".join([ready_made, *said])


@require_POST
@needs("lead.see")
def save(request: HttpRequest) -> HttpResponse:
    """Keep the list as it is under a name, or put it in the place of the view that is open."""
    member, sent = member_of(request), request.POST
    query = kept_query(QueryDict(sent.get("query", "")))
    named = columns.known(sent.get("columns", "").split(","))
    shared = sent.get("shared") == "on" and sees_everybody(member)
    try:
        view = keeping.keep(
            sent.get("name", ""), query, columns=named, is_shared=shared, by=actor_of(request), now=now_of(request)
        )
    except LeadpactError as error:
        messages.error(request, told(error))
        return HttpResponseRedirect(f"/leads/?{query}")
    messages.success(request, _("Kept as “%(name)s”.") % {"name": view.name})
    return _to(view)


@require_POST
@needs("lead.see")
def change(request: HttpRequest, view_id: int) -> HttpResponse:
    """Rename a view, share it or keep it for oneself; or let it show the list as it is now (`query`)."""
    member, sent = member_of(request), request.POST
    view = _view(request, view_id)
    query = kept_query(QueryDict(sent["query"])) if "query" in sent else None
    named = columns.known(sent.get("columns", "").split(",")) if sent.get("columns") else None
    shared = sent["shared"] == "yes" and sees_everybody(member) if "shared" in sent else None
    try:
        view = keeping.change(
            view, name=sent.get("name"), query=query, columns=named, is_shared=shared,
            keeps_house=_keeps_house(member), by=actor_of(request), now=now_of(request),
        )  # fmt: skip
        messages.success(request, _("“%(name)s” is kept as it is now.") % {"name": view.name})
    except LeadpactError as error:
        messages.error(request, told(error))
    return _to(view) if query is not None else HttpResponseRedirect("/leads/views/")


@require_POST
@needs("lead.see")
def drop(request: HttpRequest, view_id: int) -> HttpResponse:
    view = _view(request, view_id)
    keeping.drop(view, keeps_house=_keeps_house(member_of(request)), by=actor_of(request))
    says = _("“%(name)s” is gone from the views.") % {"name": view.name}
    if view.owner == member_of(request).id:
        steps = [view.name, view.query, list(view.columns), view.is_shared]
        undoing.remember(request, Undo(Deed.DROP_VIEW, says, steps))
    else:
        messages.success(request, says)
    return HttpResponseRedirect("/leads/views/")


@require_POST
@needs("lead.see")
def open_with(request: HttpRequest, view_id: int) -> HttpResponse:
    """Let the list open with this view, or, where it does already, with all leads again."""
    view = _view(request, view_id)
    is_on = request.POST.get("on") != "no"
    keeping.open_with(view if is_on else None, by=actor_of(request))
    says = _("The list opens with “%(name)s” from now on.") if is_on else _("The list opens with all leads again.")
    messages.success(request, says % {"name": view.name} if is_on else says)
    return HttpResponseRedirect("/leads/views/")


@require_POST
@needs("lead.see")
def choose_columns(request: HttpRequest) -> HttpResponse:
    """Remember the columns for this reader; while a view is open they stand in the address, ready to be kept."""
    keys = columns.known(request.POST.getlist("column"))
    keeping.choose_columns(() if keys == columns.USUAL else keys, by=actor_of(request))
    query = QueryDict(request.POST.get("query", ""), mutable=True)
    query.pop("after", None)
    query.pop("columns", None)
    if "saved" in query and keys:
        query["columns"] = ",".join(keys)
    return HttpResponseRedirect(f"/leads/?{query.urlencode()}")


def _view(request: HttpRequest, view_id: int) -> KeptView:
    member = member_of(request)
    try:
        return keeping.kept_view(view_id, member.id, is_one_of_us=sees_everybody(member))
    except UnknownView:
        raise Http404 from None


def _keeps_house(member: Member) -> bool:
    return policy.may(member, "settings.edit")


def _to(view: KeptView) -> HttpResponse:
    return HttpResponseRedirect(f"/leads/?{view.query}&saved={view.id}")
