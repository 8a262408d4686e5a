"""What can be asked of campaigns, costs, forms and first touches."""

from collections.abc import Collection, Iterable
from datetime import date
from itertools import batched
from typing import Final

from django.db.models import Q, QuerySet, Sum

from leadpact.base import cursor
from leadpact.base.money import Money
from leadpact.base.text import fold
from leadpact.base.wording import worded
from leadpact.capture import rules
from leadpact.capture.errors import UnknownCampaign, UnknownCost, UnknownForm
from leadpact.capture.models import Campaign, CampaignCost, CampaignName, Form
from leadpact.capture.types import CampaignCosts, CampaignView, CostView, FieldType, FormField, FormView, Touch
from leadpact.engagement.types import ActRow
from leadpact.ledger import by_hand
from leadpact.team.reads import settings

_AT_ONCE: Final = 5_000  # values in one IN (...)


def campaign(number: int) -> CampaignView:
    """Return one campaign; raises `UnknownCampaign`."""
    row = Campaign.objects.filter(pk=number).first()
    if row is None:
        raise UnknownCampaign(worded("There is no campaign {campaign}.", campaign=number), details={"campaign": number})
    return view_of(row)


def campaign_by_name(name: str) -> CampaignView | None:
    """Return the campaign of that name, however its letters are cased, or None."""
    row = Campaign.objects.filter(names__key=fold(name.strip())).first()
    return None if row is None else view_of(row)


def campaigns(numbers: Collection[int] | None = None) -> list[CampaignView]:
    """Return the campaigns of these numbers, or all, by name."""
    if numbers is None:
        return [view_of(row) for row in Campaign.objects.order_by("name_key")]
    found: list[CampaignView] = []
    for some in batched(numbers, _AT_ONCE):
        found.extend(view_of(row) for row in Campaign.objects.filter(pk__in=some))
    return sorted(found, key=lambda each: fold(each.name))


def count_question() -> by_hand.Question[int]:
    """Ask how many campaigns there are."""
    return by_hand.Question("SELECT COUNT(*) FROM capture_campaign", (), 1, lambda rows: int(rows[0][0]))


def costs(*, since: date | None = None, until: date | None = None) -> list[CampaignCosts]:
    """Return every campaign with what it cost on the days [since, until), one sum a currency, by name."""
    rows: QuerySet[CampaignCost] = CampaignCost.objects.all()
    if since is not None:
        rows = rows.filter(on__gte=since)
    if until is not None:
        rows = rows.filter(on__lt=until)
    sums: dict[int, list[Money]] = {}
    grouped = rows.values_list("campaign", "currency").annotate(minor=Sum("amount_minor")).order_by("currency")
    for number, currency, minor in grouped:
        sums.setdefault(number, []).append(Money(int(minor), currency))
    return [CampaignCosts(each, tuple(sums.get(each.id, ()))) for each in campaigns()]


def costs_of_one(number: int, *, since: date, until: date) -> tuple[Money, ...]:
    """Return what one campaign cost on the days [since, until), one sum a currency."""
    rows = CampaignCost.objects.filter(campaign=number, on__gte=since, on__lt=until)
    grouped = rows.values_list("currency").annotate(minor=Sum("amount_minor")).order_by("currency")
    return tuple(Money(int(minor), currency) for currency, minor in grouped)


def cost(number: int) -> CostView:
    """Return one cost; raises `UnknownCost`."""
    row = CampaignCost.objects.filter(pk=number).first()
    if row is None:
        raise UnknownCost(worded("There is no cost {cost}.", cost=number), details={"cost": number})
    return cost_view_of(row)


def costs_of(
    number: int, *, since: date | None = None, until: date | None = None, after: str | None = None, limit: int = 50
) -> tuple[list[CostView], str | None]:
    """Return what a campaign cost on the days [since, until), the newest first, and where the next ones begin.

    Raises `BadCursor`.
    """
    rows: QuerySet[CampaignCost] = CampaignCost.objects.filter(campaign=number)
    if since is not None:
        rows = rows.filter(on__gte=since)
    if until is not None:
        rows = rows.filter(on__lt=until)
    if after:
        day, last = _place(after)
        rows = rows.filter(Q(on__lt=day) | Q(on=day, pk__lt=last))
    found = [cost_view_of(row) for row in rows.order_by("-on", "-pk")[: limit + 1]]
    shown = found[:limit]
    return shown, cursor.encode(shown[-1].on, shown[-1].id) if len(found) > limit else None


def costs_and_sums(
    number: int, *, since: date, until: date, limit: int = 50
) -> tuple[tuple[Money, ...], list[CostView], bool]:
    """Return `costs_of_one` of the days [since, until), the newest costs of any day, and whether there are more."""
    sums = by_hand.Question(
        "SELECT currency, CAST(SUM(amount_minor) AS bigint) FROM capture_campaigncost WHERE campaign_id = %s"
        ' AND "on" >= %s AND "on" < %s GROUP BY currency',
        (number, since.isoformat(), until.isoformat()), 2,
        lambda rows: tuple(Money(minor, currency) for currency, minor in rows), order=(0,),
    )  # fmt: skip
    newest = by_hand.Question(
        'SELECT id, campaign_id, "on", amount_minor, currency, external, entry FROM capture_campaigncost'
        ' WHERE campaign_id = %s ORDER BY "on" DESC, id DESC LIMIT %s',
        (number, limit + 1), 7, lambda rows: [_cost(*row) for row in rows][::-1], order=(2, 0),
    )  # fmt: skip
    found = by_hand.at_once(sums, newest)
    costs = found.to(newest)
    return found.to(sums), costs[:limit], len(costs) > limit


def _cost(
    number: int, campaign: int, on: str, minor: int, currency: str, external: str | None, entry: int
) -> CostView:  # fmt: skip
    return CostView(number, campaign, date.fromisoformat(on), Money(minor, currency), external, entry)


def _place(after: str) -> tuple[date, int]:
    day, last = cursor.decode(after, str, int)
    try:
        return date.fromisoformat(str(day)), int(last)
    except ValueError as error:
        raise cursor.BadCursor(worded("The list has no such place.")) from error


def form(slug: str) -> FormView:
    """Return the hosted form at that address, open or closed; raises `UnknownForm`."""
    row = Form.objects.filter(slug=slug).first()
    if row is None:
        raise UnknownForm(worded("There is no form {slug}.", slug=repr(slug)), details={"form": slug})
    return form_view_of(row)


def forms() -> list[FormView]:
    """Return the hosted forms, the oldest first."""
    return [form_view_of(row) for row in Form.objects.order_by("pk")]


def first_touch(acts: Iterable[ActRow]) -> Touch:
    """Return how the persons behind these acts first came to us; a campaign nobody has made has no number yet."""
    told = list(acts)
    names = {fold(rules.campaign_name(act)) for act in told} - {""}
    known: dict[str, tuple[int, str]] = {}
    for some in batched(sorted(names), _AT_ONCE):
        rows = CampaignName.objects.filter(key__in=some).values_list("key", "campaign", "campaign__channel")
        known.update({key: (number, channel) for key, number, channel in rows})
    return rules.first_touch(told, known, frozenset(settings().own_domains))


def view_of(row: Campaign) -> CampaignView:
    """Return a row as other packages see it."""
    return CampaignView(row.pk, row.name, row.channel, row.created_at, row.note, row.starts_on, row.ends_on)


def cost_view_of(row: CampaignCost) -> CostView:
    """Return a row as other packages see it."""
    amount = Money(row.amount_minor, row.currency)
    return CostView(row.pk, row.campaign_id, row.on, amount, row.external, row.entry)


def form_view_of(row: Form) -> FormView:
    """Return a row as other packages see it."""
    fields = tuple(
        FormField(each["name"], each["label"], FieldType(each["type"]), each["is_required"], tuple(each["choices"]))
        for each in row.fields
    )
    return FormView(
        slug=row.slug,
        key=row.key,
        title=row.title,
        intro=row.intro,
        thanks=row.thanks,
        fields=fields,
        purposes=tuple(row.consent_purposes),
        id=row.pk,
        created_at=row.created_at,
        closed_at=row.closed_at,
    )
