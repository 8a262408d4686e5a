"""What users are told: in the app at once, by mail from a due row, each as they chose."""

from datetime import datetime

from django.conf import settings
from django.db import IntegrityError, transaction

from leadpact.ledger import by_hand
from leadpact.team import choices, reads, rules
from leadpact.team.models import MailState, Notice, User
from leadpact.team.types import ByMail


def notify(
    user_id: int, key: str, kind: str, text: str, url: str = "", *, mail: tuple[str, str] | None = None, now: datetime
) -> bool:
    """Tell one user one thing, once per `key`, in the way they chose for its kind.  False where they were told before.

    mail   (subject, body) of a mail of its own, where it says more than the text and the link
    """
    if by_hand.rows("SELECT 1 FROM team_notice WHERE user_id = %s AND key = %s", [user_id, key]):
        return False
    user = User.objects.get(pk=user_id)
    chosen = choices.choices_of(user)
    choice = chosen.by_kind[kind]
    due_at = None
    if user.is_active and choice.mail is not ByMail.NEVER:
        due_at = rules.mail_due_at(now, choice.mail, chosen.quiet, chosen.zone or reads.settings().zone)
    state = MailState.NONE if due_at is None else MailState.DUE
    subject, body = mail or (text, f"{text}\n\n{settings.BASE_URL}{url}" if url else text)
    row = Notice(user_id=user_id, key=key, kind=kind, text=text, url=url, created_at=now, in_app=choice.in_app)
    row.mail_state, row.mail_due_at, row.mail_is_gathered = state, due_at, choice.mail is ByMail.DAILY
    if due_at is not None:
        row.mail_subject, row.mail_body = " ".join(subject.split())[:300], body
    try:
        with transaction.atomic():
            row.save(force_insert=True)
    except IntegrityError:  # somebody told them between the look and the insert
        if not Notice.objects.filter(user_id=user_id, key=key).exists():
            raise
        return False
    return True


def mark_read(
    user_id: int, notice_ids: list[int] | None = None, *, created_before: datetime | None = None, now: datetime
) -> int:
    """Note that the user has read these notices, or all of theirs, or the older ones; returns how many were unread."""
    unread = Notice.objects.filter(user_id=user_id, read_at=None, in_app=True)
    if notice_ids is not None:
        unread = unread.filter(pk__in=notice_ids)
    if created_before is not None:
        unread = unread.filter(created_at__lt=created_before)
    return unread.update(read_at=now)


def mark_unread(user_id: int, *, notice_id: int | None = None, read_at: datetime | None = None) -> int:
    """Take back that the user has read one notice, or those they read at one moment; returns how many."""
    read = Notice.objects.filter(user_id=user_id, in_app=True).exclude(read_at=None)
    chosen = read.filter(read_at=read_at) if notice_id is None else read.filter(pk=notice_id)
    return chosen.update(read_at=None)
