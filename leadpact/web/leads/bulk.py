"""What can be done with several chosen leads at once, and undoing it.

Each lead is checked by itself; those that may not be touched, or where it makes no sense, are left as they are and
counted.  Giving away and remarks can be undone; sending back, which asks for its reason on a page of its own, waits
half a minute in which it can be undone.
"""

from collections.abc import Callable, Collection, Mapping
from dataclasses import asdict, dataclass
from urllib.parse import urlencode

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_POST

from leadpact.base.errors import LeadpactError
from leadpact.flow import assigning, sending_back
from leadpact.flow.assigning import Given
from leadpact.flow.sending_back import HOLD
from leadpact.handover.types import PursuitView, Stage
from leadpact.pact import reads as pacts
from leadpact.team import policy
from leadpact.team import reads as team
from leadpact.team.policy import Subject, Verb
from leadpact.team.types import Member
from leadpact.web.leads import undoing
from leadpact.web.leads.filters import asked_of
from leadpact.web.leads.forms import ReasonForm
from leadpact.web.leads.lists import takers
from leadpact.web.leads.reach import sees_everybody
from leadpact.web.leads.undoing import Deed, Undo
from leadpact.web.shell.access import actor_of, member_of, members_of, needs, now_of, settings_of
from leadpact.web.shell.wording import told
from leadpact.worklist import keeping
from leadpact.worklist import reads as worklist
from leadpact.worklist.types import Line

MOST = 200


class NoteForm(forms.Form):
    note = forms.CharField(
        max_length=4000, widget=forms.Textarea, label=gettext_lazy("Note"), help_text=gettext_lazy("Both teams see it.")
    )


@dataclass(frozen=True)
class Chosen:
    line: Line
    pursuit: PursuitView | None  # that runs


@require_POST
@needs("lead.assign")
def hand_on(request: HttpRequest) -> HttpResponse:
    """Give the chosen leads to a colleague: those that are worked with their clocks, the others as their owner's."""
    members = members_of(request)
    taker = members.get(_number(request.POST.get("to", "")))
    if taker is None or taker not in takers(members):
        messages.error(request, _("Choose who is to have them."))
        return _back(request)
    chosen = _chosen(request)
    may = allowed(request, "lead.assign", chosen, members)
    given = assigning.give([each.line.person for each in may], taker.id, by=actor_of(request), now=now_of(request))
    if given:
        says = ngettext("%(n)s lead is %(name)s's now.", "%(n)s leads are %(name)s's now.", len(given))
        steps = [asdict(each) for each in given]
        undoing.remember(request, Undo(Deed.HAND_ON, says % {"n": len(given), "name": taker.name}, steps))
    _tell_left(request, len(chosen) - len(may))
    if may and not given:
        messages.info(request, _("They are %(name)s's already.") % {"name": taker.name})
    return _back(request)


@require_POST
@needs("lead.note")
def note(request: HttpRequest) -> HttpResponse:
    """Put one remark on the chosen leads; without one yet, ask for it."""
    members = members_of(request)
    chosen = _chosen(request)
    may = allowed(request, "lead.note", chosen, members)
    if not may:
        _tell_left(request, len(chosen))
        return _back(request)
    form = NoteForm(request.POST if "note" in request.POST else None)
    if not form.is_valid():
        title = ngettext("Add a note to %(n)s lead", "Add a note to %(n)s leads", len(may)) % {"n": len(may)}
        return _ask(request, may, form, title, _("Add the note"))
    persons = [each.line.person for each in may]
    entries = assigning.note_on(persons, form.cleaned_data["note"], by=actor_of(request), now=now_of(request))
    says = ngettext("The note stands on %(n)s lead.", "The note stands on %(n)s leads.", len(entries))
    undoing.remember(request, Undo(Deed.NOTE, says % {"n": len(entries)}, entries))
    _tell_left(request, len(chosen) - len(may))
    return _back(request)


@require_POST
@needs("lead.answer")
def send_back(request: HttpRequest) -> HttpResponse:
    """Give the chosen leads that are worked back to marketing, with one reason for all; without one yet, ask for it."""
    members = members_of(request)
    chosen = _chosen(request)
    worked = [each for each in chosen if each.pursuit is not None and each.pursuit.stage is Stage.WORKING]
    may = allowed(request, "lead.answer", worked, members)
    if not may:
        messages.warning(request, _("Only leads that are yours to work can be sent back."))
        return _back(request)
    reasons = pacts.in_force(now_of(request)).pact.recycle_reasons
    form = ReasonForm(reasons, request.POST if "until" in request.POST else None)
    numbers = sorted({each.pursuit.id for each in may if each.pursuit is not None})
    if not form.is_valid() or not _sent_back(request, form, numbers):
        title = ngettext("Send %(n)s lead back to marketing", "Send %(n)s leads back to marketing", len(may))
        return _ask(request, may, form, title % {"n": len(may)}, _("Send back to marketing"))
    says = ngettext(
        "%(n)s lead goes back to marketing in %(seconds)s seconds.",
        "%(n)s leads go back to marketing in %(seconds)s seconds.",
        len(numbers),
    ) % {"n": len(numbers), "seconds": HOLD.seconds}
    undoing.remember(request, Undo(Deed.SEND_BACK, says, numbers), within=HOLD)
    _tell_left(request, len(chosen) - len(may))
    return _back(request)


def _sent_back(request: HttpRequest, form: forms.Form, pursuits: Collection[int]) -> bool:
    """All of them or none: a reason that one of the pacts does not know comes back beside its field."""
    said = form.cleaned_data
    try:
        sending_back.hold(
            pursuits, said["reason"], note=said["note"], until=said["until"], by=actor_of(request), now=now_of(request)
        )
    except LeadpactError as error:
        form.add_error("reason", told(error))
        return False
    return True


@require_POST
@needs("mail.send")
def write(request: HttpRequest) -> HttpResponse:
    """Begin a mail to the chosen leads; of a whole list, to whom its filters mean when the mail is sent."""
    query = request.POST.get("query", "")
    if "all" in request.POST:
        return HttpResponseRedirect(f"{reverse('mail_add')}?{query or 'view=all'}")
    persons = [("person", each.line.person) for each in _chosen(request)]
    if not persons:
        messages.error(request, _("Choose who is to get it."))
        return _back(request)
    return HttpResponseRedirect(f"{reverse('mail_add')}?{urlencode(persons)}")


@require_POST
@needs("lead.see")
def undo(request: HttpRequest) -> HttpResponse:
    """Undo what was done last, if its minutes are not over; or, with `keep`, offer it no more."""
    kept = undoing.taken(request)
    if "keep" in request.POST:
        return _back(request)
    if kept is None:
        messages.warning(request, _("It is too late to undo that here. Open a lead to change it."))
        return _back(request)
    _UNDO[kept.deed](request, kept)
    return _back(request)


def _undo_hand_on(request: HttpRequest, kept: Undo) -> None:
    given = [Given(**step) for step in kept.steps]
    if not policy.may(member_of(request), "lead.assign"):
        given = []
    done = assigning.take_back(given, by=actor_of(request), now=now_of(request))
    said = ngettext("%(n)s lead is back where it was.", "%(n)s leads are back where they were.", done)
    messages.success(request, said % {"n": done})
    if done < len(kept.steps):
        left = len(kept.steps) - done
        moved = ngettext("%(n)s lead has moved on since and stays.", "%(n)s leads have moved on since and stay.", left)
        messages.warning(request, moved % {"n": left})


def _undo_note(request: HttpRequest, kept: Undo) -> None:
    done = assigning.strike_out(kept.steps, by=actor_of(request), now=now_of(request))
    said = ngettext("The note on %(n)s lead is struck out.", "The note on %(n)s leads is struck out.", done)
    messages.success(request, said % {"n": done})


def _undo_send_back(request: HttpRequest, kept: Undo) -> None:
    done = sending_back.undo(kept.steps, by=actor_of(request))
    if done:
        said = ngettext("%(n)s lead stays where it is.", "%(n)s leads stay where they are.", done)
        messages.success(request, said % {"n": done})
    if done < len(kept.steps):
        gone = len(kept.steps) - done
        moved = ngettext("%(n)s lead has moved on already.", "%(n)s leads have moved on already.", gone)
        messages.warning(request, moved % {"n": gone})


def _undo_drop(request: HttpRequest, kept: Undo) -> None:
    name, query, columns, is_shared = kept.steps
    view = keeping.keep(name, query, columns=columns, is_shared=is_shared, by=actor_of(request), now=now_of(request))
    messages.success(request, _("“%(name)s” is back among your views.") % {"name": view.name})


_UNDO: Mapping[Deed, Callable[[HttpRequest, Undo], None]] = {
    Deed.HAND_ON: _undo_hand_on,
    Deed.NOTE: _undo_note,
    Deed.DROP_VIEW: _undo_drop,
    Deed.SEND_BACK: _undo_send_back,
}


def _chosen(request: HttpRequest) -> list[Chosen]:
    """The chosen leads that whoever asks may see, by name; with `all`, those of the whole list, up to `MOST`."""
    if "all" in request.POST:
        return chosen_among(request, _of_list(request))
    return chosen_among(request, list(dict.fromkeys(_number(each) for each in request.POST.getlist("lead")))[:MOST])


def _of_list(request: HttpRequest) -> list[int]:
    """The first leads of the list that the address of the page asks for, as the page orders them."""
    member, now = member_of(request), now_of(request)
    asked = asked_of(QueryDict(request.POST.get("query", "")), member, now, zone=settings_of(request).zone)
    page = worklist.lines(
        asked.wanted, sort=asked.sort, is_reversed=asked.is_reversed, limit=MOST,
        visible_owners=policy.visible_owners(member),
    )  # fmt: skip
    if page.has_more:
        messages.warning(request, _("Only the first %(most)s of the list were taken.") % {"most": MOST})
    return [line.person for line in page.lines]


def chosen_among(request: HttpRequest, numbers: Collection[int]) -> list[Chosen]:
    """Those of these leads that whoever asks may see, by name."""
    lines = worklist.lines_of(numbers, visible_owners=policy.visible_owners(member_of(request)))
    running = assigning.running_of([line.person for line in lines])
    return [Chosen(line, running.get(line.person)) for line in lines]


def allowed(
    request: HttpRequest, verb: Verb, chosen: Collection[Chosen], members: Mapping[int, Member]
) -> list[Chosen]:
    """Those of the chosen that the policy lets whoever asks do this to."""
    member = member_of(request)
    sides = {each.id: each.side for each in team.teams()}

    def subject(each: Chosen) -> Subject:
        owner = each.pursuit.owner if each.pursuit else each.line.owner
        holder = members.get(owner or 0)
        team_id = each.pursuit.team if each.pursuit and each.pursuit.team else holder.team if holder else None
        return Subject("lead", owner=owner, team=team_id, side=sides.get(team_id or 0))

    return [each for each in chosen if policy.may(member, verb, subject(each))]


def _ask(request: HttpRequest, may: Collection[Chosen], form: forms.Form, title: str, button: str) -> HttpResponse:
    context = {
        "chosen": may, "form": form, "title": title, "button": button, "query": request.POST.get("query", ""),
        "sees_everybody": sees_everybody(member_of(request)),
    }  # fmt: skip
    return render(request, "leads/bulk.html", context, status=400 if form.errors else 200)


def _tell_left(request: HttpRequest, left: int) -> None:
    if left:
        said = ngettext("%(n)s lead was left as it is.", "%(n)s leads were left as they are.", left)
        messages.warning(request, said % {"n": left})


def _back(request: HttpRequest) -> HttpResponse:
    query = request.POST.get("query", "")
    return HttpResponseRedirect(f"/leads/?{query}" if query else "/leads/")


def _number(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 19 else 0
