"""Writing a mail, choosing who gets it, trying it on oneself, sending and stopping it."""

from dataclasses import dataclass, replace

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST

from leadpact.base.errors import LeadpactError
from leadpact.flow import audience, sending
from leadpact.nurture import actions
from leadpact.nurture.types import Audience, MailingView, Refusal
from leadpact.people.mailing import Basis, bases
from leadpact.web.mailing.forms import AudienceForm, WordsForm, audience_of
from leadpact.web.mailing.lists import mailing_of
from leadpact.web.mailing.words import REASONS, query_of
from leadpact.web.shell.access import actor_of, member_of, needs, now_of
from leadpact.web.shell.forms import done
from leadpact.web.shell.wording import told

SHOWN = 50


@dataclass(frozen=True)
class Candidate:
    """Somebody who is chosen, and why they would get nothing, "" where they would."""

    person: Basis
    reason: str | Promise
    is_left_out: bool


@require_http_methods(["GET", "HEAD", "POST"])
@needs("mail.send")
def add(request: HttpRequest) -> HttpResponse:
    """Begin a mail; whoever the address names is chosen already."""
    chosen = audience_of(request.GET, member_of(request)) if request.GET else None
    if request.method != "POST":
        form = WordsForm(initial={"campaign": request.GET.get("campaign", "")})
        return render(request, "mailing/write.html", {"form": form})
    form, made = WordsForm(request.POST), list[MailingView]()

    def act() -> None:
        made.append(actions.draft(form.draft(), audience=chosen, by=actor_of(request), now=now_of(request)))

    if form.is_valid() and done(form, act, field="body"):
        messages.success(request, _("The draft is kept. Nothing has been sent."))
        return HttpResponseRedirect(reverse("mail", args=[made[0].id]))
    return render(request, "mailing/write.html", {"form": form}, status=400)


@require_http_methods(["GET", "HEAD", "POST"])
@needs("mail.send")
def edit(request: HttpRequest, mailing_id: int) -> HttpResponse:
    found = mailing_of(mailing_id)
    if request.method != "POST":
        form = WordsForm(initial={"subject": found.subject, "body": found.body, "campaign": found.campaign})
        return render(request, "mailing/write.html", {"form": form, "mailing": found})
    form = WordsForm(request.POST)

    def act() -> None:
        actions.rewrite(found.id, form.draft(), by=actor_of(request), now=now_of(request))

    if form.is_valid() and done(form, act, field="body"):
        messages.success(request, _("The draft is changed."))
        return HttpResponseRedirect(reverse("mail", args=[found.id]))
    return render(request, "mailing/write.html", {"form": form, "mailing": found}, status=400)


@require_http_methods(["GET", "HEAD", "POST"])
@needs("mail.send")
def choose(request: HttpRequest, mailing_id: int) -> HttpResponse:
    """Look who the filters mean and whether they may be written to; the button keeps them."""
    found, now = mailing_of(mailing_id), now_of(request)
    wanted = audience_of(request.GET if request.GET else request.POST, member_of(request))
    if not request.GET and request.method != "POST" and found.audience:
        wanted = found.audience
    if request.method == "POST":
        left_out = tuple(int(each) for each in request.POST.getlist("without") if each.isascii() and each.isdigit())
        kept = replace(wanted, without=left_out[:SHOWN])
        actions.choose(found.id, kept, by=actor_of(request), now=now)
        messages.success(request, _("They are chosen. Nothing has been sent."))
        return HttpResponseRedirect(reverse("mail", args=[found.id]))
    part = audience.part_of(wanted, after=request.GET.get("after"), limit=SHOWN, now=now)
    candidates = _candidates(part.persons, wanted)
    initial = {"campaign": wanted.campaign, "view": wanted.view, "stage": wanted.stage, "q": wanted.search}
    context = {
        "mailing": found,
        "form": AudienceForm(initial={**initial, "min": wanted.min_points}),
        "by_hand": len(wanted.persons),
        "candidates": candidates,
        "allowed": sum(1 for each in candidates if not each.reason),
        "has_more": part.next is not None,
        "query": query_of(wanted),
    }
    return render(request, "mailing/choose.html", context)


@require_POST
@needs("mail.send")
def test(request: HttpRequest, mailing_id: int) -> HttpResponse:
    member = member_of(request)
    try:
        sending.send_test(mailing_of(mailing_id), member, now=now_of(request))
    except LeadpactError as error:
        messages.error(request, told(error))
    else:
        messages.success(request, _("A test is on its way to %(address)s.") % {"address": member.email})
    return _back(mailing_id)


@require_POST
@needs("mail.send")
def send(request: HttpRequest, mailing_id: int) -> HttpResponse:
    found = mailing_of(mailing_id)
    try:
        sending.start(found.id, by=actor_of(request), now=now_of(request))
    except LeadpactError as error:
        messages.error(request, told(error))
    else:
        hold = int(actions.HOLD.total_seconds())
        said = ngettext(
            "It begins in %(n)s second. Until then you can stop it and nothing has left.",
            "It begins in %(n)s seconds. Until then you can stop it and nothing has left.",
            hold,
        )
        messages.success(request, said % {"n": hold})
    return _back(found.id)


@require_POST
@needs("mail.send")
def stop(request: HttpRequest, mailing_id: int) -> HttpResponse:
    actions.stop(mailing_of(mailing_id).id, by=actor_of(request), now=now_of(request))
    messages.success(request, _("Stopped. Whoever has not got it yet gets nothing, unless you go on."))
    return _back(mailing_id)


@require_POST
@needs("mail.send")
def go_on(request: HttpRequest, mailing_id: int) -> HttpResponse:
    actions.go_on(mailing_of(mailing_id).id, by=actor_of(request), now=now_of(request))
    messages.success(request, _("It goes on. Nobody gets it twice."))
    return _back(mailing_id)


def _candidates(numbers: tuple[int, ...], wanted: Audience) -> list[Candidate]:
    known = bases(numbers)
    return [
        Candidate(basis, _reason(basis), number in wanted.without)
        for number in numbers
        if (basis := known.get(number)) is not None
    ]


def _reason(basis: Basis) -> str | Promise:
    return REASONS[Refusal(basis.refused.value)] if basis.refused else ""


def _back(mailing_id: int) -> HttpResponse:
    return HttpResponseRedirect(reverse("mail", args=[mailing_id]))
