"""What can be asked of mails to many and their recipients."""

from collections.abc import Collection
from typing import Any, Final

from django.db.models import Count, Q

from leadpact.base import cursor
from leadpact.base.wording import worded
from leadpact.nurture.errors import UnknownMailing
from leadpact.nurture.models import Mailing, Recipient
from leadpact.nurture.types import Audience, MailingState, MailingView, RecipientView, Refusal, SendState, Tally

_NOBODY: Final = Tally()


def mailing(number: int) -> MailingView:
    """Return one mail; raises `UnknownMailing`."""
    row = Mailing.objects.filter(pk=number).first()
    if row is None:
        raise UnknownMailing(worded("There is no mail {mailing}.", mailing=number), details={"mailing": number})
    return view_of(row)


def mailings(
    *, campaign: int | None = None, after: str | None = None, limit: int = 50
) -> tuple[list[MailingView], str | None]:
    """Return mails, or those of a campaign, the newest first, and where the next ones begin; raises `BadCursor`."""
    rows = Mailing.objects.order_by("-pk")
    if campaign is not None:
        rows = rows.filter(campaign=campaign)
    if after:
        (last,) = cursor.decode(after, int)
        rows = rows.filter(pk__lt=last)
    found = [view_of(row) for row in rows[: limit + 1]]
    shown = found[:limit]
    return shown, cursor.encode(shown[-1].id) if len(found) > limit else None


def tallies(numbers: Collection[int]) -> dict[int, Tally]:
    """Return how many recipients of each mail stand where."""
    counts: dict[int, dict[SendState, int]] = {}
    reasons: dict[int, dict[Refusal, int]] = {}
    did: dict[int, tuple[int, int, int]] = {}
    rows = Recipient.objects.filter(mailing__in=numbers).values_list("mailing", "state", "reason")
    counted = rows.annotate(
        n=Count("pk"),
        clicked=Count("pk", filter=Q(clicked_at__isnull=False)),
        gone=Count("pk", filter=Q(unsubscribed_at__isnull=False)),
        held=Count("pk", filter=Q(held_at__isnull=False, unsubscribed_at=None)),
    )
    for number, state, reason, n, clicked, gone, held in counted:
        mine = counts.setdefault(number, {})
        mine[SendState(state)] = mine.get(SendState(state), 0) + n
        if reason:
            reasons.setdefault(number, {})[Refusal(reason)] = n
        before = did.get(number, (0, 0, 0))
        did[number] = (before[0] + clicked, before[1] + gone, before[2] + held)
    return {
        number: Tally(counts[number], reasons.get(number, {}), *did[number]) if number in counts else _NOBODY
        for number in numbers
    }


def recipients(
    number: int,
    *,
    state: SendState | None = None,
    is_held: bool = False,
    after: str | None = None,
    limit: int = 50,
) -> tuple[list[RecipientView], str | None]:
    """Return recipients of a mail in the order they were chosen, and where the next ones begin; raises `BadCursor`.

    is_held  those alone whose unsubscribe waits to be confirmed
    """
    rows = Recipient.objects.filter(mailing=number).order_by("pk")
    if is_held:
        rows = rows.filter(held_at__isnull=False, unsubscribed_at=None)
    if state is not None:
        rows = rows.filter(state=state)
    if after:
        (last,) = cursor.decode(after, int)
        rows = rows.filter(pk__gt=last)
    found = [recipient_view_of(row) for row in rows[: limit + 1]]
    shown = found[:limit]
    return shown, cursor.encode(shown[-1].id) if len(found) > limit else None


def recipient(number: int) -> RecipientView | None:
    """Return one recipient, None where there is none."""
    row = Recipient.objects.filter(pk=number).first()
    return None if row is None else recipient_view_of(row)


def view_of(row: Mailing) -> MailingView:
    """Return a row as other packages see it."""
    return MailingView(
        row.pk, row.subject, row.body, row.campaign, _audience(row.audience), MailingState(row.state), row.place,
        row.created_at, row.created_by, row.started_by, row.starts_at, row.finished_at,
    )  # fmt: skip


def recipient_view_of(row: Recipient) -> RecipientView:
    """Return a row as other packages see it."""
    return RecipientView(
        row.pk, row.mailing_id, row.person_id, row.identity, row.address, row.address_key, SendState(row.state),
        Refusal(row.reason) if row.reason else None, row.attempts, row.is_followed,
        row.sent_at, row.clicked_at, row.unsubscribed_at, row.held_at, row.held_why, row.asked_at,
    )  # fmt: skip


def _audience(said: dict[str, Any] | None) -> Audience | None:
    return (
        None
        if said is None
        else Audience(**{**said, "persons": tuple(said["persons"]), "without": tuple(said["without"])})
    )
