"""Papers to download: the file, the form in front of it, and for how long a link to it is good."""

from datetime import datetime, timedelta
from typing import Final

from django.core.signing import BadSignature, Signer
from django.db import transaction

from leadpact.base.text import truncate
from leadpact.base.wording import worded
from leadpact.capture import actions, reads
from leadpact.capture.errors import BadForm, DownloadEnded, UnknownPaper
from leadpact.capture.files import Kept
from leadpact.capture.form_rules import EMAIL
from leadpact.capture.models import Campaign, Form, Grant, Paper
from leadpact.capture.types import FormField, Granted, NewForm, NewPaper, PaperView
from leadpact.ledger.actions import append_one
from leadpact.ledger.types import NewEntry
from leadpact.team.types import Actor

LASTS: Final = timedelta(days=3)
KEPT: Final = timedelta(days=7)  # after it ended, so that "this link has ended" can be said
KEY: Final = "download"  # the `form` property of its submissions, which pacts give points for
_SALT: Final = "leadpact.capture.download"
_LONGEST_SLUG: Final = 44  # its form's address is "paper-" and this


def create_paper(wanted: NewPaper, file: Kept, *, by: Actor, now: datetime) -> PaperView:
    """Offer a file for download behind a form; raises `BadForm`, `FormExists`, `UnknownCampaign`."""
    if len(wanted.slug) > _LONGEST_SLUG:
        raise BadForm(worded("The address is too long."), details={"field": "slug"})
    with transaction.atomic():
        form = actions.create_form(_form_of(wanted), by=by, now=now)
        row = Paper(slug=wanted.slug, form_id=form.id, created_at=now)
        _put(row, wanted)
        row.file_name, row.digest, row.size = file.name, file.digest, file.size
        row.save()
        _say("paper.created", row, by=by, now=now)
    return paper(row.pk)


def change_paper(number: int, wanted: NewPaper, file: Kept | None, *, by: Actor, now: datetime) -> PaperView:
    """Change a paper, and its file where there is a new one; its address stays.  Raises `UnknownPaper`, `BadForm`."""
    with transaction.atomic():
        row = _locked(number)
        actions.change_form(row.form.slug, _form_of(wanted, slug=row.slug), by=by, now=now)
        _put(row, wanted)
        if file is not None:
            row.file_name, row.digest, row.size = file.name, file.digest, file.size
        row.save()
        _say("paper.changed", row, by=by, now=now)
    return paper(row.pk)


def set_open(number: int, *, is_open: bool, by: Actor, now: datetime) -> PaperView:
    """Offer a paper no more, or again; links given out before stay good.  Raises `UnknownPaper`."""
    with transaction.atomic():
        row = _locked(number)
        if (row.closed_at is None) is not is_open:
            row.closed_at = None if is_open else now
            row.save(update_fields=["closed_at"])
            Form.objects.filter(pk=row.form_id).update(closed_at=row.closed_at)
            _say("paper.changed", row, by=by, now=now)
    return paper(number)


def paper(number: int) -> PaperView:
    """Return one paper; raises `UnknownPaper`."""
    row = Paper.objects.select_related("form").filter(pk=number).first()
    if row is None:
        raise UnknownPaper(worded("There is no paper {paper}.", paper=number), details={"paper": number})
    return _view(row)


def paper_at(slug: str) -> PaperView:
    """Return the paper at that address, offered or not; raises `UnknownPaper`."""
    row = Paper.objects.select_related("form").filter(slug=slug).first()
    if row is None:
        raise UnknownPaper(worded("There is no paper {slug}.", slug=repr(slug)), details={"paper": slug})
    return _view(row)


def papers(*, campaign: int | None = None) -> list[PaperView]:
    """Return the papers, or those of a campaign, the newest first."""
    rows = Paper.objects.select_related("form").order_by("-pk")
    return [_view(row) for row in (rows if campaign is None else rows.filter(campaign=campaign))]


def grant(number: int, email: str, *, anonymous_id: str = "", key: str, now: datetime) -> str:
    """Return a token with which the paper can be downloaded for some days; the same `key` gets the same one again."""
    with transaction.atomic():
        Grant.objects.filter(expires_at__lt=now - KEPT).delete()
        wanted = {"paper_id": number, "email": email, "anonymous_id": anonymous_id, "expires_at": now + LASTS}
        row, _is_new = Grant.objects.get_or_create(key=key, defaults=wanted)
    return Signer(salt=_SALT).sign_object([row.pk, int(row.expires_at.timestamp())], compress=False)


def granted(token: str, *, now: datetime) -> Granted:
    """Return whose download a token is; raises `DownloadEnded`."""
    try:
        number, expires = Signer(salt=_SALT).unsign_object(token)
    except (BadSignature, ValueError) as error:
        raise DownloadEnded(worded("This link is not complete or not ours.")) from error
    row = Grant.objects.select_related("paper__form").filter(pk=number).first()
    if row is None or now.timestamp() >= expires:
        raise DownloadEnded(worded("This link has ended."))
    return Granted(row.pk, _view(row.paper), row.email, row.anonymous_id, row.key, row.expires_at)


def _form_of(wanted: NewPaper, *, slug: str = "") -> NewForm:
    fields = (FormField("name", "Your name", is_required=True), EMAIL, FormField("company", "Company"))
    thanks = "Thank you. The link to your paper is below."
    address = f"paper-{slug or wanted.slug}"
    return NewForm(address, KEY, wanted.title, wanted.intro, thanks, fields, wanted.purposes)


def _put(row: Paper, wanted: NewPaper) -> None:
    if wanted.campaign is not None:
        reads.campaign(wanted.campaign)
    row.title, row.intro = truncate(wanted.title.strip(), 200), wanted.intro.strip()
    row.campaign = None if wanted.campaign is None else Campaign.objects.get(pk=wanted.campaign)


def _locked(number: int) -> Paper:
    row = Paper.objects.select_for_update().filter(pk=number).first()
    if row is None:
        raise UnknownPaper(worded("There is no paper {paper}.", paper=number), details={"paper": number})
    return row


def _say(kind: str, row: Paper, *, by: Actor, now: datetime) -> None:
    facts = {
        "paper": row.pk, "slug": row.slug, "title": row.title, "campaign": row.campaign_id,
        "digest": row.digest, "size": row.size, "is_open": row.closed_at is None,
    }  # fmt: skip
    append_one(NewEntry(kind, now, about=f"paper:{row.pk}", facts=facts), by=by, now=now)


def _view(row: Paper) -> PaperView:
    return PaperView(
        row.pk, row.slug, row.title, row.intro, row.campaign_id, reads.form_view_of(row.form),
        row.file_name, row.digest, row.size, row.created_at, row.closed_at,
    )  # fmt: skip
