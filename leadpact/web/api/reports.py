"""Numbers, the rows that add up to each, and the funnel: the documents of `leadpact report --json`."""

from dataclasses import replace
from typing import Any

from django.http import HttpRequest
from ninja import Query, Router, Schema

from leadpact.loop import reads, rules
from leadpact.loop.documents import number_document, period_document, row_document, step_document
from leadpact.team import policy
from leadpact.web.api.access import Bearer
from leadpact.web.api.paging import Paged
from leadpact.web.shell.access import member_of, now_of
from leadpact.web.shell.performance import without_hidden_owners

router = Router()


class Numbers(Schema):
    period: dict[str, str]
    numbers: list[dict[str, Any]]


class Rows(Schema):
    """Their `value` adds up to the number, over all pages.

    `owner` is null where the caller may not see how one performs.
    """

    period: dict[str, str]
    report: str
    question: str
    definition: str
    unit: str
    columns: list[str]
    items: list[dict[str, Any]]
    next: str | None


class RowsWanted(Paged):
    """`stage` narrows the rows of reports that have such a column, as the funnel."""

    period: str = ""
    stage: str = ""


class Funnel(Schema):
    period: dict[str, str]
    steps: list[dict[str, Any]]


@router.get("/reports/five", auth=Bearer("loop.see"), response=Numbers, summary="The five numbers")
def five(request: HttpRequest, period: str = rules.USUAL) -> Numbers:
    now, visible = now_of(request), policy.visible_owners(member_of(request))
    asked = reads.period_of(period, now=now)
    numbers = reads.five(asked, now=now, visible_owners=visible)
    return Numbers(period=period_document(asked), numbers=[number_document(each) for each in numbers])


@router.get(
    "/reports/funnel",
    auth=Bearer("loop.see"),
    response=Funnel,
    summary="How many ever reached each stage, and stand there",
)
def funnel(request: HttpRequest, period: str = rules.ALL) -> Funnel:
    now, visible = now_of(request), policy.visible_owners(member_of(request))
    asked = reads.period_of(period, now=now)
    steps = reads.funnel(asked, now=now, visible_owners=visible)
    return Funnel(period=period_document(asked), steps=[step_document(each) for each in steps])


@router.get("/reports/{slug:key}/rows", auth=Bearer("loop.see"), response=Rows, summary="The rows behind a number")
def rows(request: HttpRequest, key: str, wanted: Query[RowsWanted]) -> Rows:
    """The newest first where they have a date."""
    member, now = member_of(request), now_of(request)
    asked = reads.period_of(wanted.period or (rules.ALL if key == "funnel" else rules.USUAL), now=now)
    answer = reads.rows(
        key, asked, now=now, visible_owners=policy.visible_owners(member),
        where={"stage": wanted.stage} if wanted.stage else None, after=wanted.after, limit=wanted.limit + 1,
    )  # fmt: skip
    page = replace(answer, rows=answer.rows[: wanted.limit])
    following = reads.place_of(key, page.rows[-1]) if len(answer.rows) > wanted.limit else None
    shown = without_hidden_owners(page, member)
    return Rows(
        period=period_document(asked), report=shown.name, question=shown.question, definition=shown.definition,
        unit=shown.unit.value, columns=list(shown.columns),
        items=[row_document(row, shown.unit) for row in shown.rows], next=following,
    )  # fmt: skip
