"""Mails that are due: claimed in a transaction of its own, handed over, and what came of it noted.

A mail goes due -> sending -> sent.  Whoever dies between the claim and the note leaves it in `sending`; later it
becomes `unknown`: perhaps it arrived, so it is never sent again by itself.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from django.db import transaction

from leadpact.base.wording import worded
from leadpact.ledger.actions import append, append_one
from leadpact.ledger.faults import reach
from leadpact.ledger.types import NewEntry
from leadpact.nurture import reads, rules
from leadpact.nurture.errors import UnknownMailing
from leadpact.nurture.models import Mailing, Recipient
from leadpact.nurture.types import MailingState, MailingView, Outcome, RecipientView, Refusal, SendState
from leadpact.team.types import SYSTEM, Actor

LONGEST_SENDING: Final = timedelta(minutes=10)  # the connection's own timeout is far below
_LONGEST_WAIT: Final = timedelta(hours=1)
_STATES: Final = {Outcome.REFUSED: SendState.REFUSED, Outcome.UNKNOWN: SendState.UNKNOWN}


@dataclass(frozen=True)
class Noted:
    """What came of one claimed mail; `refused` where it was not even tried."""

    recipient: RecipientView
    outcome: Outcome
    refused: Refusal = Refusal.SERVER


def next_to_send(now: datetime) -> MailingView | None:
    """Return a mail of which something is to be done now: persons to choose, mails to send, or its end to note."""
    under_way = Mailing.objects.filter(
        state__in=[MailingState.CHOOSING, MailingState.SENDING], starts_at__lte=now
    ).order_by("starts_at", "pk")
    for row in under_way:
        if row.state == MailingState.CHOOSING or _has_work(row, now):
            return reads.view_of(row)
    return None


def claim(mailing: int, *, limit: int, now: datetime) -> list[RecipientView]:
    """Take up to `limit` mails that are due, each for this caller alone.  Must not run inside a transaction."""
    with transaction.atomic(durable=True):
        due = Recipient.objects.select_for_update(skip_locked=True, of=("self",)).filter(
            mailing=mailing, state=SendState.DUE, due_at__lte=now, mailing__state=MailingState.SENDING
        )
        rows = list(due.order_by("due_at", "pk")[:limit])
        numbers = [row.pk for row in rows]
        Recipient.objects.filter(pk__in=numbers).update(state=SendState.SENDING, claimed_at=now)
    reach("mailing.claimed")
    return [reads.recipient_view_of(row) for row in rows]


def note(mailing: MailingView, noted: list[Noted], *, now: datetime) -> None:
    """Write down what came of claimed mails, with an entry for each that left or was refused."""
    entries: list[NewEntry] = []
    links = len(rules.read(mailing.subject, mailing.body).links)  # what "all of them" means to the bot rules
    with transaction.atomic():
        numbers = [each.recipient.id for each in noted]
        claimed = Recipient.objects.select_for_update().filter(pk__in=numbers, state=SendState.SENDING)
        rows = {row.pk: row for row in claimed}  # given up meanwhile: it stays unknown
        sent = [each for each in noted if each.recipient.id in rows and each.outcome is Outcome.SENT]
        Recipient.objects.filter(pk__in=[each.recipient.id for each in sent]).update(state=SendState.SENT, sent_at=now)
        for each in noted:
            row = rows.get(each.recipient.id)
            if row is None:
                continue
            if each.outcome is not Outcome.SENT:
                _put(row, each, now)
                row.save(update_fields=["state", "reason", "attempts", "due_at"])
            if each.outcome in {Outcome.SENT, Outcome.REFUSED}:
                entries.append(_entry(mailing, row, each, links, now))
        if entries:
            append(entries, by=Actor("user", mailing.started_by), now=now)


def give_back(recipients: list[RecipientView]) -> None:
    """Let claimed mails be due again of which the server has seen nothing."""
    numbers = [each.id for each in recipients]
    Recipient.objects.filter(pk__in=numbers, state=SendState.SENDING).update(state=SendState.DUE)


def give_up(mailing: int, *, now: datetime) -> int:
    """Call those unknown that were claimed long ago by somebody who never came back; returns how many."""
    stuck = Recipient.objects.filter(mailing=mailing, state=SendState.SENDING, claimed_at__lt=now - LONGEST_SENDING)
    return stuck.update(state=SendState.UNKNOWN)


def finish(mailing: int, *, now: datetime) -> bool:
    """Note the end of a mail of which nothing is left; True where it ended now."""
    left = Recipient.objects.filter(mailing=mailing, state__in=[SendState.DUE, SendState.SENDING])
    with transaction.atomic():
        row = Mailing.objects.select_for_update().filter(pk=mailing, state=MailingState.SENDING).first()
        if row is None or left.exists():
            return False
        row.state, row.finished_at = MailingState.DONE.value, now
        row.save(update_fields=["state", "finished_at"])
    return True


def note_click(recipient: int, *, now: datetime) -> None:
    """Note the first click; the act itself goes the way of every event."""
    Recipient.objects.filter(pk=recipient, clicked_at=None).update(clicked_at=now)


def note_unsubscribed(recipient: int, *, now: datetime) -> bool:
    """Note that somebody wants no more mails, with the entry; False where that was noted before."""
    with transaction.atomic():
        row = Recipient.objects.select_for_update(of=("self",)).select_related("mailing").filter(pk=recipient).first()
        if row is None:
            raise UnknownMailing(worded("There is no such mail any more."))
        if row.unsubscribed_at is not None:
            return False
        row.unsubscribed_at = now
        row.save(update_fields=["unsubscribed_at"])
        facts = {"message": row.mailing.subject, "mailing": row.mailing_id}
        about = f"mailing:{row.mailing_id}"
        append_one(NewEntry("mail.unsubscribed", now, row.identity, about, facts), by=SYSTEM, now=now)
    return True


def hold_unsubscribe(recipient: int, why: str, *, now: datetime) -> bool:
    """Keep an unsubscribe that looks like a machine's until somebody confirms it; False where it was kept before."""
    waiting = Recipient.objects.filter(pk=recipient, held_at=None, unsubscribed_at=None)
    return bool(waiting.update(held_at=now, held_why=why))


def claim_to_ask(*, limit: int, now: datetime) -> list[RecipientView]:
    """Take those whose unsubscribe is held and who were not asked yet; each is asked at most once."""
    with transaction.atomic():
        rows = Recipient.objects.select_for_update(skip_locked=True, of=("self",)).filter(
            held_at__isnull=False, asked_at=None, unsubscribed_at=None
        )
        taken = list(rows.order_by("held_at")[:limit])
        Recipient.objects.filter(pk__in=[row.pk for row in taken]).update(asked_at=now)
    return [reads.recipient_view_of(row) for row in taken]


def ask_later(recipient: int) -> None:
    """Let somebody be asked again of whom the mail server has seen nothing."""
    Recipient.objects.filter(pk=recipient, unsubscribed_at=None).update(asked_at=None)


def _has_work(row: Mailing, now: datetime) -> bool:
    mine = Recipient.objects.filter(mailing=row)
    if mine.filter(state=SendState.DUE, due_at__lte=now).exists():
        return True
    if mine.filter(state=SendState.SENDING, claimed_at__lt=now - LONGEST_SENDING).exists():
        return True
    return not mine.filter(state__in=[SendState.DUE, SendState.SENDING]).exists()


def _put(row: Recipient, each: Noted, now: datetime) -> None:
    if each.outcome is Outcome.PUT_OFF:
        row.attempts += 1
        wait = min(timedelta(minutes=1) * 2 ** min(row.attempts - 1, 6), _LONGEST_WAIT)
        row.state, row.due_at = SendState.DUE, now + wait
        return
    row.state = _STATES[each.outcome]
    row.reason = each.refused.value if each.outcome is Outcome.REFUSED else ""


def _entry(mailing: MailingView, row: Recipient, each: Noted, links: int, now: datetime) -> NewEntry:
    facts: Mapping[str, str | int] = {"message": mailing.subject, "mailing": mailing.id}
    if each.outcome is Outcome.REFUSED:
        return NewEntry("mail.refused", now, row.identity, mailing.about, {**facts, "reason": row.reason})
    return NewEntry("mail.sent", now, row.identity, mailing.about, {**facts, "links": links})
