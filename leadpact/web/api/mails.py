"""One mail to many: written, who gets it, tried on oneself, sent, stopped; and what came of it."""

from dataclasses import replace
from datetime import datetime
from typing import Annotated

from django.http import HttpRequest
from ninja import Field, Query, Router, Schema

from leadpact.capture import reads as capture
from leadpact.flow import audience, sending
from leadpact.handover.types import Stage
from leadpact.nurture import actions, reads
from leadpact.nurture.rules import LONGEST_BODY, LONGEST_SUBJECT
from leadpact.nurture.types import Audience, Draft, MailingState, MailingView, RecipientView, SendState, Tally
from leadpact.pact.types import LeadType
from leadpact.people.mailing import Basis, bases
from leadpact.web.api.access import Bearer
from leadpact.web.api.offers import Body
from leadpact.web.api.paging import Limit, Paged
from leadpact.web.mailing.forms import MOST_BY_HAND
from leadpact.web.mailing.lists import mailing_of
from leadpact.web.shell.access import actor_of, member_of, now_of
from leadpact.worklist.types import View

router = Router()

Number = Annotated[int, Field(ge=1, le=10**9)]
Subject = Annotated[str, Field(min_length=1, max_length=LONGEST_SUBJECT)]
Text = Annotated[str, Field(min_length=1, max_length=LONGEST_BODY, description="As the page takes it.")]
Persons = Annotated[list[Annotated[int, Field(ge=1, le=10**18)]], Field(max_length=MOST_BY_HAND)]


class Mail(Schema):
    """`starts_at`: when the first of it leaves; until then it can be stopped and nothing has gone out.

    chosen   whom it is for by now; a draft's are looked up anew when it is sent
    unknown  perhaps they got it: never sent again by itself
    """

    id: int
    subject: str
    body: str
    campaign: int | None
    state: str
    created_at: datetime
    created_by: int
    starts_at: datetime | None
    finished_at: datetime | None
    chosen: int
    sent: int
    left: int
    refused: int
    unknown: int
    clicked: int
    unsubscribed: int


class MailPage(Schema):
    items: list[Mail]
    next: str | None


class MailsWanted(Paged):
    campaign: Number | None = None


class NewMail(Body):
    """`campaign`: what people do after it counts for it."""

    subject: Subject
    body: Text
    campaign: Number | None = None


class MailChange(Body):
    """What is left out stays."""

    subject: Subject | None = None
    body: Text | None = None
    campaign: Number | None = None


class Chosen(Body):
    """The leads of a campaign, those that the filters of their list leave, or `persons` alone; never `without`."""

    campaign: Number | None = None
    view: View | None = None
    stage: Annotated[Stage | None, Field(description="Not anonymous: nobody could be written to.")] = None
    q: Annotated[str, Field(max_length=200)] = ""
    type: LeadType | None = None
    owner: Annotated[str, Field(pattern="^(|me|nobody|[0-9]{1,9})$")] = ""
    company: Number | None = None
    min: Annotated[int | None, Field(ge=0, le=10**9, description="Points the score has at least.")] = None
    persons: Persons = []
    without: Persons = []


class Candidate(Schema):
    """`refused`: why they would get nothing, as no_consent; null where they would."""

    person: int
    name: str
    company: str
    address: str
    refused: str | None
    is_left_out: bool


class CandidatePage(Schema):
    items: list[Candidate]
    next: str | None


class Recipient(Schema):
    id: int
    person: int
    address: str
    state: str
    reason: str | None
    sent_at: datetime | None
    clicked_at: datetime | None
    is_unsubscribed: bool


class RecipientPage(Schema):
    items: list[Recipient]
    next: str | None


class RecipientsWanted(Paged):
    state: SendState | None = None


@router.get("/mails", auth=Bearer("campaign.see"), response=MailPage, summary="Mails to many, the newest first")
def mails(request: HttpRequest, wanted: Query[MailsWanted]) -> MailPage:
    found, following = reads.mailings(campaign=wanted.campaign, after=wanted.after or None, limit=wanted.limit)
    tallies = reads.tallies([each.id for each in found])
    return MailPage(items=[_told(each, tallies[each.id]) for each in found], next=following)


@router.get("/mails/{row:mailing_id}", auth=Bearer("campaign.see"), response=Mail, summary="One mail to many")
def mail(request: HttpRequest, mailing_id: int) -> Mail:
    return _mail(mailing_of(mailing_id))


@router.get(
    "/mails/{row:mailing_id}/recipients", auth=Bearer("campaign.see"), response=RecipientPage, summary="Who got it"
)
def recipients(request: HttpRequest, mailing_id: int, wanted: Query[RecipientsWanted]) -> RecipientPage:
    """In the order they were chosen, and how it stands with each."""
    number, after = mailing_of(mailing_id).id, wanted.after or None
    found, following = reads.recipients(number, state=wanted.state, after=after, limit=wanted.limit)
    return RecipientPage(items=[_recipient(each) for each in found], next=following)


@router.get(
    "/mails/{row:mailing_id}/candidates",
    auth=Bearer("mail.send"),
    response=CandidatePage,
    summary="Whom it is for today",
)
def candidates(request: HttpRequest, mailing_id: int, after: str = "", limit: Limit = 50) -> CandidatePage:
    """And whether we may write to them.  Persons chosen by number come all at once."""
    found = mailing_of(mailing_id)
    if found.audience is None:
        return CandidatePage(items=[], next=None)
    part = audience.part_of(found.audience, after=after or None, limit=limit, now=now_of(request))
    known, left_out = bases(part.persons), set(found.audience.without)
    items = [_candidate(known[number], is_left_out=number in left_out) for number in part.persons if number in known]
    return CandidatePage(items=items, next=part.next)


@router.post("/mails", auth=Bearer("mail.send"), response=Mail, summary="Begin a mail; nothing is sent")
def add_mail(request: HttpRequest, said: NewMail) -> Mail:
    _demand(said.campaign)
    wanted = Draft(said.subject, said.body, said.campaign)
    return _mail(actions.draft(wanted, by=actor_of(request), now=now_of(request)))


@router.post("/mails/{row:mailing_id}/change", auth=Bearer("mail.send"), response=Mail, summary="Change a draft")
def change_mail(request: HttpRequest, mailing_id: int, said: MailChange) -> Mail:
    found, new = mailing_of(mailing_id), said.model_dump(exclude_unset=True)
    _demand(said.campaign)
    kept = {name: value for name, value in new.items() if value is not None or name == "campaign"}
    wanted = replace(Draft(found.subject, found.body, found.campaign), **kept)
    return _mail(actions.rewrite(found.id, wanted, by=actor_of(request), now=now_of(request)))


@router.post("/mails/{row:mailing_id}/persons", auth=Bearer("mail.send"), response=Mail, summary="Say who gets a draft")
def choose_persons(request: HttpRequest, mailing_id: int, said: Chosen) -> Mail:
    """In place of whoever was chosen before; nothing is sent."""
    _demand(said.campaign)
    wanted = _audience(said, member_of(request).id)
    return _mail(actions.choose(mailing_of(mailing_id).id, wanted, by=actor_of(request), now=now_of(request)))


@router.post(
    "/mails/{row:mailing_id}/test", auth=Bearer("mail.send"), response=Mail, summary="Send it to oneself alone"
)
def try_mail(request: HttpRequest, mailing_id: int) -> Mail:
    found = mailing_of(mailing_id)
    sending.send_test(found, member_of(request), now=now_of(request))
    return _mail(found)


@router.post("/mails/{row:mailing_id}/send", auth=Bearer("mail.send"), response=Mail, summary="Let a draft go out")
def send_mail(request: HttpRequest, mailing_id: int) -> Mail:
    """It begins at `starts_at`; each person's basis is checked then."""
    return _mail(sending.start(mailing_of(mailing_id).id, by=actor_of(request), now=now_of(request)))


@router.post("/mails/{row:mailing_id}/stop", auth=Bearer("mail.send"), response=Mail, summary="Stop it")
def stop_mail(request: HttpRequest, mailing_id: int) -> Mail:
    """Whoever has not got it yet gets nothing, unless it goes on."""
    return _mail(actions.stop(mailing_of(mailing_id).id, by=actor_of(request), now=now_of(request)))


@router.post(
    "/mails/{row:mailing_id}/go-on", auth=Bearer("mail.send"), response=Mail, summary="Go on with a stopped one"
)
def go_on_with_mail(request: HttpRequest, mailing_id: int) -> Mail:
    """Nobody gets it twice."""
    return _mail(actions.go_on(mailing_of(mailing_id).id, by=actor_of(request), now=now_of(request)))


def _demand(campaign: int | None) -> None:
    """Raise `UnknownCampaign` for one that there is not."""
    if campaign is not None:
        capture.campaign(campaign)


def _audience(said: Chosen, me: int) -> Audience:
    owner = me if said.owner == "me" else int(said.owner) if said.owner.isdecimal() else None
    return Audience(
        campaign=None if said.persons else said.campaign,
        stage=said.stage.value if said.stage and said.stage is not Stage.ANONYMOUS else "",
        view=said.view.value if said.view else "", search=said.q.strip(), type=said.type.value if said.type else "",
        owner=owner, nobodys=said.owner == "nobody", company=said.company, min_points=said.min, me=me,
        persons=tuple(dict.fromkeys(said.persons)), without=tuple(dict.fromkeys(said.without)),
    )  # fmt: skip


def _mail(view: MailingView) -> Mail:
    return _told(view, reads.tallies([view.id])[view.id])


def _told(view: MailingView, tally: Tally) -> Mail:
    return Mail(
        id=view.id, subject=view.subject, body=view.body, campaign=view.campaign, state=MailingState(view.state).value,
        created_at=view.created_at, created_by=view.created_by, starts_at=view.starts_at,
        finished_at=view.finished_at, chosen=tally.chosen, sent=tally.sent, left=tally.left, refused=tally.refused,
        unknown=tally.unknown, clicked=tally.clicked, unsubscribed=tally.unsubscribed,
    )  # fmt: skip


def _candidate(basis: Basis, *, is_left_out: bool) -> Candidate:
    return Candidate(
        person=basis.person, name=basis.name, company=basis.company, address=basis.address,
        refused=basis.refused.value if basis.refused else None, is_left_out=is_left_out,
    )  # fmt: skip


def _recipient(view: RecipientView) -> Recipient:
    return Recipient(
        id=view.id, person=view.person, address=view.address, state=view.state.value,
        reason=view.reason.value if view.reason else None, sent_at=view.sent_at, clicked_at=view.clicked_at,
        is_unsubscribed=view.unsubscribed_at is not None,
    )  # fmt: skip
