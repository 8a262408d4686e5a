"""A hosted form is sent: the event goes the way of every event, the consent is kept with its wording."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from hashlib import blake2b

from django.db import transaction

from leadpact.base.errors import BadState
from leadpact.base.wording import worded
from leadpact.capture.types import FieldType, FormView
from leadpact.engagement import actions as engagement
from leadpact.engagement.types import Outcome, Why
from leadpact.flow import arrival
from leadpact.people import actions as people
from leadpact.people import consents
from leadpact.people.types import Identifier, IdentityKind, Purpose
from leadpact.team.types import Actor


class FormClosed(BadState):
    """The form takes no more submissions."""

    code = "form_closed"
    what_to_do = worded("Write to us instead.")


@dataclass(frozen=True)
class Submission:
    """What somebody sent.

    values        by the form's field names; `email` is always there
    agreed        the purposes ticked, each with the version of the wording that stood beside the box
    campaign      utm_* and referrer, as the address of the form carried them
    anonymous_id  of the visitor, where following them was agreed to before
    message_id    the same for a second press of the button, which is then harmless
    """

    values: Mapping[str, str]
    agreed: Mapping[Purpose, int] = field(default_factory=dict)
    campaign: Mapping[str, str] = field(default_factory=dict)
    anonymous_id: str = ""
    message_id: str = ""


def submit(form: FormView, sent: Submission, *, now: datetime) -> None:
    """Take a submission; the event is on disk when this returns, whoever sent it and however often before.

    A suppressed address may ask like any other: that keeps our mails away from it, not its request from sales.
    Raises `FormClosed`, and `NoConsentText` for a wording that never was.
    """
    if form.closed_at is not None:
        raise FormClosed(worded("The form “{title}” is closed.", title=form.title))
    arrival.accept([_event(form, sent)], channel="form", now=now)
    if sent.agreed:
        _keep_consent(form, sent, now)


def caught(*, now: datetime) -> None:
    """Count a submission by a robot; nothing else of it is kept."""
    source, hour = engagement.own_source(now=now), now.replace(minute=0, second=0, microsecond=0)
    with transaction.atomic():
        engagement.count({(source.id, hour, Outcome.DROPPED, Why.ROBOT): 1}, {})


def _event(form: FormView, sent: Submission) -> dict[str, object]:
    """Short fields say who somebody is; what they wrote at length belongs to this one submission."""
    long = {each.name for each in form.fields if each.type is FieldType.LONG_TEXT}
    said = {name: value for name, value in sent.values.items() if value}
    event: dict[str, object] = {
        "type": "track",
        "event": "form.submitted",
        "properties": {
            **{name: value for name, value in said.items() if name in long},
            **sent.campaign,
            "form": form.key,
        },
        "context": {"traits": {name: value for name, value in said.items() if name not in long}},
    }
    if sent.anonymous_id:
        event["anonymousId"] = sent.anonymous_id
    if sent.message_id:
        # What somebody goes back and writes anew is another submission, not a conflict with the first.
        digest = blake2b(repr(sorted(said.items())).encode(), digest_size=8).hexdigest()
        event["messageId"] = f"form:{form.slug}:{sent.message_id}:{digest}"
    return event


def _keep_consent(form: FormView, sent: Submission, now: datetime) -> None:
    by = Actor("source", engagement.own_source(now=now).id)
    address = Identifier(IdentityKind.EMAIL, sent.values["email"])
    with transaction.atomic():
        who = people.recognise([address], happened_at=now, trusted=True, by=by, now=now)
        for purpose, version in sent.agreed.items():
            consents.give_consent(
                who.person, purpose, text_version=version, source=f"form:{form.slug}", happened_at=now, by=by, now=now
            )
