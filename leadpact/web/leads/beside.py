"""What stands beside a lead and needs nothing but the lead itself: asked of four packages in one statement."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from leadpact.handover import disputed
from leadpact.handover import reads as handover
from leadpact.handover.disputed import DisputeView
from leadpact.handover.types import PursuitView
from leadpact.ledger import by_hand
from leadpact.pact import reads as pacts
from leadpact.people import reads as people
from leadpact.people.joined import Joined, joined_question
from leadpact.people.types import Colleague, ConsentView, FactView, PersonView, Purpose
from leadpact.scoring import reads as scoring
from leadpact.scoring.reads import Spans
from leadpact.scoring.types import Reset
from leadpact.worklist.alike import Alike, alike_question


@dataclass(frozen=True)
class Beside:
    """`colleagues` are for those who see everybody: it is the caller's to show them or not."""

    spans: Spans
    facts: list[FactView]
    resets: list[Reset]
    consents: Mapping[Purpose, ConsentView]
    colleagues: list[Colleague]
    stage_dates: Mapping[str, datetime]
    disputes: list[DisputeView]
    alike: list[Alike]
    joined: list[Joined]


def beside(person: PersonView, pursuits: Sequence[PursuitView]) -> Beside:
    """Read it; `pursuits`: the person's, the one that counts first."""
    spans, facts, resets = pacts.spans_question(), people.facts_question(person), scoring.resets_question(person)
    consents = people.consents_question((person.id, *person.merged))
    colleagues = people.colleagues_question(person.company)
    stage_dates = handover.stage_dates_question(pursuits[0].id if pursuits else 0)
    contested = disputed.disputes_question([each.id for each in pursuits])
    same, joined = alike_question(person), joined_question(person)
    found = by_hand.at_once(spans, facts, resets, consents, colleagues, stage_dates, contested, same, joined)
    return Beside(
        Spans(tuple(found.to(spans))),
        found.to(facts),
        found.to(resets),
        found.to(consents),
        found.to(colleagues),
        found.to(stage_dates),
        found.to(contested),
        found.to(same),
        found.to(joined),
    )
