"""The catalogue of kinds of entry: plain-English labels, whose act it is, and its standard properties.

A client's own events are `client.<name>` in the client's spelling; they are acts too, so a pact may give them points.
"""

from dataclasses import dataclass
from functools import cache
from typing import Literal

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
    label: str
    side: KindSide
    is_act: bool = False
    properties: tuple[str, ...] = ()
    is_followed: bool = False


_ACTS = (
    Kind("page.viewed", "Viewed a page", "prospect", True, ("path", "url", "title", "referrer"), True),
    Kind("form.submitted", "Submitted a form", "prospect", True, ("form",)),
    Kind("asset.downloaded", "Downloaded a paper", "prospect", True, ("asset",), True),
    Kind("video.watched", "Watched a video", "prospect", True, ("asset", "seconds"), True),
    Kind("mail.opened", "Opened a mail", "prospect", True, ("message",), True),
    Kind("mail.clicked", "Clicked a link in a mail", "prospect", True, ("message", "link"), True),
    Kind("mail.replied", "Replied to a mail", "prospect", True, ("message",)),
    Kind("webinar.registered", "Registered for a webinar", "prospect", True, ("webinar",)),
    Kind("webinar.attended", "Attended a webinar", "prospect", True, ("webinar", "minutes")),
    Kind("event.attended", "Visited us at an event", "prospect", True, ("event",)),
    Kind("ad.clicked", "Clicked an advertisement", "prospect", True, (), True),
    Kind("social.responded", "Responded on social media", "prospect", True),
    Kind("enquiry.received", "Sent an enquiry", "prospect", True),
    Kind("meeting.booked", "Booked a meeting", "prospect", True),
    Kind("call.received", "Called us", "prospect", True),
)
_MAILS = (
    Kind("mail.sent", "Mail sent", "marketing", properties=("message",)),
    Kind("mail.delivered", "Mail delivered", "marketing", properties=("message",)),
    Kind("mail.bounced", "Mail bounced", "marketing", properties=("message",)),
    Kind("mail.complained", "Mail reported as unwanted", "marketing", properties=("message",)),
    Kind("mail.unsubscribed", "Unsubscribed from our mails", "marketing", properties=("message",)),
    Kind("mail.refused", "Mail not sent: there is no basis for it", "marketing", properties=("message",)),
)
_SALES = (
    Kind("call.made", "Called them", "sales"),
    Kind("sales_mail.sent", "Wrote to them", "sales"),
    Kind("meeting.held", "Held a meeting", "sales"),
    Kind("note.added", "Note added", "both"),
    Kind("comment.added", "Commented", "both"),
    Kind("comment.changed", "Comment changed", "both"),
    Kind("task.done", "Task done", "sales"),
    Kind("behaviour.seen", "Behaviour seen", "sales"),
)
_LOOP = (
    Kind("lead.qualified", "Became ready for sales", "both"),
    Kind("lead.offered", "Offered to sales", "both"),
    Kind("lead.opened", "Offer opened", "sales"),
    Kind("lead.accepted", "Accepted by sales", "sales"),
    Kind("lead.rejected", "Rejected by sales", "sales"),
    Kind("lead.recycled", "Given back to marketing", "sales"),
    Kind("lead.disqualified", "Disqualified", "sales"),
    Kind("lead.pulled", "Taken early by sales", "sales"),
    Kind("lead.joined", "Joined a hand-over of their company", "both"),
    Kind("lead.put_off", "Offer put off for later", "sales"),
    Kind("lead.kept", "Kept although the points fell", "sales"),
    Kind("lead.handed_on", "Handed on to a colleague", "sales"),
    Kind("lead.stage_recorded", "Stage recorded by a former system", "both"),
    Kind("lead.cooled", "Cooled down", "both"),
    Kind("offer.withdrawn", "Offer withdrawn", "both"),
    Kind("dispute.raised", "Outcome of a hand-over contested", "marketing"),
    Kind("dispute.answered", "Dispute answered", "sales"),
    Kind("promise.made", "Promise made", "both"),
    Kind("promise.kept", "Promise kept", "both"),
    Kind("promise.missed", "Promise missed", "both"),
    Kind("promise.waived", "Promise waived", "both"),
    Kind("deal.opened", "Deal opened", "sales"),
    Kind("deal.stage_changed", "Deal moved to another stage", "sales"),
    Kind("deal.amount_changed", "Deal amount changed", "sales"),
    Kind("deal.won", "Deal won", "sales"),
    Kind("deal.lost", "Deal lost", "sales"),
    Kind("deal.reopened", "Deal reopened", "sales"),
    Kind("deal.changed", "Deal changed", "sales"),
    Kind("pact.proposed", "Pact proposed", "both"),
    Kind("pact.signed", "Pact signed", "both"),
    Kind("pact.in_force", "Pact put in force", "both"),
    Kind("campaign.created", "Campaign added", "marketing"),
    Kind("campaign.changed", "Campaign changed", "marketing"),
    Kind("form.created", "Form added", "marketing"),
    Kind("form.changed", "Form changed", "marketing"),
    Kind("paper.created", "Paper offered for download", "marketing"),
    Kind("paper.changed", "Paper changed", "marketing"),
    Kind("mailing.created", "Mail drafted", "marketing"),
    Kind("mailing.changed", "Mail changed", "marketing"),
    Kind("mailing.started", "Sending of a mail started", "marketing"),
    Kind("mailing.stopped", "Sending of a mail stopped", "marketing"),
    Kind("campaign.cost_recorded", "Campaign cost recorded", "marketing"),
)
_PEOPLE = (
    Kind("person.created", "Person added", "both"),
    Kind("person.changed", "Person changed", "both"),
    Kind("company.created", "Company added", "both"),
    Kind("company.changed", "Company changed", "both"),
    Kind("owner.changed", "Owner changed", "both"),
    Kind("identity.linked", "Identity linked", "both"),
    Kind("identity.unlinked", "Identity unlinked", "both"),
    Kind("person.merged", "Persons merged", "both"),
    Kind("person.unmerged", "Merge undone", "both"),
    Kind("person.erased", "Personal data erased", "both"),
    Kind("consent.given", "Consent given", "prospect"),
    Kind("consent.withdrawn", "Consent withdrawn", "prospect"),
    Kind("objection.raised", "Objected", "prospect"),
    Kind("event.voided", "Event does not count any more", "both"),
    Kind("event.restored", "Event counts again", "both"),
    Kind("import.started", "Import started", "both"),
    Kind("import.finished", "Import finished", "both"),
    Kind("import.undone", "Import undone", "both"),
    Kind("group.entered", "Entered a group", "marketing"),
    Kind("group.left", "Left a group", "marketing"),
    Kind("key.created", "Write key made", "both"),
    Kind("key.changed", "Write key changed", "both"),
    Kind("key.revoked", "Write key revoked", "both"),
    Kind("quarantine.released", "Held-back events released", "both"),
    Kind("quarantine.discarded", "Held-back events discarded", "both"),
    Kind("quarantine.restored", "Discarded events held back again", "both"),
    Kind("domain.marked", "Mail domain marked as shared or not", "both"),
    Kind("consent.worded", "Wording of a consent written", "marketing"),
    Kind("address.suppressed", "Address closed to our mails", "both"),
    Kind("retention.applied", "What was kept long enough was deleted", "both"),
    Kind("address.allowed", "Address open to our mails again", "both"),
)
_HOUSE = (
    Kind("user.created", "User added", "both"),
    Kind("user.changed", "User changed", "both"),
    Kind("team.created", "Team added", "both"),
    Kind("team.changed", "Team changed", "both"),
    Kind("calendar.changed", "Working hours changed", "both"),
    Kind("settings.changed", "Settings changed", "both"),
    Kind("absence.added", "Absence added", "both"),
    Kind("absence.removed", "Absence taken back", "both"),
    Kind("token.created", "API token made", "both"),
    Kind("token.revoked", "API token revoked", "both"),
)

KINDS: dict[str, Kind] = {kind.name: kind for kind in (*_ACTS, *_MAILS, *_SALES, *_LOOP, *_PEOPLE, *_HOUSE)}
ACTS: frozenset[str] = frozenset(kind.name for kind in _ACTS)

# What a client says about itself or about who is who: recorded, but nothing anybody did.
CLIENT_STATEMENTS = {
    "client.identify": "Said who they are",
    "client.group": "Said which company they belong to",
    "client.alias": "Said which earlier id was theirs",
    CONSENT_SAID: "Said whether we may see their visits",
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
    return Kind(name, name.removeprefix(CLIENT), "prospect", True, (), True)


def is_act(name: str) -> bool:
    return name in ACTS or (name.startswith(CLIENT) and name not in CLIENT_STATEMENTS)


@cache
def standard_names(kind: str) -> frozenset[str]:
    """Return the properties of an act that stand in the entry's facts, whatever else the client said."""
    return frozenset((*kind_of(kind).properties, *ANYWHERE))
