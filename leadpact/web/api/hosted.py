"""Hosted forms, and the wordings of consent that stand on them."""

from datetime import datetime
from typing import Annotated, Literal

from django.http import Http404, HttpRequest
from ninja import Field, Query, Router, Schema

from leadpact.capture import actions
from leadpact.capture import reads as capture
from leadpact.capture.errors import UnknownForm
from leadpact.capture.form_rules import EMAIL
from leadpact.capture.types import FormView, NewForm
from leadpact.people import actions as people
from leadpact.people import reads as known
from leadpact.people.types import Purpose
from leadpact.web.api.access import Bearer
from leadpact.web.api.offers import Body
from leadpact.web.api.paging import Paged, some_of
from leadpact.web.settings.form_views import OPTIONAL
from leadpact.web.shell.access import actor_of, now_of

router = Router()


class HostedForm(Schema):
    """`key`: the value of `form` of what is sent by it; `purposes`: what consent it asks for."""

    slug: str
    key: str
    title: str
    fields: list[str]
    purposes: list[str]
    created_at: datetime
    is_open: bool


class HostedFormPage(Schema):
    items: list[HostedForm]
    next: str | None


class NewHostedForm(Body):
    """It becomes /f/….  `key`: the word the pact knows it by; a mail address is always asked for."""

    slug: Annotated[str, Field(max_length=50, pattern="^[a-z0-9][a-z0-9-]*$")]
    title: Annotated[str, Field(min_length=1, max_length=200)]
    key: Annotated[str, Field(min_length=1, max_length=40)] = "contact"
    intro: Annotated[str, Field(max_length=4000)] = ""
    thanks: Annotated[str, Field(max_length=4000)] = ""
    fields: list[Literal["name", "company", "title", "phone", "message"]] = []
    purposes: list[Purpose] = []


class Wording(Schema):
    """`names_partners`: a partner may see the story of a lead who agreed to it."""

    purpose: str
    version: int
    text: str
    names_partners: bool


class Wordings(Schema):
    """The newest of each purpose; one that is missing has none."""

    items: list[Wording]


class NewWording(Body):
    """Earlier ones are kept, with who agreed to them."""

    purpose: Purpose
    text: Annotated[str, Field(min_length=1, max_length=2000)]
    names_partners: bool = False


@router.get("/forms", auth=Bearer("settings.see"), response=HostedFormPage, summary="Hosted forms")
def forms(request: HttpRequest, wanted: Query[Paged]) -> HostedFormPage:
    page = some_of(capture.forms(), lambda each: (each.id,), int, asked=wanted)
    return HostedFormPage(items=[_form(each) for each in page.items], next=page.next)


@router.post("/forms", auth=Bearer("settings.edit"), response=HostedForm, summary="Make a hosted form")
def add_form(request: HttpRequest, said: NewHostedForm) -> HostedForm:
    asked = (EMAIL, *(OPTIONAL[name] for name in dict.fromkeys(said.fields)))
    purposes = tuple(dict.fromkeys(each.value for each in said.purposes))
    wanted = NewForm(said.slug, said.key, said.title, said.intro, said.thanks, asked, purposes)
    return _form(actions.create_form(wanted, by=actor_of(request), now=now_of(request)))


@router.post(
    "/forms/{slug:slug}/close", auth=Bearer("settings.edit"), response=HostedForm, summary="Take no more by it"
)
def close_form(request: HttpRequest, slug: str) -> HostedForm:
    """What came by it stays."""
    try:
        return _form(actions.close_form(slug, by=actor_of(request), now=now_of(request)))
    except UnknownForm:
        raise Http404 from None


@router.get("/consent-wordings", auth=Bearer("settings.see"), response=Wordings, summary="How we ask for consent")
def wordings(request: HttpRequest) -> Wordings:
    return _wordings()


@router.post(
    "/consent-wordings", auth=Bearer("settings.edit"), response=Wordings, summary="Ask in other words from now on"
)
def add_wording(request: HttpRequest, said: NewWording) -> Wordings:
    by, now = actor_of(request), now_of(request)
    people.add_consent_text(said.purpose, said.text, names_partners=said.names_partners, by=by, now=now)
    return _wordings()


def _wordings() -> Wordings:
    found = [(purpose, text) for purpose in Purpose if (text := known.consent_text(purpose)) is not None]
    return Wordings(
        items=[
            Wording(purpose=purpose.value, version=text.version, text=text.text, names_partners=text.names_partners)
            for purpose, text in found
        ]
    )


def _form(view: FormView) -> HostedForm:
    return HostedForm(
        slug=view.slug, key=view.key, title=view.title, fields=[field.name for field in view.fields],
        purposes=list(view.purposes), created_at=view.created_at, is_open=view.is_open,
    )  # fmt: skip
