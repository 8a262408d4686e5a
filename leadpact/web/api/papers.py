"""Papers that people may download: listed, offered, changed, taken off."""

from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Annotated

from django.conf import settings
from django.http import Http404, HttpRequest
from ninja import Field, File, Form, Query, Router, Schema, UploadedFile

from leadpact.capture import files, papers
from leadpact.capture.errors import UnknownPaper
from leadpact.capture.files import Kept
from leadpact.capture.types import NewPaper, PaperView
from leadpact.people.types import Purpose
from leadpact.web.api.access import Bearer
from leadpact.web.api.offers import Body
from leadpact.web.api.paging import Paged, some_of
from leadpact.web.shell.access import actor_of, now_of

router = Router()

Title = Annotated[str, Field(min_length=1, max_length=200)]
Intro = Annotated[str, Field(max_length=4000, description="What is in it.")]
Campaign = Annotated[int | None, Field(ge=1, le=10**9, description="Downloads count for it.")]
AsksConsent = Annotated[bool, Field(description="Ask whether we may write to them.")]


class Paper(Schema):
    """`url`: where people ask for it; `size` in bytes; `digest`: SHA-256 of the file."""

    id: int
    slug: str
    url: str
    title: str
    intro: str
    campaign: int | None
    asks_consent: bool
    file_name: str
    digest: str
    size: int
    created_at: datetime
    is_open: bool


class PaperPage(Schema):
    items: list[Paper]
    next: str | None


class PaperFields(Schema):
    title: Title
    slug: Annotated[str, Field(max_length=44, pattern="^[a-z0-9][a-z0-9-]*$", description="It becomes /d/….")]
    intro: Intro = ""
    campaign: Campaign = None
    asks_consent: AsksConsent = True


class PaperChange(Body):
    """What is left out stays."""

    title: Title | None = None
    intro: Intro = ""
    campaign: Campaign = None
    asks_consent: AsksConsent = True


@router.get("/papers", auth=Bearer("campaign.see"), response=PaperPage, summary="Papers, the newest first")
def listed(request: HttpRequest, wanted: Query[Paged]) -> PaperPage:
    page = some_of(papers.papers(), lambda each: (each.id,), int, asked=wanted, downwards=True)
    return PaperPage(items=[_told(each) for each in page.items], next=page.next)


@router.post("/papers", auth=Bearer("campaign.edit"), response=Paper, summary="Offer a PDF file for download")
def add_paper(request: HttpRequest, file: File[UploadedFile], said: Form[PaperFields]) -> Paper:
    """Sent as multipart/form-data; the file at most 25 MB."""
    wanted = NewPaper(said.slug, said.title, said.intro, said.campaign, _purposes(asks_consent=said.asks_consent))
    return _told(papers.create_paper(wanted, _keep(file), by=actor_of(request), now=now_of(request)))


@router.post(
    "/papers/{row:paper_id}/change",
    auth=Bearer("campaign.edit"),
    response=Paper,
    summary="Change a paper; its address stays",
)
def change_paper(request: HttpRequest, paper_id: int, said: PaperChange) -> Paper:
    wanted, new = _wanted(_paper(paper_id)), said.model_dump(exclude_unset=True)
    if "asks_consent" in new:
        wanted = replace(wanted, purposes=_purposes(asks_consent=new.pop("asks_consent")))
    if new.get("title", "kept") is None:
        del new["title"]
    by, now = actor_of(request), now_of(request)
    return _told(papers.change_paper(paper_id, replace(wanted, **new), None, by=by, now=now))


@router.post(
    "/papers/{row:paper_id}/file", auth=Bearer("campaign.edit"), response=Paper, summary="Put another file in its place"
)
def replace_file(request: HttpRequest, paper_id: int, file: File[UploadedFile]) -> Paper:
    """Sent as multipart/form-data; links given out before lead to the new file."""
    wanted = _wanted(_paper(paper_id))
    return _told(papers.change_paper(paper_id, wanted, _keep(file), by=actor_of(request), now=now_of(request)))


@router.post("/papers/{row:paper_id}/close", auth=Bearer("campaign.edit"), response=Paper, summary="Offer it no more")
def close_paper(request: HttpRequest, paper_id: int) -> Paper:
    """Links given out before stay good."""
    by, now = actor_of(request), now_of(request)
    return _told(papers.set_open(_paper(paper_id).id, is_open=False, by=by, now=now))


@router.post("/papers/{row:paper_id}/reopen", auth=Bearer("campaign.edit"), response=Paper, summary="Offer it again")
def reopen_paper(request: HttpRequest, paper_id: int) -> Paper:
    by, now = actor_of(request), now_of(request)
    return _told(papers.set_open(_paper(paper_id).id, is_open=True, by=by, now=now))


def _paper(number: int) -> PaperView:
    try:
        return papers.paper(number)
    except UnknownPaper:
        raise Http404 from None


def _keep(file: UploadedFile) -> Kept:
    return files.keep(file.chunks(), file.name or "", folder=Path(settings.PAPERS))


def _purposes(*, asks_consent: bool) -> tuple[str, ...]:
    return (Purpose.MAIL.value, Purpose.MAIL_TRACKING.value) if asks_consent else ()


def _wanted(paper: PaperView) -> NewPaper:
    return NewPaper(paper.slug, paper.title, paper.intro, paper.campaign, paper.form.purposes)


def _told(paper: PaperView) -> Paper:
    return Paper(
        id=paper.id, slug=paper.slug, url=f"{settings.BASE_URL}/d/{paper.slug}/", title=paper.title,
        intro=paper.intro, campaign=paper.campaign, asks_consent=Purpose.MAIL.value in paper.form.purposes,
        file_name=paper.file_name, digest=paper.digest, size=paper.size, created_at=paper.created_at,
        is_open=paper.is_open,
    )  # fmt: skip
