"""How the states of a mail and the reasons why somebody gets none are said."""

from collections.abc import Mapping
from urllib.parse import urlencode

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from leadpact.capture import reads as capture
from leadpact.capture.errors import UnknownCampaign
from leadpact.handover.types import Stage
from leadpact.nurture.types import Audience, MailingState, Refusal, SendState
from leadpact.team.types import Member
from leadpact.web.leads.filters import VIEWS
from leadpact.web.leads.strip import STAGE_NAMES

STATES: Mapping[MailingState, str | Promise] = {
    MailingState.DRAFT: gettext_lazy("Draft"),
    MailingState.CHOOSING: gettext_lazy("Starting"),
    MailingState.SENDING: gettext_lazy("Sending"),
    MailingState.STOPPED: gettext_lazy("Stopped"),
    MailingState.DONE: gettext_lazy("Sent"),
}
SEND_STATES: Mapping[SendState, str | Promise] = {
    SendState.SENT: gettext_lazy("Sent"),
    SendState.DUE: gettext_lazy("Waiting"),
    SendState.SENDING: gettext_lazy("Leaving now"),
    SendState.REFUSED: gettext_lazy("Not written to"),
    SendState.UNKNOWN: gettext_lazy("Not known whether it arrived"),
}
REASONS: Mapping[Refusal, str | Promise] = {
    Refusal.NO_CONSENT: gettext_lazy("never agreed to mails from us"),
    Refusal.WITHDRAWN: gettext_lazy("does not agree to our mails any more"),
    Refusal.SUPPRESSED: gettext_lazy("the address is closed to our mails"),
    Refusal.NO_ADDRESS: gettext_lazy("no address is known"),
    Refusal.SAME_ADDRESS: gettext_lazy("another person of this mail has the same address"),
    Refusal.CHANGED: gettext_lazy("the address has changed since they were chosen"),
    Refusal.SERVER: gettext_lazy("the mail server does not take mail for this address"),
}


def say_audience(audience: Audience, members: Mapping[int, Member]) -> list[tuple[str, str]]:
    """Return what narrows an audience, each with its name."""
    if audience.campaign is not None:
        return [(_("Leads of"), _campaign(audience.campaign))]
    if audience.persons:
        return [(_("Chosen by hand"), f"{len(audience.persons):,}")]
    said = [
        (_("View"), str(VIEWS.get(audience.view, audience.view)) if audience.view else ""),
        (_("Stage"), str(STAGE_NAMES[Stage(audience.stage)]) if audience.stage else ""),
        (_("Search"), audience.search),
        (_("At least"), _points(audience.min_points)),
        (_("Owner"), _owner(audience, members)),
    ]
    return [(name, value) for name, value in said if value] or [(_("Leads"), _("all"))]


def query_of(audience: Audience) -> str:
    """Return an audience as the address of the page that chooses one."""
    if audience.persons:
        return urlencode([("person", each) for each in audience.persons])
    owner = "nobody" if audience.nobodys else str(audience.owner or "")
    said = {
        "campaign": audience.campaign, "view": audience.view, "stage": audience.stage, "q": audience.search,
        "min": audience.min_points, "owner": owner, "type": audience.type, "company": audience.company,
    }  # fmt: skip
    return urlencode({name: value for name, value in said.items() if value not in (None, "")})


def _points(least: int | None) -> str:
    return "" if least is None else _("%(points)s points") % {"points": least}


def _owner(audience: Audience, members: Mapping[int, Member]) -> str:
    if audience.nobodys:
        return _("nobody yet")
    member = members.get(audience.owner or 0)
    return member.name if member else ""


def _campaign(number: int) -> str:
    try:
        return capture.campaign(number).name
    except UnknownCampaign:
        return _("a campaign that is gone")
