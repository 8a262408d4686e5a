"""A paper is asked for and downloaded: the form goes the way of every form, the download that of every event."""

from datetime import datetime
from hashlib import blake2b
from pathlib import Path

from django.conf import settings

from leadpact.base.wording import worded
from leadpact.capture import files, papers, reads
from leadpact.capture.types import Granted, PaperView
from leadpact.flow import arrival, capturing
from leadpact.flow.capturing import FormClosed, Submission


def ask(paper: PaperView, sent: Submission, *, now: datetime) -> str:
    """Take the form in front of a paper and return the token of its download; raises `FormClosed`."""
    if not paper.is_open:
        raise FormClosed(worded("The paper “{title}” is not offered any more.", title=paper.title))
    capturing.submit(paper.form, sent, now=now)
    said = f"{paper.id}:{sent.message_id}:{sent.values['email'].casefold()}"
    key = blake2b(said.encode(), digest_size=24).hexdigest()
    return papers.grant(paper.id, sent.values["email"], anonymous_id=sent.anonymous_id, key=key, now=now)


def fetch(token: str, *, may_follow: bool, now: datetime) -> tuple[Granted, Path]:
    """Return whose download it is and where the file lies, and record it; raises `DownloadEnded`, `BadFile`.

    may_follow  False where their browser asks not to be followed: then it is only counted
    """
    found = papers.granted(token, now=now)
    path = files.path_of(found.paper.digest, folder=Path(settings.PAPERS))
    arrival.accept([_event(found, may_follow=may_follow)], channel="download", now=now)
    return found, path


def _event(found: Granted, *, may_follow: bool) -> dict[str, object]:
    properties: dict[str, object] = {"asset": found.paper.slug, "title": found.paper.title}
    if found.paper.campaign is not None:
        properties["campaign"] = reads.campaign(found.paper.campaign).name
    context: dict[str, object] = {"traits": {"email": found.email}}
    if not may_follow:
        context["consent"] = {"web_tracking": False}
    event: dict[str, object] = {
        "type": "track",
        "event": "asset.downloaded",
        "messageId": f"download:{found.key}",
        "properties": properties,
        "context": context,
    }
    if found.anonymous_id:
        event["anonymousId"] = found.anonymous_id
    return event
