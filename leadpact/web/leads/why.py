"""Why this score: the reasons as sentences, newest first, and where the score goes from here."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from django.utils.dateformat import format as format_date
from django.utils.translation import gettext as _

from leadpact.scoring.reads import Spans
from leadpact.scoring.types import History, StandingView, Verdict, WhyPoints
from leadpact.web.leads.forecast import Picture, Step, draw, finding, steps_of
from leadpact.web.shell.thresholds import Thresholds, say_points

SHOWN = 6  # further reasons are folded
WEEK = timedelta(days=7)


@dataclass(frozen=True)
class Reason:
    """Several acts by one rule that end at one moment are one reason, `times` over."""

    rule: str
    points: int
    happened_at: datetime | None
    expires_at: datetime | None
    times: int
    event: int | None

    @property
    def says(self) -> str:
        """The rule by its name in the pact; what takes points away without an act in words of its own."""
        kind, colon, name = self.rule.partition(":")
        if kind == "cap" and colon:
            return _("More than %(name)s may earn") % {"name": name}
        return _("A while without an act") if self.rule == "idle" else f"{self.rule[:1].upper()}{self.rule[1:]}"


@dataclass(frozen=True)
class Why:
    person: int
    verdict: Verdict
    reasons: tuple[Reason, ...]
    change: int  # over seven days
    steps: tuple[Step, ...]
    picture: Picture
    finding: str
    falls: str  # both forecasts in words, "" when the score stays

    @property
    def standing(self) -> StandingView:
        """The verdict of this moment, in the form the last sweep's is kept in."""
        held = self.verdict
        return StandingView(
            person=self.person, judged_at=self.steps[0].since, pact_version=0, score=held.score,
            scores=dict(held.scores), is_in=held.is_in, is_ready=held.is_ready, ready_since=held.ready_since,
            is_lead=held.is_lead, lead_since=held.lead_since, direct_until=held.direct_until, falls_at=held.falls_at,
            falls_to=held.falls_to, below_down_at=held.below_down_at, tipped_by=held.tipped_by,
            score_week_ago=held.score - self.change,
        )  # fmt: skip

    @property
    def shown(self) -> tuple[Reason, ...]:
        return self.reasons[:SHOWN]

    @property
    def older(self) -> tuple[Reason, ...]:
        return self.reasons[SHOWN:]

    @property
    def older_points(self) -> int:
        return sum(reason.points for reason in self.older)

    @property
    def points_by_event(self) -> Mapping[int, int]:
        """What each act counts today, all its rules together."""
        found: dict[int, int] = {}
        for reason in (*self.verdict.reasons, *self.verdict.other_reasons):
            if reason.event is not None:
                found[reason.event] = found.get(reason.event, 0) + reason.points
        return found


def why_of(person: int, spans: Spans, history: History, now: datetime, marks: Thresholds, zone: ZoneInfo) -> Why:
    verdict = spans.judge(history, now)
    before = spans.judge(history, now - WEEK).score if spans.rows[0][0] <= now - WEEK else 0
    steps = steps_of(spans, history, verdict, now)
    return Why(
        person=person,
        verdict=verdict,
        reasons=grouped(verdict.reasons),
        change=verdict.score - before,
        steps=steps,
        picture=draw(steps, marks, zone),
        finding=finding(steps, marks, zone),
        falls=_falls(verdict, marks, zone),
    )


def grouped(reasons: tuple[WhyPoints, ...]) -> tuple[Reason, ...]:
    """Newest first; those that belong to no act, such as fit and caps, last."""
    groups: dict[tuple[str, datetime | None], list[WhyPoints]] = {}
    for reason in reasons:
        groups.setdefault((reason.rule, reason.expires_at), []).append(reason)
    found = [_reason(some) for some in groups.values()]
    dated = [(each.happened_at, each) for each in found if each.happened_at]
    dated.sort(key=lambda pair: pair[0], reverse=True)
    return (*(each for _when, each in dated), *(each for each in found if not each.happened_at))


def _reason(some: list[WhyPoints]) -> Reason:
    moments = [each.happened_at for each in some if each.happened_at]
    newest = max(moments) if moments else None
    event = next((each.event for each in some if each.happened_at == newest), None)
    return Reason(some[0].rule, sum(each.points for each in some), newest, some[0].expires_at, len(some), event)


def _falls(verdict: Verdict, marks: Thresholds, zone: ZoneInfo) -> str:
    """Name both: when the score falls next, and when it goes under the lower mark."""
    if verdict.falls_at is None or verdict.falls_to is None:
        return ""
    words = {
        "to": say_points(verdict.falls_to),
        "first": _day(verdict.falls_at, zone),
        "down": say_points(marks.down),
    }
    if verdict.below_down_at is None:
        return _("Falls to %(to)s on %(first)s.") % words
    words["second"] = _day(verdict.below_down_at, zone)
    return _("Falls to %(to)s on %(first)s; under %(down)s on %(second)s, then it cools.") % words


def _day(moment: datetime, zone: ZoneInfo) -> str:
    return format_date(moment.astimezone(zone), "D j M H:i")
