"""What a pact would have done: a version or a draft, replayed over everybody's history."""

from datetime import datetime
from typing import Annotated, Any

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest
from ninja import Field, Query, Router, Schema
from pydantic import AwareDatetime

from leadpact.engagement.kinds import ACTS
from leadpact.flow.replaying.documents import document_of
from leadpact.flow.replaying.types import WouldBe
from leadpact.pact import reads
from leadpact.pact.document import parse_pact
from leadpact.pact.errors import PactHasErrors
from leadpact.pact.rules import meaningless
from leadpact.pact.types import Pact
from leadpact.scoring.replay.types import Mode
from leadpact.scoring.rules_days import micros
from leadpact.web.api.access import Bearer
from leadpact.web.api.offers import Body
from leadpact.web.api.paging import Limit, Paged, some_of
from leadpact.web.pact.replay_rows import MOST, found_in, may_list
from leadpact.web.pact.views import version_of
from leadpact.web.shell.access import member_of, now_of

router = Router()
EMBEDDED = "embedded"
LISTS = r"^(gained|lost|both|missed|\d{4}-(0[1-9]|1[0-2]))$"
type Text = Annotated[str, Field(min_length=1, max_length=200_000)]
type Which = Annotated[str, Field(pattern=LISTS)]


class ReplayedOutcomes(Schema):
    """The four add up to `handovers`; of `outcome_unknown` (never offered) nothing is guessed."""

    handovers: int
    won: int
    rejected: int
    other: int
    outcome_unknown: int


class ReplayedMonth(ReplayedOutcomes):
    """`returns`: how many the pact would have taken back since their points were gone."""

    month: str
    returns: int


class ReplayedAgainst(Schema):
    name: str
    handovers: int
    both: ReplayedOutcomes
    gained: ReplayedOutcomes
    lost: ReplayedOutcomes


class ReplayDocument(Schema):
    """`missed`: really handed over, and the pact would have had nobody ready there."""

    events: int
    persons: int
    seconds: float
    engine: str
    mode: str
    intervals: int
    skipped_share: float
    months: list[ReplayedMonth]
    missed: ReplayedOutcomes
    against: ReplayedAgainst | None


class WouldBeHandedOver(Schema):
    """`until` null: still on.  `result`: won, rejected, other or outcome_unknown."""

    person: int
    since: datetime
    until: datetime | None
    result: str
    pursuit: int | None


class WouldBePage(Schema):
    items: list[WouldBeHandedOver]
    next: str | None


class ReplayAsked(Schema):
    """`against`: a version; left out: the one in force.  `as_of` left out: now."""

    mode: Mode = Mode.AS_LIVED
    against: Annotated[int, Field(ge=1, le=1_000_000)] | None = None
    since: AwareDatetime | None = None
    until: AwareDatetime | None = None
    as_of: AwareDatetime | None = None


class ReplayRowsAsked(ReplayAsked):
    """`which`: gained, lost, both, missed, or a month such as 2026-03."""

    which: Which
    after: str = ""
    limit: Limit = 50


class ReplayDraft(Body):
    """`document`: YAML, as GET /pact tells it; `against`: another one, left out: the pact in force."""

    document: Text
    against: Text | None = None
    mode: Mode = Mode.AS_LIVED
    since: AwareDatetime | None = None
    until: AwareDatetime | None = None
    as_of: AwareDatetime | None = None


class ReplayDraftRows(ReplayDraft):
    """`which`: gained, lost, both, missed, or a month such as 2026-03."""

    which: Which
    after: str = ""
    limit: Limit = 50


@router.get(
    "/pact/versions/{row:number}/replay", auth=Bearer("pact.see"), response=ReplayDocument,
    summary="What a version would have done",
)  # fmt: skip
def replay_version(request: HttpRequest, number: int, wanted: Query[ReplayAsked]) -> dict[str, Any]:
    """The document `leadpact replay --json` prints."""
    return _told(request, *_of_version(request, number, wanted), wanted)


@router.get(
    "/pact/versions/{row:number}/replay/rows", auth=Bearer("pact.see"), response=WouldBePage,
    summary="Whom a version would have handed over",
)  # fmt: skip
def replay_version_rows(request: HttpRequest, number: int, wanted: Query[ReplayRowsAsked]) -> WouldBePage:
    """The newest first; for those who see every lead."""
    return _page(request, *_of_version(request, number, wanted), wanted)


@router.post(
    "/pact/replay", auth=Bearer("pact.propose"), response=ReplayDocument, summary="What a draft would have done"
)
def replay_draft(request: HttpRequest, said: ReplayDraft) -> dict[str, Any]:
    """The document is not kept."""
    return _told(request, *_of_draft(request, said), said)


@router.post(
    "/pact/replay/rows",
    auth=Bearer("pact.propose"),
    response=WouldBePage,
    summary="Whom a draft would have handed over",
)
def replay_draft_rows(request: HttpRequest, said: ReplayDraftRows) -> WouldBePage:
    """The newest first; for those who see every lead."""
    return _page(request, *_of_draft(request, said), said)


def _of_version(request: HttpRequest, number: int, wanted: ReplayAsked) -> tuple[Pact, Pact]:
    pact = reads.pact_of(version_of(number).number)
    if wanted.against is None:
        return pact, reads.in_force(now_of(request)).pact
    return pact, reads.pact_of(version_of(wanted.against).number)


def _of_draft(request: HttpRequest, said: ReplayDraft) -> tuple[Pact, Pact]:
    other = reads.in_force(now_of(request)).pact if said.against is None else _read(said.against)
    return _read(said.document), other


def _read(text: str) -> Pact:
    pact = parse_pact(text.replace("\r\n", "\n").replace("\r", "\n"))
    wrong = meaningless(pact, kinds=ACTS)
    if wrong:
        raise PactHasErrors(wrong)
    return pact


def _told(request: HttpRequest, pact: Pact, other: Pact, asked: ReplayAsked | ReplayDraft) -> dict[str, Any]:
    from leadpact.flow.replaying import looking  # numpy and DuckDB: only for who replays
    from leadpact.flow.replaying.rehearsing import Span

    now = now_of(request)
    span = Span(asked.as_of or now, asked.since, asked.until)
    return document_of(looking.look(pact, against=other, mode=asked.mode, span=span, now=now).told, EMBEDDED)


def _page(request: HttpRequest, pact: Pact, other: Pact, asked: ReplayRowsAsked | ReplayDraftRows) -> WouldBePage:
    from leadpact.flow.replaying import looking
    from leadpact.flow.replaying.rehearsing import Span

    if not may_list(member_of(request)):
        raise PermissionDenied
    now = now_of(request)
    span = Span(asked.as_of or now, asked.since, asked.until)
    looked = looking.look(pact, against=other, mode=asked.mode, span=span, now=now)
    found = found_in(looked, span, asked.which, limit=MOST)
    page = some_of(found, _place, int, int, asked=Paged(after=asked.after, limit=asked.limit), downwards=True)
    items = [
        WouldBeHandedOver(
            person=each.person, since=each.since, until=each.until, result=each.result, pursuit=each.pursuit
        )
        for each in page.items
    ]
    return WouldBePage(items=items, next=page.next)


def _place(found: WouldBe) -> tuple[int, int]:
    return micros(found.since), found.person
