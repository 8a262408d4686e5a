"""The pact in force, in its own words and in plain sentences, and its versions."""

from datetime import datetime

from django.http import HttpRequest
from ninja import Router, Schema

from leadpact.pact import reads
from leadpact.pact.sentences import sentences
from leadpact.web.api.access import Bearer
from leadpact.web.shell.access import now_of

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


@router.get(
    "/pact/versions", auth=Bearer("pact.see"), response=list[Version], summary="Every version, the newest first"
)
def versions(request: HttpRequest) -> list[Version]:
    return [
        Version(
            number=each.number, digest=each.digest, note=each.note, proposed_by=each.proposed_by,
            proposed_at=each.proposed_at, in_force_since=list(each.in_force_since),
        )
        for each in reads.versions()
    ]  # fmt: skip
