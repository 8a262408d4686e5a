"""Where a score goes when nothing more happens, as steps and as a picture."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from django.utils.dateformat import format as format_date
from django.utils.translation import gettext as _

from leadpact.scoring.reads import Spans
from leadpact.scoring.types import History, Verdict
from leadpact.web.shell.thresholds import Thresholds, say_points

STEPS = 40  # with a half-life the score falls every day; the picture shows the first weeks
HORIZON = timedelta(days=400)
WIDTH, HEIGHT, TOP = 320, 88, 8  # of the picture, in its own units


@dataclass(frozen=True)
class Step:
    """From `since` on the score is `score`; `because` names what stops counting."""

    since: datetime
    score: int
    because: str


@dataclass(frozen=True)
class Mark:
    """Words beside the picture; x and y in its units, as SVG wants them."""

    x: str
    y: str
    text: str


@dataclass(frozen=True)
class Picture:
    path: str
    limits: str
    up: Mark
    down: Mark
    days: tuple[Mark, ...]


def steps_of(spans: Spans, history: History, verdict: Verdict, now: datetime) -> tuple[Step, ...]:
    """Judge the same history as of a far day: its course is what happens when nothing else does."""
    ends: dict[datetime, list[str]] = {}
    for reason in verdict.reasons:
        if reason.expires_at is not None:
            ends.setdefault(reason.expires_at, []).append(reason.rule)
    steps = [Step(now, verdict.score, "")]
    for change in spans.judge(history, now + HORIZON, trace=True).course:
        if change.since > now and change.score != steps[-1].score:
            gone = dict.fromkeys(ends.get(change.since, ()))
            steps.append(Step(change.since, change.score, ", ".join(gone)))
    return tuple(steps[:STEPS])


def draw(steps: tuple[Step, ...], marks: Thresholds, zone: ZoneInfo) -> Picture:
    """Return the steps as the path of a stepped line; numbers with a point whatever the language."""
    since = steps[0].since
    last = max(steps[-1].since - since, timedelta(days=7))
    span = last * 21 // 20  # a little room after the last step
    highest = max(marks.up * 5 // 4, *(step.score for step in steps), 1)

    def x(moment: datetime) -> str:
        return f"{(moment - since) / span * WIDTH:.1f}"

    def y(score: int) -> str:
        return f"{TOP + (HEIGHT - TOP) * (highest - max(score, 0)) / highest:.1f}"

    path = f"M0 {y(steps[0].score)}" + "".join(f"H{x(step.since)}V{y(step.score)}" for step in steps[1:]) + f"H{WIDTH}"
    limits = f"M0 {y(marks.up)}H{WIDTH}M0 {y(marks.down)}H{WIDTH}"
    up = Mark(str(WIDTH - 2), f"{float(y(marks.up)) - 4:.1f}", _("%(points)s ready") % {"points": say_points(marks.up)})
    back = _("%(points)s back to marketing") % {"points": say_points(marks.down)}
    down = Mark("2", f"{float(y(marks.down)) - 4:.1f}", back)
    return Picture(path, limits, up, down, _days(steps, x, zone))


def _days(steps: tuple[Step, ...], x: Callable[[datetime], str], zone: ZoneInfo) -> tuple[Mark, ...]:
    """The days of the picture that matter, none on top of another."""
    marks = [Mark("0", "104", _("today"))]
    for step in steps[1:]:
        place = float(x(step.since))
        if place - float(marks[-1].x) >= 60 and place <= WIDTH - 40:
            marks.append(Mark(x(step.since), "104", format_date(step.since.astimezone(zone), "j M")))
    return tuple(marks)


def finding(steps: tuple[Step, ...], marks: Thresholds, zone: ZoneInfo) -> str:
    """Return what the picture shows in one sentence."""
    under_up = next((step.since for step in steps if step.score < marks.up), None)
    under_down = next((step.since for step in steps if step.score < marks.down), None)
    words = {
        "up": say_points(marks.up),
        "down": say_points(marks.down),
        "first": _day(under_up, zone),
        "second": _day(under_down, zone),
    }
    if steps[0].score >= marks.up and under_up and under_down:
        return _("Without a new act the score is under %(up)s on %(first)s and cools on %(second)s") % words
    if steps[0].score >= marks.down and under_down:
        return _("Without a new act the score falls under %(down)s on %(second)s") % words
    if steps[0].score >= marks.down:
        return _("Without a new act the score stays above %(down)s") % words
    return _("The score is under %(down)s") % words


def _day(moment: datetime | None, zone: ZoneInfo) -> str:
    return format_date(moment.astimezone(zone), "j F") if moment else ""
