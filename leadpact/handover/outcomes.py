"""What can be done with a lead that is worked: log what was done, keep it, recycle, disqualify, hand it on, advance it.

Also what a former system recorded, taken over as it stands.
"""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Final

from django.db import transaction

from leadpact.base.wording import worded
from leadpact.handover import reads, rows, rules, send_backs
from leadpact.handover.errors import BadMoment, WrongStage
from leadpact.handover.models import Activity, Offer, Pursuit, PursuitPerson, StageDate
from leadpact.handover.types import ActivityView, Answer, PursuitView, RecordedPursuit, Stage
from leadpact.handover.words import stage_word
from leadpact.ledger.actions import append_one
from leadpact.ledger.types import Json, NewEntry
from leadpact.pact.types import PromiseKind, Reason
from leadpact.promises import actions as promises
from leadpact.promises import reads as promised
from leadpact.team import reads as team
from leadpact.team.types import Actor

ACTIVITIES: Final = rows.CONTACT_KINDS | {"note.added"}


def log_activity(
    person: int, kind: str, *, note: str = "", happened_at: datetime, by: Actor, now: datetime
) -> ActivityView:
    """Note a call, mail, meeting or remark about a person; what reaches out counts as an attempt.

    The same thing logged twice is one activity.  Raises `BadMoment` for one that lies ahead.
    """
    if kind not in ACTIVITIES:
        raise ValueError(f"{kind} is not an activity of ours")
    if happened_at > now:
        raise BadMoment(
            worded("An activity is logged once it has happened."), what_to_do=worded("Give the moment it happened.")
        )
    with transaction.atomic():
        user = by.id if by.kind == "user" else None
        same = Activity.objects.filter(person=person, kind=kind, user=user, happened_at=happened_at, note=note).first()
        if same is not None:
            return rows.activity_view(same)
        running = reads.active_of_person(person)
        entry = append_one(
            NewEntry(
                kind,
                happened_at,
                identity=rows.identity_of(person),
                about=running.about if running else "",
                facts={"person": person, "user": user, "pursuit": running.id if running else None},
                personal={"note": note} if note else None,
            ),
            by=by,
            now=now,
        )
        row = Activity.objects.create(
            person_id=person,
            pursuit_id=running.id if running else None,
            user_id=user,
            kind=kind,
            happened_at=happened_at,
            note=note,
            entry=entry,
        )
        if running is not None and kind in rows.CONTACT_KINDS:
            _count_attempts(running, happened_at, by=by, now=now, caused_by=entry)
        return rows.activity_view(row)


def _count_attempts(pursuit: PursuitView, at: datetime, *, by: Actor, now: datetime, caused_by: int) -> None:
    for each in promised.open_of(pursuit.about):
        if each.kind == PromiseKind.ATTEMPTS:
            done = reads.attempts_since(pursuit.id, each.made_at)
            promises.progress(each.id, done=done, at=at, by=by, now=now, caused_by=caused_by)


def keep_working(pursuit: int, *, by: Actor, now: datetime) -> PursuitView:
    """Answer "keep or recycle?" with keep; raises `WrongStage` for a lead that is not worked."""
    with transaction.atomic():
        row = _working(pursuit)
        send_backs.forget(row)
        if row.asked_to_keep_at is not None:
            append_one(rows.entry_of(row, "lead.kept", now, facts={"user": by.id}), by=by, now=now)
            Pursuit.objects.filter(pk=row.pk).update(asked_to_keep_at=None)
            row.refresh_from_db()
        return rows.view(row)


def recycle(
    pursuit: int,
    reason: str,
    *,
    reasons: Sequence[Reason],
    note: str = "",
    until: date | None = None,
    said_at: datetime | None = None,
    by: Actor,
    now: datetime,
) -> tuple[PursuitView, int | None]:
    """Give a working lead back to marketing: real, but not now.  Returns the entry too, None when it was done before.

    said_at  when whoever it was said so, where that is before now: the date must lie ahead of it

    Raises `UnknownReason`, `ReasonNeeds`, and `WrongStage` for a lead that is not worked.
    """
    rules.check_reason(reasons, reason, note=note, until=until, today=(said_at or now).date())
    values: dict[str, Json] = {"recycle_until": until}
    return _end(pursuit, Stage.RECYCLED, "lead.recycled", reason, note, values, by=by, now=now)


def disqualify(
    pursuit: int, reason: str, *, reasons: Sequence[Reason], note: str = "", by: Actor, now: datetime
) -> tuple[PursuitView, int | None]:
    """End a working lead for good.  Returns the entry too, None when it was done before.

    Raises as `recycle` does.
    """
    rules.check_reason(reasons, reason, note=note, until=None, today=now.date())
    return _end(pursuit, Stage.DISQUALIFIED, "lead.disqualified", reason, note, {}, by=by, now=now)


def _end(
    pursuit: int,
    stage: Stage,
    kind: str,
    reason: str,
    note: str,
    values: dict[str, Json],
    *,
    by: Actor,
    now: datetime,
) -> tuple[PursuitView, int | None]:
    with transaction.atomic():
        row = rows.pursuit(pursuit)
        if row.stage == stage and row.reason == reason:
            return rows.view(row), None
        if row.stage != Stage.WORKING:
            raise _not_worked(row)
        until = values.get("recycle_until")
        facts = {"user": by.id, "reason": reason, "until": until.isoformat() if until else None}
        entry = append_one(rows.entry_of(row, kind, now, facts=facts, note=note), by=by, now=now)
        values = {**values, "reason": reason, "note": note, "asked_to_keep_at": None}
        rows.move(row, stage, at=now, entry=entry, **values)
        return rows.view(row), entry


def hand_on(pursuit: int, to_user: int, *, by: Actor, now: datetime) -> PursuitView:
    """Give an offer, a working lead or a deal's lead to somebody else; every clock runs on, and is theirs now.

    Raises `WrongStage` for a pursuit that is over.
    """
    with transaction.atomic():
        row = rows.pursuit(pursuit)
        if rules.is_over(Stage(row.stage)):
            raise _not_worked(row)
        if row.owner_id != to_user:
            _give(row, to_user, team.user(to_user).team, by=by, now=now)
        return rows.view(row)


def hand_back(pursuit: int, to_team: int | None, *, by: Actor, now: datetime) -> PursuitView:
    """Put an offer back into a team's queue, where it was before somebody handed it on; its clock runs on.

    Raises `WrongStage` for anything but an open offer: a lead that is worked is somebody's.
    """
    with transaction.atomic():
        row = rows.pursuit(pursuit)
        if row.stage != Stage.OFFERED:
            raise _not_worked(row)
        if row.owner_id is not None:
            _give(row, None, to_team, by=by, now=now)
        return rows.view(row)


def _give(row: Pursuit, to_user: int | None, to_team: int | None, *, by: Actor, now: datetime) -> None:
    send_backs.forget(row)
    facts: dict[str, Json] = {"from": row.owner_id, "to": to_user, "team": to_team}
    append_one(rows.entry_of(row, "lead.handed_on", now, facts=facts), by=by, now=now)
    Pursuit.objects.filter(pk=row.pk).update(owner=to_user, team=to_team)
    Offer.objects.filter(pursuit=row, answer=Answer.OPEN).update(user=to_user, team=to_team)
    promises.hand_on(f"pursuit:{row.pk}", to_user=to_user, to_team=to_team)
    row.refresh_from_db()


def advance(pursuit: int, to: Stage, *, entry: int, at: datetime, reason: str = "", note: str = "") -> PursuitView:
    """Follow the deal: opened, won, lost or reopened (`entry` is the deal's own); again changes nothing.

    Raises `WrongStage` when the pursuit cannot come there.
    """
    with transaction.atomic():
        row = rows.pursuit(pursuit)
        if row.stage != to:
            rows.move(row, to, at=at, entry=entry, reason=reason, note=note, asked_to_keep_at=None)
        return rows.view(row)


def record(recorded: RecordedPursuit, *, by: Actor, now: datetime) -> tuple[PursuitView, bool]:
    """Take over a former system's hand-over, and say whether anything changed; no offer, no promise, no notice.

    Each stage date is an entry; a second time only what is new is written.
    """
    with transaction.atomic():
        rows.hold()
        row = Pursuit.objects.filter(external=recorded.external).first()
        values: dict[str, Json] = {
            "company_id": recorded.company,
            "type": recorded.type.value,
            "stage": recorded.stage.value,
            "owner_id": recorded.owner,
            "began_at": recorded.began_at,
            "ended_at": recorded.ended_at,
            "reason": recorded.reason,
            "first_touch_at": recorded.first_touch.happened_at,
            "first_touch_campaign": recorded.first_touch.campaign,
            "first_touch_channel": recorded.first_touch.channel,
        }
        changed = row is None or any(getattr(row, name) != value for name, value in values.items())
        if row is None:
            row = Pursuit(
                number=rows.next_number(),
                external=recorded.external,
                is_history=True,
                pact_version=recorded.pact_version,
            )
        for name, value in values.items():
            setattr(row, name, value)
        if changed:
            row.save()
        joined = [_join(row, person, recorded.began_at) for person in recorded.persons]
        dated = [_date(row, stage, at, by=by, now=now) for stage, at in recorded.stages]
        return rows.view(row), changed or any(joined) or any(dated)


def _join(row: Pursuit, person: int, at: datetime) -> bool:
    return PursuitPerson.objects.get_or_create(pursuit=row, person_id=person, defaults={"joined_at": at})[1]


def _date(row: Pursuit, stage: str, at: datetime, *, by: Actor, now: datetime) -> bool:
    found = StageDate.objects.filter(pursuit=row, stage=stage).first()
    if found is not None and found.happened_at == at:
        return False
    facts = {"stage": stage, "as_recorded_by": "former system"}
    entry = append_one(rows.entry_of(row, "lead.stage_recorded", at, facts=facts), by=by, now=now)
    StageDate.objects.update_or_create(pursuit=row, stage=stage, defaults={"happened_at": at, "entry": entry})
    return True


def _working(pursuit: int) -> Pursuit:
    row = rows.pursuit(pursuit)
    if row.stage != Stage.WORKING:
        raise _not_worked(row)
    return row


def _not_worked(row: Pursuit) -> WrongStage:
    return WrongStage(
        worded(
            "Lead {number} is {stage}: that can be done with a working lead only.",
            number=row.number,
            stage=stage_word(row.stage),
        ),
        details={"pursuit": row.pk, "stage": row.stage},
    )
