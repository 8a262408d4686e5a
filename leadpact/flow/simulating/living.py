"""The days of the sample company, one after the other up to the present; a later run goes on where this one ended.

A day has a few moments at which what arrived is drained, scored and offered, one more whenever somebody asks for a
call, and between them the reps do each thing in its own time.  A day cut short is lived again: its events are known
already, and the reps find what they did done.
"""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from pathlib import Path
from typing import Final

from django.db import connection
from django.db.backends.base.base import BaseDatabaseWrapper

from leadpact.base.errors import BadState
from leadpact.base.wording import worded
from leadpact.flow import arrival, offering, promising
from leadpact.flow.simulating import campaigns, founding, present, visits
from leadpact.flow.simulating.colleagues import Judgement, Rep, reps
from leadpact.flow.simulating.desk import Desk
from leadpact.flow.simulating.heads import Heads
from leadpact.flow.simulating.marketers import Marketers
from leadpact.flow.simulating.present import Asking
from leadpact.flow.simulating.progress import DAYS, Progress
from leadpact.flow.simulating.prospects import ZONE, World
from leadpact.flow.simulating.visits import Arriving
from leadpact.handover import reads as handover
from leadpact.ledger import actions as ledger
from leadpact.ledger.inbox import open_inbox
from leadpact.people import consents
from leadpact.people import reads as known
from leadpact.people.types import Identifier, IdentityKind, Purpose
from leadpact.team import notices, sending
from leadpact.team import reads as teams
from leadpact.team.types import SYSTEM

WORKING: Final = (time(9, 15), time(11, 30), time(14), time(16, 30))
WEEKEND: Final = (time(14),)
FEW: Final = 0.3  # under this scale a day has so few events that half of the moments will do
MONDAY: Final = 0
LEFT_ALONE: Final = timedelta(hours=8)  # of work: what is offered in the last of them is mostly left
LEFT_BEFORE: Final = timedelta(hours=16)  # what an earlier run left so lately, this one leaves too
STAYS_NEW: Final = timedelta(days=1)  # everybody has read what is older


class NotASample(BadState):
    """The home holds an installation that is not a sample: nothing simulated may ever mix with real data."""

    code = "not_a_sample"
    what_to_do = worded("Set LEADPACT_HOME to an empty folder for the sample company.")


@dataclass(frozen=True)
class Lived:
    """What one run came to."""

    since: datetime
    until: datetime
    days: int
    events: int


def found(home: Path, *, seed: int, scale: float, password: str | None, now: datetime, days: int = DAYS) -> Progress:
    """Found the sample company if need be, and return how far it has lived; seed and scale are those of its founding.

    scale  1.0 is about 12,000 visitors and 3,000 known persons in two years
    days   how long ago it began

    Raises `NotASample`.
    """
    progress = Progress.read(home)
    if progress is None:
        if is_in_use():
            raise NotASample(worded("{home} holds an installation that is not a sample company.", home=home))
        first = now.astimezone(ZONE).date() - timedelta(days=days)
        began = datetime.combine(first, time(0), ZONE).astimezone(UTC)
        progress = Progress(seed, scale, began, began, days)
    founding.found(password=password, since=progress.began, now=now)
    progress.write(home)
    return progress


def live(
    home: Path,
    progress: Progress,
    *,
    now: datetime,
    told: Callable[[Progress, int, int], None],
    is_stopping: Callable[[], bool] = lambda: False,
) -> Lived:
    """Let the company live on, up to `now`; `told` hears after each day how many are lived and how many there are."""
    since, lived, events = progress.until, 0, 0
    days = list(_days(since, now))
    with _without_waiting_for_the_disk():
        company = _Company.at_work(progress, since=since, now=now)
        for place, (begins, ends) in enumerate(days):
            events += company.live_a_day(begins, ends)
            lived = place + 1
            if lived == len(days):
                company.come_to_the_present(ends)
            progress = replace(progress, until=ends)
            progress.write(home)
            told(progress, lived, len(days))
            if is_stopping():
                break
    return Lived(since, progress.until, lived, events)


def is_in_use() -> bool:
    """Say whether somebody works here already, or anything ever arrived."""
    return bool(teams.users()) or arrival.totals()["received"] > 0


def _days(since: datetime, now: datetime) -> Iterator[tuple[datetime, datetime]]:
    """Yield [since, until) of each local day, the last one up to now."""
    while since < now:
        day = since.astimezone(ZONE).date() + timedelta(days=1)
        midnight = datetime.combine(day, time(0), ZONE).astimezone(UTC)
        yield since, min(midnight, now)
        since = min(midnight, now)


@dataclass
class _Company:
    """The sample company while it lives; at `contested_at` marketing contests what nobody answers up to the present."""

    world: World
    desk: Desk
    askings: list[Asking]
    contested_at: datetime
    heads: Heads
    marketers: Marketers

    @staticmethod
    def at_work(progress: Progress, *, since: datetime, now: datetime) -> "_Company":
        people, calendar = founding.people(), teams.calendar_of_team(None)
        staff = reps(people, progress.seed)
        desk = Desk(staff, Judgement.made(), leaves_since=present.working_time_before(now, LEFT_ALONE, calendar))
        desk.leave_offered_since(present.working_time_before(now, LEFT_BEFORE, calendar))
        desk.look(since)
        marketers = Marketers(people, progress.world)
        marketers.found(since)
        contested_at = present.contested_at(now)
        heads = Heads(people, progress.seed, contested_at, desk.turned_down)
        askings = present.plan(staff, since=since, now=now)
        return _Company(progress.world, desk, askings, contested_at, heads, marketers)

    @property
    def lender(self) -> Rep:
        """One who takes leads for others, or turns one down."""
        return next(rep for rep in self.desk.reps if not rep.is_partner)

    def live_a_day(self, since: datetime, until: datetime) -> int:
        """Live one day, or what is left of it; returns how many events arrived."""
        day = since.astimezone(ZONE).date()
        if day.weekday() == MONDAY:
            campaigns.spend(day, seed=self.world.seed, since=self.world.first_day, now=since)
            self.desk.look(since)
        arriving = [one for one in _arriving(self.world, day) if since <= one.at < until]
        done, place = since, 0
        for moment in self._moments(day, arriving, since, until):
            self.desk.work(done, moment)
            self.heads.work(moment)
            self.marketers.work(moment)
            before = place
            while place < len(arriving) and arriving[place].at <= moment:
                place += 1
            self._arrive(arriving[before:place], moment)
            self._ask(moment)
            if moment == self.contested_at:
                present.contest(self.heads, self.lender, now=moment)
            promising.sweep(now=moment)
            done = moment
        while ledger.sequence():
            pass
        return len(arriving)

    def come_to_the_present(self, now: datetime) -> None:
        """See to it that whoever looks finds something to do; see `present`."""
        for rep in self.desk.reps:
            if present.cool(rep, self.lender, now=now):
                self._drain(now)
        present.leave_to_do(self.heads, self.lender, now=now)
        self._drain(now)
        while ledger.sequence():
            pass
        for member in teams.users():
            notices.mark_read(member.id, created_before=now - STAYS_NEW, now=now)

    def _moments(self, day: date, arriving: Sequence[Arriving], since: datetime, until: datetime) -> list[datetime]:
        times = (WORKING[:: 1 if self.world.scale > FEW else 2]) if day.weekday() < 5 else WEEKEND
        usual = {datetime.combine(day, at, ZONE).astimezone(UTC) for at in times}
        asked = {one.at for one in arriving if one.asks} | {each.at for each in self.askings} | {self.contested_at}
        return sorted({each for each in usual | asked if since <= each < until} | {until})

    def _arrive(self, arriving: Sequence[Arriving], now: datetime) -> None:
        if arriving:
            arrival.accept([one.event for one in arriving], channel="sample", now=now)
        self._drain(now)
        for one in arriving:
            if one.agrees:
                _agree(one, now)

    def _ask(self, now: datetime) -> None:
        for each in self.askings:
            if each.at == now and present.ask(each, now=now):
                self._drain(now)
                offers = handover.open_offers_to(each.rep.user)
                self.desk.leave([offer.id for offer in offers if offer.offered_at == now])

    def _drain(self, now: datetime) -> None:
        while arrival.drain(open_inbox(), now=now).taken >= arrival.AT_ONCE:
            pass
        while (swept := offering.sweep(now=now)).did_something:
            if swept.handled:
                self.desk.look_at_offers()
        sending.send_due_mail(now)


def _agree(one: Arriving, now: datetime) -> None:
    """Note that somebody ticked the box for our mails, and often the one for following them too."""
    person = known.person_by(Identifier(IdentityKind.EMAIL, one.agrees))
    if person is None:
        return
    agreed = (Purpose.MAIL, Purpose.MAIL_TRACKING) if len(one.message) % 3 else (Purpose.MAIL,)
    for purpose in agreed:
        consents.give_consent(
            person, purpose, text_version=1, source="form:download", happened_at=one.at, by=SYSTEM, now=now
        )


@lru_cache(maxsize=2)
def _events_on(world: World, day: date) -> list[Arriving]:
    return visits.events_on(world, day)


def _arriving(world: World, day: date) -> list[Arriving]:
    """Return what may arrive on a day: some of what happened the day before comes late."""
    return sorted([*_events_on(world, day - timedelta(days=1)), *_events_on(world, day)])


@contextmanager
def _without_waiting_for_the_disk() -> Iterator[None]:
    """Commit without a flush each time: what a power cut would take from a sample can be made again."""
    _flush(connection, is_wanted=False)
    try:
        yield
    finally:
        _flush(connection, is_wanted=True)


def _flush(connection: BaseDatabaseWrapper, *, is_wanted: bool) -> None:
    if connection.in_atomic_block:  # SQLite forbids it there
        return
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(f"SET synchronous_commit TO {'on' if is_wanted else 'off'}")
        else:
            cursor.execute(f"PRAGMA synchronous={'FULL' if is_wanted else 'OFF'}")
