"""What is done with a mail to many before and while it goes out."""

from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime, timedelta
from typing import Final

from django.db import transaction

from leadpact.base.wording import worded
from leadpact.ledger.actions import append, append_one
from leadpact.ledger.types import NewEntry
from leadpact.nurture import reads, rules
from leadpact.nurture.errors import MailingNotDraft, NobodyChosen, UnknownMailing
from leadpact.nurture.models import Mailing, Recipient
from leadpact.nurture.types import Audience, Chosen, Draft, MailingState, MailingView, Refusal, SendState
from leadpact.team.types import Actor

HOLD: Final = timedelta(seconds=30)  # between the press of the button and the first mail: time to stop it


def draft(wanted: Draft, *, audience: Audience | None = None, by: Actor, now: datetime) -> MailingView:
    """Begin a mail; raises `BadLetter`."""
    letter = rules.read(wanted.subject, wanted.body)
    with transaction.atomic():
        row = Mailing.objects.create(
            subject=letter.subject, body=wanted.body.strip(), campaign=wanted.campaign,
            audience=None if audience is None else asdict(audience), created_at=now, created_by=by.id or 0,
        )  # fmt: skip
        _say("mailing.created", row, {"campaign": row.campaign}, by=by, now=now)
    return reads.view_of(row)


def rewrite(mailing: int, wanted: Draft, *, by: Actor, now: datetime) -> MailingView:
    """Change the words of a draft; raises `BadLetter`, `UnknownMailing`, `MailingNotDraft`."""
    letter = rules.read(wanted.subject, wanted.body)
    with transaction.atomic():
        row = _draft(mailing)
        row.subject, row.body, row.campaign = letter.subject, wanted.body.strip(), wanted.campaign
        row.save()
        _say("mailing.changed", row, {"campaign": row.campaign}, by=by, now=now)
    return reads.view_of(row)


def choose(mailing: int, audience: Audience, *, by: Actor, now: datetime) -> MailingView:
    """Say who gets a draft; raises `UnknownMailing`, `MailingNotDraft`."""
    with transaction.atomic():
        row = _draft(mailing)
        row.audience = asdict(audience)
        row.save(update_fields=["audience"])
        _say("mailing.changed", row, {"has_audience": True}, by=by, now=now)
    return reads.view_of(row)


def start(mailing: int, *, by: Actor, now: datetime) -> MailingView:
    """Let a draft go out, after a moment in which it can be stopped; a second press changes nothing.

    Raises `UnknownMailing`, `NobodyChosen`.
    """
    with transaction.atomic():
        row = _locked(mailing)
        if row.state == MailingState.DRAFT:
            if row.audience is None:
                raise NobodyChosen(worded("Nobody is chosen yet."))
            row.state, row.place = MailingState.CHOOSING.value, ""
            row.started_by, row.starts_at = by.id, now + HOLD
            row.save()
            _say("mailing.started", row, {"campaign": row.campaign}, by=by, now=now)
    return reads.view_of(row)


def stop(mailing: int, *, by: Actor, now: datetime) -> MailingView:
    """Send no more of a mail; what has left has left.  Raises `UnknownMailing`."""
    with transaction.atomic():
        row = _locked(mailing)
        if row.state in {MailingState.CHOOSING, MailingState.SENDING}:
            # Choosing that was cut short goes on from its place.
            row.state = MailingState.STOPPED.value
            row.save(update_fields=["state"])
            _say("mailing.stopped", row, {}, by=by, now=now)
    return reads.view_of(row)


def go_on(mailing: int, *, by: Actor, now: datetime) -> MailingView:
    """Take up a stopped mail where it was; nobody gets it twice.  Raises `UnknownMailing`."""
    with transaction.atomic():
        row = _locked(mailing)
        if row.state == MailingState.STOPPED:
            row.state, row.started_by = MailingState.CHOOSING.value, by.id
            row.starts_at = now + HOLD
            row.save()
            _say("mailing.started", row, {"campaign": row.campaign}, by=by, now=now)
    return reads.view_of(row)


def choose_more(mailing: int, chosen: Sequence[Chosen], *, place: str, following: str | None, now: datetime) -> bool:
    """Keep one part of the audience with what was found out; True where that was done.

    place      where this part began: another worker that took the same part meanwhile wins
    following  where the next part begins, None after the last
    """
    with transaction.atomic():
        row = Mailing.objects.select_for_update().filter(pk=mailing, state=MailingState.CHOOSING, place=place).first()
        if row is None:
            return False
        new = _recipients(row, chosen, now)
        Recipient.objects.bulk_create(new, batch_size=500)
        refused = [each for each in new if each.state == SendState.REFUSED]
        append([_refusal(row, each, now) for each in refused], by=_starter(row), now=now)
        row.place = following or "end"
        if following is None:
            row.state = MailingState.SENDING.value
        row.save(update_fields=["place", "state"])
    return True


def _recipients(row: Mailing, chosen: Sequence[Chosen], now: datetime) -> list[Recipient]:
    """Rows for those who have none yet; of several with one address the first gets the mail."""
    persons, keys = {each.person for each in chosen}, {each.address_key for each in chosen}
    known = set(Recipient.objects.filter(mailing=row, person__in=persons).values_list("person", flat=True))
    taken = Recipient.objects.filter(mailing=row, address_key__in=keys).exclude(state=SendState.REFUSED)
    addresses = set(taken.values_list("address_key", flat=True))
    new: list[Recipient] = []
    for each in chosen:
        if each.person in known:
            continue
        known.add(each.person)
        refused = each.refused or (Refusal.SAME_ADDRESS if each.address_key in addresses else None)
        if refused is None:
            addresses.add(each.address_key)
        new.append(
            Recipient(
                mailing=row,
                person_id=each.person,
                identity=each.identity,
                address=each.address,
                address_key=each.address_key,
                is_followed=each.is_followed,
                due_at=row.starts_at or now,
                state=SendState.REFUSED if refused else SendState.DUE,
                reason=refused or "",
            )
        )
    return new


def _refusal(row: Mailing, each: Recipient, now: datetime) -> NewEntry:
    facts = {"message": row.subject, "mailing": row.pk, "reason": str(each.reason)}
    return NewEntry("mail.refused", now, each.identity, f"mailing:{row.pk}", facts)


def _starter(row: Mailing) -> Actor:
    return Actor("user", row.started_by)


def _locked(mailing: int) -> Mailing:
    row = Mailing.objects.select_for_update().filter(pk=mailing).first()
    if row is None:
        raise UnknownMailing(worded("There is no mail {mailing}.", mailing=mailing), details={"mailing": mailing})
    return row


def _draft(mailing: int) -> Mailing:
    row = _locked(mailing)
    if row.state != MailingState.DRAFT:
        raise MailingNotDraft(worded("This mail has been sent or is being sent."))
    return row


def _say(kind: str, row: Mailing, facts: dict[str, int | bool | None], *, by: Actor, now: datetime) -> None:
    said = {"mailing": row.pk, "message": row.subject, **facts}
    append_one(NewEntry(kind, now, about=f"mailing:{row.pk}", facts=said), by=by, now=now)
