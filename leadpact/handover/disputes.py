"""What can be done about a dispute: raise it, answer it, and open the hand-over again where the answer says so.

Each verb is one transaction with a compare-and-set.  Nothing is rewritten: the entry that was contested stays as it
is, and the answer is an entry beside it.
"""

from datetime import datetime
from typing import Final

from django.db import IntegrityError, transaction

from leadpact.base.wording import Worded, worded
from leadpact.handover import disputed, rows
from leadpact.handover.disputed import Contest, DisputeView, Outcome, Ruling
from leadpact.handover.errors import AlreadyContested, NothingToContest, NotYours, UnknownDispute, WordsMissing
from leadpact.handover.models import Dispute, Pursuit
from leadpact.handover.types import PursuitView, Stage
from leadpact.handover.words import stage_word
from leadpact.ledger import reads as ledger
from leadpact.ledger.actions import append_one
from leadpact.ledger.types import Json, StoredEntry
from leadpact.team import policy
from leadpact.team import reads as team
from leadpact.team.policy import Subject
from leadpact.team.types import Actor, Member

OUTCOMES: Final = {"lead.rejected": Outcome.REJECTED, "lead.disqualified": Outcome.DISQUALIFIED}
_STAGES: Final = {Outcome.REJECTED: Stage.RECYCLED, Outcome.DISQUALIFIED: Stage.DISQUALIFIED}


def raise_dispute(
    pursuit: int, reason: Contest, words: str, *, planned_by: int | None, by: Actor, now: datetime
) -> DisputeView:
    """Contest what became of a hand-over; each outcome once, and one open dispute at a time.

    planned_by   whose campaign the lead came by: they may, and the head of marketing

    The same words by the same person again return the dispute there is.
    Raises `WordsMissing`, `NotYours`, `NothingToContest`, `AlreadyContested`.
    """
    said = _words(words, worded("Say in a few words why it should count as agreed."))
    with transaction.atomic():
        row = rows.pursuit(pursuit)
        _check(by, "dispute.raise", Subject("dispute", owner=planned_by))
        outcome, told = _outcome(row)
        known = Dispute.objects.filter(contested=told.id).first()
        if known is not None and known.answer == Ruling.OPEN and known.words == said and known.raised_by_id == by.id:
            return disputed.dispute(known.pk)
        if known is not None or Dispute.objects.filter(pursuit=row, answer=Ruling.OPEN).exists():
            raise AlreadyContested(
                worded("Lead {number} was contested already.", number=row.number), details={"pursuit": row.pk}
            )
        facts: dict[str, Json] = {"contested": told.id, "outcome": outcome.value, "reason": reason.value, "user": by.id}
        entry = append_one(
            rows.entry_of(row, "dispute.raised", now, facts=facts, note=said, caused_by=told.id), by=by, now=now
        )
        made = Dispute(
            pursuit=row, contested=told.id, outcome=outcome.value, outcome_reason=row.reason, team_id=row.team_id,
            decided_by_id=_user_of(told), decided_at=told.happened_at, reason=reason.value, words=said,
            raised_by_id=by.id, raised_at=now, entry=entry,
        )  # fmt: skip
        try:
            with transaction.atomic():
                made.save(force_insert=True)
        except IntegrityError:  # somebody else contested it at this very moment
            raise AlreadyContested(worded("Lead {number} was contested already.", number=row.number)) from None
        return disputed.dispute(made.pk)


def answer(dispute: int, ruling: Ruling, words: str, *, by: Actor, now: datetime) -> tuple[DisputeView, int | None]:
    """Answer a dispute; returns it with the entry, None where the same was answered already.

    Whoever gave the outcome may, and their head.  Raises `WordsMissing`, `NotYours`, `AlreadyContested` for one
    that somebody has answered otherwise.
    """
    said = _words(words, worded("Say in a few words why, for both teams."))
    with transaction.atomic():
        row = _locked(dispute)
        _check(by, "dispute.answer", subject_of(row.decided_by_id, row.team_id))
        if row.answer == ruling and row.answered_by_id == by.id:
            return disputed.dispute(dispute), None
        if row.answer != Ruling.OPEN:
            raise AlreadyContested(
                worded("Dispute {dispute} was answered already.", dispute=dispute), details={"dispute": dispute}
            )
        facts: dict[str, Json] = {
            "dispute": row.pk, "contested": row.contested, "outcome": row.outcome, "answer": ruling.value,
            "user": by.id,
        }  # fmt: skip
        entry = append_one(
            rows.entry_of(row.pursuit, "dispute.answered", now, facts=facts, note=said, caused_by=row.entry),
            by=by,
            now=now,
        )
        Dispute.objects.filter(pk=row.pk, answer=Ruling.OPEN).update(
            answer=ruling.value, answer_words=said, answered_by=by.id, answered_at=now, answered_entry=entry
        )
        return disputed.dispute(dispute), entry


def reopen(dispute: DisputeView, *, now: datetime, entry: int) -> PursuitView | None:
    """Make a hand-over ready again whose outcome was taken back; None where it is not free to be offered.

    It is free while it stands where the outcome left it and nobody has the company or its person.
    """
    with transaction.atomic():
        rows.hold()
        row = rows.pursuit(dispute.pursuit)
        persons = rows.view(row).persons
        newer = rows.of_person(persons[0]).filter(began_at__gt=row.began_at).exists() if persons else True
        if newer or row.stage != _STAGES[dispute.outcome] or rows.active(persons[0], row.company_id) is not None:
            return None
        values: dict[str, Json] = {"reason": "", "note": "", "recycle_until": None}
        rows.move(row, Stage.READY, at=now, entry=entry, **values)
        return rows.view(row)


def subject_of(decided_by: int | None, team_id: int | None) -> Subject:
    """Return whose a dispute is to answer: who gave the outcome, and the head of their side."""
    return team.subject_of("dispute", owner=decided_by, team_id=team_id)


def _outcome(row: Pursuit) -> tuple[Outcome, StoredEntry]:
    kinds = [*OUTCOMES, "lead.recycled"]
    told = next(iter(ledger.entries_about(f"pursuit:{row.pk}", kinds=kinds, newest_first=True, limit=1)), None)
    outcome = OUTCOMES.get(told.kind) if told is not None else None
    if told is None or outcome is None or row.stage != _STAGES[outcome] or row.is_history:
        raise NothingToContest(
            worded(
                "Lead {number} is {stage}: there is nothing to contest.", number=row.number, stage=stage_word(row.stage)
            ),
            details={"pursuit": row.pk, "stage": row.stage},
        )
    return outcome, told


def _locked(dispute: int) -> Dispute:
    """The hand-over first, as every verb does."""
    number = Dispute.objects.filter(pk=dispute).values_list("pursuit", flat=True).first()
    if number is None:
        raise UnknownDispute(worded("There is no dispute {dispute}.", dispute=dispute), details={"dispute": dispute})
    rows.pursuit(number)
    return Dispute.objects.select_for_update(of=("self",)).select_related("pursuit").get(pk=dispute)


def _check(by: Actor, verb: policy.Verb, subject: Subject) -> Member:
    member = team.user(by.id) if by.kind == "user" and by.id is not None else None
    if member is None or not policy.may(member, verb, subject):
        raise NotYours(worded("This is not yours to say."), details={"by": str(by)})
    return member


def _user_of(told: StoredEntry) -> int | None:
    kind, _colon, number = told.by.partition(":")
    return int(number) if kind == "user" and number.isdecimal() else None


def _words(words: str, what_to_do: Worded) -> str:
    said = words.strip()
    if not said:
        raise WordsMissing(worded("It needs some words."), what_to_do=what_to_do, details={"field": "words"})
    return said
