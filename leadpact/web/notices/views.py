"""The list of notices, and marking them read or not."""

from collections.abc import Iterator
from datetime import UTC, datetime, tzinfo
from urllib.parse import urlencode

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from leadpact.team import actions, reads
from leadpact.team.notice_kinds import KINDS
from leadpact.team.types import NoticeView
from leadpact.web.shell.access import keep_unread, member_of, needs, now_of, settings_of
from leadpact.web.shell.spreadsheet import csv_response

PAGE = 50
UNREAD = 200  # unread ones shown at once; the others follow when these are read


@require_http_methods(["GET", "POST"])
@needs("token.own")
def notices(request: HttpRequest) -> HttpResponse:
    member, now = member_of(request), now_of(request)
    if request.method == "POST":
        marked = actions.mark_read(member.id, now=now)
        said = ngettext("%(n)s notice marked as read.", "%(n)s notices marked as read.", marked) % {"n": marked}
        undo = f"{reverse('notices_unread')}?{urlencode({'read_at': now.isoformat()})}"
        messages.success(request, said, extra_tags=f"undo={undo}" if marked else "")
        return HttpResponseRedirect(reverse("notices"))
    after = request.GET.get("after", "")
    before = int(after) if after.isascii() and after.isdigit() and len(after) < 19 else None
    unread = [] if before else reads.unread(member.id, limit=UNREAD + 1)
    keep_unread(request, len(unread)) if not before else None
    older = reads.read_notices(member.id, before=before, limit=PAGE)
    context = {
        "unread": [_row(each) for each in unread[:UNREAD]],
        "has_more_unread": len(unread) > UNREAD,
        "older": [_row(each) for each in older.notices],
        "next": str(older.next or ""),
    }
    return render(request, "notices/list.html", context)


@require_GET
@needs("export.run")
def notices_csv(request: HttpRequest) -> HttpResponseBase:
    """All that the member was told, the newest first."""
    head = (_("When"), _("Kind"), _("Notice"), _("Address"), _("Read"))
    return csv_response("notices", head, _cells(member_of(request).id, settings_of(request).zone))


def _cells(user_id: int, zone: tzinfo) -> Iterator[tuple[object, ...]]:
    before: int | None = None
    while True:
        page = reads.notice_page(user_id, before=before, limit=500)
        for each in page.notices:
            kind = KINDS.get(each.kind)
            when = each.created_at.astimezone(zone).isoformat(sep=" ", timespec="minutes")
            yield (when, kind.label if kind else "", each.text, each.url, _("yes") if each.is_read else _("no"))
        if page.next is None:
            return
        before = page.next


@require_GET
@needs("token.own")
def notice(request: HttpRequest, notice_id: int) -> HttpResponse:
    """Go where a notice of one's own points; it is read then."""
    member, found = member_of(request), _own(request, notice_id)
    actions.mark_read(member.id, [found.id], now=now_of(request))
    return HttpResponseRedirect(found.url or reverse("notices"))


@require_POST
@needs("token.own")
def read_one(request: HttpRequest, notice_id: int) -> HttpResponse:
    actions.mark_read(member_of(request).id, [_own(request, notice_id).id], now=now_of(request))
    return HttpResponseRedirect(reverse("notices"))


@require_POST
@needs("token.own")
def unread_one(request: HttpRequest, notice_id: int) -> HttpResponse:
    actions.mark_unread(member_of(request).id, notice_id=_own(request, notice_id).id)
    return HttpResponseRedirect(reverse("notices"))


@require_POST
@needs("token.own")
def unread(request: HttpRequest) -> HttpResponse:
    """Take back that all were marked as read, at the moment the address names."""
    moment = _moment(request.GET.get("read_at", ""))
    if moment is not None:
        actions.mark_unread(member_of(request).id, read_at=moment)
    return HttpResponseRedirect(reverse("notices"))


def _own(request: HttpRequest, notice_id: int) -> NoticeView:
    found = reads.notice(member_of(request).id, notice_id)
    if found is None:
        raise Http404
    return found


def _row(view: NoticeView) -> dict[str, object]:
    kind = KINDS.get(view.kind)
    return {"notice": view, "kind": kind.label if kind else ""}


def _moment(text: str) -> datetime | None:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return None
    return moment.astimezone(UTC) if moment.tzinfo else None
