"""The package's own rows: found, locked, moved from stage to stage, and shown as views."""

from collections.abc import Collection, Mapping
from datetime import datetime
from types import MappingProxyType
from typing import Final

from django.db import connection
from django.db.models import F, Max, QuerySet

from leadpact.base.wording import worded
from leadpact.handover import rules
from leadpact.handover.errors import OfferAnswered, UnknownOffer, UnknownPursuit, WrongStage
from leadpact.handover.models import Activity, Offer, Pursuit, PursuitPerson, StageDate
from leadpact.handover.types import (
    ACTIVE,
    ActivityView,
    Answer,
    FirstTouch,
    OfferView,
    PursuitView,
    Stage,
)
from leadpact.handover.words import ANSWERED, stage_word
from leadpact.ledger import by_hand
from leadpact.ledger.types import Json, NewEntry
from leadpact.pact.types import LeadType
from leadpact.people import reads as people
from leadpact.people.survivors import rows_of, survivors

HAND_OVER_LOCK: Final = 0x1EAD_FF  # PostgreSQL advisory lock: one hand-over begins at a time
CONTACT_KINDS: Final = frozenset({"call.made", "sales_mail.sent", "meeting.held"})


def hold() -> None:
    """Let nobody else begin a hand-over until this transaction ends.

    Two persons of one company that become ready at one moment must find one pursuit, not make two.
    SQLite needs no lock: its transactions begin IMMEDIATE, one at a time.
    """
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [HAND_OVER_LOCK])


def pursuit(pursuit_id: int) -> Pursuit:
    """Return a pursuit, locked until the transaction ends; raises `UnknownPursuit`."""
    row = Pursuit.objects.select_for_update().filter(pk=pursuit_id).first()
    if row is None:
        raise UnknownPursuit(
            worded("There is no pursuit {pursuit}.", pursuit=pursuit_id), details={"pursuit": pursuit_id}
        )
    return row


def offer(offer_id: int) -> tuple[Offer, Pursuit]:
    """Return an offer and its pursuit, both locked until the transaction ends; raises `UnknownOffer`.

    Everybody locks the pursuit first: an answer and a cooling that meet must not wait for each other.
    """
    number = Offer.objects.filter(pk=offer_id).values_list("pursuit", flat=True).first()
    if number is None:
        raise UnknownOffer(worded("There is no offer {offer}.", offer=offer_id), details={"offer": offer_id})
    holder = pursuit(number)
    return Offer.objects.select_for_update().get(pk=offer_id), holder


def of_person(person: int) -> QuerySet[Pursuit]:
    """Return the pursuits a person is or was in, those of rows merged into theirs too."""
    mine = PursuitPerson.objects.filter(person__in=[person, *rows_of([person])[person]])
    return Pursuit.objects.filter(pk__in=mine.values("pursuit"))


def active(person: int, company: int | None) -> Pursuit | None:
    """Return the pursuit that runs for the company, or for a person without one; the oldest, if history left two."""
    rows = Pursuit.objects.filter(stage__in=ACTIVE).order_by("pk")
    found = of_person(person).filter(stage__in=ACTIVE).order_by("pk").first()
    return found or (rows.filter(company=company).first() if company is not None else None)


def next_number() -> int:
    """Return the next pursuit number; only under `hold`."""
    return int(Pursuit.objects.aggregate(last=Max("number"))["last"] or 0) + 1


def move(row: Pursuit, to: Stage, *, at: datetime, entry: int, **values: Json) -> None:
    """Move a pursuit to a stage it may come to, and note the first time it is there; raises `WrongStage`.

    A compare-and-set: of two that move it at once, one finds it moved.
    """
    values["ended_at"] = at if rules.is_over(to) else None
    moved = Pursuit.objects.filter(pk=row.pk, stage__in=rules.may_follow(to)).update(stage=to.value, **values)
    row.refresh_from_db()
    if not moved:
        raise WrongStage(
            worded(
                "Lead {number} is {stage}: it cannot become {to}.",
                number=row.number,
                stage=stage_word(row.stage),
                to=stage_word(to),
            ),
            details={"pursuit": row.pk, "stage": row.stage, "to": to.value},
        )
    reached(row, to, at=at, entry=entry)


def reached(row: Pursuit, stage: Stage | str, *, at: datetime, entry: int) -> None:
    """Note that a pursuit was at a stage; the first time stays."""
    first = StageDate(pursuit=row, stage=str(stage), happened_at=at, entry=entry)
    StageDate.objects.bulk_create([first], ignore_conflicts=True)


def settle(row: Offer, answer: Answer, *, now: datetime, reason: str = "", note: str = "") -> None:
    """Close an offer; raises `OfferAnswered` when somebody was faster."""
    closed = Offer.objects.filter(pk=row.pk, answer=Answer.OPEN).update(
        answer=answer, answered_at=now, reason=reason, note=note
    )
    if not closed:
        row.refresh_from_db()
        refuse_answered(row)
    row.refresh_from_db()


def refuse_answered(row: Offer) -> None:
    """Raise `OfferAnswered` for an offer that is closed."""
    if row.answer != Answer.OPEN:
        raise OfferAnswered(ANSWERED[Answer(row.answer)], details={"offer": row.pk, "answer": row.answer})


def is_touched(row: Offer) -> bool:
    """Say whether somebody opened the offer, put it off, called, mailed or met since it was made."""
    if row.opened_at is not None or row.later_until is not None:
        return True
    contacts = Activity.objects.filter(pursuit=row.pursuit_id, kind__in=CONTACT_KINDS, happened_at__gte=row.offered_at)
    return contacts.exists()


def entry_of(
    row: Pursuit,
    kind: str,
    happened_at: datetime,
    *,
    person: int | None = None,
    facts: dict[str, Json] | None = None,
    note: str = "",
    caused_by: int | None = None,
) -> NewEntry:
    """Return an entry about a pursuit; it hangs on one of its persons, the first unless another is named."""
    if person is None:
        person = PursuitPerson.objects.filter(pursuit=row).order_by("pk").values_list("person", flat=True).first()
    return NewEntry(
        kind,
        happened_at,
        identity=identity_of(person),
        about=f"pursuit:{row.pk}",
        facts={"pursuit": row.pk, "number": row.number, **(facts or {})},
        personal={"note": note} if note else None,
        caused_by=caused_by,
    )


def identity_of(person: int | None) -> int | None:
    """Return the identity on which an entry about a person hangs; None for one that has none."""
    return next(iter(people.identities_of(person)), None) if person is not None else None


def views(chosen: Collection[Pursuit]) -> list[PursuitView]:
    """Return pursuits as other packages see them, in the order given."""
    persons: dict[int, list[int]] = {}
    numbers = [row.pk for row in chosen]
    sql = (
        "SELECT m.pursuit_id, m.person_id, p.merged_into_id FROM handover_pursuitperson m"  # noqa: S608  # places alone
        f" JOIN people_person p ON p.id = m.person_id WHERE {by_hand.one_of('m.pursuit_id', numbers)} ORDER BY m.id"
    )
    found = by_hand.rows(sql, numbers) if numbers else []
    merged = [person for _, person, into in found if into is not None]
    tops = survivors(merged) if merged else {}
    for number, person, _ in found:
        mine, top = persons.setdefault(number, []), tops.get(person, person)
        if top not in mine:
            mine.append(top)
    return [_view(row, tuple(persons.get(row.pk, ()))) for row in chosen]


def views_of(chosen: QuerySet[Pursuit], tops: Mapping[int, int] = MappingProxyType({})) -> list[PursuitView]:
    """Do as `views` for pursuits that were not read yet, in one query; not for a part of a list.

    tops  which row stands for a person that was merged, as far as it is known already
    """
    joined = chosen.annotate(person=F("members__person"), into=F("members__person__merged_into"), place=F("members"))
    found = {row.pk: row for row in joined}  # one row for each person of a pursuit
    held = sorted((row.place, row.pk, row.person, row.into) for row in joined if row.person is not None)
    merged = [person for _, _, person, into in held if into is not None and person not in tops]
    known = {**tops, **(survivors(merged) if merged else {})}
    persons: dict[int, dict[int, None]] = {number: {} for number in found}
    for _, number, person, _ in held:
        persons[number][known.get(person or 0, person or 0)] = None
    return [_view(row, tuple(persons[number])) for number, row in found.items()]


def view(row: Pursuit) -> PursuitView:
    """Return one pursuit as other packages see it."""
    return views([row])[0]


def _view(row: Pursuit, persons: tuple[int, ...]) -> PursuitView:
    return PursuitView(
        id=row.pk,
        number=row.number,
        company=row.company_id,
        type=LeadType(row.type),
        stage=Stage(row.stage),
        owner=row.owner_id,
        team=row.team_id,
        persons=persons,
        began_at=row.began_at,
        ended_at=row.ended_at,
        pact_version=row.pact_version,
        first_touch=FirstTouch(row.first_touch_at, row.first_touch_campaign, row.first_touch_channel),
        recycle_until=row.recycle_until,
        reason=row.reason,
        note=row.note,
        asked_to_keep_at=row.asked_to_keep_at,
        is_history=row.is_history,
    )


def offer_view(row: Offer) -> OfferView:
    """Return an offer as other packages see it."""
    return OfferView(
        id=row.pk,
        pursuit=row.pursuit_id,
        user=row.user_id,
        team=row.team_id,
        offered_at=row.offered_at,
        rule=row.route.get("rule", ""),
        route=row.route,
        opened_at=row.opened_at,
        later_until=row.later_until,
        answered_at=row.answered_at,
        answer=Answer(row.answer),
        reason=row.reason,
        note=row.note,
        entry=row.entry,
    )


def activity_view(row: Activity) -> ActivityView:
    """Return an activity as other packages see it."""
    return ActivityView(
        id=row.pk,
        person=row.person_id,
        pursuit=row.pursuit_id,
        user=row.user_id,
        kind=row.kind,
        happened_at=row.happened_at,
        note=row.note,
        entry=row.entry,
    )
