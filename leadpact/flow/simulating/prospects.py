"""Who comes to the sample company, by which campaign, and on which days.

Everything follows from the seed and the number of the prospect, so any day can be made again by itself.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from random import Random
from typing import Final
from zoneinfo import ZoneInfo

from leadpact.flow.simulating import names
from leadpact.flow.simulating.campaigns import CAMPAIGNS, SampleCampaign, draws_on, next_webinar

ZONE: Final = ZoneInfo("Europe/London")
WAVE_DAYS: Final = 30
LONGEST: Final = timedelta(days=210)  # from the first visit to the last
GROWTH: Final = 0.5  # more visitors a day in the second year than two years before


@dataclass(frozen=True)
class World:
    """What a history depends on: the same world is the same history, day for day.

    scale  1.0 is about 12,000 visitors and 3,000 known persons in two years
    began  a local midnight
    days   from the beginning to the day the company was founded on: those everybody meets come towards its end
    """

    seed: int
    scale: float
    began: datetime
    days: int

    @property
    def first_day(self) -> date:
        return self.began.astimezone(ZONE).date()


@dataclass(frozen=True)
class Prospect:
    """Somebody who may buy.

    keen      how likely they are a real buyer
    known_at  the visit at which they tell who they are, None: never
    asks_at   the visit at which they ask for a call or a demo
    listens   the visit that is a webinar
    """

    number: str
    name: str
    title: str
    company: str
    campaign: SampleCampaign
    keen: float
    visits: tuple[datetime, ...]
    known_at: int | None
    asks_at: int | None = None
    listens: int | None = None

    @property
    def email(self) -> str:
        return names.address_of(self.name, self.company)


type Visit = tuple[datetime, Prospect, int]


def visits_on(world: World, day: date) -> list[Visit]:
    """Return the visits that begin on a local day, in order of time: when, who, and which visit of theirs."""
    last = (day - world.first_day).days // WAVE_DAYS
    first = max(0, last - LONGEST.days // WAVE_DAYS - 1)
    found = [visit for number in range(first, last + 1) for visit in _by_day(world, number).get(day, ())]
    return sorted(found, key=lambda visit: (visit[0], visit[1].number))


@lru_cache(maxsize=12)
def wave(world: World, number: int) -> tuple[Prospect, ...]:
    """Return the prospects whose first visit lies in the `number`-th stretch of `WAVE_DAYS` since the beginning."""
    first = world.first_day + timedelta(days=number * WAVE_DAYS)
    days = [first + timedelta(days=n) for n in range(WAVE_DAYS)]
    table = [(day, each, draws_on(each, day)) for day in days for each in CAMPAIGNS]
    growth = 1 + GROWTH * (number * WAVE_DAYS / 730 - 0.5)
    rng = Random(f"{world.seed}:{number}")  # noqa: S311  # a sample company, not a secret
    count = int(sum(draws for _, _, draws in table) * world.scale * growth + rng.random())
    chosen = rng.choices([(day, each) for day, each, _ in table], [draws for _, _, draws in table], k=count)
    usual = tuple(_prospect(world.seed, number, place, *one) for place, one in enumerate(chosen))
    return (*usual, *_noted(world, number))


@lru_cache(maxsize=12)
def _by_day(world: World, number: int) -> Mapping[date, list[Visit]]:
    found: dict[date, list[Visit]] = {}
    for prospect in wave(world, number):
        for place, moment in enumerate(prospect.visits):
            found.setdefault(moment.astimezone(ZONE).date(), []).append((moment, prospect, place))
    return found


def _prospect(seed: int, number: int, place: int, day: date, campaign: SampleCampaign) -> Prospect:
    rng = Random(f"{seed}:{number}:{place}")  # noqa: S311  # as above
    firms = names.firms()
    company = firms[int(len(firms) * rng.random() ** 1.7)]
    name = f"{rng.choice(names.GIVEN)} {rng.choice(names.FAMILY)}"
    keen = min(1.0, max(0.0, rng.gauss(campaign.worth, 0.22)))
    is_known = rng.random() < campaign.is_known
    if is_known:
        count = max(1, min(60, round(1.6 * rng.paretovariate(0.92) * (0.35 + keen))))
    else:
        count = max(1, min(10, round(rng.paretovariate(1.7))))
    moments = _moments(rng, day, count)
    introduces = campaign.channel in {"webinar", "event", "partner"}
    known_at = (0 if introduces else rng.randrange(min(3, count))) if is_known else None
    listens = _listening(rng, campaign, keen, moments) if is_known else None
    if listens is not None:
        moments = tuple(sorted({*moments, listens}))
    asks = is_known and count > 1 and rng.random() < 0.22 * max(0.0, keen - 0.45)
    return Prospect(
        number=f"{number}-{place}",
        name=name,
        title=rng.choice(names.TITLES),
        company=company,
        campaign=campaign,
        keen=keen,
        visits=moments,
        known_at=known_at,
        asks_at=rng.randrange(max(1, known_at or 0), len(moments)) if asks else None,
        listens=moments.index(listens) if listens is not None else None,
    )


def _noted(world: World, number: int) -> Iterator[Prospect]:
    """Those with a name of their own come by the good campaigns in the last two months before the founding."""
    waves = max(1, world.days // WAVE_DAYS)
    for place, each in enumerate(names.NOTED):
        if number != max(0, waves - 1 - place % 2):
            continue
        rng = Random(f"{world.seed}:noted:{place}")  # noqa: S311  # as above
        first = world.first_day + timedelta(days=number * WAVE_DAYS + rng.randrange(4, 24))
        campaign = CAMPAIGNS[(1, 2, 1, 10, 0)[place % 5]]
        moments = _moments(rng, first, rng.randrange(2, 5))
        known_at = rng.randrange(2)
        yield Prospect(f"noted-{place}", each.name, each.title, each.company, campaign, 0.8, moments, known_at)


def _moments(rng: Random, first: date, count: int) -> tuple[datetime, ...]:
    """Visits come in bursts: most within days of the one before, on working days, in working hours."""
    found, day = set(), first
    gap = min(11.0, LONGEST.days / (count * 1.4))
    for _ in range(count):
        while day.weekday() > 4 and rng.random() < 0.75:
            day += timedelta(days=1)
        if day - first <= LONGEST:
            found.add(_at(rng, day))
        day += timedelta(days=max(1, round(rng.expovariate(1 / gap))))
    return tuple(sorted(found))


def _at(rng: Random, day: date) -> datetime:
    hour = min(21, max(6, round(rng.gauss(12.5, 3))))
    local = datetime.combine(day, time(hour, rng.randrange(60), rng.randrange(60)), ZONE)
    return local.astimezone(UTC)


def _listening(rng: Random, campaign: SampleCampaign, keen: float, moments: tuple[datetime, ...]) -> datetime | None:
    """Most who registered for a webinar come; now and then somebody else who is keen does."""
    first = moments[0].astimezone(ZONE).date()
    registered = campaign.channel == "webinar"
    if rng.random() >= (0.60 if registered else 0.10 * keen):
        return None
    day = next_webinar(first, name=campaign.name if registered else "")
    if day - first > timedelta(days=45):
        return None
    return datetime.combine(day, time(14, rng.randrange(3), rng.randrange(60)), ZONE).astimezone(UTC)
