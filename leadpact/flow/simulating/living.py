"""The days of the sample company, one after the other up to the present; a later run goes on where this one ended.

Each working day has a few moments at which what arrived is drained, scored and offered, and the reps do their
work; promises are missed when nobody kept them.  A day cut short is lived again: its events are known already, and
the reps find what they did done.
"""

import json
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime, time, timedelta
from pathlib import Path
from typing import Final
from zoneinfo import ZoneInfo

from leadpact.base.errors import BadState
from leadpact.engagement.types import Json
from leadpact.flow import arrival, offering, promising
from leadpact.flow.simulating import colleagues, founding, prospects
from leadpact.ledger import actions as ledger
from leadpact.ledger.inbox import open_inbox
from leadpact.team import sending
from leadpact.team import reads as teams
from leadpact.team.types import Role

MONTHS_BACK: Final = timedelta(days=prospects.WAVE_DAYS)
WORKING: Final = (time(9, 20), time(11, 30), time(14), time(16, 40))
NIGHT: Final = time(22)


class NotASample(BadState):
    """The home holds an installation that is not a sample: nothing simulated may ever mix with real data."""

    code = "not_a_sample"
    what_to_do = "Set LEADPACT_HOME to an empty folder for the sample company."


@dataclass(frozen=True)
class Progress:
    """How far the sample company has lived; kept in its home."""

    seed: int
    scale: float
    began: datetime
    until: datetime

    @staticmethod
    def read(file: Path) -> "Progress | None":
        if not file.exists():
            return None
        kept = json.loads(file.read_text())
        began, until = datetime.fromisoformat(kept["began"]), datetime.fromisoformat(kept["until"])
        return Progress(kept["seed"], kept["scale"], began, until)

    def write(self, file: Path) -> None:
        kept = {**asdict(self), "began": self.began.isoformat(), "until": self.until.isoformat()}
        new = file.with_suffix(".new")
        new.write_text(json.dumps(kept))
        new.replace(file)


@dataclass(frozen=True)
class Lived:
    """What one run came to."""

    since: datetime
    until: datetime
    days: int
    events: int


def found(home: Path, *, seed: int, scale: float, password: str | None, now: datetime) -> Progress:
    """Found the sample company if need be, and return how far it has lived; seed and scale are those of its founding.

    scale  1.0 is about 400 persons and 12,000 events in four months

    Raises `NotASample`.
    """
    file = home / "sample.json"
    progress = Progress.read(file)
    if progress is None:
        if is_in_use():
            raise NotASample(f"{home} holds an installation that is not a sample company.")
        began = datetime.combine((now - MONTHS_BACK).date(), time(0), ZoneInfo(founding.ZONE)).astimezone(UTC)
        progress = Progress(seed, scale, began, began)
    founding.found(password=password, since=progress.began, now=now)
    progress.write(file)
    return progress


def live(home: Path, progress: Progress, *, now: datetime, told: Callable[[int, int], None]) -> Lived:
    """Let the company live on, up to `now`; `told` is called after each day with the days lived and those to live."""
    since, events = progress.until, 0
    days = list(_days(since, now))
    staff = _Staff(colleagues.reps(founding.people(), progress.seed), _a_working_day_before(now))
    for place, (begins, ends) in enumerate(days):
        events += _day(progress, staff, begins, ends)
        progress = replace(progress, until=ends)
        progress.write(home / "sample.json")
        told(place + 1, len(days))
    return Lived(since, progress.until, len(days), events)


def is_in_use() -> bool:
    """Say whether somebody works here already, or anything ever arrived."""
    return bool(teams.users()) or arrival.totals()["received"] > 0


def _days(since: datetime, now: datetime) -> Iterator[tuple[datetime, datetime]]:
    """Yield [since, until) of each local day, the last one up to now."""
    zone = ZoneInfo(founding.ZONE)
    while since < now:
        midnight = datetime.combine(since.astimezone(zone).date() + timedelta(days=1), time(0), zone).astimezone(UTC)
        yield since, min(midnight, now)
        since = min(midnight, now)


@dataclass(frozen=True)
class _Staff:
    """Those who sell, and the moment since when they leave most offers to whoever looks at the sample."""

    reps: list[colleagues.Rep]
    leaves_since: datetime

    def work(self, now: datetime, *, first_of_day: bool) -> None:
        partner = next(rep for rep in self.reps if Role.PARTNER in rep.who.roles)
        for rep in self.reps:
            colleagues.work(rep, partner, now=now, first_of_day=first_of_day, leaves_since=self.leaves_since)


def _a_working_day_before(now: datetime) -> datetime:
    day = now - timedelta(days=1)
    while day.astimezone(ZoneInfo(founding.ZONE)).weekday() > 4:
        day -= timedelta(days=1)
    return day


def _day(progress: Progress, staff: _Staff, since: datetime, until: datetime) -> int:
    """Live one day; returns how many events arrived in it."""
    events = prospects.visits(progress.seed, progress.scale, since, until, progress.began)
    zone = ZoneInfo(founding.ZONE)
    day = since.astimezone(zone).date()
    if day.weekday() == 0:
        founding.spend(day, seed=progress.seed, now=since)
    moments = [datetime.combine(day, at, zone).astimezone(UTC) for at in (*WORKING, NIGHT)]
    done = since
    for place, moment in enumerate([one for one in moments if since <= one < until] + [until]):
        _arrive([event for event in events if done <= _when(event) < moment], moment)
        if day.weekday() < 5 and place < len(WORKING) and moment in moments:
            staff.work(moment, first_of_day=place == 1)
        promising.sweep(now=moment)
        done = moment
    ledger.sequence()
    return len(events)


def _arrive(events: list[Json], now: datetime) -> None:
    if events:
        arrival.accept(events, channel="sample", now=now)
        while arrival.drain(open_inbox(), now=now).taken:
            pass
    while offering.sweep(now=now).did_something:
        pass
    sending.send_due_mail(now)


def _when(event: Json) -> datetime:
    return datetime.fromisoformat(str(event["timestamp"]))
