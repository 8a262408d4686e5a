"""How each user wants to be told: in the app or by mail, at once or gathered, and when not."""

from datetime import datetime
from zoneinfo import ZoneInfo

from django.db import transaction

from leadpact.base.wording import worded
from leadpact.ledger.actions import append_one
from leadpact.ledger.types import NewEntry
from leadpact.team.errors import BadChoices
from leadpact.team.models import User
from leadpact.team.notice_kinds import KINDS
from leadpact.team.types import Actor, ByMail, Choice, NoticeChoices, QuietHours


def notice_choices(user_id: int) -> NoticeChoices:
    """Return what a user chose, with what is usual for the rest."""
    return choices_of(User.objects.get(pk=user_id))


def choose_notices(user_id: int, wanted: NoticeChoices, *, by: Actor, now: datetime) -> None:
    """Replace what a user chose; kinds that are left out go as is usual.  Raises `BadChoices`."""
    unknown = sorted(set(wanted.by_kind) - set(KINDS))
    if unknown:
        raise BadChoices(
            worded("There are no notices of {kinds}.", kinds=", ".join(unknown)), details={"kinds": unknown}
        )
    if wanted.quiet is not None and wanted.quiet.since == wanted.quiet.until:
        raise BadChoices(
            worded("Quiet hours need an end other than their beginning."), details={"field": "quiet_until"}
        )
    kept = {kind: [each.in_app, each.mail.value] for kind, each in wanted.by_kind.items() if each != KINDS[kind].usual}
    quiet = wanted.quiet
    with transaction.atomic():
        User.objects.filter(pk=user_id).update(
            notice_choices=kept,
            quiet_since=quiet.since if quiet else None,
            quiet_until=quiet.until if quiet else None,
            zone=wanted.zone.key if wanted.zone else "",
        )
        facts = {
            "notices": dict(kept),
            "quiet": [quiet.since.isoformat("minutes"), quiet.until.isoformat("minutes")] if quiet else None,
            "zone": wanted.zone.key if wanted.zone else "",
        }
        append_one(NewEntry("user.changed", now, about=f"user:{user_id}", facts=facts), by=by, now=now)


def choices_of(user: User) -> NoticeChoices:
    chosen = {kind: each.usual for kind, each in KINDS.items()}
    for kind, (in_app, mail) in user.notice_choices.items():
        if kind in chosen:  # a kind that a later version no longer has
            chosen[kind] = Choice(in_app, ByMail(mail))
    quiet = QuietHours(user.quiet_since, user.quiet_until) if user.quiet_since and user.quiet_until else None
    return NoticeChoices(chosen, quiet, ZoneInfo(user.zone) if user.zone else None)
