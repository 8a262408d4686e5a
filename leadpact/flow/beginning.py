"""The first hour: what is set up already, and what the pact would have made of the history that was brought along."""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from leadpact.capture import reads as capture
from leadpact.engagement import reads as engagement
from leadpact.engagement.types import SourceKind
from leadpact.handover import reads as handover
from leadpact.handover.types import Stage
from leadpact.ledger import by_hand
from leadpact.pact import reads as pacts
from leadpact.scoring import looks
from leadpact.scoring.looks import LookView, Part
from leadpact.team import reads as team
from leadpact.team.actions import USUAL_WEEK
from leadpact.team.types import CompanySettings, Member, Side
from leadpact.worklist import reads as worklist

UNNAMED = "Our company"  # what the settings say before anybody wrote a name


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

    persons      who did something
    ready        how many of them were ever ready
    bought       how many of them became customers, as recorded
    both         how many did both
    months       by the month of the first time, the oldest first
    unforeseen   some who bought and were never ready, and their scores would tell why
    """

    persons: int
    ready: int
    bought: int
    both: int
    months: tuple[Month, ...]
    unforeseen: tuple[int, ...]


@dataclass(frozen=True)
class Begun:
    """How far the first hour has come.

    done       what is there, or what somebody said is done
    said       of these, what somebody said and nothing else shows
    left_out   what is to be left out, unless it is done all the same
    campaigns  how many there are
    look       the last look back that somebody asked for
    seen_on    the sites on which a browser key was used, the last one first
    key        the newest browser key that is good, to be put into a site
    """

    done: frozenset[Step]
    said: frozenset[Step]
    left_out: frozenset[Step]
    campaigns: int
    seen_on: tuple[str, ...]
    key: int | None
    look: LookView | None

    @property
    def settled(self) -> frozenset[Step]:
        return self.done | self.left_out

    @property
    def next(self) -> Step | None:
        """The first step that is neither done nor left out; None: all are settled."""
        return next((step for step in Step if step not in self.settled), None)


def begun(ours: CompanySettings, crew: Iterable[Member]) -> Begun:
    """Return which steps are done, as far as it can be told, and which are left out."""
    steps, hours = team.steps_question(), team.hours_question()
    some, number, look = worklist.is_any_question(), capture.count_question(), looks.newest_question()
    answers = by_hand.at_once(steps, hours, some, number, look)
    noted, campaigns = answers.to(steps), answers.to(number)
    keys = [key.id for key in engagement.write_keys() if key.kind == SourceKind.BROWSER and not key.is_revoked]
    seen = [each for each in engagement.sightings(*keys) if not each.is_refused]
    found = {
        Step.COMPANY: ours.name != UNNAMED,
        Step.HOURS: any(_is_chosen(each) for each in answers.to(hours)),
        Step.TEAM: {Side.SALES, Side.MARKETING} <= {member.side for member in crew if member.is_active},
        Step.HISTORY: answers.to(some),
        Step.TRACKER: bool(seen),
        Step.CAMPAIGN: bool(campaigns),
    }
    shown = frozenset(step for step, is_done in found.items() if is_done)
    said = frozenset(step for step in Step if step in noted.done) - shown
    left_out = frozenset(step for step in Step if step in noted.left_out) - shown - said
    origins = tuple(dict.fromkeys(each.origin for each in seen))
    return Begun(shown | said, said, left_out, campaigns, origins, keys[0] if keys else None, answers.to(look))


def _is_chosen(hours: Mapping[str, object]) -> bool:
    return set(hours) != {"zone", "week"} or hours["week"] != USUAL_WEEK


def looked_back(*, now: datetime, tell: Callable[[Part], None] = lambda part: None) -> LookedBack:
    """Replay the past under the pact that is in force now.  Raises `NoPact`, `NotCompiledYet`.

    tell  is told what is being done
    """
    from leadpact.flow.replaying import looking, people  # numpy: only for who looks back

    pact = pacts.in_force(now).pact
    past = looking.past_of([pact], now=now)
    tell(Part.REPLAYS)
    active, first = people.who_did_something(past), people.first_ready(past, pact, now=now)
    tell(Part.COUNTS)
    bought = handover.all_who_reached(Stage.CUSTOMER) & active
    months = Counter(
        moment.astimezone(pact.zone).replace(day=1, hour=0, minute=0, second=0, microsecond=0)
        for moment in first.values()
    )
    return LookedBack(
        persons=len(active),
        ready=len(first),
        bought=len(bought),
        both=len(bought & first.keys()),
        months=tuple(Month(begins, number) for begins, number in sorted(months.items())),
        unforeseen=tuple(sorted(bought - first.keys())[:5]),
    )
