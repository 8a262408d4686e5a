"""What can be asked of pursuits, offers and what was done about them."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from itertools import batched

from django.db.models import Count, Max

from leadpact.base.wording import worded
from leadpact.handover import rows, rules
from leadpact.handover.errors import UnknownOffer, UnknownPursuit
from leadpact.handover.models import Activity, Offer, Pursuit, PursuitPerson, StageDate
from leadpact.handover.types import (
    ACTIVE,
    ActivityView,
    Answer,
    Candidate,
    OfferView,
    PursuitView,
    RouteSnapshot,
    Stage,
)
from leadpact.ledger import by_hand
from leadpact.pact.types import LeadType, PromiseKind
from leadpact.people.survivors import rows_of, survivors
from leadpact.promises import reads as promises
from leadpact.team import reads as team
from leadpact.team.types import Member, Role, Side

TAKE_LEADS = frozenset({Role.SALES_REP, Role.HEAD_OF_SALES, Role.PARTNER})
IN_POOL = frozenset({Role.SALES_REP, Role.PARTNER})
_AT_ONCE = 5_000


def pursuit(pursuit_id: int) -> PursuitView:
    """Return one pursuit; raises `UnknownPursuit`."""
    found = rows.views_of(Pursuit.objects.filter(pk=pursuit_id))
    if not found:
        raise UnknownPursuit(
            worded("There is no pursuit {pursuit}.", pursuit=pursuit_id), details={"pursuit": pursuit_id}
        )
    return found[0]


def pursuits(numbers: Collection[int]) -> dict[int, PursuitView]:
    """Return many pursuits at once, by number; those that are not there are left out."""
    asked, found = list(numbers), dict[int, PursuitView]()
    for first in range(0, len(asked), _AT_ONCE):
        chosen = Pursuit.objects.filter(pk__in=asked[first : first + _AT_ONCE])
        found.update((view.id, view) for view in rows.views(list(chosen)))
    return found


def pursuit_of(person: int) -> PursuitView | None:
    """Return the pursuit that runs for a person, or else the last one there was."""
    return next(iter(pursuits_of(person)), None)


def pursuits_of(person: int) -> list[PursuitView]:
    """Return a person's pursuits: the running one first, then the newest."""
    found = rows.views(list(rows.of_person(person).order_by("-began_at", "-pk")))
    return sorted(found, key=lambda each: not each.is_active)


def pursuits_among(persons: Sequence[int]) -> list[PursuitView]:
    """Do as `pursuits_of` for a person, who comes first, with the rows merged into them, which are known already."""
    chosen = Pursuit.objects.filter(pk__in=PursuitPerson.objects.filter(person__in=list(persons)).values("pursuit"))
    found = rows.views_of(chosen.order_by("-began_at", "-pk"), dict.fromkeys(persons, persons[0]))
    return sorted(found, key=lambda each: not each.is_active)


def latest_of(persons: Mapping[int, Collection[int]]) -> dict[int, PursuitView]:
    """Return `pursuit_of` for many persons at once; persons without any are left out.

    persons  each with the rows that were merged into it
    """
    asked, found = list(persons), dict[int, PursuitView]()
    for first in range(0, len(asked), _AT_ONCE):
        some = set(asked[first : first + _AT_ONCE])
        numbers = _pursuits_with({row for person in some for row in (person, *persons[person])})
        chosen = Pursuit.objects.filter(pk__in=numbers).order_by("began_at", "pk") if numbers else ()
        views = sorted(rows.views(list(chosen)), key=lambda each: each.is_active)
        found.update((person, view) for view in views for person in view.persons if person in some)
    return found


def _pursuits_with(persons: Collection[int]) -> set[int]:
    wanted = by_hand.one_of("person_id", persons)
    sql = f"SELECT pursuit_id FROM handover_pursuitperson WHERE {wanted}"  # noqa: S608  # places alone
    return {number for (number,) in by_hand.rows(sql, [*persons])}


def active_of_person(person: int) -> PursuitView | None:
    """Return the pursuit that runs for a person, if any."""
    found = pursuit_of(person)
    return found if found is not None and found.is_active else None


def active_of_company(company: int) -> PursuitView | None:
    """Return the pursuit that runs for a company, if any."""
    row = Pursuit.objects.filter(company=company, stage__in=ACTIVE).order_by("pk").first()
    return None if row is None else rows.view(row)


def offer(offer_id: int) -> OfferView:
    """Return one offer; raises `UnknownOffer`."""
    row = Offer.objects.filter(pk=offer_id).first()
    if row is None:
        raise UnknownOffer(worded("There is no offer {offer}.", offer=offer_id), details={"offer": offer_id})
    return rows.offer_view(row)


def offers_of(pursuit_id: int) -> list[OfferView]:
    """Return a pursuit's offers, in the order they were made."""
    return [rows.offer_view(row) for row in Offer.objects.filter(pursuit=pursuit_id).order_by("offered_at", "pk")]


def open_offer_of(pursuit_id: int) -> OfferView | None:
    """Return the offer of a pursuit that waits for an answer, if any."""
    row = Offer.objects.filter(pursuit=pursuit_id, answer=Answer.OPEN).first()
    return None if row is None else rows.offer_view(row)


def open_offer_question(pursuit_id: int) -> by_hand.Question[OfferView | None]:
    """Return what `open_offer_of` asks, to be asked with other things."""
    chosen = Offer.objects.filter(pursuit=pursuit_id, answer=Answer.OPEN)
    return by_hand.question_of(chosen, lambda found: rows.offer_view(found[0]) if found else None)


def open_offers_to(user: int) -> list[OfferView]:
    """Return the offers that wait for one user's answer, the oldest first."""
    sql = "SELECT 1 FROM handover_offer WHERE user_id = %s AND answer = %s LIMIT 1"
    if not by_hand.rows(sql, [user, Answer.OPEN.value]):
        return []
    chosen = Offer.objects.filter(user=user, answer=Answer.OPEN).order_by("offered_at", "pk")
    return [rows.offer_view(row) for row in chosen]


def queue(team_id: int | None = None) -> list[OfferView]:
    """Return the offers nobody in particular has, of one team or of all, the oldest first."""
    chosen = Offer.objects.filter(user=None, answer=Answer.OPEN).order_by("offered_at", "pk")
    return [rows.offer_view(row) for row in (chosen if team_id is None else chosen.filter(team=team_id))]


def put_off_until(now: datetime) -> list[OfferView]:
    """Return the open offers whose "later" has come."""
    sql = "SELECT id FROM handover_offer WHERE answer = %s AND later_until <= %s ORDER BY later_until, id"
    return [offer(number) for (number,) in by_hand.rows(sql, [Answer.OPEN.value, now])]


def stage_dates(pursuit_id: int) -> dict[str, datetime]:
    """Return when a pursuit first reached each stage, in the order it reached them."""
    chosen = StageDate.objects.filter(pursuit=pursuit_id).order_by("happened_at", "pk")
    return dict(chosen.values_list("stage", "happened_at"))


def stage_dates_question(pursuit_id: int) -> by_hand.Question[dict[str, datetime]]:
    """Return what `stage_dates` asks, to be asked with other things."""
    return by_hand.Question(
        "SELECT stage, happened_at, id FROM handover_stagedate WHERE pursuit_id = %s", (pursuit_id,), 3,
        lambda found: {stage: by_hand.moment(happened_at) for stage, happened_at, _number in found}, order=(1, 2),
    )  # fmt: skip


def all_who_reached(stage: Stage) -> set[int]:
    """Return everybody who is part of a pursuit that reached the stage at any time, merged rows as their survivors."""
    numbers = StageDate.objects.filter(stage=stage.value).values("pursuit_id")
    found = set(PursuitPerson.objects.filter(pursuit__in=numbers).values_list("person_id", flat=True))
    return {top for some in batched(found, _AT_ONCE) for top in survivors(some).values()}


def activities_of(person: int, *, limit: int = 200) -> list[ActivityView]:
    """Return what our side did about a person, the newest first."""
    chosen = Activity.objects.filter(person__in=_all_rows([person]))
    return [rows.activity_view(row) for row in chosen.order_by("-happened_at", "-pk")[:limit]]


def first_human_touch(pursuit_id: int) -> datetime | None:
    """Return when somebody first called, mailed or met the persons of a pursuit; None: not yet."""
    contacts = Activity.objects.filter(pursuit=pursuit_id, kind__in=rows.CONTACT_KINDS).order_by("happened_at")
    return contacts.values_list("happened_at", flat=True).first()


def attempts_since(pursuit_id: int, since: datetime) -> int:
    """Return how often somebody called, mailed or met the persons of a pursuit from `since` on."""
    return Activity.objects.filter(pursuit=pursuit_id, kind__in=rows.CONTACT_KINDS, happened_at__gte=since).count()


def former_owner(persons: Collection[int]) -> int | None:
    """Return who accepted one of these persons last."""
    mine = PursuitPerson.objects.filter(person__in=_all_rows(persons))
    accepted = Offer.objects.filter(pursuit__in=mine.values("pursuit"), answer=Answer.ACCEPTED)
    return accepted.order_by("-answered_at", "-pk").values_list("pursuit__owner", flat=True).first()


def _all_rows(persons: Collection[int]) -> list[int]:
    """Return the rows of surviving persons, those merged into them too."""
    found = rows_of(persons)
    return [*found, *(row for merged in found.values() for row in merged)]


def snapshot(
    *,
    lead_type: LeadType,
    persons: Collection[int],
    deal_owner: int | None,
    company_owner: int | None,
    now: datetime,
) -> RouteSnapshot:
    """Return all that routing a lead depends on, as things stand.

    A partner's lead goes to partners' users if there are any, every other lead to sales.
    """
    former = former_owner(persons)
    side = Side.PARTNER if lead_type is LeadType.PARTNER and team.teams(Side.PARTNER) else Side.SALES
    everybody = {each.id: each for each in team.users()}
    pool = {each.id for each in everybody.values() if each.is_active and each.side == side and each.roles & IN_POOL}
    wanted = pool | ({deal_owner, company_owner, former} & set(everybody))
    chosen = [everybody[user] for user in sorted(user for user in wanted if user is not None)]
    teams = team.teams(side)
    return RouteSnapshot(
        at=now,
        team=teams[0].id if teams else None,
        deal_owner=deal_owner,
        company_owner=company_owner,
        former_owner=former,
        candidates=_candidates(chosen, pool, now),
    )


def _candidates(chosen: Collection[Member], pool: Collection[int], now: datetime) -> tuple[Candidate, ...]:
    users = [each.id for each in chosen]
    since = now - rules.FAIRNESS
    away = team.absent(now)
    answered = Offer.objects.filter(
        user__in=users, answer__in=[Answer.ACCEPTED, Answer.REJECTED], answered_at__gt=since, answered_at__lte=now
    )
    had = dict(answered.values_list("user").annotate(number=Count("pk")))
    missed = promises.neglected_by_user(PromiseKind.ANSWER, since, now)
    last = dict(Offer.objects.filter(user__in=users).values_list("user").annotate(last=Max("offered_at")))
    held = Pursuit.objects.filter(owner__in=users, stage__in=[Stage.OFFERED, Stage.WORKING])
    open_leads = dict(held.values_list("owner").annotate(number=Count("pk")))
    return tuple(
        Candidate(
            user=each.id,
            team=each.team,
            is_active=each.is_active,
            takes_leads=bool(each.roles & TAKE_LEADS),
            is_absent=each.id in away,
            capacity=each.capacity,
            open_leads=open_leads.get(each.id, 0),
            had=had.get(each.id, 0) + missed.get(each.id, 0),
            last_offer_at=last.get(each.id),
            in_pool=each.id in pool,
        )
        for each in chosen
    )


def active_of_owner(user: int) -> list[PursuitView]:
    """Return the pursuits that run and are one user's, the oldest first."""
    return rows.views_of(Pursuit.objects.filter(owner=user, stage__in=ACTIVE).order_by("pk"))


def pursuits_of_company(company: int, *, limit: int = 50) -> list[PursuitView]:
    """Return a company's pursuits, the newest first."""
    newest = Pursuit.objects.filter(company=company).order_by("-pk").values("pk")[:limit]
    return rows.views_of(Pursuit.objects.filter(pk__in=newest).order_by("-pk"))
