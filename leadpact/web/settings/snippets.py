"""What is to be copied into a site: plain text, shown as it is."""

from enum import StrEnum

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


class Mode(StrEnum):
    """Whether a visitor agreed to be followed, as the site's snippet says it."""

    ASK = "ask"
    GIVEN = "given"
    NEVER = "never"


MODES: dict[Mode, tuple[Promise, Promise]] = {
    Mode.ASK: (
        _("Once they agree"),
        _(
            "Until your banner says so, nothing is stored on the device and only pages and campaigns are counted. "
            "The usual choice."
        ),
    ),
    Mode.GIVEN: (
        _("Agreed before"),
        _("Your consent manager loads the snippet only after the visitor has agreed to be followed."),
    ),
    Mode.NEVER: (
        _("Never"),
        _("Pages and campaigns are counted by the hour; nobody is recognised, and nothing is stored."),
    ),
}


def snippet(home: str, key: str, mode: Mode) -> str:
    return f'<script async src="{home}/t.js" data-key="{key}" data-consent="{mode}"></script>'


def consent_call() -> str:
    return "leadpact('consent', true)   // and false when they change their mind"


def form_example() -> str:
    return '<form data-leadpact action="/your-own-address" method="post">'
