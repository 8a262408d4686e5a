"""Links in mails that answer an offer without a login.

A link names the user, the offer and the action, and ends 30 days after it was made.  It only leads to a page
that asks for confirmation: mail scanners follow links, they do not press buttons.
"""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Final

from django.core.signing import BadSignature, Signer

from leadpact.base.wording import worded
from leadpact.handover.errors import BadLink, LinkExpired

LASTS: Final = timedelta(days=30)
_SALT: Final = "leadpact.handover.offer"


class LinkAction(StrEnum):
    ACCEPT = "accept"
    REJECT = "reject"
    LATER = "later"


@dataclass(frozen=True)
class SignedAnswer:
    """Who may do what to which offer by a link."""

    offer: int
    user: int
    action: LinkAction
    expires_at: datetime


def sign(offer: int, user: int, action: LinkAction, *, now: datetime) -> str:
    """Return the token of a link; safe in a URL."""
    expires = int((now + LASTS).timestamp())
    return Signer(salt=_SALT).sign_object([offer, user, action.value, expires], compress=False)


def read(token: str, *, now: datetime) -> SignedAnswer:
    """Return what a token allows; raises `BadLink` and `LinkExpired`."""
    try:
        offer, user, action, expires = Signer(salt=_SALT).unsign_object(token)
    except (BadSignature, ValueError) as error:
        raise BadLink(worded("This link is not complete or not ours.")) from error
    expires_at = datetime.fromtimestamp(expires, tz=UTC)
    if now >= expires_at:
        raise LinkExpired(worded("This link has ended."), details={"offer": offer})
    return SignedAnswer(offer, user, LinkAction(action), expires_at)
