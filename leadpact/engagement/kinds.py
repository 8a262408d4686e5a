"""The catalogue of kinds of entry: plain-English labels, whose act it is, and its standard properties.

A client's own events are `client.<name>` in the client's spelling; they are acts too, so a pact may give them points.
"""

from dataclasses import dataclass
from functools import cache
from typing import Literal

from leadpact.base.wording import Worded, verbatim, worded

type KindSide = Literal["prospect", "marketing", "sales", "both"]

CLIENT = "client."
CONSENT_SAID = "client.leadpact consent"  # by which the tracker tells what a visitor said to it
UTM = ("utm_source", "utm_medium", "utm_campaign", "utm_term", "utm_content")
ANYWHERE = ("campaign", *UTM)


@dataclass(frozen=True)
class Kind:
    """One kind of entry.

    is_act       done by the prospect, so that it may earn points
    is_followed  seen by following the visitor, so that it needs consent to web tracking; what somebody asks or
                 tells us of their own accord does not
    """

    name: str
    label: Worded
    side: KindSide
    is_act: bool = False
    properties: tuple[str, ...] = ()
    is_followed: bool = False


_ACTS = (
    Kind("page.viewed", worded("Viewed a page"), "prospect", True, ("path", "url", "title", "referrer"), True),
    Kind("form.submitted", worded("Submitted a form"), "prospect", True, ("form",)),
    Kind("asset.downloaded", worded("Downloaded a paper"), "prospect", True, ("asset",), True),
    Kind("video.watched", worded("Watched a video"), "prospect", True, ("asset", "seconds"), True),
    Kind("mail.opened", worded("Opened a mail"), "prospect", True, ("message",), True),
    Kind("mail.clicked", worded("Clicked a link in a mail"), "prospect", True, ("message", "link"), True),
    Kind("mail.replied", worded("Replied to a mail"), "prospect", True, ("message",)),
    Kind("webinar.registered", worded("Registered for a webinar"), "prospect", True, ("webinar",)),
    Kind("webinar.attended", worded("Attended a webinar"), "prospect", True, ("webinar", "minutes")),
    Kind("event.attended", worded("Visited us at an event"), "prospect", True, ("event",)),
    Kind("ad.clicked", worded("Clicked an advertisement"), "prospect", True, (), True),
    Kind("social.responded", worded("Responded on social media"), "prospect", True),
    Kind("enquiry.received", worded("Sent an enquiry"), "prospect", True),
    Kind("meeting.booked", worded("Booked a meeting"), "prospect", True),
    Kind("call.received", worded("Called us"), "prospect", True),
)
_MAILS = (
    Kind("mail.sent", worded("Mail sent"), "marketing", properties=("message",)),
    Kind("mail.delivered", worded("Mail delivered"), "marketing", properties=("message",)),
    Kind("mail.bounced", worded("Mail bounced"), "marketing", properties=("message",)),
    Kind("mail.complained", worded("Mail reported as unwanted"), "marketing", properties=("message",)),
    Kind("mail.unsubscribed", worded("Unsubscribed from our mails"), "marketing", properties=("message",)),
    Kind("mail.refused", worded("Mail not sent: there is no basis for it"), "marketing", properties=("message",)),
)
_SALES = (
    Kind("call.made", worded("Called them"), "sales"),
    Kind("sales_mail.sent", worded("Wrote to them"), "sales"),
    Kind("meeting.held", worded("Held a meeting"), "sales"),
    Kind("note.added", worded("Note added"), "both"),
    Kind("comment.added", worded("Commented"), "both"),
    Kind("comment.changed", worded("Comment changed"), "both"),
    Kind("task.done", worded("Task done"), "sales"),
    Kind("behaviour.seen", worded("Behaviour seen"), "sales"),
)
_LOOP = (
    Kind("lead.qualified", worded("Became ready for sales"), "both"),
    Kind("lead.offered", worded("Offered to sales"), "both"),
    Kind("lead.opened", worded("Offer opened"), "sales"),
    Kind("lead.accepted", worded("Accepted by sales"), "sales"),
    Kind("lead.rejected", worded("Rejected by sales"), "sales"),
    Kind("lead.recycled", worded("Given back to marketing"), "sales"),
    Kind("lead.disqualified", worded("Disqualified"), "sales"),
    Kind("lead.pulled", worded("Taken early by sales"), "sales"),
    Kind("lead.joined", worded("Joined a hand-over of their company"), "both"),
    Kind("lead.put_off", worded("Offer put off for later"), "sales"),
    Kind("lead.kept", worded("Kept although the points fell"), "sales"),
    Kind("lead.handed_on", worded("Handed on to a colleague"), "sales"),
    Kind("lead.stage_recorded", worded("Stage recorded by a former system"), "both"),
    Kind("lead.cooled", worded("Cooled down"), "both"),
    Kind("offer.withdrawn", worded("Offer withdrawn"), "both"),
    Kind("dispute.raised", worded("Outcome of a hand-over contested"), "marketing"),
    Kind("dispute.answered", worded("Dispute answered"), "sales"),
    Kind("promise.made", worded("Promise made"), "both"),
    Kind("promise.kept", worded("Promise kept"), "both"),
    Kind("promise.missed", worded("Promise missed"), "both"),
    Kind("promise.waived", worded("Promise waived"), "both"),
    Kind("deal.opened", worded("Deal opened"), "sales"),
    Kind("deal.stage_changed", worded("Deal moved to another stage"), "sales"),
    Kind("deal.amount_changed", worded("Deal amount changed"), "sales"),
    Kind("deal.won", worded("Deal won"), "sales"),
    Kind("deal.lost", worded("Deal lost"), "sales"),
    Kind("deal.reopened", worded("Deal reopened"), "sales"),
    Kind("deal.changed", worded("Deal changed"), "sales"),
    Kind("pact.proposed", worded("Pact proposed"), "both"),
    Kind("pact.signed", worded("Pact signed"), "both"),
    Kind("pact.in_force", worded("Pact put in force"), "both"),
    Kind("campaign.created", worded("Campaign added"), "marketing"),
    Kind("campaign.changed", worded("Campaign changed"), "marketing"),
    Kind("form.created", worded("Form added"), "marketing"),
    Kind("form.changed", worded("Form changed"), "marketing"),
    Kind("paper.created", worded("Paper offered for download"), "marketing"),
    Kind("paper.changed", worded("Paper changed"), "marketing"),
    Kind("mailing.created", worded("Mail drafted"), "marketing"),
    Kind("mailing.changed", worded("Mail changed"), "marketing"),
    Kind("mailing.started", worded("Sending of a mail started"), "marketing"),
    Kind("mailing.stopped", worded("Sending of a mail stopped"), "marketing"),
    Kind("campaign.cost_recorded", worded("Campaign cost recorded"), "marketing"),
)
_PEOPLE = (
    Kind("person.created", worded("Person added"), "both"),
    Kind("person.changed", worded("Person changed"), "both"),
    Kind("company.created", worded("Company added"), "both"),
    Kind("company.changed", worded("Company changed"), "both"),
    Kind("owner.changed", worded("Owner changed"), "both"),
    Kind("identity.linked", worded("Identity linked"), "both"),
    Kind("identity.unlinked", worded("Identity unlinked"), "both"),
    Kind("person.merged", worded("Persons merged"), "both"),
    Kind("person.unmerged", worded("Merge undone"), "both"),
    Kind("person.erased", worded("Personal data erased"), "both"),
    Kind("consent.given", worded("Consent given"), "prospect"),
    Kind("consent.withdrawn", worded("Consent withdrawn"), "prospect"),
    Kind("objection.raised", worded("Objected"), "prospect"),
    Kind("event.voided", worded("Event does not count any more"), "both"),
    Kind("event.restored", worded("Event counts again"), "both"),
    Kind("import.started", worded("Import started"), "both"),
    Kind("import.finished", worded("Import finished"), "both"),
    Kind("import.undone", worded("Import undone"), "both"),
    Kind("group.entered", worded("Entered a group"), "marketing"),
    Kind("group.left", worded("Left a group"), "marketing"),
    Kind("key.created", worded("Write key made"), "both"),
    Kind("key.changed", worded("Write key changed"), "both"),
    Kind("key.revoked", worded("Write key revoked"), "both"),
    Kind("quarantine.released", worded("Held-back events released"), "both"),
    Kind("quarantine.discarded", worded("Held-back events discarded"), "both"),
    Kind("quarantine.restored", worded("Discarded events held back again"), "both"),
    Kind("domain.marked", worded("Mail domain marked as shared or not"), "both"),
    Kind("consent.worded", worded("Wording of a consent written"), "marketing"),
    Kind("address.suppressed", worded("Address closed to our mails"), "both"),
    Kind("retention.applied", worded("What was kept long enough was deleted"), "both"),
    Kind("address.allowed", worded("Address open to our mails again"), "both"),
)
_HOUSE = (
    Kind("user.created", worded("User added"), "both"),
    Kind("user.changed", worded("User changed"), "both"),
    Kind("team.created", worded("Team added"), "both"),
    Kind("team.changed", worded("Team changed"), "both"),
    Kind("calendar.changed", worded("Working hours changed"), "both"),
    Kind("settings.changed", worded("Settings changed"), "both"),
    Kind("absence.added", worded("Absence added"), "both"),
    Kind("absence.removed", worded("Absence taken back"), "both"),
    Kind("token.created", worded("API token made"), "both"),
    Kind("token.revoked", worded("API token revoked"), "both"),
)

KINDS: dict[str, Kind] = {kind.name: kind for kind in (*_ACTS, *_MAILS, *_SALES, *_LOOP, *_PEOPLE, *_HOUSE)}
ACTS: frozenset[str] = frozenset(kind.name for kind in _ACTS)

# What a client says about itself or about who is who: recorded, but nothing anybody did.
CLIENT_STATEMENTS = {
    "client.identify": worded("Said who they are"),
    "client.group": worded("Said which company they belong to"),
    "client.alias": worded("Said which earlier id was theirs"),
    CONSENT_SAID: worded("Said whether we may see their visits"),
}
_STATED = {CONSENT_SAID: ("given", "version")}


def kind_of(name: str) -> Kind:
    """Return the kind by its name; what a client named itself has the client's own spelling as its label.

    Raises `KeyError` for a name that is neither in the catalogue nor a client's.
    """
    if name in KINDS:
        return KINDS[name]
    if not name.startswith(CLIENT):
        raise KeyError(name)
    if name in CLIENT_STATEMENTS:
        return Kind(name, CLIENT_STATEMENTS[name], "prospect", False, _STATED.get(name, ()), True)
    return Kind(name, verbatim(name.removeprefix(CLIENT)), "prospect", True, (), True)


def is_act(name: str) -> bool:
    return name in ACTS or (name.startswith(CLIENT) and name not in CLIENT_STATEMENTS)


@cache
def standard_names(kind: str) -> frozenset[str]:
    """Return the properties of an act that stand in the entry's facts, whatever else the client said."""
    return frozenset((*kind_of(kind).properties, *ANYWHERE))
