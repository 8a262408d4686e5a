"""The first hour: what is set up already, and what the pact would have made of the history that was brought along."""

from collections import Counter
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from itertools import batched

from leadpact.capture import reads as capture
from leadpact.engagement import reads as engagement
from leadpact.engagement.types import SourceKind
from leadpact.handover import reads as handover
from leadpact.handover.types import Stage
from leadpact.pact import reads as pacts
from leadpact.scoring import reads as scoring
from leadpact.scoring.rules import judge
from leadpact.team import reads as team
from leadpact.team.actions import USUAL_WEEK
from leadpact.team.types import Side
from leadpact.worklist import reads as worklist
from leadpact.worklist.types import Sort

MOST = 2_000  # persons that are looked back at
_AT_ONCE = 500


class Step(StrEnum):
    """What a company does in its first hour, in order; each may be left out."""

    COMPANY = "company"
    HOURS = "hours"
    TEAM = "team"
    HISTORY = "history"
    PACT = "pact"
    TRACKER = "tracker"
    CAMPAIGN = "campaign"


@dataclass(frozen=True)
class Month:
    """How many persons became ready for the first time in a month; `begins` is its first moment in the pact's zone."""

    begins: datetime
    persons: int


@dataclass(frozen=True)
class LookedBack:
    """What the pact in force would have made of the past.

    persons      who did something, those with the newest acts first, `MOST` of them at the most
    is_all       nobody was left out
    ready        how many of them were ever ready
    bought       how many of them became customers, as recorded
    both         how many did both
    months       by the month of the first time, the oldest first
    unforeseen   some who bought and were never ready, and their scores would tell why
    """

    persons: int
    is_all: bool
    ready: int
    bought: int
    both: int
    months: tuple[Month, ...]
    unforeseen: tuple[int, ...]


def done() -> frozenset[Step]:
    """Return the steps that are done, as far as it can be told."""
    ours, crew, calendars = team.settings(), team.users(), team.calendars()
    keys = [key for key in engagement.write_keys() if key.kind == SourceKind.BROWSER and not key.is_revoked]
    sides = {member.side for member in crew}
    found = {
        Step.COMPANY: ours.name != "Our company",
        Step.HOURS: any(set(hours) != {"zone", "week"} or hours["week"] != USUAL_WEEK for hours in calendars.values()),
        Step.TEAM: {Side.SALES, Side.MARKETING} <= sides,
        Step.HISTORY: bool(worklist.lines(limit=1).lines),
        Step.TRACKER: any(engagement.sightings(key.id) for key in keys),
        Step.CAMPAIGN: bool(capture.campaigns()),
    }
    return frozenset(step for step, is_done in found.items() if is_done)


def looked_back(*, now: datetime) -> LookedBack:
    """Judge the past by the pact that is in force now.  Raises `NoPact`."""
    pact = pacts.in_force(now).pact
    page = worklist.lines(sort=Sort.LAST_ACT, limit=MOST)
    persons = [line.person for line in page.lines if line.last_act_at is not None]
    first: dict[int, datetime] = {}
    for some in batched(persons, _AT_ONCE):
        for person, history in scoring.histories(some).items():
            intervals = judge(pact, history, now).intervals
            if intervals:
                first[person] = intervals[0].since
    bought = handover.reached(Stage.CUSTOMER, persons)
    months = Counter(
        moment.astimezone(pact.zone).replace(day=1, hour=0, minute=0, second=0, microsecond=0)
        for moment in first.values()
    )
    return LookedBack(
        persons=len(persons),
        is_all=not page.has_more,
        ready=len(first),
        bought=len(bought),
        both=len(bought & first.keys()),
        months=tuple(Month(begins, number) for begins, number in sorted(months.items())),
        unforeseen=tuple(sorted(bought - first.keys())[:5]),
    )
