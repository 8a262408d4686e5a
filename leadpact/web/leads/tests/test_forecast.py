"""The forecast of a score: the steps are those of the pact, the sentence is what they show."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from leadpact.pact.document import default_pact_text, parse_pact
from leadpact.scoring.reads import Spans
from leadpact.scoring.types import Act, History
from leadpact.web.leads.forecast import Step, draw, finding, steps_of
from leadpact.web.shell.thresholds import Thresholds

MARKS = Thresholds(up=50_000, down=25_000, pact_version=1)
UTC_ZONE = ZoneInfo("UTC")
NOW = datetime(2026, 3, 20, 12, tzinfo=UTC)


def day(month: int, number: int) -> datetime:
    return datetime(2026, month, number, tzinfo=UTC)


def test_the_steps_are_the_moments_at_which_acts_stop_counting() -> None:
    # default pact: event stand 30, webinar 20, paper 5, each until midnight 30 days after its day
    spans = Spans(((day(1, 1), 1, parse_pact(default_pact_text())),))
    acts = (
        Act(1, "1", "event.attended", datetime(2026, 3, 1, 10, tzinfo=UTC), {"event": "Expo"}),
        Act(2, "2", "webinar.attended", datetime(2026, 3, 10, 10, tzinfo=UTC), {"webinar": "Audits"}),
        Act(3, "3", "asset.downloaded", datetime(2026, 3, 10, 11, tzinfo=UTC), {"asset": "Guide"}),
    )
    history = History(acts)
    steps = steps_of(spans, history, spans.judge(history, NOW), NOW)
    assert [(step.since, step.score) for step in steps] == [
        (NOW, 55_000),
        (day(3, 31), 25_000),  # 1 March + 30 days
        (day(4, 9), 0),
    ]
    assert steps[1].because == "event stand"
    assert finding(steps, MARKS, UTC_ZONE) == (
        "Without a new act the score is under 50 on 31 March and cools on 9 April"
    )


def test_a_score_that_nothing_takes_away_stays() -> None:
    assert finding((Step(NOW, 30_000, ""),), MARKS, UTC_ZONE) == "Without a new act the score stays above 25"


def test_the_picture_is_drawn_with_points_and_stays_inside_its_frame() -> None:
    steps = (Step(NOW, 55_000, ""), Step(NOW + timedelta(days=10), 25_000, ""), Step(NOW + timedelta(days=20), 0, ""))
    picture = draw(steps, MARKS, UTC_ZONE)
    # highest is 62.5 (up and a quarter): 55 stands at 8 + 80 * 7.5 / 62.5 = 17.6; ten of 21 days are 152.4 wide
    assert picture.path == "M0 17.6H152.4V56.0H304.8V88.0H320"
    assert "," not in picture.path + picture.limits
    assert [mark.text for mark in picture.days] == ["today", "30 Mar"]
