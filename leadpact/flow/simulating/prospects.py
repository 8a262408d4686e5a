"""What the sample company's prospects do: a few look around for months, most come once.

Everything follows from the seed and the number of the prospect, so any day can be made again by itself.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from random import Random
from typing import Any, Final

from leadpact.flow.simulating.founding import CAMPAIGNS, SampleCampaign
from leadpact.flow.simulating.names import COMPANIES, FAMILY, GIVEN, TITLES

WAVE_DAYS: Final = 120  # every so many days come as many new prospects
PERSONS: Final = 400  # of a wave at scale 1
SPREAD: Final = 2.0  # visits of one who is seldom there; about five and a half acts each
PAGES: Final = (
    ("/", 8), ("/features/sap-qm", 5), ("/features/scheduling", 4), ("/blog/iso-17025-checklist", 6),
    ("/blog/measurement-uncertainty", 4), ("/customers", 3), ("/pricing", 4), ("/pricing/volume", 1), ("/careers", 1),
)  # fmt: skip

type Event = dict[str, Any]


@dataclass(frozen=True)
class Prospect:
    """Somebody who may buy.  `keen` is how likely they are a real buyer; `known_at` the visit at which they tell who
    they are, None: never; `asks_at` the visit at which they ask for a call."""

    number: str
    name: str
    email: str
    title: str
    company: str
    campaign: SampleCampaign
    keen: float
    visits: tuple[datetime, ...]
    known_at: int | None
    asks_at: int | None


@lru_cache(maxsize=4)
def wave(seed: int, scale: float, number: int, began: datetime) -> tuple[Prospect, ...]:
    """Return the prospects whose first visit lies in the `number`-th stretch of `WAVE_DAYS` since the beginning."""
    start = began + timedelta(days=number * WAVE_DAYS)
    return tuple(_prospect(seed, number, place, start) for place in range(max(8, round(PERSONS * scale))))


def visits(seed: int, scale: float, since: datetime, until: datetime, began: datetime) -> list[Event]:
    """Return the events of all visits that begin in [since, until), in order of time."""
    last = (until - began) // timedelta(days=WAVE_DAYS)
    first = max(0, last - 1)
    found = [
        event
        for number in range(first, last + 1)
        for prospect in wave(seed, scale, number, began)
        for place, moment in enumerate(prospect.visits)
        if since <= moment < until
        for event in _visit(seed, prospect, place, moment)
    ]
    return sorted(found, key=lambda event: str(event["timestamp"]))


def _prospect(seed: int, number: int, place: int, start: datetime) -> Prospect:
    rng = Random(f"{seed}:{number}:{place}")  # noqa: S311  # a sample company, not a secret
    campaign = rng.choices(CAMPAIGNS, [each.pull for each in CAMPAIGNS])[0]
    company = COMPANIES[min(int(rng.paretovariate(1.1)) - 1 + rng.randrange(len(COMPANIES)), 10**6) % len(COMPANIES)]
    given, family = rng.choice(GIVEN), rng.choice(FAMILY)
    keen = min(1.0, max(0.0, rng.gauss(campaign.worth, 0.22)))
    count = max(1, min(75, round(SPREAD * rng.paretovariate(0.95) * (0.5 + keen))))
    moments = _moments(rng, start + timedelta(days=rng.uniform(0, WAVE_DAYS * 0.92)), count)
    is_known = rng.random() < 0.8
    known_at = rng.randrange(min(3, count)) if is_known else None
    asks = is_known and keen > 0.6 and count > 2 and rng.random() < 0.45
    return Prospect(
        number=f"{number}-{place}",
        name=f"{given} {family}",
        email=f"{given}.{family}@{company.lower().replace(' ', '-').replace('&', 'and')}.example".lower(),
        title=rng.choice(TITLES),
        company=company,
        campaign=campaign,
        keen=keen,
        visits=moments,
        known_at=known_at,
        asks_at=rng.randrange(2, count) if asks else None,
    )


def _moments(rng: Random, first: datetime, count: int) -> tuple[datetime, ...]:
    """Visits come in bursts: most within days of the one before, on working days, in working hours."""
    found, at = [], first
    for _ in range(count):
        at = at.replace(
            hour=min(21, max(6, round(rng.gauss(12.5, 3)))), minute=rng.randrange(60), second=rng.randrange(60)
        )
        while at.weekday() > 4 and rng.random() < 0.85:
            at += timedelta(days=1)
        found.append(at)
        at += timedelta(days=max(1, round(rng.expovariate(1 / min(4.5, 75 / count)))))
    return tuple(sorted(found))


def _visit(seed: int, prospect: Prospect, place: int, moment: datetime) -> Iterator[Event]:
    rng = Random(f"{seed}:{prospect.number}:{place}")  # noqa: S311  # as above
    is_known = prospect.known_at is not None and place >= prospect.known_at
    at = moment
    for number, (kind, properties) in enumerate(_acts(rng, prospect, place)):
        at += timedelta(seconds=rng.randrange(15, 200))
        yield _event(prospect, f"{prospect.number}.{place}.{number}", kind, properties, at, is_known=is_known)


def _acts(rng: Random, prospect: Prospect, place: int) -> Iterator[tuple[str, Event]]:
    for path in rng.choices([path for path, _ in PAGES], [n for _, n in PAGES], k=rng.randrange(2, 6)):
        yield "page", {"path": path, "url": f"https://www.truemark.example{path}"}
    if prospect.known_at is None or place < prospect.known_at:
        return
    if place == prospect.known_at:
        yield from _introduction(prospect)
    if rng.random() < 0.35:
        yield "mail.opened", {"message": "Audit season 2"}
        if rng.random() < 0.5:
            yield "mail.clicked", {"message": "Audit season 2", "link": "Audit checklist"}
    if rng.random() < 0.12 + 0.25 * prospect.keen:
        yield "asset.downloaded", {"asset": rng.choice(["Buyer's guide", "Audit checklist", "Uncertainty workbook"])}
    if rng.random() < 0.10:
        yield "video.watched", {"title": "SAP QM link in three minutes", "seconds": rng.randrange(40, 190)}
    if rng.random() < 0.06 + 0.20 * prospect.keen:
        yield "webinar.attended", {"webinar": "ISO 17025 audits without paper", "minutes": rng.randrange(20, 51)}
    if place == prospect.asks_at:
        yield "form.submitted", {"form": rng.choice(["contact", "contact", "demo"])}


def _introduction(prospect: Prospect) -> Iterator[tuple[str, Event]]:
    match prospect.campaign.channel:
        case "webinar":
            yield "webinar.registered", {"webinar": "ISO 17025 audits without paper"}
        case "event":
            yield "event.attended", {"event": "Measure & Test Expo"}
        case _:
            yield "form.submitted", {"form": "download"}


def _event(prospect: Prospect, message: str, kind: str, properties: Event, at: datetime, *, is_known: bool) -> Event:
    campaign = prospect.campaign
    context: Event = {"campaign": {"name": campaign.name, "source": campaign.source, "medium": campaign.medium}}
    if is_known:
        context["traits"] = {
            "email": prospect.email, "name": prospect.name, "title": prospect.title, "company": prospect.company
        }  # fmt: skip
    what = {"type": "page"} if kind == "page" else {"type": "track", "event": kind}
    return {
        **what,
        "messageId": f"sample-{message}",
        "anonymousId": f"sample-{prospect.number}",
        "properties": properties,
        "timestamp": at.astimezone(UTC).isoformat(),
        "context": context,
    }
