"""What can be done in a hand-over up to the answer: begin, offer, open, accept, reject, put off, withdraw, pull.

What comes after is in `outcomes`.

Each verb is one transaction with a compare-and-set: of two that act on one offer at once exactly one wins, on
both databases; the other gets `OfferAnswered` or `WrongStage`.  The same verb by the same person again is harmless.
"""

from collections.abc import Sequence
from datetime import date, datetime, timedelta

from django.db import transaction

from leadpact.base.wording import worded
from leadpact.handover import routes, rows, rules
from leadpact.handover.errors import BadMoment, NotYours
from leadpact.handover.models import Offer, Pursuit, PursuitPerson
from leadpact.handover.types import (
    Answer,
    Begun,
    Cooled,
    NewPursuit,
    OfferView,
    PursuitView,
    Route,
    RouteSnapshot,
    Stage,
)
from leadpact.ledger import reads as ledger
from leadpact.ledger.actions import append_one
from leadpact.ledger.types import Json, NewEntry
from leadpact.pact.types import LeadType, Reason
from leadpact.team import policy
from leadpact.team import reads as team
from leadpact.team.types import Actor, Member


def begin(new: NewPursuit, *, by: Actor, now: datetime, caused_by: int) -> tuple[PursuitView, Begun]:
    """Find or make the pursuit of a person who is ready, and say which.

    While the company has an offer open, a lead working or a deal open the person joins that pursuit; ready again
    within `continue_days` of a recycle, the recycled pursuit goes on; otherwise a new one begins.
    """
    with transaction.atomic():
        rows.hold()
        running = rows.active(new.person, new.company)
        if running is not None:
            return _join(running, new, by=by, now=now, caused_by=caused_by)
        recycled = _recycled(new)
        if recycled is not None:
            values: dict[str, Json] = {"pact_version": new.pact_version, "asked_to_keep_at": None}
            rows.move(recycled, Stage.READY, at=new.ready_at, entry=caused_by, **values)
            _add_person(recycled, new.person, now)
            return rows.view(recycled), Begun.CONTINUED
        row = Pursuit.objects.create(
            number=rows.next_number(),
            company_id=new.company,
            type=new.type,
            pact_version=new.pact_version,
            stage=Stage.READY,
            began_at=new.ready_at,
            first_touch_at=new.first_touch.happened_at,
            first_touch_campaign=new.first_touch.campaign,
            first_touch_channel=new.first_touch.channel,
        )
        _add_person(row, new.person, now)
        rows.reached(row, Stage.READY, at=new.ready_at, entry=caused_by)
        return rows.view(row), Begun.BEGUN


def _join(row: Pursuit, new: NewPursuit, *, by: Actor, now: datetime, caused_by: int) -> tuple[PursuitView, Begun]:
    if not _add_person(row, new.person, now):
        return rows.view(row), Begun.KNOWN
    entry = rows.entry_of(row, "lead.joined", now, person=new.person, caused_by=caused_by)
    append_one(entry, by=by, now=now)
    return rows.view(row), Begun.JOINED


def _recycled(new: NewPursuit) -> Pursuit | None:
    """Return the pursuit to go on with: the last one, if it was accepted and then recycled not long ago."""
    mine = rows.of_person(new.person)
    if new.company is not None:
        mine = mine | Pursuit.objects.filter(company=new.company)
    row = mine.order_by("-ended_at", "-pk").filter(ended_at__isnull=False).first()
    if row is None or row.stage != Stage.RECYCLED or row.is_history or row.ended_at is None:
        return None
    was_rejected = row.offers.order_by("-pk").values_list("answer", flat=True).first() == Answer.REJECTED
    if was_rejected or not rules.goes_on(row.ended_at, new.ready_at, new.continue_days):
        return None
    return row


def _add_person(row: Pursuit, person: int, now: datetime) -> bool:
    if rows.of_person(person).filter(pk=row.pk).exists():
        return False
    PursuitPerson.objects.create(pursuit=row, person_id=person, joined_at=now)
    return True


def offer(
    pursuit: int, route: Route, snapshot: RouteSnapshot, *, by: Actor, now: datetime, caused_by: int | None = None
) -> OfferView:
    """Offer a ready pursuit to whom the route names, or to a team's queue; raises `WrongStage`."""
    with transaction.atomic():
        row = rows.pursuit(pursuit)
        facts = {"user": route.user, "team": route.team, "rule": route.rule.value, "pact": row.pact_version}
        entry = append_one(
            rows.entry_of(row, "lead.offered", now, facts={**facts, "type": row.type}, caused_by=caused_by),
            by=by,
            now=now,
        )
        rows.move(row, Stage.OFFERED, at=now, entry=entry, owner=route.user, team=route.team)
        made = Offer.objects.create(
            pursuit=row,
            user_id=route.user,
            team_id=route.team,
            offered_at=now,
            route=routes.freeze(snapshot, route),
            entry=entry,
        )
        return rows.offer_view(made)


def open_offer(offer: int, *, by: Actor, now: datetime) -> OfferView:
    """Note that somebody who may answer the offer has seen it; by anybody else, or again, it changes nothing."""
    with transaction.atomic():
        row, pursuit = rows.offer(offer)
        if row.answer == Answer.OPEN and row.opened_at is None and _may_answer(row, by) is not None:
            entry = rows.entry_of(pursuit, "lead.opened", now, facts={"user": by.id}, caused_by=row.entry)
            append_one(entry, by=by, now=now)
            Offer.objects.filter(pk=row.pk).update(opened_at=now)
            row.refresh_from_db()
        return rows.offer_view(row)


def note_seen(offer: OfferView, pursuit: PursuitView, identity: int | None, *, by: Actor, now: datetime) -> None:
    """Do as `open_offer` where the offer, its pursuit and who may answer were looked up already.

    identity  the one of the pursuit's first person on which entries about it hang
    """
    with transaction.atomic():
        waiting = Offer.objects.filter(pk=offer.id, answer=Answer.OPEN, opened_at=None)
        if waiting.update(opened_at=now):  # of two who look at once, one is first
            facts: dict[str, Json] = {"pursuit": pursuit.id, "number": pursuit.number, "user": by.id}
            entry = NewEntry(
                "lead.opened", now, identity=identity, about=pursuit.about, facts=facts, caused_by=offer.entry
            )
            append_one(entry, by=by, now=now)


def accept(offer: int, *, by: Actor, now: datetime) -> tuple[PursuitView, int]:
    """Take the lead on and return the pursuit with the entry that says so; who accepts becomes its owner.

    The user it was offered to may, for a queue any member of the team, and their head.
    Raises `NotYours`, and `OfferAnswered` when somebody was faster.
    """
    with transaction.atomic():
        row, pursuit = rows.offer(offer)
        member = _answering(row, by)
        if row.answer == Answer.ACCEPTED and pursuit.owner_id == member.id:
            return rows.view(pursuit), _entry_of_answer(pursuit, "lead.accepted")
        rows.settle(row, Answer.ACCEPTED, now=now)
        facts = {"user": member.id, "team": member.team}
        entry = append_one(
            rows.entry_of(pursuit, "lead.accepted", now, facts=facts, caused_by=row.entry), by=by, now=now
        )
        rows.move(pursuit, Stage.WORKING, at=now, entry=entry, owner=member.id, team=member.team or row.team_id)
        return rows.view(pursuit), entry


def reject(
    offer: int,
    reason: str,
    *,
    reasons: Sequence[Reason],
    note: str = "",
    until: date | None = None,
    by: Actor,
    now: datetime,
) -> tuple[PursuitView, int]:
    """Give the lead back at once with one of the pact's reasons, and return the pursuit with the entry that says so.

    Who may: as for `accept`.  Raises `UnknownReason`, `ReasonNeeds`, `NotYours`, `OfferAnswered`.
    """
    rules.check_reason(reasons, reason, note=note, until=until, today=now.date())
    with transaction.atomic():
        row, pursuit = rows.offer(offer)
        member = _answering(row, by)
        if row.answer == Answer.REJECTED and row.reason == reason and pursuit.stage == Stage.RECYCLED:
            return rows.view(pursuit), _entry_of_answer(pursuit, "lead.rejected")
        rows.settle(row, Answer.REJECTED, now=now, reason=reason, note=note)
        facts = {"user": member.id, "reason": reason, "until": until.isoformat() if until else None}
        entry = append_one(
            rows.entry_of(pursuit, "lead.rejected", now, facts=facts, note=note, caused_by=row.entry),
            by=by,
            now=now,
        )
        values: dict[str, Json] = {"owner": None, "reason": reason, "note": note, "recycle_until": until}
        rows.move(pursuit, Stage.RECYCLED, at=now, entry=entry, **values)
        return rows.view(pursuit), entry


def put_off(offer: int, until: datetime, *, by: Actor, now: datetime) -> OfferView:
    """Be reminded of the offer at `until`; the clock of the answer runs on.  Who may: as for `accept`."""
    if not now < until <= now + timedelta(days=30):
        raise BadMoment(worded("“Later” must lie ahead, within 30 days."), details={"until": until.isoformat()})
    with transaction.atomic():
        row, pursuit = rows.offer(offer)
        _answering(row, by)
        rows.refuse_answered(row)
        if row.later_until != until:
            facts = {"user": by.id, "until": until.isoformat()}
            entry = rows.entry_of(pursuit, "lead.put_off", now, facts=facts, caused_by=row.entry)
            append_one(entry, by=by, now=now)
            Offer.objects.filter(pk=row.pk).update(later_until=until, opened_at=row.opened_at or now)
            row.refresh_from_db()
        return rows.offer_view(row)


def come_back(offer: int) -> None:
    """Note that the one who put an offer off has been reminded."""
    Offer.objects.filter(pk=offer).update(later_until=None)


def cool(
    pursuit: int, *, others_are_ready: bool, by: Actor, now: datetime, caused_by: int
) -> tuple[Cooled, OfferView | None]:
    """Do what follows when a person of the pursuit has cooled; return it, and the offer if that was withdrawn.

    Only an offer that nobody has opened, called, mailed or answered is withdrawn.  A working lead is never taken
    back: `Cooled.ASKED` says that its owner must be asked.
    """
    with transaction.atomic():
        row = rows.pursuit(pursuit)
        waiting = Offer.objects.select_for_update().filter(pursuit=row, answer=Answer.OPEN).first()
        done = rules.when_cooled(
            Stage(row.stage),
            is_touched=waiting is not None and rows.is_touched(waiting),
            is_asked=row.asked_to_keep_at is not None,
            others_are_ready=others_are_ready,
        )
        if done is Cooled.ASKED:
            Pursuit.objects.filter(pk=row.pk).update(asked_to_keep_at=now)
        if done is not Cooled.WITHDRAWN or waiting is None:
            return done, None
        rows.settle(waiting, Answer.WITHDRAWN, now=now, reason="cooled")
        facts = {"user": waiting.user_id, "reason": "cooled"}
        entry = append_one(rows.entry_of(row, "offer.withdrawn", now, facts=facts, caused_by=caused_by), by=by, now=now)
        values: dict[str, Json] = {"owner": None, "reason": "cooled"}
        rows.move(row, Stage.COOLED, at=now, entry=entry, **values)
        return done, rows.offer_view(waiting)


def pull(new: NewPursuit, *, by: Actor, now: datetime) -> tuple[PursuitView, int]:
    """Let somebody of sales take a person on before they are ready; return the pursuit and the entry.

    Raises `NotYours` for somebody who takes no leads, and when another has that person or company already.
    """
    with transaction.atomic():
        rows.hold()
        member = _member(by)
        free = policy.Subject("lead")
        running = rows.active(new.person, new.company)
        if running is not None and running.owner_id == member.id and running.stage != Stage.OFFERED:
            _add_person(running, new.person, now)
            return rows.view(running), _entry_of_answer(running, "lead.pulled", "lead.accepted")
        if running is not None or not policy.may(member, "lead.answer", free):
            number = running.number if running is not None else None
            raise NotYours(worded("You cannot take this lead."), details={"person": new.person, "number": number})
        row = Pursuit.objects.create(
            number=rows.next_number(),
            company_id=new.company,
            type=LeadType.SALES,
            pact_version=new.pact_version,
            stage=Stage.READY,
            began_at=now,
            first_touch_at=new.first_touch.happened_at,
            first_touch_campaign=new.first_touch.campaign,
            first_touch_channel=new.first_touch.channel,
        )
        _add_person(row, new.person, now)
        facts = {"user": member.id, "team": member.team}
        entry = append_one(rows.entry_of(row, "lead.pulled", now, facts=facts), by=by, now=now)
        rows.move(row, Stage.WORKING, at=now, entry=entry, owner=member.id, team=member.team)
        return rows.view(row), entry


def _member(by: Actor) -> Member:
    if by.kind != "user" or by.id is None:
        raise NotYours(worded("Only a user can answer for sales."), details={"by": str(by)})
    return team.user(by.id)


def _may_answer(row: Offer, by: Actor) -> Member | None:
    if by.kind != "user" or by.id is None:
        return None
    member = team.user(by.id)
    subject = team.subject_of("lead", owner=row.user_id, team_id=row.team_id)
    return member if policy.may(member, "lead.answer", subject) else None


def _answering(row: Offer, by: Actor) -> Member:
    member = _may_answer(row, by)
    if member is None:
        raise NotYours(worded("This offer is somebody else's."), details={"offer": row.pk, "by": str(by)})
    return member


def _entry_of_answer(row: Pursuit, *kinds: str) -> int:
    return ledger.entries_about(f"pursuit:{row.pk}", kinds=kinds, newest_first=True, limit=1)[0].id
