"""What is counted by an index, and read page by page, is what the rows of a report say."""

import random
from collections import Counter
from datetime import UTC, datetime, timedelta

import pytest

from leadpact.handover import models as handover
from leadpact.loop import crowds, reads, running
from leadpact.loop.types import Ask, Period
from leadpact.people.models import Person
from leadpact.team import actions as team
from leadpact.team.types import SYSTEM
from leadpact.worklist.models import LeadLine

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 5, 19, 9, 20, tzinfo=UTC)
STAGES = ("anonymous", "contact", "lead", "ready")


@pytest.fixture(params=range(2))
def period(request: pytest.FixtureRequest) -> Period:
    """A hundred and twenty persons at moments of which many are the same; some were handed over."""
    team.ensure_defaults(by=SYSTEM, now=NOW)
    chance = random.Random(request.param)
    for number in range(120):
        met = NOW - timedelta(days=chance.choice([3, 40, 41, 100, 200, 350, 400]), hours=chance.choice([0, 0, 0, 5]))
        person = Person.objects.create(name=f"P {number}", created_at=met)
        stage = chance.choice(STAGES)
        lead = met + timedelta(hours=chance.choice([0, 48])) if stage in {"lead", "ready"} else None
        pursuit = None
        if chance.random() < 0.1:
            pursuit = handover.Pursuit.objects.create(
                number=number, type=chance.choice(["content", "event"]), pact_version=1, stage="working",
                began_at=met, first_touch_channel="search",
            )  # fmt: skip
            handover.StageDate.objects.create(pursuit=pursuit, stage="ready", happened_at=met, entry=1)
        LeadLine.objects.create(
            person=person, stage="working" if pursuit else stage, pursuit=pursuit.pk if pursuit else None,
            lead_since=lead, began_at=lead or met, came_at=met, owner=chance.choice([None, 3, 7]),
        )  # fmt: skip
    return reads.period_of(now=NOW)


@pytest.mark.parametrize("key", crowds.REPORTS)
@pytest.mark.parametrize("owners", [None, (3,)])
def test_counts_are_those_of_the_rows(period: Period, key: str, owners: tuple[int, ...] | None) -> None:
    starts = tuple(period.since + timedelta(days=days) for days in (30, 200, 300, 340))
    for where in ({}, {"stage": "lead"}, {"stage": "working"}, {"type": None}, {"type": "event"}, {"stage": None}):
        ask = Ask(key, period, ("stage", "type"), starts, where, "is_now" if key == "funnel" else "value")
        (found,) = reads.look([ask], now=NOW, visible_owners=owners)
        rows = reads.rows(key, period, now=NOW, visible_owners=owners, where=where).rows
        dated, n, values = reads.REPORTS[key].dated, Counter[object](), Counter[object]()
        for row in rows:
            moment = row[dated]
            place = sum(isinstance(moment, datetime) and moment >= start for start in starts)
            n[place, row["stage"], row["type"]] += 1
            value = row[ask.value]
            assert isinstance(value, int)
            values[place, row["stage"], row["type"]] += value
        assert {(each.place, *each.parts): each.n for each in found} == n
        assert {(each.place, *each.parts): each.value for each in found} == {key: values[key] for key in n}


@pytest.mark.parametrize("key", crowds.REPORTS)
def test_pages_hold_every_row_once_the_newest_first(period: Period, key: str) -> None:
    for where in ({}, {"stage": "ready"}, {"stage": "contact"}, {"type": None}, {"type": "event"}):
        whole = reads.rows(key, period, now=NOW, where=where).rows
        order = reads.REPORTS[key].order
        kinds = {column.name: column.type for column in running.query(key).columns}
        nothing = {"bigint": 0, "text": ""}
        wanted = sorted(
            whole, key=lambda row: tuple(row[name] or nothing.get(kinds[name], 0) for name in order), reverse=True
        )
        got, after = list[object](), ""
        while True:
            page = reads.rows(key, period, now=NOW, where=where, after=after, limit=7).rows
            got += page
            if len(page) < 7:
                break
            after = reads.place_of(key, page[-1])
        assert got == wanted
        assert where or len(wanted) > 40
