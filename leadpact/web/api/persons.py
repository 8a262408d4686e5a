"""Persons by hand: added, put right, taken on, handed on, and what was done with them or agreed to by them."""

from datetime import datetime
from enum import StrEnum
from typing import Annotated, Final

from django.http import HttpRequest
from ninja import Field, Schema
from pydantic import AwareDatetime

from leadpact.base.wording import worded
from leadpact.flow import adding, answering, consenting, following
from leadpact.handover.errors import BadMoment, WrongStage
from leadpact.people import reads as people
from leadpact.people.types import ConsentView, Identifier, IdentityKind, PersonFields, Purpose
from leadpact.team.policy import Subject
from leadpact.web.api import shapes
from leadpact.web.api.access import Bearer
from leadpact.web.api.found import one_of
from leadpact.web.api.leads import Lead
from leadpact.web.api.leads import lead as one_lead
from leadpact.web.api.leads import router as router
from leadpact.web.api.offers import Body
from leadpact.web.api.refusals import AddressKnown, FieldsWrong, SomebodyAlike
from leadpact.web.leads.adding import alike, initial_of
from leadpact.web.leads.forms import PersonForm
from leadpact.web.leads.page import LeadPage
from leadpact.web.leads.views import page_of
from leadpact.web.shell.access import actor_of, check, now_of


class What(StrEnum):
    CALL = "call"
    MAIL = "mail"
    MEETING = "meeting"
    NOTE = "note"


KINDS: Final = {
    What.CALL: "call.made", What.MAIL: "sales_mail.sent", What.MEETING: "meeting.held", What.NOTE: "note.added",
}  # fmt: skip


class PersonChanges(Body):
    """What is left out stays; an empty text: not known any more.  `company` is a name: found or made."""

    name: Annotated[str, Field(max_length=300)] = ""
    email: Annotated[str, Field(max_length=254)] = ""
    phone: Annotated[str, Field(max_length=60)] = ""
    title: Annotated[str, Field(max_length=200)] = ""
    company: Annotated[str, Field(max_length=300)] = ""


class NewPerson(PersonChanges):
    """A name, a mail address or a phone number at least; `company` empty: that of the address, if it has one."""

    sure: Annotated[bool, Field(description="It is nobody of those who are called alike.")] = False


class Logged(Body):
    """`happened_at` left out: just now.  A note needs some words."""

    kind: What
    note: Annotated[str, Field(max_length=4000)] = ""
    happened_at: AwareDatetime | None = None


class HandedOn(Body):
    to: Annotated[int, Field(ge=1, le=10**9, description="Somebody who sells.")]


class Activity(Schema):
    person: int
    kind: str
    happened_at: datetime
    note: str
    entry: int


class Consent(Schema):
    """`text_version`: of our wording they agreed to; null: not by one of ours."""

    purpose: str
    given: bool
    happened_at: datetime
    source: str
    text_version: int | None


class Consents(Schema):
    """What the person says of each purpose; one that is missing: nothing yet."""

    items: list[Consent]


class Withdrawn(Body):
    """`source`: where they said so, as "by phone"; `happened_at` left out: just now."""

    purpose: Purpose
    source: Annotated[str, Field(min_length=1, max_length=80)]
    happened_at: AwareDatetime | None = None


class Agreed(Withdrawn):
    text_version: Annotated[int | None, Field(ge=1, le=10**6, description="Of our wording.")] = None


@router.post("/leads", auth=Bearer("lead.edit"), response=Lead, summary="Add a person by hand")
def add_person(request: HttpRequest, said: NewPerson) -> Lead:
    check(request, "lead.edit", Subject("lead"))
    clean = _cleaned(said.model_dump(exclude={"sure"}))
    known = people.person_by(Identifier(IdentityKind.EMAIL, clean["email"])) if clean["email"] else None
    if known is not None:
        raise AddressKnown(worded("Somebody has this mail address already."), details={"person": known})
    like = [] if said.sure else alike(request, clean)
    if like:
        raise SomebodyAlike(worded("Somebody is called so."), details={"persons": [line.person for line in like]})
    fields = PersonFields(clean["name"], clean["email"], clean["phone"], clean["title"])
    person = adding.add_person(fields, company_name=clean["company"], by=actor_of(request), now=now_of(request))
    return one_lead(request, person)


@router.post(
    "/leads/{row:person_id}/change", auth=Bearer("lead.edit"), response=Lead, summary="Put right what is known"
)
def change_person(request: HttpRequest, person_id: int, said: PersonChanges) -> Lead:
    page = page_of(request, person_id)
    check(request, "lead.edit", page.subject)
    clean = _cleaned(initial_of(page.person) | said.model_dump(include=said.model_fields_set))
    adding.correct_person(page.person.id, clean, by=actor_of(request), now=page.now)
    return one_lead(request, page.person.id)


@router.post(
    "/leads/{row:person_id}/pull", auth=Bearer("lead.answer"), response=shapes.Pursuit, summary="Take a free lead early"
)
def pull(request: HttpRequest, person_id: int) -> shapes.Pursuit:
    """An offer of one's own is accepted by it."""
    page = page_of(request, person_id)
    check(request, "lead.answer", Subject("lead"))
    return shapes.pursuit(answering.pull(page.person.id, by=actor_of(request), now=page.now))


@router.post(
    "/leads/{row:person_id}/hand-on",
    auth=Bearer("lead.assign"),
    response=shapes.Pursuit,
    summary="Give a lead that is worked to a colleague",
)
def hand_on(request: HttpRequest, person_id: int, said: HandedOn) -> shapes.Pursuit:
    """With its clocks and its open deal."""
    page = page_of(request, person_id)
    check(request, "lead.assign", page.subject)
    if page.pursuit is None:
        raise WrongStage(worded("Nobody works this lead."))
    taker = one_of(page.takers, said.to)
    return shapes.pursuit(following.hand_on(page.pursuit.id, taker.id, by=actor_of(request), now=page.now))


@router.post(
    "/leads/{row:person_id}/activities",
    auth=Bearer("lead.note"),
    response=Activity,
    summary="Log a call, mail, meeting or note",
)
def log_activity(request: HttpRequest, person_id: int, said: Logged) -> Activity:
    page = page_of(request, person_id)
    check(request, "lead.note", page.subject)
    note = said.note.replace("\x00", "").strip()
    if said.kind is What.NOTE and not note:
        raise FieldsWrong(worded("note: A note needs some words."), details=_wrong("note", "A note needs some words."))
    done = following.log_activity(
        page.person.id, KINDS[said.kind], note=note, happened_at=said.happened_at, by=actor_of(request), now=page.now
    )
    return Activity(
        person=done.person, kind=done.kind, happened_at=done.happened_at, note=done.note, entry=done.entry
    )  # fmt: skip


@router.get(
    "/leads/{row:person_id}/consents", auth=Bearer("lead.see"), response=Consents, summary="What they agreed to"
)
def consents(request: HttpRequest, person_id: int) -> Consents:
    return _consents(page_of(request, person_id))


@router.post(
    "/leads/{row:person_id}/consents/give",
    auth=Bearer("lead.edit"),
    response=Consents,
    summary="Note that they agreed",
)
def give_consent(request: HttpRequest, person_id: int, said: Agreed) -> Consents:
    page = _heard(request, person_id, said)
    consenting.give(
        page.person.id, said.purpose, text_version=said.text_version, source=said.source,
        happened_at=said.happened_at or page.now, by=actor_of(request), now=page.now,
    )  # fmt: skip
    return _consents(page_of(request, person_id))


@router.post(
    "/leads/{row:person_id}/consents/withdraw",
    auth=Bearer("lead.edit"),
    response=Consents,
    summary="Note that they agree no more",
)
def withdraw_consent(request: HttpRequest, person_id: int, said: Withdrawn) -> Consents:
    page = _heard(request, person_id, said)
    consenting.withdraw(
        page.person.id, said.purpose, source=said.source, happened_at=said.happened_at or page.now,
        by=actor_of(request), now=page.now,
    )  # fmt: skip
    return _consents(page_of(request, person_id))


def _heard(request: HttpRequest, person_id: int, said: Withdrawn) -> LeadPage:
    page = page_of(request, person_id)
    check(request, "lead.edit", page.subject)
    if said.happened_at is not None and said.happened_at > page.now:
        raise BadMoment(worded("Nobody has said yet what they say tomorrow."), details={"field": "happened_at"})
    return page


def _cleaned(said: dict[str, str]) -> dict[str, str]:
    """The fields as the form of the page takes them; raises `FieldsWrong`."""
    form = PersonForm(said)
    if form.is_valid():
        return dict(form.cleaned_data)
    name, messages = next(iter(form.errors.items()))
    raise FieldsWrong(
        worded("{field}: {reason}", field=name, reason=messages[0]), details=_wrong(name, str(messages[0]))
    )


def _wrong(field: str, message: str) -> dict[str, object]:
    return {"fields": [{"field": field, "message": message}]}


def _consents(page: LeadPage) -> Consents:
    return Consents(items=[_consent(each) for each in page.consents.values()])


def _consent(view: ConsentView) -> Consent:
    return Consent(
        purpose=view.purpose.value, given=view.given, happened_at=view.happened_at, source=view.source,
        text_version=view.text_version,
    )  # fmt: skip
