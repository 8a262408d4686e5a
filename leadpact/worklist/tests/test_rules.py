"""At which stage a person stands, case by case."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from leadpact.handover.types import FirstTouch, PursuitView, Stage
from leadpact.pact.types import LeadType
from leadpact.scoring.types import StandingView
from leadpact.worklist.rules import detail_of, may_change, may_see, month_began, owner_of, stage_for
from leadpact.worklist.types import KeptView

ENDED = datetime(2026, 3, 2, 9, tzinfo=UTC)


def pursuit(stage: Stage, *, ended_at: datetime | None = None, owner: int | None = None) -> PursuitView:
    return PursuitView(
        id=1, number=1, company=None, type=LeadType.CONTENT, stage=stage, owner=owner, team=None, persons=(1,),
        began_at=ENDED - timedelta(days=9), ended_at=ended_at, pact_version=1, first_touch=FirstTouch(),
        recycle_until=None, reason="", note="", asked_to_keep_at=None, is_history=False,
    )  # fmt: skip


def standing(*, is_lead: bool = False, ready_since: datetime | None = None) -> StandingView:
    return StandingView(
        person=1, judged_at=ENDED, pact_version=1, score=0, scores={}, is_in=ready_since is not None,
        is_ready=ready_since is not None, ready_since=ready_since, is_lead=is_lead, lead_since=None,
        direct_until=None, falls_at=None, falls_to=None, below_down_at=None, tipped_by=None, score_week_ago=0,
    )  # fmt: skip


READY = standing(is_lead=True, ready_since=ENDED + timedelta(days=1))
READY_BEFORE = standing(is_lead=True, ready_since=ENDED - timedelta(days=1))


@pytest.mark.parametrize(
    ("is_known", "verdict", "last", "stage"),
    [
        (False, None, None, Stage.ANONYMOUS),
        (True, None, None, Stage.CONTACT),  # somebody we know, never judged
        (True, standing(), None, Stage.CONTACT),
        (True, standing(is_lead=True), None, Stage.LEAD),
        (False, standing(is_lead=True), None, Stage.ANONYMOUS),  # a download without a name: nobody to call
        (False, READY, None, Stage.ANONYMOUS),
        (True, READY, None, Stage.READY),  # imported history: ready and never offered
        (True, READY, pursuit(Stage.OFFERED), Stage.OFFERED),
        (True, standing(), pursuit(Stage.WORKING), Stage.WORKING),  # the score never takes a working lead back
        (True, standing(), pursuit(Stage.DEAL), Stage.DEAL),
        (True, standing(), pursuit(Stage.RECYCLED, ended_at=ENDED), Stage.RECYCLED),
        (True, standing(is_lead=True), pursuit(Stage.LOST, ended_at=ENDED), Stage.LOST),
        (True, READY_BEFORE, pursuit(Stage.CUSTOMER, ended_at=ENDED), Stage.CUSTOMER),
        (True, READY, pursuit(Stage.COOLED, ended_at=ENDED), Stage.READY),  # ready anew after its end
        (True, READY_BEFORE, pursuit(Stage.COOLED, ended_at=ENDED), Stage.COOLED),
    ],
)
def test_the_stage_of_a_person(
    is_known: bool, verdict: StandingView | None, last: PursuitView | None, stage: Stage
) -> None:
    assert stage_for(is_known=is_known, standing=verdict, pursuit=last) is stage


@pytest.mark.parametrize(
    ("kind", "properties", "detail"),
    [
        ("page.viewed", {"path": "/pricing", "title": "Pricing"}, "/pricing"),
        ("page.viewed", {"path": " ", "title": "Pricing"}, "Pricing"),
        ("form.submitted", {"form": "contact"}, "contact"),
        ("form.submitted", {}, ""),
        ("video.watched", {"asset": 7}, ""),
        ("client.tried", {"path": "/x"}, ""),
    ],
)
def test_what_an_act_was_about(kind: str, properties: dict[str, object], detail: str) -> None:
    assert detail_of(kind, properties) == detail


@pytest.mark.parametrize(
    ("person_owner", "last", "owner"),
    [
        (None, None, None),
        (3, None, 3),
        (3, pursuit(Stage.WORKING, owner=4), 4),  # who works it has it, whoever the person was given to
        (3, pursuit(Stage.OFFERED), 3),  # it waits in a queue
        (3, pursuit(Stage.RECYCLED, ended_at=ENDED, owner=4), 3),  # given to somebody since, or before
        (None, pursuit(Stage.RECYCLED, ended_at=ENDED, owner=4), 4),
    ],
)
def test_whose_a_lead_is(person_owner: int | None, last: PursuitView | None, owner: int | None) -> None:
    assert owner_of(person_owner, last) == owner


@pytest.mark.parametrize(
    ("now", "zone", "began"),
    [
        ("2026-03-02T10:00+00:00", "UTC", "2026-03-01T00:00+00:00"),
        ("2026-03-31T23:30+00:00", "Europe/Berlin", "2026-03-31T22:00+00:00"),  # there it is April already
        ("2026-04-01T01:00+00:00", "America/New_York", "2026-03-01T05:00+00:00"),  # there it is still March
        ("2026-03-30T12:00+00:00", "Europe/Berlin", "2026-02-28T23:00+00:00"),  # the clocks changed in between
    ],
)
def test_a_month_begins_at_midnight_where_the_company_is(now: str, zone: str, began: str) -> None:
    assert month_began(datetime.fromisoformat(now), ZoneInfo(zone)) == datetime.fromisoformat(began)


@pytest.mark.parametrize(
    ("user", "is_shared", "is_one_of_us", "keeps_house", "sees", "changes"),
    [
        (1, False, True, False, True, True),  # whoever made it
        (2, False, True, True, False, False),  # not even an admin looks into what is not shared
        (2, True, True, False, True, False),
        (2, True, True, True, True, True),
        (2, True, False, False, False, False),  # a partner
    ],
)
def test_who_sees_and_who_changes_a_view(
    user: int, is_shared: bool, is_one_of_us: bool, keeps_house: bool, sees: bool, changes: bool
) -> None:
    view = KeptView(1, "Warm", 1, "view=all", (), is_shared, ENDED)
    assert may_see(view, user, is_one_of_us=is_one_of_us) is sees
    assert may_change(view, user, keeps_house=keeps_house) is changes
