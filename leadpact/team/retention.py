"""How long what is kept about people is kept: a number of days by rule, which the company may change or switch off."""

from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum
from typing import Final

from django.db import transaction

from leadpact.base.errors import BadInput
from leadpact.ledger.actions import append_one
from leadpact.ledger.types import NewEntry
from leadpact.team.models import Company
from leadpact.team.types import Actor


class Rule(StrEnum):
    """What goes after some days."""

    ANONYMOUS = "anonymous"  # visitors nobody knows, without an act
    IP = "ip"  # addresses acts came from
    MAIL_BODIES = "mail_bodies"  # of notices that were mailed
    QUARANTINE = "quarantine"  # bodies of events that were released or discarded


# 13 months, a week, 24 months, 13 months.
USUAL: Final[Mapping[Rule, int]] = {Rule.ANONYMOUS: 396, Rule.IP: 7, Rule.MAIL_BODIES: 731, Rule.QUARANTINE: 396}
LONGEST: Final = 3_660


class BadRetention(BadInput):
    code = "bad_retention"
    what_to_do = "Give days from 1 to 3660, or 0 to keep it for ever."


def days() -> dict[Rule, int]:
    """Return the days of every rule; 0: it is switched off."""
    said = Company.objects.filter(pk=1).values_list("retention", flat=True).first() or {}
    return {rule: int(said.get(rule, usual)) for rule, usual in USUAL.items()}


def set_days(wanted: Mapping[Rule, int], *, by: Actor, now: datetime) -> None:
    """Keep things for so many days from now on.  Raises `BadRetention`."""
    for rule, number in wanted.items():
        if not 0 <= number <= LONGEST:
            raise BadRetention(f"{number} days cannot be kept to.", details={"rule": str(rule), "days": number})
    with transaction.atomic():
        before = days()
        after = {**before, **wanted}
        Company.objects.update_or_create(pk=1, defaults={"retention": {str(k): v for k, v in after.items()}})
        changed = {
            str(rule): {"old": before[rule], "new": after[rule]} for rule in after if before[rule] != after[rule]
        }
        if changed:
            append_one(
                NewEntry("settings.changed", now, about="settings", facts={"retention": changed}), by=by, now=now
            )
