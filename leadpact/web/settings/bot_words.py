"""Versions of the bot rules, and kinds of hits, in words."""

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from leadpact.engagement.bots import BotRules
from leadpact.engagement.kinds import kind_of
from leadpact.web.shell.wording import translated


def said_of(rules: BotRules) -> list[str]:
    """Return what a version judges, one sentence a rule."""
    seconds = int(rules.soon.total_seconds())
    networks, programs = len(rules.datacentres), len(rules.scanners)
    said = [
        _("whoever follows the hidden link of a mail"),
        ngettext("%(n)s program by name", "%(n)s programs by name", programs) % {"n": programs},
        ngettext("%(n)s network of data centres", "%(n)s networks of data centres", networks) % {"n": networks},
        ngettext("a click within %(n)s second", "a click within %(n)s seconds", seconds) % {"n": seconds},
        _("all links of a mail within a second"),
        ngettext("%(n)s page view in two seconds", "%(n)s page views in two seconds", rules.views) % {"n": rules.views},
    ]
    return [*said, _("opens by Apple's mail program")] if rules.privacy else said


def label_of(kind: str) -> str:
    return translated(kind_of(kind).label)
