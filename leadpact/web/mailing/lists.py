"""The list of mails, and one mail: what it says, to whom it went, what came of it."""

from collections.abc import Iterator
from dataclasses import dataclass

from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils.functional import Promise
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from leadpact.capture import reads as capture
from leadpact.flow import audience
from leadpact.nurture import reads, rules
from leadpact.nurture.errors import UnknownMailing
from leadpact.nurture.types import MailingView, RecipientView, SendState, Tally
from leadpact.people import reads as people
from leadpact.people.types import PersonView
from leadpact.team import policy
from leadpact.team.types import Member
from leadpact.web.mailing.words import REASONS, SEND_STATES, STATES, query_of, say_audience
from leadpact.web.shell.access import check, member_of, members_of, needs, now_of, settings_of
from leadpact.web.shell.machines import say_rule
from leadpact.web.shell.spreadsheet import csv_response

PAGE = 50
HELD = "held"  # asked for like a state: whose unsubscribe waits to be confirmed


@dataclass(frozen=True)
class Line:
    """A mail as the list shows it."""

    mailing: MailingView
    state: str | Promise
    tally: Tally
    campaign: str
    writer: Member | None


@dataclass(frozen=True)
class RecipientLine:
    """One recipient as the page shows them."""

    recipient: RecipientView
    person: PersonView | None
    state: str | Promise
    reason: str | Promise
    held: str = ""  # why their unsubscribe is held


@require_GET
@needs("campaign.see")
def mails(request: HttpRequest) -> HttpResponse:
    found, following = reads.mailings(after=request.GET.get("after"), limit=PAGE)
    tallies = reads.tallies([each.id for each in found])
    names = {each.id: each.name for each in capture.campaigns({each.campaign for each in found if each.campaign})}
    members = members_of(request)
    lines = [
        Line(
            each, STATES[each.state], tallies[each.id], names.get(each.campaign or 0, ""), members.get(each.created_by)
        )
        for each in found
    ]
    return render(request, "mailing/list.html", {"lines": lines, "next": following or ""})


@require_GET
@needs("campaign.see")
def mails_csv(request: HttpRequest) -> HttpResponseBase:
    check(request, "export.run", policy.Subject("report", owner=member_of(request).id))
    zone = settings_of(request).zone

    def rows() -> Iterator[tuple[object, ...]]:
        after: str | None = None
        while True:
            found, after = reads.mailings(after=after, limit=500)
            tallies = reads.tallies([each.id for each in found])
            for each in found:
                tally, written = tallies[each.id], each.created_at.astimezone(zone).isoformat()
                counts = (tally.chosen, tally.sent, tally.refused, tally.unknown, tally.clicked, tally.unsubscribed)
                yield each.subject, str(STATES[each.state]), written, *counts
            if after is None:
                return

    head = ("subject", "state", "written", "chosen", "sent", "not_written_to", "unknown", "clicked", "unsubscribed")
    return csv_response("mails", head, rows())


@require_GET
@needs("campaign.see")
def mail(request: HttpRequest, mailing_id: int) -> HttpResponse:
    found = mailing_of(mailing_id)
    context: dict[str, object] = {
        "mailing": found,
        "state": STATES[found.state],
        "preview": preview_of(found, member_of(request)),
        "subject": rules.filled(found.subject, _sample(member_of(request))),
        "campaign": capture.campaign(found.campaign) if found.campaign else None,
        "chosen": say_audience(found.audience, members_of(request)) if found.audience else [],
        "audience_query": query_of(found.audience) if found.audience else "",
        "postal_address": settings_of(request).postal_address,
    }
    if found.is_draft:
        total = audience.count(found.audience, now=now_of(request)) if found.audience else 0
        return render(request, "mailing/draft.html", {**context, "total": total})
    return render(request, "mailing/mail.html", {**context, **_progress(request, found)})


@require_GET
@needs("campaign.see")
def recipients_csv(request: HttpRequest, mailing_id: int) -> HttpResponseBase:
    check(request, "export.run", policy.Subject("report", owner=member_of(request).id))
    found = mailing_of(mailing_id)
    zone = settings_of(request).zone

    def rows() -> Iterator[tuple[object, ...]]:
        after: str | None = None
        while True:
            some, after = reads.recipients(found.id, after=after, limit=1_000)
            for line in _lines(some):
                one = line.recipient
                name = line.person.name if line.person else ""
                when = [at.astimezone(zone).isoformat() if at else "" for at in (one.sent_at, one.clicked_at)]
                ends = (one.unsubscribed_at is not None, line.held if one.is_held else "")
                yield name, one.address, str(line.state), str(line.reason), *when, *ends
            if after is None:
                return

    head = ("name", "address", "state", "reason", "sent", "clicked", "unsubscribed", "held")
    return csv_response(f"mail-{found.id}", head, rows())


def mailing_of(number: int) -> MailingView:
    try:
        return reads.mailing(number)
    except UnknownMailing:
        raise Http404 from None


def preview_of(mailing: MailingView, member: Member) -> SafeString:
    """The text as it will stand in the mail, filled in with the reader's own name."""
    letter = rules.read(mailing.subject, mailing.body)
    fragment = rules.fragment(letter, _sample(member), letter.links.__getitem__)
    return mark_safe(fragment)  # noqa: S308  # nurture.rules escapes every word and lets no other markup through


def _sample(member: Member) -> dict[str, str]:
    return {"name": member.name, "first name": rules.first_name(member.name), "company": ""}


def _progress(request: HttpRequest, mailing: MailingView) -> dict[str, object]:
    tally = reads.tallies([mailing.id])[mailing.id]
    named = request.GET.get("state", "")
    wanted = SendState(named) if named in set(SendState) else None
    is_held, after = named == HELD, request.GET.get("after")
    found, following = reads.recipients(mailing.id, state=wanted, is_held=is_held, after=after, limit=PAGE)
    chips = [(state.value, SEND_STATES[state], n) for state, n in tally.counts.items()]
    if tally.held:
        chips.append((HELD, _("Unsubscribe held"), tally.held))
    done = tally.chosen - tally.left
    return {
        "tally": tally,
        "percent": 100 * done // tally.chosen if tally.chosen else 0,
        "reasons": [(REASONS[reason], n) for reason, n in sorted(tally.by_reason.items(), key=lambda each: -each[1])],
        "lines": _lines(found),
        "next": following or "",
        "chips": chips,
        "state_asked": named if wanted or is_held else "",
    }


def _lines(found: list[RecipientView]) -> list[RecipientLine]:
    persons = people.persons([each.person for each in found])
    return [
        RecipientLine(
            each,
            persons.get(each.person),
            SEND_STATES[each.state],
            REASONS[each.reason] if each.reason else "",
            say_rule(each.held_why),
        )
        for each in found
    ]
