"""How long what is kept about people is kept: a number of days by rule, which the company may change or switch off."""

from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum
from typing import Final

from django.db import transaction

from leadpact.base.errors import BadInput
from leadpact.base.wording import worded
from leadpact.ledger import reads as ledger
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
    RAW = "raw"  # what came with acts besides what is counted: words, values of forms, the event as it came


# 13 months, a week, 24 months, 13 months, for ever.
USUAL: Final[Mapping[Rule, int]] = {
    Rule.ANONYMOUS: 396, Rule.IP: 7, Rule.MAIL_BODIES: 731, Rule.QUARANTINE: 396, Rule.RAW: 0,
}  # fmt: skip
LONGEST: Final = 3_660


class BadRetention(BadInput):
    code = "bad_retention"
    what_to_do = worded("Give days from 1 to 3660, or 0 to keep it for ever.")


class NoSuchChange(BadInput):
    code = "no_such_change"
    what_to_do = worded("Set the days again under Settings, Privacy.")


def days() -> dict[Rule, int]:
    """Return the days of every rule; 0: it is switched off."""
    said = Company.objects.filter(pk=1).values_list("retention", flat=True).first() or {}
    return {rule: int(said.get(rule, usual)) for rule, usual in USUAL.items()}


def set_days(wanted: Mapping[Rule, int], *, by: Actor, now: datetime) -> int | None:
    """Keep things for so many days from now on; returns the entry that says so, None where nothing changes.

    Raises `BadRetention`.
    """
    for rule, number in wanted.items():
        if not 0 <= number <= LONGEST:
            raise BadRetention(
                worded("{days} days cannot be kept to.", days=number), details={"field": str(rule), "days": number}
            )
    with transaction.atomic():
        before = days()
        after = {**before, **wanted}
        changed = {
            str(rule): {"old": before[rule], "new": after[rule]} for rule in after if before[rule] != after[rule]
        }
        if not changed:
            return None
        Company.objects.update_or_create(pk=1, defaults={"retention": {str(k): v for k, v in after.items()}})
        facts = {"retention": changed}
        return append_one(NewEntry("settings.changed", now, about="settings", facts=facts), by=by, now=now)


def set_back(entry: int, *, by: Actor, now: datetime) -> None:
    """Take the change back that an entry tells of; rules that were changed again since stay.

    Raises `NoSuchChange`.
    """
    found = ledger.entry(entry)
    changed = found.facts.get("retention") if found is not None and found.kind == "settings.changed" else None
    if not isinstance(changed, Mapping):
        raise NoSuchChange(worded("Entry {entry} is no change of how long things are kept.", entry=entry))
    now_set = days()
    set_days({Rule(name): each["old"] for name, each in changed.items() if now_set[Rule(name)] == each["new"]},
             by=by, now=now)  # fmt: skip
