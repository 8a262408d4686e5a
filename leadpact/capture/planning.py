"""What is changed of a campaign and of what it cost; each change is an entry of its own."""

from dataclasses import asdict
from datetime import date, datetime

from django.db import transaction

from leadpact.base.money import Money
from leadpact.base.text import fold, truncate
from leadpact.base.wording import worded
from leadpact.capture import reads
from leadpact.capture.actions import name_of
from leadpact.capture.errors import BadCampaign, BadCost, CampaignTaken, UnknownCost
from leadpact.capture.models import Campaign, CampaignCost, CampaignName
from leadpact.capture.types import CampaignFields, CampaignView, CostView
from leadpact.ledger.actions import append_one
from leadpact.ledger.types import NewEntry
from leadpact.team.types import Actor

LONGEST_NOTE = 4_000


def plan(wanted: CampaignFields, *, by: Actor, now: datetime) -> CampaignView:
    """Make a campaign of which nobody has told us yet; raises `CampaignTaken`, `BadCampaign`."""
    fields = _cleaned(wanted)
    with transaction.atomic():
        _refuse_taken(fields.name, None)
        row = Campaign.objects.create(name_key=fold(fields.name), created_at=now, **asdict(fields))
        CampaignName.objects.create(key=row.name_key, campaign=row)
        facts = {"campaign": row.pk, **_plain(fields)}
        append_one(NewEntry("campaign.created", now, about=f"campaign:{row.pk}", facts=facts), by=by, now=now)
    return reads.view_of(row)


def change_campaign(campaign: int, wanted: CampaignFields, *, by: Actor, now: datetime) -> CampaignView:
    """Change a campaign; links that carry its earlier name go on counting for it.

    Raises `UnknownCampaign`, `CampaignTaken`, `BadCampaign`.
    """
    fields = _cleaned(wanted)
    with transaction.atomic():
        row = Campaign.objects.select_for_update().get(pk=reads.campaign(campaign).id)
        _refuse_taken(fields.name, row.pk)
        before = _plain(CampaignFields(row.name, row.channel, row.note, row.starts_on, row.ends_on))
        after = _plain(fields)
        changed = {name: {"old": before[name], "new": after[name]} for name in after if before[name] != after[name]}
        if changed:
            for name, value in asdict(fields).items():
                setattr(row, name, value)
            row.name_key = fold(fields.name)
            row.save()
            CampaignName.objects.get_or_create(key=row.name_key, defaults={"campaign": row})
            facts = {"campaign": row.pk, **changed}
            append_one(NewEntry("campaign.changed", now, about=f"campaign:{row.pk}", facts=facts), by=by, now=now)
    return reads.view_of(row)


def change_cost(cost: int, on: date, amount: Money, *, by: Actor, now: datetime) -> CostView:
    """Correct a cost; the entry says what it was before.  Raises `UnknownCost`, `BadCost`."""
    if amount.minor < 0:
        raise BadCost(worded("A cost is never below nothing."), details={"field": "amount"})
    with transaction.atomic():
        row = CampaignCost.objects.select_for_update().filter(pk=cost).first()
        if row is None:
            raise UnknownCost(worded("There is no cost {cost}.", cost=cost), details={"cost": cost})
        was = {"on": row.on.isoformat(), "amount_minor": row.amount_minor, "currency": row.currency}
        row.on, row.amount_minor, row.currency = on, amount.minor, amount.currency
        new = {"on": on.isoformat(), "amount_minor": amount.minor, "currency": amount.currency}
        if new != was:
            facts = {"campaign": row.campaign_id, **new, "was": {"campaign": row.campaign_id, **was}}
            entry = NewEntry("campaign.cost_recorded", now, about=f"campaign:{row.campaign_id}", facts=facts)
            row.entry = append_one(entry, by=by, now=now)
            row.save()
    return reads.cost_view_of(row)


def _cleaned(wanted: CampaignFields) -> CampaignFields:
    if wanted.starts_on and wanted.ends_on and wanted.ends_on < wanted.starts_on:
        raise BadCampaign(worded("A campaign ends after it begins."), details={"field": "ends_on"})
    channel = truncate(wanted.channel.replace("\x00", "").strip(), 80)
    note = truncate(wanted.note.replace("\x00", "").strip(), LONGEST_NOTE)
    return CampaignFields(name_of(wanted.name), channel, note, wanted.starts_on, wanted.ends_on)


def _refuse_taken(name: str, own: int | None) -> None:
    holder = CampaignName.objects.filter(key=fold(name)).values_list("campaign", flat=True).first()
    if holder is not None and holder != own:
        raise CampaignTaken(worded("There is a campaign {name} already.", name=repr(name)), details={"field": "name"})


def _plain(fields: CampaignFields) -> dict[str, str | None]:
    return {
        "name": fields.name,
        "channel": fields.channel,
        "note": fields.note,
        "starts_on": fields.starts_on.isoformat() if fields.starts_on else None,
        "ends_on": fields.ends_on.isoformat() if fields.ends_on else None,
    }
