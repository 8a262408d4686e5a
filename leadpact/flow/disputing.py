"""A dispute: marketing contests what became of a hand-over, sales answers within a promise, and both are told."""

from datetime import datetime

from django.db import transaction

from leadpact.flow import lists, offering, promising, telling
from leadpact.handover import disputed, disputes
from leadpact.handover import reads as handed
from leadpact.handover.disputed import Contest, DisputeView, Ruling
from leadpact.ledger import reads as ledger
from leadpact.people import reads as people
from leadpact.pipeline import reads as pipeline
from leadpact.team.types import Actor


def contest(pursuit: int, reason: Contest, words: str, *, by: Actor, now: datetime) -> DisputeView:
    """Contest a rejection or disqualification: the clock of sales' answer begins to run.

    Raises `WordsMissing`, `NotYours`, `NothingToContest`, `AlreadyContested`.
    """
    with transaction.atomic():
        lead = handed.pursuit(pursuit)
        planner = planned_by(lead.first_touch.campaign)
        raised = disputes.raise_dispute(pursuit, reason, words, planned_by=planner, by=by, now=now)
        promise = promising.to_answer_dispute(lead, raised, by=by, now=now)
        telling.contested(raised, due_at=promise.due_at, now=now)
        lists.refresh(lead.persons, now=now)
        return disputed.dispute(raised.id)


def answer(dispute: int, ruling: Ruling, words: str, *, by: Actor, now: datetime) -> tuple[DisputeView, bool]:
    """Answer a dispute, which keeps the promise; returns it, and whether the lead is offered again.

    Upheld, the outcome stands.  Taken back, the lead is offered again to whose turn it is, unless somebody has the
    company or its person by now, or a deal is open there: then the answer is all that is written.

    Raises `WordsMissing`, `NotYours`, `AlreadyContested`.
    """
    with transaction.atomic():
        ruled, entry = disputes.answer(dispute, ruling, words, by=by, now=now)
        if entry is None:
            return ruled, False
        promising.keep_dispute(ruled, by=by, now=now, caused_by=entry)
        is_offered = ruling is Ruling.TAKEN_BACK and _offer_again(ruled, entry, now=now)
        telling.ruled(ruled, is_offered=is_offered, now=now)
        lists.refresh(handed.pursuit(ruled.pursuit).persons, now=now)
        return ruled, is_offered


def planned_by(campaign: int | None) -> int | None:
    """Return who planned a campaign; None where nobody did, as for one that a link named first."""
    if campaign is None:
        return None
    entries = ledger.entries_about(f"campaign:{campaign}", kinds=["campaign.created"], limit=1)
    kind, _colon, number = entries[0].by.partition(":") if entries else ("", "", "")
    return int(number) if kind == "user" and number.isdecimal() else None


def _offer_again(ruled: DisputeView, entry: int, *, now: datetime) -> bool:
    lead = handed.pursuit(ruled.pursuit)
    if lead.company is not None and pipeline.open_of_company(lead.company):
        return False
    ready = disputes.reopen(ruled, now=now, entry=entry)
    if ready is None:
        return False
    offering.hand_over(ready, people.person(ready.persons[0]), now=now, caused_by=entry)
    return True
