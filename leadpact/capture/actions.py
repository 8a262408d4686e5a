"""What can be done with campaigns, what they cost, and hosted forms."""

from collections.abc import Iterable, Sequence
from dataclasses import asdict
from datetime import date, datetime
from itertools import batched
from typing import Final

from django.db import transaction

from leadpact.base.money import Money
from leadpact.base.text import fold, truncate
from leadpact.base.wording import worded
from leadpact.capture import reads
from leadpact.capture.errors import BadCampaign, BadCost, FormExists, UnknownForm
from leadpact.capture.form_rules import USUAL_FORMS, check_form
from leadpact.capture.models import Campaign, CampaignCost, CampaignName, Form
from leadpact.capture.types import CampaignView, FormView, NewCost, NewForm, Recorded, Touch
from leadpact.engagement.types import ActRow
from leadpact.ledger.actions import append, append_one
from leadpact.ledger.types import NewEntry
from leadpact.team.types import Actor

_AT_ONCE: Final = 2_000
_LONGEST_NAME: Final = 200


def create_campaign(name: str, *, channel: str = "", by: Actor, now: datetime) -> CampaignView:
    """Make a campaign, or return the one of that name; a channel said now fills one not said before.

    Raises `BadCampaign`.
    """
    written = name_of(name)
    said = truncate(channel.replace("\x00", "").strip(), 80)
    with transaction.atomic():
        row, is_new = Campaign.objects.filter(names__key=fold(written)).first(), False
        if row is None:
            row, is_new = Campaign.objects.get_or_create(
                name_key=fold(written), defaults={"name": written, "channel": said, "created_at": now}
            )
            CampaignName.objects.get_or_create(key=row.name_key, defaults={"campaign": row})
        about = f"campaign:{row.pk}"
        if is_new:
            facts = {"campaign": row.pk, "name": written, "channel": said}
            append_one(NewEntry("campaign.created", now, about=about, facts=facts), by=by, now=now)
        elif said and not row.channel:
            _change_channel(row, said, by=by, now=now)
    return reads.view_of(row)


def name_of(text: str) -> str:
    """Return a name for a campaign as it is kept; raises `BadCampaign`."""
    written = text.replace("\x00", "").strip()
    if not written or len(written) > _LONGEST_NAME:
        raise BadCampaign(
            worded("{text} is no name for a campaign.", text=repr(truncate(text, 80))), details={"field": "name"}
        )
    return written


def set_channel(campaign: int, channel: str, *, by: Actor, now: datetime) -> CampaignView:
    """Say by which channel a campaign reaches people; raises `UnknownCampaign`."""
    said = truncate(channel.replace("\x00", "").strip(), 80)
    with transaction.atomic():
        row = Campaign.objects.select_for_update().filter(pk=reads.campaign(campaign).id).get()
        if row.channel != said:
            _change_channel(row, said, by=by, now=now)
    return reads.view_of(row)


def record_cost(
    campaign: int, on: date, amount: Money, *, external: str | None = None, by: Actor, now: datetime
) -> Recorded:
    """Record what a campaign cost on a day; raises `UnknownCampaign`, `BadCost`."""
    return record_costs([NewCost(campaign, on, amount, external)], by=by, now=now)[0]


def record_costs(costs: Sequence[NewCost], *, by: Actor, now: datetime) -> list[Recorded]:
    """Record costs and return what was done with each, in order.

    One that is known by its `external` changes where it differs, and an entry says from what to what;
    the same again changes nothing.  One without `external` is always a further cost.
    Raises `UnknownCampaign`, `BadCost`; nothing is written then.
    """
    _check(costs)
    done: list[Recorded] = []
    entries: list[NewEntry] = []
    with transaction.atomic():
        known = _known([cost.external for cost in costs if cost.external])
        fresh: list[CampaignCost] = []
        changed: dict[str, CampaignCost] = {}
        for cost in costs:
            row = known.get(cost.external or "")
            what = _weigh(row, cost)
            done.append(what)
            if what is Recorded.UNCHANGED:
                continue
            entries.append(_entry(row, cost, now))
            if row is None:
                row = CampaignCost(external=cost.external)
                fresh.append(row)
            elif row.pk:
                changed[cost.external or ""] = row
            _put(row, cost)
            if cost.external:
                known[cost.external] = row
        _save(fresh, list(changed.values()), append(entries, by=by, now=now) if entries else [], done, costs, known)
    return done


def note_first_touch(acts: Iterable[ActRow], *, by: Actor, now: datetime) -> Touch:
    """Return how the persons behind these acts first came to us; the campaign is made where nobody has yet.

    For the acts behind a pursuit: links name campaigns that nobody told us of, and their leads must count.
    """
    told = list(acts)
    touch = reads.first_touch(told)
    if touch.campaign is None and touch.campaign_name:
        create_campaign(touch.campaign_name, by=by, now=now)
        return reads.first_touch(told)
    return touch


def create_form(wanted: NewForm, *, by: Actor, now: datetime) -> FormView:
    """Make a hosted form; raises `BadForm`, and `FormExists` for an address that is taken."""
    check_form(wanted)
    with transaction.atomic():
        if Form.objects.filter(slug=wanted.slug).exists():
            raise FormExists(
                worded("There is a form {slug} already.", slug=repr(wanted.slug)), details={"field": "slug"}
            )
        row = Form(slug=wanted.slug, created_at=now)
        _put_form(row, wanted)
        _say_form("form.created", row, by=by, now=now)
    return reads.form_view_of(row)


def change_form(slug: str, wanted: NewForm, *, by: Actor, now: datetime) -> FormView:
    """Change a hosted form; its address stays.  Raises `BadForm`, `UnknownForm`."""
    check_form(wanted)
    with transaction.atomic():
        row = _locked_form(slug)
        _put_form(row, wanted)
        _say_form("form.changed", row, by=by, now=now)
    return reads.form_view_of(row)


def close_form(slug: str, *, by: Actor, now: datetime) -> FormView:
    """Take no more submissions by a form; what came by it stays.  Raises `UnknownForm`."""
    with transaction.atomic():
        row = _locked_form(slug)
        if row.closed_at is None:
            row.closed_at = now
            row.save()
            _say_form("form.changed", row, by=by, now=now)
    return reads.form_view_of(row)


def ensure_default_forms(*, by: Actor, now: datetime) -> None:
    """Make the contact and demo forms where they are missing."""
    with transaction.atomic():
        there = set(Form.objects.values_list("slug", flat=True))
        for wanted in USUAL_FORMS:
            if wanted.slug not in there:
                create_form(wanted, by=by, now=now)


def _change_channel(row: Campaign, channel: str, *, by: Actor, now: datetime) -> None:
    facts = {"campaign": row.pk, "channel": {"old": row.channel, "new": channel}}
    row.channel = channel
    row.save(update_fields=["channel"])
    append_one(NewEntry("campaign.changed", now, about=f"campaign:{row.pk}", facts=facts), by=by, now=now)


def _check(costs: Sequence[NewCost]) -> None:
    wanted = {cost.campaign for cost in costs}
    missing = wanted - {each.id for each in reads.campaigns(wanted)}
    for number in sorted(missing):
        reads.campaign(number)  # raises
    for cost in costs:
        if cost.amount.minor < 0:
            raise BadCost(worded("A cost is never below nothing."), details={"field": "amount"})
        if cost.external is not None and not 0 < len(cost.external) <= 120:
            raise BadCost(worded("The number of a cost is empty or too long."), details={"field": "external"})


def _known(externals: Sequence[str]) -> dict[str, CampaignCost]:
    found: dict[str, CampaignCost] = {}
    for some in batched(externals, _AT_ONCE):
        rows = CampaignCost.objects.select_for_update().filter(external__in=some)
        found.update({row.external or "": row for row in rows})
    return found


def _weigh(row: CampaignCost | None, cost: NewCost) -> Recorded:
    if row is None:
        return Recorded.CREATED
    stands = (row.campaign_id, row.on, row.amount_minor, row.currency)
    same = stands == (cost.campaign, cost.on, cost.amount.minor, cost.amount.currency)
    return Recorded.UNCHANGED if same else Recorded.UPDATED


def _entry(row: CampaignCost | None, cost: NewCost, now: datetime) -> NewEntry:
    facts = {
        "campaign": cost.campaign, "on": cost.on.isoformat(),
        "amount_minor": cost.amount.minor, "currency": cost.amount.currency,
    }  # fmt: skip
    if row is not None:
        facts["was"] = {
            "campaign": row.campaign_id, "on": row.on.isoformat(),
            "amount_minor": row.amount_minor, "currency": row.currency,
        }  # fmt: skip
    return NewEntry("campaign.cost_recorded", now, about=f"campaign:{cost.campaign}", facts=facts)


def _put(row: CampaignCost, cost: NewCost) -> None:
    row.campaign_id, row.on = cost.campaign, cost.on
    row.amount_minor, row.currency = cost.amount.minor, cost.amount.currency


def _save(
    fresh: list[CampaignCost],
    changed: list[CampaignCost],
    entries: list[int],
    done: list[Recorded],
    costs: Sequence[NewCost],
    known: dict[str, CampaignCost],
) -> None:
    """Give each row the entry that last spoke of it, and write the rows."""
    numbers, unnamed = iter(entries), iter([row for row in fresh if row.external is None])
    for what, cost in zip(done, costs, strict=True):
        if what is not Recorded.UNCHANGED:
            row = known[cost.external] if cost.external else next(unnamed)
            row.entry = next(numbers)
    CampaignCost.objects.bulk_create(fresh, batch_size=_AT_ONCE)
    fields = ["campaign", "on", "amount_minor", "currency", "entry"]
    CampaignCost.objects.bulk_update(changed, fields, batch_size=500)


def _locked_form(slug: str) -> Form:
    row = Form.objects.select_for_update().filter(slug=slug).first()
    if row is None:
        raise UnknownForm(worded("There is no form {slug}.", slug=repr(slug)), details={"form": slug})
    return row


def _put_form(row: Form, wanted: NewForm) -> None:
    row.key, row.title, row.intro, row.thanks = wanted.key, wanted.title, wanted.intro, wanted.thanks
    row.fields = [{**asdict(each), "type": each.type.value, "choices": list(each.choices)} for each in wanted.fields]
    row.consent_purposes = list(wanted.purposes)
    row.save()


def _say_form(kind: str, row: Form, *, by: Actor, now: datetime) -> None:
    facts = {
        "form": row.pk, "slug": row.slug, "key": row.key, "title": row.title, "fields": row.fields,
        "purposes": row.consent_purposes, "is_open": row.closed_at is None,
    }  # fmt: skip
    append_one(NewEntry(kind, now, about=f"form:{row.pk}", facts=facts), by=by, now=now)
