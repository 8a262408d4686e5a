"""What stands beside a lead and needs nothing but the lead itself: asked of many packages in one statement."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from leadpact.handover import disputed
from leadpact.handover import reads as handover
from leadpact.handover.disputed import DisputeView
from leadpact.handover.types import OfferView, PursuitView
from leadpact.ledger import by_hand
from leadpact.loop.likely import decided_question
from leadpact.pact import reads as pacts
from leadpact.people import reads as people
from leadpact.people.joined import Joined, joined_question
from leadpact.people.types import Colleague, ConsentView, FactView, PersonView, Purpose
from leadpact.pipeline import reads as pipeline
from leadpact.pipeline.types import DealView
from leadpact.promises import reads as promises
from leadpact.promises.types import PromiseView
from leadpact.scoring import reads as scoring
from leadpact.scoring.reads import Spans
from leadpact.scoring.types import Reset
from leadpact.team import reads as team
from leadpact.worklist.alike import Alike, alike_question
from leadpact.worklist.urgent import Counts


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
    offer: OfferView | None
    promises: list[PromiseView]
    deals: list[DealView]
    teams: Mapping[int, str]
    decided: str
    waiting: Counts | None


def beside(
    person: PersonView, pursuits: Sequence[PursuitView], waiting: by_hand.Question[Counts] | None = None
) -> Beside:
    """Read it.

    pursuits  the person's, the one that counts first
    waiting   asks what waits for whoever looks, where their page says so
    """
    first = pursuits[0].id if pursuits else 0
    spans, facts, resets = pacts.spans_question(), people.facts_question(person), scoring.resets_question(person)
    consents = people.consents_question((person.id, *person.merged))
    colleagues = people.colleagues_question(person.company)
    stage_dates, offer = handover.stage_dates_question(first), handover.open_offer_question(first)
    contested = disputed.disputes_question([each.id for each in pursuits])
    same, joined = alike_question(person), joined_question(person)
    owed = promises.all_of_many_question([each.about for each in pursuits])
    deals, teams, decided = pipeline.beside_question(person.company, first), team.names_question(), decided_question()
    asked = (spans, facts, resets, consents, colleagues, stage_dates, contested, same, joined, offer, owed, deals)
    found = by_hand.at_once(*asked, teams, decided, *([] if waiting is None else [waiting]))
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
        found.to(offer),
        found.to(owed),
        found.to(deals),
        found.to(teams),
        found.to(decided),
        None if waiting is None else found.to(waiting),
    )
