"""The pact in force, in its own words and in plain sentences; its versions, proposed and put in force."""

from datetime import datetime
from typing import Annotated

from django.http import HttpRequest
from ninja import Field, Query, Router, Schema
from pydantic import AwareDatetime

from leadpact.flow import agreeing
from leadpact.pact import reads
from leadpact.pact.sentences import changes, sentences
from leadpact.pact.types import PactVersion
from leadpact.web.api.access import Bearer
from leadpact.web.api.offers import Body
from leadpact.web.api.paging import Paged, some_of
from leadpact.web.pact.proposing import check
from leadpact.web.pact.views import version_of
from leadpact.web.shell.access import actor_of, now_of

router = Router()


class Clause(Schema):
    anchor: str
    text: str
    notes: list[str]


class Section(Schema):
    """`side`: whose promise it is: marketing, sales, partner or both."""

    anchor: str
    title: str
    side: str
    clauses: list[Clause]


class PactInForce(Schema):
    """`document`: the YAML text as it was agreed to."""

    version: int
    since: datetime
    digest: str
    document: str
    sentences: list[Section]


class Version(Schema):
    number: int
    digest: str
    note: str
    proposed_by: str
    proposed_at: datetime
    in_force_since: list[datetime]


class VersionPage(Schema):
    items: list[Version]
    next: str | None


class Proposal(Body):
    """`document`: YAML, as GET /pact tells it."""

    document: Annotated[str, Field(min_length=1, max_length=200_000)]
    note: Annotated[str, Field(max_length=500)] = ""


class Document(Body):
    document: Annotated[str, Field(min_length=1, max_length=200_000)]


class Remark(Schema):
    """Something found in a document; `line` 0: it is about no line of it."""

    line: int
    path: str
    message: str
    what_to_do: str
    is_error: bool


class Change(Schema):
    """A clause that the pact in force says otherwise; null: only one of both has it."""

    section: str
    anchor: str
    was: str | None
    now: str | None


class Checked(Schema):
    """`is_readable` false: it is no pact, and the remarks say why."""

    is_readable: bool
    remarks: list[Remark]
    changes: list[Change]


class InForce(Body):
    """`since` left out: from this moment on."""

    since: AwareDatetime | None = None


@router.get("/pact", auth=Bearer("pact.see"), response=PactInForce, summary="The pact in force")
def pact(request: HttpRequest) -> PactInForce:
    held = reads.in_force(now_of(request))
    said = [
        Section(
            anchor=each.anchor, title=each.title, side=each.side,
            clauses=[Clause(anchor=one.anchor, text=one.text, notes=list(one.notes)) for one in each.clauses],
        )
        for each in sentences(held.pact)
    ]  # fmt: skip
    return PactInForce(
        version=held.version, since=held.since, digest=held.pact.digest, document=reads.text_of(held.version),
        sentences=said,
    )  # fmt: skip


@router.get("/pact/versions", auth=Bearer("pact.see"), response=VersionPage, summary="Every version, the newest first")
def versions(request: HttpRequest, wanted: Query[Paged]) -> VersionPage:
    page = some_of(reads.versions(), lambda each: (each.number,), int, asked=wanted, downwards=True)
    return VersionPage(items=[_version(each) for each in page.items], next=page.next)


@router.post("/pact/versions", auth=Bearer("pact.propose"), response=Version, summary="Propose a new version")
def propose(request: HttpRequest, said: Proposal) -> Version:
    """It does not hold yet.  The newest text again is the newest version again."""
    document = said.document.replace("\r\n", "\n").replace("\r", "\n")
    return _version(agreeing.propose(document, note=said.note, by=actor_of(request), now=now_of(request)))


@router.post("/pact/check", auth=Bearer("pact.propose"), response=Checked, summary="Read a document, and keep nothing")
def check_document(request: HttpRequest, said: Document) -> Checked:
    """What is wrong with it, and what it would change."""
    found = check(said.document.replace("\r\n", "\n").replace("\r", "\n"))
    remarks = [
        Remark(line=each.line, path=each.path, message=each.message, what_to_do=each.what_to_do, is_error=each.is_error)
        for each in found.remarks
    ]
    changed = changes(reads.in_force(now_of(request)).pact, found.document.pact) if found.document else ()
    told = [Change(section=each.section, anchor=each.anchor, was=each.was, now=each.now) for each in changed]
    return Checked(is_readable=found.document is not None, remarks=remarks, changes=told)


@router.post(
    "/pact/versions/{row:number}/put-in-force",
    auth=Bearer("pact.put_in_force"),
    response=Version,
    summary="Let a version hold",
)
def put_in_force(request: HttpRequest, number: int, body: InForce | None = None) -> Version:
    found, now = version_of(number), now_of(request)
    since = body.since if body and body.since else now
    agreeing.put_in_force(found.number, since=since, by=actor_of(request), now=now)
    return _version(reads.version(found.number))


def _version(view: PactVersion) -> Version:
    return Version(
        number=view.number, digest=view.digest, note=view.note, proposed_by=view.proposed_by,
        proposed_at=view.proposed_at, in_force_since=list(view.in_force_since),
    )  # fmt: skip
