"""A moment of a lead's past: as it was known then, beside what is known of it now."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from django.http import QueryDict
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from leadpact.scoring import known
from leadpact.scoring.known import Cause, Difference, Today
from leadpact.scoring.types import Verdict
from leadpact.web.leads.facts import name_of
from leadpact.web.leads.why import Reason, grouped
from leadpact.web.shell.machines import say_verdict
from leadpact.web.shell.moments import say_moment

FIRST_YEAR: Final = 1990
CAUSES: Final[Mapping[Cause, str | Promise]] = {
    Cause.LATE: gettext_lazy("It arrived later: %(since)s."),
    Cause.VOIDED: gettext_lazy("It counted then, and not any more: %(since)s."),
    Cause.RESTORED: gettext_lazy("It did not count then, and does again: %(since)s."),
    Cause.JOINED: gettext_lazy("Identities were linked or persons merged later, and it became theirs: %(since)s."),
    Cause.LEFT: gettext_lazy("Identities or persons were taken apart later, and it is theirs no more: %(since)s."),
    Cause.FACT: gettext_lazy("It was learnt later: %(since)s."),
    Cause.RESET: gettext_lazy("It was recorded later: only acts after it count for the next hand-over."),
}


@dataclass(frozen=True)
class Slider:
    """The days of a lead, counted from their first; `day` is the one shown."""

    first: date
    last: date
    shown: date

    @property
    def days(self) -> int:
        return max((self.last - self.first).days, 1)

    @property
    def day(self) -> int:
        return min(max((self.shown - self.first).days, 0), self.days)


@dataclass(frozen=True)
class Side:
    """One of the two: the verdict and its reasons, None where there was none."""

    title: str
    verdict: Verdict | None
    reasons: tuple[Reason, ...]


@dataclass(frozen=True)
class Otherwise:
    """What differs, in words."""

    entry: int | None
    happened_at: datetime
    what: str
    why: str
    machine: str


@dataclass(frozen=True)
class Then:
    at: datetime
    sides: tuple[Side, Side]
    differs: tuple[Otherwise, ...]

    @property
    def is_same(self) -> bool:
        one, other = (side.verdict for side in self.sides)
        same = one is not None and other is not None and (one.score, one.is_ready) == (other.score, other.is_ready)
        return same and not self.differs


def slider_of(since: datetime | None, now: datetime, at: datetime | None, zone: ZoneInfo) -> Slider:
    today = now.astimezone(zone).date()
    first = min(since.astimezone(zone).date(), today) if since else today
    return Slider(first, today, at.astimezone(zone).date() if at else today)


def moment_of(asked: QueryDict, since: datetime | None, now: datetime, zone: ZoneInfo) -> datetime | None:
    """Return the moment asked about: a date means its end; None where nothing, or nothing readable, is asked.

    Without scripts the page sends the slider's day and the date: whichever differs from what was shown is meant.
    """
    text, day, was = asked.get("then", ""), asked.get("day", ""), asked.get("was", "")
    if day.isdecimal() and len(day) < 6 and (not text or text == was):
        first = slider_of(since, now, None, zone).first
        return _end_of(first + timedelta(days=int(day)), now, zone) if int(day) < 40_000 else None
    try:
        if len(text) == len("2026-03-02"):
            return _end_of(date.fromisoformat(text), now, zone)
        found = datetime.fromisoformat(text)
    except ValueError:
        return None
    found = found if found.tzinfo else found.replace(tzinfo=zone)
    return min(found.astimezone(UTC), now) if found.year >= FIRST_YEAR else None


def _end_of(day: date, now: datetime, zone: ZoneInfo) -> datetime | None:
    if not FIRST_YEAR <= day.year <= now.year:
        return now if day.year > now.year else None
    end = datetime.combine(day + timedelta(days=1), time(), zone).astimezone(UTC) - timedelta(microseconds=1)
    return min(end, now)


def then_of(today: Today, at: datetime, names: Mapping[int, str], now: datetime, zone: ZoneInfo) -> Then:
    """Explain a moment both ways.

    names  what the acts are called, by entry
    """
    found = known.compare(today.view.id, at, today)
    sides = _side(_("As known then"), found.then), _side(_("As we know now"), found.now)
    return Then(at, sides, tuple(_otherwise(each, names, now, zone) for each in found.differences))


def _side(title: str, verdict: Verdict | None) -> Side:
    return Side(title, verdict, grouped(verdict.reasons) if verdict else ())


def _otherwise(each: Difference, names: Mapping[int, str], now: datetime, zone: ZoneInfo) -> Otherwise:
    since = say_moment(each.since, now, zone) if each.since else _("later")
    what = names.get(each.entry or 0, "")
    if each.cause is Cause.FACT:
        what = name_of(each.said.partition(".")[2])
    elif each.cause is Cause.RESET:
        what = each.said
    return Otherwise(
        each.entry, each.happened_at, what, str(CAUSES[each.cause]) % {"since": since}, say_verdict(each.said)
    )
