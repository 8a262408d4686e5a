"""Links in our mails: each names one recipient and is signed, so nobody can make one or change where it leads.

They do not end: an old mail's link to unsubscribe must work too.
"""

from typing import Any, Final

from django.core.signing import BadSignature, Signer

from leadpact.base.wording import worded
from leadpact.nurture.errors import BadMailLink

_UNSUBSCRIBE: Final = "leadpact.nurture.unsubscribe"
_CLICK: Final = "leadpact.nurture.click"


def unsubscribe_token(recipient: int) -> str:
    return Signer(salt=_UNSUBSCRIBE).sign_object(recipient, compress=False)


def read_unsubscribe(token: str) -> int:
    """Return the recipient; raises `BadMailLink`."""
    return int(_read(token, _UNSUBSCRIBE))


def click_token(recipient: int, link: int) -> str:
    return Signer(salt=_CLICK).sign_object([recipient, link], compress=False)


def read_click(token: str) -> tuple[int, int]:
    """Return the recipient and the number of the link; raises `BadMailLink`."""
    recipient, link = _read(token, _CLICK)
    return int(recipient), int(link)


def _read(token: str, salt: str) -> Any:  # JSON that we wrote ourselves
    try:
        return Signer(salt=salt).unsign_object(token)
    except (BadSignature, ValueError) as error:
        raise BadMailLink(worded("This link is not complete or not ours.")) from error
